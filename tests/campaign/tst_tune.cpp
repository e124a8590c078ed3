#ifndef Q_MOC_RUN
#include "simulator/campaign/grid.h"
#include "simulator/campaign/target_tally.h"
#include "simulator/campaign/tune.h"
#include "simulator/scenario/scenario.h"
#endif

#include <QTest>

#include <algorithm>
#include <functional>
#include <memory>
#include <numeric>
#include <optional>
#include <set>

using namespace daruma;

namespace {

/// Crashes by chance, more often with a short budget than the targets bear, and a fault that is for good.
constexpr const char *poisson = R"toml(
[scenario]
name    = "poisson"
horizon = "10m"
[supervisor.app]
max_restarts = 1
within       = "5s"
children     = ["sup"]
[supervisor.sup]
max_restarts = 1
within       = "5s"
children     = ["db"]
[worker.db]
init_time = "uniform(100ms, 300ms)"
[[fault]]
name   = "now and then"
inject = "panic"
into   = "db"
every  = "exp(6s)"
[[fault]]
name      = "permanent"
inject    = "outage"
into      = "db"
at        = "10s"
lasts     = "never"
chance    = 0
behaviour = { lifetime = "500ms" }
)toml";

std::shared_ptr<const Scenario> read(const std::vector<std::string> &settings)
{
    std::vector<Override> overrides;
    for (const std::string &setting : settings)
        overrides.push_back(*parseOverride(setting));
    auto scenario = readScenario(poisson, "poisson.toml", overrides);
    return scenario ? std::make_shared<const Scenario>(std::move(*scenario)) : nullptr;
}

std::vector<Target> targetsOf(const QStringList &texts)
{
    std::vector<Target> targets;
    for (const QString &text : texts)
        targets.push_back(*parseTarget(text.toStdString()));
    return targets;
}

struct Grid {
    std::vector<GridAxis> axes;
    std::vector<std::vector<std::string>> cells;

    explicit Grid(const QStringList &vary)
    {
        for (const QString &setting : vary)
            axes.push_back(*parseAxis(setting.toStdString()));
        cells = combinations(axes);
    }
};

TunePlan planOf(const Grid &grid, const QStringList &targets, std::uint64_t seeds)
{
    TunePlan plan;
    for (const GridAxis &axis : grid.axes)
        plan.axes.push_back(axis.values.size());
    plan.targets = targetsOf(targets);
    plan.seeds = {1, seeds};
    plan.freshSeeds = {seeds + 1, 2 * seeds};
    plan.jobs = 2;
    const auto groups = faultGroups(plan.targets);
    plan.load = [&grid, groups](SettingId setting, std::size_t group) {
        std::vector<std::string> settings = grid.cells[setting];
        const bool isPermanent = groups[group] == "permanent";
        settings.push_back(std::string("fault.permanent.chance=") + (isPermanent ? "1" : "0"));
        if (isPermanent)
            settings.push_back("fault.\"now and then\".chance=0");
        return read(settings);
    };
    return plan;
}

/// The sum of the ranks, and then their order, told in another way than `tune` does it.
std::vector<std::size_t> ranksOf(const Grid &grid, SettingId setting)
{
    std::vector<std::size_t> ranks;
    std::size_t below = grid.cells.size();
    for (const GridAxis &axis : grid.axes) {
        below /= axis.values.size();
        ranks.push_back(setting / below % axis.values.size());
    }
    return ranks;
}

struct BruteForce {
    std::optional<SettingId> best;
    std::set<SettingId> smallest;  ///< in their way, the best among them
};

/// Judges every setting with all seeds, and compares them all with all.
BruteForce bruteForce(const Grid &grid, const TunePlan &plan, Verdict wanted)
{
    std::vector<SettingId> good;
    const auto groups = faultGroups(plan.targets);
    for (SettingId setting = 0; setting < grid.cells.size(); ++setting) {
        bool isGood = true;
        for (std::size_t group = 0; group < groups.size() && isGood; ++group) {
            const auto scenario = plan.load(setting, group);
            std::vector<const Target *> targets;
            for (const Target &target : plan.targets) {
                if (target.fault == groups[group])
                    targets.push_back(&target);
            }
            TargetTally tally(scenario->model, targets);
            tally.run(plan.seeds);
            for (std::size_t i = 0; i < targets.size(); ++i)
                isGood = isGood && verdictOf(*targets[i], tally.figure(i)) >= wanted;
        }
        if (isGood)
            good.push_back(setting);
    }
    BruteForce answer;
    const auto sum = [](const std::vector<std::size_t> &ranks) {
        return std::accumulate(ranks.begin(), ranks.end(), std::size_t{0});
    };
    for (const SettingId one : good) {
        const auto ranks = ranksOf(grid, one);
        const bool isCovered = std::any_of(good.begin(), good.end(), [&](SettingId other) {
            const auto others = ranksOf(grid, other);
            return other != one
                   && std::equal(ranks.begin(), ranks.end(), others.begin(), std::greater_equal<>());
        });
        if (!isCovered)
            answer.smallest.insert(one);
        if (!answer.best
            || std::pair(sum(ranks), ranks)
                   < std::pair(sum(ranksOf(grid, *answer.best)), ranksOf(grid, *answer.best)))
            answer.best = one;
    }
    return answer;
}

}

