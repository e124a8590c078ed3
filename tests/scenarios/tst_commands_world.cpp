#include "tests/scenarios/play.h"

#include <vector>

using namespace daruma;

namespace {

std::string command(const std::string &at, const std::string &to, const std::string &doing)
{
    return "[[command]]\nat = \"" + at + "\"\nto = \"" + to + "\"\n" + doing + "\n";
}

const std::string plain = R"toml(
[supervisor.app]
children = ["a", "mid"]
[worker.a]
restart = "temporary"
lifetime = "1m"
[supervisor.mid]
max_restarts = 9
children = ["b", "c"]
[worker.b]
[worker.c]
stop_time = "2s"
)toml";

const std::string instances = R"toml(
[supervisor.app]
strategy = "simple_one_for_one"
max_restarts = 9
children = ["conn"]
[worker.conn]
restart = "transient"
lifetime = "10s"
exit_reason = "normal"
)toml";

}  // namespace

class TestCommandsWorld : public QObject {
    Q_OBJECT

private slots:
    void eachCommandIsAnsweredByTheSupervisorAskedAndComesFromNothing()
    {
        TOLD(play(plain + "[worker.extra]\n" + command("1s", "mid", "do = \"start_child\"\nchild = \"extra\"")
                      + command("2s", "mid", "do = \"start_child\"\nchild = \"extra\"")
                      + command("3s", "mid", "do = \"delete_child\"\nchild = \"c\"")
                      + command("4s", "mid", "do = \"restart_child\"\nchild = \"c\"")
                      + command("5s", "mid", "do = \"terminate_child\"\nchild = \"c\"")
                      + command("8s", "mid", "do = \"restart_child\"\nchild = \"c\"")
                      + command("9s", "mid", "do = \"terminate_child\"\nchild = \"nobody\"")
                      + command("10s", "mid", "do = \"which_children\"")
                      + command("11s", "app", "do = \"count_children\"")
                      + command("12s", "mid", "do = \"terminate_child\"\nchild = \"b\"")
                      + command("13s", "mid", "do = \"delete_child\"\nchild = \"b\"")
                      + command("14s", "mid", "do = \"which_children\""),
                  {.kinds = "command reply", .causes = true}),
             R"(1s: command start_child mid <- nothing, )"
             R"(reply mid ["ok", "app/mid/extra#1"] <- command start_child mid
                2s: command start_child mid <- nothing, )"
             R"(reply mid ["error", ["already_started", "app/mid/extra#1"]] <- command start_child mid
                3s: command delete_child mid <- nothing, )"
             R"(reply mid ["error", "running"] <- command delete_child mid
                4s: command restart_child mid <- nothing, )"
             R"(reply mid ["error", "running"] <- command restart_child mid
                5s: command terminate_child mid <- nothing
                7s: reply mid "ok" <- command terminate_child mid
                8s: command restart_child mid <- nothing, )"
             R"(reply mid ["ok", "app/mid/c#2"] <- command restart_child mid
                9s: command terminate_child mid <- nothing, )"
             R"(reply mid ["error", "not_found"] <- command terminate_child mid
                10s: command which_children mid <- nothing, )"
             R"(reply mid [["extra", 1, "worker"], ["c", 2, "worker"], ["b", 1, "worker"]] )"
             R"(<- command which_children mid
                11s: command count_children app <- nothing, )"
             R"(reply app {"specs": 2, "active": 2, "supervisors": 1, "workers": 1} )"
             R"(<- command count_children app
                12s: command terminate_child mid <- nothing, reply mid "ok" <- command terminate_child mid
                13s: command delete_child mid <- nothing, reply mid "ok" <- command delete_child mid
                14s: command which_children mid <- nothing, )"
             R"(reply mid [["extra", 1, "worker"], ["c", 2, "worker"]] <- command which_children mid)");
    }

    void aReplyNamesItsCommand()
    {
        const Recording run = runOf(plain + command("1s", "app", "do = \"count_children\"")
                                    + command("2s", "mid", "do = \"which_children\"")
                                    + command("2s", "mid", "do = \"terminate_child\"\nchild = \"c\"")
                                    + command("3s", "mid", "do = \"count_children\"")
                                    + command("3500ms", "mid", "do = \"shutdown\""));
        std::vector<std::uint32_t> asked;
        for (const Event &event : run.events)
            if (event.kind == EventKind::Reply) {
                QCOMPARE(event.a, run.events[event.cause.value].a);
                asked.push_back(event.a);
            }
        QCOMPARE(asked, (std::vector<std::uint32_t>{0, 1, 2, 3, 4}));
    }

    void aCommandWaitsForWhatTheSupervisorIsDoing()
    {
        TOLD(play(plain + command("1s", "mid", "do = \"terminate_child\"\nchild = \"c\"")
                      + command("2s", "mid", "do = \"count_children\"")
                      + command("2s", "app", "do = \"count_children\""),
                  {.kinds = "reply"}),
             R"(2s: reply app {"specs": 2, "active": 2, "supervisors": 1, "workers": 1}
                3s: reply mid "ok", reply mid {"specs": 2, "active": 1, "supervisors": 0, "workers": 2})");
    }

    void whoIsNotThereDoesNotAnswer()
    {
        TOLD(play(plain + command("1s", "app", "do = \"terminate_child\"\nchild = \"mid\"")
                      + command("2s", "mid", "do = \"count_children\"")
                      + command("4s", "mid", "do = \"which_children\""),
                  {.kinds = "command reply"}),
             R"(1s: command terminate_child app
                2s: command count_children mid
                3s: reply app "ok", reply mid ["exit", "shutdown"]
                4s: command which_children mid, reply mid ["exit", "noproc"])");
    }

    void instancesHaveTheTemplatesBehaviourOrOneOfTheirOwn()
    {
        TOLD(play(instances + command("1s", "app", "do = \"start_child\"\nchild = \"x\"")
                      + command("2s", "app",
                                "do = \"start_child\"\nchild = \"y\"\nbehaviour = { lifetime = \"3s\", "
                                "exit_reason = [\"panic\", \"normal\"] }")
                      + command("3s", "app", "do = \"start_child\"\nchild = \"z\"\nbehaviour = {}")
                      + command("4s", "app", "do = \"which_children\"")
                      + command("20s", "app", "do = \"terminate_child\"\nchild = \"z\""),
                  {.kinds = "started exit reply removed restart stop"}),
             "0s: started app#1\n"
             "1s: started x#1, reply app [\"ok\", \"app/x#1\"]\n"
             "2s: started y#1, reply app [\"ok\", \"app/y#1\"]\n"
             "3s: started z#1, reply app [\"ok\", \"app/z#1\"]\n"
             "4s: reply app [[\"x\", 1, \"worker\"], [\"y\", 1, \"worker\"], [\"z\", 1, \"worker\"]]\n"
             "5s: exit y#1 panic, restart y#1 1/9, started y#2\n"
             "8s: exit y#2 normal, removed y#2\n"
             "11s: exit x#1 normal, removed x#1\n"
             "20s: stop z#1, exit z#1 shutdown, reply app \"ok\"");
    }

    void twoInstancesOfOneNameAreTwoProcesses()
    {
        const std::string twice = command("1s", "app", "do = \"start_child\"\nchild = \"x\"")
                                  + command("2s", "app", "do = \"start_child\"\nchild = \"x\"")
                                  + command("3s", "app", "do = \"count_children\"");
        TOLD(play(instances + twice, {.kinds = "started exit reply removed"}),
             "0s: started app#1\n"
             "1s: started x#1, reply app [\"ok\", \"app/x#1\"]\n"
             "2s: started x#2, reply app [\"ok\", \"app/x#2\"]\n"
             "3s: reply app {\"specs\": 1, \"active\": 2, \"supervisors\": 0, \"workers\": 2}\n"
             "11s: exit x#1 normal, removed x#1\n"
             "12s: exit x#2 normal, removed x#2");
    }

    void anInstanceWhoseNameANewerOneHasIsRestartedAfterItsBackoffToo()
    {
        std::string scenario = instances;
        scenario.replace(scenario.find("\"normal\""), 8, "[\"panic\", \"normal\"]\nbackoff = \"5s\"");
        scenario += command("1s", "app", "do = \"start_child\"\nchild = \"x\"")
                    + command("2s", "app", "do = \"start_child\"\nchild = \"x\"");
        TOLD(play(scenario, {.kinds = "started exit restart backoff"}),
             R"(0s: started app#1
                1s: started x#1
                2s: started x#2
                11s: exit x#1 panic, restart x#1 1/9 after 5s, backoff x#1 5s
                12s: exit x#2 normal
                16s: started x#3
                26s: exit x#3 normal)");
        // Stopped while it waits: it stays away.
        scenario += command("13s", "app", "do = \"shutdown\"");
        TOLD(play(scenario, {.kinds = "started exit backoff end"}),
             R"(0s: started app#1
                1s: started x#1
                2s: started x#2
                11s: exit x#1 panic, backoff x#1 5s
                12s: exit x#2 normal
                13s: exit app#1 shutdown, end quiet)");
    }

    void theShutdownOfTheRootCompletesItAndSaysWhoAndWhy()
    {
        const std::string scenario =
            plain + command("10s", "app", "do = \"shutdown\"\nby = \"operator\"\nwhy = \"deploy\"");
        const Recording run = runOf(scenario);
        TOLD(told(run, {.kinds = "command lifecycle stop exit reply end", .causes = true}),
             R"(0s: lifecycle app starting <- start app#1, lifecycle app alive <- started app#1
                10s: command shutdown app <- nothing, stop app#1 <- command shutdown app, )"
             R"(stop mid#1 <- stop app#1, lifecycle app shutting_down <- command shutdown app, )"
             R"(stop mid/c#1 <- stop mid#1
                12s: exit mid/c#1 shutdown <- stop mid/c#1, stop mid/b#1 <- stop mid#1, )"
             R"(exit mid/b#1 shutdown <- stop mid/b#1, exit mid#1 shutdown <- stop mid#1, )"
             R"(stop a#1 <- stop app#1, exit a#1 shutdown <- stop a#1, exit app#1 shutdown <- stop app#1, )"
             R"(reply app "ok" <- command shutdown app, )"
             R"(lifecycle app completed shutdown <- exit app#1 shutdown, end quiet <- nothing)");
        QCOMPARE(run.result.outcome, Outcome::Passed);
        QVERIFY(run.result.root.report().has_value());
        const FinalReport &report = *run.result.root.report();
        QCOMPARE(report.state, LifecycleState::Completed);
        QCOMPARE(run.text(report.request.by), std::string_view("operator"));
        QCOMPARE(run.text(report.request.why), std::string_view("deploy"));
        QCOMPARE(report.startedAt.ns(), std::int64_t(0));
        QCOMPARE(report.completedAt.ns(), std::int64_t(12'000'000'000));
    }

    void aSupervisorThatWasShutDownIsRestartedWhereItIsPermanent()
    {
        TOLD(play(plain + command("10s", "mid", "do = \"shutdown\""),
                  {.kinds = "exit restart reply started stop", .nodes = "mid app"}),
             R"(0s: started mid#1, started app#1
                10s: stop mid#1
                12s: exit mid#1 shutdown, reply mid "ok", restart mid#1 1/1, started mid#2)");
        std::string transient = plain;
        transient.replace(transient.find("max_restarts = 9"), 16, "restart = \"transient\"");
        TOLD(play(transient + command("10s", "mid", "do = \"shutdown\""),
                  {.kinds = "exit restart reply", .nodes = "mid app"}),
             R"(12s: exit mid#1 shutdown, reply mid "ok")");
    }

    void theGraceKillsEverythingAndNothingComesBack()
    {
        const Recording run = runOf(plain + command("10s", "app", "do = \"shutdown\"\ngrace = \"1s\""));
        TOLD(told(run, {.kinds = "stop kill exit restart reply lifecycle end"}),
             R"(0s: lifecycle app starting, lifecycle app alive
                10s: stop app#1, stop mid#1, lifecycle app shutting_down, stop mid/c#1
                11s: kill app#1, exit app#1 killed, reply app "ok", kill a#1, exit a#1 killed, )"
             R"(kill mid#1, exit mid#1 killed, kill mid/b#1, exit mid/b#1 killed, )"
             R"(kill mid/c#1, exit mid/c#1 killed, lifecycle app failed killed, end quiet)");
        QCOMPARE(run.result.outcome, Outcome::GaveUp);
    }

    void aGraceThatIsNotNeededDoesNotProlongTheRun()
    {
        const Recording run = runOf(plain + command("10s", "app", "do = \"shutdown\"\ngrace = \"30m\""));
        QCOMPARE(run.result.end.ns(), std::int64_t(12'000'000'000));
        QCOMPARE(run.result.endText, std::string("quiet"));
    }

    void oneGraceHoldsForAllThatAGlobAsksToStop()
    {
        TOLD(play("[supervisor.app]\n"
                  "max_restarts = 5\n"
                  "children = [\"left\", \"right\"]\n"
                  "[supervisor.left]\n"
                  "restart = \"temporary\"\n"
                  "children = [\"a\"]\n"
                  "[supervisor.right]\n"
                  "restart = \"temporary\"\n"
                  "children = [\"b\"]\n"
                  "[worker.a]\n"
                  "stop_time = \"1m\"\n"
                  "shutdown = \"infinity\"\n"
                  "[worker.b]\n"
                  "stop_time = \"1m\"\n"
                  "shutdown = \"infinity\"\n"
                  "[[command]]\n"
                  "at = \"10s\"\n"
                  "do = \"shutdown\"\n"
                  "to = \"app/*\"\n"
                  "grace = \"5s\"",
                  {.kinds = "stop kill exit"}),
             "10s: stop left#1, stop left/a#1, stop right#1, stop right/b#1\n"
             "15s: kill left#1, exit left#1 killed, kill left/a#1, exit left/a#1 killed, "
             "kill right#1, exit right#1 killed, kill right/b#1, exit right/b#1 killed");
    }

    void aRootThatStartsIsStoppedWhenItIsUp()
    {
        const std::string slow = "[supervisor.app]\nchildren = [\"a\"]\n[worker.a]\ninit_time = \"10s\"\n";
        TOLD(play(slow + command("5s", "app", "do = \"shutdown\""),
                  {.kinds = "command started stop exit reply lifecycle end"}),
             R"(0s: lifecycle app starting
                5s: command shutdown app
                10s: started a#1, started app#1, lifecycle app alive, stop app#1, stop a#1, )"
             R"(lifecycle app shutting_down, exit a#1 shutdown, exit app#1 shutdown, reply app "ok", )"
             R"(lifecycle app completed shutdown, end quiet)");
        TOLD(play(slow + "init_result = \"error\"\n"
                      + command("5s", "app", "do = \"shutdown\"\ngrace = \"1m\""),
                  {.kinds = "command init_failed reply end"}),
             R"(5s: command shutdown app
                10s: init_failed a#1 error, init_failed app#1 shutdown:failed_to_start_child:a:error, )"
             R"(reply app ["exit", "noproc"], end start_failed:shutdown:failed_to_start_child:a:error)");
        TOLD(play(slow + command("5s", "app", "do = \"shutdown\"\ngrace = \"1s\""),
                  {.kinds = "command kill exit reply end"}),
             R"(5s: command shutdown app
                6s: kill app#1, exit app#1 killed, kill a#1, exit a#1 killed, reply app ["exit", "noproc"], )"
             R"(end start_failed:killed)");
    }

    void aSecondShutdownIsAnsweredWithTheFirst()
    {
        TOLD(play(plain + command("10s", "app", "do = \"shutdown\"")
                      + command("11s", "app", "do = \"shutdown\"")
                      + command("13s", "app", "do = \"shutdown\""),
                  {.kinds = "command exit reply", .nodes = "app"}),
             R"(10s: command shutdown app
                11s: command shutdown app
                12s: exit app#1 shutdown, reply app "ok", reply app "ok"
                13s: command shutdown app, reply app ["exit", "noproc"])");
    }
};

QTEST_APPLESS_MAIN(TestCommandsWorld)
#include "tst_commands_world.moc"
