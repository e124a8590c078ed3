#include "simulator/kernel/distribution.h"
#include "tests/benchmarks/models.h"

#include <benchmark/benchmark.h>

#include <ns3/simulator.h>

/// The pattern of the flat prototype on ns-3's simulator with its default scheduler: a worker ends, it is up
/// again. Nothing is recorded.

namespace daruma::bench {

namespace {

class Workers {
public:
    Workers(const FlatTree &tree, std::uint64_t seed)
        : m_life(Distribution::exponential(tree.meanLife))
        , m_init(ns3::NanoSeconds(tree.init.ns()))
        , m_workers(tree.workers)
    {
        for (std::uint32_t i = 0; i < tree.workers; ++i) {
            m_workers[i].stream = streamKey(seed, i, Purpose::Lifetime);
            ns3::Simulator::Schedule(m_init * (i + 1), &Workers::up, this, i);
        }
    }

    std::uint64_t events() const { return m_events; }

private:
    struct Worker {
        StreamKey stream;
        std::uint32_t incarnation = 0;
    };

    void up(std::uint32_t worker)
    {
        ++m_events;
        const Duration life = m_life.sample(m_workers[worker].stream, ++m_workers[worker].incarnation);
        ns3::Simulator::Schedule(ns3::NanoSeconds(life.ns()), &Workers::down, this, worker);
    }

    void down(std::uint32_t worker)
    {
        ++m_events;
        ns3::Simulator::Schedule(m_init, &Workers::up, this, worker);
    }

    Distribution m_life;
    ns3::Time m_init;
    std::vector<Worker> m_workers;
    std::uint64_t m_events = 0;
};

void ns3_event(benchmark::State &state)
{
    const FlatTree tree = restartingTree(static_cast<std::uint32_t>(state.range(0)), 25'000);
    std::uint64_t events = 0;
    std::uint64_t seed = 1;
    for ([[maybe_unused]] auto turn : state) {
        Workers workers(tree, seed++);
        ns3::Simulator::Stop(ns3::NanoSeconds(tree.horizon.ns()));
        ns3::Simulator::Run();
        ns3::Simulator::Destroy();
        events += workers.events();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(events));
}
BENCHMARK(ns3_event)->Arg(10)->Arg(100)->Arg(1000);

}  // namespace

}  // namespace daruma::bench
