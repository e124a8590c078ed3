#include "simulator/kernel/simulation.h"
#include "tests/benchmarks/flat_prototype.h"

#include <benchmark/benchmark.h>
#include <xxhash.h>

#include <chrono>
#include <ctime>

/// The simulation alone, without recording: time for an event, for a restart, growth.

namespace daruma::bench {

namespace {

constexpr std::uint32_t restartsPerRun = 25'000;

enum class Item { Event, Restart };

/// `Event`: one record of the run; four make a restart of a worker alone (exit, restart, start, started).
void simulate(benchmark::State &state, const FlatTree &tree, Item item)
{
    const auto model = modelOf(tree);
    Simulation simulation(*model);
    simulation.run(1);
    std::uint64_t items = 0;
    std::uint64_t seed = 2;
    for ([[maybe_unused]] auto turn : state) {
        const RunResult result = simulation.run(seed++);
        if (result.hasFailed() || result.endCause != EndCause::Horizon)
            state.SkipWithError("the run did not go as planned");
        items += item == Item::Event ? result.events : result.restarts;
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(items));
}

void simulateFlat(benchmark::State &state, const FlatTree &tree, Item item, FlatPrototype::Keep keep)
{
    FlatPrototype prototype(tree, keep);
    prototype.run(1);
    std::uint64_t items = 0;
    std::uint64_t seed = 2;
    for ([[maybe_unused]] auto turn : state) {
        const FlatPrototype::Result result = prototype.run(seed++);
        benchmark::DoNotOptimize(result.digest);
        items += item == Item::Event ? result.events : result.restarts;
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(items));
}

FlatTree treeOf(const benchmark::State &state)
{
    const auto workers = static_cast<std::uint32_t>(state.range(0));
    return restartingTree(workers, workers > restartsPerRun ? 2 * workers : restartsPerRun);
}

void event(benchmark::State &state)
{
    simulate(state, treeOf(state), Item::Event);
}
BENCHMARK(event)->Arg(10)->Arg(100)->Arg(1000)->Arg(100'000);

void flat_event(benchmark::State &state)
{
    simulateFlat(state, treeOf(state), Item::Event, FlatPrototype::Keep::Fingerprint);
}
BENCHMARK(flat_event)->Arg(10)->Arg(100)->Arg(1000);

void restart(benchmark::State &state)
{
    simulate(state, treeOf(state), Item::Restart);
}
BENCHMARK(restart)->Arg(10);

void flat_restart(benchmark::State &state)
{
    simulateFlat(state, treeOf(state), Item::Restart, FlatPrototype::Keep::Fingerprint);
}
BENCHMARK(flat_restart)->Arg(10);

void flat_restart_records(benchmark::State &state)
{
    simulateFlat(state, treeOf(state), Item::Restart, FlatPrototype::Keep::Records);
}
BENCHMARK(flat_restart_records)->Arg(10);

void flat_restart_nothing(benchmark::State &state)
{
    simulateFlat(state, treeOf(state), Item::Restart, FlatPrototype::Keep::Nothing);
}
BENCHMARK(flat_restart_nothing)->Arg(10);

/// All are restarted whenever the first dies: what an operator's killing of one child does in other systems.
FlatTree groupOf(const benchmark::State &state)
{
    FlatTree tree;
    tree.workers = static_cast<std::uint32_t>(state.range(0));
    tree.strategy = Strategy::OneForAll;
    tree.meanLife = Duration::seconds(1);
    tree.horizon = Duration::seconds(100);
    tree.onlyFirstDies = true;
    return tree;
}

void one_for_all(benchmark::State &state)
{
    const FlatTree tree = groupOf(state);
    const auto model = modelOf(tree);
    Simulation simulation(*model);
    simulation.run(1);
    std::uint64_t restarts = 0;
    std::uint64_t seed = 2;
    for ([[maybe_unused]] auto turn : state)
        restarts += simulation.run(seed++).restarts * tree.workers;
    state.SetItemsProcessed(static_cast<std::int64_t>(restarts));
}
BENCHMARK(one_for_all)->Arg(1000);

void flat_one_for_all(benchmark::State &state)
{
    simulateFlat(state, groupOf(state), Item::Restart, FlatPrototype::Keep::Fingerprint);
}
BENCHMARK(flat_one_for_all)->Arg(1000);

/// The same run, once with a short and once with a long memory of restarts.
void history(benchmark::State &state)
{
    FlatTree tree = restartingTree(10, 2'000'000);
    tree.limit.within = Duration::milliseconds(state.range(0) * 100);
    simulate(state, tree, Item::Event);
}
BENCHMARK(history)->Arg(50)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

/// The kernel hashes always. So what it would save without is measured by hashing records of the same size
/// in blocks of the same size, as often as the run had them.
void hash(benchmark::State &state)
{
    const auto model = modelOf(restartingTree(10, restartsPerRun));
    Simulation simulation(*model);
    simulation.run(1);
    std::vector<Event> block(1024);
    XXH3_state_t *digest = XXH3_createState();
    std::clock_t whole = 0;
    std::clock_t hashing = 0;
    for ([[maybe_unused]] auto turn : state) {
        const std::clock_t begun = std::clock();
        const std::uint64_t events = simulation.run(2).events;
        const std::clock_t simulated = std::clock();
        XXH3_128bits_reset(digest);
        for (std::uint64_t i = 0; i < events / block.size(); ++i) {
            block[i % block.size()].t = static_cast<std::int64_t>(i);
            XXH3_128bits_update(digest, block.data(), block.size() * sizeof(Event));
        }
        benchmark::DoNotOptimize(XXH3_128bits_digest(digest));
        hashing += std::clock() - simulated;
        whole += simulated - begun;
    }
    XXH3_freeState(digest);
    state.counters["on_over_off"] = static_cast<double>(whole) / static_cast<double>(whole - hashing);
}
BENCHMARK(hash);

}  // namespace

}  // namespace daruma::bench
