#include "simulator/kernel/simulation.h"
#include "simulator/scenario/scenario.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

/// Runs whatever reads as a scenario, twice: no crash, no broken invariant, and the same events again.
/// fuzz_run CORPUS tests/scenario/good tests/scenarios/determinism scenarios
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    daruma::ReadOptions options;
    options.limits.nodes = 500;
    options.limits.eventsPerRun = 5'000;
    options.limits.eventsPerInstant = 1'000;
    const std::string text(reinterpret_cast<const char *>(data), size);
    const auto scenario = daruma::readScenario(text, "fuzz.toml", {}, {}, options);
    if (!scenario)
        return 0;
    daruma::Simulation simulation(scenario->model);
    const daruma::RunResult first = simulation.run(scenario->model.seed);
    const daruma::RunResult again = simulation.run(scenario->model.seed);
    for (const daruma::InvariantViolation &violation : first.invariants) {
        std::fprintf(stderr, "invariant %s: %s\n", violation.name.c_str(), violation.message.c_str());
        std::abort();
    }
    if (!(first.fingerprint == again.fingerprint)) {
        std::fprintf(stderr, "the second run differs from the first\n");
        std::abort();
    }
    return 0;
}
