#include "simulator/store/database.h"

#include "simulator/store/event_codec.h"
#include "simulator/store/node_registry.h"
#include "simulator/store/run_figures.h"
#include "simulator/store/schema.h"
#include "simulator/store/writing_process.h"

#include <fmt/format.h>

#include <algorithm>

namespace daruma {

namespace {

constexpr std::string_view runColumns =
    "SELECT run.id, campaign_id, run.scenario_id, seed, dialect, overrides, outcome, end_ns, events, "
    "restarts,"
    " fingerprint, wall_ns, rules_version, EXISTS (SELECT 1 FROM event_chunk WHERE run_id = run.id)"
    " FROM run JOIN campaign ON campaign.id = campaign_id";

RunRow runOf(const sqlite::Statement &row)
{
    return {.id = row.integer(0),
            .campaignId = row.integer(1),
            .scenarioId = row.integer(2),
            .seed = static_cast<std::uint64_t>(row.integer(3)),
            .dialect = std::string(row.text(4)),
            .overrides = std::string(row.text(5)),
            .outcome = std::string(row.text(6)),
            .endNs = row.integer(7),
            .events = static_cast<std::uint64_t>(row.integer(8)),
            .restarts = static_cast<std::uint64_t>(row.integer(9)),
            .fingerprint = std::string(row.text(10)),
            .wallNs = row.integer(11),
            .rulesVersion = static_cast<std::uint32_t>(row.integer(12)),
            .hasEvents = row.integer(13) != 0};
}

std::optional<std::string> optionalText(const sqlite::Statement &row, int column)
{
    return row.isNull(column) ? std::nullopt : std::optional(std::string(row.text(column)));
}

std::optional<bool> optionalFlag(const sqlite::Statement &row, int column)
{
    return row.isNull(column) ? std::nullopt : std::optional(row.integer(column) != 0);
}

/// Prepares, binds, and calls `take` for each row.
template <typename Bind, typename Take>
StoreResult<void> forEachRow(sqlite::Connection &connection, std::string_view sql, Bind bind, Take take)
{
    auto statement = connection.prepare(sql);
    if (!statement)
        return tl::unexpected(statement.error());
    bind(*statement);
    auto row = statement->step();
    for (; row && *row; row = statement->step())
        take(*statement);
    return row ? StoreResult<void>() : tl::unexpected(row.error());
}

CampaignState stateOf(const CampaignRow &campaign, const std::optional<std::string> &writer)
{
    if (campaign.finishedAt)
        return CampaignState::Finished;
    const bool lives = writer && (campaign.host != hostName() || isAlive(*writer));
    return lives ? CampaignState::Running : CampaignState::Interrupted;
}

StoreError damaged(const std::string &path, std::int64_t run, const std::string &what)
{
    return {StoreErrorCode::Damaged, fmt::format("{} is damaged: run {}: {}", path, run, what),
            "The run can be made again from its scenario and seed: see `daruma show`."};
}

StoreResult<void> readChunks(sqlite::Connection &connection, const RunRow &run, StoredEvents &stored)
{
    // The count comes from the file, so it is not believed before the events are there.
    stored.events.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(run.events, 1U << 20)));
    EventDecoder decoder;
    DecodedChunk chunk;
    std::string trouble;
    auto read = forEachRow(
        connection, "SELECT data FROM event_chunk WHERE run_id = ? ORDER BY first_seq",
        [&](sqlite::Statement &statement) { statement.bind(1, run.id); },
        [&](const sqlite::Statement &data) {
            if (!trouble.empty())
                return;
            if (const auto decoded = decoder.decode(data.blob(0), chunk); !decoded)
                trouble = decoded.error();
            else if (chunk.firstSeq != stored.events.size())
                trouble = "a block of events is missing";
            stored.events.insert(stored.events.end(), chunk.events.begin(), chunk.events.end());
            stored.texts.merge(chunk.texts);
        });
    if (!read)
        return read;
    if (trouble.empty() && stored.events.size() != run.events)
        trouble = "a block of events is missing";
    return trouble.empty() ? StoreResult<void>()
                           : tl::unexpected(damaged(connection.path(), run.id, trouble));
}

