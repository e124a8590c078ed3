#pragma once

#include "app/cli/scenario_source.h"
#include "simulator/campaign/grid.h"
#include "simulator/campaign/sweep.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace daruma {

/// One setting of a campaign's grid.
struct CampaignCell {
    ScenarioSource source;  ///< with all overrides of this cell
    LoadedScenario loaded;
    std::vector<std::string> settings;  ///< what of these is varied: KEY=VALUE, in the order of the axes
    bool isSwarm = false;               ///< each seed has settings of its own besides
};

/// A scenario and the settings under which it is to be run.
struct CampaignCells {
    std::vector<GridAxis> axes;  ///< that are varied
    std::vector<CampaignCell> cells;

    bool isGrid() const { return cells.size() > 1; }
};

/// Reads the scenario under each combination of its overrides (`--set KEY=V1,V2`). Throws a Failure: Usage
/// where an override cannot be read or there are more than `mostCells`, Invalid with the problems of the
/// first cell that has any.
inline constexpr std::size_t mostCells = 10'000;
CampaignCells readCells(const ScenarioSource &source);

/// KEY=VALUE of several keys for people: of each key as many of its last parts as tell it from the other axes
/// that are varied.
std::string shortLabel(const std::vector<std::string> &settings, const std::vector<GridAxis> &axes);

/// One setting a line.
std::string linesOf(const std::vector<std::string> &overrides);

/// `A..B`, or one number for a single seed. Throws a Failure (Usage).
SeedRange seedRange(const std::string &text);

/// The part of the range that shard `text` runs: `I/N`, I from 1 to N, or `auto`, which reads what Slurm
/// arrays, Kubernetes' indexed jobs, Open MPI and GNU parallel set. The parts differ by one seed at most.
/// Throws a Failure (Usage).
struct Shard {
    std::uint64_t index = 1;
    std::uint64_t count = 1;

    std::string text() const { return std::to_string(index) + "/" + std::to_string(count); }
};
Shard shardOf(const std::string &text);
SeedRange partOf(SeedRange seeds, Shard shard);

}
