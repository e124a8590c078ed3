#pragma once

#include "engine/time.h"

#include <cstdint>

namespace daruma {

/// Delay before a restart: `first` times `factor` for each further one, at most `cap`, plus a random share of
/// at most `jitter` of it; a child that ran for `resetAfter` begins again at `first`.
/// Factor and jitter are ratios of integers over 1000, so that every platform computes the same delay.
struct BackoffSpec {
    Duration first;
    Duration cap = Duration::never();
    Duration resetAfter = Duration::never();
    std::uint32_t factorThousandths = 1000;
    std::uint32_t jitterThousandths = 0;
};

/// The delay before the restart that follows `earlier` restarts since the last reset. `random` is a uniform
/// 64-bit number, used for the jitter alone. Jitter is applied after the cap.
Duration backoffDelay(const BackoffSpec &spec, std::uint32_t earlier, std::uint64_t random);

}  // namespace daruma
