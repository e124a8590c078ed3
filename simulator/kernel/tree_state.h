#pragma once

#include "simulator/kernel/model.h"

#include <cstdint>
#include <span>
#include <vector>

namespace daruma {

/// Where the latest incarnation of a place stands.
enum class Phase : std::uint8_t {
    Down,  ///< never begun, ended, or its start failed or was ignored
    Starting,
    Up,        ///< started, and neither ended nor asked to stop
    Stopping,  ///< asked to stop, or a supervisor that stops by itself
};

/// What the stream of events tells about one place.
struct PlaceState {
    std::uint32_t incarnation = 0;
    Phase phase = Phase::Down;
    bool gaveUp = false;  ///< ever
    bool hasReason = false;
    ReasonKind reason = ReasonKind::Normal;  ///< of its last end or failed start
    TextId reasonText;
    std::uint8_t lifecycle = noLifecycle;

    static constexpr std::uint8_t noLifecycle = 0xff;
};

/// What the places that one selector means add up to, kept up event by event.
struct PlaceGroup {
    std::vector<NodeId> members;
    std::uint32_t inPhase[4] = {};
    std::uint32_t gaveUp = 0;
    std::int64_t incarnations = 0;
    std::int64_t restarts = 0;  ///< start attempts after each place's first
    Instant lastStarted;        ///< the latest start of any; where all are up, all are since then

    std::uint32_t count(Phase phase) const { return inPhase[static_cast<std::size_t>(phase)]; }
    bool allAre(Phase phase) const { return !members.empty() && count(phase) == members.size(); }
};

/// The restarts of a group in the last so much time: those less than `length` ago.
class RestartLog {
public:
    explicit RestartLog(Duration length)
        : m_length(length)
    {}
    void clear();
    void add(Instant now);
    /// How many at `now`; times must not go back.
    std::int64_t count(Instant now);
    /// When the count falls next, after `count(now)`.
    Instant nextFall() const;

private:
    struct Entry {
        Instant at;
        std::int64_t restarts = 0;
    };
    Duration m_length;
    std::vector<Entry> m_entries;
    std::size_t m_first = 0;
    std::int64_t m_total = 0;
};

/// The state of the places that somebody asked for, from the stream of events alone.
class TreeState {
public:
    explicit TreeState(const Model &model);

    /// Asking, before the first run. `kinds`: bits of the event kinds on which `watcher` wants to be told.
    std::uint32_t group(const Selector &selector);
    std::uint32_t restartLog(std::uint32_t group, Duration length);
    void watch(std::uint32_t group, std::uint32_t kinds, std::uint32_t watcher);
    /// Ends the asking.
    void seal();

    void reset();

    bool concerns(const Event &event) const
    {
        const std::uint32_t node = event.node.value;
        if (node >= m_kinds.size())
            return event.node.isValid();
        return (m_kinds[node] >> static_cast<unsigned>(event.kind)) & 1U;
    }
    /// Another table than before stands at a place from now on: it leaves the groups that mean the one and
    /// joins those that mean the other. What they have counted stays.
    void redefine(NodeId node, const NodeTable &nodes);
    /// Takes in an event that concerns it; appends whom to tell to `watchers`, perhaps doubled.
    void apply(const Event &event, const NodeTable &nodes, std::vector<std::uint32_t> &watchers);

    const PlaceGroup &operator[](std::uint32_t group) const { return m_groups[group].state; }
    RestartLog &log(std::uint32_t index) { return m_logs[index]; }
    const PlaceState &place(NodeId node) const { return m_places[node.value]; }

private:
    struct Watcher {
        std::uint32_t kinds = 0;
        std::uint32_t number = 0;
    };
    struct Group {
        const Selector *selector = nullptr;
        std::uint32_t kinds = 0;
        std::vector<Watcher> watchers;
        std::vector<std::uint32_t> logs;
        PlaceGroup state;
    };
    struct Range {
        std::uint32_t first = 0;
        std::uint32_t count = 0;
    };

    std::size_t fixedPlaces() const;
    void addPlace(NodeId node, const NodeTable &nodes);
    void change(const Event &event, PlaceState &place, const NodeTable &nodes);
    void count(const Event &event, const PlaceState &before, const PlaceState &after, Group &group);

    const Model *m_model;
    std::vector<Group> m_groups;
    std::vector<RestartLog> m_logs;
    std::vector<PlaceState> m_places;
    std::vector<std::uint32_t> m_kinds;  ///< by node: the event kinds that concern it, as bits
    std::vector<Range> m_groupsOf;       ///< by node: where its groups stand in m_groupList
    std::vector<std::uint32_t> m_groupList;
    std::size_t m_fixedList = 0;
    bool m_isRearranged = false;
};

/// The event kinds that may change what a function says.
std::uint32_t kindsOf(StateFunction function);

}  // namespace daruma
