#pragma once

#include "simulator/kernel/event.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace daruma {

/// What the latest incarnation of a place is doing, as pictures of a run show it.
enum class BarState : std::uint8_t { Starting, Running, Stopping, Backoff, Down };
inline constexpr std::size_t barStateCount = 5;

constexpr std::string_view toText(BarState state)
{
    constexpr std::string_view names[] = {"starting", "running", "stopping", "backoff", "down"};
    return names[static_cast<std::size_t>(state)];
}

/// The order is that of importance: where two share a place, the later one is painted on top.
enum class MarkKind : std::uint8_t { Restart, Command, Crash, Fault, GaveUp, Violation };
inline constexpr std::size_t markKindCount = 6;

constexpr std::string_view toText(MarkKind kind)
{
    constexpr std::string_view names[] = {"restart", "command", "crash", "fault", "gave-up", "violation"};
    return names[static_cast<std::size_t>(kind)];
}

/// What an event shows of its node alone.
std::optional<BarState> stateEntered(const Event &event);
std::optional<MarkKind> markOf(const Event &event);

/// Follows the state of one place through the events of its node.
class LaneFollower {
public:
    /// Whether the event begins another stretch: see `state` and `incarnation` then.
    bool follow(const Event &event);
    bool isOpen() const { return m_isOpen; }
    BarState state() const { return m_state; }
    std::uint32_t incarnation() const { return m_incarnation; }

private:
    bool m_isOpen = false;  ///< it was started and not removed since
    BarState m_state = BarState::Down;
    std::uint32_t m_incarnation = 0;
};

}
