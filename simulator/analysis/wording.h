#pragma once

#include "simulator/kernel/model.h"
#include "simulator/kernel/simulation.h"

#include <string>
#include <vector>

namespace daruma {

/// `panic`, or `panic:TEXT`.
std::string toText(ExitReason reason, const Names &names);

/// `start_child` and so on: the `do` of the scenario file.
std::string_view toText(CommandKind kind);

/// A moment of a run for people: `10.6 s`, `2 min 0.25 s`, `3 h 5 min 7 s`. Exact to the millisecond from the
/// first second on, so that what happens in one second stays apart.
std::string momentText(std::int64_t ns);

/// `3 restarts`, `1 restart`, `1,000,000 restarts`.
std::string counted(std::uint64_t number, std::string_view singular, std::string_view plural = {});

/// `1,000,000`.
std::string grouped(std::uint64_t number);

/// Why the run ended: `as nothing was left to happen`, `at its horizon`.
std::string endClause(const Recording &run);

/// `a, b, c and 4 more`.
std::string nameList(const std::vector<std::string> &names, std::size_t most = 3);

/// Says in words what happened in a run. All sentences about events are made of these.
class Wording {
public:
    /// Both must outlive it.
    Wording(const Model &model, const Recording &run);

    /// The last segment of the path where no other node has it, otherwise the path.
    std::string name(NodeId node) const;
    /// `the fault "db goes away"`.
    std::string faultName(const Event &fault) const;
    /// The event as a clause without its time, `db ended (panic)`. Where `it` is the node that it speaks of,
    /// the clause says "it".
    std::string clause(const Event &event, NodeId it = {}) const;
    /// `(panic)`; of a start that failed because of a child's, nothing.
    std::string inBrackets(const Event &event) const;

private:
    std::string exitClause(const Event &event, const std::string &who) const;
    std::string commandClause(const Event &event, const std::string &who) const;
    std::string childOf(const Command &command) const;
    std::string replyClause(const Event &event, const std::string &who) const;

    const Model &m_model;
    const Recording &m_run;
    std::vector<ChildId> m_ids;  ///< of all nodes, in order
};

}
