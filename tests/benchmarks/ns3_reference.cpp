#include "tests/benchmarks/lives.h"

#include <benchmark/benchmark.h>

#include <ns3/object-factory.h>
#include <ns3/simulator.h>

/// The pattern of the flat prototype on ns-3's simulator: a worker ends, it is up again. Nothing is recorded.

namespace daruma::bench {

namespace {

class Workers {
public:
    Workers(const FlatTree &tree, std::uint64_t seed)
        : m_lives(tree, seed)
        , m_init(ns3::NanoSeconds(tree.init.ns()))
    {
        for (std::uint32_t i = 0; i < tree.workers; ++i)
            ns3::Simulator::Schedule(m_init * (i + 1), &Workers::up, this, i);
    }

    std::uint64_t events() const { return m_events; }

private:
    void up(std::uint32_t worker)
    {
        ++m_events;
        const ns3::Time life = ns3::NanoSeconds(m_lives.next(worker).ns());
        ns3::Simulator::Schedule(life, &Workers::down, this, worker);
    }

    void down(std::uint32_t worker)
    {
        ++m_events;
        ns3::Simulator::Schedule(m_init, &Workers::up, this, worker);
    }

    Lives m_lives;
    ns3::Time m_init;
    std::uint64_t m_events = 0;
};

void simulate(benchmark::State &state, const char *scheduler)
{
    const FlatTree tree = restartingTree(static_cast<std::uint32_t>(state.range(0)), 25'000);
    std::uint64_t events = 0;
    std::uint64_t seed = 1;
    for ([[maybe_unused]] auto turn : state) {
        ns3::Simulator::SetScheduler(ns3::ObjectFactory(scheduler));
        Workers workers(tree, seed++);
        ns3::Simulator::Stop(ns3::NanoSeconds(tree.horizon.ns()));
        ns3::Simulator::Run();
        ns3::Simulator::Destroy();
        events += workers.events();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(events));
}

/// The default.
void ns3_event(benchmark::State &state)
{
    simulate(state, "ns3::MapScheduler");
}
BENCHMARK(ns3_event)->Arg(10)->Arg(100)->Arg(1000);

void ns3_priority_queue_event(benchmark::State &state)
{
    simulate(state, "ns3::PriorityQueueScheduler");
}
BENCHMARK(ns3_priority_queue_event)->Arg(10)->Arg(100)->Arg(1000);

}  // namespace

}  // namespace daruma::bench
