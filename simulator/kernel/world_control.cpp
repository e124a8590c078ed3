#include "simulator/kernel/json_text.h"
#include "simulator/kernel/world.h"

#include <algorithm>

/// Control planes: what can be asked about a supervisor's loop by those that hold its handle, also when the
/// loop hangs or has ended.

namespace daruma {

namespace {

std::string truth(bool is)
{
    return is ? "true" : "false";
}

std::string failureText(const FailureReason &failure)
{
    return "{\"phase\": " + jsonString(failure.phase) + ", \"reason\": " + jsonString(failure.reason)
           + ", \"panic\": " + truth(failure.panic) + ", \"recoverable\": " + truth(failure.recoverable)
           + "}";
}

std::string reportText(const std::optional<ExitReport> &report)
{
    if (!report)
        return "null";
    return "{\"state\": " + jsonString(toText(report->state)) + ", \"phase\": " + jsonString(report->phase)
           + ", \"reason\": " + jsonString(report->reason) + ", \"recoverable\": "
           + truth(report->recoverable) + ", \"completed_at_ns\": " + std::to_string(report->completedAt.ns())
           + ", \"panic\": " + truth(report->panic) + "}";
}

std::string healthText(const HealthReport &health)
{
    return "{\"alive\": " + truth(health.alive) + ", \"state\": " + jsonString(toText(health.state))
           + ", \"started_at_ns\": " + std::to_string(health.startedAt.ns())
           + ", \"last_observed_at_ns\": " + std::to_string(health.lastObservedAt.ns())
           + ", \"failure\": " + (health.failure ? failureText(*health.failure) : "null")
           + ", \"exit_report\": " + reportText(health.exitReport) + "}";
}

std::string invalidTransition(std::string_view message)
{
    return "[\"error\", [\"InvalidTransition\", " + jsonString(message) + "]]";
}

}  // namespace

ControlPlane *World::controlOf(NodeId node)
{
    const auto found = std::find_if(m_controls.begin(), m_controls.end(),
                                    [node](const NodeControl &control) { return control.node == node; });
    return found == m_controls.end() ? nullptr : &found->plane;
}

/// The root's own lifecycle is told of everywhere; that of another supervisor where it has a control plane.
void World::controlChanged(NodeId node, EventId cause, ExitReason reason, bool hasReason)
{
    if (node == NodeId{0})
        return;
    postLifecycle(node, controlOf(node)->state(), cause, reason, hasReason);
}

void World::openControl(NodeId node, EventId start)
{
    if (ControlPlane *known = controlOf(node))
        *known = ControlPlane(m_now);
    else
        m_controls.push_back({node, ControlPlane(m_now)});
    controlChanged(node, start, {}, false);
}

void World::closeControl(NodeId node, ExitReason reason, EventId exit)
{
    ControlPlane &plane = *controlOf(node);
    const bool asItShould = isNormal(reason);
    const std::string why = plane.shutdownReason().empty() ? reasonText(reason) : plane.shutdownReason();
    if (asItShould)
        plane.complete(ExitReport::completed("shutdown", why, m_now));
    else if (reason.kind == ReasonKind::Panic)
        plane.complete(ExitReport::failed("watchdog", "runtime control loop panic", true, true, m_now));
    else if (reason.kind == ReasonKind::Killed)
        plane.complete(ExitReport::failed("watchdog", "runtime control loop cancelled", false, true, m_now));
    else
        plane.complete(ExitReport::failed("escalation", reasonText(reason), false, true, m_now));
    for (const EventId waiting : plane.takeWaiting())
        answerCall(commandOf(waiting), waiting, node, reportText(plane.finalReport()));
    controlChanged(node, exit, reason, true);
}

/// Whether the control plane has answered, or will.
bool World::askControl(std::uint32_t index, EventId event, NodeId node)
{
    ControlPlane *plane = controlOf(node);
    if (!plane)
        return false;
    const Command &command = m_model->commands[index];
    switch (command.kind) {
    case CommandKind::IsAlive:
        answerCall(index, event, node, truth(plane->isAlive(m_now)));
        return true;
    case CommandKind::Health:
        answerCall(index, event, node, healthText(plane->health(m_now)));
        return true;
    case CommandKind::FinalReport:
        answerCall(index, event, node, reportText(plane->finalReport()));
        return true;
    case CommandKind::Join:
        if (const auto &report = plane->join(event))
            answerCall(index, event, node, reportText(report));
        return true;
    case CommandKind::Shutdown:
        return askForShutdown(index, event, node, *plane);
    case CommandKind::AddChild:
    case CommandKind::PauseChild:
    case CommandKind::ResumeChild: {
        const std::string refusal = plane->refusal(m_texts[command.by], m_texts[command.why]);
        if (!refusal.empty())
            answerCall(index, event, node, invalidTransition(refusal));
        return !refusal.empty();
    }
    default:
        return false;
    }
}

bool World::askForShutdown(std::uint32_t index, EventId event, NodeId node, ControlPlane &plane)
{
    const Command &command = m_model->commands[index];
    const bool wasAsked = plane.state() == LifecycleState::ShuttingDown;
    const ShutdownReply answer =
        plane.markShutdownRequested(m_texts[command.by], m_texts[command.why], m_now);
    if (!answer.invalidTransition.empty()) {
        answerCall(index, event, node, invalidTransition(answer.invalidTransition));
        return true;
    }
    if (answer.report) {
        answerCall(index, event, node, reportText(answer.report));
        return true;
    }
    if (node == NodeId{0})
        m_lifecycle.requestReplaced({command.by, command.why});
    else if (!wasAsked)
        controlChanged(node, event, {}, false);
    return false;
}

/// What whoever asked for a shutdown is told at the end.
std::string World::shutdownResult(NodeId node)
{
    const ControlPlane *plane = controlOf(node);
    return plane ? reportText(plane->finalReport()) : "\"ok\"";
}

void World::lifecycleChanged(EventId cause, ExitReason reason, bool hasReason)
{
    postLifecycle(NodeId{0}, m_lifecycle.state(), cause, reason, hasReason);
}

void World::postLifecycle(NodeId node, LifecycleState state, EventId cause, ExitReason reason, bool hasReason)
{
    Event event;
    event.kind = EventKind::Lifecycle;
    event.node = node;
    event.incarnation = m_nodeStates[node.value].incarnation;
    event.cause = cause;
    event.t = m_now.ns();
    event.detail = static_cast<std::uint8_t>(state);
    if (hasReason)
        event.setReason(reason);
    m_deferred.push_back(event);
}

/// A restart that was decided by a supervisor that has ended since, and that nobody has called off.
void World::startDetached(std::uint32_t index)
{
    const Process waited = m_processes[index];
    const ProcessId supervisor{m_nodes[waited.node].parent, waited.parentIncarnation};
    if (m_processes[waited.parent].node != supervisor.node)
        return;
    const SupervisorSpec &flags = m_model->supervisors[m_processes[waited.parent].definition].flags;
    if (flags.rules.delayedStarts != DelayedStarts::Detached)
        return;
    if (waited.hint >= flags.children.size())
        return;
    const SiblingRange range = restartRange(flags.strategy, waited.hint, flags.children.size());
    for (std::size_t i = range.first; i < range.last; ++i)
        startChildFor(supervisor, waited.parent, flags.children[i].key, flags.children[i].id,
                      static_cast<std::uint32_t>(i), waited.stopEvent);
}

}  // namespace daruma
