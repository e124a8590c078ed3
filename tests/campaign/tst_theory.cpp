#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "tests/campaign/campaign_bench.h"
#endif

#include <QTest>

#include <cmath>
#include <map>
#include <vector>

using namespace daruma;
using namespace daruma::bench;

namespace {

constexpr const char *repairedChild = "[scenario]\n"
                                      "horizon = '2h'\n"
                                      "[supervisor.app]\n"
                                      "max_restarts = 1000000\n"
                                      "children = ['db']\n"
                                      "[worker.db]\n"
                                      "lifetime = 'exp(10m)'\n"
                                      "init_time = '2m'\n";

/// The mean share of [0, horizon] in which a part is up that begins with a repair, lives for an exponential
/// time, and is repaired in a constant one; from the equation of its renewals, u(t)' = r(t) − u(t) / life, in
/// which what failed at t comes back at t + repair.
double availabilityOfRepairedPart(double life, double repair, double horizon)
{
    constexpr int stepsPerRepair = 20'000;
    const double step = repair / stepsPerRepair;
    const auto steps = static_cast<std::size_t>(std::llround(horizon / step));
    const double survives = std::exp(-step / life);
    std::vector<double> failed(steps + 1, 0.0);  // in the step before
    double up = 0;
    double sum = 0;
    for (std::size_t i = 1; i <= steps; ++i) {
        const double before = up;
        failed[i] = up * (1 - survives);
        up *= survives;
        if (i == stepsPerRepair)
            up += 1;
        else if (i > stepsPerRepair)
            up += failed[i - stepsPerRepair];
        sum += (i == stepsPerRepair ? up : before + up) / 2;
    }
    return sum / static_cast<double>(steps);
}

constexpr const char *poissonFailures = "[scenario]\n"
                                        "horizon = '10m'\n"
                                        "[supervisor.app]\n"
                                        "max_restarts = 2\n"
                                        "within = '5s'\n"
                                        "children = ['db']\n"
                                        "[worker.db]\n"
                                        "lifetime = 'exp(20s)'\n";

/// The probability that more than `limit` failures fall into one second and the `within` before it, somewhere
/// in `seconds` seconds, where failures come at `rate` a second: a Markov chain whose states are the failures
/// in each of the last seconds. OTP counts whole seconds, so it is exact.
double giveUpProbability(unsigned limit, unsigned within, double rate, unsigned seconds)
{
    using Counts = std::vector<unsigned>;
    std::map<Counts, double> states{{Counts(within, 0), 1.0}};
    std::vector<double> chance(limit + 1);
    for (unsigned k = 0; k <= limit; ++k)
        chance[k] = std::exp(-rate) * std::pow(rate, k) / std::tgamma(k + 1.0);
    for (unsigned second = 0; second < seconds; ++second) {
        std::map<Counts, double> next;
        for (const auto &[counts, probability] : states) {
            unsigned sum = 0;
            for (const unsigned count : counts)
                sum += count;
            for (unsigned k = 0; sum + k <= limit; ++k) {
                Counts shifted(counts.begin() + 1, counts.end());
                shifted.push_back(k);
                next[shifted] += probability * chance[k];
            }
        }
        states = std::move(next);
    }
    double survives = 0;
    for (const auto &[counts, probability] : states)
        survives += probability;
    return 1 - survives;
}

constexpr int repetitions = 2'000;
constexpr std::uint64_t runsEach = 100;

SeedRange repetition(int number)
{
    const std::uint64_t first = static_cast<std::uint64_t>(number) * runsEach + 1;
    return {first, first + runsEach - 1};
}

}

class TestTheory : public QObject {
    Q_OBJECT

private slots:
    void theAvailabilityOfARepairedChildIsThatOfTheTheory();
    void aLimitIsExceededAsOftenAsTheMarkovChainSays_data();
    void aLimitIsExceededAsOftenAsTheMarkovChainSays();
    void intervalsOfSharesCoverTheTruth();
    void intervalsOfAvailabilityCoverTheTruth();
    void intervalsOfMediansCoverTheTruth();
};

