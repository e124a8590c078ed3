#include "simulator/analysis/rule_remarks.h"

#include <algorithm>

namespace daruma {

namespace {

bool isAmongSeen(SeenExits seen, ReasonKind kind)
{
    switch (seen) {
    case SeenExits::All:
        break;
    case SeenExits::AllButPanics:
        return kind != ReasonKind::Panic;
    case SeenExits::Returns:
        return kind != ReasonKind::Panic && kind != ReasonKind::Killed;
    case SeenExits::AllButKills:
        return kind != ReasonKind::Killed;
    }
    return true;
}

}

RuleRemarks::RuleRemarks(const Model &model, const Recording &run)
    : m_model(model)
    , m_run(run)
    , m_living(run.nodes.size())
    , m_childrenOf(run.nodes.size())
{
    for (std::uint32_t i = 0; i < run.nodes.size(); ++i)
        if (!isRoot(NodeId{i}))
            m_childrenOf[run.nodes[NodeId{i}].parent.value].push_back(NodeId{i});
}

void RuleRemarks::observe(const Event &event, EventId id)
{
    if (!event.node.isValid())
        return;
    const auto living = [&]() -> Living * {
        for (Living &one : m_living[event.node.value])
            if (one.incarnation == event.incarnation)
                return &one;
        return nullptr;
    };
    switch (event.kind) {
    case EventKind::Start:
        return started(event, id);
    case EventKind::Started:
        if (Living *one = living())
            one->isUp = true;
        return;
    case EventKind::Stop:
    case EventKind::Kill:
        if (Living *one = living())
            one->told = id;
        return;
    case EventKind::Exit:
    case EventKind::InitFailed:
    case EventKind::Ignored:
        return ended(event, id);
    case EventKind::Restart:
        return restarted(event, id);
    case EventKind::Unmatched:
        if (event.cause.isValid())
            m_unmatched.emplace(event.cause, id);
        return;
    default:
        return;
    }
}

void RuleRemarks::started(const Event &event, EventId id)
{
    std::vector<Living> &here = m_living[event.node.value];
    EventId restart = event.cause;
    if (restart.isValid() && at(restart).kind == EventKind::Backoff)
        restart = at(restart).cause;
    const bool isRestart = restart.isValid() && at(restart).kind == EventKind::Restart;
    if (!here.empty()) {
        m_older.emplace(id, here.back().incarnation);
        if (isRestart)
            m_besides[restart].emplace_back(event.node, here.back().incarnation);
    }
    if (isRestart && !isRoot(event.node) && m_living[m_run.nodes[event.node].parent.value].empty())
        m_late.emplace(restart, id);
    here.push_back({event.incarnation, id, false, {}});
}

void RuleRemarks::restarted(const Event &event, EventId id)
{
    const std::vector<Living> &here = m_living[event.node.value];
    if (!here.empty() && here.back().incarnation > event.incarnation)
        m_struck.emplace(id, here.back().incarnation);
    if (event.cause.isValid() && at(event.cause).t < event.t)
        m_answered.emplace(event.cause, id);
}

void RuleRemarks::ended(const Event &event, EventId id)
{
    std::erase_if(m_living[event.node.value],
                  [&](const Living &one) { return one.incarnation == event.incarnation; });
    const auto left = m_leftBy.find({event.node, event.incarnation});
    if (left != m_leftBy.end() && at(left->second).t == event.t) {
        // It only ends after its supervisor, and not long after.
        std::erase(m_left[left->second], Incarnation(event.node, event.incarnation));
        m_leftBy.erase(left);
    }
    if (event.kind == EventKind::Exit && isUnseen(event))
        m_unseen.emplace_back(m_run.nodes[event.node].parent, id);
    if (!m_run.nodes[event.node].isSupervisor)
        return;
    const ChildrenAtDeath fate = rulesOf(event.node).childrenAtDeath;
    if (fate != ChildrenAtDeath::Orphaned && fate != ChildrenAtDeath::WorkersAborted)
        return;
    for (const NodeId child : m_childrenOf[event.node.value])
        for (const Living &one : m_living[child.value]) {
            m_left[id].emplace_back(child, one.incarnation);
            m_leftBy[{child, one.incarnation}] = id;
        }
}

/// Its supervisor lives, and gets no message about that end at all.
bool RuleRemarks::isUnseen(const Event &exit) const
{
    if (isRoot(exit.node) || m_living[m_run.nodes[exit.node].parent.value].empty())
        return false;
    const Rules &rules = rulesAbove(exit.node);
    if (rules.shape != Shape::Roster && rules.shape != Shape::Parallel)
        return false;
    if (rules.shape == Shape::Roster && m_run.nodes[exit.node].isSupervisor)
        return rules.nestedEnds == NestedEnds::Unseen;
    return !isAmongSeen(rules.seenExits, exit.reason);
}

bool RuleRemarks::isAsked(const Event &exit) const
{
    if (!exit.cause.isValid())
        return false;
    const Event cause = at(exit.cause);
    return cause.node == exit.node && (cause.kind == EventKind::Stop || cause.kind == EventKind::Kill);
}

std::vector<EventId> RuleRemarks::forgottenEnds(std::size_t most) const
{
    std::map<NodeId, EventId> last;
    for (const auto &[supervisor, exit] : m_unseen)
        last[at(exit).node] = exit;
    for (const auto &[exit, unmatched] : m_unmatched)
        if (at(exit).kind == EventKind::Exit && !isRoot(at(exit).node)
            && rulesAbove(at(exit).node).messagesMeanwhile == MessagesMeanwhile::Discarded)
            last[at(exit).node] = exit;
    std::vector<EventId> ends;
    for (const auto &[node, exit] : last) {
        const Event event = at(exit);
        const bool isMeant =
            !isAsked(event) && !(event.cause.isValid() && at(event.cause).kind == EventKind::Exit);
        if (isMeant && m_living[node.value].empty())
            ends.push_back(exit);
    }
    std::sort(ends.begin(), ends.end());
    ends.resize(std::min(ends.size(), most));
    return ends;
}

std::uint32_t RuleRemarks::olderAt(EventId start) const
{
    const auto older = m_older.find(start);
    return older == m_older.end() ? 0 : older->second;
}

NodeId RuleRemarks::stuckSupervisor() const
{
    constexpr std::string_view before = "stuck:";
    constexpr std::string_view after = " waits for ever";
    const std::string &text = m_run.result.endText;
    if (m_run.result.endCause != EndCause::Stuck || text.size() < before.size() + after.size())
        return {};
    const std::string path = text.substr(before.size(), text.size() - before.size() - after.size());
    for (std::uint32_t i = 0; i < m_run.nodes.size(); ++i)
        if (m_run.path(NodeId{i}) == path)
            return NodeId{i};
    return {};
}

}
