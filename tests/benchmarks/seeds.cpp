#include "simulator/kernel/simulation.h"
#include "tests/benchmarks/allocations.h"
#include "tests/benchmarks/flat_prototype.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

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

/// So many threads, each with what `make` gives it: a function that runs one seed. Wall time, from when all
/// are ready; one thread is measured in the same way, as what else the machine does slows both.
template <typename Make> void runOnThreads(benchmark::State &state, Make make)
{
    using Clock = std::chrono::steady_clock;
    constexpr int seedsPerThread = 50'000;
    struct Span {
        Clock::time_point begun;
        Clock::time_point ended;
    };
    std::vector<Span> spans(static_cast<std::size_t>(state.range(0)));
    for ([[maybe_unused]] auto turn : state) {
        std::latch ready(state.range(0));
        std::vector<std::thread> threads;
        for (Span &span : spans)
            threads.emplace_back([&, from = seedsPerThread * (&span - spans.data())] {
                auto run = make();
                for (int i = 0; i < seedsPerTurn; ++i)
                    run(from + i);
                ready.arrive_and_wait();
                const auto begun = Clock::now();
                for (int i = 0; i < seedsPerThread; ++i)
                    run(from + i);
                span = {begun, Clock::now()};
            });
        for (std::thread &thread : threads)
            thread.join();
        const auto earlier = [](const Span &one, const Span &other) { return one.begun < other.begun; };
        const auto ends = [](const Span &one, const Span &other) { return one.ended < other.ended; };
        const Clock::time_point begun = std::min_element(spans.begin(), spans.end(), earlier)->begun;
        const Clock::time_point ended = std::max_element(spans.begin(), spans.end(), ends)->ended;
        state.SetIterationTime(std::chrono::duration<double>(ended - begun).count());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0) * seedsPerThread);
}

void seeds_on_threads(benchmark::State &state)
{
    const auto model = modelOf(shortScenario());
    runOnThreads(state, [&] {
        return [simulation = std::make_unique<Simulation>(*model)](int seed) {
            simulation->run(static_cast<std::uint64_t>(seed));
        };
    });
}
BENCHMARK(seeds_on_threads)->Arg(1)->Arg(2)->UseManualTime();

/// What the machine allows: the flat prototype shares nothing.
void flat_seeds_on_threads(benchmark::State &state)
{
    runOnThreads(state, [] {
        return [prototype = std::make_unique<FlatPrototype>(shortScenario(),
                                                            FlatPrototype::Keep::Fingerprint)](int seed) {
            benchmark::DoNotOptimize(prototype->run(static_cast<std::uint64_t>(seed)).digest);
        };
    });
}
BENCHMARK(flat_seeds_on_threads)->Arg(1)->Arg(2)->UseManualTime();

}  // namespace

}  // namespace daruma::bench
