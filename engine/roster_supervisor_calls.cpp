#include "engine/roster_supervisor.h"

namespace daruma {

void RosterSupervisor::command(Instant now, const Signal &signal, EffectList &effects)
{
    m_command = signal;
    m_cause = signal.cause;
    switch (signal.command) {
    case CommandKind::StartChild:
        return startChild(signal, effects);
    case CommandKind::StartChildLinked:
        return startLinked(signal, effects);
    case CommandKind::TerminateChild:
        return terminateChild(signal, effects);
    case CommandKind::WhichChildren:
        return whichChildren(effects);
    case CommandKind::GetRestartStrategy:
        return reply(ReplyKind::Strategy, effects);
    case CommandKind::GetUptime:
        reply(ReplyKind::Uptime, effects);
        effects.effects.back().duration = now - m_createdAt;
        return;
    default:
        m_command.cause = {};
    }
}

void RosterSupervisor::startChild(const Signal &signal, EffectList &effects)
{
    const bool isPending = m_link.isPending() && specOf(m_link.number).id == signal.spec->id;
    if (isPending || find(signal.spec->id) != none)
        return reply(ReplyKind::AlreadyPresent, effects);
    m_tasks.push_back({true, m_records.size()});
    m_records.push_back({.number = adopt(*signal.spec)});
    m_after = After::ReplyChild;
    run(effects);
}

// A start that somebody waits for
// -------------------------------------------------------------------------------

void RosterSupervisor::startLinked(const Signal &signal, EffectList &effects)
{
    if (m_link.isPending()) {
        m_command.cause = {};
        m_later.push_back(signal);
        return;
    }
    if (find(signal.spec->id) != none)
        return reply(ReplyKind::AlreadyPresent, effects);
    m_command.cause = {};
    m_link = {signal, adopt(*signal.spec), {}};
    m_current = none;
    start(m_link.number, effects);
}

void RosterSupervisor::linkSpawned(const Signal &signal, EffectList &effects)
{
    m_link.process = signal.child;
    const Duration timeout = m_spec->startTimeoutOf(specOf(m_link.number).key);
    m_deadlineArmed = !timeout.isNever();
    if (m_deadlineArmed)
        effects.add(EffectKind::ArmDeadline, {}).duration = timeout;
    if (m_spec->rules.linkedStart == LinkedStart::Blocks)
        m_wait = Wait::Init;
}

bool RosterSupervisor::isAboutLink(const Signal &signal) const
{
    if (!m_link.process.isValid())
        return false;
    return signal.kind == SignalKind::DeadlinePassed
           || (signal.child == m_link.process && signal.kind != SignalKind::ChildSpawned);
}

void RosterSupervisor::linkAnswered(Instant now, const Signal &signal, EffectList &effects)
{
    disarmDeadline(effects);
    const ProcessId process = m_link.process;
    m_cause = m_link.command.cause;
    switch (signal.kind) {
    case SignalKind::ChildStarted:
        m_records.push_back(
            {.status = ChildStatus::Running, .number = m_link.number, .process = process, .startedAt = now});
        answerLink(ReplyKind::OkChild, {}, effects);
        break;
    case SignalKind::DeadlinePassed:
        effects.add(EffectKind::Kill, m_cause).child = process;
        m_isUnsure = true;
        answerLink(ReplyKind::TimedOut, {}, effects);
        break;
    default:
        answerLink(ReplyKind::Failed, signal.reason, effects);
        // The same failure is also an end like any other, of a child that was never listed.
        if (tells(signal))
            m_mailbox.push(signal);
    }
    for (const Signal &call : m_later)
        m_mailbox.push(call);
    m_later.clear();
}

void RosterSupervisor::answerLink(ReplyKind kind, ExitReason reason, EffectList &effects)
{
    m_command = m_link.command;
    reply(kind, effects, m_link.process, reason);
    m_link = {};
}

// The other calls
// ----------------------------------------------------------------------------------------------

void RosterSupervisor::terminateChild(const Signal &signal, EffectList &effects)
{
    const std::size_t child = find(signal.id);
    if (child == none)
        return reply(ReplyKind::NotFound, effects);
    Record leaving = m_records[child];
    m_records.erase(m_records.begin() + static_cast<std::ptrdiff_t>(child));
    effects.append({.kind = EffectKind::Removed, .child = leaving.process, .cause = m_cause});
    m_after = After::ReplyOk;
    stop(leaving, effects);
    run(effects);
}

void RosterSupervisor::whichChildren(EffectList &effects)
{
    const auto first = static_cast<std::uint32_t>(effects.rows.size());
    for (const Record &record : m_records) {
        const ChildSpec &spec = specOf(record);
        const RestartType restart = isSupervisor(record) ? RestartType::Permanent : spec.restart;
        effects.rows.push_back({spec.id, record.process, record.status, spec.type, restart});
    }
    reply(ReplyKind::Roster, effects);
    effects.effects.back().key = first;
    effects.effects.back().hint = static_cast<std::uint32_t>(m_records.size());
}

}  // namespace daruma
