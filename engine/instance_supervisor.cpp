#include "engine/instance_supervisor.h"

#include <algorithm>

namespace daruma {

void InstanceSupervisor::reset(const SupervisorSpec &spec, Duration clockPhase)
{
    renew(spec, clockPhase);
    m_records.clear();
    m_free.clear();
    m_job = Job::Idle;
    m_births = 0;
}

void InstanceSupervisor::begin(Instant now, const Signal &signal, EffectList &effects)
{
    switch (signal.kind) {
    case SignalKind::Boot:
        effects.append({.kind = EffectKind::Started, .cause = signal.cause});
        return;
    case SignalKind::ChildExited:
        return childExited(now, signal, effects);
    case SignalKind::Retry: {
        const std::size_t child = findAttempt(signal);
        if (child != none && !m_records[child].backingOff)
            decideRestart(now, child, signal, effects);
        return;
    }
    case SignalKind::BackoffOver: {
        const std::size_t child = findAttempt(signal);
        if (child != none && m_records[child].backingOff) {
            m_records[child].backingOff = false;
            m_cause = signal.cause;
            startAgain(child, effects);
        }
        return;
    }
    case SignalKind::StopAsked:
        return end(signal.reason, signal.cause, effects);
    case SignalKind::Command:
        return command(signal, effects);
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

void InstanceSupervisor::resume(Instant now, const Signal &signal, EffectList &effects)
{
    if (signal.kind == SignalKind::DeadlinePassed)
        return deadlinePassed(effects);
    if (m_wait == Wait::StartResult) {
        m_wait = Wait::Nothing;
        return startSettled(now, signal, effects);
    }
    if (m_job == Job::StoppingAll) {
        const std::size_t child = find(signal.child, signal.hint);
        if (child == none)
            return;
        forget(child);
        if (--m_stopping > 0)
            return;
        disarmDeadline(effects);
        m_wait = Wait::Nothing;
        return terminated(false, effects);
    }
    disarmDeadline(effects);
    m_wait = Wait::Nothing;
    m_job = Job::Idle;
    forget(m_cursor);
    reply(ReplyKind::Ok, effects);
}

void InstanceSupervisor::childExited(Instant now, const Signal &signal, EffectList &effects)
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
    const ChildSpec &spec = m_spec->children.front();
    if (callsForRestart(spec.restart, signal.reason))
        return decideRestart(now, child, signal, effects);
    effects.append({.kind = EffectKind::Removed, .child = signal.child, .cause = signal.cause});
    forget(child);
    // All instances share one specification, so `all_significant` holds as soon as none is left.
    const bool last = m_free.size() == m_records.size();
    if (spec.significant
        && (m_spec->autoShutdown == AutoShutdown::AnySignificant
            || (m_spec->autoShutdown == AutoShutdown::AllSignificant && last))) {
        const EventId event = effects.append({.kind = EffectKind::AutoShutdown, .cause = signal.cause});
        end({ReasonKind::Shutdown, {}}, event, effects);
    }
}

void InstanceSupervisor::decideRestart(Instant now, std::size_t child, const Signal &signal,
                                       EffectList &effects)
{
    Record &record = m_records[child];
    const RestartCount count = countRestart(now);
    if (!count.allowed) {
        const EventId gaveUp = effects.append({.kind = EffectKind::GaveUp,
                                               .child = signal.child,
                                               .reason = signal.reason,
                                               .cause = signal.cause,
                                               .count = count});
        forget(child);
        m_reason = {ReasonKind::Shutdown, {}};
        m_cause = gaveUp;
        if (m_spec->rules.childrenAtGiveUp == ChildrenAtGiveUp::LeftAlone)
            return terminated(true, effects);
        return end(m_reason, gaveUp, effects);
    }
    const std::uint8_t backoff = m_spec->children.front().backoff;
    if (backoff != ChildSpec::noBackoff && record.status == ChildStatus::Running
        && now - record.startedAt >= m_spec->backoffs[backoff].resetAfter)
        record.backoffs = 0;
    m_cause = effects.append({.kind = EffectKind::Restart,
                              .backoff = backoff,
                              .child = signal.child,
                              .reason = signal.reason,
                              .cause = signal.cause,
                              .count = count,
                              .earlier = record.backoffs});
    record.status = ChildStatus::Restarting;
    if (backoff == ChildSpec::noBackoff)
        return startAgain(child, effects);
    effects.append({.kind = EffectKind::Backoff,
                    .hint = static_cast<std::uint32_t>(child),
                    .child = record.attempt,
                    .cause = m_cause});
    record.backingOff = true;
    if (record.backoffs < 0xffff)
        ++record.backoffs;
}

void InstanceSupervisor::startAgain(std::size_t child, EffectList &effects)
{
    m_job = Job::Restarting;
    m_cursor = child;
    m_wait = Wait::StartResult;
    effects.append({.kind = EffectKind::Start,
                    .key = m_records[child].key,
                    .hint = static_cast<std::uint32_t>(child),
                    .id = m_records[child].name,
                    .cause = m_cause});
}

void InstanceSupervisor::startAsked(const Signal &signal, EffectList &effects)
{
    if (m_records.size() - m_free.size() >= m_spec->mostInstances)
        return reply(ReplyKind::MaxChildren, effects);
    m_job = Job::StartingOne;
    m_cursor = allot();
    Record &record = m_records[m_cursor];
    record = Record{};
    record.key = signal.spec->key;
    record.name = signal.id;
    record.status = ChildStatus::Restarting;
    record.born = m_births++;
    m_wait = Wait::StartResult;
    effects.append({.kind = EffectKind::Start,
                    .key = record.key,
                    .hint = static_cast<std::uint32_t>(m_cursor),
                    .id = record.name,
                    .cause = signal.cause});
}

void InstanceSupervisor::startSettled(Instant now, const Signal &signal, EffectList &effects)
{
    const bool asked = m_job == Job::StartingOne;
    m_job = Job::Idle;
    Record &record = m_records[m_cursor];
    switch (signal.kind) {
    case SignalKind::ChildStarted:
        record.process = signal.child;
        record.attempt = signal.child;
        record.status = ChildStatus::Running;
        record.startedAt = now;
        record.born = m_births++;
        if (asked)
            reply(ReplyKind::OkChild, effects, signal.child);
        return;
    case SignalKind::ChildIgnored:
        forget(m_cursor);
        if (asked)
            reply(isDynamic() ? ReplyKind::Ignored : ReplyKind::OkUndefined, effects);
        return;
    default:
        break;
    }
    if (asked) {
        forget(m_cursor);
        return reply(ReplyKind::Failed, effects, {}, signal.reason);
    }
    record.attempt = signal.child;
    Signal again = signal;
    again.kind = SignalKind::Retry;
    again.hint = static_cast<std::uint32_t>(m_cursor);
    m_mailbox.push(again);
}

void InstanceSupervisor::terminateAsked(const Signal &signal, EffectList &effects)
{
    if (signal.id == m_spec->children.front().id && !isDynamic())
        return reply(ReplyKind::SimpleOneForOne, effects);
    if (!signal.child.isValid())
        return reply(ReplyKind::NotFound, effects);
    const std::size_t child = find(signal.child, signal.hint);
    if (child == none)
        return reply(isDynamic() ? ReplyKind::NotFound : ReplyKind::OkIfDead, effects, signal.child);
    if (isGone(m_records[child])) {
        if (m_records[child].backingOff)
            effects.append({.kind = EffectKind::CancelBackoff, .child = m_records[child].attempt});
        forget(child);
        return reply(ReplyKind::Ok, effects);
    }
    m_job = Job::StoppingOne;
    m_cursor = child;
    m_wait = Wait::Exit;
    m_cause = signal.cause;
    m_stopEvent = sendStop(signal.child, policy(), effects);
    armDeadline(policy(), effects);
}

void InstanceSupervisor::deadlinePassed(EffectList &effects)
{
    m_deadlineArmed = false;
    if (m_job == Job::StoppingOne) {
        effects.append(
            {.kind = EffectKind::Kill, .child = m_records[m_cursor].process, .cause = m_stopEvent});
        return;
    }
    for (const std::uint32_t child : oldestFirst())
        effects.append({.kind = EffectKind::Kill, .child = m_records[child].process, .cause = m_cause});
}

void InstanceSupervisor::end(ExitReason reason, EventId cause, EffectList &effects)
{
    m_reason = reason;
    m_cause = cause;
    m_job = Job::StoppingAll;
    m_stopping = 0;
    for (const std::uint32_t child : oldestFirst()) {
        Record &record = m_records[child];
        if (!isGone(record)) {
            sendStop(record.process, policy(), effects);
            ++m_stopping;
            continue;
        }
        if (record.backingOff)
            effects.append({.kind = EffectKind::CancelBackoff, .child = record.attempt});
        forget(child);
    }
    if (m_stopping == 0)
        return terminated(false, effects);
    m_wait = Wait::Exit;
    armDeadline(policy(), effects);
}

void InstanceSupervisor::command(const Signal &signal, EffectList &effects)
{
    m_command = signal;
    switch (signal.command) {
    case CommandKind::StartChild:
        return startAsked(signal, effects);
    case CommandKind::TerminateChild:
        return terminateAsked(signal, effects);
    case CommandKind::RestartChild:
    case CommandKind::DeleteChild:
        return reply(ReplyKind::SimpleOneForOne, effects);
    case CommandKind::WhichChildren:
        return list(effects);
    case CommandKind::CountChildren:
        return count(effects);
    default:
        // A glob may have asked several supervisors: those that lack the call answer nothing.
        m_command.cause = {};
    }
}

void InstanceSupervisor::list(EffectList &effects)
{
    const auto firstRow = static_cast<std::uint32_t>(effects.rows.size());
    for (const std::uint32_t child : oldestFirst()) {
        const Record &record = m_records[child];
        effects.rows.push_back({record.name, record.process, record.status, m_spec->children.front().type});
    }
    reply(ReplyKind::Children, effects);
    effects.effects.back().key = firstRow;
    effects.effects.back().hint = static_cast<std::uint32_t>(effects.rows.size()) - firstRow;
}

void InstanceSupervisor::count(EffectList &effects)
{
    const auto size = static_cast<std::uint32_t>(m_records.size() - m_free.size());
    ChildCounts counts{.specs = 1};
    for (const Record &record : m_records)
        counts.active += record.status == ChildStatus::Running ? 1 : 0;
    (m_spec->children.front().type == ChildType::Supervisor ? counts.supervisors : counts.workers) = size;
    reply(ReplyKind::Counts, effects);
    effects.effects.back().key = static_cast<std::uint32_t>(effects.counts.size());
    effects.counts.push_back(counts);
}

std::size_t InstanceSupervisor::find(ProcessId process, std::uint32_t hint) const
{
    if (hint < m_records.size() && m_records[hint].process == process
        && m_records[hint].status != ChildStatus::Undefined)
        return hint;
    for (std::size_t i = 0; i < m_records.size(); ++i)
        if (m_records[i].process == process && m_records[i].status != ChildStatus::Undefined)
            return i;
    return none;
}

std::size_t InstanceSupervisor::findAttempt(const Signal &signal) const
{
    const std::size_t child = signal.hint;
    const bool waits = child < m_records.size() && m_records[child].status == ChildStatus::Restarting
                       && m_records[child].attempt == signal.child;
    return waits ? child : none;
}

/// Does nothing have to be stopped? An unread exit message goes with the record.
bool InstanceSupervisor::isGone(const Record &record)
{
    return record.status != ChildStatus::Running || record.diedUnseen
           || m_mailbox.removeExitOf(record.process);
}

std::size_t InstanceSupervisor::allot()
{
    if (m_free.empty()) {
        m_records.emplace_back();
        return m_records.size() - 1;
    }
    const std::size_t slot = m_free.back();
    m_free.pop_back();
    return slot;
}

void InstanceSupervisor::forget(std::size_t child)
{
    m_records[child] = Record{};
    m_free.push_back(static_cast<std::uint32_t>(child));
}

std::vector<std::uint32_t> InstanceSupervisor::oldestFirst() const
{
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < m_records.size(); ++i)
        if (m_records[i].status != ChildStatus::Undefined)
            order.push_back(i);
    std::sort(order.begin(), order.end(),
              [this](std::uint32_t a, std::uint32_t b) { return m_records[a].born < m_records[b].born; });
    return order;
}

}  // namespace daruma
