#include "engine/policy/backoff.h"

#include <algorithm>

namespace daruma {

Duration backoffDelay(const BackoffSpec &spec, std::uint32_t earlier, std::uint64_t random)
{
    __extension__ using Wide = __int128;
    __extension__ using UnsignedWide = unsigned __int128;
    constexpr Wide longest = std::int64_t(1) << 62;
    const Wide cap = spec.cap.isNever() ? longest : Wide(spec.cap.ns());
    Wide delay = std::min<Wide>(spec.first.ns(), cap);
    if (spec.factorThousandths != 1000)
        for (std::uint32_t i = 0; i < earlier && delay < cap && delay > 0; ++i)
            delay = std::min<Wide>(delay * spec.factorThousandths / 1000, cap);
    const Wide widest = std::min<Wide>(delay * spec.jitterThousandths / 1000, longest);
    delay += static_cast<Wide>((static_cast<UnsignedWide>(widest) * random) >> 64);
    return Duration::nanoseconds(static_cast<std::int64_t>(std::min(delay, longest)));
}

}  // namespace daruma
