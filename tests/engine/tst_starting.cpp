#include "tests/engine/bench.h"

#include <QTest>

using namespace daruma;

// OTP's rules on starting: otp-semantics section A, rules 1 to 10, and rule 15. The checks of specifications
// (rules 8, 9, 52) are the scenario reader's.

class TestStarting : public QObject {
    Q_OBJECT

private slots:
    void childrenStartOneAfterAnotherInOrder()  // rule 1
    {
        Bench bench("one_for_one", {"a", "b", "c"});
        bench.slow("a");
        bench.slow("c");
        QCOMPARE(bench.boot(), "start a");
        QCOMPARE(bench.startDone("a"), "start b, start c");
        QCOMPARE(bench.startDone("c"), "up");
    }

    void aSupervisorWithoutChildrenIsUpAtOnce()
    {
        Bench bench("one_for_one", {});
        QCOMPARE(bench.boot(), "up");
        QCOMPARE(bench.ask("which_children"), "reply []");
        QCOMPARE(bench.stop(), "end shutdown");
    }

    void whileAChildSupervisorStartsTheNextSiblingWaits()  // rule 2
    {
        Bench bench("one_for_one", {"s supervisor infinity", "b"});
        bench.slow("s");
        QCOMPARE(bench.boot(), "start s");
        QCOMPARE(bench.startDone("s"), "start b, up");
    }

    void aFailedInitialStartStopsTheStartedOnesInReverseAndIsNotRetried()  // rule 3
    {
        Bench bench("one_for_one", {"a", "b", "c", "d"});
        bench.limit(9, "5s");
        bench.fails("c");
        QCOMPARE(bench.boot(), "start a, start b, start c, stop b, stop a, start failed c error");
        QVERIFY(bench.isEnded());
        QCOMPARE(bench.restartsInWindow(), 0u);
    }

    void aFailedInitialStartGivesTheStartedOnesTheirTime()  // rules 3 and 40
    {
        Bench bench("rest_for_one", {"a", "b grace=200ms", "c"});
        bench.stubborn("b");
        bench.slow("c");
        QCOMPARE(bench.boot(), "start a, start b, start c");
        QCOMPARE(bench.startFailed("c"), "stop b");
        QCOMPARE(bench.armed(), "200ms");
        QCOMPARE(bench.deadline(), "kill b, stop a, start failed c error");
    }

    void anExitDuringTheInitialStartIsHandledAfterIt()  // rules 1 and 45
    {
        Bench bench("one_for_one", {"a", "b"});
        bench.slow("b");
        bench.boot();
        QCOMPARE(bench.crash("a"), "");
        QCOMPARE(bench.startDone("b"), "up, restart a 1/100, start a");
    }

    void aChildThatDiedBeforeTheInitialStartFailedIsNotStopped()  // rules 3 and 43
    {
        Bench bench("one_for_one", {"a", "b", "c"});
        bench.slow("c");
        bench.boot();
        QCOMPARE(bench.crash("b"), "");
        QCOMPARE(bench.startFailed("c"), "stop a, start failed c error");
    }

    void anIgnoredChildCountsAsStartedWithoutAProcess()  // rule 6
    {
        Bench bench("one_for_one", {"a", "b temporary", "c transient"});
        bench.ignores("a");
        bench.ignores("b");
        bench.ignores("c");
        QCOMPARE(bench.boot(), "start a, start b, remove b, start c, up");
        QCOMPARE(bench.ask("which_children"), "reply [c:undefined a:undefined]");
        QCOMPARE(bench.ask("restart_child", "a"), "start a, reply ok a#2");
        QCOMPARE(bench.ask("restart_child", "b"), "reply not_found");
        QCOMPARE(bench.ask("which_children"), "reply [c:undefined a:2]");
        QCOMPARE(bench.stop(), "stop a, end shutdown");
    }

    void anIgnoredSupervisorIsAChildWithoutAProcess()  // rule 7
    {
        Bench bench("one_for_one", {"s supervisor", "b"});
        bench.ignores("s");
        QCOMPARE(bench.boot(), "start s, start b, up");
        QCOMPARE(bench.ask("which_children"), "reply [b:1 s:undefined:supervisor]");
    }

    void everyIgnoredTemporaryChildGoes()  // rule 6
    {
        Bench bench("one_for_all", {"a temporary", "b temporary", "c temporary"});
        bench.ignores("a");
        bench.ignores("b");
        bench.ignores("c");
        QCOMPARE(bench.boot(), "start a, remove a, start b, remove b, start c, remove c, up");
        QCOMPARE(bench.ask("count_children"), "reply specs 0 active 0 supervisors 0 workers 0");
    }

    void whoNeverRanHasAProcessToNameWhenItIsDeleted()
    {
        Bench bench("one_for_one", {"a"});
        bench.ignores("a");
        bench.boot();
        QCOMPARE(bench.ask("delete_child", "a"), "remove a, reply ok");
        bench.ignores("n");
        QCOMPARE(bench.ask("start_child", "n"), "start n, reply ok undefined");
        QCOMPARE(bench.ask("delete_child", "n"), "remove n, reply ok");
    }

    void theDefaultsAreThoseOfOtp()  // rule 10
    {
        const SupervisorSpec flags;
        QVERIFY(flags.strategy == Strategy::OneForOne);
        QCOMPARE(flags.limit.max, 1u);
        QCOMPARE(flags.limit.within.ns(), 5'000'000'000);
        QVERIFY(flags.autoShutdown == AutoShutdown::Never);
        QVERIFY(flags.rules == Rules{});
        const ChildSpec child;
        QVERIFY(child.restart == RestartType::Permanent);
        QVERIFY(child.type == ChildType::Worker);
        QVERIFY(child.shutdown == ShutdownPolicy::after(Duration::seconds(5)));
        QVERIFY(!child.significant);
        QVERIFY(child.backoff == ChildSpec::noBackoff);
    }

    void theExitOfAStrangerIsIgnored_data()  // rule 15
    {
        QTest::addColumn<QByteArray>("strategy");
        for (const char *strategy : {"one_for_one", "one_for_all", "rest_for_one", "simple_one_for_one"})
            QTest::newRow(strategy) << QByteArray(strategy);
    }

    void theExitOfAStrangerIsIgnored()
    {
        QFETCH(QByteArray, strategy);
        Bench bench(strategy.toStdString(), {"a"});
        bench.limit(0, "5s");
        bench.boot();
        QCOMPARE(bench.strangerExits(), "unmatched stranger");
        QVERIFY(!bench.isEnded());
        QCOMPARE(bench.restartsInWindow(), 0u);
    }

    void aSupervisorThatIsAskedToStopWhileItStartsComesUpFirst()  // rules 1 and 74
    {
        Bench bench("one_for_one", {"a", "b"});
        bench.slow("b");
        bench.boot();
        QCOMPARE(bench.stop(), "");
        QCOMPARE(bench.startDone("b"), "up, stop b, stop a, end shutdown");
    }
};

QTEST_APPLESS_MAIN(TestStarting)
#include "tst_starting.moc"
