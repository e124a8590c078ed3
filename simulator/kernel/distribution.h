#pragma once

#include "engine/time.h"
#include "simulator/kernel/random.h"

#include <cstdint>

namespace daruma {

/// What the format can express and what can be added up without overflow: 100 years of 365 days.
/// A variate beyond it is Duration::never(): no horizon lies that far.
inline constexpr Duration longestDuration = Duration::seconds(std::int64_t{100} * 365 * 24 * 3600);

/// How long something takes, or when it happens next: a variate of a non-negative length of time.
/// Each sample rests on exactly one 64-bit draw and grows with it, so runs that share a stream stay coupled
/// (common random numbers), whatever the distributions are.
class Distribution {
public:
    enum class Kind : std::uint8_t { Fixed, Uniform, Exponential, Normal, Lognormal, Weibull, Never };

    /// Always 0.
    constexpr Distribution() = default;

    /// All durations below are in [0, longestDuration], REQUIRED of the caller; the readers of text check it.

    /// Always `value`; Duration::never() makes never().
    static Distribution fixed(Duration value);
    static Distribution never();
    /// Every nanosecond from `low` to `high`, both included, equally often. REQUIRES: low <= high.
    static Distribution uniform(Duration low, Duration high);
    /// The time between the events of a Poisson process. REQUIRES: mean > 0.
    static Distribution exponential(Duration mean);
    /// Negative variates become 0, so that its mean is a little above `mean` where `deviation` is large.
    static Distribution normal(Duration mean, Duration deviation);
    /// Its logarithm is normal with deviation `sigma`. REQUIRES: median > 0, sigma in [0, maxSigma].
    static Distribution lognormal(Duration median, double sigma);
    /// REQUIRES: scale > 0, shape in [minShape, maxShape].
    static Distribution weibull(Duration scale, double shape);

    static constexpr double maxSigma = 100.0;
    static constexpr double minShape = 0.01;
    static constexpr double maxShape = 1000.0;

    Duration sample(StreamKey key, std::uint64_t counter) const
    {
        return m_kind == Kind::Fixed ? Duration::nanoseconds(m_first) : quantile(draw(key, counter));
    }
    /// The variate that belongs to the probability (n + 1/2) / 2^63, n being random / 2, to the nearest
    /// nanosecond; uniform uses all 64 bits of `random`.
    Duration quantile(std::uint64_t random) const;

    Kind kind() const { return m_kind; }
    bool isNever() const { return m_kind == Kind::Never; }
    bool isFixed() const { return m_kind == Kind::Fixed; }
    /// Whether every sample is the same, `first()`.
    bool isCertain() const { return isFixed() || isNever(); }
    /// Whether every sample is 0.
    bool isZero() const { return isFixed() && m_first == 0; }

    /// The value, low, mean, median or scale, by kind; Duration::never() for never.
    Duration first() const { return isNever() ? Duration::never() : Duration::nanoseconds(m_first); }
    /// `high` of uniform or `deviation` of normal. REQUIRES: one of these kinds.
    Duration second() const;
    /// `sigma` of lognormal or `shape` of weibull. REQUIRES: one of these kinds.
    double factor() const;

    /// The expectation of a sample in seconds, the cut of normal included; infinite for never.
    double meanSeconds() const;

    bool operator==(const Distribution &) const = default;

private:
    constexpr Distribution(Kind kind, std::int64_t first, std::int64_t second)
        : m_kind(kind)
        , m_first(first)
        , m_second(second)
    {}

    Kind m_kind = Kind::Fixed;
    std::int64_t m_first = 0;
    std::int64_t m_second = 0;  // nanoseconds, or the bits of a double
};

}  // namespace daruma
