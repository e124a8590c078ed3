// How long the window needs with a database of a million runs and five million restarts. The goals: its first
// rows within a second, and no picture later than 50 ms while it filters, sorts or adds up.

#include "app/desktop/models/archive.h"
#include "app/desktop/models/campaign_job.h"
#include "app/desktop/models/document.h"
#include "app/desktop/models/figures.h"
#include "app/desktop/models/run_model.h"
#include "app/desktop/views/runs_view.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QTemporaryDir>
#include <QTimer>
#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <memory>

namespace {

using namespace daruma;

/// One of each hundred fails, a fifth gives up; 2,000 settings.
constexpr const char *millions = R"(
PRAGMA synchronous = OFF;
BEGIN;
CREATE TEMP TABLE first AS SELECT * FROM run WHERE id = 1;
INSERT OR IGNORE INTO restart_kind(id, supervisor, strategy, reason, allowed)
    SELECT 999, min(id), 'one_for_one', 'panic', 3 FROM node;
WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
INSERT INTO run(id, campaign_id, scenario_id, seed, dialect, overrides, outcome, end_ns, events, restarts,
        fingerprint, wall_ns, layout_id)
    SELECT i, campaign_id, scenario_id, i, dialect, 'supervisor.app.max_restarts=' || (i % 50) || char(10)
        || 'supervisor.app.within=' || (i % 40) || 's',
        CASE WHEN i % 100 = 7 THEN 'failed' WHEN i % 5 = 0 THEN 'gave_up' ELSE 'passed' END,
        600000000000 - (i * 7919) % 300000000000, 40 + (i * 31) % 400, 5,
        printf('%032x', i * 7919), 12000, layout_id FROM first, n;
WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
INSERT INTO restart_row SELECT i, 10 * k.v, 1000000000 * k.v, c.id, k.v, 999, k.v, 0, 1
    FROM n, (SELECT column1 AS v FROM (VALUES (1), (2), (3), (4), (5))) AS k,
        (SELECT max(id) AS id FROM node) AS c;
WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
INSERT INTO report(run_id, node, state, completed_at_ns)
    SELECT i, r.id, CASE WHEN i % 5 = 0 THEN 'failed' ELSE 'completed' END, (i * 7919) % 600000000000
    FROM n, (SELECT min(id) AS id FROM node WHERE parent_id IS NULL) AS r;
WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
INSERT INTO node_run SELECT i, c.id, 6, 5, 599000000000 - i, 1000000000 + i, 400000000
    FROM n, (SELECT max(id) AS id FROM node) AS c;
INSERT INTO violation SELECT id, 'the application survives', 12, 5000000, 'up(app) is false' FROM run
    WHERE outcome = 'failed';
COMMIT;
)";

/// Made once for all benchmarks.
const QString &database()
{
    static const QTemporaryDir folder;
    static const QString path = folder.filePath(QStringLiteral("million.db"));
    if (QFile::exists(path))
        return path;
    CampaignRequest request;
    request.source = shippedSource(QStringLiteral("db-outage-30s"));
    request.seeds = {1, 1};
    request.database = path;
    if (const auto made = runCampaign(request, {}); !made)
        qFatal("%s", qPrintable(made.error()));
    sqlite3 *connection = nullptr;
    char *problem = nullptr;
    if (sqlite3_open(path.toUtf8().constData(), &connection) != SQLITE_OK
        || sqlite3_exec(connection, millions, nullptr, nullptr, &problem) != SQLITE_OK)
        qFatal("the database of the benchmark cannot be made: %s", problem ? problem : "");
    sqlite3_close(connection);
    return path;
}

/// The longest time in which the thread of the windows did nothing else, in ms.
class Gaps {
public:
    Gaps()
    {
        m_clock.start();
        QObject::connect(&m_timer, &QTimer::timeout,
                         [this] { m_longest = std::max(m_longest, m_clock.restart()); });
        m_timer.start(0);
    }
    double longest() const { return double(std::max(m_longest, m_clock.elapsed())); }

private:
    QTimer m_timer;
    QElapsedTimer m_clock;
    qint64 m_longest = 0;
};

struct Times {
    double first = 0;  ///< rows, s
    double all = 0;
    double gap = 0;  ///< ms
};

