#pragma once

#include "app/cli/campaign_source.h"
#include "simulator/kernel/simulation.h"

#include <cstdint>
#include <string>

namespace daruma {

/// One run of a campaign that is made again to tell about it.
struct FailingRun {
    LoadedScenario loaded;
    Recording run;
    std::string repro;
};

FailingRun failingRun(const CampaignCell &cell, std::uint64_t seed);

/// What failed in a run, in one line: `app lives: at 3.2 s: up(app) is false`; several with semicolons.
std::string failureLine(const Model &model, const RunResult &result);

/// Why, in at most `mostLinks` sentences, a line each; empty where there is nothing to explain.
std::string whyLines(const Model &model, const Recording &run, std::size_t mostLinks);

}
