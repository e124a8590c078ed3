#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/store/run_figures.h"
#include "tests/campaign/campaign_bench.h"
#include "tests/store/synthetic.h"
#endif

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace daruma;
using namespace daruma::bench;
using synthetic::must;

namespace {

constexpr std::int64_t second = 1'000'000'000;

/// The database crashes every 10 s. The scenario expects the root to give up.
constexpr const char *crashing = R"toml(
[scenario]
horizon = "95s"
[supervisor.app]
within = "1h"
children = ["db"]
[worker.db]
lifetime = "10s"
[[expect]]
name = "it gives up"
finally = "gave_up(app)"
)toml";

/// The database is struck at 10 s, comes back at 15 s, and then nothing happens any more; the job is struck
/// as well, and never comes back.
constexpr const char *quiet = R"toml(
[scenario]
horizon = "100s"
[supervisor.app]
children = ["db", "job", "web"]
[worker.db]
backoff = "5s"
[worker.job]
restart = "temporary"
[worker.web]
[[fault]]
inject = "panic"
into = "db"
at = "10s"
[[fault]]
inject = "panic"
into = "job"
at = "10s"
)toml";

}

/// Figures of rows against numbers that are computed by hand, and against those that `sweep` counts.
class TestRecordedFigures : public QObject {
    Q_OBJECT

private slots:
    void init() { m_path = m_folder.filePath(QTest::currentTestFunction()).toStdString(); }
    void survivalRestartsAndSettingsAreThoseComputedByHand();
    void availabilityIsThatComputedByHand();
    void whatSweepCountsIsWhatTheRowsSay();
    void runsThatAreFarApartAreFound();
    void tooManySettingsAreToldAsTheirSum();
    void theSummaryOfACampaignHasTheSameFigures();
    void aReadingThatNobodyWantsEnds();

private:
    SweepResult record(const std::string &text, const std::vector<std::vector<Override>> &settings,
                       SeedRange seeds)
    {
        auto recorder = must(Recorder::open(m_path, RecordPolicy::Restarts));
        SweepPlan plan;
        for (const std::vector<Override> &overrides : settings) {
            std::string lines;
            for (const Override &one : overrides)
                lines += (lines.empty() ? "" : "\n") + one.key + "=" + one.value;
            plan.cells.push_back(fixedCell({scenarioOf(text, overrides), lines}));
        }
        plan.seeds = seeds;
        plan.policy = RecordPolicy::Restarts;
        CampaignIdentity identity;
        identity.scenarioName = "test";
        identity.scenarioText = text;
        identity.firstSeed = seeds.first;
        identity.lastSeed = seeds.last;
        identity.rulesVersion = rulesVersion;
        must(recorder->beginCampaign(identity));
        SweepResult result = must(sweep(plan, recorder.get(), {}));
        must(recorder->finishCampaign());
        return result;
    }

    static const PlaceFigures *placeOf(const RunFigures &figures, const std::string &path)
    {
        for (const PlaceFigures &one : figures.places)
            if (one.path == path)
                return &one;
        return nullptr;
    }

    static std::vector<std::vector<Override>> limits(const std::vector<const char *> &values)
    {
        std::vector<std::vector<Override>> settings;
        for (const char *value : values)
            settings.push_back({{"supervisor.app.max_restarts", value}});
        return settings;
    }

    QTemporaryDir m_folder;
    std::string m_path;
};

void TestRecordedFigures::survivalRestartsAndSettingsAreThoseComputedByHand()
{
    record(crashing, limits({"0", "1", "100"}), {1, 2});
    const RunFigures found = must(runFigures(m_path, {}));
    QCOMPARE(found.all.runs, std::uint64_t{6});
    // It gives up at its first or second crash, as expected; with 100 restarts it lives, and the run fails.
    QCOMPARE(found.all.rootEnded, std::uint64_t{4});
    QCOMPARE(found.all.gaveUp, std::uint64_t{4});
    QCOMPARE(found.all.failed, std::uint64_t{2});
    QCOMPARE(found.all.firstFailingSeed, std::uint64_t{1});
    QCOMPARE(found.horizonNs, 95 * second);
    using Counts = std::vector<std::pair<std::int64_t, std::uint64_t>>;
    QCOMPARE(found.rootEnds, (Counts{{10 * second, 2}, {20 * second, 2}}));
    QCOMPARE(found.restarts, (Counts{{0, 2}, {1, 2}, {9, 2}}));
    QCOMPARE(found.settings.size(), std::size_t{3});
    for (std::size_t i = 0; i < 3; ++i) {
        QCOMPARE(found.settings[i].runs, std::uint64_t{2});
        QCOMPARE(found.settings[i].rootEnded, std::uint64_t(i < 2 ? 2 : 0));
    }
    QCOMPARE(found.settings[1].overrides, std::string("supervisor.app.max_restarts=1"));
    QCOMPARE(found.settings[2].restarts, std::uint64_t{18});
    const PlaceFigures *app = placeOf(found, "app");
    QVERIFY(app);
    const double mean = (2 * 10 / 95.0 + 2 * 20 / 95.0 + 2) / 6;
    QVERIFY(std::abs(app->mean - mean) < 1e-12);
    QCOMPARE(app->runsDown, std::uint64_t{4});
    double spread = 0;
    for (const double share : {10 / 95.0, 20 / 95.0, 1.0})
        spread += 2 * (share - mean) * (share - mean);
    QVERIFY(std::abs(app->deviation - std::sqrt(spread / 5 / 6)) < 1e-12);
}

