#include "tests/engine/bench.h"

#include <QTest>

using namespace daruma;

// The calls of OTP's supervisor: otp-semantics section J, rules 65 to 72.

class TestCalls : public QObject {
    Q_OBJECT

private slots:
    void startChildAppendsWhatIsUnknown()  // rule 65
    {
        Bench bench("one_for_one", {"a", "b transient"});
        bench.boot();
        bench.exits("b", "normal");
        QCOMPARE(bench.ask("start_child", "a"), "reply already_started a#1");
        QCOMPARE(bench.ask("start_child", "b"), "reply already_present");
        bench.fails("c");
        QCOMPARE(bench.ask("start_child", "c"), "start c, reply failed error");
        bench.ignores("c");
        QCOMPARE(bench.ask("start_child", "c"), "start c, reply ok undefined");
        QCOMPARE(bench.ask("which_children"), "reply [c:undefined b:undefined a:1]");
    }

    void anIgnoredTemporaryChildIsNotKept()  // rule 65
    {
        Bench bench("one_for_one", {"a"});
        bench.boot();
        bench.ignores("t");
        QCOMPARE(bench.ask("start_child", "t temporary"), "start t, reply ok undefined");
        QCOMPARE(bench.ask("which_children"), "reply [a:1]");
        QCOMPARE(bench.ask("start_child", "t temporary"), "start t, reply ok t#2");
    }

    void aFailedStartChildIsNotRetried()  // rule 65
    {
        Bench bench("one_for_one", {"a"});
        bench.limit(0, "5s");
        bench.boot();
        bench.fails("n");
        QCOMPARE(bench.ask("start_child", "n"), "start n, reply failed error");
        QCOMPARE(bench.ask("terminate_child", "n"), "reply not_found");
    }

    void terminateChildStopsWithoutRestartAndWithoutTouchingSiblings()  // rule 66
    {
        Bench bench("one_for_all", {"a", "t temporary", "c"});
        bench.stubborn("a");
        bench.boot();
        QCOMPARE(bench.ask("terminate_child", "a"), "stop a");
        QCOMPARE(bench.dies("a"), "reply ok");
        QCOMPARE(bench.ask("terminate_child", "a"), "reply ok");
        QCOMPARE(bench.ask("terminate_child", "t"), "stop t, remove t, reply ok");
        QCOMPARE(bench.ask("terminate_child", "t"), "reply not_found");
        QCOMPARE(bench.ask("which_children"), "reply [c:1 a:undefined]");
        QCOMPARE(bench.restartsInWindow(), 0u);
    }

    void terminateChildFollowsTheShutdownPolicy()  // rules 40, 41 and 66
    {
        Bench bench("one_for_one", {"a grace=200ms", "b brutal_kill"});
        bench.stubborn("a");
        bench.boot();
        QCOMPARE(bench.ask("terminate_child", "b"), "kill b, reply ok");
        QCOMPARE(bench.ask("terminate_child", "a"), "stop a");
        QCOMPARE(bench.armed(), "200ms");
        QCOMPARE(bench.deadline(), "kill a, reply ok");
    }

    void restartChildStartsOnlyWhatDoesNotRun()  // rule 67
    {
        Bench bench("one_for_one", {"a"});
        bench.limit(0, "5s");
        bench.boot();
        QCOMPARE(bench.ask("restart_child", "a"), "reply running");
        bench.ask("terminate_child", "a");
        bench.fails("a");
        QCOMPARE(bench.ask("restart_child", "a"), "start a, reply failed error");
        QCOMPARE(bench.ask("which_children"), "reply [a:undefined]");
        bench.ignores("a");
        QCOMPARE(bench.ask("restart_child", "a"), "start a, reply ok undefined");
        QCOMPARE(bench.ask("restart_child", "a"), "start a, reply ok a#4");
        QCOMPARE(bench.ask("restart_child", "q"), "reply not_found");
    }

    void restartChildKeepsWhatStartChildAdded()
    {
        Bench bench("one_for_one", {"a"});
        bench.boot();
        bench.ask("start_child", "t temporary");
        bench.ask("terminate_child", "a");
        bench.fails("a");
        QCOMPARE(bench.ask("restart_child", "a"), "start a, reply failed error");
        bench.ignores("a");
        QCOMPARE(bench.ask("restart_child", "a"), "start a, reply ok undefined");
        QCOMPARE(bench.ask("which_children"), "reply [t:1 a:undefined]");
    }

    void deleteChildForgetsOnlyWhatDoesNotRun()  // rule 68
    {
        Bench bench("one_for_one", {"a", "b"});
        bench.boot();
        QCOMPARE(bench.ask("delete_child", "a"), "reply running");
        bench.ask("terminate_child", "a");
        QCOMPARE(bench.ask("delete_child", "a"), "remove a, reply ok");
        QCOMPARE(bench.ask("delete_child", "a"), "reply not_found");
        QCOMPARE(bench.crash("b"), "restart b 1/100, start b");
    }

    void whichChildrenListsInReverseStartOrderAndCountChildrenByType()  // rule 69
    {
        Bench bench("one_for_one", {"a", "s supervisor", "b transient"});
        bench.boot();
        bench.exits("b", "normal");
        QCOMPARE(bench.ask("which_children"), "reply [b:undefined s:1:supervisor a:1]");
        QCOMPARE(bench.ask("count_children"), "reply specs 3 active 2 supervisors 1 workers 2");
    }

    void whoDiedUnnoticedIsListedWithItsProcessButIsNotActive()  // rule 70
    {
        Bench bench("one_for_one", {"a", "b"});
        bench.boot();
        bench.slow("b");
        bench.crash("b");
        bench.ask("which_children");
        bench.ask("count_children");
        bench.crash("a");
        QCOMPARE(bench.startDone("b"), "reply [b:2 a:1], reply specs 2 active 1 supervisors 0 workers 2, "
                                       "restart a 2/100, start a");
    }

    void aCallThatWaitsWhenItEndsFails()  // rule 71
    {
        Bench bench("one_for_one", {"a"});
        bench.stubborn("a");
        bench.boot();
        bench.stop();
        bench.ask("count_children");
        bench.ask("start_child", "n");
        QCOMPARE(bench.dies("a"), "end shutdown, reply exited, reply exited");
    }

    void aCallThatWaitsWhenItCannotStartFails()  // rules 3 and 71
    {
        Bench bench("one_for_one", {"a"});
        bench.slow("a");
        bench.boot();
        bench.ask("which_children");
        QCOMPARE(bench.startFailed("a"), "start failed a error, reply exited");
    }

    void aSlowStartChildBlocksIt()  // rule 72
    {
        Bench bench("one_for_one", {"a"});
        bench.boot();
        bench.slow("n");
        QCOMPARE(bench.ask("start_child", "n"), "start n");
        QCOMPARE(bench.crash("a"), "");
        QCOMPARE(bench.startDone("n"), "reply ok n#1, restart a 1/100, start a");
    }

    void callsAreAnsweredInTheOrderInWhichTheyCame()  // rule 73
    {
        Bench bench("one_for_one", {"a"});
        bench.boot();
        bench.slow("n");
        bench.ask("start_child", "n");
        bench.ask("start_child", "n");
        bench.ask("terminate_child", "n");
        bench.ask("delete_child", "n");
        bench.ask("start_child", "n");
        QCOMPARE(bench.startDone("n"), "reply ok n#1, reply already_started n#1, stop n, reply ok, remove n, "
                                       "reply ok, start n, reply ok n#2");
    }
};

QTEST_APPLESS_MAIN(TestCalls)
#include "tst_calls.moc"
