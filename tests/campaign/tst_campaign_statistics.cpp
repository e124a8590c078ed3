#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/campaign/grid.h"
#include "simulator/campaign/histogram.h"
#include "simulator/campaign/interval.h"
#include "tests/campaign/campaign_bench.h"
#endif

#include <QTest>

#include <algorithm>
#include <cmath>
#include <random>

using namespace daruma;
using namespace daruma::bench;

class TestCampaignStatistics : public QObject {
    Q_OBJECT

private slots:
    void sharesHaveWilsonsInterval_data();
    void sharesHaveWilsonsInterval();
    void quantilesAreThoseOfTheSortedValues_data();
    void quantilesAreThoseOfTheSortedValues();
    void equalValuesAreTheirOwnQuantiles();
    void theOrderInWhichHistogramsAreAddedPlaysNoPart();
    void aHistogramTakesLittleMemory();
    void whatIsDownAtTheEndStaysDownToTheHorizon();
    void whatIsUpAtTheEndStaysUpToTheHorizon();
    void aPlaceThatNeverStartedWasNeverUp();
    void valuesBehindSetAreReadAsTheyAreMeant_data();
    void valuesBehindSetAreReadAsTheyAreMeant();
    void theLastAxisOfAGridIsTheFastest();
    void whoStopsItBehindItsLastRunIsTooLate();
};

void TestCampaignStatistics::sharesHaveWilsonsInterval_data()
{
    // From R's prop.test(x, n, correct = FALSE).
    QTest::addColumn<quint64>("successes");
    QTest::addColumn<quint64>("trials");
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::newRow("10 of 100") << quint64{10} << quint64{100} << 0.05522914 << 0.17436566;
    QTest::newRow("0 of 10") << quint64{0} << quint64{10} << 0.0 << 0.27753280;
    QTest::newRow("10 of 10") << quint64{10} << quint64{10} << 0.72246720 << 1.0;
    QTest::newRow("nothing") << quint64{0} << quint64{0} << 0.0 << 1.0;
}

void TestCampaignStatistics::sharesHaveWilsonsInterval()
{
    QFETCH(quint64, successes);
    QFETCH(quint64, trials);
    QFETCH(double, low);
    QFETCH(double, high);
    const Interval found = shareInterval(successes, trials);
    QVERIFY2(std::abs(found.low - low) < 1e-7, qPrintable(QString::number(found.low, 'f', 9)));
    QVERIFY2(std::abs(found.high - high) < 1e-7, qPrintable(QString::number(found.high, 'f', 9)));
}

void TestCampaignStatistics::quantilesAreThoseOfTheSortedValues_data()
{
    QTest::addColumn<double>("spread");
    QTest::newRow("small numbers") << 3.0;
    QTest::newRow("milliseconds") << 1e6;
    QTest::newRow("days") << 1e14;
}

