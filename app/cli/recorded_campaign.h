#pragma once

#include "app/cli/output.h"
#include "simulator/store/database.h"

#include <string>

namespace daruma {

/// The figures of a campaign, from the rows that were recorded of it: what there is of a `sweep` whose runs
/// are not made again.
std::string summaryText(const Output &out, const CampaignSummary &summary);
/// As a JSON object, without a line end.
std::string summaryJson(const CampaignRow &campaign, const CampaignSummary &summary);

}
