#include "tests/engine/bench.h"

#include <QTest>

#include <limits>

using namespace daruma;

// The delay before a restart, alone and in both machines. It is no rule of OTP's, but an addition to it.

namespace {

constexpr std::uint64_t mostRandom = std::numeric_limits<std::uint64_t>::max();

qlonglong delayMs(const BackoffSpec &spec, std::uint32_t earlier, std::uint64_t random = 0)
{
    return backoffDelay(spec, earlier, random).ns() / 1'000'000;
}

const BackoffSpec doubling{
    .first = Duration::milliseconds(200), .cap = Duration::seconds(30), .factorThousandths = 2000};

}

class TestBackoff : public QObject {
    Q_OBJECT

private slots:
    void eachDelayIsTheFactorTimesTheOneBefore()
    {
        QCOMPARE(delayMs(doubling, 0), 200);
        QCOMPARE(delayMs(doubling, 1), 400);
        QCOMPARE(delayMs(doubling, 5), 6'400);
    }

    void noDelayPassesTheCap()
    {
        QCOMPARE(delayMs(doubling, 7), 25'600);
        QCOMPARE(delayMs(doubling, 8), 30'000);
        QCOMPARE(delayMs(doubling, 0xffff'ffff), 30'000);
        QCOMPARE(delayMs({.first = Duration::seconds(9), .cap = Duration::seconds(2)}, 0), 2'000);
        QCOMPARE(delayMs({.first = Duration::seconds(9), .cap = Duration::zero()}, 3), 0);
    }

    void aFixedDelayStays()
    {
        const BackoffSpec fixed{.first = Duration::seconds(1)};
        QCOMPARE(delayMs(fixed, 0), 1'000);
        QCOMPARE(delayMs(fixed, 0xffff'ffff), 1'000);
    }

    void aFactorBelowOneShrinksToNothing()
    {
        const BackoffSpec halving{.first = Duration::seconds(1), .factorThousandths = 500};
        QCOMPARE(delayMs(halving, 1), 500);
        QCOMPARE(delayMs(halving, 3), 125);
        QCOMPARE(backoffDelay(halving, 1'000, 0).ns(), 0);
    }

    void factorsAreRatiosOfIntegersRoundedDown()
    {
        const BackoffSpec spec{.first = Duration::nanoseconds(7), .factorThousandths = 1500};
        QCOMPARE(backoffDelay(spec, 1, 0).ns(), 10);
        QCOMPARE(backoffDelay(spec, 2, 0).ns(), 15);
    }

    void withoutACapItGrowsAsLongAsTimeHasRoom()
    {
        const BackoffSpec spec{.first = Duration::seconds(1), .factorThousandths = 1'000'000};
        const Duration longest = backoffDelay(spec, 1'000, 0);
        QCOMPARE(longest.ns(), std::int64_t(1) << 62);
        const BackoffSpec hasty{.first = Duration::seconds(1), .factorThousandths = 0xffff'ffff};
        QCOMPARE(backoffDelay(hasty, 1'000, 0).ns(), longest.ns());
    }

    void jitterAddsAtMostItsShare()
    {
        BackoffSpec spec = doubling;
        spec.jitterThousandths = 200;
        QCOMPARE(backoffDelay(spec, 0, 0).ns(), 200'000'000);
        QCOMPARE(backoffDelay(spec, 0, std::uint64_t(1) << 63).ns(), 220'000'000);
        QCOMPARE(backoffDelay(spec, 0, mostRandom).ns(), 239'999'999);
        QCOMPARE(backoffDelay(spec, 100, mostRandom).ns(), 35'999'999'999);
    }

    void jitterOfAnEndlessDelayDoesNotOverflow()
    {
        const BackoffSpec spec{.first = Duration::seconds(1),
                               .factorThousandths = 0xffff'ffff,
                               .jitterThousandths = 0xffff'ffff};
        QCOMPARE(backoffDelay(spec, 1'000, mostRandom).ns(), std::int64_t(1) << 62);
        QCOMPARE(backoffDelay(spec, 1'000, 0).ns(), std::int64_t(1) << 62);
    }

    void jitterOfManyTimesADelayDoesNotOverflow()
    {
        const BackoffSpec spec{.first = Duration::nanoseconds(std::int64_t(1) << 50),
                               .jitterThousandths = 0xffff'ffff};
        QCOMPARE(backoffDelay(spec, 0, mostRandom).ns(), std::int64_t(1) << 62);
    }

    void aRestartWaitsForItsDelay()
    {
        Bench bench("one_for_one", {"a backoff", "b"});
        bench.backoff(doubling);
        bench.boot();
        QCOMPARE(bench.crash("a"), "restart a 1/100, wait 200ms");
        QCOMPARE(bench.ask("which_children"), "reply [b:1 a:restarting]");
        QCOMPARE(bench.crash("b"), "restart b 2/100, start b");
        QCOMPARE(bench.backoffOver("a"), "start a");
        QCOMPARE(bench.crash("a"), "restart a 3/100, wait 400ms");
    }

    void whoRanLongEnoughBeginsAgainAtTheFirstDelay()
    {
        Bench bench("one_for_one", {"a backoff"});
        BackoffSpec spec = doubling;
        spec.resetAfter = Duration::seconds(60);
        bench.backoff(spec);
        bench.boot();
        QCOMPARE(bench.at("1s").crash("a"), "restart a 1/100, wait 200ms");
        bench.at("2s").backoffOver("a");
        QCOMPARE(bench.at("61s").crash("a"), "restart a 1/100, wait 400ms");
        bench.at("62s").backoffOver("a");
        QCOMPARE(bench.at("122s").crash("a"), "restart a 1/100, wait 200ms");
        bench.at("123s").backoffOver("a");
        QCOMPARE(bench.at("124s").crash("a"), "restart a 2/100, wait 400ms");
    }

    void aFailedRestartGrowsTheDelayWithoutEndingTheRow()
    {
        Bench bench("one_for_one", {"a backoff"});
        BackoffSpec spec = doubling;
        spec.resetAfter = Duration::zero();
        bench.backoff(spec);
        bench.boot();
        bench.fails("a", 2);
        QCOMPARE(bench.crash("a"), "restart a 1/100, wait 200ms");
        QCOMPARE(bench.backoffOver("a"), "start a, restart a 2/100, wait 400ms");
        QCOMPARE(bench.backoffOver("a"), "start a, restart a 3/100, wait 800ms");
        QCOMPARE(bench.backoffOver("a"), "start a");
        QCOMPARE(bench.crash("a"), "restart a 4/100, wait 200ms");
    }

    void theLimitIsAskedBeforeTheDelay()
    {
        Bench bench("one_for_one", {"a backoff"});
        bench.limit(0, "5s");
        bench.boot();
        QCOMPARE(bench.crash("a"), "give up a 1/0, end shutdown");
    }

    void anEndCallsTheDelayOff()
    {
        Bench bench("one_for_one", {"a backoff", "b"});
        bench.boot();
        bench.crash("a");
        QCOMPARE(bench.stop(), "stop b, wait no more for a, end shutdown");
    }

    void aCallCanEndTheDelay()
    {
        Bench bench("one_for_one", {"a backoff"});
        bench.boot();
        bench.crash("a");
        QCOMPARE(bench.ask("restart_child", "a"), "reply restarting");
        QCOMPARE(bench.ask("terminate_child", "a"), "wait no more for a, reply ok");
        QCOMPARE(bench.ask("restart_child", "a"), "start a, reply ok a#2");
    }

    void siblingsRunOnUntilTheDelayOfAGroupRestartIsOver()
    {
        Bench bench("one_for_all", {"a", "b backoff", "c"});
        bench.boot();
        QCOMPARE(bench.crash("b"), "restart b 1/100, wait 1000ms");
        QVERIFY(bench.isAlive("a"));
        QCOMPARE(bench.backoffOver("b"), "stop c, stop a, start a, start b, start c");
    }

    void aGroupRestartMeanwhileEndsTheDelay()
    {
        Bench bench("one_for_all", {"a", "b backoff", "c"});
        bench.boot();
        bench.crash("b");
        QCOMPARE(bench.crash("a"), "restart a 2/100, stop c, wait no more for b, start a, start b, start c");
    }

    void aDelayThatIsOverWhileItIsBusyIsHandledInItsTurn()
    {
        Bench bench("one_for_one", {"a backoff", "b"});
        bench.boot();
        bench.crash("a");
        bench.slow("b");
        bench.crash("b");
        QCOMPARE(bench.backoffOver("a"), "");
        QCOMPARE(bench.startDone("b"), "start a");
    }

    void aDelayThatIsOverAfterItWasCalledOffFindsNothingToDo()
    {
        Bench bench("one_for_all", {"a", "b backoff"});
        bench.boot();
        bench.crash("b");
        bench.slow("a");
        bench.crash("a");
        QVERIFY(!bench.isBackingOff("b"));
        Bench instances("simple_one_for_one", {"t backoff"});
        instances.boot();
        instances.ask("start_child", "k1");
        instances.crash("k1");
        instances.slow("k2");
        instances.ask("start_child", "k2");
        instances.ask("terminate_child", "k1");
        QCOMPARE(instances.lateBackoffOver("k1"), "");
        QCOMPARE(instances.startDone("k2"), "reply ok k2#1, wait no more for k1, reply ok");
        QCOMPARE(instances.ask("which_children"), "reply [k2:1]");
    }

    void anInstanceWaitsForItsDelayToo()
    {
        Bench bench("simple_one_for_one", {"t backoff"});
        bench.backoff(doubling);
        bench.boot();
        bench.ask("start_child", "k1");
        bench.ask("start_child", "k2");
        QCOMPARE(bench.crash("k1"), "restart k1 1/100, wait 200ms");
        QCOMPARE(bench.ask("which_children"), "reply [k1:restarting k2:1]");
        bench.fails("k1");
        QCOMPARE(bench.backoffOver("k1"), "start k1, restart k1 2/100, wait 400ms");
        QCOMPARE(bench.backoffOver("k1"), "start k1");
        QCOMPARE(bench.crash("k1"), "restart k1 3/100, wait 800ms");
        QCOMPARE(bench.crash("k2"), "restart k2 4/100, wait 200ms");
        QCOMPARE(bench.ask("terminate_child", "k2"), "wait no more for k2, reply ok");
        QCOMPARE(bench.stop(), "wait no more for k1, end shutdown");
    }
};

QTEST_APPLESS_MAIN(TestBackoff)
#include "tst_backoff.moc"
