#include "simulator/kernel/random.h"

#include "engine/contract.h"

#include <xxhash.h>

namespace daruma {

namespace {

constexpr double twoTo63 = 9223372036854775808.0;

/// Decimal weights such as 0.7 + 0.2 + 0.1 miss 1 by a few units in the last place. People mean 1.
constexpr double sumTolerance = 1e-9;

}  // namespace

std::uint64_t nameHash(std::string_view text)
{
    return XXH3_64bits(text.data(), text.size());
}

Chance Chance::fromDouble(double probability)
{
    DARUMA_ASSERT(isValid(probability), "a probability lies between 0 and 1");
    const double scaled = probability * twoTo63;
    // Adding 0.5 before cutting would round twice above 2^52, where the sum itself is rounded.
    auto threshold = static_cast<std::uint64_t>(scaled);
    if (scaled - static_cast<double>(threshold) >= 0.5)
        ++threshold;
    return Chance(threshold);
}

Chance Chance::fromRatio(std::uint32_t numerator, std::uint32_t denominator)
{
    DARUMA_ASSERT(denominator > 0, "a ratio needs a denominator");
    DARUMA_ASSERT(numerator <= denominator, "a probability is at most 1");
    __extension__ using Wide = unsigned __int128;
    return Chance(static_cast<std::uint64_t>((static_cast<Wide>(numerator) << 63) / denominator));
}

double Chance::toDouble() const
{
    return static_cast<double>(m_threshold) / twoTo63;
}

std::optional<WeightedChoice::Problem> WeightedChoice::validate(std::span<const double> weights)
{
    double sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (!Chance::isValid(weights[i]))
            return Problem{i, "a chance must lie between 0 and 1"};
        sum += weights[i];
        if (sum > 1.0 + sumTolerance)
            return Problem{i, "the chances add up to more than 1"};
    }
    return std::nullopt;
}

WeightedChoice::WeightedChoice(std::span<const double> weights, std::size_t defaultIndex)
    : m_defaultIndex(defaultIndex)
{
    DARUMA_ASSERT(!validate(weights), "weights are checked before they are used");
    double sum = 0;
    for (const double weight : weights) {
        sum += weight;
        // Snapping here, not only at the end, keeps a trailing entry of weight 0 from getting the remainder.
        m_ends.push_back(Chance::fromDouble(sum < 1.0 - sumTolerance ? sum : 1.0).threshold());
    }
}

}  // namespace daruma
