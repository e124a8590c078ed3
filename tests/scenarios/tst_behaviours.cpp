#include "tests/scenarios/play.h"

#include <algorithm>
#include <map>

using namespace daruma;

namespace {

/// One worker under a patient supervisor.
std::string one(const std::string &worker, const std::string &more = {})
{
    return "[scenario]\nhorizon = \"1h\"\n[supervisor.app]\nmax_restarts = 1000\nchildren = [\"a\"]\n"
           "[worker.a]\n"
           + worker + "\n" + more;
}

std::string at(const std::string &time, const std::string &doing)
{
    return "[[command]]\nat = \"" + time + "\"\nto = \"app\"\n" + doing + "\n";
}

const std::string stopA = "do = \"terminate_child\"\nchild = \"a\"";

std::map<std::string, int> shares(const std::string &scenario, const char *kind)
{
    const Recording run = runOf(scenario);
    std::map<std::string, int> shares;
    for (const Event &event : run.events)
        if (toText(event.kind) == kind)
            ++shares[toText(event.exitReason().kind).data()];
    return shares;
}

}  // namespace

class TestBehaviours : public QObject {
    Q_OBJECT

private slots:
    void eachIncarnationTakesItsEntryAndTheLastRepeats()
    {
        TOLD(play(one(R"toml(init_time = ["1s", "2s", "3s"]
lifetime = ["10s", "20s", "1m", "1m", "never"]
exit_reason = ["panic", "error:full", "shutdown:bye", "normal"])toml"),
                  {.nodes = "a"}),
             R"(0s: start a#1
                1s: started a#1
                11s: exit a#1 panic, restart a#1 1/1000, start a#2
                13s: started a#2
                33s: exit a#2 error:full, restart a#2 1/1000, start a#3
                36s: started a#3
                1m36s: exit a#3 shutdown:bye, restart a#3 1/1000, start a#4
                1m39s: started a#4
                2m39s: exit a#4 normal, restart a#4 1/1000, start a#5
                2m42s: started a#5)");
    }

    void stopTimesAndReasonsGoByIncarnationToo()
    {
        std::string commands;
        for (const char *time : {"1m", "2m", "3m"})
            commands += at(time, stopA) + at(time, "do = \"restart_child\"\nchild = \"a\"");
        TOLD(play(one("stop_time = [\"1s\", \"2s\"]\nstop_reason = [\"shutdown\", \"panic:late\", \"error\"]",
                      commands),
                  {.kinds = "stop exit start"}),
             R"(0s: start app#1, start a#1
                1m: stop a#1
                1m1s: exit a#1 shutdown, start a#2
                2m: stop a#2
                2m2s: exit a#2 panic:late, start a#3
                3m: stop a#3
                3m2s: exit a#3 error, start a#4)");
    }

    void incarnationsGoOnOverRestartsOfTheParent()
    {
        TOLD(play(R"toml(
[scenario]
horizon = "1m"
[supervisor.app]
max_restarts = 2
children = ["mid"]
[supervisor.mid]
children = ["a"]
[worker.a]
init_result = ["ok", "error:cold", "ok"]
[[fault]]
inject = "kill"
into = "mid"
at = "10s"
)toml",
                  {.kinds = "start started init_failed restart gave_up exit"}),
             R"(0s: start app#1, start mid#1, start mid/a#1, started mid/a#1, started mid#1, started app#1
                10s: exit mid#1 killed, restart mid#1 1/2, exit mid/a#1 killed, start mid#2, start mid/a#2, )"
             R"(init_failed mid/a#2 error:cold, )"
             R"(init_failed mid#2 shutdown:failed_to_start_child:a:error:cold, )"
             R"(restart mid#2 2/2, start mid#3, start mid/a#3, started mid/a#3, started mid#3)");
    }

    void chancesAreMetInTheLongRun()
    {
        const auto ends =
            shares(one("lifetime = \"1s\"\nexit_reason = { normal = 0.75, panic = 0.25 }"), "exit");
        QVERIFY(ends.at("normal") > 2550 && ends.at("normal") < 2850);
        QCOMPARE(ends.at("normal") + ends.at("panic"), 3600);
        const auto starts =
            shares(one("init_time = \"1s\"\nlifetime = \"9s\"\ninit_result = [\"ok\", { error = 0.5 }]"),
                   "init_failed");
        QVERIFY(starts.at("error") > 150 && starts.at("error") < 450);
    }

    void aHangingStartBlocksItsSupervisorUntilItIsKilled()
    {
        TOLD(
            play(R"toml(
[supervisor.app]
max_restarts = 3
within = "1m"
children = ["a", "b"]
[worker.a]
lifetime = ["1s", "never"]
init_result = ["ok", "hang", "ok"]
[worker.b]
lifetime = ["5s", "never"]
[[command]]
at = "6s"
do = "count_children"
to = "app"
[[fault]]
inject = "panic"
into = "a"
at = "7s"
[[fault]]
inject = "kill"
into = "a"
at = "10s"
[[command]]
at = "10500ms"
do = "shutdown"
to = "app"
)toml",
                 {.kinds = "start exit fault restart reply"}),
            R"(0s: start app#1, start a#1, start b#1
                1s: exit a#1 panic, restart a#1 1/3, start a#2
                5s: exit b#1 panic
                7s: fault a dropped
                10s: fault a, exit a#2 killed, restart b#1 2/3, start b#2, )"
            R"(reply app {"specs": 2, "active": 1, "supervisors": 0, "workers": 2}, restart a#2 3/3, start a#3
                10s500ms: exit b#2 shutdown, exit a#3 shutdown, exit app#1 shutdown, reply app "ok")");
    }

    void aSupervisorsOwnStartCanFailBeforeAnyChild_data()
    {
        QTest::addColumn<QString>("result");
        QTest::addColumn<QString>("expected");
        QTest::newRow("error") << R"("error:cold")"
                               << "0s: start app#1, start mid#1, init_failed mid#1 error:cold, "
                                  "init_failed app#1 shutdown:failed_to_start_child:mid:error:cold, "
                                  "end start_failed:shutdown:failed_to_start_child:mid:error:cold";
        QTest::newRow("panic") << R"("panic")"
                               << "0s: start app#1, start mid#1, init_failed mid#1 panic, "
                                  "init_failed app#1 shutdown:failed_to_start_child:mid:panic, "
                                  "end start_failed:shutdown:failed_to_start_child:mid:panic";
        QTest::newRow("ignore") << R"("ignore")"
                                << "0s: start app#1, start mid#1, ignored mid#1, started app#1, end quiet";
    }

    void aSupervisorsOwnStartCanFailBeforeAnyChild()
    {
        QFETCH(QString, result);
        QFETCH(QString, expected);
        TOLD(
            play(
                "[supervisor.app]\nchildren = [\"mid\"]\n[supervisor.mid]\nchildren = [\"a\"]\ninit_result = "
                    + result.toStdString() + "\n[worker.a]\n",
                {.kinds = "start started init_failed ignored end"}),
            expected.toStdString());
    }

    void whatAStartNeedsMustRun()
    {
        TOLD(play(R"toml(
[supervisor.app]
max_restarts = 5
children = ["db", "web"]
[worker.db]
lifetime = ["10s", "never"]
init_time = "3s"
[worker.web]
needs = ["db"]
lifetime = ["12s", "never"]
backoff = "2s"
)toml",
                  {.kinds = "started init_failed exit backoff"}),
             R"(3s: started db#1, started web#1, started app#1
                13s: exit db#1 panic
                15s: exit web#1 panic
                16s: started db#2, backoff web#1 2s
                18s: started web#2)");
    }

    void aMissingNeedFailsTheStartWithError()
    {
        TOLD(play(R"toml(
[supervisor.app]
children = ["web", "db"]
[worker.db]
[worker.web]
needs = ["db"]
)toml",
                  {.kinds = "started init_failed end"}),
             R"(0s: init_failed web#1 error, init_failed app#1 shutdown:failed_to_start_child:web:error, )"
             R"(end start_failed:shutdown:failed_to_start_child:web:error)");
    }

