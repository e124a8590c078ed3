#pragma once

#include "engine/policy/restart_limit.h"

namespace daruma {

/// From when on a restart that was counted at `counted` counts no more (of a fixed window: its first). OTP
/// counts in whole seconds, and one exactly `within` old still counts (otp-semantics rule 17). Never where it
/// always counts, and where the count decays.
constexpr Instant countsUntil(Instant counted, Duration clockPhase, const RestartLimitSpec &limit)
{
    if (limit.within.isNever() || limit.kind == WindowKind::Decaying)
        return Instant::never();
    const bool isExact = limit.stamps == WindowStamps::Exact;
    const std::int64_t unit = isExact ? 1 : 1'000'000'000;
    const std::int64_t phase = isExact ? 0 : clockPhase.ns();
    const std::int64_t more = limit.end == WindowEnd::Inclusive ? 1 : 0;
    return Instant::fromNs(((counted.ns() + phase) / unit + limit.within.ns() / unit + more) * unit - phase);
}

}  // namespace daruma
