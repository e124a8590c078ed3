#include "engine/list_supervisor.h"

#include <algorithm>

namespace daruma {

void ListSupervisor::reset(const SupervisorSpec &spec, Duration clockPhase)
{
    renew(spec, clockPhase);
    m_records.resize(spec.children.size());
    for (std::uint32_t i = 0; i < m_records.size(); ++i)
        m_records[i] = Record{.spec = i};
    m_added.clear();
    m_job = Job::Idle;
}

const ChildSpec &ListSupervisor::specOf(const Record &record) const
{
    const std::size_t fixed = m_spec->children.size();
    return record.spec < fixed ? m_spec->children[record.spec] : m_added[record.spec - fixed];
}

void ListSupervisor::begin(Instant now, const Signal &signal, EffectList &effects)
{
    switch (signal.kind) {
    case SignalKind::Boot:
        m_job = Job::Booting;
        m_cause = signal.cause;
        m_range = {0, m_records.size()};
        m_cursor = 0;
        runStarts(effects);
        return;
    case SignalKind::ChildExited:
        childExited(now, signal, effects);
        return;
    case SignalKind::Retry:
        retry(now, signal, effects);
        return;
    case SignalKind::BackoffOver: {
        const std::size_t child = find(signal.child, signal.hint);
        if (child != none && m_records[child].backingOff) {
            m_records[child].backingOff = false;
            m_cause = signal.cause;
            performRestart(child, effects);
        }
        return;
    }
    case SignalKind::StopAsked:
        end(signal.reason, signal.cause, true, effects);
        return;
    case SignalKind::Command:
        command(signal, effects);
        return;
    case SignalKind::OwnerEnded:
    case SignalKind::Selected:
    case SignalKind::ReloadAsked:
    case SignalKind::ReloadDone:
    case SignalKind::ChildSpawned:
    case SignalKind::ChildStarted:
    case SignalKind::ChildFailed:
    case SignalKind::ChildIgnored:
    case SignalKind::DeadlinePassed:
    case SignalKind::TurnOver:
        break;
    }
    DARUMA_UNREACHABLE("a start result or a deadline that nobody waits for");
}

void ListSupervisor::resume(Instant now, const Signal &signal, EffectList &effects)
{
    if (signal.kind == SignalKind::DeadlinePassed) {
        m_deadlineArmed = false;
        effects.append({.kind = EffectKind::Kill, .child = m_waitFor, .cause = m_stopEvent});
        return;
    }
    const Wait waited = m_wait;
    m_wait = Wait::Nothing;
    if (waited == Wait::Exit) {
        disarmDeadline(effects);
        stopped(m_cursor, effects);
        runStops(effects);
    } else if (m_job == Job::StartingOne) {
        oneSettled(now, signal, effects);
    } else {
        startSettled(now, signal, effects);
    }
}

// Exits and restarts

void ListSupervisor::childExited(Instant now, const Signal &signal, EffectList &effects)
{
    const std::size_t child = find(signal.child, signal.hint);
    const bool known = child != none && m_records[child].status == ChildStatus::Running;
    if (!known || !isSeen(signal.reason)) {
        effects.append({.kind = EffectKind::Unmatched,
                        .child = signal.child,
                        .reason = signal.reason,
                        .cause = signal.cause});
        if (known)
            m_records[child].diedUnseen = true;
        return;
    }
    const ChildSpec &spec = specOf(m_records[child]);
    if (callsForRestart(spec.restart, signal.reason)) {
        decideRestart(now, child, signal, effects);
        return;
    }
    const ChildSpec gone = spec;
    if (spec.restart == RestartType::Temporary)
        erase(child, signal.cause, effects);
    else
        m_records[child].status = ChildStatus::Undefined;
    autoShutdown(gone, signal.cause, effects);
}

void ListSupervisor::retry(Instant now, const Signal &signal, EffectList &effects)
{
    const std::size_t child = find(signal.id);
    if (child != none && m_records[child].status == ChildStatus::Restarting && !m_records[child].backingOff)
        decideRestart(now, child, signal, effects);
}

void ListSupervisor::decideRestart(Instant now, std::size_t child, const Signal &signal, EffectList &effects)
{
    Record &record = m_records[child];
    const RestartCount count = countRestart(now);
    if (!count.allowed) {
        const EventId gaveUp = effects.append({.kind = EffectKind::GaveUp,
                                               .child = record.process,
                                               .reason = signal.reason,
                                               .cause = signal.cause,
                                               .count = count});
        record.status = ChildStatus::Undefined;
        end({ReasonKind::Shutdown, {}}, gaveUp,
            m_spec->rules.childrenAtGiveUp == ChildrenAtGiveUp::StoppedInOrder, effects);
        return;
    }
    const std::uint8_t backoff = specOf(record).backoff;
    Effect &restart = effects.add(EffectKind::Restart, signal.cause);
    restart.backoff = backoff;
    restart.child = record.process;
    restart.reason = signal.reason;
    restart.count = count;
    restart.earlier = record.backoffs;
    m_cause = effects.lastEvent();
    if (backoff == ChildSpec::noBackoff) {
        performRestart(child, effects);
        return;
    }
    const Duration resetAfter = m_spec->backoffs[backoff].resetAfter;
    if (record.status == ChildStatus::Running && now - record.startedAt >= resetAfter)
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

void ListSupervisor::performRestart(std::size_t child, EffectList &effects)
{
    m_range = restartRange(m_spec->strategy, child, m_records.size());
    if (m_spec->strategy == Strategy::OneForOne) {
        m_job = Job::StartingGroup;
        m_records[child].status = ChildStatus::Restarting;
        m_cursor = child;
        runStarts(effects);
        return;
    }
    m_records[child].status = ChildStatus::Undefined;
    beginStops(Job::StoppingGroup, m_range);
    runStops(effects);
}

void ListSupervisor::autoShutdown(const ChildSpec &gone, EventId cause, EffectList &effects)
{
    if (m_spec->autoShutdown == AutoShutdown::Never || !gone.significant)
        return;
    if (m_spec->autoShutdown == AutoShutdown::AllSignificant)
        for (const Record &record : m_records)
            if (record.status != ChildStatus::Undefined && specOf(record).significant)
                return;
    const EventId event = effects.append({.kind = EffectKind::AutoShutdown, .cause = cause});
    end({ReasonKind::Shutdown, {}}, event, true, effects);
}

// Stopping

void ListSupervisor::beginStops(Job job, SiblingRange range)
{
    m_job = job;
    m_range = range;
    m_cursor = m_spec->rules.stopOrder == StopOrder::ReverseStartOrder ? range.last : range.first;
}

void ListSupervisor::runStops(EffectList &effects)
{
    // The cursor stands at the child that is being stopped; erasing it moves the ones behind it here.
    if (m_job == Job::StoppingOne)
        return stopsDone(effects);
    if (m_spec->rules.stopOrder == StopOrder::ReverseStartOrder) {
        while (m_cursor > m_range.first) {
            --m_cursor;
            if (stopWaits(m_cursor, effects))
                return;
            stopped(m_cursor, effects);
        }
    } else {
        while (m_cursor < m_range.last) {
            if (stopWaits(m_cursor, effects))
                return;
            stopped(m_cursor, effects);
        }
    }
    stopsDone(effects);
}

bool ListSupervisor::stopWaits(std::size_t child, EffectList &effects)
{
    Record &record = m_records[child];
    if (record.status != ChildStatus::Running) {
        cancelBackoff(child, effects);
        return false;
    }
    if (record.diedUnseen || (!m_mailbox.isEmpty() && m_mailbox.removeExitOf(record.process)))
        return false;
    const ShutdownPolicy &policy = specOf(record).shutdown;
    m_stopEvent = sendStop(record.process, policy, effects);
    armDeadline(policy, effects);
    m_wait = Wait::Exit;
    m_waitFor = record.process;
    return true;
}

void ListSupervisor::stopped(std::size_t child, EffectList &effects)
{
    const bool forward = m_spec->rules.stopOrder == StopOrder::StartOrder && m_job != Job::StoppingOne;
    const bool goesOn = m_job == Job::StoppingGroup || m_job == Job::StoppingOne;
    if (goesOn && specOf(m_records[child]).restart == RestartType::Temporary) {
        erase(child, m_cause, effects);
        --m_range.last;
        return;
    }
    m_records[child].status = ChildStatus::Undefined;
    if (forward)
        ++m_cursor;
}

void ListSupervisor::stopsDone(EffectList &effects)
{
    switch (m_job) {
    case Job::StoppingGroup:
        m_job = Job::StartingGroup;
        m_cursor = m_range.first;
        runStarts(effects);
        return;
    case Job::StoppingOne:
        m_job = Job::Idle;
        reply(ReplyKind::Ok, effects);
        return;
    case Job::BootFailed:
        effects.append(
            {.kind = EffectKind::StartFailed, .reason = m_reason, .id = m_failed, .cause = m_cause});
        abandon(effects);
        return;
    case Job::Ending:
        terminated(false, effects);
        return;
    default:
        DARUMA_UNREACHABLE("stops end only in jobs that stop");
    }
}

void ListSupervisor::end(ExitReason reason, EventId cause, bool stopChildren, EffectList &effects)
{
    m_reason = reason;
    m_cause = cause;
    if (!stopChildren)
        return terminated(true, effects);
    beginStops(Job::Ending, {0, m_records.size()});
    runStops(effects);
}

// Starting

void ListSupervisor::runStarts(EffectList &effects)
{
    if (m_cursor == m_range.last)
        return startsDone(effects);
    const ChildSpec &spec = specOf(m_records[m_cursor]);
    Effect &start = effects.add(EffectKind::Start, m_cause);
    start.key = spec.key;
    start.hint = static_cast<std::uint32_t>(m_cursor);
    start.id = spec.id;
    m_wait = Wait::StartResult;
}

void ListSupervisor::startSettled(Instant now, const Signal &signal, EffectList &effects)
{
    Record &record = m_records[m_cursor];
    record.process = signal.child;
    record.diedUnseen = false;
    if (signal.kind == SignalKind::ChildFailed)
        return startFailed(signal, effects);
    if (signal.kind == SignalKind::ChildStarted) {
        record.status = ChildStatus::Running;
        record.startedAt = now;
        ++m_cursor;
    } else if (specOf(record).restart == RestartType::Temporary) {
        erase(m_cursor, signal.cause, effects);
        --m_range.last;
    } else {
        record.status = ChildStatus::Undefined;
        ++m_cursor;
    }
    runStarts(effects);
}

void ListSupervisor::startsDone(EffectList &effects)
{
    const bool booting = m_job == Job::Booting;
    m_job = Job::Idle;
    if (booting)
        effects.append({.kind = EffectKind::Started, .cause = m_cause});
}

void ListSupervisor::startFailed(const Signal &signal, EffectList &effects)
{
    Record &record = m_records[m_cursor];
    if (m_job == Job::Booting) {
        m_failed = specOf(record).id;
        m_reason = signal.reason;
        m_cause = signal.cause;
        beginStops(Job::BootFailed, {0, m_cursor});
        return runStops(effects);
    }
    record.status = ChildStatus::Restarting;
    m_job = Job::Idle;
    Signal again = signal;
    again.kind = SignalKind::Retry;
    again.id = specOf(record).id;
    m_mailbox.push(again);
}

void ListSupervisor::oneSettled(Instant now, const Signal &signal, EffectList &effects)
{
    m_job = Job::Idle;
    const bool added = m_command.command == CommandKind::StartChild;
    const bool failed = signal.kind == SignalKind::ChildFailed;
    const bool dropped = failed
                         || (signal.kind == SignalKind::ChildIgnored && !m_added.empty()
                             && m_added.back().restart == RestartType::Temporary);
    if (added && dropped) {
        m_records.pop_back();
        m_added.pop_back();
    } else {
        Record &record = m_records[m_cursor];
        record.process = signal.child;
        record.diedUnseen = false;
        if (signal.kind == SignalKind::ChildStarted) {
            record.status = ChildStatus::Running;
            record.startedAt = now;
        }
    }
    if (failed)
        reply(ReplyKind::Failed, effects, {}, signal.reason);
    else if (signal.kind == SignalKind::ChildIgnored)
        reply(ReplyKind::OkUndefined, effects);
    else
        reply(ReplyKind::OkChild, effects, signal.child);
}

// Records

std::size_t ListSupervisor::find(ProcessId process, std::uint32_t hint) const
{
    // Deletions only move records towards the front, so the search goes down from where it was started.
    for (std::size_t i = std::min<std::size_t>(hint + std::size_t(1), m_records.size()); i-- > 0;)
        if (m_records[i].process == process)
            return i;
    return none;
}

std::size_t ListSupervisor::find(ChildId id) const
{
    for (std::size_t i = 0; i < m_records.size(); ++i)
        if (specOf(m_records[i]).id == id)
            return i;
    return none;
}

void ListSupervisor::erase(std::size_t child, EventId cause, EffectList &effects)
{
    effects.append({.kind = EffectKind::Removed, .child = m_records[child].process, .cause = cause});
    const std::uint32_t gone = m_records[child].spec;
    m_records.erase(m_records.begin() + static_cast<std::ptrdiff_t>(child));
    const std::size_t fixed = m_spec->children.size();
    if (gone < fixed)
        return;
    m_added.erase(m_added.begin() + static_cast<std::ptrdiff_t>(gone - fixed));
    for (Record &record : m_records)
        record.spec -= record.spec > gone ? 1 : 0;
}

void ListSupervisor::cancelBackoff(std::size_t child, EffectList &effects)
{
    Record &record = m_records[child];
    if (!record.backingOff)
        return;
    record.backingOff = false;
    effects.append({.kind = EffectKind::CancelBackoff, .child = record.process});
}

}  // namespace daruma
