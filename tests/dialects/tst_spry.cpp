#include "tests/scenarios/play.h"

#include <QDir>
#include <QTemporaryDir>

using namespace daruma;

// spry 0.0.4, system.rs. V1 to V16 are the vectors of seed-semantics section 7.

namespace {

std::string tree(const std::string &app, const std::string &rest)
{
    return "[scenario]\ndialect = \"spry\"\nhorizon = \"1m\"\n[supervisor.app]\n" + app + rest;
}

const std::string one = "children = [\"a\"]\n[worker.a]\n";
const std::string two = "children = [\"a\", \"b\"]\n";
const std::string three = "children = [\"a\", \"b\", \"c\"]\n[worker.a]\n[worker.b]\n[worker.c]\n";

std::string fault(const std::string &inject, const std::string &into, const std::string &at)
{
    return "[[fault]]\ninject = \"" + inject + "\"\ninto = \"" + into + "\"\nat = \"" + at + "\"\n";
}

std::string shutdown(const std::string &at)
{
    return "[[command]]\ndo = \"shutdown\"\nto = \"app\"\nat = \"" + at + "\"\n";
}

constexpr std::string_view happenings =
    "start exit init_failed stop kill restart backoff gave_up unmatched command reply end";

std::string played(const std::string &scenario, std::string_view nodes = {}, std::uint64_t seed = 1)
{
    return play(scenario, {.kinds = happenings, .nodes = nodes, .seed = seed});
}

}  // namespace

