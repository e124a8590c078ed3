#include "tests/engine/bench.h"

#include <QTest>

using namespace daruma;

// Whether an exited child is restarted, and when that is too much: otp-semantics sections B and C, rules 11
// to 25, and section E on restarts that fail, rules 33 to 39.

class TestRestarting : public QObject {
    Q_OBJECT

private slots:
    void anExitRestartsOrNot_data()  // rules 11 to 13
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("reason");
        QTest::addColumn<QByteArray>("effects");
        const auto row = [](const char *name, const char *type, const char *reason, const char *effects) {
            QTest::newRow(name) << QByteArray(type) << QByteArray(reason) << QByteArray(effects);
        };
        const char *restarted = "restart a 1/100, start a";
        row("permanent after normal", "permanent", "normal", restarted);
        row("permanent after shutdown", "permanent", "shutdown", restarted);
        row("permanent after a panic", "permanent", "panic", restarted);
        row("permanent after a kill", "permanent", "killed", restarted);
        row("transient after normal", "transient", "normal", "");
        row("transient after shutdown", "transient", "shutdown", "");
        row("transient after shutdown with a text", "transient", "shutdown:x", "");
        row("transient after a panic", "transient", "panic", restarted);
        row("transient after a panic with a text", "transient", "panic:x", restarted);
        row("transient after a kill", "transient", "killed", restarted);
        row("transient after an error", "transient", "error", restarted);
        row("transient after a timeout", "transient", "timeout", restarted);
        row("transient after noproc", "transient", "noproc", restarted);
        row("temporary after normal", "temporary", "normal", "remove a");
        row("temporary after a panic", "temporary", "panic", "remove a");
        row("temporary after a kill", "temporary", "killed", "remove a");
    }

    void anExitRestartsOrNot()
    {
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, reason);
        Bench bench("one_for_one", {"a " + type.toStdString()});
        bench.boot();
        QTEST(bench.exits("a", reason.toStdString()), "effects");
    }

    void aNormallyEndedTransientChildIsKeptAsUndefined()  // rule 12
    {
        Bench bench("one_for_one", {"a transient"});
        bench.boot();
        bench.exits("a", "normal");
        QCOMPARE(bench.ask("which_children"), "reply [a:undefined]");
        QCOMPARE(bench.ask("start_child", "a"), "reply already_present");
    }

    void theIdOfAGoneTemporaryChildIsFreeAgain()  // rule 13
    {
        Bench bench("one_for_one", {"a temporary"});
        bench.boot();
        bench.crash("a");
        QCOMPARE(bench.ask("which_children"), "reply []");
        QCOMPARE(bench.ask("start_child", "a"), "start a, reply ok a#2");
    }

    void onlyRestartsAreCounted()  // rule 14
    {
        Bench bench("one_for_one", {"a temporary", "b transient", "c"});
        bench.limit(0, "5s");
        bench.boot();
        QCOMPARE(bench.crash("a"), "remove a");
        QCOMPARE(bench.exits("b", "normal"), "");
        QCOMPARE(bench.ask("restart_child", "b"), "start b, reply ok b#2");
        QCOMPARE(bench.ask("terminate_child", "c"), "stop c, reply ok");
        QCOMPARE(bench.ask("restart_child", "c"), "start c, reply ok c#2");
        QCOMPARE(bench.ask("start_child", "d"), "start d, reply ok d#1");
        QCOMPARE(bench.restartsInWindow(), 0u);
        QCOMPARE(bench.stop(), "stop d, stop c, stop b, end shutdown");
    }

    void theRestartPastTheLimitMakesItGiveUp()  // rule 16
    {
        Bench bench("one_for_one", {"a"});
        bench.limit(2, "5s");
        bench.boot();
        QCOMPARE(bench.at("100ms").crash("a"), "restart a 1/2, start a");
        QCOMPARE(bench.at("200ms").crash("a"), "restart a 2/2, start a");
        QCOMPARE(bench.at("300ms").crash("a"), "give up a 3/2, end shutdown");
    }

    void bothEndsOfTheWindowAreWholeSeconds()  // rule 17
    {
        Bench bench("one_for_one", {"a"});
        bench.limit(1, "1s");
        bench.boot();
        bench.at("100ms").crash("a");
        QCOMPARE(bench.at("1950ms").crash("a"), "give up a 2/1, end shutdown");
    }

    void thePhaseOfTheClockDecides()  // rule 18
    {
        Bench bench("one_for_one", {"a"});
        bench.limit(1, "1s").clockPhase("100ms");
        bench.boot();
        bench.at("100ms").crash("a");
        QCOMPARE(bench.at("1950ms").crash("a"), "restart a 1/1, start a");
    }

    void aRestartExactlyAPeriodOldStillCounts()  // rule 19
    {
        Bench bench("one_for_one", {"a"});
        bench.limit(1, "2s");
        bench.boot();
        bench.at("900ms").crash("a");
        Bench later = bench;
        QCOMPARE(bench.at("2950ms").crash("a"), "give up a 2/1, end shutdown");
        QCOMPARE(later.at("3000ms").crash("a"), "restart a 1/1, start a");
    }

    void aLimitOfZeroAllowsNoRestart()  // rule 20
    {
        Bench bench("one_for_one", {"a", "b"});
        bench.limit(0, "5s");
        bench.boot();
        QCOMPARE(bench.crash("a"), "give up a 1/0, stop b, end shutdown");
    }

    void givingUpStopsTheOthersInReverseAndHandlesNothingMore()  // rule 21
    {
        Bench bench("one_for_one", {"a", "b", "c"});
        bench.limit(0, "5s");
        bench.stubborn("c");
        bench.boot();
        QCOMPARE(bench.at("100ms").crash("b"), "give up b 1/0, stop c");
        QCOMPARE(bench.at("120ms").crash("a"), "");
        QCOMPARE(bench.ask("count_children"), "");
        QCOMPARE(bench.at("150ms").dies("c"), "end shutdown, reply exited");
    }

    void aChildSupervisorThatGaveUpIsAChildThatExitedWithShutdown()  // rules 22 and 57
    {
        Bench bench("one_for_one", {"p supervisor", "t supervisor transient", "u supervisor temporary",
                                    "x supervisor transient"});
        bench.boot();
        QCOMPARE(bench.exits("p", "shutdown"), "restart p 1/100, start p");
        QCOMPARE(bench.exits("t", "shutdown"), "");
        QCOMPARE(bench.exits("u", "shutdown"), "remove u");
        QCOMPARE(bench.ask("which_children"), "reply [x:1:supervisor t:undefined:supervisor p:2:supervisor]");
    }

    void aGroupRestartCountsOnce()  // rule 23
    {
        Bench bench("one_for_all", {"a", "b", "c"});
        bench.limit(1, "5s");
        bench.boot();
        QCOMPARE(bench.crash("a"), "restart a 1/1, stop c, stop b, start a, start b, start c");
        QCOMPARE(bench.restartsInWindow(), 1u);
    }

    void everyRetryCountsAndNoneWaits()  // rule 24
    {
        Bench bench("one_for_one", {"a"});
        bench.limit(3, "5s");
        bench.boot();
        bench.fails("a", 9);
        QCOMPARE(bench.crash("a"), "restart a 1/3, start a, restart a 2/3, start a, restart a 3/3, start a, "
                                   "give up a 4/3, end shutdown");
    }

    void theHistoryIsSharedByAllChildren()  // rule 25
    {
        Bench bench("one_for_one", {"a", "b"});
        bench.limit(1, "5s");
        bench.boot();
        QCOMPARE(bench.at("100ms").crash("a"), "restart a 1/1, start a");
        QCOMPARE(bench.at("200ms").crash("b"), "give up b 2/1, stop a, end shutdown");
    }

    void aNewSupervisorHasAnEmptyHistoryAndItsOriginalChildren()  // rules 25 and 49
    {
        Bench bench("one_for_one", {"a", "b temporary"});
        bench.limit(1, "5s");
        bench.boot();
        bench.crash("a");
        bench.crash("b");
        bench.ask("start_child", "n");
        bench.ask("terminate_child", "a");
        bench.stop();
        QCOMPARE(bench.bootAgain(), "start a, start b, up");
        QCOMPARE(bench.crash("a"), "restart a 1/1, start a");
        QCOMPARE(bench.ask("which_children"), "reply [b:2 a:4]");
    }

    void aFailedRestartIsRetriedUntilItSucceeds()  // rules 24 and 33
    {
        Bench bench("one_for_one", {"a", "b"});
        bench.boot();
        bench.fails("a", 2);
        QCOMPARE(bench.crash("a"),
                 "restart a 1/100, start a, restart a 2/100, start a, restart a 3/100, start a");
        QCOMPARE(bench.ask("which_children"), "reply [b:1 a:4]");
    }

    void ignoreOnARestartEndsTheRetriesWithoutAProcess()  // rule 33
    {
        Bench bench("one_for_one", {"a"});
        bench.boot();
        bench.fails("a");
        bench.ignores("a");
        QCOMPARE(bench.crash("a"), "restart a 1/100, start a, restart a 2/100, start a");
        QCOMPARE(bench.ask("which_children"), "reply [a:undefined]");
    }

    void aCommandThatWaitsComesBeforeTheRetry()  // rule 34
    {
        Bench bench("one_for_one", {"a"});
        bench.boot();
        bench.slow("a");
        bench.crash("a");
        QCOMPARE(bench.ask("terminate_child", "a"), "");
        QCOMPARE(bench.startFailed("a"), "reply ok");
        QCOMPARE(bench.ask("which_children"), "reply [a:undefined]");
    }

    void aRestartingChildAnswersAsSuch()  // rule 35
    {
        Bench bench("one_for_one", {"a"});
        bench.boot();
        bench.slow("a");
        bench.crash("a");
        bench.ask("which_children");
        bench.ask("restart_child", "a");
        bench.ask("delete_child", "a");
        bench.ask("start_child", "a");
        bench.ask("count_children");
        QCOMPARE(bench.startFailed("a"),
                 "reply [a:restarting], reply restarting, reply restarting, reply already_present, "
                 "reply specs 1 active 0 supervisors 0 workers 1, restart a 2/100, start a");
    }

    void aFailedGroupRestartKeepsWhatStartedAndPivotsOnTheFailedOne()  // rule 36
    {
        Bench bench("one_for_all", {"a", "b", "c"});
        bench.boot();
        bench.fails("b");
        QCOMPARE(bench.crash("a"), "restart a 1/100, stop c, stop b, start a, start b, "
                                   "restart b 2/100, stop a, start a, start b, start c");
    }

    void theRestBegunAnewIsThatOfTheFailedOne()  // rule 37
    {
        Bench bench("rest_for_one", {"z", "a", "b", "c"});
        bench.boot();
        bench.fails("b");
        QCOMPARE(bench.crash("a"), "restart a 1/100, stop c, stop b, start a, start b, "
                                   "restart b 2/100, start b, start c");
    }

    void whoStartsBetweenAFailedAttemptAndItsRetryIsListedByState()  // rules 35 and 36
    {
        Bench bench("one_for_all", {"a", "b", "c"});
        bench.boot();
        bench.slow("b");
        bench.crash("c");
        bench.ask("which_children");
        QCOMPARE(bench.startFailed("b"), "reply [c:undefined b:restarting a:2], restart b 2/100, stop a, "
                                         "start a, start b, start c");
    }

    void anExitBetweenAFailedAttemptAndItsRetryIsHandledInOrder()  // rule 38
    {
        Bench bench("one_for_all", {"a", "b"});
        bench.limit(5, "5s");
        bench.boot();
        bench.slow("b");
        QCOMPARE(bench.at("100ms").crash("a"), "restart a 1/5, stop b, start a, start b");
        QCOMPARE(bench.at("110ms").crash("a"), "");
        QCOMPARE(bench.at("150ms").startFailed("b"), "restart a 2/5, start a, start b");
    }

    void aRetryFindsNothingToDoOnceTheChildWasRestartedByHand()  // rule 39
    {
        Bench bench("one_for_one", {"a"});
        bench.boot();
        bench.slow("a");
        bench.crash("a");
        bench.ask("terminate_child", "a");
        bench.ask("restart_child", "a");
        QCOMPARE(bench.startFailed("a"), "reply ok, start a, reply ok a#3");
        QCOMPARE(bench.restartsInWindow(), 1u);
    }

    void aRetryFindsNothingToDoOnceTheChildWasDeleted()  // rule 39
    {
        Bench bench("one_for_one", {"a", "b"});
        bench.boot();
        bench.slow("a");
        bench.crash("a");
        bench.ask("terminate_child", "a");
        bench.ask("delete_child", "a");
        QCOMPARE(bench.startFailed("a"), "reply ok, remove a, reply ok");
        QCOMPARE(bench.ask("which_children"), "reply [b:1]");
    }
};

QTEST_APPLESS_MAIN(TestRestarting)
#include "tst_restarting.moc"
