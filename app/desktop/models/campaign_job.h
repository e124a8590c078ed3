#pragma once

#include "app/desktop/models/figures.h"
#include "app/desktop/models/run.h"
#include "simulator/analysis/shrink.h"
#include "simulator/campaign/grid.h"
#include "simulator/campaign/sweep.h"
#include "simulator/campaign/tune.h"

#include <QString>
#include <tl/expected.hpp>

#include <string>
#include <vector>

/// Long work on a scenario, as functions that take as long as the work does: for another thread than that of
/// the windows.

namespace daruma {

/// What is to be swept, as the form of the Jobs view has it.
struct CampaignRequest {
    RunSource source;
    SeedRange seeds;
    std::vector<std::string> vary;  ///< KEY=VALUES each, as a grid's `--set` has them
    QString database;               ///< is made where there is none
    RecordPolicy policy = RecordPolicy::Restarts;
    unsigned jobs = 1;
};

struct CampaignOutcome {
    std::int64_t campaign = 0;
    SweepEnd end = SweepEnd::Complete;
    std::uint64_t runs = 0;
    std::uint64_t unsuccessful = 0;
    std::uint64_t survived = 0;  ///< their roots did
};

/// Is given the figures of what has been run so far: twice a second at most, and not so often that it would
/// slow down the sweep; those of all runs at the end. Called by the thread that sweeps.
using FiguresTaker = std::function<void(std::shared_ptr<const Figures>)>;

/// Runs and records a campaign; otherwise all that is wrong with the request, or what the database refused.
tl::expected<CampaignOutcome, QString> runCampaign(const CampaignRequest &request,
                                                   const SweepWatcher &watcher,
                                                   const FiguresTaker &takeFigures = {});

/// Shrinks the run of the source. `goesOn` is asked between two runs, with what was found so far; nothing in
/// the result where it said no. Otherwise why there is nothing to shrink.
tl::expected<std::optional<ShrinkResult>, QString>
shrinkRun(const RunSource &source, const std::function<bool(const ShrinkResult &)> &goesOn);

struct TuneRequest {
    RunSource source;
    std::vector<std::string> vary;
    std::vector<std::string> targets;
    std::uint64_t seeds = 1000;  ///< of the search, from 1 on; as many more check what was found
    unsigned jobs = 1;
};

struct TuneOutcome {
    TuneResult result;
    std::vector<Target> targets;
    std::vector<GridAxis> axes;
    SeedRange seeds;
    SeedRange freshSeeds;

    /// KEY and VALUE of each axis.
    std::vector<Override> setting(SettingId id) const;
};

tl::expected<TuneOutcome, QString> runTune(const TuneRequest &request,
                                           const std::function<bool(const TuneProgress &)> &watcher);

}
