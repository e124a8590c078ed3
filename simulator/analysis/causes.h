#pragma once

#include "simulator/analysis/failure.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace daruma {

/// Everything that took effect in a run of the model by itself, in the order of its events.
std::vector<OccurredCause> causesOf(const Model &model, std::uint64_t seed);

/// Which causes a failure rests on, found by running the model again and again with fewer of them: facts
/// about this run, not guesses from its events.
struct CauseProof {
    RunFailure failure;
    /// All that took effect before the failure, in order.
    std::vector<OccurredCause> all;
    /// With these alone the run fails in the same way, and without any one of them it does not.
    std::vector<OccurredCause> causes;
    /// Parallel to `causes`: with everything else that happened, but without this one, the run does not fail
    /// in the same way.
    std::vector<bool> isDecisive;
    /// Other sets of which the same is true as of `causes`.
    std::vector<std::vector<OccurredCause>> others;
    /// The earliest event after which the run fails in the same way even if nothing else takes effect.
    /// Invalid where it does from the outset.
    EventId noReturn;

    /// Each is false where the budget was spent before it was shown.
    bool isProven = false;            ///< what is said of `causes`
    bool isSmallest = false;          ///< no set of fewer causes suffices
    bool areOthersComplete = false;   ///< every cause that is not decisive was tried to be replaced
    bool isNoReturnEarliest = false;  ///< every earlier event was tried
    std::uint64_t runs = 0;
};

/// `progress` is told the number of runs so far.
CauseProof proveCauses(const Model &model, std::uint64_t seed, const RunFailure &failure,
                       FailureTrials::Budget budget = {},
                       const std::function<void(std::uint64_t)> &progress = {});

}
