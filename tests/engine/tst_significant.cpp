#include "tests/engine/bench.h"

#include <QTest>

using namespace daruma;

// Significant children and automatic shutdown: otp-semantics section H, rules 53 to 58, and those of
// simple_one_for_one, which has them too.

class TestSignificant : public QObject {
    Q_OBJECT

private slots:
    void anySignificantEndIsEnough()  // rule 53
    {
        Bench bench("one_for_one", {"a", "b transient significant", "c"});
        bench.autoShutdown(AutoShutdown::AnySignificant);
        bench.boot();
        QCOMPARE(bench.crash("b"), "restart b 1/100, start b");
        QCOMPARE(bench.exits("b", "normal"), "auto shutdown, stop c, stop a, end shutdown");
    }

    void anyEndOfATemporarySignificantChildIsEnough()  // rule 53
    {
        Bench bench("one_for_one", {"a", "b temporary significant"});
        bench.autoShutdown(AutoShutdown::AnySignificant);
        bench.boot();
        QCOMPARE(bench.crash("b"), "remove b, auto shutdown, stop a, end shutdown");
    }

    void whoIsNotSignificantEndsAlone()  // rule 53
    {
        Bench bench("one_for_one", {"a temporary", "b transient significant"});
        bench.autoShutdown(AutoShutdown::AnySignificant);
        bench.boot();
        QCOMPARE(bench.crash("a"), "remove a");
    }

    void withoutAutoShutdownNobodyIsSignificant()  // rule 53
    {
        Bench bench("one_for_one", {"a temporary significant"});
        bench.boot();
        QCOMPARE(bench.crash("a"), "remove a");
    }

    void allSignificantWaitsForTheLast()  // rule 54
    {
        Bench bench("one_for_one", {"a transient significant", "b temporary significant", "c"});
        bench.autoShutdown(AutoShutdown::AllSignificant);
        bench.boot();
        QCOMPARE(bench.exits("a", "normal"), "");
        QCOMPARE(bench.crash("b"), "remove b, auto shutdown, stop c, end shutdown");
    }

    void aRestartingSignificantChildStillCounts()  // rule 54
    {
        Bench bench("one_for_one", {"a transient significant", "b temporary significant"});
        bench.autoShutdown(AutoShutdown::AllSignificant);
        bench.boot();
        bench.slow("a");
        bench.crash("a");
        bench.crash("b");
        QCOMPARE(bench.startFailed("a"), "remove b, restart a 2/100, start a");
        QCOMPARE(bench.exits("a", "normal"), "auto shutdown, end shutdown");
    }

    void terminationByHandTriggersNothingButCounts()  // rule 55
    {
        Bench bench("one_for_one", {"a transient significant", "b transient significant", "c"});
        bench.autoShutdown(AutoShutdown::AllSignificant);
        bench.boot();
        QCOMPARE(bench.ask("terminate_child", "a"), "stop a, reply ok");
        QCOMPARE(bench.exits("b", "normal"), "auto shutdown, stop c, end shutdown");
    }

    void terminationByHandOfTheLastOneTriggersNothing()  // rule 55
    {
        Bench bench("one_for_one", {"a temporary significant"});
        bench.autoShutdown(AutoShutdown::AnySignificant);
        bench.boot();
        QCOMPARE(bench.ask("terminate_child", "a"), "stop a, remove a, reply ok");
        QVERIFY(!bench.isEnded());
    }

    void aGroupRestartTriggersNothing()  // rule 55
    {
        Bench bench("one_for_all", {"a", "b temporary significant", "c transient significant"});
        bench.autoShutdown(AutoShutdown::AnySignificant);
        bench.boot();
        QCOMPARE(bench.crash("a"), "restart a 1/100, stop c, stop b, remove b, start a, start c");
    }

    void ignoreTriggersNothing()  // rule 56
    {
        Bench bench("one_for_one", {"a transient significant", "b temporary significant", "c"});
        bench.autoShutdown(AutoShutdown::AnySignificant);
        bench.ignores("a");
        bench.ignores("b");
        QCOMPARE(bench.boot(), "start a, start b, remove b, start c, up");
        QCOMPARE(bench.ask("count_children"), "reply specs 2 active 1 supervisors 0 workers 2");
    }

    void aSignificantSupervisorThatShutItselfDownCascades()  // rule 57
    {
        Bench bench("one_for_one", {"s supervisor transient significant", "b"});
        bench.autoShutdown(AutoShutdown::AnySignificant);
        bench.boot();
        QCOMPARE(bench.exits("s", "shutdown"), "auto shutdown, stop b, end shutdown");
    }

    void aGroupRestartBringsAnEndedSignificantChildBack()  // rule 58
    {
        Bench bench("one_for_all", {"a transient significant", "b transient significant", "c"});
        bench.autoShutdown(AutoShutdown::AllSignificant);
        bench.boot();
        bench.exits("a", "normal");
        QCOMPARE(bench.crash("c"), "restart c 1/100, stop b, start a, start b, start c");
        QCOMPARE(bench.exits("b", "normal"), "");
        QCOMPARE(bench.exits("a", "normal"), "auto shutdown, stop c, end shutdown");
    }

    void anySignificantInstanceIsEnough()
    {
        Bench bench("simple_one_for_one", {"t temporary significant"});
        bench.autoShutdown(AutoShutdown::AnySignificant);
        bench.boot();
        bench.ask("start_child", "k1");
        bench.ask("start_child", "k2");
        QCOMPARE(bench.crash("k1"), "remove k1, auto shutdown, stop k2, end shutdown");
    }

    void allSignificantInstancesAreThoseThatAreLeft()
    {
        Bench bench("simple_one_for_one", {"t transient significant"});
        bench.autoShutdown(AutoShutdown::AllSignificant);
        bench.boot();
        bench.ask("start_child", "k1");
        bench.ask("start_child", "k2");
        QCOMPARE(bench.exits("k1", "normal"), "remove k1");
        QCOMPARE(bench.exits("k2", "normal"), "remove k2, auto shutdown, end shutdown");
    }

    void aRestartingInstanceIsStillLeft()
    {
        Bench bench("simple_one_for_one", {"t transient significant"});
        bench.autoShutdown(AutoShutdown::AllSignificant);
        bench.boot();
        bench.ask("start_child", "k1");
        bench.ask("start_child", "k2");
        bench.slow("k1");
        bench.crash("k1");
        bench.exits("k2", "normal");
        QCOMPARE(bench.startFailed("k1"), "remove k2, restart k1 2/100, start k1");
    }
};

QTEST_APPLESS_MAIN(TestSignificant)
#include "tst_significant.moc"
