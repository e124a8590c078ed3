#include "tests/benchmarks/memory.h"

#include "engine/supervisor.h"
#include "simulator/kernel/simulation.h"
#include "simulator/kernel/world.h"
#include "tests/benchmarks/models.h"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <unistd.h>

/// How much memory a tree takes, and what a copy of its state costs.

namespace daruma::bench {

std::int64_t residentBytes()
{
    std::ifstream file("/proc/self/statm");
    std::int64_t all = 0;
    std::int64_t resident = 0;
    file >> all >> resident;
    return resident * sysconf(_SC_PAGESIZE);
}

int printMemoryOf(std::uint32_t workers)
{
    FlatTree tree;
    tree.workers = workers;
    const std::int64_t before = residentBytes();
    const auto model = modelOf(tree);
    Simulation simulation(*model);
    simulation.run(1);
    const std::int64_t first = residentBytes();
    simulation.run(2);
    simulation.run(3);
    std::printf("%lld %lld\n", static_cast<long long>(first - before),
                static_cast<long long>(residentBytes() - first));
    return 0;
}

namespace {

void memory(benchmark::State &state)
{
    constexpr std::uint32_t children = 1'000'000;
    long long first = 0;
    long long later = 0;
    for ([[maybe_unused]] auto turn : state) {
        const std::string command =
            "/proc/" + std::to_string(getpid()) + "/exe --memory-of " + std::to_string(children);
        std::FILE *answer = popen(command.c_str(), "r");
        if (answer == nullptr || std::fscanf(answer, "%lld %lld", &first, &later) != 2)
            state.SkipWithError("the process that measures did not answer");
        if (answer != nullptr)
            pclose(answer);
    }
    state.counters["bytes_per_child"] = static_cast<double>(first) / children;
    state.counters["growth"] = static_cast<double>(later) / children;
}
BENCHMARK(memory)->Iterations(1)->Unit(benchmark::kMillisecond);

SupervisorSpec specOf(std::uint32_t children)
{
    SupervisorSpec spec;
    for (std::uint32_t i = 0; i < children; ++i) {
        ChildSpec child;
        child.id.index = i;
        child.key = i;
        spec.children.push_back(child);
    }
    return spec;
}

void boot(Supervisor &supervisor, const SupervisorSpec &spec)
{
    supervisor.reset(spec, Duration::zero());
    EffectList effects;
    supervisor.handle(Instant::start(), {.kind = SignalKind::Boot, .cause = EventId{0}}, effects);
    for (std::uint32_t i = 0; i < spec.children.size(); ++i) {
        effects.clear();
        supervisor.handle(
            Instant::start(),
            {.kind = SignalKind::ChildStarted, .child = {NodeId{i + 1}, 1}, .hint = i, .cause = EventId{i}},
            effects);
    }
}

/// A supervisor's state is a value, and its copy a snapshot.
void snapshot(benchmark::State &state)
{
    const SupervisorSpec spec = specOf(static_cast<std::uint32_t>(state.range(0)));
    Supervisor supervisor;
    boot(supervisor, spec);
    Supervisor kept = supervisor;
    for ([[maybe_unused]] auto turn : state) {
        kept = supervisor;
        benchmark::DoNotOptimize(kept);
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(snapshot)->Arg(1000);

/// A whole run in its middle, what its checkers know and the events not yet handed on included.
void world_snapshot(benchmark::State &state)
{
    const auto workers = static_cast<std::uint32_t>(state.range(0));
    const auto model = modelOf(restartingTree(workers, workers));
    World world(*model);
    world.begin(1, nullptr);
    for (std::uint32_t step = 0; step < 2 * workers; ++step)
        world.step();
    World kept = world;
    for ([[maybe_unused]] auto turn : state) {
        kept = world;
        benchmark::DoNotOptimize(kept);
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(world_snapshot)->Arg(1000);

void memcpy(benchmark::State &state)
{
    const auto children = static_cast<std::size_t>(state.range(0));
    const std::vector<char> from(sizeof(Supervisor) + children * sizeof(ListSupervisor::Record), 'x');
    std::vector<char> to(from.size());
    for ([[maybe_unused]] auto turn : state) {
        std::memcpy(to.data(), from.data(), from.size());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(memcpy)->Arg(1000);

}  // namespace

}  // namespace daruma::bench
