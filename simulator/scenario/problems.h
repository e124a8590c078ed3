#pragma once

#include "simulator/scenario/problem.h"
#include "simulator/scenario/toml_tree.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daruma {

/// Collects what is wrong with one scenario, so that all of it is told at once.
class Problems {
public:
    /// An override as it was given, for the places in it.
    struct Source {
        std::string label;   ///< `--set supervisor.app.max_restarts`
        std::string before;  ///< what stands before the value: `supervisor.app.max_restarts=`
        std::string value;
    };

    /// The texts must outlive this.
    Problems(std::string_view text, const std::vector<Source> &overrides);

    void error(Place place, std::string message, std::string hint = {});
    void warning(Place place, std::string message, std::string hint = {});
    /// At byte `offset` of a text value, where the file spells it without escapes; else at its beginning.
    void errorInside(const TomlValue &value, std::size_t offset, std::string message, std::string hint = {});

    /// Of another file; told before the scenario's own.
    void adopt(std::vector<Problem> problems);

    bool hasErrors() const { return !m_errors.empty() || !m_adopted.empty(); }
    std::size_t errorCount() const { return m_errors.size() + m_adopted.size(); }
    /// Looking for a similar name takes time, which a file that is wrong everywhere should not multiply.
    bool wantsHints() const { return m_errors.size() < maxProblems; }

    /// How many are told; the others are counted.
    static constexpr std::size_t maxProblems = 100;

    /// In the order of their places; past 100, one that counts the rest.
    std::vector<Problem> takeErrors();
    std::vector<Problem> takeWarnings();

private:
    struct Entry {
        Place place;
        std::string message;
        std::string hint;
    };

    Problem finished(Entry entry) const;
    std::vector<Problem> finished(std::vector<Entry> entries) const;
    std::string_view lineAt(Place place) const;
    std::string_view textOf(int source) const;

    std::string_view m_text;
    const std::vector<Source> &m_overrides;
    std::vector<std::size_t> m_lineStarts;
    std::vector<Problem> m_adopted;
    std::vector<Entry> m_errors;
    std::vector<Entry> m_warnings;
};

}
