#include "simulator/campaign/histogram.h"

#include "engine/contract.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace daruma {

namespace {

constexpr unsigned precisionBits = 7;

/// The first 256 numbers stand for themselves, then 128 share each power of two.
std::uint32_t numberOf(std::int64_t value)
{
    const auto bits = static_cast<std::uint64_t>(value);
    const auto length = static_cast<unsigned>(std::bit_width(bits));
    if (length <= precisionBits + 1)
        return static_cast<std::uint32_t>(bits);
    const unsigned dropped = length - (precisionBits + 1);
    return (dropped << precisionBits) + static_cast<std::uint32_t>(bits >> dropped);
}

}

Histogram::Bucket &Histogram::bucket(std::uint32_t number)
{
    const auto place =
        std::lower_bound(m_buckets.begin(), m_buckets.end(), number,
                         [](const Bucket &one, std::uint32_t sought) { return one.number < sought; });
    if (place != m_buckets.end() && place->number == number)
        return *place;
    return *m_buckets.insert(place, {number, 0, 0});
}

void Histogram::add(std::int64_t value)
{
    DARUMA_ASSERT(value >= 0, "a histogram counts what is not negative");
    Bucket &place = bucket(numberOf(value));
    ++place.count;
    place.sum += static_cast<std::uint64_t>(value);
    m_min = m_count == 0 ? value : std::min(m_min, value);
    m_max = std::max(m_max, value);
    ++m_count;
}

void Histogram::add(const Histogram &other)
{
    if (other.isEmpty())
        return;
    for (const Bucket &one : other.m_buckets) {
        Bucket &place = bucket(one.number);
        place.count += one.count;
        place.sum += one.sum;
    }
    m_min = m_count == 0 ? other.m_min : std::min(m_min, other.m_min);
    m_max = std::max(m_max, other.m_max);
    m_count += other.m_count;
}

double Histogram::mean() const
{
    DARUMA_ASSERT(m_count > 0, "nothing has no mean");
    __extension__ unsigned __int128 sum = 0;
    for (const Bucket &one : m_buckets)
        sum += one.sum;
    return static_cast<double>(sum) / static_cast<double>(m_count);
}

std::int64_t Histogram::valueOfRank(std::uint64_t rank) const
{
    // The ends are known exactly.
    if (rank <= 1)
        return m_min;
    if (rank >= m_count)
        return m_max;
    std::uint64_t below = 0;
    for (const Bucket &one : m_buckets) {
        below += one.count;
        if (rank <= below)
            return static_cast<std::int64_t>((one.sum + one.count / 2) / one.count);
    }
    return m_max;
}

std::int64_t Histogram::quantile(double share) const
{
    DARUMA_ASSERT(m_count > 0, "nothing has no quantiles");
    return valueOfRank(static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(m_count))));
}

Interval Histogram::quantileInterval(double share) const
{
    const Ranks ranks = quantileRanks(m_count, share);
    return {static_cast<double>(valueOfRank(ranks.low)), static_cast<double>(valueOfRank(ranks.high))};
}

}
