#include "engine/policy/attempt_backoff.h"

#include <algorithm>

namespace daruma {

namespace {

constexpr std::int64_t millisecond = 1'000'000;
constexpr std::uint32_t mostDoublings = 32;
/// The one draw of that generator: 42 through one step of a linear congruence modulo 2^64.
constexpr std::uint64_t onlyDraw = 42 * 6364136223846793005U + 1;

}

Duration attemptDelay(const BackoffSpec &spec, std::uint32_t attempt)
{
    BackoffSpec plain = spec;
    plain.jitterThousandths = 0;
    const std::uint32_t earlier = std::min(attempt > 0 ? attempt - 1 : 0, mostDoublings);
    std::int64_t delay = backoffDelay(plain, earlier, 0).ns() / millisecond;
    if (spec.jitterThousandths > 0)
        delay = static_cast<std::int64_t>(onlyDraw % (static_cast<std::uint64_t>(delay) + 1));
    return Duration::nanoseconds(delay * millisecond);
}

}  // namespace daruma
