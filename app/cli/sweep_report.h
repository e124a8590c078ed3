#pragma once

#include "app/cli/campaign_source.h"
#include "app/cli/output.h"

#include <optional>
#include <string>
#include <vector>

namespace daruma {

/// What is to be told of a campaign.
struct SweepReport {
    const CampaignCells &campaign;
    const SweepResult &result;
    SeedRange seeds;                                 ///< that it was asked for
    std::optional<double> precision = std::nullopt;  ///< the same
    std::string shard = {};                          ///< `2/3 of 1..1000` where it was asked for a part
};

/// Whether a cell makes the campaign fail: by a run that failed or was cut, or by a `sometimes` that was
/// never reached.
bool hasFailed(const CampaignCell &cell, const CampaignStatistics &statistics);

/// What people read, but for the first failing run.
std::string sweepText(const Output &out, const SweepReport &report);
/// `sweep --format json` (CONTRACT section 5), with a line end. `repro`: of the first failing run, or empty.
std::string sweepJson(const SweepReport &report, const std::string &repro);

/// `99.12 %`, with as many digits as `interval` leaves meaningful.
std::string percent(double share, double width);
/// `31.2 % (28.4 to 34.1 %)`.
std::string shareText(double value, Interval interval);
std::string shareText(const Share &share);
/// That seeds change nothing, as a line; of several settings each by itself.
std::string sameRunsText(bool areSettings);
/// Begins a line of what passed or failed.
std::string mark(const Output &out, bool passed);
/// In all runs, and a `sometimes` in at least one.
bool isMet(const Expectation &expectation, const ExpectationStatistics &one);
std::string rootName(const Model &model);

}
