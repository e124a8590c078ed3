#include "tests/engine/bench.h"

#include <QTest>

using namespace daruma;

// Which siblings a restart touches, and in which order: otp-semantics section D, rules 26 to 32.

class TestStrategies : public QObject {
    Q_OBJECT

private slots:
    void theRangeIsThatOfTheStrategy_data()
    {
        QTest::addColumn<int>("strategy");
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("last");
        QTest::newRow("one for one: the child alone") << int(Strategy::OneForOne) << 2 << 3;
        QTest::newRow("one for all: all siblings") << int(Strategy::OneForAll) << 0 << 5;
        QTest::newRow("rest for one: the child and those after it") << int(Strategy::RestForOne) << 2 << 5;
        QTest::newRow("simple one for one: the child alone") << int(Strategy::SimpleOneForOne) << 2 << 3;
    }

    void theRangeIsThatOfTheStrategy()
    {
        QFETCH(int, strategy);
        const SiblingRange range = restartRange(Strategy(strategy), 2, 5);
        QTEST(int(range.first), "first");
        QTEST(int(range.last), "last");
    }

    void oneForOneRestartsTheChildInItsPlace()  // rule 26
    {
        Bench bench("one_for_one", {"a", "b"});
        bench.boot();
        QCOMPARE(bench.crash("a"), "restart a 1/100, start a");
        QCOMPARE(bench.ask("which_children"), "reply [b:1 a:2]");
        QCOMPARE(bench.stop(), "stop b, stop a, end shutdown");
    }

    void oneForAllStopsInReverseOneByOneAndStartsInOrder()  // rule 27
    {
        Bench bench("one_for_all", {"a", "b", "c"});
        bench.stubborn("c");
        bench.slow("a");
        bench.boot();
        bench.startDone("a");
        bench.slow("b");
        QCOMPARE(bench.crash("b"), "restart b 1/100, stop c");
        QCOMPARE(bench.dies("c"), "stop a, start a, start b");
        QCOMPARE(bench.startDone("b"), "start c");
    }

    void restForOneLeavesThoseBeforeAlone()  // rule 28
    {
        Bench bench("rest_for_one", {"a", "b", "c", "d"});
        bench.boot();
        QCOMPARE(bench.crash("b"), "restart b 1/100, stop d, stop c, start b, start c, start d");
        QCOMPARE(bench.crash("d"), "restart d 2/100, start d");
        QCOMPARE(bench.crash("a"),
                 "restart a 3/100, stop d, stop c, stop b, start a, start b, start c, start d");
    }

    void aGroupRestartStartsAlsoWhoDidNotRun()  // rule 29
    {
        Bench bench("one_for_all", {"a", "b transient", "c", "d"});
        bench.ignores("d");
        bench.boot();
        bench.exits("b", "normal");
        bench.ask("terminate_child", "c");
        QCOMPARE(bench.crash("a"), "restart a 1/100, start a, start b, start c, start d");
        QCOMPARE(bench.ask("which_children"), "reply [d:2 c:2 b:2 a:2]");
    }

    void aTemporaryChildGoesInAGroupRestart_data()  // rule 30
    {
        QTest::addColumn<QByteArray>("strategy");
        QTest::newRow("one for all") << QByteArray("one_for_all");
        QTest::newRow("rest for one") << QByteArray("rest_for_one");
    }

    void aTemporaryChildGoesInAGroupRestart()
    {
        QFETCH(QByteArray, strategy);
        Bench bench(strategy.toStdString(), {"a", "t temporary", "u temporary", "c"});
        bench.boot();
        QCOMPARE(bench.crash("a"),
                 "restart a 1/100, stop c, stop u, remove u, stop t, remove t, start a, start c");
        QCOMPARE(bench.ask("which_children"), "reply [c:2 a:2]");
        QCOMPARE(bench.crash("c"), strategy == "one_for_all" ? "restart c 2/100, stop a, start a, start c"
                                                             : "restart c 2/100, start c");
    }

    void temporaryChildrenBeforeTheFailedOneKeepThePlacesRight()  // rule 30
    {
        Bench bench("one_for_all", {"t temporary", "a", "u temporary", "b", "v temporary"});
        bench.boot();
        QCOMPARE(bench.crash("b"),
                 "restart b 1/100, stop v, remove v, stop u, remove u, stop a, stop t, remove t, "
                 "start a, start b");
        QCOMPARE(bench.crash("b"), "restart b 2/100, stop a, start a, start b");
    }

    void whoIsNotRestartedLeavesItsSiblingsAlone()  // rule 31
    {
        Bench bench("one_for_all", {"a temporary", "b", "c transient"});
        bench.boot();
        QCOMPARE(bench.crash("a"), "remove a");
        QCOMPARE(bench.exits("c", "normal"), "");
        QCOMPARE(bench.ask("which_children"), "reply [c:undefined b:1]");
    }

    void anAddedChildIsTheLast()  // rule 32
    {
        Bench bench("rest_for_one", {"a", "b"});
        bench.boot();
        QCOMPARE(bench.ask("start_child", "n"), "start n, reply ok n#1");
        QCOMPARE(bench.crash("b"), "restart b 1/100, stop n, start b, start n");
        QCOMPARE(bench.ask("start_child", "o"), "start o, reply ok o#1");
        QCOMPARE(bench.stop(), "stop o, stop n, stop b, stop a, end shutdown");
    }

    void addedChildrenComeAndGoWithoutMixingThemUp()
    {
        Bench bench("one_for_all", {"a"});
        bench.boot();
        bench.ask("start_child", "n temporary");
        bench.ask("start_child", "o transient brutal_kill");
        bench.ask("start_child", "p");
        QCOMPARE(bench.crash("n"), "remove n");
        QCOMPARE(bench.ask("start_child", "q"), "start q, reply ok q#1");
        QCOMPARE(bench.crash("p"),
                 "restart p 1/100, stop q, kill o, stop a, start a, start o, start p, start q");
        bench.ask("terminate_child", "o");
        QCOMPARE(bench.ask("delete_child", "o"), "remove o, reply ok");
        QCOMPARE(bench.ask("start_child", "n"), "start n, reply ok n#2");
        QCOMPARE(bench.crash("q"),
                 "restart q 2/100, stop n, stop p, stop a, start a, start p, start q, start n");
        QCOMPARE(bench.ask("which_children"), "reply [n:3 q:3 p:3 a:3]");
    }

    void everyOneOfManyChildrenIsFound()
    {
        std::vector<std::string> names;
        for (int i = 0; i < 50; ++i)
            names.push_back("w" + std::to_string(i) + (i % 3 == 0 ? " temporary" : ""));
        Bench bench("one_for_one", names);
        bench.limit(1000, "5s");
        bench.boot();
        int restarts = 0;
        for (int i = 49; i >= 0; --i) {
            const std::string name = "w" + std::to_string(i);
            const QByteArray effects = bench.crash(name);
            const QByteArray text = QByteArray::fromStdString(name);
            if (i % 3 == 0)
                QCOMPARE(effects, "remove " + text);
            else
                QCOMPARE(effects,
                         "restart " + text + ' ' + QByteArray::number(++restarts) + "/1000, start " + text);
        }
        QCOMPARE(bench.ask("count_children"), "reply specs 33 active 33 supervisors 0 workers 33");
    }
};

QTEST_APPLESS_MAIN(TestStrategies)
#include "tst_strategies.moc"