void TestRecordedFigures::availabilityIsThatComputedByHand()
{
    record(quiet, {{}}, {1, 3});
    const RunFigures found = must(runFigures(m_path, {}));
    QCOMPARE(found.all.rootEnded, std::uint64_t{0});
    QCOMPARE(found.places.size(), std::size_t{2});
    QCOMPARE(found.places[0].path, std::string("app/job"));
    QVERIFY(std::abs(found.places[0].mean - 0.1) < 1e-12);
    QCOMPARE(found.places[1].path, std::string("app/db"));
    QVERIFY(std::abs(found.places[1].mean - 0.95) < 1e-12);
    QCOMPARE(found.places[1].runsDown, std::uint64_t{3});
    QVERIFY(found.places[1].deviation < 1e-7);
}

void TestRecordedFigures::whatSweepCountsIsWhatTheRowsSay()
{
    const SweepResult counted = record(crashing,
                                       {{{"worker.db.lifetime", "exp(20s)"}, {"worker.db.backoff", "1s"}},
                                        {{"worker.db.lifetime", "exp(60s)"}, {"worker.db.backoff", "3s"}}},
                                       {1, 200});
    const RunFigures found = must(runFigures(m_path, {}));
    QCOMPARE(found.settings.size(), counted.cells.size());
    for (std::size_t i = 0; i < counted.cells.size(); ++i) {
        const CampaignStatistics &cell = counted.cells[i];
        QCOMPARE(found.settings[i].runs - found.settings[i].rootEnded, cell.survivalOf(NodeId{0}).count);
        QCOMPARE(found.settings[i].gaveUp, cell.gaveUp);
        QCOMPARE(found.settings[i].failed, cell.failed);
        QCOMPARE(found.settings[i].passed, cell.passed);
        QCOMPARE(found.settings[i].restarts, cell.restarts);
        const RunFigures one =
            must(runFigures(m_path, {.where = "r.overrides = '" + found.settings[i].overrides + "'"}));
        QCOMPARE(one.all.runs, cell.runs);
        for (const std::uint32_t node : {0U, 1U}) {
            const PlaceFigures *place = placeOf(one, node == 0 ? "app" : "app/db");
            QVERIFY(place);
            const ShareMoments &shares = cell.nodes[node].availability;
            QVERIFY2(std::abs(place->mean - shares.mean()) < 1e-8, qPrintable(QString::number(place->mean)));
            const double half = deviationsOf95Percent * place->deviation;
            QVERIFY(std::abs(place->mean - half - shares.interval().low) < 1e-6);
        }
    }
}

void TestRecordedFigures::runsThatAreFarApartAreFound()
{
    record(crashing, limits({"0", "100"}), {1, 400});
    const RunFigures found = must(runFigures(m_path, {.where = "r.seed % 150 = 7"}));
    QCOMPARE(found.all.runs, std::uint64_t{6});
    QCOMPARE(found.all.rootEnded, std::uint64_t{3});
    const PlaceFigures *app = placeOf(found, "app");
    QVERIFY(app);
    QVERIFY(std::abs(app->mean - (10 / 95.0 + 1) / 2) < 1e-12);
}

void TestRecordedFigures::tooManySettingsAreToldAsTheirSum()
{
    record(crashing, limits({"0", "1", "2"}), {1, 5});
    const RunFigures found = must(runFigures(m_path, {.mostSettings = 2}));
    QVERIFY(found.settings.empty());
    QCOMPARE(found.all.runs, std::uint64_t{15});
    QCOMPARE(must(runFigures(m_path, {.mostSettings = 3})).settings.size(), std::size_t{3});
}

void TestRecordedFigures::theSummaryOfACampaignHasTheSameFigures()
{
    record(crashing, limits({"0", "100"}), {1, 10});
    record(crashing, limits({"1"}), {1, 3});
    Database database = must(Database::open(m_path));
    for (const std::int64_t campaign : {1, 2}) {
        const CampaignSummary summary = must(database.summary(campaign));
        const RunFigures found =
            must(runFigures(m_path, {.where = "r.campaign_id = " + std::to_string(campaign)}));
        QCOMPARE(summary.settings.size(), campaign == 1 ? std::size_t{2} : std::size_t{1});
        QCOMPARE(summary.all().rootEnded, found.all.rootEnded);
        QCOMPARE(summary.all().runs, campaign == 1 ? std::uint64_t{20} : std::uint64_t{3});
        QCOMPARE(summary.all().firstFailingSeed, found.all.firstFailingSeed);
    }
}

void TestRecordedFigures::aReadingThatNobodyWantsEnds()
{
    record(crashing, limits({"0"}), {1, 5});
    const std::atomic<bool> stop{true};
    const auto found = runFigures(m_path, {.stop = &stop});
    QVERIFY(!found);
    QVERIFY(found.error().message.find("stopped") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestRecordedFigures)
#include "tst_recorded_figures.moc"