    void aNeedCanBeAGlobAndASupervisor()
    {
        const char *scenario = R"toml(
[scenario]
horizon = "30s"
[supervisor.app]
max_restarts = 9
children = ["data", "web"]
[supervisor.data]
max_restarts = 9
children = ["db"]
[worker.db]
count = 2
init_time = "1s"
[worker.web]
needs = ["db[*]", "data"]
patience = "500ms"
backoff = "5s"
[[fault]]
inject = "panic"
into = "db[1]"
at = "10s"
[[fault]]
inject = "kill"
into = "data"
at = "20s"
)toml";
        TOLD(play(scenario, {.kinds = "exit started init_failed gave_up", .nodes = "web app"}),
             R"(2s: started web#1, started app#1
                10s500ms: exit web#1 panic
                15s500ms: started web#2
                20s500ms: exit web#2 panic
                27s: started web#3)");
    }

    void patienceBeginsWhenTheNeedGoesAndEndsWhenItIsBack()
    {
        TOLD(play(R"toml(
[scenario]
horizon = "1m"
[supervisor.app]
max_restarts = 9
children = ["db", "web"]
[worker.db]
lifetime = ["10s", "never"]
init_time = ["0s", "1999ms", "3s"]
[worker.web]
needs = ["db"]
patience = "2s"
[[fault]]
inject = "panic"
into = "db"
at = "30s"
)toml",
                  {.kinds = "exit started", .nodes = "db web", .causes = true}),
             R"(0s: started db#1 <- start db#1, started web#1 <- start web#1
                10s: exit db#1 panic <- started db#1
                11s999ms: started db#2 <- start db#2
                30s: exit db#2 panic <- fault db
                32s: exit web#1 panic <- exit db#2 panic
                33s: started db#3 <- start db#3, started web#2 <- start web#2)");
    }

