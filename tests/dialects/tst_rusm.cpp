#include "tests/scenarios/play.h"

using namespace daruma;

// rusm-otp 0.1.3, supervisor.rs. V1 to V16 are the vectors of seed-semantics section 7.

namespace {

std::string tree(const std::string &app, const std::string &rest)
{
    return "[scenario]\ndialect = \"rusm\"\nhorizon = \"1m\"\n[supervisor.app]\n" + app + rest;
}

const std::string three = "children = [\"a\", \"b\", \"c\"]\n[worker.a]\n[worker.b]\n[worker.c]\n";

std::string fault(const std::string &inject, const std::string &into, const std::string &at)
{
    return "[[fault]]\ninject = \"" + inject + "\"\ninto = \"" + into + "\"\nat = \"" + at + "\"\n";
}

constexpr std::string_view happenings =
    "start exit init_failed stop kill restart gave_up unmatched command reply end";

std::string played(const std::string &scenario, std::string_view nodes = {})
{
    return play(scenario, {.kinds = happenings, .nodes = nodes});
}

}  // namespace

class TestRusm : public QObject {
    Q_OBJECT

private slots:
    void v1AChildThatAlwaysFailsIsStartedFourTimes()
    {
        TOLD(played(tree("children = [\"a\", \"b\"]\n", "[worker.a]\nlifetime = \"1ms\"\n[worker.b]\n")),
             R"(0s: start app#1, start a#1, start b#1
                1ms: exit a#1 panic, restart a#1 1/3, start a#2
                2ms: exit a#2 panic, restart a#2 2/3, start a#3
                3ms: exit a#3 panic, restart a#3 3/3, start a#4
                4ms: exit a#4 panic, gave_up app#1 4/3 over a panic, kill b#1, exit app#1 panic,
                   exit b#1 killed, end quiet)");
    }

    void v2ARestartAsOldAsTheWindowStillCounts()
    {
        const std::string exits = fault("panic", "a", "1s") + fault("panic", "a", "2s")
                                  + fault("panic", "a", "3s") + fault("panic", "a", "6s");
        const std::string inTime = fault("panic", "a", "1s") + fault("panic", "a", "2s")
                                   + fault("panic", "a", "3s") + fault("panic", "a", "6000000001ns");
        const std::string one = "children = [\"a\"]\n[worker.a]\n";
        TOLD(play(tree(one, exits), {.kinds = "restart gave_up"}),
             R"(1s: restart a#1 1/3
                2s: restart a#2 2/3
                3s: restart a#3 3/3
                6s: gave_up app#1 4/3 over a panic)");
        TOLD(play(tree(one, inTime), {.kinds = "restart gave_up"}),
             R"(1s: restart a#1 1/3
                2s: restart a#2 2/3
                3s: restart a#3 3/3
                6s1ns: restart a#4 3/3)");
    }

    void v3ALimitOfZeroIsNone()
    {
        const std::string told =
            play(tree("max_restarts = 0\nchildren = [\"a\"]\n", "[worker.a]\nlifetime = \"1s\"\n"),
                 {.kinds = "gave_up restart"});
        QCOMPARE(QString::fromStdString(told).count("restart"), 60);
        QVERIFY(!QString::fromStdString(told).contains("gave_up"));
    }

    void aLifetimeCountsEveryRestart()
    {
        TOLD(play(tree("max_restarts = 2\nwithin = \"lifetime\"\nchildren = [\"a\"]\n",
                       "[worker.a]\nlifetime = \"10s\"\n"),
                  {.kinds = "gave_up restart"}),
             R"(10s: restart a#1 1/2
                20s: restart a#2 2/2
                30s: gave_up app#1 3/2 over a panic)");
    }

    void v4ANormalEndIsRestartedAndCharged()
    {
        TOLD(
            played(tree("children = [\"a\"]\n", "[worker.a]\nlifetime = \"40s\"\nexit_reason = \"normal\"\n"),
                   "a"),
            R"(0s: start a#1
                40s: exit a#1 normal, restart a#1 1/3, start a#2)");
    }

    void v6CrashesInOneInstantAreOneRound()
    {
        TOLD(played(tree("strategy = \"one_for_all\"\n" + three,
                         fault("panic", "a", "1s") + fault("panic", "b", "1s"))),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                1s: exit a#1 panic, restart a#1 1/3, kill b#1, kill c#1, exit b#1 killed, exit c#1 killed,
                   start a#2, start b#2, start c#2, exit b#2 panic, restart b#2 2/3, kill a#2, kill c#2,
                   exit a#2 killed, exit c#2 killed, start a#3, start b#3, start c#3, end quiet)");
    }

    void v7TheEndOfTheOwnerKillsInStartOrderWithoutWaiting()
    {
        TOLD(played("[scenario]\ndialect = \"rusm\"\n[supervisor.root]\nchildren = [\"boss\", \"app\"]\n"
                    "[worker.boss]\n[supervisor.app]\noptions = { owner = \"boss\" }\n"
                        + three + fault("kill", "boss", "1s"),
                    "app app/*"),
             R"(0s: start app#1, start app/a#1, start app/b#1, start app/c#1
                1s: kill app/a#1, kill app/b#1, kill app/c#1, exit app#1 normal, exit app/a#1 killed,
                   exit app/b#1 killed, exit app/c#1 killed, restart app#1 2/3, start app#2, start app/a#2,
                   start app/b#2, start app/c#2)");
    }

    void v8TheRestIsKilledAwaitedAndStartedInOrder()
    {
        TOLD(played(tree("strategy = \"rest_for_one\"\nchildren = [\"a\", \"b\", \"c\", \"d\"]\n",
                         "[worker.a]\n[worker.b]\n[worker.c]\n[worker.d]\n" + fault("panic", "b", "1s"))),
             R"(0s: start app#1, start a#1, start b#1, start c#1, start d#1
                1s: exit b#1 panic, restart b#1 1/3, kill c#1, kill d#1, exit c#1 killed, exit d#1 killed,
                   start b#2, start c#2, start d#2, end quiet)");
    }

    void v9TheChildrenOfANestedSupervisorAreOrphaned()
    {
        TOLD(played(tree("strategy = \"one_for_all\"\nchildren = [\"a\", \"web\"]\n",
                         "[worker.a]\n[supervisor.web]\nchildren = [\"w\"]\n[worker.w]\nlifetime = \"10s\"\n"
                             + fault("panic", "a", "1s")),
                    "a web web/*"),
             R"(0s: start a#1, start web#1, start web/w#1
                1s: exit a#1 panic, restart a#1 1/3, kill web#1, exit web#1 killed, start a#2, start web#2,
                   start web/w#2
                10s: exit web/w#1 panic
                11s: exit web/w#2 panic, restart web/w#2 1/3, start web/w#3
                21s: exit web/w#3 panic, restart web/w#3 1/3, start web/w#4
                31s: exit web/w#4 panic, restart web/w#4 1/3, start web/w#5
                41s: exit web/w#5 panic, restart web/w#5 1/3, start web/w#6
                51s: exit web/w#6 panic, restart web/w#6 1/3, start web/w#7)");
    }

    void v12AFailedStartIsAnotherExit()
    {
        TOLD(played(tree("children = [\"a\"]\n", "[worker.a]\nlifetime = \"1s\"\ninit_time = \"10ms\"\n"
                                                 "init_result = [\"ok\", \"error\", \"ok\"]\n"
                                                 "[[expect]]\nnever = \"restarts(a) > 100\"\n"),
                    "a"),
             R"(0s: start a#1
                1s10ms: exit a#1 panic, restart a#1 1/3, start a#2
                1s20ms: init_failed a#2 error, restart a#2 2/3, start a#3
                2s30ms: exit a#3 panic, restart a#3 3/3, start a#4
                3s40ms: exit a#4 panic)");
    }

    void v14WhoeverDoesNotDieBlocksTheSupervisorForEver()
    {
        // A kill always arrives in this world; what can be late is the news of it.
        TOLD(played(tree("strategy = \"one_for_all\"\n" + three,
                         fault("panic", "a", "1s")
                             + "[[fault]]\ninject = \"delay\"\ninto = \"c\"\non = \"exit_signal\"\n"
                               "by = \"20s\"\n"),
                    "a c"),
             R"(0s: start a#1, start c#1
                1s: exit a#1 panic, restart a#1 1/3, kill c#1, exit c#1 killed
                21s: start a#2, start c#2)");
    }

    void v16TheExitOfAnEarlierChildIsLost()
    {
        TOLD(played(tree("strategy = \"rest_for_one\"\n" + three,
                         fault("panic", "b", "1s") + fault("panic", "a", "1010ms")
                             + "[[fault]]\ninject = \"delay\"\ninto = \"c\"\non = \"exit_signal\"\n"
                               "by = \"50ms\"\n"),
                    "a b c"),
             R"(0s: start a#1, start b#1, start c#1
                1s: exit b#1 panic, restart b#1 1/3, kill c#1, exit c#1 killed
                1s10ms: exit a#1 panic, unmatched a#1 panic
                1s50ms: start b#2, start c#2)");
    }
};

QTEST_APPLESS_MAIN(TestRusm)
#include "tst_rusm.moc"
