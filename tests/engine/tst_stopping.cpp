#include "tests/engine/bench.h"

#include <QTest>

using namespace daruma;

// How children are stopped, and what becomes of messages meanwhile: otp-semantics sections F, G and K, rules
// 40 to 51, 73 and 74, as far as one supervisor sees them.

class TestStopping : public QObject {
    Q_OBJECT

private slots:
    void theShutdownPoliciesAreThoseOfOtp()
    {
        QCOMPARE(ShutdownPolicy::after(Duration::seconds(2)).grace.ns(), 2'000'000'000);
        QVERIFY(!ShutdownPolicy::after(Duration::zero()).brutal);
        QVERIFY(ShutdownPolicy::infinity().grace.isNever());
        QVERIFY(!ShutdownPolicy::infinity().brutal);
        QVERIFY(ShutdownPolicy::brutalKill().brutal);
        QVERIFY(ShutdownPolicy::after(Duration::zero()) != ShutdownPolicy::brutalKill());
    }

    void whoDoesNotEndInTimeIsKilled()  // rule 40
    {
        Bench bench("one_for_one", {"a grace=200ms"});
        bench.stubborn("a");
        bench.boot();
        QCOMPARE(bench.at("100ms").stop(), "stop a");
        QCOMPARE(bench.armed(), "200ms");
        QCOMPARE(bench.deadline(), "kill a, end shutdown");
    }

    void whoEndsInTimeDisarmsTheDeadline()  // rule 40
    {
        Bench bench("one_for_one", {"a grace=200ms", "b grace=300ms"});
        bench.stubborn("a");
        bench.stubborn("b");
        bench.boot();
        QCOMPARE(bench.stop(), "stop b");
        QCOMPARE(bench.armed(), "300ms");
        QCOMPARE(bench.dies("b"), "stop a");
        QCOMPARE(bench.armed(), "200ms");
        QCOMPARE(bench.dies("a"), "end shutdown");
        QCOMPARE(bench.armed(), "never");
    }

    void afterAKillItWaitsWithoutLimit()  // rule 40
    {
        Bench bench("one_for_one", {"a", "b grace=200ms"});
        bench.immortal("b");
        bench.boot();
        bench.stop();
        QCOMPARE(bench.deadline(), "kill b");
        QCOMPARE(bench.armed(), "never");
        QCOMPARE(bench.exits("b", "killed"), "stop a, end shutdown");
    }

    void brutalKillKillsWithoutAskingAndInfinityAsksForEver()  // rule 41
    {
        Bench bench("one_for_one", {"a brutal_kill", "b infinity"});
        bench.stubborn("b");
        bench.boot();
        QCOMPARE(bench.stop(), "stop b");
        QCOMPARE(bench.armed(), "never");
        QCOMPARE(bench.dies("b"), "kill a, end shutdown");
    }

    void whileABrutallyKilledChildEndsNoDeadlineIsArmed()  // rule 41
    {
        Bench bench("one_for_one", {"a brutal_kill"});
        bench.immortal("a");
        bench.boot();
        QCOMPARE(bench.stop(), "kill a");
        QCOMPARE(bench.armed(), "never");
        QCOMPARE(bench.exits("a", "killed"), "end shutdown");
    }

    void whateverReasonAStoppedChildEndsWithItIsNoFailure_data()  // rule 42
    {
        QTest::addColumn<QByteArray>("reason");
        for (const char *reason : {"normal", "shutdown", "shutdown:x", "panic", "error", "killed"})
            QTest::newRow(reason) << QByteArray(reason);
    }

    void whateverReasonAStoppedChildEndsWithItIsNoFailure()
    {
        QFETCH(QByteArray, reason);
        Bench bench("one_for_all", {"a", "b"});
        bench.limit(1, "5s");
        bench.stubborn("b");
        bench.boot();
        QCOMPARE(bench.crash("a"), "restart a 1/1, stop b");
        QCOMPARE(bench.exits("b", reason.toStdString()), "start a, start b");
        QCOMPARE(bench.restartsInWindow(), 1u);
    }

    void whoDiedMeanwhileIsNotStoppedAndItsExitIsForgotten()  // rule 43
    {
        Bench bench("one_for_all", {"a", "b", "c"});
        bench.limit(1, "5s");
        bench.stubborn("c");
        bench.boot();
        QCOMPARE(bench.crash("a"), "restart a 1/1, stop c");
        QCOMPARE(bench.crash("b"), "");
        QCOMPARE(bench.dies("c"), "start a, start b, start c");
    }

    void underOneForOneTwoExitsAreTwoRestarts()  // rule 44
    {
        Bench bench("one_for_one", {"a", "b"});
        bench.limit(1, "5s");
        bench.boot();
        bench.slow("a");
        QCOMPARE(bench.crash("a"), "restart a 1/1, start a");
        QCOMPARE(bench.crash("b"), "");
        QCOMPARE(bench.startDone("a"), "give up b 2/1, stop a, end shutdown");
    }

    void whoWaitsForAStartHandlesNothingElse()  // rules 45 and 70
    {
        Bench bench("one_for_one", {"a", "b"});
        bench.boot();
        bench.slow("a");
        bench.crash("a");
        QCOMPARE(bench.ask("count_children"), "");
        QCOMPARE(bench.crash("b"), "");
        QCOMPARE(bench.stop(), "");
        QCOMPARE(bench.startDone("a"),
                 "reply specs 2 active 1 supervisors 0 workers 2, restart b 2/100, start b, "
                 "stop b, stop a, end shutdown");
    }

    void whoWaitsForAnEndHandlesNothingElse()  // rule 45
    {
        Bench bench("one_for_all", {"a", "b", "c"});
        bench.stubborn("c");
        bench.boot();
        bench.crash("a");
        QCOMPARE(bench.ask("which_children"), "");
        QCOMPARE(bench.stop(), "");
        QCOMPARE(bench.ask("which_children"), "");
        QCOMPARE(bench.dies("c"), "stop b, start a, start b, start c, reply [c:2 b:2 a:2], stop c");
        QCOMPARE(bench.deadline(), "kill c, stop b, stop a, end shutdown, reply exited");
    }

    void theTimesOfAnOrderlyEndAddUp()  // rule 46
    {
        Bench bench("one_for_one", {"a", "b", "c"});
        bench.stubborn("a");
        bench.stubborn("c");
        bench.boot();
        QCOMPARE(bench.stop(), "stop c");
        QCOMPARE(bench.dies("c"), "stop b, stop a");
        QCOMPARE(bench.dies("a"), "end shutdown");
    }

    void aGraceOfZeroAsksAndKillsAtOnce()  // rule 47
    {
        Bench bench("one_for_one", {"a grace=0ms"});
        bench.stubborn("a");
        bench.boot();
        QCOMPARE(bench.stop(), "stop a");
        QCOMPARE(bench.armed(), "0ms");
        QCOMPARE(bench.deadline(), "kill a, end shutdown");
    }

    void aChildSupervisorIsStoppedLikeAWorker()  // rule 48
    {
        Bench bench("one_for_one", {"s supervisor infinity", "b"});
        bench.stubborn("s");
        bench.boot();
        QCOMPARE(bench.stop(), "stop b, stop s");
        QCOMPARE(bench.armed(), "never");
        QCOMPARE(bench.dies("s"), "end shutdown");
    }

    void aKilledSupervisorStopsNobodyAndAnswersWhoWaits()  // rules 50 and 71
    {
        Bench bench("one_for_one", {"a", "b"});
        bench.boot();
        bench.slow("b");
        bench.crash("b");
        bench.ask("terminate_child", "a");
        bench.ask("which_children");
        QCOMPARE(bench.killed(), "reply exited, reply exited");
        QVERIFY(bench.isAlive("a"));
    }

    void aKilledSupervisorAnswersTheCallThatItWasCarryingOut()  // rule 71
    {
        Bench bench("one_for_one", {"a"});
        bench.stubborn("a");
        bench.boot();
        QCOMPARE(bench.ask("terminate_child", "a"), "stop a");
        QCOMPARE(bench.ask("count_children"), "");
        QCOMPARE(bench.killed(), "reply exited, reply exited");
    }

    void messagesAreHandledInTheOrderOfTheirArrival()  // rule 73
    {
        Bench bench("one_for_one", {"a", "b", "c"});
        bench.boot();
        bench.slow("a");
        QCOMPARE(bench.crash("a"), "restart a 1/100, start a");
        QCOMPARE(bench.crash("b"), "");
        QCOMPARE(bench.ask("terminate_child", "c"), "");
        QCOMPARE(bench.crash("c"), "");
        QCOMPARE(bench.startDone("a"), "restart b 2/100, start b, reply ok");
        QCOMPARE(bench.ask("which_children"), "reply [c:undefined b:2 a:2]");
    }

    void anExitBeforeTheCommandIsHandledBeforeIt()  // rule 73
    {
        Bench bench("one_for_one", {"a", "c"});
        bench.boot();
        bench.slow("a");
        bench.crash("a");
        bench.crash("c");
        bench.ask("terminate_child", "c");
        QCOMPARE(bench.startDone("a"), "restart c 2/100, start c, stop c, reply ok");
    }

    void whatCameBeforeTheStopOrderIsDoneAndTheRestIsLost()  // rule 74
    {
        Bench bench("one_for_one", {"a", "b", "c"});
        bench.boot();
        bench.slow("a");
        bench.crash("a");
        bench.crash("b");
        bench.stop();
        bench.crash("c");
        QCOMPARE(bench.startDone("a"), "restart b 2/100, start b, stop b, stop a, end shutdown");
    }

    void aRetryThatIsQueuedBehindTheStopOrderIsLost()  // rules 33 and 74
    {
        Bench bench("one_for_one", {"a", "b"});
        bench.boot();
        bench.slow("a");
        bench.crash("a");
        bench.stop();
        QCOMPARE(bench.startFailed("a"), "stop b, end shutdown");
    }

    void itEndsWithTheReasonOfTheOrder()
    {
        Bench bench("one_for_one", {"a"});
        bench.boot();
        QCOMPARE(bench.stop("killed"), "stop a, end killed");
    }
};

QTEST_APPLESS_MAIN(TestStopping)
#include "tst_stopping.moc"