    void aMissingNeedIsBorneForEverByDefault()
    {
        TOLD(play(R"toml(
[scenario]
horizon = "1h"
[supervisor.app]
children = ["db", "web"]
[worker.db]
restart = "temporary"
lifetime = "10s"
[worker.web]
needs = ["db"]
)toml",
                  {.kinds = "exit started end"}),
             R"(0s: started db#1, started web#1, started app#1
                10s: exit db#1 panic, end quiet)");
    }

    void eachMissingNeedHasAPatienceOfItsOwn()
    {
        // x is away from 10 s to 13 s, y from 12 s to 16 s: neither for 5 s, together for 6 s.
        TOLD(play(R"toml(
[scenario]
horizon = "1m"
[supervisor.app]
max_restarts = 9
children = ["left", "right", "web"]
[supervisor.left]
children = ["x"]
[supervisor.right]
children = ["y"]
[worker.x]
lifetime = ["10s", "never"]
init_time = ["0s", "3s"]
[worker.y]
lifetime = ["12s", "8s", "never"]
init_time = ["0s", "4s", "6s"]
[worker.web]
needs = ["x", "y"]
patience = "5s"
backoff = "1s"
)toml",
                  {.kinds = "exit started", .nodes = "left/x right/y web", .causes = true}),
             R"(0s: started left/x#1 <- start left/x#1, started right/y#1 <- start right/y#1, )"
             R"(started web#1 <- start web#1
                10s: exit left/x#1 panic <- started left/x#1
                12s: exit right/y#1 panic <- started right/y#1
                13s: started left/x#2 <- start left/x#2
                16s: started right/y#2 <- start right/y#2
                24s: exit right/y#2 panic <- started right/y#2
                29s: exit web#1 panic <- exit right/y#2 panic
                30s: started right/y#3 <- start right/y#3, started web#2 <- start web#2)");
    }

    void aNeedThatIsBeingStoppedIsMissing()
    {
        TOLD(play(R"toml(
[scenario]
horizon = "1m"
[supervisor.app]
children = ["db", "web"]
[worker.db]
stop_time = "3s"
[worker.web]
needs = ["db"]
patience = "2s"
restart = "temporary"
[[command]]
at = "10s"
do = "terminate_child"
to = "app"
child = "db"
)toml",
                  {.kinds = "exit stop", .causes = true}),
             R"(10s: stop db#1 <- command terminate_child app
                12s: exit web#1 panic <- stop db#1
                13s: exit db#1 shutdown <- stop db#1)");
    }

    void whatStartChildMakesHasItsNeedsAndCanBeNeeded()
    {
        TOLD(play("[scenario]\n"
                  "horizon = \"1m\"\n"
                  "[supervisor.app]\n"
                  "children = [\"db\"]\n"
                  "[worker.db]\n"
                  "restart = \"temporary\"\n"
                  "lifetime = \"20s\"\n"
                  "[worker.cache]\n"
                  "restart = \"temporary\"\n"
                  "lifetime = \"5s\"\n"
                  "[worker.web]\n"
                  "restart = \"temporary\"\n"
                  "needs = [\"db\", \"cache\"]\n"
                  "patience = \"1s\"\n"
                  "[[command]]\n"
                  "at = \"1s\"\n"
                  "do = \"start_child\"\n"
                  "to = \"app\"\n"
                  "child = \"web\"\n"
                  "[[command]]\n"
                  "at = \"2s\"\n"
                  "do = \"start_child\"\n"
                  "to = \"app\"\n"
                  "child = \"cache\"\n"
                  "[[command]]\n"
                  "at = \"3s\"\n"
                  "do = \"start_child\"\n"
                  "to = \"app\"\n"
                  "child = \"web\"",
                  {.kinds = "start started init_failed exit reply", .nodes = "app web cache"}),
             "0s: start app#1, started app#1\n"
             "1s: start web#1, init_failed web#1 error, reply app [\"error\", \"error\"]\n"
             "2s: start cache#1, started cache#1, reply app [\"ok\", \"app/cache#1\"]\n"
             "3s: start web#2, started web#2, reply app [\"ok\", \"app/web#2\"]\n"
             "7s: exit cache#1 panic\n"
             "8s: exit web#2 panic");
    }