StoreResult<void> readPlaces(sqlite::Connection &connection, const RunRow &run,
                             std::vector<StoredEvents::Place> &places)
{
    std::optional<std::vector<std::int64_t>> layout;
    auto placed = forEachRow(
        connection, "SELECT nodes FROM layout JOIN run ON layout_id = layout.id WHERE run.id = ?",
        [&](sqlite::Statement &statement) { statement.bind(1, run.id); },
        [&](const sqlite::Statement &text) { layout = layoutFromText(text.text(0)); });
    if (!placed)
        return placed;
    if (!layout)
        return tl::unexpected(damaged(connection.path(), run.id, "its layout cannot be read"));
    std::map<std::int64_t, NodeId> numbers;
    for (std::uint32_t i = 0; i < layout->size(); ++i)
        numbers.emplace((*layout)[i], NodeId{i});
    places.resize(layout->size());
    return forEachRow(
        connection, "SELECT id, path, kind, parent_id FROM node WHERE scenario_id = ?",
        [&](sqlite::Statement &statement) { statement.bind(1, run.scenarioId); },
        [&](const sqlite::Statement &node) {
            const auto number = numbers.find(node.integer(0));
            if (number == numbers.end())
                return;
            const auto parent = numbers.find(node.integer(3));
            places[number->second.value] = {std::string(node.text(1)),
                                            parent == numbers.end() ? NodeId{} : parent->second,
                                            node.text(2) == "supervisor"};
        });
}

}

std::string StoredEvents::path(NodeId node) const
{
    return node.value < places.size() ? places[node.value].path : std::string();
}

std::string_view StoredEvents::text(TextId text) const
{
    const auto known = texts.find(text);
    return known == texts.end() ? std::string_view() : std::string_view(known->second);
}

NodeId StoredEvents::parent(NodeId node) const
{
    return node.value < places.size() ? places[node.value].parent : NodeId{};
}

bool StoredEvents::isSupervisor(NodeId node) const
{
    return node.value < places.size() && places[node.value].isSupervisor;
}

struct Database::State {
    sqlite::Connection connection;
};

StoreResult<Database> Database::open(const std::string &path, OpenOptions options)
{
    auto connection = openForReading(path, options);
    if (!connection)
        return tl::unexpected(connection.error());
    return Database(std::make_unique<State>(State{std::move(*connection)}));
}

Database::Database(std::unique_ptr<State> state)
    : m_state(std::move(state))
{}

Database::Database(Database &&) noexcept = default;
Database &Database::operator=(Database &&) noexcept = default;
Database::~Database() = default;

StoreResult<std::vector<CampaignRow>> Database::campaigns()
{
    std::vector<CampaignRow> rows;
    return forEachRow(
               m_state->connection,
               "SELECT c.id, scenario_id, name, first_seed, last_seed, options, rules_version, started_at,"
               " finished_at, host, (SELECT count(*) FROM run WHERE campaign_id = c.id), writer, record"
               " FROM campaign AS c JOIN scenario ON scenario.id = scenario_id ORDER BY c.id",
               [](sqlite::Statement &) {},
               [&](const sqlite::Statement &row) {
                   rows.push_back({.id = row.integer(0),
                                   .scenarioId = row.integer(1),
                                   .scenarioName = std::string(row.text(2)),
                                   .firstSeed = static_cast<std::uint64_t>(row.integer(3)),
                                   .lastSeed = static_cast<std::uint64_t>(row.integer(4)),
                                   .options = std::string(row.text(5)),
                                   .rulesVersion = static_cast<std::uint32_t>(row.integer(6)),
                                   .startedAt = std::string(row.text(7)),
                                   .finishedAt = optionalText(row, 8),
                                   .host = std::string(row.text(9)),
                                   .runs = static_cast<std::uint64_t>(row.integer(10)),
                                   .record = optionalText(row, 12)});
                   rows.back().state = stateOf(rows.back(), optionalText(row, 11));
               })
        .map([&] { return std::move(rows); });
}

StoreResult<ScenarioRow> Database::scenario(std::int64_t id)
{
    std::optional<ScenarioRow> found;
    const auto read = forEachRow(
        m_state->connection, "SELECT id, name, fingerprint, text FROM scenario WHERE id = ?",
        [&](sqlite::Statement &statement) { statement.bind(1, id); },
        [&](const sqlite::Statement &row) {
            found = ScenarioRow{row.integer(0), std::string(row.text(1)), std::string(row.text(2)),
                                std::string(row.text(3))};
        });
    if (!read)
        return tl::unexpected(read.error());
    if (!found)
        return tl::unexpected(StoreError{StoreErrorCode::NotFound,
                                         fmt::format("{} has no scenario {}", m_state->connection.path(), id),
                                         ""});
    return std::move(*found);
}

