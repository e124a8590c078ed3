#include "engine/list_supervisor.h"

// The calls of OTP's supervisor API, as a list supervisor answers them (otp-semantics rules 65 to 72).

namespace daruma {

void ListSupervisor::command(const Signal &signal, EffectList &effects)
{
    m_command = signal;
    m_cause = signal.cause;
    switch (signal.command) {
    case CommandKind::StartChild:
        return startChild(signal, effects);
    case CommandKind::RestartChild:
        return restartChild(signal, effects);
    case CommandKind::TerminateChild:
        return terminateChild(signal, effects);
    case CommandKind::DeleteChild:
        return deleteChild(signal, effects);
    case CommandKind::WhichChildren:
        return whichChildren(effects);
    case CommandKind::CountChildren:
        return countChildren(effects);
    default:
        // A glob may have asked several supervisors: those that lack the call answer nothing.
        m_command.cause = {};
    }
}

void ListSupervisor::startChild(const Signal &signal, EffectList &effects)
{
    const std::size_t known = find(signal.spec->id);
    if (known != none && m_records[known].status == ChildStatus::Running)
        return reply(ReplyKind::AlreadyStarted, effects, m_records[known].process);
    if (known != none)
        return reply(ReplyKind::AlreadyPresent, effects);
    m_added.push_back(*signal.spec);
    m_records.push_back({.spec = static_cast<std::uint32_t>(m_spec->children.size() + m_added.size() - 1)});
    m_job = Job::StartingOne;
    m_cursor = m_records.size() - 1;
    m_range = {m_cursor, m_records.size()};
    runStarts(effects);
}

void ListSupervisor::restartChild(const Signal &signal, EffectList &effects)
{
    const std::size_t child = find(signal.id);
    if (child == none)
        return reply(ReplyKind::NotFound, effects);
    if (m_records[child].status == ChildStatus::Running)
        return reply(ReplyKind::Running, effects);
    if (m_records[child].status == ChildStatus::Restarting)
        return reply(ReplyKind::Restarting, effects);
    m_job = Job::StartingOne;
    m_cursor = child;
    m_range = {child, child + 1};
    runStarts(effects);
}

void ListSupervisor::terminateChild(const Signal &signal, EffectList &effects)
{
    const std::size_t child = find(signal.id);
    if (child == none)
        return reply(ReplyKind::NotFound, effects);
    m_job = Job::StoppingOne;
    m_cursor = child;
    m_range = {child, child + 1};
    if (stopWaits(child, effects))
        return;
    stopped(child, effects);
    stopsDone(effects);
}

void ListSupervisor::deleteChild(const Signal &signal, EffectList &effects)
{
    const std::size_t child = find(signal.id);
    if (child == none)
        return reply(ReplyKind::NotFound, effects);
    if (m_records[child].status == ChildStatus::Running)
        return reply(ReplyKind::Running, effects);
    if (m_records[child].status == ChildStatus::Restarting)
        return reply(ReplyKind::Restarting, effects);
    erase(child, signal.cause, effects);
    reply(ReplyKind::Ok, effects);
}

void ListSupervisor::whichChildren(EffectList &effects)
{
    const auto firstRow = static_cast<std::uint32_t>(effects.rows.size());
    for (std::size_t i = m_records.size(); i-- > 0;) {
        const ChildSpec &spec = specOf(m_records[i]);
        effects.rows.push_back({spec.id, m_records[i].process, m_records[i].status, spec.type});
    }
    reply(ReplyKind::Children, effects);
    effects.effects.back().key = firstRow;
    effects.effects.back().hint = static_cast<std::uint32_t>(m_records.size());
}

void ListSupervisor::countChildren(EffectList &effects)
{
    ChildCounts counts;
    for (const Record &record : m_records) {
        ++counts.specs;
        // A process whose exit message is still unread is dead already (rule 70).
        if (record.status == ChildStatus::Running && !m_mailbox.hasExitOf(record.process))
            ++counts.active;
        ++(specOf(record).type == ChildType::Supervisor ? counts.supervisors : counts.workers);
    }
    reply(ReplyKind::Counts, effects);
    effects.effects.back().key = static_cast<std::uint32_t>(effects.counts.size());
    effects.counts.push_back(counts);
}

}  // namespace daruma