class TestTune : public QObject {
    Q_OBJECT

private slots:
    void aTargetIsReadAsItIsWritten();
    void whatIsNoTargetIsTold_data();
    void whatIsNoTargetIsTold();
    void aTargetIsMetOnceItsWholeIntervalLiesAboveIt();
    void theAnswerIsThatOfTheFullGrid_data();
    void theAnswerIsThatOfTheFullGrid();
    void whatIsLeftOutDoesNotChangeTheAnswer();
    void neitherDoesTheNumberOfJobs();
    void aGiveUpIsTimedFromTheFaultOn();
    void whereTargetsPullApartTheFrontIsShown();
    void theNearestIsThatOfAllSeeds();
    void anInterruptedSearchGivesWhatItHas();
    void tooFewSeedsLeaveItOpen();
};

void TestTune::aTargetIsReadAsItIsWritten()
{
    const auto survives = parseTarget("survives app >= 0.999");
    QVERIFY(survives);
    QCOMPARE(survives->node, std::string("app"));
    QCOMPARE(survives->share, 0.999);
    const auto available = parseTarget("available \"app/my db\">=99.5% when fault 'it is gone'");
    QVERIFY(available);
    QVERIFY(available->kind == TargetKind::Available);
    QCOMPARE(available->node, std::string("app/my db"));
    QCOMPARE(available->share, 0.995);
    QCOMPARE(available->fault, std::string("it is gone"));
    const auto givesUp = parseTarget("gives_up app within 1m30s when fault \"permanent\"");
    QVERIFY(givesUp);
    QVERIFY(givesUp->asksForAll());
    QCOMPARE(givesUp->within.ns(), 90'000'000'000);
    QCOMPARE(parseTarget("gives_up app within 60s >= 0.9")->share, 0.9);
}

void TestTune::whatIsNoTargetIsTold_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("said");
    QTest::newRow("nothing") << ""
                             << "survives, available or gives_up is missing";
    QTest::newRow("another word") << "stays app >= 0.9"
                                  << "not `stays`";
    QTest::newRow("no share") << "survives app"
                              << "`>=` is expected";
    QTest::newRow("a share above one") << "survives app >= 2"
                                       << "no share";
    QTest::newRow("a share of nothing") << "survives app >= 0"
                                        << "no share";
    QTest::newRow("a time without a unit") << "gives_up app within 60"
                                           << "unit";
    QTest::newRow("a fault without a name") << "survives app >= 0.9 when fault"
                                            << "name of a fault";
    QTest::newRow("more behind it") << "survives app >= 0.9 now"
                                    << "`now` is too much";
    QTest::newRow("an open quote") << "survives \"app >= 0.9"
                                   << "not closed";
}

void TestTune::whatIsNoTargetIsTold()
{
    QFETCH(QString, text);
    QFETCH(QString, said);
    const auto target = parseTarget(text.toStdString());
    QVERIFY(!target);
    QVERIFY2(QString::fromStdString(target.error()).contains(said), target.error().c_str());
}

void TestTune::aTargetIsMetOnceItsWholeIntervalLiesAboveIt()
{
    const Target target = *parseTarget("survives app >= 0.999");
    const std::uint64_t least = leastRunsFor(target);
    QCOMPARE(least, 3838u);
    QVERIFY(verdictOf(target, {1, shareInterval(least, least), least}) == Verdict::Met);
    QVERIFY(verdictOf(target, {1, shareInterval(least - 1, least - 1), least - 1}) == Verdict::Open);
    QVERIFY(verdictOf(target, {0.99, shareInterval(990, 1000), 1000}) == Verdict::Missed);
    const Target all = *parseTarget("survives app >= 1");
    QVERIFY(verdictOf(all, {1, shareInterval(5, 5), 5}) == Verdict::Met);
    QVERIFY(verdictOf(all, {0.8, shareInterval(4, 5), 5}) == Verdict::Missed);
    const std::uint64_t needed =
        runsToTell(*parseTarget("survives app >= 0.9"), {0.92, shareInterval(92, 100), 100});
    const auto good = static_cast<std::uint64_t>(0.92 * static_cast<double>(needed));
    QVERIFY(needed > 100 && shareInterval(good, needed).low >= 0.9);
}

