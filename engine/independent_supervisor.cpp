#include "engine/independent_supervisor.h"

#include "engine/policy/allowed_restarts.h"

#include <algorithm>

namespace daruma {

void IndependentSupervisor::reset(const SupervisorSpec &spec, Duration clockPhase, std::uint64_t chance)
{
    renew(spec, clockPhase);
    m_records.assign(spec.children.size(), Record{});
    m_windows.resize(spec.rules.limitScope == LimitScope::EachChild ? spec.children.size() : 1);
    for (RestartWindow &window : m_windows)
        window.clear();
    m_paused.clear();
    m_coin = Coin(chance);
    m_isPaused = m_isStopping = m_leavesChildren = false;
}

std::uint32_t IndependentSupervisor::restartsInWindow(Instant now) const
{
    std::uint32_t used = 0;
    for (const RestartWindow &window : m_windows)
        used += window.used(now, m_clockPhase, m_spec->limit);
    return used;
}

void IndependentSupervisor::handle(Instant now, const Signal &signal, EffectList &effects)
{
    DARUMA_ASSERT(!m_ended, "a supervisor that has ended gets no signals");
    switch (signal.kind) {
    case SignalKind::Boot:
        return boot(now, signal, effects);
    case SignalKind::ChildSpawned:
        return spawned(now, signal, effects);
    case SignalKind::ChildExited:
    case SignalKind::ChildFailed:
    case SignalKind::ChildIgnored:
        return childEnded(now, signal, effects);
    case SignalKind::BackoffOver:
        return waitOver(now, signal, effects);
    case SignalKind::StopAsked:
    case SignalKind::OwnerEnded:
        if (!m_isStopping)
            stopAll(now, signal, effects);
        return;
    case SignalKind::DeadlinePassed:
        m_deadlineArmed = false;
        return patienceOver(now, effects);
    default:
        return;
    }
}

/// All at once; it counts as up as soon as it has asked for them.
void IndependentSupervisor::boot(Instant now, const Signal &signal, EffectList &effects)
{
    for (std::size_t i = 0; i < m_records.size(); ++i) {
        if (m_spec->rules.counted == Counted::Starts)
            count(now, i);
        spawn(i, signal.cause, effects);
    }
    effects.append({.kind = EffectKind::Started, .cause = signal.cause});
}

void IndependentSupervisor::spawn(std::size_t child, EventId cause, EffectList &effects)
{
    m_records[child].backingOff = m_records[child].isPaused = false;
    m_records[child].isSpawning = true;
    Effect &start = effects.add(EffectKind::Start, cause);
    start.key = m_spec->children[child].key;
    start.hint = static_cast<std::uint32_t>(child);
    start.id = m_spec->children[child].id;
}

void IndependentSupervisor::spawned(Instant now, const Signal &signal, EffectList &effects)
{
    Record &record = m_records[signal.hint];
    record.isSpawning = false;
    record.status = ChildStatus::Running;
    record.process = signal.child;
    record.startedAt = now;
    if (!m_isStopping)
        return;
    ask(now, signal.hint, effects);
    settle(now, effects);
}

// Restarts

void IndependentSupervisor::childEnded(Instant now, const Signal &signal, EffectList &effects)
{
    Record &record = m_records[signal.hint];
    if (record.status != ChildStatus::Running || record.process != signal.child) {
        effects.append({.kind = EffectKind::Unmatched,
                        .child = signal.child,
                        .reason = signal.reason,
                        .cause = signal.cause});
        return;
    }
    record.status = ChildStatus::Undefined;
    record.reason = signal.reason;
    if (m_isStopping)
        return settle(now, effects);
    const ChildSpec &spec = specOf(record);
    if (signal.kind == SignalKind::ChildIgnored
        || !callsForRestart(m_spec->rules.restartPolicy, spec.restart, signal.reason))
        return;
    if (m_spec->rules.counted == Counted::Failures)
        failed(now, signal, effects);
    else
        startAgain(now, signal, effects);
}

/// What is counted is the start, so a limit that is exceeded shows when the delay is over.
void IndependentSupervisor::startAgain(Instant now, const Signal &signal, EffectList &effects)
{
    if (m_spec->children[signal.hint].backoff != ChildSpec::noBackoff) {
        const std::uint32_t used = windowOf(signal.hint).used(now, m_clockPhase, m_spec->limit);
        return delay(now, signal, {used + 1, true}, effects);
    }
    const RestartCount counted = count(now, signal.hint);
    if (!counted.allowed)
        return refuse(signal, counted, effects);
    decide(signal, counted, Duration::zero(), effects);
    spawn(signal.hint, effects.lastEvent(), effects);
}

void IndependentSupervisor::failed(Instant now, const Signal &signal, EffectList &effects)
{
    const RestartCount counted = count(now, signal.hint);
    if (!counted.allowed)
        return m_spec->rules.pastLimit == PastLimit::Pauses ? pause(now, signal, counted, effects)
                                                            : refuse(signal, counted, effects);
    if (m_isPaused) {
        decide(signal, counted, m_pausedUntil - now, effects);
        return wait(signal.hint, true, effects);
    }
    if (m_spec->children[signal.hint].backoff != ChildSpec::noBackoff)
        return delay(now, signal, counted, effects);
    decide(signal, counted, Duration::zero(), effects);
    spawn(signal.hint, effects.lastEvent(), effects);
}

/// It stays as it is, and nothing else happens.
void IndependentSupervisor::refuse(const Signal &signal, RestartCount count, EffectList &effects)
{
    const bool isOwn = m_spec->rules.limitScope == LimitScope::EachChild;
    effects.append({.kind = EffectKind::GaveUp,
                    .guard = isOwn ? Guard::ChildLimit : Guard::SupervisorLimit,
                    .key = allowedRestarts(m_spec->limit, m_spec->rules.tripTest),
                    .child = signal.child,
                    .reason = signal.reason,
                    .cause = signal.cause,
                    .count = count});
}

void IndependentSupervisor::decide(const Signal &signal, RestartCount count, Duration delay,
                                   EffectList &effects)
{
    Effect &restart = effects.add(EffectKind::Restart, signal.cause);
    restart.child = signal.child;
    restart.reason = signal.reason;
    restart.count = count;
    restart.duration = delay;
}

void IndependentSupervisor::delay(Instant now, const Signal &signal, RestartCount count, EffectList &effects)
{
    Record &record = m_records[signal.hint];
    const std::uint8_t backoff = specOf(record).backoff;
    if (now - record.startedAt >= m_spec->backoffs[backoff].resetAfter)
        record.backoffs = 0;
    decide(signal, count, Duration::zero(), effects);
    effects.effects.back().backoff = backoff;
    effects.effects.back().earlier = record.backoffs;
    if (record.backoffs < 0xffff)
        ++record.backoffs;
    wait(signal.hint, false, effects);
}

/// As long as the restart that was decided last says.
void IndependentSupervisor::wait(std::size_t child, bool forPause, EffectList &effects)
{
    Record &record = m_records[child];
    record.status = ChildStatus::Restarting;
    record.backingOff = true;
    record.isPaused = forPause;
    record.waitEvent = effects.append({.kind = EffectKind::Backoff,
                                       .hint = static_cast<std::uint32_t>(child),
                                       .child = record.process,
                                       .cause = effects.lastEvent()});
    if (forPause)
        m_paused.push_back(child);
}

void IndependentSupervisor::waitOver(Instant now, const Signal &signal, EffectList &effects)
{
    Record &record = m_records[signal.hint];
    if (!record.backingOff || record.process != signal.child)
        return;
    if (record.isPaused)
        return resume(signal, effects);
    record.backingOff = false;
    record.status = ChildStatus::Undefined;
    if (m_spec->rules.counted == Counted::Starts) {
        const RestartCount counted = count(now, signal.hint);
        Signal ended = signal;
        ended.reason = record.reason;
        if (!counted.allowed)
            return refuse(ended, counted, effects);
    }
    spawn(signal.hint, signal.cause, effects);
}

/// Each failure that is too many begins the pause anew, for those too that wait already.
void IndependentSupervisor::pause(Instant now, const Signal &signal, RestartCount count, EffectList &effects)
{
    const Duration length = backoffDelay(m_spec->pause, 0, m_coin.number());
    m_isPaused = true;
    m_pausedUntil = now + length;
    decide(signal, count, length, effects);
    const EventId decision = effects.lastEvent();
    const std::size_t earlier = m_paused.size();
    wait(signal.hint, true, effects);
    for (std::size_t i = 0; i < earlier; ++i) {
        const std::size_t child = m_paused[i];
        Record &record = m_records[child];
        effects.append({.kind = EffectKind::CancelBackoff, .child = record.process});
        record.waitEvent = effects.append({.kind = EffectKind::Backoff,
                                           .hint = static_cast<std::uint32_t>(child),
                                           .child = record.process,
                                           .cause = decision});
    }
}

/// All are started before any of them can fail again.
void IndependentSupervisor::resume(const Signal &signal, EffectList &effects)
{
    m_isPaused = false;
    for (RestartWindow &window : m_windows)
        window.clear();
    for (const std::size_t child : m_paused) {
        Record &record = m_records[child];
        if (child != signal.hint)
            effects.append({.kind = EffectKind::CancelBackoff, .child = record.process});
        record.status = ChildStatus::Undefined;
        spawn(child, record.waitEvent, effects);
    }
    m_paused.clear();
}

// Stopping

void IndependentSupervisor::stopAll(Instant now, const Signal &signal, EffectList &effects)
{
    m_isStopping = true;
    m_reason = signal.reason;
    m_cause = signal.cause;
    for (std::size_t i = 0; i < m_records.size(); ++i) {
        Record &record = m_records[i];
        if (record.backingOff) {
            effects.append({.kind = EffectKind::CancelBackoff, .child = record.process});
            record.backingOff = false;
            record.status = ChildStatus::Undefined;
        } else if (record.status == ChildStatus::Running) {
            ask(now, i, effects);
        }
    }
    settle(now, effects);
}

void IndependentSupervisor::ask(Instant now, std::size_t child, EffectList &effects)
{
    const ShutdownPolicy &policy = m_spec->children[child].shutdown;
    sendStop(m_records[child].process, policy, effects);
    m_records[child].patience = policy.brutal ? Instant::never() : now + policy.grace;
}

void IndependentSupervisor::patienceOver(Instant now, EffectList &effects)
{
    for (Record &record : m_records) {
        if (record.status != ChildStatus::Running || record.patience > now)
            continue;
        record.patience = Instant::never();
        if (m_spec->rules.stopTimeout == StopTimeout::Leaves) {
            record.status = ChildStatus::Undefined;
            m_leavesChildren = true;
        } else {
            effects.append({.kind = EffectKind::Kill, .child = record.process, .cause = m_cause});
        }
    }
    settle(now, effects);
}

void IndependentSupervisor::settle(Instant now, EffectList &effects)
{
    Instant next = Instant::never();
    bool isAny = false;
    for (const Record &record : m_records) {
        const bool isRunning = record.status == ChildStatus::Running;
        isAny = isAny || isRunning || record.isSpawning;
        next = isRunning ? std::min(next, record.patience) : next;
    }
    disarmDeadline(effects);
    if (!isAny)
        return terminated(m_leavesChildren, effects);
    m_deadlineArmed = !next.isNever();
    if (m_deadlineArmed)
        effects.add(EffectKind::ArmDeadline, {}).duration = next - now;
}

}  // namespace daruma
