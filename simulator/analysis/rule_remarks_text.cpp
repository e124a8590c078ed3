#include "engine/policy/restart_guards.h"
#include "simulator/analysis/reply_text.h"
#include "simulator/analysis/rule_remarks.h"

#include <fmt/format.h>

#include <algorithm>

/// The sentences of RuleRemarks.

namespace daruma {

namespace {

constexpr std::size_t mostNames = 4;

}

std::string RuleRemarks::remark(EventId id, const Wording &wording) const
{
    const Event event = at(id);
    switch (event.kind) {
    case EventKind::End:
        return stuck(wording);
    case EventKind::Violation:
        return ofViolation(event, wording);
    case EventKind::Exit:
        return ofExit(event, id, wording);
    case EventKind::Restart:
        return ofRestart(event, id, wording);
    case EventKind::GaveUp:
        return ofGiveUp(event, wording);
    case EventKind::Reply:
        return ofReply(event);
    default:
        return {};
    }
}

std::string RuleRemarks::ofExit(const Event &exit, EventId id, const Wording &wording) const
{
    std::string text;
    if (const auto left = m_leftBy.find({exit.node, exit.incarnation}); left != m_leftBy.end())
        text = fmt::format("; it had had no supervisor since {}", momentText(at(left->second).t));
    else if (!isRoot(exit.node))
        text = ofSeenExit(exit, id, wording);
    return m_run.nodes[exit.node].isSupervisor ? text + ofOwnExit(exit, id, wording) : text;
}

/// What its own supervisor makes of it.
std::string RuleRemarks::ofSeenExit(const Event &exit, EventId id, const Wording &wording) const
{
    const Rules &rules = rulesAbove(exit.node);
    const NodeId above = m_run.nodes[exit.node].parent;
    if (isAsked(exit)) {
        const Event order = at(exit.cause);
        const bool isRound = order.cause.isValid() && at(order.cause).kind == EventKind::Restart;
        if (isRound && m_run.nodes[exit.node].isSupervisor && rules.shape == Shape::Roster
            && rules.nestedInGroups == NestedInGroups::Stopped)
            return fmt::format("; what a restart of a group stops is started again, but for supervisors: {} "
                               "stays down, and {} goes on listing it",
                               wording.name(exit.node), wording.name(above));
        return {};
    }
    if (const bool wasToldTwice = exit.cause.isValid() && at(exit.cause).kind == EventKind::Exit;
        wasToldTwice)
        return {};
    if (std::any_of(m_unseen.begin(), m_unseen.end(), [id](const auto &one) { return one.second == id; }))
        return unseen(exit, wording);
    if (m_unmatched.count(id) > 0)
        return lost(exit, wording);
    if (const auto answer = m_answered.find(id); rules.shape != Shape::List && answer != m_answered.end())
        return fmt::format("; {} was busy, and looked at it no earlier than at {}", wording.name(above),
                           momentText(at(answer->second).t));
    if (rules.shape == Shape::Roster && rules.linkedStart == LinkedStart::Blocks)
        return blocked(exit, wording);
    if (rules.shape == Shape::Fenced && rules.afterSuccess == AfterSuccess::ByRole
        && exit.reason == ReasonKind::Normal && !m_run.nodes[exit.node].isSupervisor) {
        const ChildSpec &spec = m_model.worker(m_run.nodes[exit.node]).spec;
        if (spec.restart == RestartType::Permanent && !restartsAfterSuccess(spec.role))
            return fmt::format("; it is permanent, but after a success its role decides, and a {} stays down",
                               roleNames[static_cast<std::size_t>(spec.role)]);
    }
    return {};
}

/// Nothing has been made of it yet, because its supervisor waits for the start of another child.
std::string RuleRemarks::blocked(const Event &exit, const Wording &wording) const
{
    if (!m_living[exit.node.value].empty())
        return {};
    const NodeId above = m_run.nodes[exit.node].parent;
    for (const NodeId sibling : m_childrenOf[above.value])
        for (const Living &one : m_living[sibling.value]) {
            const Event start = at(one.start);
            if (one.isUp || start.t > exit.t || !start.cause.isValid())
                continue;
            const Event command = at(start.cause);
            if (command.kind == EventKind::Command
                && static_cast<CommandKind>(command.detail) == CommandKind::StartChildLinked)
                return fmt::format("; {} waits for the start of {}, which began at {}, and looks at nothing "
                                   "else meanwhile",
                                   wording.name(above), wording.name(sibling), momentText(start.t));
        }
    return {};
}

/// What the end of a supervisor leaves behind.
std::string RuleRemarks::ofOwnExit(const Event &exit, EventId id, const Wording &wording) const
{
    const Rules &rules = rulesOf(exit.node);
    if (rules.shape == Shape::Loop && rules.stopResult == StopResult::Ok && exit.reason == ReasonKind::Normal
        && exit.cause.isValid() && at(exit.cause).kind == EventKind::Exit
        && at(exit.cause).reason != ReasonKind::Normal && at(exit.cause).reason != ReasonKind::Shutdown)
        return "; asked to stop, it says that all is well, whatever its child ended with";
    return ofLeftBehind(id, wording);
}

std::string RuleRemarks::ofLeftBehind(EventId exit, const Wording &wording) const
{
    const auto left = m_left.find(exit);
    if (left == m_left.end() || left->second.empty())
        return {};
    std::vector<std::string> names;
    for (const auto &[node, incarnation] : left->second)
        names.push_back(wording.name(node));
    return fmt::format("; {} {} on without a supervisor", nameList(names, mostNames),
                       names.size() == 1 ? "lives" : "live");
}

std::string RuleRemarks::unseen(const Event &exit, const Wording &wording) const
{
    const NodeId above = m_run.nodes[exit.node].parent;
    if (rulesOf(above).shape == Shape::Roster && m_run.nodes[exit.node].isSupervisor)
        return fmt::format(
            "; {} never learns of it, as it does not watch the supervisors below it, and goes on "
            "listing {}",
            wording.name(above), wording.name(exit.node));
    const std::string_view what =
        exit.reason == ReasonKind::Panic ? "a panic" : "the end of a child that is killed";
    return fmt::format("; {} never learns of it, as nobody tells it of {}", wording.name(above), what);
}

/// There was a message, and it was of no use.
std::string RuleRemarks::lost(const Event &exit, const Wording &wording) const
{
    const Rules &rules = rulesAbove(exit.node);
    const std::string above = wording.name(m_run.nodes[exit.node].parent);
    if (rules.shape == Shape::Monitor && rules.messagesMeanwhile == MessagesMeanwhile::Discarded)
        return fmt::format("; {} was waiting for the ends of those it had killed, and lost the message",
                           above);
    if (rules.shape == Shape::Fenced)
        return fmt::format("; it was not the attempt that {} counts, so nothing follows", above);
    return {};
}

std::string RuleRemarks::ofRestart(const Event &restart, EventId id, const Wording &wording) const
{
    std::string text;
    const std::string above = wording.name(restart.other);
    if (const auto struck = m_struck.find(id); struck != m_struck.end())
        text += fmt::format(
            "; {0} finds who has ended by the id alone, and takes {1}#{2}, which runs, for {1}#{3}", above,
            wording.name(restart.node), struck->second, restart.incarnation);
    if (const auto besides = m_besides.find(id); besides != m_besides.end()) {
        std::vector<std::string> names;
        for (const auto &[node, incarnation] : besides->second)
            names.push_back(fmt::format("{}#{}", wording.name(node), incarnation));
        text += fmt::format("; the new attempts were started beside {}, which nobody looks after any more",
                            nameList(names, mostNames));
    }
    if (const auto late = m_late.find(id); late != m_late.end())
        text +=
            fmt::format("; it took place at {}, when {} had ended", momentText(at(late->second).t), above);
    return text;
}

std::string RuleRemarks::ofGiveUp(const Event &giveUp, const Wording &wording) const
{
    const Rules &rules = rulesOf(giveUp.node);
    const Guard guard = static_cast<Guard>(giveUp.detail);
    if (rules.shape == Shape::Fenced && guard != Guard::Quarantine) {
        const bool isGrave = guard == Guard::RoleLimit || guard == Guard::SupervisorMeltdown;
        if (isGrave && rules.escalation == Escalation::Ignored)
            return fmt::format("; that calls for {} to end, and nobody sees to it",
                               wording.name(giveUp.node));
        if (!isGrave && rules.deniedRestarts == DeniedRestarts::Forgotten)
            return "; nobody tries again later";
    }
    if (rules.shape == Shape::Roster && rules.afterGiveUp == AfterGiveUp::LivesOn)
        return "; it stops its children, and lives on without any";
    return {};
}

std::string RuleRemarks::ofReply(const Event &reply) const
{
    const auto command = static_cast<CommandKind>(reply.detail);
    if (isRefusal(m_run.text(reply.text)) || !reply.node.isValid() || !m_run.nodes[reply.node].isSupervisor)
        return {};
    const Rules &rules = rulesOf(reply.node);
    if (command == CommandKind::AddChild && rules.addedChildren == AddedChildren::Recorded)
        return "; it notes who is added, and starts nobody";
    if (command == CommandKind::ResumeChild && rules.resumedChildren == ResumedChildren::LeftDown)
        return "; it marks who is resumed, and starts nobody";
    return {};
}

std::string RuleRemarks::ofViolation(const Event &violation, const Wording &wording) const
{
    const auto older = m_older.find(violation.cause);
    if (older == m_older.end())
        return {};
    const Event start = at(violation.cause);
    return fmt::format("; {0}#{1} was started while {0}#{2} still ran", wording.name(start.node),
                       start.incarnation, older->second);
}

/// What a supervisor that waits for ever waits for.
std::string RuleRemarks::stuck(const Wording &wording) const
{
    const NodeId supervisor = stuckSupervisor();
    if (!supervisor.isValid())
        return {};
    for (const NodeId child : m_childrenOf[supervisor.value])
        for (const Living &one : m_living[child.value]) {
            if (one.told.isValid())
                return fmt::format(
                    "; it waits without limit for the end of {}, which was told to end at {} and "
                    "does not",
                    wording.name(child), momentText(at(one.told).t));
            if (!one.isUp)
                return fmt::format("; it waits without limit for the start of {}, which began at {}",
                                   wording.name(child), momentText(at(one.start).t));
        }
    for (auto end = m_unseen.rbegin(); end != m_unseen.rend(); ++end)
        if (end->first == supervisor)
            return fmt::format("; it waits to be told of the end of {} at {}, and nobody tells it",
                               wording.name(at(end->second).node), momentText(at(end->second).t));
    if (rulesOf(supervisor).shape == Shape::Loop)
        return fmt::format(
            "; the pipe to its child is full: it waits until a reload has room there, and hears "
            "nothing else that {} is told",
            wording.name(supervisor));
    return {};
}

}
