#pragma once

#include "engine/contract.h"

#include <compare>
#include <cstdint>
#include <limits>

namespace daruma {

/// A length of virtual time in whole nanoseconds. `Duration::never()` is longer than anything that happens:
/// it stands for "infinity" and "never" and absorbs additions. Overflow of finite values is a broken
/// contract.
class Duration {
public:
    constexpr Duration() = default;

    static constexpr Duration nanoseconds(std::int64_t n) { return Duration(n); }
    static constexpr Duration microseconds(std::int64_t n) { return Duration(checkedMul(n, 1'000)); }
    static constexpr Duration milliseconds(std::int64_t n) { return Duration(checkedMul(n, 1'000'000)); }
    static constexpr Duration seconds(std::int64_t n) { return Duration(checkedMul(n, 1'000'000'000)); }
    static constexpr Duration zero() { return Duration(0); }
    static constexpr Duration never() { return Duration(std::numeric_limits<std::int64_t>::max()); }

    constexpr std::int64_t ns() const { return m_ns; }
    constexpr bool isNever() const { return *this == never(); }
    constexpr bool isZero() const { return m_ns == 0; }

    constexpr auto operator<=>(const Duration &) const = default;

    friend constexpr Duration operator+(Duration a, Duration b)
    {
        return a.isNever() || b.isNever() ? never() : Duration(checkedAdd(a.m_ns, b.m_ns));
    }
    friend constexpr Duration operator-(Duration a, Duration b)
    {
        DARUMA_ASSERT(!b.isNever(), "an infinite duration cannot be subtracted");
        return a.isNever() ? never() : Duration(checkedAdd(a.m_ns, -b.m_ns));
    }

    static constexpr std::int64_t checkedAdd(std::int64_t a, std::int64_t b)
    {
        std::int64_t sum = 0;
        DARUMA_ASSERT(!__builtin_add_overflow(a, b, &sum), "virtual time overflows 64 bits of nanoseconds");
        return sum;
    }
    static constexpr std::int64_t checkedMul(std::int64_t a, std::int64_t b)
    {
        std::int64_t product = 0;
        DARUMA_ASSERT(!__builtin_mul_overflow(a, b, &product),
                      "virtual time overflows 64 bits of nanoseconds");
        return product;
    }

private:
    constexpr explicit Duration(std::int64_t ns)
        : m_ns(ns)
    {}

    std::int64_t m_ns = 0;
};

/// A moment of virtual time: nanoseconds since the start of the run. Never negative.
/// `Instant::never()` lies after every moment that is reached.
class Instant {
public:
    constexpr Instant() = default;

    static constexpr Instant fromNs(std::int64_t ns) { return Instant(ns); }
    static constexpr Instant start() { return Instant(0); }
    static constexpr Instant never() { return Instant(std::numeric_limits<std::int64_t>::max()); }

    constexpr std::int64_t ns() const { return m_ns; }
    constexpr bool isNever() const { return *this == never(); }

    constexpr auto operator<=>(const Instant &) const = default;

    friend constexpr Instant operator+(Instant t, Duration d)
    {
        if (t.isNever() || d.isNever())
            return never();
        std::int64_t sum = 0;
        // Past the end of 64-bit time nothing is reached any more, so this is "never", not an error.
        return __builtin_add_overflow(t.m_ns, d.ns(), &sum) ? never() : Instant(sum);
    }
    friend constexpr Duration operator-(Instant a, Instant b)
    {
        DARUMA_ASSERT(!b.isNever(), "the distance from never is undefined");
        return a.isNever() ? Duration::never() : Duration::nanoseconds(a.m_ns - b.m_ns);
    }

private:
    constexpr explicit Instant(std::int64_t ns)
        : m_ns(ns)
    {}

    std::int64_t m_ns = 0;
};

}  // namespace daruma