void TestCampaignStatistics::quantilesAreThoseOfTheSortedValues()
{
    QFETCH(double, spread);
    std::mt19937_64 random(7);
    std::exponential_distribution<double> distribution(1 / spread);
    std::vector<std::int64_t> values;
    Histogram histogram;
    for (int i = 0; i < 5'000; ++i) {
        values.push_back(std::llround(distribution(random)));
        histogram.add(values.back());
    }
    std::sort(values.begin(), values.end());
    QCOMPARE(histogram.min(), values.front());
    QCOMPARE(histogram.max(), values.back());
    for (const double share : {0.01, 0.1, 0.5, 0.9, 0.99}) {
        const auto rank = static_cast<std::size_t>(std::ceil(share * 5'000));
        const auto exact = static_cast<double>(values[rank - 1]);
        QVERIFY2(std::abs(static_cast<double>(histogram.quantile(share)) - exact) <= exact / 128,
                 qPrintable(QString("%1: %2, not %3").arg(share).arg(histogram.quantile(share)).arg(exact)));
    }
}

void TestCampaignStatistics::equalValuesAreTheirOwnQuantiles()
{
    Histogram histogram;
    for (int i = 0; i < 10; ++i)
        histogram.add(30'000'000'001);
    QCOMPARE(histogram.quantile(0.5), std::int64_t{30'000'000'001});
    QCOMPARE(histogram.quantile(0.99), std::int64_t{30'000'000'001});
    QCOMPARE(histogram.mean(), 30'000'000'001.0);
}

void TestCampaignStatistics::theOrderInWhichHistogramsAreAddedPlaysNoPart()
{
    Histogram all;
    Histogram even;
    Histogram odd;
    for (std::int64_t i = 0; i < 1'000; ++i) {
        all.add(i * i * 1'000);
        (i % 2 == 0 ? even : odd).add(i * i * 1'000);
    }
    Histogram joined = odd;
    joined.add(even);
    QCOMPARE(joined.count(), all.count());
    QCOMPARE(joined.buckets().size(), all.buckets().size());
    for (std::size_t i = 0; i < all.buckets().size(); ++i) {
        QCOMPARE(joined.buckets()[i].number, all.buckets()[i].number);
        QCOMPARE(joined.buckets()[i].count, all.buckets()[i].count);
        QVERIFY(joined.buckets()[i].sum == all.buckets()[i].sum);
    }
}

void TestCampaignStatistics::aHistogramTakesLittleMemory()
{
    Histogram histogram;
    std::mt19937_64 random(7);
    for (int i = 0; i < 200'000; ++i)
        histogram.add(static_cast<std::int64_t>(random() >> 1U));
    QVERIFY(histogram.buckets().size() <= std::size_t{64} * 128);
}

void TestCampaignStatistics::whatIsDownAtTheEndStaysDownToTheHorizon()
{
    // The root gives up at 10 s, and then nothing is left that could happen.
    const CampaignStatistics found = Runs(scenarioOf("[scenario]\n"
                                                     "horizon = '100s'\n"
                                                     "[supervisor.app]\n"
                                                     "max_restarts = 0\n"
                                                     "children = ['db']\n"
                                                     "[worker.db]\n"
                                                     "lifetime = '10s'\n"))({1, 2});
    for (const NodeStatistics &node : found.nodes) {
        QVERIFY(std::abs(node.availability.mean() - 0.1) < 1e-9);
        QCOMPARE(node.longestOutage.max(), std::int64_t{90'000'000'000});
        QCOMPARE(node.survived, std::uint64_t{0});
        QVERIFY(node.recovery.isEmpty());
    }
    QCOMPARE(found.nodes[0].giveUp.max(), std::int64_t{10'000'000'000});
    QCOMPARE(found.gaveUp, std::uint64_t{2});
}

void TestCampaignStatistics::whatIsUpAtTheEndStaysUpToTheHorizon()
{
    const CampaignStatistics found = Runs(scenarioOf("[scenario]\n"
                                                     "horizon = '100s'\n"
                                                     "[supervisor.app]\n"
                                                     "children = ['db', 'job']\n"
                                                     "[worker.db]\n"
                                                     "init_time = '5s'\n"
                                                     "[worker.job]\n"
                                                     "restart = 'transient'\n"
                                                     "lifetime = '20s'\n"
                                                     "exit_reason = 'normal'\n"))({1, 1});
    QVERIFY(std::abs(found.nodes[1].availability.mean() - 0.95) < 1e-9);
    QVERIFY(std::abs(found.nodes[2].availability.mean() - 0.2) < 1e-9);
    // What is done and is not started again is not out of order.
    QVERIFY(found.nodes[2].longestOutage.isEmpty());
    QCOMPARE(found.nodes[2].survived, std::uint64_t{1});
    QCOMPARE(found.survivalOf(NodeId{0}).count, std::uint64_t{1});
}

void TestCampaignStatistics::aPlaceThatNeverStartedWasNeverUp()
{
    const CampaignStatistics found = Runs(scenarioOf("[scenario]\n"
                                                     "[supervisor.app]\n"
                                                     "children = ['db', 'web']\n"
                                                     "[worker.db]\n"
                                                     "init_result = 'error'\n"
                                                     "[worker.web]\n"))({1, 3});
    QCOMPARE(found.nodes[2].availability.count(), std::uint64_t{3});
    QCOMPARE(found.nodes[2].availability.mean(), 0.0);
    QCOMPARE(found.survivalOf(NodeId{0}).count, std::uint64_t{0});
    QCOMPARE(found.nodes[0].giveUp.count(), std::uint64_t{3});
}

void TestCampaignStatistics::valuesBehindSetAreReadAsTheyAreMeant_data()
{
    QTest::addColumn<QString>("setting");
    QTest::addColumn<QStringList>("values");
    QTest::newRow("one") << "a.b=3" << QStringList{"3"};
    QTest::newRow("a range") << "a.b=1..4" << QStringList{"1", "2", "3", "4"};
    QTest::newRow("a range in steps") << "a.b=0..10..5" << QStringList{"0", "5", "10"};
    QTest::newRow("a list") << "a.b=5s, 30s" << QStringList{"5s", "30s"};
    QTest::newRow("ranges in a list") << "a.b=1..2,10,unlimited" << QStringList{"1", "2", "10", "unlimited"};
    QTest::newRow("commas in brackets")
        << "a.b=uniform(1s, 2s),[\"ok\", \"error\"],{ a = 1, b = 2 }"
        << QStringList{"uniform(1s, 2s)", "[\"ok\", \"error\"]", "{ a = 1, b = 2 }"};
    QTest::newRow("commas in quotes") << "a.b=\"x, y\",'z, 1..3'" << QStringList{"\"x, y\"", "'z, 1..3'"};
    QTest::newRow("a name with dots in quotes") << "fault.\"1..3, x\".at=5s,6s" << QStringList{"5s", "6s"};
}

void TestCampaignStatistics::valuesBehindSetAreReadAsTheyAreMeant()
{
    QFETCH(QString, setting);
    const auto axis = parseAxis(setting.toStdString());
    QVERIFY(axis);
    QStringList values;
    for (const std::string &value : axis->values)
        values << QString::fromStdString(value);
    QTEST(values, "values");
}

void TestCampaignStatistics::theLastAxisOfAGridIsTheFastest()
{
    const std::vector<std::vector<std::string>> cells = combinations({{"a", {"1", "2"}}, {"b", {"x", "y"}}});
    QCOMPARE(cells.size(), std::size_t{4});
    QVERIFY((cells[1] == std::vector<std::string>{"a=1", "b=y"}));
    QVERIFY((cells[2] == std::vector<std::string>{"a=2", "b=x"}));
}

void TestCampaignStatistics::whoStopsItBehindItsLastRunIsTooLate()
{
    SweepPlan plan;
    plan.cells.push_back(fixedCell({scenarioOf("[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n"), ""}));
    plan.seeds = {1, 1};
    const auto result =
        sweep(plan, nullptr, [](const SweepProgress &progress) { return progress.runs < progress.allRuns; });
    QVERIFY(result);
    QCOMPARE(result->runs, std::uint64_t{1});
    QVERIFY(result->end == SweepEnd::Complete);
}

QTEST_GUILESS_MAIN(TestCampaignStatistics)
#include "tst_campaign_statistics.moc"
