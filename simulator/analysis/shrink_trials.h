#pragma once

#include "simulator/analysis/failure.h"
#include "simulator/scenario/scenario.h"
#include "simulator/scenario/toml_tree.h"

#include <cstdint>
#include <functional>
#include <set>
#include <string>

namespace daruma {

/// The smallest document so far, and the judge of every smaller one.
class ShrinkTrials {
public:
    /// REQUIRES: `scenario` is the document as it was read.
    ShrinkTrials(TomlValue document, const Scenario &scenario, std::uint64_t seed, FailureSignature wanted,
                 std::uint64_t mostRuns);

    const TomlValue &document() const { return m_document; }
    /// The document as it was read last.
    const Model &model() const { return m_model; }
    /// When it fails; the end of the run before anything was accepted.
    Instant failedAt() const { return m_failedAt; }
    std::uint64_t runs() const { return m_runs; }
    bool isSpent() const { return m_runs >= m_mostRuns; }

    /// Reads a document as candidates are read; nothing where it cannot be.
    std::optional<Scenario> read(const TomlValue &document) const;

    /// Takes the candidate over where it fails in the same way.
    bool accepts(TomlValue candidate) { return tries(std::move(candidate), false); }
    /// … and where its run up to there has the same length and end as before, too: what changes no rule that
    /// matters.
    bool acceptsUnchanged(TomlValue candidate) { return tries(std::move(candidate), true); }

    /// Told after every run.
    std::function<void()> onRun;

private:
    bool tries(TomlValue candidate, bool mustBeUnchanged);

    TomlValue m_document;
    Model m_model;
    std::string m_file;
    ReadOptions m_options;
    std::uint64_t m_seed;
    FailureSignature m_wanted;
    std::uint64_t m_mostRuns;
    std::uint64_t m_runs = 0;
    Instant m_failedAt = Instant::never();
    std::uint64_t m_events = 0;
    std::uint64_t m_mostEvents = 0;
    std::set<std::string> m_refused;
};

}
