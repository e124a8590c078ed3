#include "engine/fenced_supervisor.h"

#include <algorithm>

namespace daruma {

FencedSupervisor::Record *FencedSupervisor::find(ChildId id)
{
    const auto found = std::find_if(m_records.begin(), m_records.end(),
                                    [&](const Record &record) { return specOf(record).id == id; });
    return found == m_records.end() ? nullptr : &*found;
}

void FencedSupervisor::command(const Signal &signal, EffectList &effects)
{
    m_command = signal;
    if (signal.command == CommandKind::AddChild)
        return addChild(effects);
    Record *record = find(signal.id);
    const bool pauses = signal.command == CommandKind::PauseChild;
    const std::uint32_t attempt = record && record->status == ChildStatus::Running ? record->attempt : 0;
    const std::uint32_t outcome = pauses ? pauseChild(record, effects) : resumeChild(record, effects);
    effects.append({.kind = EffectKind::Reply,
                    .reply = ReplyKind::ChildControl,
                    .command = signal.command,
                    .hint = outcome,
                    .id = signal.id,
                    .cause = signal.cause,
                    .earlier = attempt});
    m_command.cause = {};
}

void FencedSupervisor::addChild(EffectList &effects)
{
    if (m_spec->rules.addedChildren == AddedChildren::Started && m_stage == Stage::Running) {
        m_added.push_back(*m_command.spec);
        m_records.emplace_back();
        m_guards.addChild();
        m_cause = m_command.cause;
        spawn(m_records.size() - 1, effects);
    }
    effects.append({.kind = EffectKind::Reply,
                    .reply = ReplyKind::ChildAdded,
                    .command = m_command.command,
                    .id = m_command.id,
                    .cause = m_command.cause});
    m_command.cause = {};
}

/// One that is not known is remembered as paused all the same.
std::uint32_t FencedSupervisor::pauseChild(Record *record, EffectList &effects)
{
    if (!record) {
        const bool known =
            std::find(m_pausedUnknown.begin(), m_pausedUnknown.end(), m_command.id) != m_pausedUnknown.end();
        if (!known)
            m_pausedUnknown.push_back(m_command.id);
        return ChildControl::isPaused | (known ? ChildControl::wasPaused : 0U);
    }
    std::uint32_t outcome = ChildControl::isPaused | (record->paused ? ChildControl::wasPaused : 0U);
    record->paused = true;
    if (record->backingOff && m_spec->rules.delayedStarts == DelayedStarts::CalledOff) {
        effects.append({.kind = EffectKind::CancelBackoff, .child = record->process});
        record->backingOff = false;
        record->status = ChildStatus::Undefined;
    }
    if (record->status != ChildStatus::Running)
        return outcome;
    if (!record->cancelled && !record->awaited && m_stage == Stage::Running) {
        record->cancelled = true;
        outcome |= ChildControl::cancelDelivered;
        effects.append({.kind = EffectKind::Stop, .child = record->process, .cause = m_command.cause});
    }
    return outcome | ChildControl::isCancelling;
}

std::uint32_t FencedSupervisor::resumeChild(Record *record, EffectList &effects)
{
    if (!record)
        return std::erase(m_pausedUnknown, m_command.id) > 0 ? ChildControl::wasPaused : 0U;
    const bool paused = record->paused;
    record->paused = false;
    const bool starts = paused && m_spec->rules.resumedChildren == ResumedChildren::Started
                        && m_stage == Stage::Running && !record->quarantined;
    if (starts && record->status == ChildStatus::Undefined) {
        m_cause = m_command.cause;
        spawn(static_cast<std::size_t>(record - m_records.data()), effects);
    } else if (starts && record->cancelled) {
        record->awaited = true;
    }
    const bool stops = record->cancelled || record->awaited;
    return (paused ? ChildControl::wasPaused : 0U)
           | (record->status != ChildStatus::Running ? 0U
              : stops                                ? ChildControl::isCancelling
                                                     : ChildControl::isRunning);
}

}  // namespace daruma
