#pragma once

#include "simulator/store/merge_plan.h"
#include "simulator/store/sqlite.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace daruma {

/// Copies campaigns into a database that holds nothing else, and numbers everything anew in the order in
/// which it is met: as a process does that records these runs one after another.
class CampaignCopier {
public:
    /// Both must outlive it.
    static StoreResult<std::unique_ptr<CampaignCopier>> create(sqlite::Connection &target,
                                                               std::vector<MergeSource> &sources);
    ~CampaignCopier();

    StoreResult<void> copy(const PlannedCampaign &campaign);
    /// Makes visible what has been copied so far.
    StoreResult<void> commit();

private:
    struct Node {
        std::string path;
        std::string kind;
        std::int64_t parent = 0;
    };
    /// What ids of one source mean in the target. Scenarios share none of these.
    struct Known {
        std::map<std::int64_t, Node> nodes;
        std::map<std::int64_t, std::int64_t> nodeIds;
        std::map<std::int64_t, std::int64_t> kinds;
        std::map<std::int64_t, std::int64_t> layouts;
        std::map<std::int64_t, bool> scenarios;  ///< whose nodes are read
    };
    struct Table;

    CampaignCopier(sqlite::Connection &target, std::vector<MergeSource> &sources);

    StoreResult<void> prepare();
    StoreResult<std::int64_t> scenarioOf(const SourceCampaign &campaign);
    StoreResult<void> insertCampaign(const PlannedCampaign &campaign, std::int64_t scenario);
    StoreResult<void> copyDialects(const SourceCampaign &part);
    StoreResult<void> copyRuns(const SourceCampaign &part, std::int64_t scenario);
    StoreResult<void> readNodes(std::size_t source, std::int64_t scenario);
    StoreResult<std::int64_t> nodeOf(std::size_t source, std::int64_t id, std::int64_t scenario);
    StoreResult<std::int64_t> layoutOf(std::size_t source, std::int64_t id, std::int64_t scenario);
    StoreResult<std::int64_t> kindOf(std::size_t source, std::int64_t id, std::int64_t scenario);
    StoreResult<void> copyRows(Table &table, std::size_t source, std::int64_t run, std::int64_t scenario);

    sqlite::Connection &m_target;
    std::vector<MergeSource> &m_sources;
    std::vector<Known> m_known;  ///< by source
    std::vector<std::unique_ptr<Table>> m_tables;
    std::map<std::string, std::int64_t> m_scenarios;  ///< by fingerprint
    std::map<std::pair<std::int64_t, std::string>, std::int64_t> m_nodes;
    std::map<std::pair<std::int64_t, std::string>, std::int64_t> m_layouts;
    std::map<std::string, std::int64_t> m_kinds;
    std::int64_t m_campaign = 0;
    std::int64_t m_run = 0;
};

}
