#include "engine/roster_supervisor.h"

#include <algorithm>
#include <utility>

namespace daruma {

namespace {

bool isEnd(SignalKind kind)
{
    return kind == SignalKind::ChildExited || kind == SignalKind::ChildFailed
           || kind == SignalKind::ChildIgnored;
}

}  // namespace

void RosterSupervisor::reset(const SupervisorSpec &spec, Duration clockPhase)
{
    renew(spec, clockPhase);
    m_records.assign(spec.children.size(), Record{});
    for (std::size_t i = 0; i < m_records.size(); ++i)
        m_records[i].number = static_cast<std::uint32_t>(i);
    m_adopted.clear();
    m_tasks.clear();
    m_nextTask = 0;
    m_current = none;
    m_after = After::Nothing;
    m_awaited = {};
    m_link = {};
    m_later.clear();
}

void RosterSupervisor::handle(Instant now, const Signal &signal, EffectList &effects)
{
    m_isUnsure = false;
    if (signal.kind == SignalKind::ChildStarted && !isAboutLink(signal))
        return;
    if (isEnd(signal.kind)) {
        noteEnd(signal);
        const bool isAwaited = m_wait == Wait::Exit && signal.child == m_awaited;
        if (!isAwaited && !isAboutLink(signal) && !tells(signal))
            return;
    }
    SerialMachine::handle(now, signal, effects);
}

void RosterSupervisor::abandon(EffectList &effects)
{
    if (m_link.isPending())
        m_later.insert(m_later.begin(), m_link.command);
    m_link = {};
    SerialMachine::abandon(effects);
    for (const Signal &call : m_later) {
        m_command = call;
        reply(ReplyKind::Exited, effects);
    }
    m_later.clear();
}

bool RosterSupervisor::answersWait(const Signal &signal) const
{
    switch (m_wait) {
    case Wait::Nothing:
    case Wait::Delay:
        break;
    case Wait::StartResult:
        return signal.kind == SignalKind::ChildSpawned;
    case Wait::Exit:
        return isEnd(signal.kind) && signal.child == m_awaited;
    case Wait::Init:
        return isAboutLink(signal);
    case Wait::Turn:
        return signal.kind == SignalKind::TurnOver;
    }
    return false;
}

void RosterSupervisor::begin(Instant now, const Signal &signal, EffectList &effects)
{
    if (isAboutLink(signal))
        linkAnswered(now, signal, effects);
    else
        takeUp(now, signal, effects);
    endTurn(effects);
}

void RosterSupervisor::takeUp(Instant now, const Signal &signal, EffectList &effects)
{
    switch (signal.kind) {
    case SignalKind::Boot:
        m_createdAt = now;
        m_cause = signal.cause;
        m_after = After::Up;
        for (std::size_t i = 0; i < m_records.size(); ++i)
            m_tasks.push_back({true, i});
        return run(effects);
    case SignalKind::ChildExited:
    case SignalKind::ChildFailed:
    case SignalKind::ChildIgnored:
        // It may have been the link's when it came in, and is listed by now.
        noteEnd(signal);
        if (tells(signal))
            childEnded(now, signal, effects);
        return;
    case SignalKind::BackoffOver:
        return backoffOver(signal, effects);
    case SignalKind::StopAsked:
        m_cause = signal.cause;
        m_reason = signal.reason;
        return stopAll(After::Ended, effects);
    case SignalKind::Command:
        return command(now, signal, effects);
    case SignalKind::ChildStarted:
    case SignalKind::ChildSpawned:
    case SignalKind::Retry:
    case SignalKind::TurnOver:
    case SignalKind::Selected:
    case SignalKind::ReloadAsked:
    case SignalKind::ReloadDone:
    case SignalKind::DeadlinePassed:
    case SignalKind::OwnerEnded:
        return;
    }
}

void RosterSupervisor::resume(Instant now, const Signal &signal, EffectList &effects)
{
    const Wait wait = m_wait;
    m_wait = Wait::Nothing;
    if (wait == Wait::Init) {
        linkAnswered(now, signal, effects);
    } else if (wait == Wait::StartResult && m_current == none) {
        linkSpawned(signal, effects);
    } else {
        if (wait == Wait::StartResult) {
            Record &record = m_records[m_current];
            record = {.status = ChildStatus::Running,
                      .backoffs = record.backoffs,
                      .number = record.number,
                      .process = signal.child,
                      .startedAt = now};
        } else if (wait == Wait::Exit && tells(signal)) {
            // It ended by itself before: to wait for it takes its message from nobody.
            m_mailbox.push(signal);
        }
        run(effects);
    }
    endTurn(effects);
}

/// A child that is asked to end may have ended already, which makes no event: the next message has to wait
/// for a turn whose events have known numbers.
void RosterSupervisor::endTurn(EffectList &effects)
{
    if (!m_isUnsure || m_ended || m_wait != Wait::Nothing || m_mailbox.isEmpty())
        return;
    effects.add(EffectKind::EndTurn, {});
    m_wait = Wait::Turn;
}

// Ends
// ----------------------------------------------------------------------------------------------------------

void RosterSupervisor::noteEnd(const Signal &signal)
{
    if (const std::size_t child = find(signal.child); child != none)
        m_records[child].status = ChildStatus::Undefined;
}

/// Whether the end of that process is a message to its supervisor.
bool RosterSupervisor::tells(const Signal &signal) const
{
    const std::size_t child = find(signal.child);
    const bool isAsked = child == none || m_records[child].asked;
    if (specOf(signal.hint).type == ChildType::Supervisor)
        return m_spec->rules.nestedEnds == NestedEnds::Seen && !isAsked;
    if (signal.reason.kind == ReasonKind::Killed && isAsked)
        return false;
    return isSeen(signal.reason);
}

void RosterSupervisor::childEnded(Instant now, const Signal &signal, EffectList &effects)
{
    const std::size_t child = match(signal);
    if (child == none) {
        effects.append({.kind = EffectKind::Unmatched,
                        .child = signal.child,
                        .reason = signal.reason,
                        .cause = signal.cause});
        return;
    }
    m_cause = signal.cause;
    Record &record = m_records[child];
    const ChildSpec &spec = specOf(record);
    if (spec.type != ChildType::Supervisor && !callsForRestart(spec.restart, signal.reason))
        return remove(child, effects);
    const RestartCount count = countRestart(now);
    if (!count.allowed)
        return giveUp(signal, count, effects);
    // A delay is an addition; what lives is stopped at once, as without one.
    const bool isDelayed = spec.backoff != ChildSpec::noBackoff && record.status != ChildStatus::Running;
    if (isDelayed && now - record.startedAt >= m_spec->backoffs[spec.backoff].resetAfter)
        record.backoffs = 0;
    m_cause = effects.append({.kind = EffectKind::Restart,
                              .backoff = isDelayed ? spec.backoff : ChildSpec::noBackoff,
                              .child = signal.child,
                              .reason = signal.reason,
                              .cause = signal.cause,
                              .count = count,
                              .earlier = record.backoffs});
    if (isDelayed)
        delayRestart(now, record, effects);
    else
        restart(child, effects);
}

void RosterSupervisor::giveUp(const Signal &signal, RestartCount count, EffectList &effects)
{
    m_cause = effects.append({.kind = EffectKind::GaveUp,
                              .child = signal.child,
                              .reason = signal.reason,
                              .cause = signal.cause,
                              .count = count});
    m_reason = {ReasonKind::Shutdown, {}};
    stopAll(m_spec->rules.afterGiveUp == AfterGiveUp::LivesOn ? After::Emptied : After::Ended, effects);
}

void RosterSupervisor::delayRestart(Instant now, Record &record, EffectList &effects)
{
    if (record.backingOff)
        effects.append({.kind = EffectKind::CancelBackoff, .child = record.process});
    effects.append(
        {.kind = EffectKind::Backoff, .hint = record.number, .child = record.process, .cause = m_cause});
    record.backingOff = true;
    record.startedAt = now;
    if (record.backoffs < 0xffff)
        ++record.backoffs;
}

void RosterSupervisor::backoffOver(const Signal &signal, EffectList &effects)
{
    const std::size_t child = find(signal.child);
    if (child == none || !m_records[child].backingOff)
        return;
    m_records[child].backingOff = false;
    m_cause = signal.cause;
    restart(child, effects);
}

void RosterSupervisor::remove(std::size_t child, EffectList &effects)
{
    const Record removed = m_records[child];
    m_records.erase(m_records.begin() + static_cast<std::ptrdiff_t>(child));
    effects.append({.kind = EffectKind::Removed, .child = removed.process, .cause = m_cause});
    drop(removed, effects);
}

// Rounds
// --------------------------------------------------------------------------------------------------------

void RosterSupervisor::restart(std::size_t child, EffectList &effects)
{
    const SiblingRange range = restartRange(m_spec->strategy, child, m_records.size());
    if (m_spec->strategy == Strategy::OneForOne) {
        m_tasks = {{false, child}, {true, child}};
    } else if (m_spec->strategy == Strategy::RestForOne
               && m_spec->rules.restRound == RestRound::Interleaved) {
        planInterleaved(range);
    } else {
        planStops(range);
        planStarts(range);
    }
    run(effects);
}

bool RosterSupervisor::comesBack(const Record &record) const
{
    if (isSupervisor(record))
        return m_spec->rules.nestedInGroups == NestedInGroups::Restarted;
    return specOf(record).restart != RestartType::Temporary
           || m_spec->rules.temporariesInGroups == TemporariesInGroups::Restarted;
}

void RosterSupervisor::planStops(SiblingRange range)
{
    const bool isForward = m_spec->rules.stopOrder == StopOrder::StartOrder;
    for (std::size_t i = 0; i < range.last - range.first; ++i)
        m_tasks.push_back({false, isForward ? range.first + i : range.last - 1 - i});
}

void RosterSupervisor::planStarts(SiblingRange range)
{
    for (std::size_t i = range.first; i < range.last; ++i) {
        if (comesBack(m_records[i]))
            m_tasks.push_back({true, i});
        else
            m_records[i].leaving = !isSupervisor(m_records[i]);
    }
}

void RosterSupervisor::planInterleaved(SiblingRange range)
{
    for (std::size_t i = range.first; i < range.last; ++i) {
        m_tasks.push_back({false, i});
        planStarts({i, i + 1});
    }
}

void RosterSupervisor::run(EffectList &effects)
{
    while (m_wait == Wait::Nothing && m_nextTask < m_tasks.size()) {
        const Task task = m_tasks[m_nextTask++];
        if (task.starts) {
            m_current = task.record;
            start(m_records[task.record].number, effects);
        } else {
            stop(m_records[task.record], effects);
        }
    }
    if (m_wait == Wait::Nothing)
        finish(effects);
}

void RosterSupervisor::finish(EffectList &effects)
{
    m_tasks.clear();
    m_nextTask = 0;
    const After after = std::exchange(m_after, After::Nothing);
    switch (after) {
    case After::Nothing:
        return dropLeaving(effects);
    case After::Up:
        effects.append({.kind = EffectKind::Started, .cause = m_cause});
        return;
    case After::ReplyOk:
        return reply(ReplyKind::Ok, effects);
    case After::ReplyChild:
        return reply(ReplyKind::OkChild, effects, m_records[m_current].process);
    case After::Emptied:
        return m_records.clear();
    case After::Ended:
        m_records.clear();
        effects.append({.kind = EffectKind::Terminated, .reason = m_reason, .cause = m_cause});
        return abandon(effects);
    }
}

void RosterSupervisor::start(std::uint32_t number, EffectList &effects)
{
    const ChildSpec &spec = specOf(number);
    Effect &effect = effects.add(EffectKind::Start, m_cause);
    effect.key = spec.key;
    effect.hint = number;
    effect.id = spec.id;
    m_wait = Wait::StartResult;
}

void RosterSupervisor::stop(Record &record, EffectList &effects)
{
    if (record.backingOff)
        effects.append({.kind = EffectKind::CancelBackoff, .child = record.process});
    record.backingOff = false;
    if (record.status != ChildStatus::Running)
        return;
    record.asked = true;
    effects.add(isSupervisor(record) ? EffectKind::Stop : EffectKind::Kill, m_cause).child = record.process;
    if (isSupervisor(record) && m_spec->rules.nestedStop == NestedStop::Asked) {
        m_isUnsure = true;
        return;
    }
    m_awaited = record.process;
    m_wait = Wait::Exit;
}

void RosterSupervisor::stopAll(After after, EffectList &effects)
{
    m_after = after;
    planStops({0, m_records.size()});
    run(effects);
}

/// Whoever throws a worker away aborts it, and waits for nothing; a supervisor lives on.
void RosterSupervisor::drop(const Record &record, EffectList &effects)
{
    if (record.backingOff)
        effects.append({.kind = EffectKind::CancelBackoff, .child = record.process});
    if (record.status != ChildStatus::Running || isSupervisor(record))
        return;
    effects.add(EffectKind::Kill, m_cause).child = record.process;
    m_isUnsure = true;
}

void RosterSupervisor::dropLeaving(EffectList &effects)
{
    std::erase_if(m_records, [&](const Record &record) {
        if (record.leaving)
            effects.append({.kind = EffectKind::Removed, .child = record.process, .cause = m_cause});
        return record.leaving;
    });
}

// Specifications
// ------------------------------------------------------------------------------------------------

const ChildSpec &RosterSupervisor::specOf(std::uint32_t number) const
{
    const std::size_t listed = m_spec->children.size();
    return number < listed ? m_spec->children[number] : m_adopted[number - listed];
}

std::uint32_t RosterSupervisor::adopt(const ChildSpec &spec)
{
    auto known = std::find_if(m_adopted.begin(), m_adopted.end(),
                              [&](const ChildSpec &other) { return other.key == spec.key; });
    if (known == m_adopted.end())
        known = m_adopted.insert(m_adopted.end(), spec);
    return static_cast<std::uint32_t>(m_spec->children.size() + (known - m_adopted.begin()));
}

std::size_t RosterSupervisor::match(const Signal &signal) const
{
    return m_spec->rules.exitMatching == ExitMatching::Id ? find(specOf(signal.hint).id) : find(signal.child);
}

std::size_t RosterSupervisor::find(ProcessId process) const
{
    for (std::size_t i = 0; i < m_records.size(); ++i)
        if (m_records[i].process == process)
            return i;
    return none;
}

std::size_t RosterSupervisor::find(ChildId id) const
{
    for (std::size_t i = 0; i < m_records.size(); ++i)
        if (specOf(m_records[i]).id == id)
            return i;
    return none;
}

}  // namespace daruma
