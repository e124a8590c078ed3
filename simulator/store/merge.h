#pragma once

#include "simulator/store/database.h"
#include "simulator/store/open_options.h"

#include <tl/expected.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace daruma {

/// Why databases are not joined, in one sentence that names the files.
struct MergeProblem {
    std::string message;
    /// A part that is to be finished first, and the file that it is in.
    struct Unfinished {
        std::string file;
        CampaignRow campaign;
    };
    std::optional<Unfinished> unfinished;
};

struct MergeReport {
    bool changed = true;  ///< false: `out` held all of it already, and was left alone
    std::uint64_t campaigns = 0;
    std::uint64_t runs = 0;
    std::size_t joined = 0;  ///< campaigns that were put together from shards just now
};

/// Joins databases (`daruma merge OUT DB…`). `out` then holds what it held before, and what the others hold
/// and it did not; the shards of a campaign become one campaign there. Where nothing but the shards of one
/// campaign is joined, all rows are those that one process would have recorded for all seeds, but for wall
/// times, dates and hosts. Campaigns that are no shards are taken as they are, each once, wherever it is
/// found. So joining the same again changes nothing.
///
/// Refused, with all reasons: shards of which others are missing, are not finished, or end before their last
/// seed; shards that differ in scenario, rules version, options, seeds or number; two that have different
/// runs of the same seeds; files that cannot be read. `out` is replaced in one go, or not at all.
tl::expected<MergeReport, std::vector<MergeProblem>>
mergeDatabases(const std::string &out, const std::vector<std::string> &inputs, OpenOptions options = {});

}
