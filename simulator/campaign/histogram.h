#pragma once

#include "simulator/campaign/interval.h"

#include <cstdint>
#include <vector>

namespace daruma {

/// How often which value came, in memory that does not grow with the number of values: values below 256 are
/// told apart exactly, larger ones to 1/128 of their size. What it says does not depend on the order in which
/// values and other histograms were added.
class Histogram {
public:
    /// REQUIRES: value >= 0.
    void add(std::int64_t value);
    void add(const Histogram &other);

    std::uint64_t count() const { return m_count; }
    bool isEmpty() const { return m_count == 0; }
    /// The rest REQUIRES: not empty.
    std::int64_t min() const { return m_min; }
    std::int64_t max() const { return m_max; }
    double mean() const;
    /// The value of rank ⌈share · count⌉: exact, but that close values are taken for their mean.
    std::int64_t quantile(double share) const;
    Interval quantileInterval(double share) const;

    struct Bucket {
        std::uint32_t number = 0;
        std::uint64_t count = 0;
        __extension__ unsigned __int128 sum = 0;
    };
    /// Those with values in them, ascending.
    const std::vector<Bucket> &buckets() const { return m_buckets; }

private:
    Bucket &bucket(std::uint32_t number);
    std::int64_t valueOfRank(std::uint64_t rank) const;

    std::vector<Bucket> m_buckets;
    std::uint64_t m_count = 0;
    std::int64_t m_min = 0;
    std::int64_t m_max = 0;
};

}
