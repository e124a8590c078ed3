#include "tests/engine/bench.h"

#include <QTest>

using namespace daruma;

// Instances of one template: otp-semantics section I, rules 59 to 64.

class TestInstances : public QObject {
    Q_OBJECT

private slots:
    void nothingIsStartedAtFirst()  // rule 59
    {
        Bench bench("simple_one_for_one", {"t"});
        QCOMPARE(bench.boot(), "up");
        QCOMPARE(bench.ask("count_children"), "reply specs 1 active 0 supervisors 0 workers 0");
        QCOMPARE(bench.stop(), "end shutdown");
    }

    void onlyWhatStartedIsStored()  // rule 59
    {
        Bench bench("simple_one_for_one", {"t"});
        bench.boot();
        QCOMPARE(bench.ask("start_child", "k1"), "start k1, reply ok k1#1");
        bench.fails("k2");
        QCOMPARE(bench.ask("start_child", "k2"), "start k2, reply failed error");
        bench.ignores("k3");
        QCOMPARE(bench.ask("start_child", "k3"), "start k3, reply ok undefined");
        QCOMPARE(bench.ask("count_children"), "reply specs 1 active 1 supervisors 0 workers 1");
        QCOMPARE(bench.ask("which_children"), "reply [k1:1]");
    }

    void instancesOfASupervisorCountAsSupervisors()  // rule 59
    {
        Bench bench("simple_one_for_one", {"t supervisor"});
        bench.boot();
        bench.ask("start_child", "k1");
        QCOMPARE(bench.ask("count_children"), "reply specs 1 active 1 supervisors 1 workers 0");
    }

    void restartIsPerInstanceAndTheHistoryIsShared()  // rule 60
    {
        Bench bench("simple_one_for_one", {"t"});
        bench.limit(2, "5s");
        bench.boot();
        bench.ask("start_child", "k1");
        bench.ask("start_child", "k2");
        QCOMPARE(bench.crash("k1"), "restart k1 1/2, start k1");
        QCOMPARE(bench.exits("k2", "normal"), "restart k2 2/2, start k2");
        QCOMPARE(bench.crash("k1"), "give up k1 3/2, stop k2, end shutdown");
    }

