#include "engine/loop_supervisor.h"

#include <limits>

namespace daruma {

void LoopSupervisor::reset(const SupervisorSpec &spec, Duration)
{
    DARUMA_ASSERT(spec.children.size() == 1, "a loop has exactly one child");
    m_spec = &spec;
    m_records = {};
    m_inbox.clear();
    m_pipe.reset();
    m_held.reset();
    m_end.reset();
    m_delayOver.reset();
    m_state = State::Running;
    m_isBooting = m_isSelecting = m_startsAfterSending = m_ended = false;
    m_failures = 0;
}

void LoopSupervisor::handle(Instant now, const Signal &signal, EffectList &effects)
{
    DARUMA_ASSERT(!m_ended, "a supervisor that has ended gets no signals");
    switch (signal.kind) {
    case SignalKind::Boot:
        m_isBooting = true;
        return spawn(signal.cause, effects);
    case SignalKind::ChildSpawned:
        record() = {ChildStatus::Running, false, signal.child};
        m_startedAt = now;
        if (m_isBooting)
            effects.append({.kind = EffectKind::Started, .cause = signal.cause});
        m_isBooting = false;
        break;
    case SignalKind::ChildStarted:
    case SignalKind::ReloadDone:
        if (signal.child == record().process && !m_end) {
            m_pipe.listen();
            pump(effects);
        }
        break;
    case SignalKind::ChildExited:
    case SignalKind::ChildFailed:
    case SignalKind::ChildIgnored:
        if (signal.child != record().process)
            return;
        record().status = ChildStatus::Undefined;
        m_end = signal;
        m_pipe.childEnded();
        pump(effects);
        break;
    case SignalKind::BackoffOver:
        if (record().backingOff)
            m_delayOver = signal.cause;
        break;
    case SignalKind::Command:
        effects.append({.kind = EffectKind::Reply, .command = signal.command, .cause = signal.cause});
        m_inbox.push(signal);
        break;
    case SignalKind::ReloadAsked:
    case SignalKind::StopAsked:
        m_inbox.push(signal);
        break;
    case SignalKind::Selected:
        m_isSelecting = false;
        selected(now, signal.hint % 2 == 0, effects);
        break;
    case SignalKind::DeadlinePassed:
        effects.append({.kind = EffectKind::Kill, .child = record().process, .cause = m_stopCause});
        break;
    case SignalKind::Retry:
    case SignalKind::OwnerEnded:
    case SignalKind::TurnOver:
        return;
    }
    selectIfReady(effects);
}

/// Whatever else happens in this instant is to have its chance too.
void LoopSupervisor::selectIfReady(EffectList &effects)
{
    if (m_ended || m_held || m_isSelecting)
        return;
    if (m_state == State::Stopping) {
        if (m_end)
            finishStop(effects);
        return;
    }
    const bool isSpawning = record().status != ChildStatus::Running && !m_end && !record().backingOff;
    if (isSpawning || (m_inbox.isEmpty() && !hasNext()))
        return;
    m_isSelecting = true;
    effects.append({.kind = EffectKind::Select});
}

void LoopSupervisor::selected(Instant now, bool takesNext, EffectList &effects)
{
    if (!m_inbox.isEmpty() && !(hasNext() && takesNext))
        return messageRead(m_inbox.pop(), effects);
    if (!hasNext())
        return;
    if (m_state == State::Running)
        return childEnded(now, *m_end, effects);
    record().backingOff = false;
    spawn(*m_delayOver, effects);
}

void LoopSupervisor::childEnded(Instant now, const Signal &end, EffectList &effects)
{
    const bool isRestarted = callsForRestart(m_spec->rules.restartPolicy, childSpec().restart, end.reason);
    if (!isRestarted)
        return this->end({}, end.cause, effects);
    Duration healthy = Duration::never();
    if (childSpec().backoff != ChildSpec::noBackoff) {
        const BackoffSpec &backoff = m_spec->backoffs[childSpec().backoff];
        healthy = backoff.resetAfter;
        if (healthy.isNever() && m_spec->rules.failureCount == FailureCount::ResetByHealthyRun)
            healthy = backoff.cap;
    }
    if (now - m_startedAt >= healthy)
        m_failures = 0;
    if (m_failures < std::numeric_limits<std::uint32_t>::max())
        ++m_failures;
    const EventId decision = effects.append({.kind = EffectKind::Restart,
                                             .backoff = childSpec().backoff,
                                             .child = end.child,
                                             .reason = end.reason,
                                             .cause = end.cause,
                                             .count = {m_failures, true},
                                             .earlier = m_failures - 1});
    effects.append({.kind = EffectKind::Backoff, .child = end.child, .cause = decision});
    record().status = ChildStatus::Restarting;
    record().backingOff = true;
    m_state = State::BackingOff;
    m_delayOver.reset();
    m_end.reset();
}

void LoopSupervisor::messageRead(const Signal &signal, EffectList &effects)
{
    if (m_state == State::BackingOff)
        return cutDelayShort(signal, effects);
    if (signal.kind == SignalKind::StopAsked) {
        m_state = State::Stopping;
        m_stopCause = signal.cause;
        send(ControlMessage::Shutdown, signal.cause, effects);
        const Duration grace = childSpec().shutdown.grace;
        if (m_spec->rules.stopWait == StopWait::ByPolicy && !grace.isNever())
            effects.append({.kind = EffectKind::ArmDeadline, .duration = grace});
    } else if (signal.kind == SignalKind::ReloadAsked || signal.command == CommandKind::Reload) {
        send(ControlMessage::Reload, signal.cause, effects);
    }
}

void LoopSupervisor::cutDelayShort(const Signal &signal, EffectList &effects)
{
    effects.append({.kind = EffectKind::CancelBackoff, .child = record().process});
    record().backingOff = false;
    if (signal.kind == SignalKind::StopAsked)
        return end({}, signal.cause, effects);
    if (signal.kind == SignalKind::ReloadAsked || signal.command == CommandKind::Reload)
        send(ControlMessage::Reload, signal.cause, effects);
    m_startsAfterSending = m_held.has_value();
    if (!m_startsAfterSending)
        spawn(signal.cause, effects);
}

void LoopSupervisor::spawn(EventId cause, EffectList &effects)
{
    m_state = State::Running;
    m_end.reset();
    m_delayOver.reset();
    record().status = ChildStatus::Undefined;
    Effect &start = effects.add(EffectKind::Start, cause);
    start.key = childSpec().key;
    start.id = childSpec().id;
}

void LoopSupervisor::send(ControlMessage message, EventId cause, EffectList &effects)
{
    const bool isDropped = m_spec->rules.controlPipe == ControlPipeKind::Drops && !m_pipe.isRead()
                           && message == ControlMessage::Reload;
    if (isDropped)
        return;
    if (m_pipe.hasRoom() || m_spec->rules.controlPipe == ControlPipeKind::Drops)
        m_pipe.push({message, cause});
    else
        m_held = {message, cause};
    pump(effects);
}

/// The child reads what it can, and who waits for room gets it.
void LoopSupervisor::pump(EffectList &effects)
{
    const auto deliver = [&] {
        if (const auto entry = m_pipe.take())
            effects.append(
                {.kind = entry->message == ControlMessage::Reload ? EffectKind::Reload : EffectKind::Stop,
                 .child = record().process,
                 .cause = entry->cause});
    };
    deliver();
    if (!m_held || !m_pipe.hasRoom())
        return;
    m_pipe.push(*m_held);
    const EventId cause = m_held->cause;
    m_held.reset();
    deliver();
    if (m_startsAfterSending)
        spawn(cause, effects);
    m_startsAfterSending = false;
}

void LoopSupervisor::finishStop(EffectList &effects)
{
    effects.append({.kind = EffectKind::DisarmDeadline});
    const bool isHidden = m_spec->rules.stopResult == StopResult::Ok || isNormal(m_end->reason);
    end(isHidden ? ExitReason{} : m_end->reason, m_end->cause, effects);
}

void LoopSupervisor::end(ExitReason reason, EventId cause, EffectList &effects)
{
    m_ended = true;
    effects.append(
        {.kind = EffectKind::Terminated, .leavesChildren = true, .reason = reason, .cause = cause});
}

}  // namespace daruma