    void countMakesChildrenWithLivesOfTheirOwn()
    {
        const Recording run =
            runOf(one("count = 3\nlifetime = \"exp(1m)\"\nstop_time = \"1s\"",
                      at("30m", "do = \"which_children\"") + at("31m", "do = \"shutdown\"")));
        std::map<std::int64_t, int> moments;
        for (const Event &event : run.events)
            if (event.kind == EventKind::Exit && event.value > 0)
                ++moments[event.t];
        QVERIFY(moments.size() > 60);
        TOLD(told(run, {.kinds = "start", .nodes = "a[0] a[1] a[2]"}).substr(0, 41),
             "0s: start a[0]#1, start a[1]#1, start a[2");
        const std::string stops = told(run, {.kinds = "stop", .nodes = "a[*"});
        QVERIFY2(stops.find("stop a[2]") < stops.find("stop a[1]")
                     && stops.find("stop a[1]") < stops.find("stop a[0]"),
                 stops.c_str());
    }

    void aProcessThatNeverObeysMustBeKilled()
    {
        TOLD(play(one("stop_time = \"never\"\nshutdown = \"7s\"", at("10s", stopA)),
                  {.kinds = "stop kill exit reply", .causes = true}),
             R"(10s: stop a#1 <- command terminate_child app
                17s: kill a#1 <- stop a#1, exit a#1 killed <- kill a#1, )"
             R"(reply app "ok" <- command terminate_child app)");
    }

    void aProcessThatDoesNotTrapEndsAtOnceWithTheReasonOfTheSignal()
    {
        TOLD(play(one("", at("10s", stopA)), {.kinds = "stop kill exit reply"}),
             R"(10s: stop a#1, exit a#1 shutdown, reply app "ok")");
        TOLD(play(one("shutdown = \"brutal_kill\"\nstop_time = \"1s\"", at("10s", stopA)),
                  {.kinds = "stop kill exit reply"}),
             R"(10s: kill a#1, exit a#1 killed, reply app "ok")");
    }

    void itsLifeGoesOnWhileItIgnoresAStopAndEndsWhileItObeys()
    {
        TOLD(play(one("stop_time = \"never\"\nshutdown = \"7s\"\nlifetime = \"12s\"", at("10s", stopA)),
                  {.kinds = "stop kill exit reply"}),
             R"(10s: stop a#1
                12s: exit a#1 panic, reply app "ok")");
        TOLD(play(one("stop_time = \"4s\"\nshutdown = \"7s\"\nlifetime = \"12s\"", at("10s", stopA)),
                  {.kinds = "stop kill exit reply"}),
             R"(10s: stop a#1
                14s: exit a#1 shutdown, reply app "ok")");
    }

    void aSlowStopIsCutByTheDeadline()
    {
        TOLD(play(one("stop_time = \"8s\"", at("10s", stopA)), {.kinds = "stop kill exit reply"}),
             R"(10s: stop a#1
                15s: kill a#1, exit a#1 killed, reply app "ok")");
    }

    void reasonsAreSaidInFull_data()
    {
        QTest::addColumn<QString>("reason");
        QTest::addColumn<QString>("exit");
        QTest::newRow("normal") << "normal"
                                << "normal";
        QTest::newRow("shutdown") << "shutdown"
                                  << "shutdown";
        QTest::newRow("a shutdown with a text") << "shutdown:a b"
                                                << "shutdown:a b";
        QTest::newRow("an error") << "error"
                                  << "error";
        QTest::newRow("an error with a text") << "error:no route: x"
                                              << "error:no route: x";
        QTest::newRow("a panic") << "panic"
                                 << "panic";
        QTest::newRow("a panic with a text") << "panic:Ü"
                                             << "panic:Ü";
        QTest::newRow("a kill") << "kill"
                                << "killed";
    }

    void reasonsAreSaidInFull()
    {
        QFETCH(QString, reason);
        QFETCH(QString, exit);
        TOLD(play(one("restart = \"temporary\"\nlifetime = \"1s\"\nexit_reason = \"" + reason.toStdString()
                      + "\""),
                  {.kinds = "exit"}),
             "1s: exit a#1 " + exit.toStdString());
    }
};

QTEST_APPLESS_MAIN(TestBehaviours)
#include "tst_behaviours.moc"