void TestTune::theAnswerIsThatOfTheFullGrid_data()
{
    QTest::addColumn<QStringList>("targets");
    QTest::addColumn<QStringList>("vary");
    QTest::addColumn<int>("seeds");
    QTest::newRow("two budgets, three targets")
        << QStringList{"survives app >= 0.6", "available db >= 0.9",
                       "gives_up app within 60s when fault \"permanent\""}
        << QStringList{"supervisor.sup.max_restarts=1..6", "supervisor.sup.within=5s,10s,30s",
                       "supervisor.app.max_restarts=0..3"}
        << 40;
    QTest::newRow("an order in which more is less")
        << QStringList{"survives app >= 0.5"}
        << QStringList{"supervisor.sup.within=30s,5s,10s", "supervisor.sup.max_restarts=8,1,4,2"} << 60;
    QTest::newRow("no setting does it")
        << QStringList{"survives app >= 0.9", "gives_up app within 1s when fault \"permanent\""}
        << QStringList{"supervisor.sup.max_restarts=1..5", "supervisor.app.max_restarts=0..2"} << 40;
}

void TestTune::theAnswerIsThatOfTheFullGrid()
{
    QFETCH(QStringList, targets);
    QFETCH(QStringList, vary);
    QFETCH(int, seeds);
    const Grid grid(vary);
    const TunePlan plan = planOf(grid, targets, static_cast<std::uint64_t>(seeds));
    const TuneResult found = tune(plan);
    BruteForce expected = bruteForce(grid, plan, Verdict::Met);
    if (!expected.best)
        expected = bruteForce(grid, plan, Verdict::Open);
    QCOMPARE(found.best.has_value(), expected.best.has_value());
    if (!found.best) {
        QVERIFY(found.nearest);
        return;
    }
    QCOMPARE(found.best->setting, *expected.best);
    std::set<SettingId> smallest{found.best->setting};
    for (const SettingFigures &one : found.alsoSmallest)
        smallest.insert(one.setting);
    QVERIFY(smallest == expected.smallest);
    QVERIFY2(found.judged < grid.cells.size(), "nothing was left out");
}

