#include "engine/parallel_supervisor.h"

#include <algorithm>

namespace daruma {

namespace {

/// How often it looks whether a child that it stops has ended.
constexpr std::int64_t pollNs = 10'000'000;

/// The first look at or after `now`, where the first of all was at `since`.
Instant nextLook(Instant since, Instant now)
{
    const std::int64_t looks = ((now - since).ns() + pollNs - 1) / pollNs;
    return since + Duration::nanoseconds(looks * pollNs);
}

}  // namespace

void ParallelSupervisor::reset(const SupervisorSpec &spec, Duration clockPhase)
{
    renew(spec, clockPhase);
    m_records.assign(spec.children.size(), Record{});
    m_cursor = m_active = 0;
    m_hasFailed = m_isBlocked = false;
    m_reason = {};
    m_lastEnd = {};
}

bool ParallelSupervisor::isWaiting() const
{
    if (m_ended)
        return false;
    const bool stops = std::any_of(m_records.begin(), m_records.end(), [](const Record &record) {
        return record.status == ChildStatus::Running && record.isStopping;
    });
    return stops || !isAnyRunning();
}

bool ParallelSupervisor::isAnyRunning() const
{
    return std::any_of(m_records.begin(), m_records.end(),
                       [](const Record &record) { return record.status == ChildStatus::Running; });
}

void ParallelSupervisor::begin(Instant now, const Signal &signal, EffectList &effects)
{
    const auto known = std::find_if(m_records.begin(), m_records.end(), [&](const Record &record) {
        return signal.child.isValid() && record.process == signal.child;
    });
    switch (signal.kind) {
    case SignalKind::Boot:
        m_cause = signal.cause;
        return spawnNext(now, effects);
    case SignalKind::ChildStarted:
    case SignalKind::ReloadDone:
        if (known == m_records.end() || known->status != ChildStatus::Running)
            return;
        known->listens = true;
        return deliver(*known, effects);
    case SignalKind::ChildExited:
    case SignalKind::ChildFailed:
    case SignalKind::ChildIgnored:
        if (known != m_records.end() && known->status == ChildStatus::Running)
            childEnded(now, signal, effects);
        return;
    case SignalKind::StopAsked:
        stopAll(now, signal.cause, effects);
        return settle(now, effects);
    case SignalKind::Command:
        m_command = signal;
        reply(ReplyKind::Ok, effects);
        if (signal.command == CommandKind::Reload)
            reloadAll(signal.cause, effects);
        return;
    case SignalKind::ReloadAsked:
        return reloadAll(signal.cause, effects);
    case SignalKind::DeadlinePassed:
        m_deadlineArmed = false;
        killLate(now, effects);
        return settle(now, effects);
    case SignalKind::ChildSpawned:
    case SignalKind::BackoffOver:
    case SignalKind::Retry:
    case SignalKind::OwnerEnded:
    case SignalKind::TurnOver:
    case SignalKind::Selected:
        return;
    }
}

// Starting

void ParallelSupervisor::spawnNext(Instant now, EffectList &effects)
{
    if (m_cursor == m_records.size()) {
        effects.append({.kind = EffectKind::Started, .cause = m_cause});
        m_lastEnd = m_cause;
        return settle(now, effects);
    }
    const ChildSpec &spec = m_spec->children[m_cursor];
    Effect &start = effects.add(EffectKind::Start, m_cause);
    start.key = spec.key;
    start.hint = static_cast<std::uint32_t>(m_cursor);
    start.id = spec.id;
    m_wait = Wait::StartResult;
}

void ParallelSupervisor::resume(Instant now, const Signal &signal, EffectList &effects)
{
    Record &record = m_records[m_cursor++];
    record = Record{};
    record.status = ChildStatus::Running;
    record.process = signal.child;
    ++m_active;
    m_wait = Wait::Nothing;
    spawnNext(now, effects);
}

// Ends

void ParallelSupervisor::childEnded(Instant now, const Signal &signal, EffectList &effects)
{
    for (Record &record : m_records)
        if (record.process == signal.child)
            record.status = ChildStatus::Undefined;
    if (m_isBlocked && signal.reason.kind != ReasonKind::Killed)
        m_blockedUntil = std::max(m_blockedUntil, nextLook(m_blockedSince, now));
    if (isSeen(signal.reason)) {
        --m_active;
        m_lastEnd = m_hasFailed ? m_lastEnd : signal.cause;
        if (!isNormal(signal.reason) && !m_hasFailed) {
            m_hasFailed = m_isBlocked = true;
            m_reason = signal.reason;
            m_blockedSince = m_blockedUntil = now;
            stopAll(now, signal.cause, effects);
        }
    }
    settle(now, effects);
}

void ParallelSupervisor::settle(Instant now, EffectList &effects)
{
    Instant next = Instant::never();
    for (const Record &record : m_records)
        if (record.status == ChildStatus::Running && record.isStopping)
            next = std::min(next, record.killAt);
    if (m_isBlocked && !isAnyRunning()) {
        next = m_blockedUntil;
        m_isBlocked = m_blockedUntil > now;
    }
    disarmDeadline(effects);
    if (!m_isBlocked && m_active == 0) {
        m_cause = m_lastEnd;
        effects.append({.kind = EffectKind::Terminated,
                        .leavesChildren = true,
                        .returnsError = m_hasFailed,
                        .reason = m_reason,
                        .cause = m_cause});
        return abandon(effects);
    }
    if (next > now && !next.isNever()) {
        effects.append({.kind = EffectKind::ArmDeadline, .duration = next - now});
        m_deadlineArmed = true;
    }
}

// Stopping and reloading

void ParallelSupervisor::stopAll(Instant now, EventId cause, EffectList &effects)
{
    m_stopEvent = cause;
    for (std::size_t i = 0; i < m_records.size(); ++i) {
        Record &record = m_records[i];
        if (record.status != ChildStatus::Running || record.isStopping)
            continue;
        record.isStopping = true;
        record.killAt = now + m_spec->children[i].shutdown.grace;
        deliver(record, effects);
    }
}

void ParallelSupervisor::reloadAll(EventId cause, EffectList &effects)
{
    m_cause = cause;
    for (Record &record : m_records)
        if (record.status == ChildStatus::Running && !record.isAsked) {
            ++record.reloads;
            deliver(record, effects);
        }
}

/// The messages of a child that is busy, or still starting, wait for it.
void ParallelSupervisor::deliver(Record &record, EffectList &effects)
{
    if (!record.listens || record.isAsked)
        return;
    if (record.reloads > 0) {
        --record.reloads;
        record.listens = false;
        effects.append({.kind = EffectKind::Reload, .child = record.process, .cause = m_cause});
    } else if (record.isStopping) {
        record.isAsked = true;
        effects.append({.kind = EffectKind::Stop, .child = record.process, .cause = m_stopEvent});
    }
}

void ParallelSupervisor::killLate(Instant now, EffectList &effects)
{
    for (Record &record : m_records)
        if (record.status == ChildStatus::Running && record.isStopping && record.killAt <= now) {
            record.killAt = Instant::never();
            effects.append({.kind = EffectKind::Kill, .child = record.process, .cause = m_stopEvent});
        }
}

}  // namespace daruma
