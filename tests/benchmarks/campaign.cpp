#include "simulator/campaign/sweep.h"
#include "simulator/kernel/simulation.h"
#include "tests/benchmarks/memory.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>

/// A campaign of 100,000 seeds on all cores, against a loop over the same seeds on one.

namespace daruma::bench {

namespace {

constexpr std::uint64_t seedsPerTurn = 100'000;

/// db-outage-30s, with its outage and with Poisson failures of the connection before it.
Variant outage()
{
    const std::vector<Override> overrides{{"worker.conn.lifetime", "exp(20s)"}};
    std::string text;
    if (std::FILE *file = std::fopen(DARUMA_SCENARIOS_FOLDER "/db-outage-30s.toml", "rb")) {
        text.resize(1 << 20);
        text.resize(std::fread(text.data(), 1, text.size(), file));
        std::fclose(file);
    }
    auto scenario = readScenario(text, "db-outage-30s", overrides);
    if (!scenario) {
        std::fputs(toText(scenario.error().front(), "db-outage-30s").c_str(), stderr);
        std::abort();
    }
    return {std::make_shared<const Scenario>(std::move(*scenario)), {}};
}

void campaign(benchmark::State &state)
{
    SweepPlan plan;
    plan.cells.push_back(fixedCell(outage()));
    plan.seeds = {1, seedsPerTurn};
    plan.jobs = std::thread::hardware_concurrency();
    std::uint64_t runs = 0;
    for ([[maybe_unused]] auto turn : state)
        runs += sweep(plan, nullptr, nullptr)->runs;
    state.SetItemsProcessed(static_cast<std::int64_t>(runs));
}
BENCHMARK(campaign)->UseRealTime();

void campaign_loop(benchmark::State &state)
{
    const Variant variant = outage();
    Simulation simulation(variant.scenario->model);
    for ([[maybe_unused]] auto turn : state) {
        for (std::uint64_t seed = 1; seed <= seedsPerTurn; ++seed)
            benchmark::DoNotOptimize(simulation.run(seed).fingerprint);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(seedsPerTurn));
}
BENCHMARK(campaign_loop)->UseRealTime();

/// The most memory that the process has while it runs.
std::int64_t peakOf(const SweepPlan &plan)
{
    std::int64_t peak = 0;
    const auto result = sweep(plan, nullptr, [&](const SweepProgress &) {
        peak = std::max(peak, residentBytes());
        return true;
    });
    benchmark::DoNotOptimize(result->runs);
    return std::max(peak, residentBytes());
}

/// What ten times the seeds add to the memory, in bytes a seed.
void campaign_memory(benchmark::State &state)
{
    SweepPlan plan;
    plan.cells.push_back(fixedCell(outage()));
    plan.jobs = std::thread::hardware_concurrency();
    double growth = 0;
    for ([[maybe_unused]] auto turn : state) {
        plan.seeds = {1, seedsPerTurn};
        const std::int64_t few = peakOf(plan);
        plan.seeds = {1, 10 * seedsPerTurn};
        growth = static_cast<double>(peakOf(plan) - few) / (9.0 * seedsPerTurn);
    }
    state.counters["growth"] = growth;
}
BENCHMARK(campaign_memory)->Iterations(1)->UseRealTime();

}  // namespace

}  // namespace daruma::bench
