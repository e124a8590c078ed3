#pragma once

#include <cstdint>

namespace daruma {

/// In which order siblings are stopped, one after another (seed-semantics axis A14).
enum class StopOrder : std::uint8_t { ReverseStartOrder, StartOrder };

/// What a supervisor that gives up does with its children (axis A8).
enum class ChildrenAtGiveUp : std::uint8_t { StoppedInOrder, LeftAlone };

/// Which exits reach the restart decision at all (axis A3).
enum class SeenExits : std::uint8_t { All, AllButPanics };

/// When a count of restarts is too many: beyond the limit, or at it already (axis A5).
enum class TripTest : std::uint8_t { Beyond, At };

/// One point in the space of rules: a choice on every axis that the machines know. The defaults are OTP's.
struct Rules {
    StopOrder stopOrder = StopOrder::ReverseStartOrder;
    ChildrenAtGiveUp childrenAtGiveUp = ChildrenAtGiveUp::StoppedInOrder;
    SeenExits seenExits = SeenExits::All;
    TripTest tripTest = TripTest::Beyond;

    constexpr bool operator==(const Rules &) const = default;
};

}  // namespace daruma
