#pragma once

#include "simulator/campaign/sweep.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace daruma {

/// What a swarm draws for a seed, as `--set` has it: each fault is off in half of the seeds; where it is on,
/// how often, how late and how long it comes is drawn each for itself, from a quarter to four times what the
/// scenario says, and it may strike a single one of its targets instead of all. What happens in the same
/// instant happens in an order that is drawn too. Each fault's draws rest on its name and the seed alone.
std::vector<std::string> swarmOf(const Scenario &scenario, std::uint64_t seed);

/// Whether swarmOf leaves the fault on, as the scenario has it.
bool isOnInSwarm(const Fault &fault, std::uint64_t seed);

/// Reads the scenario under overrides that stand behind its own. What swarmOf gives can be read.
using VariantReader = std::function<Variant(const std::vector<std::string> &more)>;

/// A cell whose variant is drawn for each seed.
std::unique_ptr<Cell> swarmCell(Variant usual, VariantReader read);

}
