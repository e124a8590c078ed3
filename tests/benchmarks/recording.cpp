#include "simulator/kernel/simulation.h"
#include "simulator/store/recorder.h"
#include "tests/benchmarks/models.h"

#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <chrono>
#include <filesystem>
#include <unistd.h>

/// Runs with their recording into a database, end to end, beside the least that SQLite can do.

namespace daruma::bench {

namespace {

constexpr std::uint32_t restartsPerRun = 250'000;

std::string databaseName()
{
    return (std::filesystem::temp_directory_path() / ("daruma-bench-" + std::to_string(getpid()) + ".db"))
        .string();
}

void removeDatabase()
{
    for (const char *ending : {"", "-wal", "-shm"})
        std::filesystem::remove(databaseName() + ending);
}

double secondsSince(std::chrono::steady_clock::time_point begun)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

/// Simulates and records one long run; all but creating the database and closing it is timed.
void recordRuns(benchmark::State &state, const FlatTree &tree, RecordPolicy policy, bool countsEvents)
{
    const auto model = modelOf(tree);
    Simulation simulation(*model);
    simulation.run(1);
    std::uint64_t items = 0;
    double bytesPerEvent = 0;
    for ([[maybe_unused]] auto turn : state) {
        removeDatabase();
        RunResult result;
        {
            auto recorder = Recorder::open(databaseName(), policy);
            if (!recorder
                || !(*recorder)->beginCampaign({.scenarioName = "bench", .scenarioText = "bench"})) {
                state.SkipWithError("the database cannot be written");
                break;
            }
            const auto begun = std::chrono::steady_clock::now();
            (*recorder)->beginRun(*model, {.seed = 2, .dialect = "otp"});
            result = simulation.run(2, recorder->get());
            const bool written = (*recorder)->endRun(result, simulation, 0) && (*recorder)->finishCampaign();
            state.SetIterationTime(secondsSince(begun));
            if (!written)
                state.SkipWithError("the run was not recorded");
        }
        items += countsEvents ? result.events : result.restarts;
        bytesPerEvent = static_cast<double>(std::filesystem::file_size(databaseName()))
                        / static_cast<double>(result.events);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(items));
    if (policy == RecordPolicy::All)
        state.counters["bytes_per_event"] = bytesPerEvent;
    removeDatabase();
}

void recorded_restart(benchmark::State &state)
{
    recordRuns(state, restartingTree(10, restartsPerRun), RecordPolicy::Restarts, false);
}
BENCHMARK(recorded_restart)->UseManualTime()->Unit(benchmark::kMillisecond);

void recorded_all(benchmark::State &state)
{
    recordRuns(state, restartingTree(10, restartsPerRun), RecordPolicy::All, true);
}
BENCHMARK(recorded_all)->UseManualTime()->Unit(benchmark::kMillisecond);

void recorded_group(benchmark::State &state)
{
    recordRuns(state, groupOfFive(50'000), RecordPolicy::Restarts, true);
}
BENCHMARK(recorded_group)->UseManualTime()->Unit(benchmark::kMillisecond);

void unrecorded_group(benchmark::State &state)
{
    const auto model = modelOf(groupOfFive(50'000));
    Simulation simulation(*model);
    simulation.run(1);
    std::uint64_t events = 0;
    for ([[maybe_unused]] auto turn : state) {
        const auto begun = std::chrono::steady_clock::now();
        events += simulation.run(2).events;
        state.SetIterationTime(secondsSince(begun));
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(events));
}
BENCHMARK(unrecorded_group)->UseManualTime()->Unit(benchmark::kMillisecond);

class RestartsOf final : public EventSink {
public:
    void consume(std::span<const Event> block, const Names &) override
    {
        for (const Event &event : block) {
            if (event.kind == EventKind::Restart)
                rows.emplace_back(event, seq);
            ++seq;
        }
    }
    std::vector<std::pair<Event, std::int64_t>> rows;
    std::int64_t seq = 0;
};

/// The rows of `recorded_restart` known beforehand, in one transaction of one prepared statement: bind, step.
/// The same table and the same settings of the database.
void raw_insert(benchmark::State &state)
{
    const auto model = modelOf(restartingTree(10, restartsPerRun));
    RestartsOf restarts;
    Simulation simulation(*model);
    simulation.run(2, &restarts);
    const std::vector<std::pair<Event, std::int64_t>> &rows = restarts.rows;
    for ([[maybe_unused]] auto turn : state) {
        removeDatabase();
        sqlite3 *db = nullptr;
        sqlite3_stmt *insert = nullptr;
        sqlite3_open(databaseName().c_str(), &db);
        sqlite3_exec(
            db,
            "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
            "PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4096;"
            "CREATE TABLE restart(run_id INTEGER NOT NULL, seq INTEGER NOT NULL, t_ns INTEGER NOT NULL,"
            " supervisor INTEGER NOT NULL, child INTEGER NOT NULL, incarnation INTEGER NOT NULL,"
            " strategy TEXT NOT NULL, reason TEXT NOT NULL, in_window INTEGER NOT NULL, allowed INTEGER,"
            " delay_ns INTEGER NOT NULL, cause INTEGER, PRIMARY KEY (run_id, seq)) STRICT, WITHOUT ROWID",
            nullptr, nullptr, nullptr);
        sqlite3_prepare_v2(db, "INSERT INTO restart VALUES(?,?,?,?,?,?,?,?,?,?,?,?)", -1, &insert, nullptr);
        const auto begun = std::chrono::steady_clock::now();
        sqlite3_exec(db, "BEGIN", nullptr, nullptr, nullptr);
        for (const auto &[event, seq] : rows) {
            int column = 0;
            const auto integer = [&](std::int64_t value) { sqlite3_bind_int64(insert, ++column, value); };
            const auto text = [&](std::string_view value) {
                sqlite3_bind_text(insert, ++column, value.data(), static_cast<int>(value.size()),
                                  SQLITE_STATIC);
            };
            integer(1);
            integer(seq);
            integer(event.t);
            integer(event.other.value);
            integer(event.node.value);
            integer(event.incarnation);
            text(toText(static_cast<Strategy>(event.detail)));
            text(toText(event.reason));
            integer(event.a);
            integer(event.b);
            integer(event.value);
            integer(event.cause.value);
            sqlite3_step(insert);
            sqlite3_reset(insert);
        }
        const int status = sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
        state.SetIterationTime(secondsSince(begun));
        sqlite3_finalize(insert);
        sqlite3_close(db);
        if (status != SQLITE_OK)
            state.SkipWithError("the database cannot be written");
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows.size()));
    removeDatabase();
}
BENCHMARK(raw_insert)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace daruma::bench
