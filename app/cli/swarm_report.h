#pragma once

#include "app/cli/output.h"
#include "app/cli/sweep_report.h"

#include <cstdint>
#include <string>
#include <vector>

namespace daruma {

/// How often runs of a swarm failed, or were cut, with a fault and without it.
struct SwarmShare {
    std::string fault;
    Share on;
    Share off;
};

struct SwarmShares {
    std::vector<SwarmShare> faults;  ///< without those that the scenario has off
    /// Counted up to this seed: of the failing seeds, a campaign knows the first alone.
    std::uint64_t lastSeed = 0;
};

SwarmShares swarmShares(const SweepReport &report, std::size_t cell);

/// A table, or nothing where nothing failed.
std::string swarmText(const Output &out, const SweepReport &report);

}
