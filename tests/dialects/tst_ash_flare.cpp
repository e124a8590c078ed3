#include "tests/scenarios/play.h"

using namespace daruma;

// ash-flare 2.3.2, supervisor/runtime.rs. V1 to V16 are the vectors of seed-semantics section 7.

namespace {

std::string tree(const std::string &app, const std::string &rest)
{
    return "[scenario]\ndialect = \"ash-flare\"\nhorizon = \"1m\"\n[supervisor.app]\n" + app + rest;
}

const std::string three = "children = [\"a\", \"b\", \"c\"]\n[worker.a]\n[worker.b]\n[worker.c]\n";

std::string fails(const std::string &into, const std::string &at, const std::string &reason = "error")
{
    return "[[fault]]\ninject = \"exit\"\ninto = \"" + into + "\"\nreason = \"" + reason + "\"\nat = \"" + at
           + "\"\n";
}

/// The news of its next end takes so long.
std::string isLate(const std::string &into, const std::string &by)
{
    return "[[fault]]\ninject = \"delay\"\ninto = \"" + into + "\"\non = \"exit_signal\"\ncount = 1\nby = \""
           + by + "\"\n";
}

std::string command(const std::string &what, const std::string &at, const std::string &more = {})
{
    return "[[command]]\ndo = \"" + what + "\"\nto = \"app\"\nat = \"" + at + "\"\n" + more;
}

constexpr std::string_view happenings =
    "start exit init_failed stop kill restart gave_up unmatched removed command reply end";

/// moc 6.4 loses its way where # stands before a quote in a raw string: "app/w#1" is told as "app/w".
std::string played(const std::string &scenario, std::string_view nodes = {})
{
    std::string text = play(scenario, {.kinds = happenings, .nodes = nodes});
    for (std::size_t at = 0; (at = text.find("#1\"", at)) != std::string::npos;)
        text.erase(at, 2);
    return text;
}

}  // namespace

class TestAshFlare : public QObject {
    Q_OBJECT

private slots:
    void v1AChildThatAlwaysFailsIsStartedFourTimesAndItsSupervisorLivesOnEmpty()
    {
        TOLD(played(tree("children = [\"a\", \"b\"]\n",
                         "[worker.a]\nlifetime = \"1ms\"\nexit_reason = \"error\"\n[worker.b]\n"
                             + command("which_children", "1s") + command("get_uptime", "2500ms"))),
             R"(0s: start app#1, start a#1, start b#1
                1ms: exit a#1 error, restart a#1 1/3, start a#2
                2ms: exit a#2 error, restart a#2 2/3, start a#3
                3ms: exit a#3 error, restart a#3 3/3, start a#4
                4ms: exit a#4 error, gave_up app#1 4/3 over a error, kill b#1, exit b#1 killed
                1s: command which_children app, reply app []
                2s500ms: command get_uptime app, reply app 2, end quiet)");
    }

