#include "simulator/store/run_figures.h"

#include "simulator/scenario/scenario.h"
#include "simulator/store/run_recipe.h"
#include "simulator/store/schema.h"

#include <sqlite3.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

namespace daruma {

namespace {

/// Runs that are further apart are searched, those between them are not read.
constexpr std::int64_t farApart = 64;
/// In instructions of SQLite.
constexpr int instructionsBetweenLooks = 10'000;

struct RunLine {
    std::int64_t id = 0;
    std::int64_t scenario = 0;
    std::string_view dialect;
    std::string_view overrides;
    std::string_view outcome;
    std::int64_t restarts = 0;
    std::uint64_t seed = 0;
    std::int64_t endNs = 0;
    std::string_view fingerprint;
};

/// Rows of a table that is ordered by `run_id`, read beside the runs that they belong to. A join would look
/// each run up in it.
class RowsOfRuns {
public:
    /// `sql` has `run_id` as its first column, in its order, and from `?1` on.
    StoreResult<void> prepare(sqlite::Connection &connection, std::string_view sql)
    {
        return connection.prepare(sql).map(
            [&](sqlite::Statement &&statement) { m_statement = std::move(statement); });
    }

    /// Calls `take` for each row of that run. REQUIRES: runs come in their order.
    template <typename Take> StoreResult<void> forRun(std::int64_t run, Take take)
    {
        if (!m_hasBegun || run - m_run > farApart) {
            m_hasBegun = true;
            m_statement.reset();
            m_statement.bind(1, run);
            if (auto stepped = step(); !stepped)
                return stepped;
        }
        for (; m_hasRow && m_run <= run;) {
            if (m_run == run)
                take(m_statement);
            if (auto stepped = step(); !stepped)
                return stepped;
        }
        return {};
    }

private:
    StoreResult<void> step()
    {
        return m_statement.step().map([&](bool hasRow) {
            m_hasRow = hasRow;
            m_run = hasRow ? m_statement.integer(0) : std::numeric_limits<std::int64_t>::max();
        });
    }

    sqlite::Statement m_statement;
    std::int64_t m_run = 0;
    bool m_hasRow = false;
    bool m_hasBegun = false;
};

/// A mean and its spread, of shares between 0 and 1.
struct Sums {
    double count = 0;
    double sum = 0;
    double squares = 0;

    void add(double value)
    {
        ++count;
        sum += value;
        squares += value * value;
    }
    void replace(double old, double value)
    {
        sum += value - old;
        squares += value * value - old * old;
    }
    void add(const Sums &other)
    {
        count += other.count;
        sum += other.sum;
        squares += other.squares;
    }
};

/// What is counted of a setting besides its sums: which one it is, and its first run.
struct SettingSum {
    std::size_t number = 0;
    std::string fingerprint;

    void count(CampaignSummary::Setting &sum, const RunLine &run, bool hasRootEnded)
    {
        if (++sum.runs == 1)
            fingerprint = run.fingerprint;
        sum.isOneRun = sum.isOneRun && fingerprint == run.fingerprint;
        sum.passed += run.outcome == "passed";
        sum.gaveUp += run.outcome == "gave_up";
        const bool isCut = run.outcome == "truncated";
        const bool hasFailed = run.outcome == "failed";
        sum.truncated += isCut;
        sum.failed += hasFailed;
        sum.restarts += static_cast<std::uint64_t>(run.restarts);
        sum.rootEnded += hasRootEnded;
        if (isCut || hasFailed)
            sum.firstFailingSeed = std::min(sum.firstFailingSeed.value_or(run.seed), run.seed);
    }
};

/// How long the runs of each scenario last: by its text, and by what is set.
class Horizons {
public:
    explicit Horizons(Database *database)
        : m_database(database)
    {}

    /// Of a scenario that cannot be read any more the end of the run.
    std::int64_t of(const RunLine &run)
    {
        constexpr std::string_view key = "scenario.horizon=";
        const std::size_t at = run.overrides.find(key);
        const std::string_view set =
            at == std::string_view::npos ? std::string_view() : run.overrides.substr(at);
        std::pair<std::int64_t, std::string> place(run.scenario, set.substr(0, set.find('\n')));
        auto known = m_known.find(place);
        if (known == m_known.end())
            known = m_known.emplace(std::move(place), read(run.id)).first;
        return std::max(known->second, run.endNs);
    }

private:
    std::int64_t read(std::int64_t run)
    {
        const auto recipe = recipeOf(*m_database, run);
        if (!recipe)
            return 0;
        std::vector<Override> overrides;
        for (const std::string &setting : recipe->overrides)
            if (auto override = parseOverride(setting))
                overrides.push_back(std::move(*override));
        ReadOptions options;
        options.limits = recipe->options.limits;
        options.dialectFiles = recipe->dialectFiles;
        const auto scenario =
            readScenario(recipe->text, recipe->scenario, overrides, recipe->dialect, options);
        return scenario ? scenario->model.horizon.ns() : 0;
    }

