#pragma once

#include "simulator/store/bulk_insert.h"
#include "simulator/store/node_registry.h"
#include "simulator/store/recorder.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace daruma {

/// Writes captured runs. One transaction holds as many whole runs as fit into a quarter of a second: so small
/// runs share the cost of a commit, and nobody who waits for the lock waits long.
class RunWriter {
public:
    static StoreResult<std::unique_ptr<RunWriter>> create(sqlite::Connection connection, RecordPolicy policy,
                                                          OpenOptions options);

    StoreResult<std::int64_t> beginCampaign(const CampaignIdentity &campaign);
    StoreResult<std::optional<std::int64_t>> resumeCampaign(const CampaignIdentity &campaign);

    StoreResult<void> changeOptions(const std::string &options);

    /// Takes out of `run` what it has captured so far. The rest follows by `write`, before any other run.
    StoreResult<void> writePart(CapturedRun &run);
    StoreResult<std::int64_t> write(CapturedRun &run);
    /// Takes back what `writePart` has written of a run that is given up.
    void abandonRun();

    StoreResult<void> commit();
    StoreResult<void> finishCampaign();
    /// Notes that nobody goes on with a campaign that is not finished.
    void leaveCampaign();

private:
    struct Bulk {
        BulkInsert run;
        BulkInsert restart;
        BulkInsert escalation;
        BulkInsert nodeRun;
        BulkInsert violation;
        BulkInsert report;
    };

    RunWriter(sqlite::Connection connection, RecordPolicy policy, OpenOptions options);

    StoreResult<void> prepare();
    StoreResult<std::int64_t> scenarioId(const CampaignIdentity &campaign);
    StoreResult<void> keepDialects(const CampaignIdentity &campaign);
    StoreResult<void> begin();
    StoreResult<void> checkIsOurs();
    StoreResult<std::optional<std::int64_t>> takeOver(const CampaignIdentity &campaign);
    StoreResult<void> updateCampaign(const std::string &changes);
    StoreResult<void> writeCaptured(CapturedRun &run);
    StoreResult<void> openRun(const CapturedRun &run);
    StoreResult<void> registerAdded(const CapturedRun &run);
    StoreResult<void> writeRestarts(const CapturedRun &run);
    StoreResult<std::int64_t> kindOf(const CapturedRun::Decision &decision);
    StoreResult<void> writeEscalations(const CapturedRun &run);
    StoreResult<void> writeChunks(const CapturedRun &run);
    StoreResult<void> dropUnwantedChunks(const CapturedRun &run);
    StoreResult<void> writeRunRow(const CapturedRun &run);
    void addSums(const CapturedRun &run);
    void addViolations(const CapturedRun &run);
    void addReports(const CapturedRun &run);
    StoreResult<void> flushWhere(bool all);
    StoreResult<void> commitIfDue();
    StoreResult<void> keepError(StoreResult<void> result);

    std::int64_t idOf(NodeId node) const { return m_nodeIds[node.value]; }
    void addNode(BulkInsert &insert, NodeId node);
    void addCause(BulkInsert &insert, EventId cause);
    void addAllowed(BulkInsert &insert, std::uint32_t allowed);
    std::string_view pooled(std::string_view text);

    sqlite::Connection m_connection;
    RecordPolicy m_policy;
    OpenOptions m_options;
    NodeRegistry m_nodes;
    Bulk m_bulk;
    sqlite::Statement m_insertChunk;
    sqlite::Statement m_findKind;
    sqlite::Statement m_insertKind;
    std::optional<StoreError> m_error;

    std::int64_t m_scenario = 0;
    std::int64_t m_campaign = 0;
    bool m_isCampaignOpen = false;
    std::int64_t m_dataVersion = -1;
    std::int64_t m_nextRun = 0;
    std::chrono::steady_clock::time_point m_begun;

    bool m_isRunOpen = false;
    bool m_hasChunks = false;
    std::vector<std::int64_t> m_nodeIds;         ///< of the open run, by number
    const Model *m_nodeIdsModel = nullptr;       ///< whose nodes they begin with
    std::set<std::string, std::less<>> m_texts;  ///< that rows not yet written point to
    std::vector<std::string_view> m_reasons;     ///< of the open run
    /// What restarts of the open run have in common: supervisor, strategy, reason and limit, as its numbers.
    using RestartKind = std::tuple<std::uint32_t, std::uint8_t, std::uint32_t, std::uint32_t>;
    std::map<RestartKind, std::int64_t> m_kinds;  ///< and their ids
};

}
