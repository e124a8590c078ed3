#pragma once

#include "simulator/kernel/distribution.h"
#include "tests/benchmarks/models.h"

#include <cstdint>
#include <vector>

namespace daruma::bench {

/// How long each worker of the flat prototype lives, life after life: what the other simulators are given to
/// simulate, so that all go through the same events. A worker i is up for the first time at (i + 1) times the
/// time a start takes; it lives, is down for the time of a start, is up again. Each end and each start is an
/// event.
class Lives {
public:
    Lives(const FlatTree &tree, std::uint64_t seed)
        : m_life(Distribution::exponential(tree.meanLife))
        , m_workers(tree.workers)
    {
        for (std::uint32_t i = 0; i < tree.workers; ++i)
            m_workers[i].stream = streamKey(seed, i, Purpose::Lifetime);
    }

    Duration next(std::uint32_t worker)
    {
        return m_life.sample(m_workers[worker].stream, ++m_workers[worker].incarnation);
    }

private:
    struct Worker {
        StreamKey stream;
        std::uint32_t incarnation = 0;
    };

    Distribution m_life;
    std::vector<Worker> m_workers;
};

}  // namespace daruma::bench
