#include "engine/monitor_supervisor.h"

#include <algorithm>

namespace daruma {

void MonitorSupervisor::reset(const SupervisorSpec &spec, Duration clockPhase)
{
    renew(spec, clockPhase);
    m_records.assign(spec.children.size(), Record{});
    m_targets.clear();
    m_booting = false;
}

bool MonitorSupervisor::answersWait(const Signal &signal) const
{
    // While it terminates children it reads every message, and keeps none.
    return m_wait == Wait::Exit || signal.kind == SignalKind::ChildSpawned;
}

void MonitorSupervisor::begin(Instant now, const Signal &signal, EffectList &effects)
{
    switch (signal.kind) {
    case SignalKind::Boot:
        m_booting = true;
        m_cause = signal.cause;
        return spawn({0, m_records.size()}, effects);
    case SignalKind::ChildExited:
    case SignalKind::ChildFailed:
    case SignalKind::ChildIgnored:
        return childDown(now, signal, effects);
    case SignalKind::BackoffOver: {
        const std::size_t child = find(signal.child);
        if (child == none || !m_records[child].backingOff)
            return;
        m_records[child].backingOff = false;
        m_cause = signal.cause;
        return restart(child, effects);
    }
    case SignalKind::StopAsked:
    case SignalKind::OwnerEnded:
        m_cause = signal.cause;
        killAll(effects);
        return end({ReasonKind::Normal, {}}, signal.cause, effects);
    case SignalKind::ChildStarted:
    case SignalKind::ChildSpawned:
    case SignalKind::Command:
    case SignalKind::Retry:
    case SignalKind::DeadlinePassed:
    case SignalKind::Selected:
    case SignalKind::ReloadAsked:
    case SignalKind::ReloadDone:
    case SignalKind::TurnOver:
        return;
    }
}

void MonitorSupervisor::resume(Instant now, const Signal &signal, EffectList &effects)
{
    if (m_wait == Wait::Exit)
        return drain(signal, effects);
    Record &record = m_records[m_cursor++];
    record = {ChildStatus::Running, false, record.backoffs, signal.child, now};
    m_wait = Wait::Nothing;
    spawnNext(effects);
}

// Deaths

void MonitorSupervisor::childDown(Instant now, const Signal &signal, EffectList &effects)
{
    const std::size_t child = find(signal.child);
    if (child == none || m_records[child].status != ChildStatus::Running) {
        effects.append({.kind = EffectKind::Unmatched,
                        .child = signal.child,
                        .reason = signal.reason,
                        .cause = signal.cause});
        return;
    }
    const ChildSpec &spec = m_spec->children[child];
    if (!callsForRestart(m_spec->rules.restartPolicy, spec.restart, signal.reason)) {
        m_records[child].status = ChildStatus::Undefined;
        return;
    }
    const RestartCount count = countRestart(now);
    if (!count.allowed)
        return giveUp(signal, count, effects);
    Effect &restarted = effects.add(EffectKind::Restart, signal.cause);
    restarted.child = signal.child;
    restarted.reason = signal.reason;
    restarted.count = count;
    restarted.backoff = spec.backoff;
    restarted.earlier = m_records[child].backoffs;
    m_cause = effects.lastEvent();
    if (spec.backoff == ChildSpec::noBackoff)
        restart(child, effects);
    else
        delayRestart(now, child, effects);
}

void MonitorSupervisor::giveUp(const Signal &signal, RestartCount count, EffectList &effects)
{
    m_cause = effects.append({.kind = EffectKind::GaveUp,
                              .child = signal.child,
                              .reason = signal.reason,
                              .cause = signal.cause,
                              .count = count});
    if (m_spec->rules.childrenAtGiveUp == ChildrenAtGiveUp::Killed)
        killAll(effects);
    end({ReasonKind::Panic, {}}, m_cause, effects);
}

void MonitorSupervisor::restart(std::size_t child, EffectList &effects)
{
    const SiblingRange range = restartRange(m_spec->strategy, child, m_records.size());
    terminate(range, child, effects);
    if (m_wait == Wait::Nothing)
        spawn(range, effects);
}

/// An addition: rusm-otp itself has no delay.
void MonitorSupervisor::delayRestart(Instant now, std::size_t child, EffectList &effects)
{
    Record &record = m_records[child];
    if (now - record.startedAt >= m_spec->backoffs[m_spec->children[child].backoff].resetAfter)
        record.backoffs = 0;
    effects.effects.back().earlier = record.backoffs;
    effects.append({.kind = EffectKind::Backoff,
                    .hint = static_cast<std::uint32_t>(child),
                    .child = record.process,
                    .cause = m_cause});
    record.status = ChildStatus::Restarting;
    record.backingOff = true;
    if (record.backoffs < 0xffff)
        ++record.backoffs;
}

// Starting

void MonitorSupervisor::spawn(SiblingRange range, EffectList &effects)
{
    m_range = range;
    m_cursor = range.first;
    spawnNext(effects);
}

void MonitorSupervisor::spawnNext(EffectList &effects)
{
    if (m_cursor == m_range.last) {
        if (m_booting)
            effects.append({.kind = EffectKind::Started, .cause = m_cause});
        m_booting = false;
        return;
    }
    const ChildSpec &spec = m_spec->children[m_cursor];
    if (m_records[m_cursor].backingOff)
        effects.append({.kind = EffectKind::CancelBackoff, .child = m_records[m_cursor].process});
    Effect &start = effects.add(EffectKind::Start, m_cause);
    start.key = spec.key;
    start.hint = static_cast<std::uint32_t>(m_cursor);
    start.id = spec.id;
    m_wait = Wait::StartResult;
}

// Terminating

/// Kills the survivors in start order and waits until each is down, also one that was down before without
/// anybody having noticed: its message may wait in the mailbox, or be lost for good.
void MonitorSupervisor::terminate(SiblingRange range, std::size_t dead, EffectList &effects)
{
    m_range = range;
    m_targets.clear();
    for (std::size_t i = range.first; i < range.last; ++i)
        if (i != dead && m_records[i].status == ChildStatus::Running)
            m_targets.push_back(m_records[i].process);
    if (m_targets.empty())
        return;
    for (const ProcessId target : m_targets)
        effects.append({.kind = EffectKind::Kill, .child = target, .cause = m_cause});
    m_wait = Wait::Exit;
    Mailbox waiting;
    if (m_spec->rules.messagesMeanwhile == MessagesMeanwhile::Discarded)
        std::swap(waiting, m_mailbox);
    else
        std::erase_if(m_targets, [this](ProcessId target) { return m_mailbox.removeExitOf(target); });
    if (m_targets.empty())
        m_wait = Wait::Nothing;
    while (!waiting.isEmpty() && m_wait == Wait::Exit)
        drain(waiting.pop(), effects);
    std::swap(waiting, m_mailbox);
}

void MonitorSupervisor::drain(const Signal &signal, EffectList &effects)
{
    const bool isEnd = signal.kind == SignalKind::ChildExited || signal.kind == SignalKind::ChildFailed
                       || signal.kind == SignalKind::ChildIgnored;
    const bool isTarget = isEnd && std::erase(m_targets, signal.child) > 0;
    if (!isTarget && m_spec->rules.messagesMeanwhile == MessagesMeanwhile::Kept)
        return m_mailbox.push(signal);
    if (!isTarget && isEnd)
        effects.append({.kind = EffectKind::Unmatched,
                        .child = signal.child,
                        .reason = signal.reason,
                        .cause = signal.cause});
    if (!m_targets.empty())
        return;
    m_wait = Wait::Nothing;
    spawn(m_range, effects);
}

void MonitorSupervisor::killAll(EffectList &effects)
{
    for (const Record &record : m_records) {
        if (record.backingOff)
            effects.append({.kind = EffectKind::CancelBackoff, .child = record.process});
        else if (record.status == ChildStatus::Running)
            effects.append({.kind = EffectKind::Kill, .child = record.process, .cause = m_cause});
    }
}

void MonitorSupervisor::end(ExitReason reason, EventId cause, EffectList &effects)
{
    m_reason = reason;
    m_cause = cause;
    terminated(true, effects);
}

std::size_t MonitorSupervisor::find(ProcessId process) const
{
    for (std::size_t i = 0; i < m_records.size(); ++i)
        if (m_records[i].process == process)
            return i;
    return none;
}

}  // namespace daruma
