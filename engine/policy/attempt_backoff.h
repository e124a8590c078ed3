#pragma once

#include "engine/policy/backoff.h"
#include "engine/policy/rules.h"

namespace daruma {

/// The delay after the failure of an attempt, counted from 1 and never reset: `first` times 2 (or `factor`)
/// for each earlier attempt, at most `cap`, in whole milliseconds (rust-tokio-supervisor 0.1.3,
/// policy/backoff.rs). Any `jitter` means a "full" one from one draw of a generator whose seed is always 42:
/// the delay becomes a fixed function of itself, the same everywhere and every time.
Duration attemptDelay(const BackoffSpec &spec, std::uint32_t attempt);

/// Whether supervisors of that shape wait so long before a restart.
constexpr bool waitsByAttempt(Shape shape)
{
    return shape == Shape::Fenced;
}

}  // namespace daruma
