#include "simulator/kernel/simulation.h"
#include "tests/benchmarks/allocations.h"
#include "tests/benchmarks/flat_prototype.h"

#include <benchmark/benchmark.h>

#include <thread>

/// Many short runs of one scenario, as in a sweep.

namespace daruma::bench {

namespace {

/// Three workers, ten events until all are up, two or three restarts, the end: 20 events on average.
FlatTree shortScenario()
{
    FlatTree tree;
    tree.workers = 3;
    tree.meanLife = Duration::seconds(10);
    tree.init = Duration::milliseconds(5);
    tree.horizon = Duration::milliseconds(7'400);
    return tree;
}

constexpr int seedsPerTurn = 1000;

void seeds(benchmark::State &state)
{
    const auto model = modelOf(shortScenario());
    Simulation simulation(*model);
    std::uint64_t seed = 0;
    // What a longer run than all before needs is allocated once; so the same runs are gone through again.
    constexpr std::uint64_t seedsInAll = 20'000;
    while (seed < seedsInAll)
        simulation.run(seed++);
    std::uint64_t allocated = 0;
    std::uint64_t events = 0;
    for ([[maybe_unused]] auto turn : state) {
        const std::uint64_t before = allocations();
        for (int i = 0; i < seedsPerTurn; ++i)
            events += simulation.run(seed++ % seedsInAll).events;
        allocated += allocations() - before;
    }
    const auto runs = static_cast<double>(state.iterations()) * seedsPerTurn;
    state.SetItemsProcessed(state.iterations() * seedsPerTurn);
    state.counters["allocations"] = static_cast<double>(allocated) / runs;
    state.counters["events"] = static_cast<double>(events) / runs;
}
BENCHMARK(seeds);

void flat_seeds(benchmark::State &state)
{
    FlatPrototype prototype(shortScenario(), FlatPrototype::Keep::Fingerprint);
    std::uint64_t seed = 0;
    for ([[maybe_unused]] auto turn : state)
        for (int i = 0; i < seedsPerTurn; ++i)
            benchmark::DoNotOptimize(prototype.run(seed++).digest);
    state.SetItemsProcessed(state.iterations() * seedsPerTurn);
}
BENCHMARK(flat_seeds);

void seeds_two_threads(benchmark::State &state)
{
    constexpr int seedsPerThread = 50'000;
    const auto model = modelOf(shortScenario());
    Simulation first(*model);
    Simulation second(*model);
    std::uint64_t seed = 0;
    const auto work = [](Simulation &simulation, std::uint64_t from) {
        for (std::uint64_t i = from; i < from + seedsPerThread; ++i)
            simulation.run(i);
    };
    for ([[maybe_unused]] auto turn : state) {
        std::thread other([&] { work(second, seed + seedsPerThread); });
        work(first, seed);
        other.join();
        seed += 2 * seedsPerThread;
    }
    state.SetItemsProcessed(state.iterations() * 2 * seedsPerThread);
}
BENCHMARK(seeds_two_threads)->UseRealTime();

}  // namespace

}  // namespace daruma::bench
