#include "simulator/campaign/interval.h"

#include "engine/contract.h"

#include <algorithm>
#include <cmath>

namespace daruma {

Interval shareInterval(std::uint64_t successes, std::uint64_t trials)
{
    if (trials == 0)
        return {0, 1};
    constexpr double z = deviationsOf95Percent;
    const auto n = static_cast<double>(trials);
    const double share = static_cast<double>(successes) / n;
    const double scale = 1 + z * z / n;
    const double centre = (share + z * z / (2 * n)) / scale;
    const double half = z / scale * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    // At the ends the interval touches them exactly; rounding is not to say otherwise.
    return {successes == 0 ? 0 : std::max(0.0, centre - half),
            successes == trials ? 1 : std::min(1.0, centre + half)};
}

Ranks quantileRanks(std::uint64_t count, double share)
{
    DARUMA_ASSERT(count > 0 && share > 0 && share < 1, "a quantile needs values, and lies between them");
    const auto n = static_cast<double>(count);
    const double half = deviationsOf95Percent * std::sqrt(n * share * (1 - share));
    const double low = std::floor(n * share - half);
    const double high = std::ceil(n * share + half) + 1;
    return {low < 1 ? 1 : static_cast<std::uint64_t>(low),
            high > n ? count : static_cast<std::uint64_t>(high)};
}

}
