#pragma once

#include "simulator/campaign/sweep.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace daruma {

/// What a swarm draws for a seed, as `--set` has it: each fault is off in half of the seeds; where it is on,
/// it comes or lasts up to four times as often or as long, or as rarely or as short, and may strike a single
/// one of its targets instead of all. What happens in the same instant happens in an order that is drawn too.
/// Each fault's draws rest on its name and the seed alone.
std::vector<std::string> swarmOf(const Scenario &scenario, std::uint64_t seed);

/// Reads the scenario under overrides that stand behind its own. What swarmOf gives can be read.
using VariantReader = std::function<Variant(const std::vector<std::string> &more)>;

/// A cell whose variant is drawn for each seed.
std::unique_ptr<Cell> swarmCell(Variant usual, VariantReader read);

}
