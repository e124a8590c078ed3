#pragma once

#include "simulator/store/merge.h"
#include "simulator/store/sqlite.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// What `sweep --shard` writes into the options of its campaign: ` --seeds A..B --shard I/N`.
struct ShardMark {
    std::uint64_t firstSeed = 0;  ///< of the whole campaign
    std::uint64_t lastSeed = 0;
    std::uint64_t index = 1;  ///< from 1
    std::uint64_t count = 1;
    std::string otherOptions;  ///< the options without the mark
};

/// Nothing where the campaign is no shard.
std::optional<ShardMark> shardMark(std::string_view options);

/// A database that is read.
struct MergeSource {
    std::string path;
    sqlite::Connection connection;
};

struct SourceCampaign {
    std::size_t source = 0;
    CampaignRow row;
    std::string fingerprint;  ///< of the scenario
    std::string dialects;     ///< names and fingerprints of the files of dialects that it was made with
    std::optional<ShardMark> shard;
};

/// A campaign of the result.
struct PlannedCampaign {
    std::vector<SourceCampaign> parts;  ///< in the order of their seeds; one where it is copied as it is
    std::uint64_t firstSeed = 0;
    std::uint64_t lastSeed = 0;
    std::string options;
};

/// What the result is to hold, in order. Adds to `problems` what stands against it.
std::vector<PlannedCampaign> planMerge(std::vector<MergeSource> &sources,
                                       std::vector<MergeProblem> &problems);

}
