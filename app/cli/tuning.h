#pragma once

#include "app/cli/campaign_source.h"
#include "app/cli/output.h"
#include "simulator/campaign/tune.h"

#include <string>
#include <vector>

namespace daruma {

/// What was asked of `tune`, and what came of it.
struct Tuning {
    LoadedScenario loaded;           ///< as the file and `--set` have it
    std::string scenario;            ///< SCENARIO, as it was written
    std::vector<std::string> fixed;  ///< overrides of all settings
    std::optional<std::string> dialect;
    std::vector<GridAxis> axes;
    std::vector<Target> targets;
    SeedRange seeds;
    SeedRange freshSeeds;
    TuneResult result;

    /// KEY=VALUE of each axis.
    std::vector<std::string> setting(SettingId id) const;
    /// The settings with which the runs of one group of targets (`faultGroups`) meet what they are to meet:
    /// none for targets without `when`, which are judged by the scenario as it stands.
    std::vector<std::string> faultsOf(const std::string &group) const;
    /// Whether the check speaks against the best setting.
    bool isDoubted() const;
};

std::string tuningText(const Output &out, const Tuning &tuning);
std::string tuningJson(const Tuning &tuning);

}
