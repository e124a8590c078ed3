#include "simulator/store/run_writer.h"

#include "simulator/store/writing_process.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <array>
#include <ctime>

namespace daruma {

namespace {

constexpr std::chrono::milliseconds maxTransaction{250};

/// UTC, as `2024-01-31T12:00:00Z`.
std::string wallClock(const OpenOptions &options)
{
    const std::time_t now = options.now ? static_cast<std::time_t>(*options.now) : std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
}

/// Of a writing process.
std::string_view numberOf(std::string_view process)
{
    return process.substr(0, process.find(' '));
}

}

std::string scenarioFingerprint(std::string_view text)
{
    const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
    return toText(Fingerprint{hash.high64, hash.low64});
}

RunWriter::RunWriter(sqlite::Connection connection, RecordPolicy policy, OpenOptions options)
    : m_connection(std::move(connection))
    , m_policy(policy)
    , m_options(options)
{}

StoreResult<std::unique_ptr<RunWriter>> RunWriter::create(sqlite::Connection connection, RecordPolicy policy,
                                                          OpenOptions options)
{
    std::unique_ptr<RunWriter> writer(new RunWriter(std::move(connection), policy, options));
    if (const auto prepared = writer->prepare(); !prepared)
        return tl::unexpected(prepared.error());
    return writer;
}

StoreResult<void> RunWriter::prepare()
{
    struct Table {
        BulkInsert *insert;
        std::string_view name;
        int columns;
    };
    for (const Table &table :
         {Table{&m_bulk.run, "run", 13}, Table{&m_bulk.restart, "restart_row", 9},
          Table{&m_bulk.escalation, "escalation", 10}, Table{&m_bulk.nodeRun, "node_run", 7},
          Table{&m_bulk.violation, "violation", 5}, Table{&m_bulk.report, "report", 12}}) {
        auto insert = BulkInsert::create(m_connection, table.name, table.columns);
        if (!insert)
            return tl::unexpected(insert.error());
        *table.insert = std::move(*insert);
    }
    auto chunk = m_connection.prepare("INSERT INTO event_chunk VALUES(?, ?, ?, ?, ?, ?)");
    auto nodes = NodeRegistry::create(m_connection);
    if (!chunk || !nodes)
        return tl::unexpected(chunk ? nodes.error() : chunk.error());
    auto find = m_connection.prepare("SELECT id FROM restart_kind WHERE supervisor = ? AND strategy = ?"
                                     " AND reason = ? AND allowed IS ?");
    auto insert = m_connection.prepare("INSERT INTO restart_kind(supervisor, strategy, reason, allowed)"
                                       " VALUES(?, ?, ?, ?)");
    if (!find || !insert)
        return tl::unexpected(find ? insert.error() : find.error());
    m_findKind = std::move(*find);
    m_insertKind = std::move(*insert);
    m_insertChunk = std::move(*chunk);
    m_nodes = std::move(*nodes);
    return {};
}

/// After the first error the transaction is gone or half done: nothing may follow it.
StoreResult<void> RunWriter::keepError(StoreResult<void> result)
{
    if (!result && !m_error) {
        m_error = result.error();
        if (m_connection.inTransaction())
            static_cast<void>(m_connection.execute("ROLLBACK"));
    }
    return result;
}

StoreResult<void> RunWriter::begin()
{
    if (m_error)
        return tl::unexpected(*m_error);
    if (m_connection.inTransaction())
        return {};
    if (auto begun = m_connection.execute("BEGIN IMMEDIATE"); !begun)
        return begun;
    m_begun = std::chrono::steady_clock::now();
    if (auto ours = keepError(checkIsOurs()); !ours)
        return ours;
    const auto version = m_connection.integer("PRAGMA data_version");
    const auto lastRun = m_connection.integer("SELECT max(id) FROM run");
    if (!version || !lastRun)
        return tl::unexpected(version ? lastRun.error() : version.error());
    if (*version != m_dataVersion) {
        m_dataVersion = *version;
        m_nodes.forget();
        m_nodeIdsModel = nullptr;
    }
    m_nextRun = *lastRun + 1;
    return {};
}

/// Whether a process of another machine lives cannot be seen, so a campaign can be taken over from one that
/// does. That one has to find out before it writes again: two writers would record the same runs twice.
StoreResult<void> RunWriter::checkIsOurs()
{
    if (!m_isCampaignOpen)
        return {};
    auto find = m_connection.prepare("SELECT writer, host FROM campaign WHERE id = ?");
    if (!find)
        return tl::unexpected(find.error());
    find->bind(1, m_campaign);
    const auto row = find->step();
    if (!row)
        return tl::unexpected(row.error());
    const std::string writer(*row ? find->text(0) : "");
    const std::string host(*row ? find->text(1) : "");
    if (writer == writingProcess() && host == hostName())
        return {};
    return tl::unexpected(StoreError{
        StoreErrorCode::Locked,
        fmt::format("{}: campaign {} was taken over by {}", m_connection.path(), m_campaign,
                    writer.empty() ? "another process"
                                   : fmt::format("process {} of {}", numberOf(writer), host)),
        "What this process ran since then is not recorded: the other one goes on behind what is."});
}

StoreResult<std::int64_t> RunWriter::scenarioId(const CampaignIdentity &campaign)
{
    const std::string fingerprint = scenarioFingerprint(campaign.scenarioText);
    auto insert = m_connection.prepare("INSERT INTO scenario(name, fingerprint, text) VALUES(?, ?, ?)"
                                       " ON CONFLICT (fingerprint) DO NOTHING");
    auto find = m_connection.prepare("SELECT id FROM scenario WHERE fingerprint = ?");
    if (!insert || !find)
        return tl::unexpected(insert ? find.error() : insert.error());
    insert->bind(1, std::string_view(campaign.scenarioName));
    insert->bind(2, std::string_view(fingerprint));
    insert->bind(3, std::string_view(campaign.scenarioText));
    if (auto inserted = insert->run(); !inserted)
        return tl::unexpected(inserted.error());
    find->bind(1, std::string_view(fingerprint));
    return find->step().map([&](bool) { return find->integer(0); });
}

/// The same text is kept once, however many campaigns have it.
StoreResult<void> RunWriter::keepDialects(const CampaignIdentity &campaign)
{
    auto insert = m_connection.prepare("INSERT INTO dialect(fingerprint, text) VALUES(?, ?)"
                                       " ON CONFLICT (fingerprint) DO NOTHING");
    auto name = m_connection.prepare("INSERT INTO campaign_dialect(campaign_id, name, path, dialect_id)"
                                     " SELECT ?, ?, ?, id FROM dialect WHERE fingerprint = ?");
    if (!insert || !name)
        return tl::unexpected(insert ? name.error() : insert.error());
    for (const DialectText &file : campaign.dialectFiles) {
        const std::string fingerprint = scenarioFingerprint(file.text);
        insert->bind(1, std::string_view(fingerprint));
        insert->bind(2, std::string_view(file.text));
        if (auto inserted = insert->run(); !inserted)
            return inserted;
        name->bind(1, m_campaign);
        name->bind(2, std::string_view(file.name));
        name->bind(3, std::string_view(file.path));
        name->bind(4, std::string_view(fingerprint));
        if (auto named = name->run(); !named)
            return named;
    }
    return {};
}

StoreResult<std::int64_t> RunWriter::beginCampaign(const CampaignIdentity &campaign)
{
    const std::string host = hostName();
    const std::string now = wallClock(m_options);
    const std::string writer = writingProcess();
    const auto inserted = commit().and_then([&] { return begin(); }).and_then([&]() -> StoreResult<void> {
        const auto scenario = scenarioId(campaign);
        auto insert = m_connection.prepare("INSERT INTO campaign(scenario_id, first_seed, last_seed, options,"
                                           " rules_version, started_at, host, writer, record)"
                                           " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)");
        if (!scenario || !insert)
            return tl::unexpected(scenario ? insert.error() : scenario.error());
        m_scenario = *scenario;
        insert->bind(1, m_scenario);
        insert->bind(2, campaign.firstSeed);
        insert->bind(3, campaign.lastSeed);
        insert->bind(4, std::string_view(campaign.options));
        insert->bind(5, std::int64_t{campaign.rulesVersion});
        insert->bind(6, std::string_view(now));
        insert->bind(7, std::string_view(host));
        insert->bind(8, std::string_view(writer));
        insert->bind(9, toText(m_policy));
        if (auto done = insert->run(); !done)
            return done;
        m_campaign = m_connection.lastRowId();
        return keepDialects(campaign);
    });
    if (const auto kept = keepError(inserted); !kept)
        return tl::unexpected(kept.error());
    m_isCampaignOpen = true;
    m_nodes.setScenario(m_scenario);
    m_nodeIdsModel = nullptr;
    return commit().map([&] { return m_campaign; });
}

StoreResult<std::optional<std::int64_t>> RunWriter::resumeCampaign(const CampaignIdentity &campaign)
{
    // In one transaction: of two processes that resume at once, one is first.
    if (const auto begun = commit().and_then([&] { return begin(); }); !begun)
        return tl::unexpected(begun.error());
    auto taken = takeOver(campaign);
    if (!taken) {
        static_cast<void>(keepError(tl::unexpected(taken.error())));
        return taken;
    }
    m_isCampaignOpen = m_isCampaignOpen || taken->has_value();
    return commit().map([&] { return *taken; });
}

/// Within a transaction: makes this process the writer of the campaign, where there is one of that identity.
StoreResult<std::optional<std::int64_t>> RunWriter::takeOver(const CampaignIdentity &campaign)
{
    std::string sql =
        "SELECT campaign.id, scenario.id, writer, host, record FROM campaign JOIN scenario ON scenario.id = "
        "campaign.scenario_id"
        " WHERE fingerprint = ? AND first_seed = ? AND last_seed = ? AND options = ? AND rules_version = ?"
        " AND finished_at IS NULL"
        " AND (SELECT count(*) FROM campaign_dialect WHERE campaign_id = campaign.id) = ?";
    for (std::size_t i = 0; i < campaign.dialectFiles.size(); ++i)
        sql += " AND EXISTS (SELECT 1 FROM campaign_dialect AS c JOIN dialect AS d ON d.id = c.dialect_id"
               " WHERE c.campaign_id = campaign.id AND c.name = ? AND d.fingerprint = ?)";
    auto find = m_connection.prepare(sql + " ORDER BY campaign.id DESC LIMIT 1");
    if (!find)
        return tl::unexpected(find.error());
    const std::string fingerprint = scenarioFingerprint(campaign.scenarioText);
    find->bind(1, std::string_view(fingerprint));
    find->bind(2, campaign.firstSeed);
    find->bind(3, campaign.lastSeed);
    find->bind(4, std::string_view(campaign.options));
    find->bind(5, std::int64_t{campaign.rulesVersion});
    find->bind(6, static_cast<std::int64_t>(campaign.dialectFiles.size()));
    std::vector<std::string> fingerprints;
    for (const DialectText &file : campaign.dialectFiles)
        fingerprints.push_back(scenarioFingerprint(file.text));
    for (std::size_t i = 0; i < campaign.dialectFiles.size(); ++i) {
        find->bind(static_cast<int>(7 + 2 * i), std::string_view(campaign.dialectFiles[i].name));
        find->bind(static_cast<int>(8 + 2 * i), std::string_view(fingerprints[i]));
    }
    const auto row = find->step();
    if (!row)
        return tl::unexpected(row.error());
    if (!*row)
        return std::nullopt;
    const std::string writer(find->isNull(2) ? "" : find->text(2));
    if (writer != writingProcess() && find->text(3) == hostName() && isAlive(writer))
        return tl::unexpected(
            StoreError{StoreErrorCode::Locked,
                       fmt::format("{}: process {} still records campaign {}", m_connection.path(),
                                   numberOf(writer), find->integer(0)),
                       "One process records a campaign. Wait until that one has ended, or end it."});
    if (!find->isNull(4) && find->text(4) != toText(m_policy))
        return tl::unexpected(
            StoreError{StoreErrorCode::Other,
                       fmt::format("{}: campaign {} records `{}`, and half of it cannot record `{}`",
                                   m_connection.path(), find->integer(0), find->text(4), toText(m_policy)),
                       fmt::format("Go on with it as it began, with --record {}, or begin another one.",
                                   find->text(4))});
    m_campaign = find->integer(0);
    m_scenario = find->integer(1);
    m_nodes.setScenario(m_scenario);
    m_nodeIdsModel = nullptr;
    find->reset();
    auto update = m_connection.prepare("UPDATE campaign SET writer = ?, host = ? WHERE id = ?");
    if (!update)
        return tl::unexpected(update.error());
    const std::string ourselves = writingProcess();
    const std::string host = hostName();
    update->bind(1, std::string_view(ourselves));
    update->bind(2, std::string_view(host));
    update->bind(3, m_campaign);
    return update->run().map([&] { return std::optional(m_campaign); });
}

StoreResult<void> RunWriter::updateCampaign(const std::string &changes)
{
    return commit()
        .and_then([&] { return begin(); })
        .and_then([&] {
            return keepError(m_connection.execute(
                fmt::format("UPDATE campaign SET {} WHERE id = {}", changes, m_campaign)));
        })
        .and_then([&] { return commit(); });
}

StoreResult<void> RunWriter::changeOptions(const std::string &options)
{
    return commit().and_then([&] { return begin(); }).and_then([&]() -> StoreResult<void> {
        auto update = m_connection.prepare("UPDATE campaign SET options = ? WHERE id = ?");
        if (!update)
            return tl::unexpected(update.error());
        update->bind(1, std::string_view(options));
        update->bind(2, m_campaign);
        return keepError(update->run());
    });
}

StoreResult<void> RunWriter::commit()
{
    DARUMA_ASSERT(!m_isRunOpen, "a run is committed whole");
    if (m_error)
        return tl::unexpected(*m_error);
    if (!m_connection.inTransaction())
        return {};
    auto committed = flushWhere(true).and_then([&] { return m_connection.execute("COMMIT"); });
    m_texts.clear();
    return keepError(std::move(committed));
}

StoreResult<void> RunWriter::commitIfDue()
{
    return std::chrono::steady_clock::now() - m_begun < maxTransaction ? StoreResult<void>() : commit();
}

StoreResult<void> RunWriter::finishCampaign()
{
    return updateCampaign(fmt::format("writer = NULL, finished_at = '{}'", wallClock(m_options))).map([&] {
        m_isCampaignOpen = false;
    });
}

void RunWriter::leaveCampaign()
{
    if (m_isCampaignOpen)
        static_cast<void>(updateCampaign("writer = NULL"));
    m_isCampaignOpen = false;
}

void RunWriter::abandonRun()
{
    if (!m_isRunOpen)
        return;
    m_isRunOpen = false;
    if (m_error)
        return;
    for (BulkInsert *insert : {&m_bulk.run, &m_bulk.restart, &m_bulk.escalation, &m_bulk.nodeRun,
                               &m_bulk.violation, &m_bulk.report})
        insert->clear();
    m_texts.clear();
    static_cast<void>(m_connection.execute("ROLLBACK"));
    m_dataVersion = -1;
}

}
