#pragma once

#include "simulator/kernel/observers.h"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace daruma {

/// What holds in every run, whatever the scenario expects. The numbers are part of the stored form: new ones
/// are appended.
enum class Invariant : std::uint8_t {
    Accounting,
    OneLiveIncarnation,
    NothingAfterTheEnd,
    StopOrder,
    RestartWithinLimit,
    RestartDecided,
    NoOrphan,
    FailedStartUndone,
};
inline constexpr std::size_t invariantCount = 8;

struct InvariantRow {
    std::string_view name;        ///< `invariant:NAME` in violations
    std::string_view description; ///< one sentence
};

/// In the order of the enumeration.
std::span<const InvariantRow, invariantCount> invariants();

/// Watches every run in every build. Each invariant is found broken at most once in a run.
class InvariantChecker {
public:
    /// `model` must outlive it.
    explicit InvariantChecker(const Model &model);

    /// Before each run; keeps its memory.
    void reset();
    /// Every event of the run, in order; `nodes` knows all places that have appeared so far.
    void observe(const Event &event, EventId seq, const NodeTable &nodes, std::vector<Finding> &findings);
    /// At the end of a run that was not cut by a limit: a cut leaves decisions open that would have followed.
    void finish(Instant now, EventId last, std::vector<Finding> &findings);

    /// Tells which event a finding became.
    void reported(std::uint32_t code, Instant at, EventId violation);
    const std::vector<InvariantViolation> &violations() const { return m_violations; }

private:
    std::vector<InvariantViolation> m_violations;
};

} // namespace daruma