    void whoIsNotRestartedIsForgotten_data()  // rule 60
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("transient, normal") << QByteArray("transient") << QByteArray("normal");
        QTest::newRow("transient, shutdown") << QByteArray("transient") << QByteArray("shutdown");
        QTest::newRow("temporary, panic") << QByteArray("temporary") << QByteArray("panic");
    }

    void whoIsNotRestartedIsForgotten()
    {
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, reason);
        Bench bench("simple_one_for_one", {"t " + type.toStdString()});
        bench.boot();
        bench.ask("start_child", "k1");
        bench.ask("start_child", "k2");
        QCOMPARE(bench.exits("k1", reason.toStdString()), "remove k1");
        QCOMPARE(bench.ask("which_children"), "reply [k2:1]");
    }

    void anAbnormalExitOfATransientInstanceIsRestarted()  // rule 60
    {
        Bench bench("simple_one_for_one", {"t transient"});
        bench.boot();
        bench.ask("start_child", "k1");
        QCOMPARE(bench.exits("k1", "killed"), "restart k1 1/100, start k1");
    }

    void terminateChildNeedsAProcess()  // rule 61
    {
        Bench bench("simple_one_for_one", {"t"});
        bench.boot();
        bench.ask("start_child", "k1");
        bench.ask("start_child", "k2");
        QCOMPARE(bench.ask("terminate_child", "t"), "reply simple_one_for_one");
        QCOMPARE(bench.ask("terminate_child", "k1"), "stop k1, reply ok");
        QCOMPARE(bench.ask("terminate_child", "k1"), "reply ok");
        QCOMPARE(bench.ask("terminate_child", "nobody"), "reply not_found");
        QCOMPARE(bench.ask("restart_child", "t"), "reply simple_one_for_one");
        QCOMPARE(bench.ask("restart_child", "k2"), "reply simple_one_for_one");
        QCOMPARE(bench.ask("delete_child", "t"), "reply simple_one_for_one");
        QCOMPARE(bench.ask("which_children"), "reply [k2:1]");
        QCOMPARE(bench.restartsInWindow(), 0u);
    }

    void aStubbornInstanceIsKilledWhenItsTimeIsOver()  // rules 40 and 61
    {
        Bench bench("simple_one_for_one", {"t grace=200ms"});
        bench.boot();
        bench.ask("start_child", "k1");
        bench.stubborn("k1");
        QCOMPARE(bench.ask("terminate_child", "k1"), "stop k1");
        QCOMPARE(bench.armed(), "200ms");
        QCOMPARE(bench.ask("count_children"), "");
        QCOMPARE(bench.deadline(), "kill k1, reply ok, reply specs 1 active 0 supervisors 0 workers 0");
    }

    void anInstanceThatDiedMeanwhileIsForgottenWithItsExit()  // rules 43 and 61
    {
        Bench bench("simple_one_for_one", {"t"});
        bench.boot();
        bench.ask("start_child", "k1");
        bench.ask("start_child", "k2");
        bench.slow("k1");
        bench.crash("k1");
        QCOMPARE(bench.ask("terminate_child", "k2"), "");
        QCOMPARE(bench.crash("k2"), "");
        QCOMPARE(bench.startDone("k1"), "reply ok");
        QCOMPARE(bench.restartsInWindow(), 1u);
    }

    void atTheEndAllAreStoppedAtOnceUnderOneDeadline()  // rule 62
    {
        Bench bench("simple_one_for_one", {"t grace=200ms"});
        bench.boot();
        for (const char *name : {"k1", "k2", "k3"}) {
            bench.ask("start_child", name);
            bench.stubborn(name);
        }
        QCOMPARE(bench.stop(), "stop k1, stop k2, stop k3");
        QCOMPARE(bench.armed(), "200ms");
        QCOMPARE(bench.dies("k3"), "");
        QCOMPARE(bench.armed(), "200ms");
        QCOMPARE(bench.deadline(), "kill k1, kill k2, end shutdown");
    }

    void theLastOneToEndInTimeDisarmsTheDeadline()  // rule 62
    {
        Bench bench("simple_one_for_one", {"t grace=200ms"});
        bench.boot();
        bench.ask("start_child", "k1");
        bench.ask("start_child", "k2");
        bench.stubborn("k1");
        QCOMPARE(bench.stop(), "stop k1, stop k2");
        QCOMPARE(bench.armed(), "200ms");
        QCOMPARE(bench.dies("k1"), "end shutdown");
        QCOMPARE(bench.armed(), "never");
    }

    void brutalKillAndInfinityArmNoDeadline()  // rules 41 and 62
    {
        Bench brutal("simple_one_for_one", {"t brutal_kill"});
        brutal.boot();
        brutal.ask("start_child", "k1");
        brutal.ask("start_child", "k2");
        QCOMPARE(brutal.stop(), "kill k1, kill k2, end shutdown");
        Bench patient("simple_one_for_one", {"t infinity"});
        patient.boot();
        patient.ask("start_child", "k1");
        patient.stubborn("k1");
        QCOMPARE(patient.stop(), "stop k1");
        QCOMPARE(patient.armed(), "never");
    }

    void signalsGoToTheOldestProcessFirst()  // rule 62
    {
        Bench bench("simple_one_for_one", {"t"});
        bench.boot();
        bench.ask("start_child", "k1");
        bench.ask("start_child", "k2");
        bench.ask("start_child", "k3");
        bench.ask("terminate_child", "k2");
        bench.ask("start_child", "k4");
        bench.crash("k1");
        QCOMPARE(bench.ask("which_children"), "reply [k3:1 k4:1 k1:2]");
        QCOMPARE(bench.stop(), "stop k3, stop k4, stop k1, end shutdown");
    }

    void whoIsDeadAlreadyIsNotStoppedAtTheEnd()  // rules 43 and 62
    {
        Bench bench("simple_one_for_one", {"t"});
        bench.boot();
        bench.ask("start_child", "k1");
        bench.ask("start_child", "k2");
        bench.slow("k1");
        bench.crash("k1");
        bench.stop();
        bench.crash("k2");
        QCOMPARE(bench.startDone("k1"), "stop k1, end shutdown");
    }

    void aFailedRestartIsRetriedBehindWhatWaits()  // rules 33 and 63
    {
        Bench bench("simple_one_for_one", {"t"});
        bench.boot();
        bench.ask("start_child", "k1");
        bench.slow("k1");
        bench.crash("k1");
        bench.ask("which_children");
        bench.ask("count_children");
        QCOMPARE(bench.startFailed("k1"),
                 "reply [k1:restarting], reply specs 1 active 0 supervisors 0 workers 1, "
                 "restart k1 2/100, start k1");
    }

    void terminatingARestartingInstanceCancelsTheRetry()  // rule 63, without the defect of its counter
    {
        Bench bench("simple_one_for_one", {"t"});
        bench.boot();
        bench.ask("start_child", "k1");
        bench.slow("k1");
        bench.crash("k1");
        bench.ask("terminate_child", "k1");
        QCOMPARE(bench.startFailed("k1"), "reply ok");
        QCOMPARE(bench.ask("count_children"), "reply specs 1 active 0 supervisors 0 workers 0");
    }

    void everyRetryOfAnInstanceCounts()  // rules 24 and 63
    {
        Bench bench("simple_one_for_one", {"t"});
        bench.limit(2, "5s");
        bench.boot();
        bench.ask("start_child", "k1");
        bench.ask("start_child", "k2");
        bench.fails("k1", 9);
        QCOMPARE(bench.crash("k1"), "restart k1 1/2, start k1, restart k1 2/2, start k1, give up k1 3/2, "
                                    "stop k2, end shutdown");
    }

    void anInstanceThatIgnoresItsRestartIsForgotten()  // rule 64, without the defect
    {
        Bench bench("simple_one_for_one", {"t"});
        bench.boot();
        bench.ask("start_child", "k1");
        bench.ask("start_child", "k2");
        bench.ignores("k1");
        QCOMPARE(bench.crash("k1"), "restart k1 1/100, start k1");
        QCOMPARE(bench.ask("which_children"), "reply [k2:1]");
        QCOMPARE(bench.stop(), "stop k2, end shutdown");
    }

    void aSlotIsUsedAgainWithoutMixingInstancesUp()
    {
        Bench bench("simple_one_for_one", {"t temporary"});
        bench.boot();
        for (int round = 0; round < 20; ++round) {
            bench.ask("start_child", "x" + std::to_string(round));
            bench.ask("start_child", "y" + std::to_string(round));
            QCOMPARE(bench.crash("x" + std::to_string(round)), "remove x" + QByteArray::number(round));
        }
        for (int round = 0; round < 20; ++round)
            QCOMPARE(bench.crash("y" + std::to_string(round)), "remove y" + QByteArray::number(round));
        QCOMPARE(bench.ask("which_children"), "reply []");
    }

    void aKilledSupervisorOfInstancesAnswersWhoWaits()  // rules 50 and 71
    {
        Bench bench("simple_one_for_one", {"t"});
        bench.boot();
        bench.slow("k1");
        QCOMPARE(bench.ask("start_child", "k1"), "start k1");
        bench.ask("count_children");
        QCOMPARE(bench.killed(), "reply exited, reply exited");
    }

    void callsThatWaitWhenItEndsFail()  // rule 71
    {
        Bench bench("simple_one_for_one", {"t"});
        bench.boot();
        bench.ask("start_child", "k1");
        bench.stubborn("k1");
        bench.stop();
        bench.ask("start_child", "k2");
        QCOMPARE(bench.dies("k1"), "end shutdown, reply exited");
    }
};

QTEST_APPLESS_MAIN(TestInstances)
#include "tst_instances.moc"
