#pragma once

#include "app/cli/scenario_source.h"

#include <string>
#include <vector>

namespace daruma {

/// Paths of dialects as a command line has them, from the current folder, become those of the scenario.
void takePathsFromCurrentFolder(ScenarioSource &source);

/// `KEY=VALUE` taken apart. Throws a Failure (Usage) where one is not that.
std::vector<Override> overridesOf(const std::vector<std::string> &settings);

}
