#include "engine/fenced_supervisor.h"

#include "engine/policy/attempt_backoff.h"

#include <algorithm>

namespace daruma {

namespace {

/// One for all children together, and one for each that had to be aborted (shutdown policy's defaults).
constexpr Duration drainTime = Duration::seconds(5);
constexpr Duration abortTime = Duration::seconds(1);

/// Ended because somebody cancelled it: neither a success nor a failure.
bool isCancelled(ExitReason reason)
{
    return reason.kind == ReasonKind::Shutdown || reason.kind == ReasonKind::Killed;
}

}

void FencedSupervisor::reset(const SupervisorSpec &spec, Duration clockPhase)
{
    renew(spec, clockPhase);
    m_records.assign(spec.children.size(), Record{});
    m_added.clear();
    m_pausedUnknown.clear();
    m_stage = Stage::Running;
}

void FencedSupervisor::handle(Instant now, const Signal &signal, EffectList &effects)
{
    DARUMA_ASSERT(!m_ended, "a supervisor that has ended gets no signals");
    switch (signal.kind) {
    case SignalKind::Boot:
        return boot(now, signal, effects);
    case SignalKind::ChildSpawned:
        m_records[signal.hint].process = signal.child;
        m_records[signal.hint].status = ChildStatus::Running;
        return;
    case SignalKind::ChildExited:
    case SignalKind::ChildFailed:
    case SignalKind::ChildIgnored:
        if (m_stage == Stage::Running)
            return childEnded(now, signal, effects);
        return exitWhileStopping(signal, effects);
    case SignalKind::BackoffOver:
        if (!m_records[signal.hint].backingOff)
            return;
        m_records[signal.hint].backingOff = false;
        m_cause = signal.cause;
        return startGroup(signal.hint, effects);
    case SignalKind::DeadlinePassed:
        return deadlinePassed(effects);
    case SignalKind::StopAsked:
    case SignalKind::OwnerEnded:
        if (m_stage == Stage::Running)
            shutDown(signal.reason, signal.cause, effects);
        return;
    case SignalKind::Command:
        return command(signal, effects);
    default:
        return;
    }
}

/// It counts as up before any child is.
void FencedSupervisor::boot(Instant now, const Signal &signal, EffectList &effects)
{
    std::size_t groups = 0;
    for (const ChildSpec &child : m_spec->children)
        if (child.group != ChildSpec::noGroup)
            groups = std::max<std::size_t>(groups, child.group + 1U);
    m_guards.reset(m_records.size(), groups, now, m_clockPhase);
    m_cause = signal.cause;
    effects.append({.kind = EffectKind::Started, .cause = m_cause});
    for (std::size_t i = 0; i < m_records.size(); ++i)
        spawn(i, effects);
}

void FencedSupervisor::spawn(std::size_t child, EffectList &effects)
{
    ++m_records[child].attempt;
    Effect &start = effects.add(EffectKind::Start, m_cause);
    start.key = specAt(child).key;
    start.hint = static_cast<std::uint32_t>(child);
    start.id = specAt(child).id;
}

bool FencedSupervisor::isCurrent(const Signal &signal) const
{
    const Record &record = m_records[signal.hint];
    return record.status == ChildStatus::Running && record.process == signal.child;
}

/// Stale: kept for the record, and nothing else.
void FencedSupervisor::unmatched(const Signal &signal, EffectList &effects)
{
    effects.append({.kind = EffectKind::Unmatched,
                    .child = signal.child,
                    .reason = signal.reason,
                    .cause = signal.cause});
}

// Restarts

void FencedSupervisor::childEnded(Instant now, const Signal &signal, EffectList &effects)
{
    if (!isCurrent(signal))
        return unmatched(signal, effects);
    Record &record = m_records[signal.hint];
    record.status = ChildStatus::Undefined;
    record.cancelled = false;
    if (record.awaited) {
        record.awaited = false;
        m_cause = signal.cause;
        if (!awaitsAny())
            disarmDeadline(effects);
        if (!record.paused)
            spawn(signal.hint, effects);
        return;
    }
    if (isCancelled(signal.reason) || signal.kind == SignalKind::ChildIgnored)
        return;
    if (signal.kind == SignalKind::ChildFailed) {
        record.quarantined = true;
        return deny(signal, {GuardVerdict::Denied, Guard::Quarantine, {}, 0, {}}, effects);
    }
    if (signal.reason.kind != ReasonKind::Normal)
        return failed(now, signal, effects);
    const ChildSpec &spec = specAt(signal.hint);
    const bool again = m_spec->rules.afterSuccess == AfterSuccess::ByRole
                           ? restartsAfterSuccess(spec.role)
                           : callsForRestart(spec.restart, signal.reason);
    if (again && !record.paused)
        restart(signal, {}, Duration::zero(), effects);
}

/// It is counted whatever its restart type says.
void FencedSupervisor::failed(Instant now, const Signal &signal, EffectList &effects)
{
    const ChildSpec &spec = specAt(signal.hint);
    const GuardRuling ruling = m_guards.judge(now, {signal.hint, spec.role, spec.group}, m_spec->limit,
                                              m_spec->rules.guardCounts == GuardCounts::Shared);
    if (m_records[signal.hint].paused || !callsForRestart(spec.restart, signal.reason))
        return;
    if (ruling.verdict != GuardVerdict::Allowed)
        return deny(signal, ruling, effects);
    const Duration delay = spec.backoff == ChildSpec::noBackoff
                               ? Duration::zero()
                               : attemptDelay(m_spec->backoffs[spec.backoff], m_records[signal.hint].attempt);
    restart(signal, ruling, delay, effects);
}

void FencedSupervisor::deny(const Signal &signal, const GuardRuling &ruling, EffectList &effects)
{
    const bool ends = ruling.verdict == GuardVerdict::Escalated
                      && m_spec->rules.escalation == Escalation::EndsTheSupervisor;
    const bool retries =
        ruling.guard != Guard::Quarantine && m_spec->rules.deniedRestarts == DeniedRestarts::RetriedLater;
    if (!ends && retries)
        return restart(signal, ruling, ruling.window, effects);
    const EventId denied = effects.append({.kind = EffectKind::GaveUp,
                                           .guard = ruling.guard,
                                           .key = ruling.limit,
                                           .child = signal.child,
                                           .reason = signal.reason,
                                           .cause = signal.cause,
                                           .count = ruling.count});
    if (ends)
        shutDown({ReasonKind::Error, {}}, effects.append({.kind = EffectKind::AutoShutdown, .cause = denied}),
                 effects);
}

void FencedSupervisor::restart(const Signal &signal, const GuardRuling &ruling, Duration delay,
                               EffectList &effects)
{
    Effect &restarted = effects.add(EffectKind::Restart, signal.cause);
    restarted.child = signal.child;
    restarted.reason = signal.reason;
    restarted.guard = ruling.guard;
    restarted.count = ruling.count;
    restarted.key = ruling.limit;
    restarted.duration = delay;
    m_cause = effects.lastEvent();
    if (delay.isZero())
        return startGroup(signal.hint, effects);
    effects.append(
        {.kind = EffectKind::Backoff, .hint = signal.hint, .child = signal.child, .cause = m_cause});
    m_records[signal.hint].status = ChildStatus::Restarting;
    m_records[signal.hint].backingOff = true;
}

/// All that the strategy names, whatever their state: a temporary one, one that has done its work, and one
/// that runs or waits for a restart of its own. Only what is quarantined or paused stays out.
void FencedSupervisor::startGroup(std::size_t child, EffectList &effects)
{
    const SiblingRange range = restartRange(m_spec->strategy, child, m_records.size());
    const bool stopsFirst =
        m_spec->rules.groupRestart == GroupRestart::StopsFirst && m_stage == Stage::Running;
    for (std::size_t i = range.first; i < range.last; ++i) {
        Record &record = m_records[i];
        if (record.quarantined || record.paused || (stopsFirst && record.awaited))
            continue;
        if (stopsFirst && record.backingOff) {
            effects.append({.kind = EffectKind::CancelBackoff, .child = record.process});
            record.backingOff = false;
        }
        if (stopsFirst && record.status == ChildStatus::Running)
            ask(i, effects);
        else
            spawn(i, effects);
    }
    if (stopsFirst && awaitsAny())
        wait(drainTime, effects);
}

void FencedSupervisor::ask(std::size_t child, EffectList &effects)
{
    m_records[child].awaited = true;
    effects.add(EffectKind::Stop, m_cause).child = m_records[child].process;
    m_records[child].stopEvent = effects.lastEvent();
}

void FencedSupervisor::abort(std::size_t child, EffectList &effects)
{
    effects.add(EffectKind::Kill, m_records[child].stopEvent).child = m_records[child].process;
}

bool FencedSupervisor::awaitsAny() const
{
    return std::any_of(m_records.begin(), m_records.end(), [](const Record &one) { return one.awaited; });
}

// Stopping

/// Asks all to stop, the last one first, without waiting in between.
void FencedSupervisor::shutDown(ExitReason reason, EventId cause, EffectList &effects)
{
    m_stage = Stage::Draining;
    m_reason = reason;
    m_cause = cause;
    const Rules &rules = m_spec->rules;
    if (rules.shutdownCall == ShutdownCall::LoopAlone && rules.loopShutdown == LoopShutdown::LeavesChildren)
        return end(effects);
    for (std::size_t i = m_records.size(); i-- > 0;) {
        Record &record = m_records[i];
        record.awaited = false;
        if (record.backingOff && m_spec->rules.delayedStarts == DelayedStarts::CalledOff) {
            effects.append({.kind = EffectKind::CancelBackoff, .child = record.process});
            record.backingOff = false;
        }
        if (record.status == ChildStatus::Running)
            ask(i, effects);
    }
    if (awaitsAny())
        wait(drainTime, effects);
    else
        end(effects);
}

void FencedSupervisor::exitWhileStopping(const Signal &signal, EffectList &effects)
{
    Record &record = m_records[signal.hint];
    if (m_spec->rules.exitsAtShutdown == ExitsAtShutdown::OfTheCurrentOne && !isCurrent(signal))
        return unmatched(signal, effects);
    if (!record.awaited)
        return;
    record.awaited = false;
    record.status = ChildStatus::Undefined;
    if (m_stage == Stage::Aborting && m_aborting == signal.hint)
        abortNext(effects);
    else if (!awaitsAny())
        end(effects);
}

void FencedSupervisor::deadlinePassed(EffectList &effects)
{
    m_deadlineArmed = false;
    if (m_stage == Stage::Running) {
        for (std::size_t i = 0; i < m_records.size(); ++i)
            if (m_records[i].awaited)
                abort(i, effects);
        return;
    }
    if (m_stage == Stage::Aborting)
        m_records[m_aborting].awaited = false;
    m_stage = Stage::Aborting;
    abortNext(effects);
}

/// The last one first; each has its time before the next one's turn comes.
void FencedSupervisor::abortNext(EffectList &effects)
{
    for (std::size_t i = m_records.size(); i-- > 0;) {
        if (!m_records[i].awaited)
            continue;
        m_aborting = i;
        abort(i, effects);
        return wait(abortTime, effects);
    }
    end(effects);
}

void FencedSupervisor::wait(Duration length, EffectList &effects)
{
    effects.add(EffectKind::ArmDeadline, {}).duration = length;
    m_deadlineArmed = true;
}

void FencedSupervisor::end(EffectList &effects)
{
    disarmDeadline(effects);
    terminated(true, effects);
}

}  // namespace daruma
