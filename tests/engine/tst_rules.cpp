#include "tests/engine/bench.h"

#include <QTest>

using namespace daruma;

// Choices on the axes of supervision rules other than OTP's: seed-semantics section 1.

class TestRules : public QObject {
    Q_OBJECT

private slots:
    void childrenCanBeStoppedInStartOrder()  // axis A14
    {
        Bench bench("one_for_all", {"a", "b", "c"});
        bench.rules({.stopOrder = StopOrder::StartOrder});
        bench.boot();
        QCOMPARE(bench.crash("b"), "restart b 1/100, stop a, stop c, start a, start b, start c");
        QCOMPARE(bench.stop(), "stop a, stop b, stop c, end shutdown");
    }

    void theRestCanBeStoppedInStartOrder()  // axis A14
    {
        Bench bench("rest_for_one", {"a", "b", "c", "d"});
        bench.rules({.stopOrder = StopOrder::StartOrder});
        bench.stubborn("c");
        bench.boot();
        QCOMPARE(bench.crash("b"), "restart b 1/100, stop c");
        QCOMPARE(bench.dies("c"), "stop d, start b, start c, start d");
    }

    void temporaryChildrenGoInStartOrderToo()  // axis A14
    {
        Bench bench("one_for_all", {"t temporary", "a", "u temporary", "b", "v temporary"});
        bench.rules({.stopOrder = StopOrder::StartOrder});
        bench.boot();
        QCOMPARE(bench.crash("a"),
                 "restart a 1/100, stop t, remove t, stop u, remove u, stop b, stop v, remove v, "
                 "start a, start b");
        QCOMPARE(bench.ask("terminate_child", "a"), "stop a, reply ok");
        QCOMPARE(bench.ask("start_child", "n temporary"), "start n, reply ok n#1");
        QCOMPARE(bench.ask("terminate_child", "n"), "stop n, remove n, reply ok");
        QCOMPARE(bench.stop(), "stop b, end shutdown");
    }

    void aFailedInitialStartStopsInStartOrderToo()  // axis A14
    {
        Bench bench("one_for_one", {"a", "b", "c"});
        bench.rules({.stopOrder = StopOrder::StartOrder});
        bench.fails("c");
        QCOMPARE(bench.boot(), "start a, start b, start c, stop a, stop b, start failed c error");
    }

    void aSupervisorThatGivesUpCanLeaveItsChildrenAlone_data()  // axis A8
    {
        QTest::addColumn<QByteArray>("strategy");
        for (const char *strategy : {"one_for_one", "one_for_all", "rest_for_one"})
            QTest::newRow(strategy) << QByteArray(strategy);
    }

    void aSupervisorThatGivesUpCanLeaveItsChildrenAlone()
    {
        QFETCH(QByteArray, strategy);
        Bench bench(strategy.toStdString(), {"a", "b"});
        bench.limit(0, "5s").rules({.childrenAtGiveUp = ChildrenAtGiveUp::LeftAlone});
        bench.boot();
        QCOMPARE(bench.crash("a"), "give up a 1/0, end shutdown leaving children");
        QVERIFY(bench.isAlive("b"));
    }

    void instancesCanBeLeftAloneToo()  // axis A8
    {
        Bench bench("simple_one_for_one", {"t"});
        bench.limit(0, "5s").rules({.childrenAtGiveUp = ChildrenAtGiveUp::LeftAlone});
        bench.boot();
        bench.ask("start_child", "k1");
        bench.ask("start_child", "k2");
        QCOMPARE(bench.crash("k1"), "give up k1 1/0, end shutdown leaving children");
    }

    void whoIsAskedToStopStopsItsChildrenAllTheSame()  // axis A8
    {
        Bench bench("one_for_one", {"a"});
        bench.rules({.childrenAtGiveUp = ChildrenAtGiveUp::LeftAlone});
        bench.boot();
        QCOMPARE(bench.stop(), "stop a, end shutdown");
    }

    void aPanicCanBeInvisible()  // axis A3
    {
        Bench bench("one_for_one", {"a", "b"});
        bench.limit(1, "5s").rules({.seenExits = SeenExits::AllButPanics});
        bench.boot();
        QCOMPARE(bench.crash("a"), "unmatched a");
        QCOMPARE(bench.ask("which_children"), "reply [b:1 a:1]");
        QCOMPARE(bench.exits("b", "error"), "restart b 1/1, start b");
    }

    void nobodyWaitsForTheEndOfWhoDiedUnseen()  // axis A3
    {
        Bench bench("one_for_all", {"a", "b", "c infinity"});
        bench.rules({.seenExits = SeenExits::AllButPanics});
        bench.boot();
        bench.crash("c");
        QCOMPARE(bench.exits("a", "error"), "restart a 1/100, stop b, start a, start b, start c");
        QCOMPARE(bench.stop(), "stop c, stop b, stop a, end shutdown");
    }

    void anInstanceThatDiedUnseenIsNotStopped()  // axis A3
    {
        Bench bench("simple_one_for_one", {"t infinity"});
        bench.rules({.seenExits = SeenExits::AllButPanics});
        bench.boot();
        bench.ask("start_child", "k1");
        bench.ask("start_child", "k2");
        bench.ask("start_child", "k3");
        QCOMPARE(bench.crash("k1"), "unmatched k1");
        bench.crash("k2");
        QCOMPARE(bench.ask("terminate_child", "k1"), "reply ok");
        QCOMPARE(bench.stop(), "stop k3, end shutdown");
    }

    void aStoppedChildMayPanicUnseen()  // axis A3
    {
        Bench bench("one_for_all", {"a", "b"});
        bench.rules({.seenExits = SeenExits::AllButPanics});
        bench.stubborn("b");
        bench.boot();
        QCOMPARE(bench.exits("a", "error"), "restart a 1/100, stop b");
        QCOMPARE(bench.crash("b"), "start a, start b");
    }

    void theLimitItselfCanBeTooMuch()  // axis A5
    {
        Bench bench("one_for_one", {"a"});
        bench.limit(2, "5s").rules({.tripTest = TripTest::At});
        bench.boot();
        QCOMPARE(bench.crash("a"), "restart a 1/2, start a");
        QCOMPARE(bench.crash("a"), "give up a 2/2, end shutdown");
    }
};

QTEST_APPLESS_MAIN(TestRules)
#include "tst_rules.moc"
