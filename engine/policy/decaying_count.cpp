#include "engine/policy/decaying_count.h"

#include "engine/contract.h"

#include <array>

namespace daruma {

namespace {

__extension__ using Wide = unsigned __int128;

/// The largest number whose square is at most `square`, bit by bit.
constexpr std::uint64_t rootOf(Wide square)
{
    std::uint64_t root = 0;
    for (int bit = 63; bit >= 0; --bit) {
        const std::uint64_t tried = root | std::uint64_t(1) << bit;
        root = Wide(tried) * tried <= square ? tried : root;
    }
    return root;
}

/// 2^(-1/2), 2^(-1/4), 2^(-1/8), …, times 2^64: each is the root of the one before.
constexpr auto roots = [] {
    std::array<std::uint64_t, 32> all{};
    std::uint64_t last = std::uint64_t(1) << 63;
    for (std::uint64_t &root : all)
        last = root = rootOf(Wide(last) << 64);
    return all;
}();

constexpr std::uint64_t one = std::uint64_t(1) << 32;

}  // namespace

std::uint64_t shareLeft(Duration age, Duration halfLife)
{
    DARUMA_ASSERT(age >= Duration::zero(), "nothing decays backwards");
    std::uint64_t share = ~std::uint64_t(0);
    if (age.isZero() || halfLife.isNever())
        return share;
    if (halfLife.isZero() || age.ns() / halfLife.ns() >= 64)
        return 0;
    const auto length = static_cast<std::uint64_t>(halfLife.ns());
    const auto fraction =
        static_cast<std::uint32_t>((Wide(static_cast<std::uint64_t>(age.ns()) % length) << 32) / length);
    for (std::size_t i = 0; i < roots.size(); ++i)
        if ((fraction >> (31 - i) & 1U) != 0)
            share = static_cast<std::uint64_t>((Wide(share) * roots[i]) >> 64);
    return share >> (age.ns() / halfLife.ns());
}

void DecayingCount::add(Instant now, Duration halfLife)
{
    const std::uint64_t before = left(now, halfLife);
    m_count = before > ~std::uint64_t(0) - one ? ~std::uint64_t(0) : before + one;
    m_last = now;
}

std::uint32_t DecayingCount::roundedUp(Instant now, Duration halfLife) const
{
    const std::uint64_t count = left(now, halfLife);
    return static_cast<std::uint32_t>((Wide(count) + one - 1) >> 32);
}

std::uint64_t DecayingCount::left(Instant now, Duration halfLife) const
{
    // What has not aged is whole, and not one bit less.
    if (now == m_last || halfLife.isNever())
        return m_count;
    return static_cast<std::uint64_t>((Wide(m_count) * shareLeft(now - m_last, halfLife)) >> 64);
}

}  // namespace daruma
