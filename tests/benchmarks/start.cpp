#include "resources/resources.h"
#include "simulator/scenario/scenario.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

/// How long somebody waits for the program itself.

namespace daruma::bench {

namespace {

void start(benchmark::State &state)
{
    const std::string database =
        (std::filesystem::temp_directory_path() / ("daruma-start-" + std::to_string(getpid()) + ".db"))
            .string();
    const std::string command =
        "exec " DARUMA_PROGRAM " run db-outage-30s --db " + database + " >/dev/null 2>&1";
    std::vector<double> times;
    for ([[maybe_unused]] auto turn : state) {
        const auto begun = std::chrono::steady_clock::now();
        const int status = std::system(command.c_str());
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
        state.SetIterationTime(seconds);
        times.push_back(1000 * seconds);
        std::filesystem::remove(database);
        if (status == -1 || WEXITSTATUS(status) > 1)
            state.SkipWithError("daruma did not run");
    }
    std::sort(times.begin(), times.end());
    state.counters["ms"] = times.empty() ? -1 : times[times.size() / 2];
}
BENCHMARK(start)->UseManualTime()->Iterations(20)->Unit(benchmark::kMillisecond);

void read(benchmark::State &state)
{
    const auto shipped = shippedScenarios();
    const auto longest = std::max_element(shipped.begin(), shipped.end(), [](const auto &a, const auto &b) {
        return a.content.size() < b.content.size();
    });
    const auto begun = std::chrono::steady_clock::now();
    for ([[maybe_unused]] auto turn : state)
        if (!readScenario(std::string(longest->content), "bench.toml"))
            state.SkipWithError("a shipped scenario cannot be read");
    state.counters["ms"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count()
                           * 1000 / static_cast<double>(state.iterations());
}
BENCHMARK(read)->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace daruma::bench
