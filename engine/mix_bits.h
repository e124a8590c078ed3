#pragma once

#include <cstdint>

namespace daruma {

/// A bijection of 64 bits in which every input bit flips each output bit with probability 1/2:
/// the finaliser of SplitMix64 (Steele, Lea, Flood 2014; constants by Stafford, "Mix13").
constexpr std::uint64_t mixBits(std::uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

/// 2^64 divided by the golden ratio, made odd: multiples of it are spread evenly over 64 bits.
inline constexpr std::uint64_t goldenGamma = 0x9e3779b97f4a7c15U;

}  // namespace daruma
