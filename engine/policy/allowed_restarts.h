#pragma once

#include "engine/policy/restart_limit.h"

namespace daruma {

/// How many restarts a limit lets pass in a window before one is too many; `unlimited` where there is none.
constexpr std::uint32_t allowedRestarts(const RestartLimitSpec &limit, TripTest tripTest)
{
    const bool isLess = tripTest == TripTest::At && !limit.isUnlimited() && limit.max > 0;
    return isLess ? limit.max - 1 : limit.max;
}

}  // namespace daruma