StoreResult<std::vector<DialectText>> Database::dialectFiles(std::int64_t campaign)
{
    std::vector<DialectText> files;
    return forEachRow(
               m_state->connection,
               "SELECT name, path, text FROM campaign_dialect JOIN dialect ON dialect.id = dialect_id"
               " WHERE campaign_id = ? ORDER BY name",
               [&](sqlite::Statement &statement) { statement.bind(1, campaign); },
               [&](const sqlite::Statement &row) {
                   files.push_back(
                       {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))});
               })
        .map([&] { return std::move(files); });
}

StoreResult<std::vector<RunRow>> Database::runs(const RunFilter &filter)
{
    std::vector<RunRow> rows;
    std::string sql(runColumns);
    sql += " WHERE true";
    if (filter.campaign)
        sql += " AND campaign_id = ?1";
    if (filter.outcome)
        sql += " AND outcome = ?2";
    if (filter.seed)
        sql += " AND seed = ?3";
    if (filter.isUnsuccessful)
        sql += " AND outcome IN ('failed', 'truncated')";
    sql += " ORDER BY run.id LIMIT ?4 OFFSET ?5";
    return forEachRow(
               m_state->connection, sql,
               [&](sqlite::Statement &statement) {
                   if (filter.campaign)
                       statement.bind(1, *filter.campaign);
                   if (filter.outcome)
                       statement.bind(2, std::string_view(*filter.outcome));
                   if (filter.seed)
                       statement.bind(3, *filter.seed);
                   statement.bind(4,
                                  filter.limit ? static_cast<std::int64_t>(filter.limit) : std::int64_t{-1});
                   statement.bind(5, filter.offset);
               },
               [&](const sqlite::Statement &row) { rows.push_back(runOf(row)); })
        .map([&] { return std::move(rows); });
}

CampaignSummary::Setting CampaignSummary::all() const
{
    Setting sum;
    for (const Setting &one : settings) {
        sum.runs += one.runs;
        sum.passed += one.passed;
        sum.gaveUp += one.gaveUp;
        sum.failed += one.failed;
        sum.truncated += one.truncated;
        sum.restarts += one.restarts;
        sum.rootEnded += one.rootEnded;
        if (one.firstFailingSeed)
            sum.firstFailingSeed =
                std::min(sum.firstFailingSeed.value_or(*one.firstFailingSeed), *one.firstFailingSeed);
    }
    sum.isOneRun = settings.size() == 1 && settings.front().isOneRun;
    return sum;
}

bool isSameForAllSeeds(const std::vector<CampaignSummary::Setting> &settings)
{
    using Setting = CampaignSummary::Setting;
    return std::all_of(settings.begin(), settings.end(), [](const Setting &one) { return one.isOneRun; })
           && std::any_of(settings.begin(), settings.end(), [](const Setting &one) { return one.runs > 1; });
}

StoreResult<CampaignSummary> Database::summary(std::int64_t campaign)
{
    CampaignSummary summary;
    const auto number = [](const sqlite::Statement &row, int column) {
        return static_cast<std::uint64_t>(row.integer(column));
    };
    const auto bind = [campaign](sqlite::Statement &statement) { statement.bind(1, campaign); };
    const auto settings = [&] {
        return runCounts(m_state->connection, {.where = fmt::format("r.campaign_id = {}", campaign)})
            .map([&](RunFigures &&figures) { summary.settings = std::move(figures.settings); });
    };
    const auto breaches = [&] {
        return forEachRow(
            m_state->connection,
            "SELECT expectation, count(DISTINCT run_id), min(seed) FROM violation JOIN run ON run.id = run_id"
            " WHERE campaign_id = ? GROUP BY expectation ORDER BY 2 DESC, 1",
            bind, [&](const sqlite::Statement &row) {
                summary.breaches.push_back({std::string(row.text(0)), number(row, 1), number(row, 2)});
            });
    };
    const auto giveUps = [&] {
        return forEachRow(m_state->connection,
                          "SELECT path, count(DISTINCT run_id) FROM escalation JOIN run ON run.id = run_id"
                          " JOIN node ON node.id = supervisor WHERE campaign_id = ?"
                          " GROUP BY path ORDER BY 2 DESC, 1",
                          bind, [&](const sqlite::Statement &row) {
                              summary.giveUps.push_back({std::string(row.text(0)), number(row, 1)});
                          });
    };
    return settings().and_then(breaches).and_then(giveUps).map([&] { return std::move(summary); });
}

