#pragma once

#include "engine/time.h"

#include <algorithm>
#include <cstdint>

namespace daruma {

/// A bucket of tokens that fills again with time. Integers alone: its level is the time that it took to fill.
class TokenBudget {
public:
    /// `burst` tokens at most, one more each `interval`.
    constexpr TokenBudget(std::int64_t burst, Duration interval)
        : m_interval(interval.ns())
        , m_full(burst * interval.ns())
        , m_level(m_full)
    {}

    /// Takes a token where there is one.
    bool take(Instant now)
    {
        m_level = std::min(m_full, m_level + std::min(m_full, (now - m_filledAt).ns()));
        m_filledAt = now;
        if (m_level < m_interval)
            return false;
        m_level -= m_interval;
        return true;
    }

private:
    std::int64_t m_interval;
    std::int64_t m_full;
    std::int64_t m_level;
    Instant m_filledAt = Instant::start();
};

}  // namespace daruma
