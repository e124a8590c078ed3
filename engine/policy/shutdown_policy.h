#pragma once

#include "engine/time.h"

namespace daruma {

/// How one child is stopped (OTP rules 40, 41): `shutdown` and up to `grace` before `kill`; an infinite grace
/// never kills; brutal sends `kill` alone.
struct ShutdownPolicy {
    Duration grace = Duration::seconds(5);
    bool brutal = false;

    static constexpr ShutdownPolicy after(Duration grace) { return {grace, false}; }
    static constexpr ShutdownPolicy infinity() { return {Duration::never(), false}; }
    static constexpr ShutdownPolicy brutalKill() { return {Duration::zero(), true}; }

    constexpr bool operator==(const ShutdownPolicy &) const = default;
};

}  // namespace daruma