    Database *m_database;
    std::map<std::pair<std::int64_t, std::string>, std::int64_t> m_known;
};

class Reader {
public:
    Reader(sqlite::Connection &connection, const FiguresWish &wish, Database *database)
        : m_connection(connection)
        , m_wish(wish)
        , m_horizons(database)
    {}

    StoreResult<RunFigures> read()
    {
        if (m_wish.stop)
            sqlite3_progress_handler(m_connection.handle(), instructionsBetweenLooks, isStopped,
                                     const_cast<std::atomic<bool> *>(m_wish.stop));
        // Others may record meanwhile: all tables are read as they are now.
        auto done = m_connection.execute("BEGIN").and_then([&] { return readAll(); });
        sqlite3_progress_handler(m_connection.handle(), 0, nullptr, nullptr);
        const auto ended = m_connection.execute("ROLLBACK");
        if (m_wish.stop && *m_wish.stop)
            return tl::unexpected(StoreError{StoreErrorCode::Query, "the reading was stopped", ""});
        if (!done || !ended)
            return tl::unexpected(done ? ended.error() : done.error());
        finish();
        return std::move(m_figures);
    }

private:
    static int isStopped(void *stop) { return *static_cast<const std::atomic<bool> *>(stop) ? 1 : 0; }

    StoreResult<void> readAll()
    {
        return readNodes()
            .and_then([&] {
                return m_reports.prepare(m_connection,
                                         "SELECT run_id, node, state, completed_at_ns FROM report"
                                         " WHERE run_id >= ?1 ORDER BY run_id");
            })
            .and_then([&] {
                return m_nodeRuns.prepare(m_connection, "SELECT run_id, node, up_ns, starts, outages"
                                                        " FROM node_run WHERE run_id >= ?1 ORDER BY run_id");
            })
            .and_then([&] { return readRuns(); });
    }

    StoreResult<void> readNodes()
    {
        auto rows =
            m_connection.prepare("SELECT n.id, n.scenario_id, n.parent_id, n.path, s.name FROM node AS n"
                                 " JOIN scenario AS s ON s.id = n.scenario_id");
        auto row = rows ? rows->step() : StoreResult<bool>(tl::unexpected(rows.error()));
        for (; row && *row; row = rows->step()) {
            Node node;
            node.scenario = rows->integer(1);
            node.isRoot = rows->isNull(2);
            node.path = rows->text(3);
            node.scenarioName = rows->text(4);
            m_nodes.emplace(rows->integer(0), std::move(node));
        }
        return row.map([](bool) {});
    }

    StoreResult<void> readRuns()
    {
        auto rows = m_connection.prepare("SELECT r.id, r.scenario_id, r.dialect, r.overrides, r.outcome,"
                                         " r.restarts, r.seed, r.end_ns, r.fingerprint FROM run AS r WHERE "
                                         + m_wish.where + " ORDER BY r.id");
        auto row = rows ? rows->step() : StoreResult<bool>(tl::unexpected(rows.error()));
        for (; row && *row; row = rows->step()) {
            auto added = add({rows->integer(0), rows->integer(1), rows->text(2), rows->text(3), rows->text(4),
                              rows->integer(5), static_cast<std::uint64_t>(rows->integer(6)),
                              rows->integer(7), rows->text(8)});
            if (!added)
                return added;
        }
        return row.map([](bool) {});
    }

    StoreResult<void> add(const RunLine &run)
    {
        std::optional<std::int64_t> rootEnd;
        auto read = m_reports.forRun(run.id, [&](const sqlite::Statement &row) {
            if (row.text(2) == "failed" && isRoot(row.integer(1)))
                rootEnd = row.optionalInteger(3).value_or(run.endNs);
        });
        if (!read)
            return read;
        m_all.count(m_figures.all, run, rootEnd.has_value());
        if (SettingSum *sum = settingOf(run))
            sum->count(m_figures.settings[sum->number], run, rootEnd.has_value());
        ++m_restarts[run.restarts];
        return m_wish.hasTimes ? addTimes(run, rootEnd) : StoreResult<void>();
    }

    /// Null where there are too many.
    SettingSum *settingOf(const RunLine &run)
    {
        m_key.assign(run.dialect).append(1, '\n').append(run.overrides);
        const auto known = m_settings.find(m_key);
        if (known != m_settings.end())
            return &known->second;
        if (m_settings.size() >= m_wish.mostSettings) {
            m_hasTooManySettings = true;
            return nullptr;
        }
        SettingSum &sum = m_settings[m_key];
        sum.number = m_figures.settings.size();
        CampaignSummary::Setting &setting = m_figures.settings.emplace_back();
        setting.dialect = run.dialect;
        setting.overrides = run.overrides;
        return &sum;
    }

