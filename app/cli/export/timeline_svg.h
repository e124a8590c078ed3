#pragma once

#include "app/cli/scenario_source.h"
#include "simulator/kernel/simulation.h"

#include <string>

namespace daruma {

struct TimelineSvgOptions {
    double width = 1200;  ///< pixels; the height follows from the lanes
    std::size_t mostLanes = 60;
    bool isInPage = false;  ///< part of an HTML page that has a heading already
};

/// A run as a picture: a lane for each node, its incarnations as bars, what happened as marks. Readable on
/// light and on dark grounds. What had no room is counted below it.
std::string timelineSvg(const LoadedScenario &loaded, const Recording &run,
                        const TimelineSvgOptions &options = {});

}  // namespace daruma
