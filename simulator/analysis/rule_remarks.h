#pragma once

#include "simulator/analysis/wording.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace daruma {

/// What the rules of a dialect add to the events of a run, where a reader would not expect it: ends that
/// nobody sees, messages that are lost, children that outlive their supervisor, attempts beside older ones,
/// starts after the end, restarts that are never tried again, supervisors that wait for ever. What a run
/// fails by then is the dialect's own doing, and an explanation has to say so.
class RuleRemarks {
public:
    /// Both must outlive it. `observe` every event of the run once, in order.
    RuleRemarks(const Model &model, const Recording &run);
    void observe(const Event &event, EventId id);

    /// What an explanation of the event adds, as `; …`; empty for nearly all.
    std::string remark(EventId id, const Wording &wording) const;

    /// What a timeline adds to the end of a supervisor that leaves children behind, as `; …`.
    std::string ofLeftBehind(EventId exit, const Wording &wording) const;
    /// The incarnation that still ran where another one of the same place was started; 0: none.
    std::uint32_t olderAt(EventId start) const;

    /// Ends of children that a living supervisor never reacted to, though its rules know more than to leave
    /// them dead: of each place the last one, if it is still down at the end. In order, at most `most`.
    std::vector<EventId> forgottenEnds(std::size_t most) const;

private:
    /// A process that has begun and not ended.
    struct Living {
        std::uint32_t incarnation = 0;
        EventId start;
        bool isUp = false;
        EventId told;  ///< by a stop or a kill: to end
    };

    // What is found out, while the events go by
    void started(const Event &event, EventId id);
    void ended(const Event &event, EventId id);
    void restarted(const Event &event, EventId id);
    bool isUnseen(const Event &exit) const;
    bool isAsked(const Event &exit) const;

    // What is said about it
    std::string ofExit(const Event &exit, EventId id, const Wording &wording) const;
    std::string ofOwnExit(const Event &exit, EventId id, const Wording &wording) const;
    std::string ofSeenExit(const Event &exit, EventId id, const Wording &wording) const;
    std::string blocked(const Event &exit, const Wording &wording) const;
    std::string ofRestart(const Event &restart, EventId id, const Wording &wording) const;
    std::string ofGiveUp(const Event &giveUp, const Wording &wording) const;
    std::string ofReply(const Event &reply) const;
    std::string ofViolation(const Event &violation, const Wording &wording) const;
    std::string unseen(const Event &exit, const Wording &wording) const;
    std::string lost(const Event &exit, const Wording &wording) const;
    std::string stuck(const Wording &wording) const;

    Event at(EventId id) const { return m_run.events[id.value]; }
    const Rules &rulesOf(NodeId supervisor) const
    {
        return m_model.supervisor(m_run.nodes[supervisor]).flags.rules;
    }
    /// REQUIRES: not the root.
    const Rules &rulesAbove(NodeId node) const { return rulesOf(m_run.nodes[node].parent); }
    bool isRoot(NodeId node) const { return !m_run.nodes[node].parent.isValid(); }
    NodeId stuckSupervisor() const;

    const Model &m_model;
    const Recording &m_run;
    std::vector<std::vector<Living>> m_living;  ///< by node
    std::vector<std::vector<NodeId>> m_childrenOf;
    using Incarnation = std::pair<NodeId, std::uint32_t>;
    std::map<EventId, std::vector<Incarnation>> m_left;  ///< by the end of a supervisor: who lived on
    std::map<Incarnation, EventId> m_leftBy;
    std::map<EventId, std::uint32_t> m_older;               ///< by a start: the incarnation that still ran
    std::map<EventId, std::vector<Incarnation>> m_besides;  ///< by a restart: what still ran where it started
    std::map<EventId, std::uint32_t> m_struck;              ///< by a restart: the incarnation that ran
    std::map<EventId, EventId> m_late;                      ///< by a restart: its start after the end
    std::map<EventId, EventId> m_answered;                  ///< by an end: what was made of it, and later
    std::map<EventId, EventId> m_unmatched;                 ///< by an end: that it was ignored
    std::vector<std::pair<NodeId, EventId>> m_unseen;       ///< supervisors, and ends they are not told of
};

}
