#pragma once

#include "app/cli/reference.h"
#include "simulator/kernel/simulation.h"

#include <string>

namespace daruma {

/// One page about one run that needs nothing else: finding, verdict, timeline, why, what would have helped,
/// expectations, restarts, the scenario, and the line that makes the run again.
std::string reportHtml(const Reference &reference, const Recording &run);

}  // namespace daruma