class TestSpry : public QObject {
    Q_OBJECT

private slots:
    void v1AChildThatAlwaysFailsIsStartedFourTimes()
    {
        TOLD(played(tree(two, "[worker.a]\nlifetime = \"1ms\"\n[worker.b]\n")),
             R"(0s: start app#1, start a#1, start b#1
                1ms: exit a#1 panic, restart a#1 1/3, stop b#1, exit b#1 shutdown, start a#2, start b#2
                2ms: exit a#2 panic, restart a#2 2/3, stop b#2, exit b#2 shutdown, start a#3, start b#3
                3ms: exit a#3 panic, restart a#3 3/3, stop b#3, exit b#3 shutdown, start a#4, start b#4
                4ms: exit a#4 panic, gave_up app#1 4/3 over a panic,
                   exit app#1 panic:TooManyRestarts(Panicked(Any { .. })), exit b#4 killed, end quiet)");
    }

    void v2ARestartAsOldAsTheWindowDoesNotCountAnyMore()
    {
        const std::string limits = "max_restarts = 3\nwithin = \"5s\"\n" + one;
        const std::string exits = fault("panic", "a", "1s") + fault("panic", "a", "2s")
                                  + fault("panic", "a", "3s") + fault("panic", "a", "6s");
        const std::string early = fault("panic", "a", "1s") + fault("panic", "a", "2s")
                                  + fault("panic", "a", "3s") + fault("panic", "a", "5999999999ns");
        TOLD(play(tree(limits, exits), {.kinds = "restart gave_up"}),
             R"(1s: restart a#1 1/3
                2s: restart a#2 2/3
                3s: restart a#3 3/3
                6s: restart a#4 3/3)");
        TOLD(play(tree(limits, early), {.kinds = "restart gave_up"}),
             R"(1s: restart a#1 1/3
                2s: restart a#2 2/3
                3s: restart a#3 3/3
                5s999ms999us999ns: gave_up app#1 4/3 over a panic)");
    }

    void v3ALimitOfZeroTripsAtTheFirst()
    {
        TOLD(played(tree("max_restarts = 0\n" + one, fault("panic", "a", "1s"))),
             R"(0s: start app#1, start a#1
                1s: exit a#1 panic, gave_up app#1 1/0 over a panic,
                   exit app#1 panic:TooManyRestarts(Panicked(Any { .. })), end quiet)");
    }

    void anUnlimitedBreakerAlwaysRestarts()
    {
        const std::string told = play(
            tree("max_restarts = \"unlimited\"\nchildren = [\"a\"]\n", "[worker.a]\nlifetime = \"1s\"\n"),
            {.kinds = "gave_up restart"});
        QCOMPARE(QString::fromStdString(told).count("restart"), 60);
        QVERIFY(!QString::fromStdString(told).contains("gave_up"));
    }

    void v4ANormalEndOfAPermanentChildRestartsAll()
    {
        TOLD(played(tree(two, "[worker.a]\nlifetime = \"40s\"\nexit_reason = \"normal\"\n[worker.b]\n"),
                    "a b"),
             R"(0s: start a#1, start b#1
                40s: exit a#1 normal, restart a#1 1/3, stop b#1, exit b#1 shutdown, start a#2, start b#2)");
    }

    void aNormalEndThatIsTooManyIsNamed()
    {
        TOLD(play(tree("max_restarts = 0\nchildren = [\"a\"]\n",
                       "[worker.a]\nlifetime = \"1s\"\nexit_reason = \"normal\"\n"),
                  {.kinds = "exit"}),
             "1s: exit a#1 normal, exit app#1 panic:TooManyRestarts(Normal)");
        TOLD(play(tree("max_restarts = 0\n" + one, fault("kill", "a", "1s")), {.kinds = "exit"}),
             "1s: exit a#1 killed, exit app#1 panic:TooManyRestarts(Aborted)");
        TOLD(play(tree("max_restarts = 0\nchildren = [\"a\"]\n",
                       "[worker.a]\nlifetime = \"1s\"\nexit_reason = \"panic:disk full\"\n"),
                  {.kinds = "exit"}),
             R"(1s: exit a#1 panic:disk full, exit app#1 panic:TooManyRestarts(Panicked("disk full")))");
    }

    void v5APanicRestartsAll()
    {
        TOLD(played(tree(three, fault("panic", "b", "1s"))),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                1s: exit b#1 panic, restart b#1 1/3, stop c#1, exit c#1 shutdown, stop a#1, exit a#1 shutdown,
                   start a#2, start b#2, start c#2, end quiet)");
    }

    void v6CrashesInOneInstantAreOneRound()
    {
        // c takes its time, so that the end of a is in the nursery when its turn comes.
        TOLD(played(tree("children = [\"a\", \"b\", \"c\"]\n",
                         "[worker.a]\n[worker.b]\n[worker.c]\nstop_time = \"10ms\"\n"
                             + fault("panic", "b", "1s") + fault("panic", "a", "1s"))),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                1s: exit b#1 panic, restart b#1 1/3, stop c#1, exit a#1 panic
                1s10ms: exit c#1 shutdown, start a#2, start b#2, start c#2, end quiet)");
    }

    void v7AStopSettlesInReverseOrderEachAwaited()
    {
        TOLD(played(tree("children = [\"a\", \"b\", \"c\"]\n",
                         "[worker.a]\nstop_time = \"1s\"\n[worker.b]\nstop_time = \"1s\"\n[worker.c]\n"
                             + shutdown("10s"))),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                10s: command shutdown app, stop app#1, stop c#1, exit c#1 shutdown, stop b#1
                11s: exit b#1 shutdown, stop a#1
                12s: exit a#1 shutdown, exit app#1 normal, reply app "ok", end quiet)");
    }

    void v9ANestedSystemIsRestartedWithItsSiblings()
    {
        TOLD(played(tree("children = [\"a\", \"web\"]\n",
                         "[worker.a]\n[supervisor.web]\nchildren = [\"w\"]\n[worker.w]\n"
                             + fault("panic", "a", "1s")),
                    "a web web/*"),
             R"(0s: start a#1, start web#1, start web/w#1
                1s: exit a#1 panic, restart a#1 1/3, stop web#1, stop web/w#1, exit web/w#1 shutdown,
                   exit web#1 normal, start a#2, start web#2, start web/w#2)");
    }

    // The notes say that it is not restarted, "by history". The file writes to its history in `term` alone,
    // and neither in `teardown` nor in `wait_for_termination`: what was alive then is as new to it.
    void v10ATemporarySiblingThatIsTornDownAliveComesBack()
    {
        TOLD(played(
                 tree(two, "[worker.a]\n[worker.b]\nrestart = \"temporary\"\n" + fault("panic", "a", "1s"))),
             R"(0s: start app#1, start a#1, start b#1
                1s: exit a#1 panic, restart a#1 1/3, stop b#1, exit b#1 shutdown, start a#2, start b#2,
                   end quiet)");
    }

    void v10ATemporarySiblingThatHasEndedStaysDown()
    {
        TOLD(played(tree(two, "[worker.a]\n[worker.b]\nrestart = \"temporary\"\n" + fault("panic", "b", "1s")
                                  + fault("panic", "a", "2s"))),
             R"(0s: start app#1, start a#1, start b#1
                1s: exit b#1 panic
                2s: exit a#1 panic, restart a#1 1/3, start a#2, end quiet)");
    }

    void v10WhereTemporariesStayDownATemporarySiblingIsStartedOnce_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("ended_or_temporary") << QByteArray("ended_or_temporary");
        QTest::newRow("temporary") << QByteArray("temporary");
    }
    void v10WhereTemporariesStayDownATemporarySiblingIsStartedOnce()
    {
        QFETCH(QByteArray, value);
        QTemporaryDir folder;
        QVERIFY(QDir::setCurrent(folder.path()));
        QFile dialect("ours.toml");
        QVERIFY(dialect.open(QIODevice::WriteOnly));
        dialect.write("name = \"ours\"\ntitle = \"ours\"\nabout = \"x\"\nsystem = \"x\"\n"
                      "extends = \"spry\"\n[rules]\nstays_down = \""
                      + value + "\"\n");
        dialect.close();
        const std::string ours =
            "[scenario]\ndialect = \"./ours.toml\"\nhorizon = \"1m\"\n[supervisor.app]\n" + two;
        TOLD(played(ours + "[worker.a]\n[worker.b]\nrestart = \"temporary\"\n" + fault("panic", "a", "1s")),
             R"(0s: start app#1, start a#1, start b#1
                1s: exit a#1 panic, restart a#1 1/3, stop b#1, exit b#1 shutdown, start a#2, end quiet)");
    }

    void v11ATransientSiblingThatEndedNormallyStaysDown()
    {
        const std::string job = "[worker.a]\nrestart = \"transient\"\nlifetime = \"1s\"\n";
        TOLD(played(tree(two, job + "exit_reason = \"normal\"\n[worker.b]\n" + fault("panic", "b", "2s"))),
             R"(0s: start app#1, start a#1, start b#1
                1s: exit a#1 normal
                2s: exit b#1 panic, restart b#1 1/3, start b#2, end quiet)");
    }

    void aTransientSiblingThatWasAbortedStaysDownToo()
    {
        TOLD(played(tree(two, "[worker.a]\nrestart = \"transient\"\n[worker.b]\n" + fault("kill", "a", "1s")
                                  + fault("panic", "b", "2s"))),
             R"(0s: start app#1, start a#1, start b#1
                1s: exit a#1 killed
                2s: exit b#1 panic, restart b#1 1/3, start b#2, end quiet)");
    }

    void aTransientSiblingThatIsTornDownAliveComesBack()
    {
        TOLD(
            played(tree(two, "[worker.a]\nrestart = \"transient\"\n[worker.b]\n" + fault("panic", "b", "2s")),
                   "a b"),
            R"(0s: start a#1, start b#1
                2s: exit b#1 panic, restart b#1 1/3, stop a#1, exit a#1 shutdown, start a#2, start b#2)");
    }

    void v12AStartThatFailsInARestartIsTriedAgainForTheSameChild()
    {
        TOLD(played(tree("children = [\"a\", \"b\", \"c\"]\n",
                         "[worker.a]\n[worker.b]\n"
                         "init_result = [\"ok\", \"panic:no port\", \"error\", \"ok\"]\n[worker.c]\n"
                             + fault("panic", "c", "1s"))),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                1s: exit c#1 panic, restart c#1 1/3, stop b#1, exit b#1 shutdown, stop a#1, exit a#1 shutdown,
                   start a#2, start b#2, init_failed b#2 panic:no port, restart c#1 2/3, stop a#2,
                   exit a#2 shutdown, start a#3, start b#3, init_failed b#3 error, restart c#1 3/3, stop a#3,
                   exit a#3 shutdown, start a#4, start b#4, start c#2, end quiet)");
    }

    void aStartThatKeepsFailingIsTooMany()
    {
        TOLD(play(tree("max_restarts = 1\nchildren = [\"a\", \"b\"]\n",
                       "[worker.a]\n[worker.b]\ninit_result = [\"ok\", \"panic:no port\"]\n"
                           + fault("panic", "a", "1s")),
                  {.kinds = "restart gave_up exit"}),
             R"(1s: exit a#1 panic, restart a#1 1/1, exit b#1 shutdown,
                   gave_up app#1 2/1 over a panic:no port,
                   exit app#1 panic:TooManyRestarts(RestartFailure(ChildFailure("b", "no port"))),
                   exit a#2 killed)");
    }

    void aFirstStartThatFailsAbortsWhatHasStarted()
    {
        TOLD(played(tree("children = [\"a\", \"web\"]\n",
                         "[worker.a]\nstop_time = \"1s\"\n[supervisor.web]\nchildren = [\"v\", \"w\"]\n"
                         "[worker.v]\n[worker.w]\ninit_result = \"panic:no port\"\n")),
             R"(0s: start app#1, start a#1, start web#1, start web/v#1, start web/w#1,
                   init_failed web/w#1 panic:no port,
                   init_failed web#1 panic:Startup(ChildFailure("w", "no port")),
                   init_failed app#1
                   panic:Startup(ChildFailure("web", Startup(ChildFailure("w", "no port")))),
                   exit web/v#1 killed, exit a#1 killed,
                   end
                   start_failed:panic:Startup(ChildFailure("web", Startup(ChildFailure("w", "no port")))))");
    }

    void aSecondChildUnderOneIdFailsTheFirstStart()
    {
        TOLD(played(tree(two, "[worker.a]\n[worker.b]\nid = \"a\"\n")),
             R"(0s: start app#1, start a#1, init_failed app#1 panic:Startup(ReusedKey("a")), exit a#1 killed,
                   end start_failed:panic:Startup(ReusedKey("a")))");
    }

    void aStartFunctionThatFailsIsNoChildsFailure()
    {
        TOLD(played(tree("init_result = \"panic:no config\"\n" + one, "")),
             R"(0s: start app#1, init_failed app#1 panic:Startup(NonChildFailure("no config")),
                   end start_failed:panic:Startup(NonChildFailure("no config")))");
        TOLD(played(tree("init_result = \"panic\"\n" + one, "")),
             R"(0s: start app#1, init_failed app#1 panic:Startup(NonChildFailure(Any { .. })),
                   end start_failed:panic:Startup(NonChildFailure(Any { .. })))");
    }

    void v13AStopInterruptsARestart()
    {
        TOLD(played(tree("children = [\"a\", \"b\", \"c\"]\n",
                         "[worker.a]\nstop_time = \"1s\"\n[worker.b]\ninit_time = \"1s\"\n[worker.c]\n"
                             + fault("panic", "c", "10s") + shutdown("11500ms"))),
             R"(0s: start app#1, start a#1, start b#1
                1s: start c#1
                10s: exit c#1 panic, restart c#1 1/3, stop b#1, exit b#1 shutdown, stop a#1
                11s: exit a#1 shutdown, start a#2, start b#2
                11s500ms: command shutdown app, stop app#1, kill b#2, exit b#2 killed, stop a#2
                12s500ms: exit a#2 shutdown, exit app#1 normal, reply app "ok", end quiet)");
    }

    void aStopInterruptsTheFirstStart()
    {
        TOLD(played(tree(two, "[worker.a]\nstop_time = \"1s\"\n[worker.b]\ninit_time = \"1s\"\n"
                                  + shutdown("500ms"))),
             R"(0s: start app#1, start a#1, start b#1
                500ms: command shutdown app, stop app#1, kill b#1, exit b#1 killed,
                   init_failed app#1 panic:Startup(Interrupted), reply app "ok", exit a#1 killed,
                   end start_failed:panic:Startup(Interrupted))");
    }

    void v14AChildThatIgnoresTheStopIsAbortedAfterFiveSeconds()
    {
        TOLD(played(tree("children = [\"a\"]\n", "[worker.a]\nstop_time = \"never\"\n" + shutdown("10s"))),
             R"(0s: start app#1, start a#1
                10s: command shutdown app, stop app#1, stop a#1
                15s: kill a#1, exit a#1 killed, exit app#1 normal, reply app "ok", end quiet)");
    }

    void aNestedSystemHasFiveSecondsForAllThatIsInIt()
    {
        TOLD(played(tree("children = [\"web\"]\n",
                         "[supervisor.web]\nchildren = [\"v\", \"w\"]\n[worker.v]\nstop_time = \"3s\"\n"
                         "[worker.w]\nstop_time = \"3s\"\n"
                             + shutdown("10s"))),
             R"(0s: start app#1, start web#1, start web/v#1, start web/w#1
                10s: command shutdown app, stop app#1, stop web#1, stop web/w#1
                13s: exit web/w#1 shutdown, stop web/v#1
                15s: kill web#1, exit web#1 killed, exit app#1 normal, reply app "ok", exit web/v#1 killed,
                   end quiet)");
    }

    void anInfiniteSettlingTimeIsWaitedFor()
    {
        TOLD(played(tree("children = [\"a\"]\n",
                         "[worker.a]\nshutdown = \"infinity\"\nstop_time = \"20s\"\n" + shutdown("10s"))),
             R"(0s: start app#1, start a#1
                10s: command shutdown app, stop app#1, stop a#1
                30s: exit a#1 shutdown, exit app#1 normal, reply app "ok", end quiet)");
    }

    void withoutALimitAChildThatIgnoresTheStopIsWaitedForForEver()
    {
        TOLD(played(tree("children = [\"a\"]\n",
                         "[worker.a]\nshutdown = \"infinity\"\nstop_time = \"never\"\n" + shutdown("10s"))),
             R"(0s: start app#1, start a#1
                10s: command shutdown app, stop app#1, stop a#1, end stuck:app waits for ever)");
    }

    void v16AnEarlierChildThatDiesMeanwhileIsMetInTheTeardown()
    {
        TOLD(played(tree("children = [\"a\", \"b\", \"c\"]\n",
                         "[worker.a]\nrestart = \"transient\"\n[worker.b]\n[worker.c]\nstop_time = \"50ms\"\n"
                             + fault("panic", "b", "1s")
                             + "[[fault]]\ninject = \"exit\"\nreason = \"normal\"\ninto = \"a\"\nat = "
                               "\"1010ms\"\n")),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                1s: exit b#1 panic, restart b#1 1/3, stop c#1
                1s10ms: exit a#1 normal
                1s50ms: exit c#1 shutdown, start a#2, start b#2, start c#2, end quiet)");
    }

    void aSystemWithoutLivingChildrenWaitsToBeSettled()
    {
        TOLD(played(tree("children = [\"a\"]\n",
                         "[worker.a]\nrestart = \"temporary\"\nlifetime = \"1s\"\n" + shutdown("10s"))),
             R"(0s: start app#1, start a#1
                1s: exit a#1 panic
                10s: command shutdown app, stop app#1, exit app#1 normal, reply app "ok", end quiet)");
    }

    void aNestedSystemThatGivesUpPanicsAndRestartsTheOneAroundIt()
    {
        TOLD(played(tree("max_restarts = 1\nchildren = [\"a\", \"web\"]\n",
                         "[worker.a]\n[supervisor.web]\nmax_restarts = 0\nchildren = [\"v\", \"w\"]\n"
                         "[worker.v]\n[worker.w]\nlifetime = \"1s\"\n")),
             R"(0s: start app#1, start a#1, start web#1, start web/v#1, start web/w#1
                1s: exit web/w#1 panic, gave_up web#1 1/0 over web/w panic,
                   exit web#1 panic:TooManyRestarts(Panicked(Any { .. })), restart web#1 1/1, stop a#1,
                   exit web/v#1 killed, exit a#1 shutdown, start a#2, start web#2, start web/v#2,
                   start web/w#2
                2s: exit web/w#2 panic, gave_up web#2 1/0 over web/w panic,
                   exit web#2 panic:TooManyRestarts(Panicked(Any { .. })),
                   gave_up app#1 2/1 over web panic:TooManyRestarts(Panicked(Any { .. })),
                   exit app#1 panic:TooManyRestarts(Panicked(TooManyRestarts(Panicked(Any { .. })))),
                   exit web/v#2 killed, exit a#2 killed, end quiet)");
    }

    void aStopThatIsKnownBeforeTheStartIsAMatterOfChance()
    {
        const std::string scenario = tree(two, "[worker.a]\nstop_time = \"1s\"\n[worker.b]\n"
                                                   + fault("panic", "b", "1s") + shutdown("1500ms"));
        TOLD(played(scenario, {}, 1),
             R"(0s: start app#1, start a#1, start b#1
                1s: exit b#1 panic, restart b#1 1/3, stop a#1
                1s500ms: command shutdown app, stop app#1
                2s: exit a#1 shutdown, start a#2, start b#2, stop b#2, exit b#2 shutdown, stop a#2
                3s: exit a#2 shutdown, exit app#1 normal, reply app "ok", end quiet)");
        TOLD(played(scenario, {}, 5),
             R"(0s: start app#1, start a#1, start b#1
                1s: exit b#1 panic, restart b#1 1/3, stop a#1
                1s500ms: command shutdown app, stop app#1
                2s: exit a#1 shutdown, exit app#1 normal, reply app "ok", end quiet)");
    }

    void anEndAndAStopThatBothWaitAreAMatterOfChance()
    {
        // a ends while b, whose start the stop interrupts, is starting: then both wait.
        const std::string scenario =
            tree(two, "[worker.a]\n[worker.b]\ninit_time = [\"0s\", \"1s\"]\n" + fault("panic", "b", "1s")
                          + fault("panic", "a", "1200ms") + shutdown("1500ms"));
        const std::string until =
            "0s: start app#1, start a#1, start b#1\n"
            "1s: exit b#1 panic, restart b#1 1/3, stop a#1, exit a#1 shutdown, start a#2, start b#2\n"
            "1s200ms: exit a#2 panic\n"
            "1s500ms: command shutdown app, stop app#1, kill b#2, exit b#2 killed, ";
        const std::string ended = "exit app#1 normal, reply app \"ok\", end quiet";
        TOLD(played(scenario, {}, 1), until + ended);
        // The end is charged, and only then the stop wins against the start.
        TOLD(played(scenario, {}, 5), until + "restart a#2 2/3, " + ended);
        TOLD(played(scenario, {}, 6), until
                                          + "restart a#2 2/3, start a#3, start b#3, kill b#3, "
                                            "exit b#3 killed, stop a#3, exit a#3 shutdown, "
                                          + ended);
    }

    void aDelayIsAnAdditionThatAStopEnds()
    {
        TOLD(played(tree(two, "[worker.a]\nbackoff = \"5s\"\n[worker.b]\n" + fault("panic", "a", "1s")
                                  + fault("panic", "a", "20s") + shutdown("22s"))),
             R"(0s: start app#1, start a#1, start b#1
                1s: exit a#1 panic, restart a#1 1/3 after 5s, backoff a#1 5s, stop b#1, exit b#1 shutdown
                6s: start a#2, start b#2
                20s: exit a#2 panic, restart a#2 1/3 after 5s, backoff a#2 5s, stop b#2, exit b#2 shutdown
                22s: command shutdown app, stop app#1, exit app#1 normal, reply app "ok", end quiet)");
    }

    void whatTheSystemLacksIsAnErrorOfTheFile_data()
    {
        QTest::addColumn<QString>("app");
        QTest::addColumn<QString>("worker");
        QTest::newRow("a restart of one child") << "strategy = \"one_for_one\""
                                                << "";
        QTest::newRow("a brutal kill") << ""
                                       << "shutdown = \"brutal_kill\"";
        QTest::newRow("a limit for a lifetime") << "within = \"lifetime\""
                                                << "";
        QTest::newRow("an automatic shutdown") << "auto_shutdown = \"any_significant\""
                                               << "";
    }
    void whatTheSystemLacksIsAnErrorOfTheFile()
    {
        QFETCH(QString, app);
        QFETCH(QString, worker);
        const auto read = readScenario(tree("children = [\"a\"]\n" + app.toStdString() + "\n",
                                            "[worker.a]\n" + worker.toStdString() + "\n"),
                                       "test.toml");
        QVERIFY(!read);
        QVERIFY(read.error().front().message.find("the dialect \"spry\" has no") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestSpry)
#include "tst_spry.moc"
