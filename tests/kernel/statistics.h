#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

/// Tests of hypotheses, at a level of 1 in 1000. Seeds are fixed, so a test passes or fails for good.
namespace statistics {

/// The value that a chi-square variate exceeds once in 1000 (Wilson and Hilferty's approximation).
inline double chiSquareLimit(std::size_t degrees)
{
    const double ninth = 2.0 / (9.0 * static_cast<double>(degrees));
    return static_cast<double>(degrees) * std::pow(1.0 - ninth + 3.0902 * std::sqrt(ninth), 3);
}

/// Whether the counts may come from these expectations. REQUIRES: each expectation is about 5 or more.
inline bool countsFit(std::span<const double> counts, std::span<const double> expected)
{
    double sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i)
        sum += (counts[i] - expected[i]) * (counts[i] - expected[i]) / expected[i];
    return sum < chiSquareLimit(counts.size() - 1);
}

inline bool countsAreEven(std::span<const double> counts)
{
    double total = 0;
    for (const double count : counts)
        total += count;
    const std::vector<double> expected(counts.size(), total / static_cast<double>(counts.size()));
    return countsFit(counts, expected);
}

/// Kolmogorov and Smirnov's distance between the samples and a distribution function that may have steps:
/// `below(x)` is the probability of less than x, `upTo(x)` that of at most x. Times the root of the count.
template <typename Below, typename UpTo>
double distance(std::vector<double> samples, const Below &below, const UpTo &upTo)
{
    std::sort(samples.begin(), samples.end());
    const auto n = static_cast<double>(samples.size());
    double largest = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        if (i + 1 == samples.size() || samples[i + 1] > samples[i])
            largest = std::max(largest, std::abs(upTo(samples[i]) - static_cast<double>(i + 1) / n));
        if (i == 0 || samples[i - 1] < samples[i])
            largest = std::max(largest, std::abs(below(samples[i]) - static_cast<double>(i) / n));
    }
    return largest * std::sqrt(n);
}

/// What the distance above exceeds once in 1000.
constexpr double distanceLimit = 1.9495;

}  // namespace statistics
