#include "simulator/kernel/distribution.h"

#include "engine/contract.h"
#include "simulator/kernel/real_math.h"

#include <bit>
#include <limits>
#include <type_traits>

namespace daruma {

static_assert(std::is_trivially_copyable_v<Distribution> && sizeof(Distribution) <= 24,
              "copying a scenario's state is a memcpy");

namespace {

constexpr std::uint64_t topBit = std::uint64_t{1} << 63;
constexpr double twoToMinus63 = 0x1p-63;
constexpr double inverseSqrtTwoPi = 0.39894228040143267794;

std::int64_t checkedLength(Duration d)
{
    DARUMA_ASSERT(d >= Duration::zero() && d <= longestDuration, "a length of time is 0 to 100 years");
    return d.ns();
}

std::int64_t checkedPositive(Duration d)
{
    DARUMA_ASSERT(!d.isZero(), "a mean, a median and a scale are longer than 0");
    return checkedLength(d);
}

/// The probability of a larger draw, in (0, 1]: precise to the last bit where it is small.
double upperTail(std::uint64_t random)
{
    return (static_cast<double>(static_cast<std::int64_t>(~random >> 1)) + 0.5) * twoToMinus63;
}

/// -ln of the above: an exponential variate of mean 1.
double standardExponential(std::uint64_t random)
{
    return -lnOf(upperTail(random));
}

double standardNormal(std::uint64_t random)
{
    // Both halves go through the lower tail, where the floating-point numbers are dense: symmetric, and as
    // precise at +6 deviations as at -6.
    return random >= topBit ? -inverseNormalCdf(upperTail(random)) : inverseNormalCdf(upperTail(~random));
}

Duration rounded(double ns)
{
    if (!(ns > 0))
        return Duration::zero();
    if (!(ns <= static_cast<double>(longestDuration.ns())))
        return Duration::never();
    const auto whole = static_cast<std::int64_t>(ns);
    return Duration::nanoseconds(ns - static_cast<double>(whole) >= 0.5 ? whole + 1 : whole);
}

}  // namespace

Distribution Distribution::fixed(Duration value)
{
    return value.isNever() ? never() : Distribution(Kind::Fixed, checkedLength(value), 0);
}

Distribution Distribution::never()
{
    return Distribution(Kind::Never, 0, 0);
}

Distribution Distribution::uniform(Duration low, Duration high)
{
    DARUMA_ASSERT(low <= high, "a range begins before it ends");
    return Distribution(Kind::Uniform, checkedLength(low), checkedLength(high));
}

Distribution Distribution::exponential(Duration mean)
{
    return Distribution(Kind::Exponential, checkedPositive(mean), 0);
}

Distribution Distribution::normal(Duration mean, Duration deviation)
{
    return Distribution(Kind::Normal, checkedLength(mean), checkedLength(deviation));
}

Distribution Distribution::lognormal(Duration median, double sigma)
{
    DARUMA_ASSERT(sigma >= 0.0 && sigma <= maxSigma, "sigma is in its range");
    return Distribution(Kind::Lognormal, checkedPositive(median), std::bit_cast<std::int64_t>(sigma));
}

Distribution Distribution::weibull(Duration scale, double shape)
{
    DARUMA_ASSERT(shape >= minShape && shape <= maxShape, "the shape is in its range");
    return Distribution(Kind::Weibull, checkedPositive(scale), std::bit_cast<std::int64_t>(shape));
}

Duration Distribution::second() const
{
    DARUMA_ASSERT(m_kind == Kind::Uniform || m_kind == Kind::Normal, "only these have a second duration");
    return Duration::nanoseconds(m_second);
}

double Distribution::factor() const
{
    DARUMA_ASSERT(m_kind == Kind::Lognormal || m_kind == Kind::Weibull, "only these have a factor");
    return std::bit_cast<double>(m_second);
}

Duration Distribution::quantile(std::uint64_t random) const
{
    const auto first = static_cast<double>(m_first);
    switch (m_kind) {
    case Kind::Fixed:
        return Duration::nanoseconds(m_first);
    case Kind::Uniform: {
        const auto values = static_cast<std::uint64_t>(m_second - m_first) + 1;
        return Duration::nanoseconds(m_first + static_cast<std::int64_t>(scaleToBound(random, values)));
    }
    case Kind::Exponential:
        return rounded(first * standardExponential(random));
    case Kind::Normal:
        return rounded(first + static_cast<double>(m_second) * standardNormal(random));
    case Kind::Lognormal:
        return rounded(first * expOf(factor() * standardNormal(random)));
    case Kind::Weibull:
        // upperTail rounds to 1 for the smallest draws, where ln gives 0 and a second ln would give -inf.
        if (const double exponential = standardExponential(random); exponential > 0)
            return rounded(first * expOf(lnOf(exponential) / factor()));
        return Duration::zero();
    case Kind::Never:
        return Duration::never();
    }
    DARUMA_UNREACHABLE("every kind is handled");
}

double Distribution::meanSeconds() const
{
    const double first = static_cast<double>(m_first) / 1e9;
    switch (m_kind) {
    case Kind::Fixed:
    case Kind::Exponential:
        return first;
    case Kind::Uniform:
        return (first + static_cast<double>(m_second) / 1e9) / 2;
    case Kind::Normal: {
        const double deviation = static_cast<double>(m_second) / 1e9;
        if (m_second == 0)
            return first;
        const double ratio = first / deviation;
        return first * normalCdf(ratio) + deviation * inverseSqrtTwoPi * expOf(-0.5 * ratio * ratio);
    }
    case Kind::Lognormal:
        return first * expOf(0.5 * factor() * factor());
    case Kind::Weibull:
        return first * gammaOf(1.0 + 1.0 / factor());
    case Kind::Never:
        return std::numeric_limits<double>::infinity();
    }
    DARUMA_UNREACHABLE("every kind is handled");
}

}  // namespace daruma
