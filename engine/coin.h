#pragma once

#include "engine/mix_bits.h"

namespace daruma {

/// Tosses for what a system leaves to chance. A value like the machines that hold one: the same key gives the
/// same tosses, and a copy goes on as the original would.
class Coin {
public:
    Coin() = default;
    explicit Coin(std::uint64_t key)
        : m_key(key)
    {}

    bool toss() { return number() >> 63 != 0; }
    /// Uniform over 64 bits.
    std::uint64_t number() { return mixBits(m_key + ++m_tosses * goldenGamma); }

private:
    std::uint64_t m_key = 0;
    std::uint64_t m_tosses = 0;
};

}  // namespace daruma
