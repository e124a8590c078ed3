#pragma once

#include "app/cli/scenario_source.h"
#include "simulator/kernel/simulation.h"

#include <string>
#include <vector>

namespace daruma {

/// Of each expectation that failed, in the order of the model's: the sentence that names the defects of the
/// scenario's dialect without which the same run meets it. Empty where it is met, where the dialect's defects
/// have nothing to do with it, and of runs that are too long to be made once more for each defect.
std::vector<std::string> defectBlame(const ScenarioSource &source, const LoadedScenario &loaded,
                                     const Recording &run);

}