/// Until the model has listed what `begin` asks for.
Times listing(RunModel &model, const std::function<void()> &begin)
{
    Times times;
    QElapsedTimer clock;
    clock.start();
    const Gaps gaps;
    QEventLoop loop;
    const auto connection = QObject::connect(&model, &RunModel::listed, [&] {
        if (times.first == 0)
            times.first = double(clock.nsecsElapsed()) / 1e9;
        if (model.isComplete())
            loop.quit();
    });
    begin();
    loop.exec();
    QObject::disconnect(connection);
    times.all = double(clock.nsecsElapsed()) / 1e9;
    // What is shown follows.
    QTimer::singleShot(50, &loop, &QEventLoop::quit);
    loop.exec();
    times.gap = gaps.longest();
    return times;
}

void count(benchmark::State &state, const Times &times)
{
    state.SetIterationTime(times.first);
    state.counters["first_rows_s"] = times.first;
    state.counters["all_rows_s"] = times.all;
    state.counters["longest_gap_ms"] = times.gap;
}

void openMillionRuns(benchmark::State &state)
{
    database();
    for (auto _ : state) {
        Document document;
        RunModel model(document.archive());
        count(state, listing(model, [&] { document.archive().open(database()); }));
        if (model.rowCount() != 1'000'000)
            state.SkipWithError("the runs are not a million");
    }
}
BENCHMARK(openMillionRuns)->UseManualTime()->Iterations(3)->Unit(benchmark::kMillisecond);

void filterMillionRuns(benchmark::State &state)
{
    const RunsFilter filters[] = {{.outcome = QStringLiteral("failed")},
                                  {.text = QStringLiteral("max_restarts=17")},
                                  {.text = QStringLiteral("is found nowhere")}};
    Document document;
    RunModel model(document.archive());
    listing(model, [&] { document.archive().open(database()); });
    for (auto _ : state) {
        count(state, listing(model, [&] { document.archive().setFilter(filters[state.range(0)]); }));
        listing(model, [&] { document.archive().setFilter({}); });
    }
}
BENCHMARK(filterMillionRuns)->DenseRange(0, 2)->UseManualTime()->Iterations(2)->Unit(benchmark::kMillisecond);

/// With the table and the strip, which have to follow.
void filterMillionRunsInTheWindow(benchmark::State &state)
{
    const QString texts[] = {QStringLiteral("max_restarts=17"), QStringLiteral("is found nowhere")};
    Document document;
    RunsView view(document);
    view.resize(1200, 400);
    view.show();
    auto &model = *qobject_cast<RunModel *>(view.table());
    listing(model, [&] { document.archive().open(database()); });
    for (auto _ : state) {
        const Times found =
            listing(model, [&] { document.archive().setFilter({.text = texts[state.range(0)]}); });
        count(state, found);
        const Times all = listing(model, [&] { document.archive().setFilter({}); });
        state.counters["gap_of_all_ms"] = all.gap;
    }
}
BENCHMARK(filterMillionRunsInTheWindow)
    ->DenseRange(0, 1)
    ->UseManualTime()
    ->Iterations(2)
    ->Unit(benchmark::kMillisecond);

void sortMillionRuns(benchmark::State &state)
{
    Document document;
    RunModel model(document.archive());
    listing(model, [&] { document.archive().open(database()); });
    for (auto _ : state) {
        count(state, listing(model, [&] { model.sort(int(state.range(0)), Qt::DescendingOrder); }));
        listing(model, [&] { model.sort(RunModel::Id, Qt::AscendingOrder); });
    }
}
BENCHMARK(sortMillionRuns)
    ->Arg(RunModel::Events)
    ->Arg(RunModel::Settings)
    ->Arg(RunModel::Violation)
    ->UseManualTime()
    ->Iterations(2)
    ->Unit(benchmark::kMillisecond);

void figuresOfMillionRuns(benchmark::State &state)
{
    const std::atomic<bool> stop{false};
    for (auto _ : state) {
        const Figures figures = readFigures(database(), {}, stop);
        if (figures.runs != 1'000'000 || !figures.problem.isEmpty())
            state.SkipWithError(qPrintable(figures.problem));
    }
}
BENCHMARK(figuresOfMillionRuns)->Iterations(1)->Unit(benchmark::kMillisecond);

}
