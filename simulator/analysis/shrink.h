#pragma once

#include "simulator/analysis/causes.h"
#include "simulator/scenario/scenario.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// What is to be shrunk: one run of a scenario.
struct ShrinkRequest {
    const Scenario &scenario;
    std::vector<Override> overrides;  ///< that it was read with
    std::string dialectOverride;
    std::uint64_t seed = 1;
    std::uint64_t mostRuns = 20'000;
};

struct ShrinkResult {
    /// A scenario file. Its run with its own seed fails in the same way.
    std::string text;
    RunFailure failure;            ///< of the run that was given
    std::size_t faultsBefore = 0;  ///< faults of the file, or causes that took effect, whichever are more
    std::size_t faultsAfter = 0;
    std::size_t nodesBefore = 0;
    std::size_t nodesAfter = 0;
    std::uint64_t runs = 0;
    /// Nothing more can be taken away in one step; false where `mostRuns` ended it.
    bool isComplete = false;
};

/// The smallest scenario that still fails as the first failure of the run: fewest faults, then fewest nodes,
/// then simpler behaviours, earlier and rounder times, a shorter horizon. Rules of supervision (strategies,
/// limits, restart types, dialects) stay as they are wherever they matter. Every step is accepted only where
/// the text that it leads to, read anew, still fails in the same way (FailureSignature). Nothing where the
/// run has no failure.
std::optional<ShrinkResult> shrink(const ShrinkRequest &request,
                                   const std::function<void(const ShrinkResult &)> &progress = {});

}