StoreResult<RunRow> Database::run(std::int64_t id)
{
    std::optional<RunRow> found;
    const auto read = forEachRow(
        m_state->connection, fmt::format("{} WHERE run.id = ?", runColumns),
        [&](sqlite::Statement &statement) { statement.bind(1, id); },
        [&](const sqlite::Statement &row) { found = runOf(row); });
    if (!read)
        return tl::unexpected(read.error());
    if (found)
        return std::move(*found);
    const auto first = m_state->connection.integer("SELECT min(id) FROM run");
    const auto last = m_state->connection.integer("SELECT max(id) FROM run");
    const bool isEmpty = !first || !last || *last == 0;
    return tl::unexpected(StoreError{
        StoreErrorCode::NotFound, fmt::format("{} has no run {}", m_state->connection.path(), id),
        isEmpty ? "It holds no runs yet." : fmt::format("It holds the runs {} to {}.", *first, *last)});
}

StoreResult<std::vector<ViolationRow>> Database::violations(std::int64_t run)
{
    std::vector<ViolationRow> rows;
    return forEachRow(
               m_state->connection,
               "SELECT expectation, seq, t_ns, message FROM violation WHERE run_id = ? ORDER BY rowid",
               [&](sqlite::Statement &statement) { statement.bind(1, run); },
               [&](const sqlite::Statement &row) {
                   rows.push_back({std::string(row.text(0)), row.optionalInteger(1), row.integer(2),
                                   std::string(row.text(3))});
               })
        .map([&] { return std::move(rows); });
}

StoreResult<std::vector<ReportRow>> Database::reports(std::int64_t run)
{
    std::vector<ReportRow> rows;
    return forEachRow(
               m_state->connection,
               "SELECT path, state, phase, reason, recoverable, panic, started_at_ns, last_observed_at_ns,"
               " completed_at_ns, requested_by, shutdown_reason"
               " FROM report JOIN node ON node.id = node WHERE run_id = ? ORDER BY node",
               [&](sqlite::Statement &statement) { statement.bind(1, run); },
               [&](const sqlite::Statement &row) {
                   rows.push_back({.path = std::string(row.text(0)),
                                   .state = std::string(row.text(1)),
                                   .phase = optionalText(row, 2),
                                   .reason = optionalText(row, 3),
                                   .recoverable = optionalFlag(row, 4),
                                   .panic = optionalFlag(row, 5),
                                   .startedAtNs = row.optionalInteger(6),
                                   .lastObservedAtNs = row.optionalInteger(7),
                                   .completedAtNs = row.optionalInteger(8),
                                   .requestedBy = optionalText(row, 9),
                                   .shutdownReason = optionalText(row, 10)});
               })
        .map([&] { return std::move(rows); });
}

StoreResult<StoredEvents> Database::events(std::int64_t run)
{
    const auto row = this->run(run);
    if (!row)
        return tl::unexpected(row.error());
    const std::string &path = m_state->connection.path();
    if (!row->hasEvents)
        return tl::unexpected(StoreError{
            StoreErrorCode::NotFound, fmt::format("{} has no events of run {}, only its restarts", path, run),
            "`daruma replay` makes them again; --record all keeps them."});
    StoredEvents stored;
    return readChunks(m_state->connection, *row, stored)
        .and_then([&] { return readPlaces(m_state->connection, *row, stored.places); })
        .map([&] { return std::move(stored); });
}

StoreResult<void> Database::check()
{
    std::string findings;
    auto checked = forEachRow(
        m_state->connection, "PRAGMA integrity_check(5)", [](sqlite::Statement &) {},
        [&](const sqlite::Statement &row) {
            findings += (findings.empty() ? "" : "; ") + std::string(row.text(0));
        });
    if (!checked)
        return checked;
    if (findings != "ok")
        return tl::unexpected(StoreError{StoreErrorCode::Damaged,
                                         m_state->connection.path() + " is damaged: " + findings,
                                         "`sqlite3 FILE .recover` may save what is left."});
    return {};
}

}
