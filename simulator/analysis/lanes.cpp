#include "simulator/analysis/lanes.h"

#include <algorithm>
#include <utility>

namespace daruma {

std::optional<BarState> stateEntered(const Event &event)
{
    switch (event.kind) {
    case EventKind::Start:
        return BarState::Starting;
    case EventKind::Started:
        return BarState::Running;
    case EventKind::Stop:
    case EventKind::Kill:
    case EventKind::AutoShutdown:
        return BarState::Stopping;
    case EventKind::GaveUp:
        // A guard that denies one restart ends nothing.
        return event.detail == 0 ? std::optional(BarState::Stopping) : std::nullopt;
    case EventKind::InitFailed:
    case EventKind::Exit:
    case EventKind::Ignored:
        return BarState::Down;
    case EventKind::Backoff:
        return BarState::Backoff;
    default:
        return std::nullopt;
    }
}

std::optional<MarkKind> markOf(const Event &event)
{
    switch (event.kind) {
    case EventKind::InitFailed:
    case EventKind::Exit:
        return isNormal(event.exitReason()) ? std::nullopt : std::optional(MarkKind::Crash);
    case EventKind::GaveUp:
        return MarkKind::GaveUp;
    case EventKind::Restart:
        return MarkKind::Restart;
    case EventKind::Fault:
        return MarkKind::Fault;
    case EventKind::Command:
        return MarkKind::Command;
    case EventKind::Violation:
        return MarkKind::Violation;
    default:
        return std::nullopt;
    }
}

bool LaneFollower::follow(const Event &event)
{
    if (event.kind == EventKind::Removed)
        return std::exchange(m_isOpen, false);
    const std::optional<BarState> entered = stateEntered(event);
    // A leftover of an earlier incarnation does not change what its successor does.
    if (!entered || (event.incarnation != 0 && event.incarnation < m_incarnation))
        return false;
    if (*entered == BarState::Stopping && m_state == BarState::Down)
        return false;
    if (m_isOpen && m_state == *entered && m_incarnation == event.incarnation)
        return false;
    m_isOpen = true;
    m_state = *entered;
    m_incarnation = std::max(event.incarnation, m_incarnation);
    return true;
}

}
