#pragma once

#include "simulator/kernel/model.h"
#include "simulator/kernel/observers.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace daruma {

/// Makes a small tree and plays events about it to a checker, by the names of its places.
///
/// Times are in milliseconds. Incarnations count themselves: `start` begins the next one, everything else is
/// about the latest.
class EventBench {
public:
    using Listener = std::function<void(const Event &, EventId, const NodeTable &)>;

    Model model;
    NodeTable nodes;
    Listener listener;

    EventBench() { add(model.nodes, "", "app"); }

    SupervisorSpec &flags(const std::string &name) { return model.supervisors[definition(name)].flags; }
    ChildSpec &spec(const std::string &name);
    NodeId node(const std::string &name) const { return m_nodes.at(name); }

    /// All children of a supervisor, in start order; those whose name ends in "_sup" are supervisors.
    EventBench &children(const std::string &parent, const std::vector<std::string> &names);
    /// A selector that means these places.
    Selector selector(const std::string &text, const std::vector<std::string> &names) const;
    /// A place that a start_child makes during the run.
    void addLater(const std::string &parent, const std::string &name);

    /// Takes the tree as it is for the run.
    void begin() { nodes = model.nodes; }

    EventBench &at(std::int64_t ms)
    {
        now = ms * 1'000'000;
        return *this;
    }
    EventBench &start(const std::string &name);
    EventBench &started(const std::string &name) { return play(EventKind::Started, name); }
    /// `start` and `started`.
    EventBench &up(const std::string &name) { return start(name).started(name); }
    EventBench &exit(const std::string &name, ReasonKind reason = ReasonKind::Panic,
                     std::string_view text = {});
    EventBench &exitOf(const std::string &name, std::uint32_t incarnation, ReasonKind reason);
    EventBench &initFailed(const std::string &name)
    {
        return play(EventKind::InitFailed, name, ReasonKind::Error);
    }
    EventBench &ignored(const std::string &name) { return play(EventKind::Ignored, name); }
    /// Part of the sequence of stops that event `cause` set off.
    EventBench &stop(const std::string &name, std::uint32_t cause = 0);
    EventBench &kill(const std::string &name, std::uint32_t cause = 0);
    /// `stop` and its obedience.
    EventBench &stopped(const std::string &name, std::uint32_t cause = 0);
    EventBench &restart(const std::string &name, std::uint32_t inWindow = 1, std::int64_t delayMs = 0);
    EventBench &gaveUp(const std::string &name);
    EventBench &lifecycle(LifecycleState state);
    EventBench &command(const std::string &supervisor, CommandKind kind);
    EventBench &reply(const std::string &supervisor, CommandKind kind);
    EventBench &removed(const std::string &name) { return play(EventKind::Removed, name); }
    EventBench &send(Event event);

    std::int64_t now = 0;
    EventId last;

private:
    EventBench &play(EventKind kind, const std::string &name, ReasonKind reason = ReasonKind::Normal);
    Event eventOf(EventKind kind, const std::string &name) const;
    std::uint32_t definition(const std::string &name) const;
    NodeId add(NodeTable &table, const std::string &parent, const std::string &name);

    std::map<std::string, NodeId> m_nodes;
    std::map<std::string, std::uint32_t> m_incarnations;
    std::uint32_t m_next = 1000;
};

}
