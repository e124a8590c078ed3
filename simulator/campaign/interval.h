#pragma once

#include <cstdint>

namespace daruma {

/// A 95 % confidence interval.
struct Interval {
    double low = 0;
    double high = 0;

    double width() const { return high - low; }
    bool contains(double value) const { return low <= value && value <= high; }
};

/// How many standard deviations 95 % of a normal distribution lie within.
inline constexpr double deviationsOf95Percent = 1.959963984540054;

/// Of a share, from `successes` of `trials`: Wilson's score interval (E. B. Wilson, Probable Inference,
/// 1927). Unlike the mean and its error it is right for shares near 0 and 1 too. From 0 to 1 where nothing
/// was tried.
Interval shareInterval(std::uint64_t successes, std::uint64_t trials);

/// The ranks, from 1, between which the quantile `share` of a population lies, from `count` values of it. The
/// ranks come from the normal approximation of the binomial distribution, and bound no distribution's shape.
struct Ranks {
    std::uint64_t low = 1;
    std::uint64_t high = 1;
};
/// REQUIRES: count > 0, 0 < share < 1.
Ranks quantileRanks(std::uint64_t count, double share);

}
