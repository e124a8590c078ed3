#pragma once

#include "app/cli/campaign_source.h"
#include "app/cli/output.h"
#include "simulator/analysis/rule_change.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace daruma {

/// Where a row leaves the first one, and what makes it.
struct RowParting {
    std::uint64_t seed = 0;
    Divergence at;
    std::string place;  ///< of the first row's event, else of the other; may be none
    std::string first;  ///< the event there in the first row, in words
    std::string here;
    PartingRules rules;  ///< or the keys behind `--set`
};

/// One dialect and one setting, under which the scenario meets the same faults as under the others.
struct ComparedRow {
    std::string label;    ///< what tells it from the other rows
    std::string dialect;  ///< as it was asked for; empty: the scenario's own
    std::optional<CampaignCell> cell;
    std::string refusal;  ///< why it cannot be run, where there is no cell
    std::optional<CampaignStatistics> statistics;
    std::optional<RowParting> parting;  ///< nothing where no run that was looked at parts
    std::uint64_t seedsLookedAt = 0;
};

struct Comparison {
    std::vector<ComparedRow> rows;
    SeedRange seeds;
    bool isInterrupted = false;

    /// What the others are compared with: the first that can be run.
    const ComparedRow &first() const;
    bool isOneRun() const { return seeds.size() == 1; }
};

std::string comparisonText(const Output &out, const Comparison &comparison);
std::string comparisonJson(const Comparison &comparison);

}