void TestTheory::theAvailabilityOfARepairedChildIsThatOfTheTheory()
{
    const double truth = availabilityOfRepairedPart(600, 120, 7'200);
    // Far from the beginning it is MTBF / (MTBF + MTTR).
    QVERIFY(std::abs(availabilityOfRepairedPart(600, 120, 720'000) - 600.0 / 720.0) < 0.001);
    const CampaignStatistics found = Runs(scenarioOf(repairedChild))({1, 20'000});
    const ShareMoments &availability = found.nodes[1].availability;
    const double deviation = availability.interval().width() / 2 / deviationsOf95Percent;
    QVERIFY2(std::abs(availability.mean() - truth) < 3.5 * deviation,
             qPrintable(QString("%1, not %2").arg(availability.mean()).arg(truth)));
    QVERIFY(availability.interval().width() < 0.004);
    // Every outage that ended was a repair.
    QCOMPARE(found.nodes[1].recovery.min(), std::int64_t{120'000'000'000});
    QCOMPARE(found.nodes[1].recovery.max(), std::int64_t{120'000'000'000});
    QCOMPARE(found.nodes[1].recovery.quantile(0.5), std::int64_t{120'000'000'000});
}

void TestTheory::aLimitIsExceededAsOftenAsTheMarkovChainSays_data()
{
    QTest::addColumn<unsigned>("limit");
    QTest::addColumn<unsigned>("within");
    QTest::newRow("1 in 1 s") << 1U << 1U;
    QTest::newRow("1 in 5 s") << 1U << 5U;
    QTest::newRow("2 in 5 s") << 2U << 5U;
    QTest::newRow("3 in 10 s") << 3U << 10U;
    QTest::newRow("0") << 0U << 5U;
}

void TestTheory::aLimitIsExceededAsOftenAsTheMarkovChainSays()
{
    QFETCH(unsigned, limit);
    QFETCH(unsigned, within);
    const double truth = giveUpProbability(limit, within, 1.0 / 20, 600);
    const CampaignStatistics found = Runs(
        scenarioOf(poissonFailures, {{"supervisor.app.max_restarts", std::to_string(limit)},
                                     {"supervisor.app.within", std::to_string(within) + "s"}}))({1, 20'000});
    const double share = found.giveUpOf(NodeId{0}).value();
    const double deviation = std::sqrt(truth * (1 - truth) / 20'000);
    QVERIFY2(std::abs(share - truth) <= 3.5 * deviation,
             qPrintable(QString("%1, not %2").arg(share).arg(truth)));
}

void TestTheory::intervalsOfSharesCoverTheTruth()
{
    const double truth = giveUpProbability(2, 5, 1.0 / 20, 600);
    QVERIFY(truth > 0.1 && truth < 0.9);
    Runs runs(scenarioOf(poissonFailures));
    int covered = 0;
    for (int i = 0; i < repetitions; ++i)
        covered += runs(repetition(i)).giveUpOf(NodeId{0}).interval().contains(truth);
    QVERIFY2(covered >= 0.93 * repetitions && covered <= 0.97 * repetitions,
             qPrintable(QString::number(covered)));
}

void TestTheory::intervalsOfAvailabilityCoverTheTruth()
{
    const double truth = availabilityOfRepairedPart(600, 120, 7'200);
    Runs runs(scenarioOf(repairedChild));
    int covered = 0;
    for (int i = 0; i < repetitions; ++i)
        covered += runs(repetition(i)).nodes[1].availability.interval().contains(truth);
    QVERIFY2(covered >= 0.93 * repetitions && covered <= 0.97 * repetitions,
             qPrintable(QString::number(covered)));
}

void TestTheory::intervalsOfMediansCoverTheTruth()
{
    // The time to the first give-up of a supervisor that may not restart at all is the first life.
    Runs runs(scenarioOf("[scenario]\n"
                         "horizon = '100h'\n"
                         "[supervisor.app]\n"
                         "max_restarts = 0\n"
                         "children = ['db']\n"
                         "[worker.db]\n"
                         "lifetime = 'exp(20s)'\n"));
    const double truth = 20e9 * std::log(2.0);
    int covered = 0;
    for (int i = 0; i < repetitions; ++i)
        covered += runs(repetition(i)).nodes[0].giveUp.quantileInterval(0.5).contains(truth);
    QVERIFY2(covered >= 0.93 * repetitions && covered <= 0.97 * repetitions,
             qPrintable(QString::number(covered)));
}

QTEST_GUILESS_MAIN(TestTheory)
#include "tst_theory.moc"