    void v2ARestartAsOldAsTheWindowStillCounts()
    {
        const std::string exits = fails("a", "1s") + fails("a", "2s") + fails("a", "3s");
        const std::string one = "children = [\"a\"]\n[worker.a]\n";
        TOLD(play(tree(one, exits + fails("a", "6s")), {.kinds = "restart gave_up"}), R"(1s: restart a#1 1/3
                2s: restart a#2 2/3
                3s: restart a#3 3/3
                6s: gave_up app#1 4/3 over a error)");
        TOLD(play(tree(one, exits + fails("a", "6000000001ns")), {.kinds = "restart gave_up"}),
             R"(1s: restart a#1 1/3
                2s: restart a#2 2/3
                3s: restart a#3 3/3
                6s1ns: restart a#4 3/3)");
    }

    void v3ALimitOfZeroTripsAtTheFirstExit()
    {
        TOLD(played(tree("max_restarts = 0\nchildren = [\"a\", \"b\"]\n",
                         "[worker.a]\n[worker.b]\n" + fails("a", "1s"))),
             R"(0s: start app#1, start a#1, start b#1
                1s: exit a#1 error, gave_up app#1 1/0 over a error, kill b#1, exit b#1 killed, end quiet)");
    }

    void v4ANormalEndOfAPermanentChildIsRestartedAndCharged()
    {
        TOLD(
            played(tree("children = [\"a\"]\n", "[worker.a]\nlifetime = \"40s\"\nexit_reason = \"normal\"\n"),
                   "a"),
            R"(0s: start a#1
                40s: exit a#1 normal, restart a#1 1/3, start a#2)");
    }

    void v5APanicAndAKillAreSeenByNobody()
    {
        TOLD(played(tree(three, "[[fault]]\ninject = \"panic\"\ninto = \"a\"\nat = \"1s\"\n"
                                "[[fault]]\ninject = \"kill\"\ninto = \"b\"\nat = \"2s\"\n"
                                    + command("which_children", "3s"))),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                1s: exit a#1 panic
                2s: exit b#1 killed
                3s: command which_children app, reply app [["a", "worker", "permanent"], ["b",
                   "worker", "permanent"], ["c", "worker", "permanent"]], end quiet)");
    }

    void v6TwoFailuresAtOnceAreTwoRounds()
    {
        TOLD(
            played(tree("strategy = \"one_for_all\"\n" + three,
                        fails("a", "1s") + isLate("a", "50ms") + fails("b", "1010ms") + isLate("b", "40ms"))),
            R"(0s: start app#1, start a#1, start b#1, start c#1
                1s: exit a#1 error
                1s10ms: exit b#1 error
                1s50ms: restart a#1 1/3, kill c#1, exit c#1 killed, start a#2, start b#2, start c#2,
                   restart b#1 2/3, kill a#2, exit a#2 killed, kill b#2, exit b#2 killed, kill c#2,
                   exit c#2 killed, start a#3, start b#3, start c#3, end quiet)");
    }

    void v7AShutdownStopsInStartOrderEachAwaited()
    {
        TOLD(played(tree(three, command("shutdown", "1s") + isLate("a", "50ms"))),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                1s: command shutdown app, reply app "ok", stop app#1, kill a#1, exit a#1 killed
                1s50ms: kill b#1, exit b#1 killed, kill c#1, exit c#1 killed, exit app#1 shutdown,
                   end quiet)");
    }

    void v8RestForOneStopsOneAndStartsItBeforeTheNext()
    {
        TOLD(played(tree("strategy = \"rest_for_one\"\nchildren = [\"a\", \"b\", \"c\", \"d\"]\n",
                         "[worker.a]\n[worker.b]\n[worker.c]\n[worker.d]\n" + fails("b", "1s"))),
             R"(0s: start app#1, start a#1, start b#1, start c#1, start d#1
                1s: exit b#1 error, restart b#1 1/3, start b#2, kill c#1, exit c#1 killed, start c#2,
                   kill d#1, exit d#1 killed, start d#2, end quiet)");
    }

    void v9AGroupRestartLeavesANestedSupervisorStopped()
    {
        TOLD(played(tree("strategy = \"one_for_all\"\nchildren = [\"a\", \"sub\", \"b\"]\n",
                         "[worker.a]\n[worker.b]\n[supervisor.sub]\nchildren = [\"x\"]\n[worker.x]\n"
                             + fails("a", "1s") + command("which_children", "2s") + fails("b", "3s"))),
             R"(0s: start app#1, start a#1, start sub#1, start b#1, start sub/x#1
                1s: exit a#1 error, restart a#1 1/3, stop sub#1, kill b#1, kill sub/x#1,
                   exit b#1 killed, exit sub/x#1 killed, exit sub#1 shutdown, start a#2, start b#2
                2s: command which_children app, reply app [["a", "worker", "permanent"], ["sub",
                   "supervisor", "permanent"], ["b", "worker", "permanent"]]
                3s: exit b#2 error, restart b#2 2/3, kill a#2, exit a#2 killed, start a#3, start b#3,
                   end quiet)");
    }

    void v10ATemporarySiblingComesBack()
    {
        TOLD(played(tree("strategy = \"one_for_all\"\nchildren = [\"a\", \"t\"]\n",
                         "[worker.a]\n[worker.t]\nrestart = \"temporary\"\n" + fails("a", "1s")
                             + fails("t", "2s") + fails("a", "3s"))),
             R"(0s: start app#1, start a#1, start t#1
                1s: exit a#1 error, restart a#1 1/3, kill t#1, exit t#1 killed, start a#2, start t#2
                2s: exit t#2 error, removed t#2
                3s: exit a#2 error, restart a#2 2/3, start a#3, end quiet)");
    }

    void v11ATransientSiblingThatEndedNormallyHasLeftTheList()
    {
        TOLD(played(tree("strategy = \"one_for_all\"\nchildren = [\"a\", \"t\"]\n",
                         "[worker.a]\n[worker.t]\nrestart = \"transient\"\n" + fails("t", "1s")
                             + fails("t", "2s", "normal") + fails("a", "3s"))),
             R"(0s: start app#1, start a#1, start t#1
                1s: exit t#1 error, restart t#1 1/3, kill a#1, exit a#1 killed, start a#2, start t#2
                2s: exit t#2 normal, removed t#2
                3s: exit a#2 error, restart a#2 2/3, start a#3, end quiet)");
    }

    void v12AFailedInitIsAnotherEnd()
    {
        TOLD(played(tree("children = [\"a\"]\n",
                         "[worker.a]\ninit_time = \"10ms\"\ninit_result = [\"ok\", \"error\", \"ok\"]\n"
                             + fails("a", "1s"))),
             R"(0s: start app#1, start a#1
                1s: exit a#1 error, restart a#1 1/3, start a#2
                1s10ms: init_failed a#2 error, restart a#2 2/3, start a#3
                1s20ms: end quiet)");
    }

    void v14WhoIsAbortedHasNoSay()
    {
        TOLD(played(tree("children = [\"a\", \"b\"]\n",
                         "[worker.a]\nstop_time = \"never\"\n[worker.b]\n" + command("shutdown", "1s"))),
             R"(0s: start app#1, start a#1, start b#1
                1s: command shutdown app, reply app "ok", stop app#1, kill a#1, exit a#1 killed,
                   kill b#1, exit b#1 killed, exit app#1 shutdown, end quiet)");
    }

    void v16TheEndOfAnEarlierChildIsTheNextMessage()
    {
        TOLD(played(tree("strategy = \"rest_for_one\"\n" + three,
                         fails("b", "1s") + fails("a", "1010ms") + isLate("c", "50ms")),
                    "a b c"),
             R"(0s: start a#1, start b#1, start c#1
                1s: exit b#1 error, restart b#1 1/3, start b#2, kill c#1, exit c#1 killed
                1s10ms: exit a#1 error
                1s50ms: start c#2, restart a#1 2/3, start a#2, kill b#2, exit b#2 killed, start b#3,
                   kill c#2, exit c#2 killed, start c#3)");
    }

    void aWindowLongerThanTheClockForgets()
    {
        const std::string job = "[worker.a]\nlifetime = \"20s\"\nexit_reason = \"error\"\n";
        const std::string app = "max_restarts = 1\nwithin = \"1h\"\nchildren = [\"a\"]\n";
        TOLD(play(tree(app, job), {.kinds = "gave_up restart"}), R"(20s: restart a#1 1/1
                40s: gave_up app#1 2/1 over a error)");
        TOLD(play(tree(app + "options = { host_uptime = \"1m\" }\n", job), {.kinds = "gave_up restart"}),
             R"(20s: restart a#1 1/1
                40s: restart a#2 1/1
                1m: restart a#3 1/1)");
        // 59 min 30 s after the boot of the host: at 40 s the window reaches back to it.
        TOLD(play(tree(app + "options = { host_uptime = \"3570s\" }\n", job), {.kinds = "gave_up restart"}),
             R"(20s: restart a#1 1/1
                40s: gave_up app#1 2/1 over a error)");
    }

    void whoGaveUpTakesNewChildrenAndItsLimitIsStillHot()
    {
        TOLD(played(tree("max_restarts = 1\nwithin = \"1m\"\nchildren = [\"a\", \"b\"]\n",
                         "[worker.a]\n[worker.b]\n[worker.w]\n" + fails("a", "1s") + fails("a", "2s")
                             + command("start_child", "3s", "child = \"w\"\n") + fails("w", "4s"))),
             R"(0s: start app#1, start a#1, start b#1
                1s: exit a#1 error, restart a#1 1/1, start a#2
                2s: exit a#2 error, gave_up app#1 2/1 over a error, kill b#1, exit b#1 killed
                3s: command start_child app, start w#1, reply app ["ok", "app/w"]
                4s: exit w#1 error, gave_up app#1 3/1 over w error, end quiet)");
    }

    void callsAreAnsweredInSentences()
    {
        TOLD(played(tree("strategy = \"one_for_all\"\nchildren = [\"a\"]\n",
                         "[worker.a]\n[worker.w]\nrestart = \"transient\"\n[worker.again]\nid = \"w\"\n"
                             + command("start_child", "1s", "child = \"w\"\n")
                             + command("start_child", "2s", "child = \"again\"\n")
                             + command("which_children", "3s")
                             + command("terminate_child", "4s", "child = \"w\"\n")
                             + command("terminate_child", "5s", "child = \"w\"\n")
                             + command("get_restart_strategy", "6s") + command("get_uptime", "7900ms")
                             + command("shutdown", "8s") + command("which_children", "9s")
                             + command("shutdown", "10s"))),
             R"(0s: start app#1, start a#1
                1s: command start_child app, start w#1, reply app ["ok", "app/w"]
                2s: command start_child app, reply app ["error",
                   "child with id 'w' already exists - use a unique identifier"]
                3s: command which_children app, reply app [["a", "worker", "permanent"], ["w",
                   "worker", "transient"]]
                4s: command terminate_child app, removed w#1, kill w#1, exit w#1 killed, reply app "ok"
                5s: command terminate_child app, reply app ["error",
                   "child with id 'w' not found - it may have already terminated"]
                6s: command get_restart_strategy app, reply app "one_for_all"
                7s900ms: command get_uptime app, reply app 7
                8s: command shutdown app, reply app "ok", stop app#1, kill a#1, exit a#1 killed,
                   exit app#1 shutdown
                9s: command which_children app, reply app ["error",
                   "supervisor 'app' is shutting down - operation not permitted"]
                10s: command shutdown app, reply app ["error",
                   "supervisor 'app' is shutting down - operation not permitted"], end quiet)");
    }

    void aLinkedStartAnswersWhenTheChildIsUpAndBlocksMeanwhile()
    {
        TOLD(played(tree("children = [\"a\"]\n",
                         "[worker.a]\n[worker.w]\ninit_time = \"2s\"\n"
                             + command("start_child_linked", "1s", "child = \"w\"\ntimeout = \"5s\"\n")
                             + fails("a", "2s") + command("get_uptime", "2500ms"))),
             R"(0s: start app#1, start a#1
                1s: command start_child_linked app, start w#1
                2s: exit a#1 error
                2s500ms: command get_uptime app
                3s: reply app ["ok", "app/w"], restart a#1 1/3, start a#2, reply app 3, end quiet)");
    }

    void aLinkedStartThatFailsIsNotRestarted()
    {
        TOLD(played(tree("children = []\n",
                         "[worker.e]\ninit_time = \"1s\"\ninit_result = \"error:no license\"\n"
                         "[worker.p]\ninit_result = \"panic\"\n[worker.h]\ninit_result = \"hang\"\n"
                             + command("start_child_linked", "1s", "child = \"e\"\ntimeout = \"5s\"\n")
                             + command("start_child_linked", "3s", "child = \"p\"\ntimeout = \"5s\"\n")
                             + command("start_child_linked", "4s", "child = \"h\"\ntimeout = \"1500ms\"\n")
                             + command("which_children", "5s"))),
             R"(0s: start app#1
                1s: command start_child_linked app, start e#1
                2s: init_failed e#1 error:no license, reply app ["error",
                   "child 'e' initialization failed: no license"], unmatched e#1 error:no license
                3s: command start_child_linked app, start p#1, init_failed p#1 panic,
                   reply app ["error",
                   "child 'p' initialization failed: worker panicked during initialization"]
                4s: command start_child_linked app, start h#1
                5s: command which_children app
                5s500ms: kill h#1, reply app ["error",
                   "child 'h' initialization timed out after 1.5s"], exit h#1 killed, reply app [],
                   end quiet)");
    }

    void aMendedLinkedStartGoesOnBesideTheRest()
    {
        const std::string calls =
            command("start_child_linked", "1s", "child = \"w\"\ntimeout = \"5s\"\n")
            + command("start_child_linked", "1500ms", "child = \"v\"\ntimeout = \"1s\"\n")
            + command("start_child", "1600ms", "child = \"again\"\n") + command("get_uptime", "2s")
            + fails("a", "2s");
        const std::string scenario =
            tree("dialect = \"ash-flare:corrected:linked-start-blocks\"\nchildren = [\"a\"]\n",
                 "[worker.a]\n[worker.w]\ninit_time = \"3s\"\n[worker.v]\ninit_time = \"3s\"\n"
                 "[worker.again]\nid = \"w\"\n"
                     + calls);
        TOLD(played(scenario), R"(0s: start app#1, start a#1
                1s: command start_child_linked app, start w#1
                1s500ms: command start_child_linked app
                1s600ms: command start_child app, reply app ["error",
                   "child with id 'w' already exists - use a unique identifier"]
                2s: command get_uptime app, reply app 2, exit a#1 error, restart a#1 1/3, start a#2
                4s: reply app ["ok", "app/w"], start v#1
                5s: kill v#1, reply app ["error", "child 'v' initialization timed out after 1s"],
                   exit v#1 killed, end quiet)");
        TOLD(played(scenario + command("shutdown", "3s")), R"(0s: start app#1, start a#1
                1s: command start_child_linked app, start w#1
                1s500ms: command start_child_linked app
                1s600ms: command start_child app, reply app ["error",
                   "child with id 'w' already exists - use a unique identifier"]
                2s: command get_uptime app, reply app 2, exit a#1 error, restart a#1 1/3, start a#2
                3s: command shutdown app, reply app "ok", stop app#1, kill a#2, exit a#2 killed,
                   exit app#1 shutdown, reply app ["error",
                   "supervisor 'app' is shutting down - operation not permitted"], reply app ["error",
                   "supervisor 'app' is shutting down - operation not permitted"]
                4s: end quiet)");
    }

    void whatWaitsWhenALinkedStartIsOverHasItsTurnInOrder()
    {
        // The answer, the abort and the next message's restart fall into one instant.
        TOLD(played(tree("children = [\"a\"]\n",
                         "[worker.a]\n[worker.w]\ninit_time = \"9s\"\n"
                             + command("start_child_linked", "1s", "child = \"w\"\ntimeout = \"1s\"\n")
                             + fails("a", "1500ms"))),
             R"(0s: start app#1, start a#1
                1s: command start_child_linked app, start w#1
                1s500ms: exit a#1 error
                2s: kill w#1, reply app ["error", "child 'w' initialization timed out after 1s"],
                   exit w#1 killed, restart a#1 1/3, start a#2, end quiet)");
    }

    void callsThatWaitWhenTheSupervisorEndsAreToldSo()
    {
        TOLD(played(tree("children = [\"a\"]\n",
                         "[worker.a]\n[worker.w]\ninit_time = \"2s\"\n"
                             + command("start_child_linked", "1s", "child = \"w\"\ntimeout = \"5s\"\n")
                             + command("which_children", "2s")
                             + "[[fault]]\ninject = \"panic\"\ninto = \"app\"\nat = \"2500ms\"\n")),
             R"(0s: start app#1, start a#1
                1s: command start_child_linked app, start w#1
                2s: command which_children app
                2s500ms: exit app#1 panic, exit a#1 killed, exit w#1 killed, reply app ["error",
                   "supervisor 'app' is shutting down - operation not permitted"], reply app ["error",
                   "supervisor 'app' is shutting down - operation not permitted"], end quiet)");
    }

    void aNestedSupervisorThatIsDroppedAbortsItsWorkersAndLeavesSupervisors()
    {
        TOLD(played(
                 tree("children = [\"sub\"]\n", "[supervisor.sub]\nchildren = [\"x\", \"deep\"]\n[worker.x]\n"
                                                "[supervisor.deep]\nchildren = [\"y\"]\n[worker.y]\n"
                                                "[[fault]]\ninject = \"panic\"\ninto = \"sub\"\nat = \"1s\"\n"
                                                    + command("shutdown", "2s"))),
             R"(0s: start app#1, start sub#1, start sub/x#1, start sub/deep#1, start sub/deep/y#1
                1s: exit sub#1 panic, exit sub/x#1 killed
                2s: command shutdown app, reply app "ok", stop app#1, exit app#1 shutdown, end quiet)");
    }

    void theEndOfASecondChildOfOneIdRestartsTheFirst()
    {
        TOLD(played(
                 tree("children = [\"first\", \"second\"]\n",
                      "[worker.first]\nid = \"db\"\n[worker.second]\nid = \"db\"\n" + fails("second", "1s"))),
             R"(0s: start app#1, start db#1, start db(2)#1
                1s: exit db(2)#1 error, restart db(2)#1 1/3, kill db#1, exit db#1 killed, start db#2,
                   end quiet)");
    }

    void aDelayIsAnAdditionThatCountsFromTheEnd()
    {
        TOLD(played(tree("strategy = \"one_for_all\"\n" + three.substr(0, three.find('\n') + 1),
                         "[worker.a]\nbackoff = \"1s\"\n[worker.b]\n[worker.c]\n" + fails("a", "1s")
                             + fails("b", "1500ms"))),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                1s: exit a#1 error, restart a#1 1/3 after 1s
                1s500ms: exit b#1 error, restart b#1 2/3, kill c#1, exit c#1 killed, start a#2,
                   start b#2, start c#2, end quiet)");
    }

    void whatItLacksIsAnErrorOfTheFile_data()
    {
        QTest::addColumn<QString>("scenario");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *name, const std::string &scenario, const char *message) {
            QTest::newRow(name) << QString::fromStdString(scenario) << message;
        };
        const std::string sub = "children = []\n[supervisor.sub]\nchildren = []\n";
        row("start_child takes no supervisor", tree(sub, command("start_child", "1s", "child = \"sub\"\n")),
            "[supervisor.sub] is a supervisor: the \"start_child\" of the dialect \"ash-flare\" starts "
            "workers");
        row("a linked start has a timeout",
            tree("children = []\n[worker.w]\n", command("start_child_linked", "1s", "child = \"w\"\n")),
            "do = \"start_child_linked\" needs the key `timeout`");
        row("no other start has one",
            tree("children = []\n[worker.w]\n",
                 command("start_child", "1s", "child = \"w\"\ntimeout = \"1s\"\n")),
            "do = \"start_child\" takes no `timeout`");
        row("no restart_child", tree("children = []\n", command("restart_child", "1s", "child = \"w\"\n")),
            "the dialect \"ash-flare\" has no command \"restart_child\"");
        row("otp refuses two children of one id",
            tree("dialect = \"otp\"\nchildren = [\"a\", \"b\"]\n",
                 "[worker.a]\nid = \"x\"\n[worker.b]\nid = \"x\"\n"),
            "[worker.a] and [worker.b] have the same id \"x\" under one supervisor");
    }
    void whatItLacksIsAnErrorOfTheFile()
    {
        QFETCH(QString, scenario);
        QFETCH(QString, message);
        const auto read = readScenario(scenario.toStdString(), "test.toml");
        QVERIFY(!read);
        QCOMPARE(QString::fromStdString(read.error().front().message), message);
    }
};

QTEST_APPLESS_MAIN(TestAshFlare)
#include "tst_ash_flare.moc"