void TestTune::whatIsLeftOutDoesNotChangeTheAnswer()
{
    // The largest grid for which this is promised: 2,000 settings.
    const Grid grid({"supervisor.sup.max_restarts=1..20", "supervisor.sup.within=2s,5s,10s,20s,30s",
                     "supervisor.app.max_restarts=0..4", "supervisor.app.within=5s,30s,60s,120s"});
    QCOMPARE(grid.cells.size(), 2'000u);
    TunePlan plan =
        planOf(grid, {"survives app >= 0.5", "gives_up app within 60s when fault \"permanent\""}, 6);
    const TuneResult pruned = tune(plan);
    plan.isExhaustive = true;
    const TuneResult full = tune(plan);
    QVERIFY(pruned.best && full.best);
    QCOMPARE(pruned.best->setting, full.best->setting);
    QCOMPARE(pruned.alsoSmallest.size(), full.alsoSmallest.size());
    QVERIFY(pruned.runs < full.runs);
    const BruteForce expected = bruteForce(grid, plan, pruned.best->verdict(plan.targets));
    QCOMPARE(pruned.best->setting, *expected.best);
    QCOMPARE(pruned.alsoSmallest.size() + 1, expected.smallest.size());
}

void TestTune::neitherDoesTheNumberOfJobs()
{
    const Grid grid({"supervisor.sup.max_restarts=1..6", "supervisor.app.max_restarts=0..3"});
    TunePlan plan = planOf(grid, {"survives app >= 0.6", "available db >= 0.9"}, 300);
    plan.jobs = 1;
    const TuneResult one = tune(plan);
    plan.jobs = 3;
    const TuneResult three = tune(plan);
    QVERIFY(one.best && three.best);
    QCOMPARE(three.best->setting, one.best->setting);
    QCOMPARE(three.runs, one.runs);
    for (std::size_t i = 0; i < one.best->figures.size(); ++i) {
        QCOMPARE(three.best->figures[i].value, one.best->figures[i].value);
        QCOMPARE(three.best->figures[i].interval.low, one.best->figures[i].interval.low);
    }
}

void TestTune::aGiveUpIsTimedFromTheFaultOn()
{
    // From 10 s on it crashes every 0.5 s after a start of up to 0.3 s: with no restart allowed anywhere the
    // first crash is the last, 10 s into the run.
    const Grid grid({"supervisor.sup.max_restarts=0", "supervisor.app.max_restarts=0"});
    for (const auto &[within, isMet] : {std::pair("1s", true), std::pair("1ms", true)}) {
        const TunePlan plan =
            planOf(grid, {QString("gives_up app within %1 when fault \"permanent\"").arg(within)}, 20);
        QCOMPARE(tune(plan).best.has_value(), isMet);
    }
    const Grid slower({"supervisor.sup.max_restarts=4", "supervisor.app.max_restarts=0"});
    for (const auto &[within, isMet] : {std::pair("5s", true), std::pair("2s", false)}) {
        const TunePlan plan =
            planOf(slower, {QString("gives_up app within %1 when fault \"permanent\"").arg(within)}, 20);
        QCOMPARE(tune(plan).best.has_value(), isMet);
    }
}

void TestTune::whereTargetsPullApartTheFrontIsShown()
{
    const Grid grid({"supervisor.sup.max_restarts=1..8", "supervisor.app.max_restarts=0"});
    const TunePlan plan =
        planOf(grid, {"survives app >= 0.99", "gives_up app within 2s when fault \"permanent\""}, 100);
    const TuneResult found = tune(plan);
    QVERIFY(!found.best);
    QVERIFY(found.front.size() >= 2);
    for (const SettingFigures &one : found.front) {
        for (const SettingFigures &other : found.front) {
            const bool isBeaten = other.figures[0].value >= one.figures[0].value
                                  && other.figures[1].value >= one.figures[1].value
                                  && other.setting != one.setting;
            QVERIFY(!isBeaten);
        }
    }
    QVERIFY(found.nearest);
    QVERIFY(found.nearest->verdict(plan.targets) == Verdict::Missed);
}

void TestTune::theNearestIsThatOfAllSeeds()
{
    const Grid grid({"supervisor.sup.max_restarts=1..6", "supervisor.app.max_restarts=0,1"});
    const TunePlan plan =
        planOf(grid, {"survives app >= 0.99", "gives_up app within 2s when fault \"permanent\""}, 600);
    const TuneResult found = tune(plan);
    QVERIFY(found.nearest && found.frontSeeds < 600);
    QCOMPARE(found.nearestSeeds, std::uint64_t{600});
    std::optional<std::pair<int, double>> least;
    std::optional<SettingId> nearest;
    for (SettingId setting = 0; setting < grid.cells.size(); ++setting) {
        std::pair<int, double> misses{0, 0};
        for (std::size_t i = 0; i < plan.targets.size(); ++i) {
            const auto scenario = plan.load(setting, i);
            const std::vector<const Target *> targets{&plan.targets[i]};
            TargetTally tally(scenario->model, targets);
            tally.run(plan.seeds);
            const double value = tally.figure(0).value;
            misses.first += value < plan.targets[i].share;
            misses.second += std::max(0.0, plan.targets[i].share - value);
            if (found.nearest->setting == setting) {
                QCOMPARE(found.nearest->figures[i].value, value);
                QCOMPARE(found.nearest->figures[i].runs, std::uint64_t{600});
            }
        }
        if (!least || misses < *least) {
            least = misses;
            nearest = setting;
        }
    }
    QCOMPARE(found.nearest->setting, *nearest);
}

void TestTune::anInterruptedSearchGivesWhatItHas()
{
    const Grid grid({"supervisor.sup.max_restarts=1..8,1000"});
    TunePlan plan = planOf(grid, {"survives app >= 0.9"}, 300);
    const TuneResult whole = tune(plan);
    QVERIFY(whole.best && whole.check);
    std::vector<TuneStep> steps;
    plan.watcher = [&](const TuneProgress &progress) {
        steps.push_back(progress.step);
        return progress.step == TuneStep::Searching && progress.settled <= progress.settings;
    };
    const TuneResult unchecked = tune(plan);
    QVERIFY(steps.back() == TuneStep::Checking);
    QVERIFY(unchecked.isInterrupted && !unchecked.check);
    QCOMPARE(unchecked.best->setting, whole.best->setting);
    plan.watcher = [](const TuneProgress &progress) { return progress.runs < 100; };
    const TuneResult early = tune(plan);
    QVERIFY(early.isInterrupted && !early.best);
    QVERIFY(early.nearest);
    QCOMPARE(early.nearest->figures[0].runs, early.nearestSeeds);
    QVERIFY(early.nearestSeeds > 0 && early.settled < early.settings);
}

void TestTune::tooFewSeedsLeaveItOpen()
{
    const Grid grid({"supervisor.sup.max_restarts=1,1000"});
    const TuneResult found = tune(planOf(grid, {"survives app >= 0.999"}, 50));
    QVERIFY(found.best);
    QCOMPARE(found.best->setting, 1u);
    QVERIFY(found.best->verdict(targetsOf({"survives app >= 0.999"})) == Verdict::Open);
}

QTEST_APPLESS_MAIN(TestTune)
#include "tst_tune.moc"