    StoreResult<void> addTimes(const RunLine &run, std::optional<std::int64_t> rootEnd)
    {
        const std::int64_t horizon = m_horizons.of(run);
        m_figures.horizonNs = std::max(m_figures.horizonNs, horizon);
        if (rootEnd)
            m_rootEnds.push_back(*rootEnd);
        const bool isCut = run.outcome == "truncated";
        const auto length = static_cast<double>(std::max<std::int64_t>(isCut ? run.endNs : horizon, 1));
        const auto shareOf = [&](std::int64_t ns) { return std::min(1.0, static_cast<double>(ns) / length); };
        // What the places have that were in order as long as the root was there.
        const double usual = rootEnd ? shareOf(*rootEnd) : 1;
        ScenarioSums &scenario = m_scenarios[run.scenario];
        scenario.usual.add(usual);
        scenario.rootEnded += rootEnd.has_value();
        return m_nodeRuns.forRun(run.id, [&](const sqlite::Statement &row) {
            const auto found = m_nodes.find(row.integer(1));
            if (found == m_nodes.end())
                return;
            // An outage behind the last start is one that goes on.
            const bool isUp = row.integer(4) < row.integer(3) && !rootEnd && !isCut;
            found->second.own.replace(usual, shareOf(row.integer(2) + (isUp ? horizon - run.endNs : 0)));
            found->second.downAlone += !rootEnd;
        });
    }

    bool isRoot(std::int64_t node) const
    {
        const auto found = m_nodes.find(node);
        return found != m_nodes.end() && found->second.isRoot;
    }

    void finish()
    {
        m_figures.restarts.assign(m_restarts.begin(), m_restarts.end());
        if (m_hasTooManySettings)
            m_figures.settings.clear();
        std::sort(m_rootEnds.begin(), m_rootEnds.end());
        for (const std::int64_t end : m_rootEnds) {
            if (m_figures.rootEnds.empty() || m_figures.rootEnds.back().first != end)
                m_figures.rootEnds.emplace_back(end, 0);
            ++m_figures.rootEnds.back().second;
        }
        for (const auto &[id, node] : m_nodes) {
            const auto scenario = m_scenarios.find(node.scenario);
            if (scenario == m_scenarios.end())
                continue;
            addPlace(id, node, scenario->second);
            if (node.isRoot)
                m_figures.scenarios.push_back(node.scenarioName);
        }
        std::sort(m_figures.places.begin(), m_figures.places.end(),
                  [](const PlaceFigures &a, const PlaceFigures &b) {
                      return a.mean != b.mean ? a.mean < b.mean : a.node < b.node;
                  });
    }

    struct Node {
        std::int64_t scenario = 0;
        bool isRoot = false;
        std::string path;
        std::string scenarioName;
        Sums own;  ///< what is to be added to the usual of its scenario
        std::uint64_t downAlone = 0;
    };
    struct ScenarioSums {
        Sums usual;
        std::uint64_t rootEnded = 0;
    };

    void addPlace(std::int64_t id, const Node &node, const ScenarioSums &scenario)
    {
        PlaceFigures place;
        place.runsDown = node.downAlone + scenario.rootEnded;
        if (place.runsDown == 0)
            return;
        Sums sums = scenario.usual;
        sums.add(node.own);
        place.node = id;
        place.path = node.path;
        place.scenario = node.scenarioName;
        place.runs = static_cast<std::uint64_t>(sums.count);
        place.mean = sums.sum / sums.count;
        if (place.runs > 1) {
            const double square = std::max(0.0, sums.squares / sums.count - place.mean * place.mean);
            place.deviation = std::sqrt(square / (sums.count - 1));
        }
        m_figures.places.push_back(std::move(place));
    }

    sqlite::Connection &m_connection;
    const FiguresWish &m_wish;
    Horizons m_horizons;
    RunFigures m_figures;
    RowsOfRuns m_reports;
    RowsOfRuns m_nodeRuns;
    std::unordered_map<std::int64_t, Node> m_nodes;
    std::unordered_map<std::int64_t, ScenarioSums> m_scenarios;
    std::unordered_map<std::string, SettingSum> m_settings;
    SettingSum m_all;
    std::string m_key;
    std::map<std::int64_t, std::uint64_t> m_restarts;
    std::vector<std::int64_t> m_rootEnds;
    bool m_hasTooManySettings = false;
};

}

StoreResult<RunFigures> runFigures(const std::string &path, const FiguresWish &wish, OpenOptions options)
{
    auto database = Database::open(path, options);
    if (!database)
        return tl::unexpected(database.error());
    auto connection = openForReading(path, options);
    if (!connection)
        return tl::unexpected(connection.error());
    return Reader(*connection, wish, &*database).read();
}

StoreResult<RunFigures> runCounts(sqlite::Connection &connection, const FiguresWish &wish)
{
    FiguresWish counts = wish;
    counts.hasTimes = false;
    return Reader(connection, counts, nullptr).read();
}

}
