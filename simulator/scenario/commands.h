#pragma once

#include "simulator/scenario/definitions.h"
#include "simulator/scenario/faults.h"
#include "simulator/scenario/selectors.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace daruma {

/// The command that is spelled like that, if there is one.
std::optional<CommandKind> commandNamed(std::string_view name);

/// The `child` of every start_child, whatever it turns out to mean.
std::set<std::string, std::less<>> startedNames(const std::vector<PlacedTable> &commands);

/// Reads [[command]] tables. In two steps, since names elsewhere may mean what a start_child makes.
class CommandReader {
public:
    CommandReader(const std::vector<PlacedTable> &tables, const Dialect &dialect, Drafts &drafts,
                  Model &model, Problems &problems);

    /// What start_child commands ask for, worked out from the tree alone.
    std::vector<StartRequest> startRequests();
    /// Fills model.commands and model.startables.
    void read(const SelectorTable &selectors);

private:
    /// A start_child as far as the tree tells what it means.
    struct Start {
        std::size_t table = 0;
        std::string to;
        std::string child;
        std::vector<SupervisorDefinition::Listed> targets;
        bool isInstance = false;  ///< of a simple_one_for_one's template
        bool isUnderstood = false;
    };

    bool understand(Start &start, const SelectorTable &selectors) const;
    StartRequest requestOf(const Start &start) const;
    bool isSimple(SupervisorDefinition::Listed supervisor) const;
    void readCommand(std::size_t index, const SelectorTable &selectors);
    void readKeys(const TableReader &table, Command &command);
    const Dialect &dialectAsked(const Selector &to, const SelectorTable &selectors) const;
    void readStart(const TableReader &table, const Start &start, Command &command);
    void startInstance(const TableReader &table, const Start &start, Command &command);
    void startTable(const TableReader &table, const Start &start, Draft &draft, Command &command);
    void reportUnlistable(const TomlValue &child, const Draft *draft);
    ChildId childId(std::string_view text);
    void warnOfUnknownChild(const TableReader &table, const Command &command);

    const std::vector<PlacedTable> &m_tables;
    const Dialect &m_dialect;  ///< of the scenario
    Drafts &m_drafts;
    Model &m_model;
    Problems &m_problems;
    std::vector<Start> m_starts;
};

}
