#include "tests/scenarios/play.h"

#include <algorithm>
#include <vector>

using namespace daruma;

namespace {

const std::string pair = R"toml(
[scenario]
horizon = "10m"
[supervisor.app]
max_restarts = 1000
children = ["a", "b"]
)toml";

std::string fault(const std::string &keys)
{
    return "[[fault]]\n" + keys + "\n";
}

/// `a` starts slowly at first, runs, obeys slowly at 20 s, and is dead from 25 s on.
std::string phases(const std::string &inject, const std::string &at)
{
    return "[supervisor.app]\nmax_restarts = 9\nchildren = [\"a\"]\n"
           "[worker.a]\ninit_time = \"10s\"\nstop_time = \"5s\"\nshutdown = \"infinity\"\n"
           "[[command]]\nat = \"20s\"\ndo = \"terminate_child\"\nto = \"app\"\nchild = \"a\"\n"
           + fault("into = \"a\"\nat = \"" + at + "\"\n" + inject);
}

}  // namespace

class TestFaults : public QObject {
    Q_OBJECT

    /// Which of the copies of `a` a fault every second strikes, in order.
    static std::vector<std::string> picked(int copies, const std::string &keys)
    {
        const Recording run = runOf(pair + "[worker.a]\ncount = " + std::to_string(copies) + "\n[worker.b]\n"
                                    + fault("inject = \"kill\"\ninto = \"a\"\nevery = \"1s\"\n" + keys));
        std::vector<std::string> nodes;
        for (const Event &event : run.events) {
            if (event.kind == EventKind::Fault)
                nodes.push_back(run.path(event.node));
        }
        return nodes;
    }

private slots:
    void aFaultStrikesWhatRunsAndAKillWhateverLives_data()
    {
        QTest::addColumn<QString>("inject");
        QTest::addColumn<QString>("at");
        QTest::addColumn<QString>("expected");
        const QString panic = "inject = \"panic\"";
        const QString exit = "inject = \"exit\"\nreason = \"normal\"";
        const QString kill = "inject = \"kill\"";
        const QString again = ", restart a#1 1/9, start a#2";
        QTest::newRow("a panic of a starting one is dropped") << panic << "5s"
                                                              << "5s: fault a dropped";
        QTest::newRow("a panic of a running one") << panic << "15s"
                                                  << "15s: fault a, exit a#1 panic" + again;
        QTest::newRow("a panic of a stopping one is dropped") << panic << "22s"
                                                              << "22s: fault a dropped";
        QTest::newRow("a panic of a dead one is dropped") << panic << "30s"
                                                          << "30s: fault a dropped";
        QTest::newRow("an exit of a starting one is dropped") << exit << "5s"
                                                              << "5s: fault a dropped";
        QTest::newRow("an exit of a running one") << exit << "15s"
                                                  << "15s: fault a, exit a#1 normal" + again;
        QTest::newRow("an exit of a stopping one is dropped") << exit << "22s"
                                                              << "22s: fault a dropped";
        QTest::newRow("an exit of a dead one is dropped") << exit << "30s"
                                                          << "30s: fault a dropped";
        QTest::newRow("a kill of a starting one")
            << kill << "5s"
            << "5s: fault a, exit a#1 killed, init_failed app#1 shutdown:failed_to_start_child:a:killed";
        QTest::newRow("a kill of a running one") << kill << "15s"
                                                 << "15s: fault a, exit a#1 killed" + again;
        QTest::newRow("a kill of a stopping one") << kill << "22s"
                                                  << "22s: fault a, exit a#1 killed";
        QTest::newRow("a kill of a dead one is dropped") << kill << "30s"
                                                         << "30s: fault a dropped";
        QTest::newRow("a hang of a dead one is dropped") << "inject = \"hang\""
                                                         << "30s"
                                                         << "30s: fault a dropped";
        QTest::newRow("an outage of a running one") << "inject = \"outage\"\nlasts = \"3s\""
                                                    << "15s"
                                                    << "15s: fault a 3s, exit a#1 panic" + again;
        QTest::newRow("an outage of a dead one is no less an outage") << "inject = \"outage\"\nlasts = \"3s\""
                                                                      << "30s"
                                                                      << "30s: fault a 3s";
    }

    void aFaultStrikesWhatRunsAndAKillWhateverLives()
    {
        QFETCH(QString, inject);
        QFETCH(QString, at);
        QFETCH(QString, expected);
        const std::string all = play(phases(inject.toStdString(), at.toStdString()),
                                     {.kinds = "start exit fault restart init_failed"});
        const std::size_t from = all.find(at.toStdString() + ": ");
        QVERIFY2(from != std::string::npos, all.c_str());
        TOLD(all.substr(from, all.find('\n', from) - from), expected.toStdString());
    }

    void theReasonOfAnExitIsTheGivenOne_data()
    {
        QTest::addColumn<QString>("reason");
        QTest::addColumn<QString>("exit");
        QTest::newRow("none is a panic") << ""
                                         << "panic";
        QTest::newRow("normal") << "reason = \"normal\""
                                << "normal";
        QTest::newRow("shutdown") << "reason = \"shutdown\""
                                  << "shutdown";
        QTest::newRow("shutdown with a text") << "reason = \"shutdown:bye\""
                                              << "shutdown:bye";
        QTest::newRow("error with a text") << "reason = \"error:disk\""
                                           << "error:disk";
        QTest::newRow("panic with a text") << "reason = \"panic:oops\""
                                           << "panic:oops";
    }

    void theReasonOfAnExitIsTheGivenOne()
    {
        QFETCH(QString, reason);
        QFETCH(QString, exit);
        TOLD(play(pair + "[worker.a]\n[worker.b]\n"
                      + fault("inject = \"exit\"\ninto = \"a\"\nat = \"1s\"\n" + reason.toStdString()),
                  {.kinds = "exit"}),
             "1s: exit a#1 " + exit.toStdString());
    }

    void everyBeginsAtItsFirstBoundAndKeepsBothInclusively()
    {
        TOLD(play(pair + "[worker.a]\n[worker.b]\n"
                      + fault(
                          "inject = \"panic\"\ninto = \"a\"\nevery = \"10s\"\nbetween = [\"1m\", \"90s\"]"),
                  {.kinds = "fault end", .causes = true}),
             R"(1m10s: fault a <- nothing
                1m20s: fault a <- nothing
                1m30s: fault a <- nothing, end quiet <- nothing)");
    }

    void whenIsSetOffBetweenItsBoundsInclusively()
    {
        TOLD(play(pair + "[worker.a]\nlifetime = \"10s\"\n[worker.b]\n"
                      + fault("inject = \"panic\"\ninto = \"b\"\nwhen = \"a exits\"\nafter = \"1s\"\n"
                              "between = [\"20s\", \"30s\"]"),
                  {.kinds = "fault exit", .nodes = "b", .causes = true}),
             R"(21s: fault b <- exit a#2 panic, exit b#1 panic <- fault b
                31s: fault b <- exit a#3 panic, exit b#2 panic <- fault b)");
    }

    void severalThatWaitComeInTheOrderOfTheirMoments()
    {
        // Set off at 10 s, 11 s and 12 s; each waits longer than they are apart.
        TOLD(play(pair + "[worker.a]\nlifetime = [\"10s\", \"1s\", \"1s\", \"never\"]\n[worker.b]\n"
                      + fault("inject = \"panic\"\ninto = \"b\"\nwhen = \"a exits\"\nafter = \"5s\""),
                  {.kinds = "fault", .causes = true}),
             R"(15s: fault b <- exit a#1 panic
                16s: fault b <- exit a#2 panic
                17s: fault b <- exit a#3 panic)");
        // At one moment: in the order in which they were set off.
        TOLD(play(pair + "[worker.a]\nlifetime = [\"10s\", \"0s\", \"never\"]\n[worker.b]\n"
                      + fault("inject = \"panic\"\ninto = \"b\"\nwhen = \"a exits\"\nafter = \"5s\""),
                  {.kinds = "fault", .causes = true}),
             R"(15s: fault b <- exit a#1 panic, fault b <- exit a#2 panic)");
    }

    void theVerbsOfWhenAreTheirEvents_data()
    {
        QTest::addColumn<QString>("when");
        QTest::addColumn<QString>("cause");
        QTest::newRow("starts") << "mid starts"
                                << "start mid#1";
        QTest::newRow("is up") << "mid is up"
                               << "started mid#1";
        QTest::newRow("exits") << "mid exits"
                               << "exit mid#1 shutdown";
        QTest::newRow("restarts") << "a restarts"
                                  << "restart mid/a#1 1/1";
        QTest::newRow("stops") << "b stops"
                               << "stop mid/b#1";
        QTest::newRow("is killed") << "b is killed"
                                   << "kill mid/b#1";
        QTest::newRow("gives up") << "mid gives up"
                                  << "gave_up mid#1 2/1 over mid/a panic";
        QTest::newRow("fails to start") << "late fails to start"
                                        << "init_failed late#1 error";
    }

    void theVerbsOfWhenAreTheirEvents()
    {
        QFETCH(QString, when);
        QFETCH(QString, cause);
        const std::string story = play(R"toml(
[supervisor.app]
max_restarts = 0
children = ["other", "mid"]
[worker.other]
[supervisor.mid]
children = ["a", "b"]
restart = "transient"
[worker.a]
lifetime = ["10s", "2s", "never"]
[worker.b]
stop_time = "9s"
shutdown = "1s"
[[command]]
at = "14s"
do = "start_child"
to = "app"
child = "late"
[worker.late]
init_result = "error"
)toml" + fault("inject = \"panic\"\ninto = \"other\"\ncount = 1\nwhen = \"" + when.toStdString() + "\""),
                                       {.kinds = "fault", .causes = true});
        QVERIFY2(story.find("fault other <- " + cause.toStdString()) != std::string::npos, story.c_str());
        QCOMPARE(std::count(story.begin(), story.end(), '<'), 1);
    }

    void chanceAndCountBoundWhatTakesPlace()
    {
        const std::string workers = pair + "[worker.a]\n[worker.b]\n";
        const auto strikes = [&](const std::string &keys) {
            const Recording run =
                runOf(workers + fault("inject = \"panic\"\ninto = \"a\"\nevery = \"1s\"\n" + keys));
            return std::count_if(run.events.begin(), run.events.end(),
                                 [](const Event &event) { return event.kind == EventKind::Fault; });
        };
        QCOMPARE(strikes(""), 600);
        QCOMPARE(strikes("chance = 0.0"), 0);
        QCOMPARE(strikes("chance = 1.0"), 600);
        QCOMPARE(strikes("count = 7"), 7);
        QCOMPARE(strikes("chance = 0.5\ncount = 7"), 7);
        const auto half = strikes("chance = 0.5");
        QVERIFY(half > 240 && half < 360);
    }

    void oneThatChanceSparesLeavesItsPlaceToTheNext()
    {
        // All are set off before the first could strike; one takes place in the end.
        for (const std::uint64_t seed : {1, 2, 3, 4, 5, 6, 7, 8}) {
            const Recording run = runOf(pair + "[worker.a]\nlifetime = \"1s\"\n[worker.b]\n"
                                            + fault("inject = \"panic\"\ninto = \"b\"\nwhen = \"a exits\"\n"
                                                    "after = \"5m\"\nchance = 0.3\ncount = 1"),
                                        seed);
            QCOMPARE(std::count_if(run.events.begin(), run.events.end(),
                                   [](const Event &event) { return event.kind == EventKind::Fault; }),
                     1);
        }
    }

    void aGlobStrikesEachOfItsNodesInOrder()
    {
        TOLD(play(pair + "[worker.a]\ncount = 3\n[worker.b]\n"
                      + fault("name = \"all\"\ninject = \"panic\"\ninto = \"a[*]\"\nat = \"1s\""),
                  {.kinds = "fault exit"}),
             R"(1s: fault a[0], exit a[0]#1 panic, fault a[1], exit a[1]#1 panic, )"
             R"(fault a[2], exit a[2]#1 panic)");
    }

    void pickStrikesSomeOfTheTargetsDrawnAnewEachTime()
    {
        const std::vector<std::string> two = picked(4, "pick = 2");
        QCOMPARE(two.size(), std::size_t{1200});
        for (std::size_t i = 0; i < two.size(); i += 2)
            QVERIFY2(two[i] < two[i + 1], "two different ones, in the order of the tree");
        for (const char *node : {"app/a[0]", "app/a[1]", "app/a[2]", "app/a[3]"}) {
            const auto hits = std::count(two.begin(), two.end(), node);
            QVERIFY2(hits > 240 && hits < 360, node);
        }
        QCOMPARE(picked(4, "pick = 9"), picked(4, ""));
        QCOMPARE(picked(4, "pick = 1\ncount = 5").size(), std::size_t{5});
    }

    void pickIsDrawnForEachPlaceSoThatAnotherPlaceChangesOnlyWhatItTakes()
    {
        const std::vector<std::string> three = picked(3, "pick = 1");
        const std::vector<std::string> four = picked(4, "pick = 1");
        QCOMPARE(three.size(), four.size());
        QVERIFY(three != four);
        for (std::size_t i = 0; i < four.size(); ++i)
            QVERIFY(four[i] == three[i] || four[i] == "app/a[3]");
    }

    void whatStartChildMakesLaterIsATargetFromThenOn()
    {
        const std::string later = R"toml(
[worker.a]
[worker.b]
[worker.extra]
restart = "temporary"
[[command]]
at = "15s"
do = "start_child"
to = "app"
child = "extra"
)toml";
        TOLD(play(pair + later + fault("inject = \"panic\"\ninto = \"extra\"\nevery = \"10s\"\ncount = 3"),
                  {.kinds = "fault exit"}),
             R"(10s: fault nothing dropped
                20s: fault extra, exit extra#1 panic
                30s: fault extra dropped)");
        TOLD(play(pair + later + fault("inject = \"panic\"\ninto = \"a\"\nwhen = \"extra is up\""),
                  {.kinds = "fault", .causes = true}),
             "15s: fault a <- started extra#1");
    }

    void aDelayLengthensAStart()
    {
        TOLD(play(pair + "[worker.a]\ninit_time = \"2s\"\nlifetime = [\"10s\", \"never\"]\n[worker.b]\n"
                      + fault("inject = \"delay\"\ninto = \"a\"\non = \"init\"\nby = \"3s\"\n"
                              "between = [\"12s\", \"12s\"]"),
                  {.kinds = "fault start started exit", .nodes = "a", .causes = true}),
             R"(0s: start a#1 <- start app#1
                2s: started a#1 <- start a#1
                12s: exit a#1 panic <- started a#1, start a#2 <- restart a#1 1/1000, fault a 3s <- nothing
                17s: started a#2 <- start a#2)");
    }

    void aDelayLengthensAStopUpToTheDeadline()
    {
        const auto scenario = [](const char *by) {
            return pair + "[worker.a]\nstop_time = \"2s\"\n[worker.b]\n"
                   + fault("inject = \"delay\"\ninto = \"a\"\non = \"stop\"\nby = \"" + std::string(by)
                           + "\"")
                   + "[[command]]\nat = \"1m\"\ndo = \"terminate_child\"\nto = \"app\"\nchild = \"a\"\n";
        };
        TOLD(play(scenario("2s"), {.kinds = "fault stop kill exit"}),
             R"(1m: stop a#1, fault a 2s
                1m4s: exit a#1 shutdown)");
        TOLD(play(scenario("4s"), {.kinds = "fault stop kill exit"}),
             R"(1m: stop a#1, fault a 4s
                1m5s: kill a#1, exit a#1 killed)");
    }

    void aDelayedExitSignalIsHeardLate()
    {
        const std::string late =
            pair + "[worker.a]\nlifetime = [\"10s\", \"never\"]\n[worker.b]\n"
            + fault("inject = \"delay\"\ninto = \"a\"\non = \"exit_signal\"\nby = \"3s\"");
        TOLD(play(late, {.kinds = "fault exit restart"}),
             R"(10s: exit a#1 panic, fault a 3s
                13s: restart a#1 1/1000)");
        // Its supervisor takes it for alive; who stops it finds it dead, as OTP's monitor does.
        TOLD(play(late
                      + "[[command]]\nat = \"11s\"\ndo = \"count_children\"\nto = \"app\"\n"
                        "[[command]]\nat = \"12s\"\ndo = \"terminate_child\"\nto = \"app\"\nchild = \"a\"\n",
                  {.kinds = "fault exit restart reply stop end"}),
             R"(10s: exit a#1 panic, fault a 3s
                11s: reply app {"specs": 2, "active": 2, "supervisors": 0, "workers": 2}
                12s: reply app "ok", end quiet)");
    }

    void aHangingProcessDiesOfASignalUnlessItTraps()
    {
        const auto scenario = [](const char *worker, const char *command) {
            return pair + "[worker.a]\nlifetime = \"1m\"\n" + worker + "[worker.b]\n"
                   + fault("inject = \"hang\"\ninto = \"a\"\nat = \"10s\"")
                   + fault("inject = \"panic\"\ninto = \"a\"\nat = \"3m\"")
                   + "[[command]]\nat = \"2m\"\nto = \"app\"\ndo = \"" + command + "\"\nchild = \"a\"\n";
        };
        TOLD(play(scenario("", "terminate_child"), {.kinds = "fault stop kill exit"}),
             R"(10s: fault a
                2m: stop a#1, exit a#1 shutdown
                3m: fault a dropped)");
        TOLD(play(scenario("stop_time = \"1s\"\n", "terminate_child"), {.kinds = "fault stop kill exit"}),
             R"(10s: fault a
                2m: stop a#1
                2m5s: kill a#1, exit a#1 killed
                3m: fault a dropped)");
    }

    void aHangInAStartBlocksTheSupervisor()
    {
        TOLD(play(pair + "[worker.a]\ninit_time = \"10s\"\n[worker.b]\n"
                      + fault("inject = \"hang\"\ninto = \"a\"\nat = \"5s\""),
                  {.kinds = "fault start started end"}),
             R"(0s: start app#1, start a#1
                5s: fault a, end stuck:app waits for ever)");
    }

    void aHangingProcessHasNoPatienceToLose()
    {
        TOLD(play(pair
                      + "[worker.a]\nrestart = \"temporary\"\nlifetime = \"20s\"\n"
                        "[worker.b]\nneeds = [\"a\"]\npatience = \"1s\"\n"
                      + fault("inject = \"hang\"\ninto = \"b\"\nat = \"10s\""),
                  {.kinds = "fault exit end"}),
             R"(10s: fault b
                20s: exit a#1 panic, end quiet)");
    }

    void aHangingSupervisorDoesNothingUntilItIsKilled()
    {
        TOLD(play(R"toml(
[supervisor.app]
children = ["mid"]
[supervisor.mid]
shutdown = "5s"
children = ["a"]
[worker.a]
lifetime = ["20s", "never"]
[[fault]]
inject = "hang"
into = "mid"
at = "10s"
[[command]]
at = "30s"
do = "count_children"
to = "mid"
[[command]]
at = "1m"
do = "terminate_child"
to = "app"
child = "mid"
)toml",
                  {.kinds = "fault exit restart stop kill reply end", .causes = true}),
             R"(10s: fault mid <- nothing
                20s: exit mid/a#1 panic <- started mid/a#1
                1m: stop mid#1 <- command terminate_child app
                1m5s: kill mid#1 <- stop mid#1, exit mid#1 killed <- kill mid#1, )"
             R"(reply app "ok" <- command terminate_child app, )"
             R"(reply mid ["exit", "killed"] <- command count_children mid, end quiet <- nothing)");
    }

    void aKilledSupervisorTakesItsChildrenAndWhatObeysSlowlyIsLeftOver()
    {
        TOLD(play(R"toml(
[supervisor.app]
children = ["mid"]
[supervisor.mid]
children = ["a", "b"]
[worker.a]
[worker.b]
stop_time = "3s"
[[fault]]
inject = "kill"
into = "mid"
at = "10s"
[[fault]]
inject = "panic"
into = "b"
at = "12s"
)toml",
                  {.kinds = "fault exit restart start", .causes = true}),
             R"(0s: start app#1 <- nothing, start mid#1 <- start app#1, start mid/a#1 <- start mid#1, )"
             R"(start mid/b#1 <- start mid#1
                10s: fault mid <- nothing, exit mid#1 killed <- fault mid, )"
             R"(restart mid#1 1/1 <- exit mid#1 killed, exit mid/a#1 killed <- exit mid#1 killed, )"
             R"(start mid#2 <- restart mid#1 1/1, start mid/a#2 <- start mid#2, start mid/b#2 <- start mid#2
                12s: fault mid/b <- nothing, exit mid/b#2 panic <- fault mid/b, )"
             R"(restart mid/b#2 1/1 <- exit mid/b#2 panic, start mid/b#3 <- restart mid/b#2 1/1
                13s: exit mid/b#1 killed <- exit mid#1 killed)");
    }

    void aSupervisorThatPanicsStillStopsItsChildrenInOrder()
    {
        TOLD(play(R"toml(
[supervisor.app]
children = ["mid"]
[supervisor.mid]
children = ["a", "b"]
[worker.a]
[worker.b]
stop_time = "3s"
[[fault]]
inject = "exit"
reason = "error:bad"
into = "mid"
at = "10s"
)toml",
                  {.kinds = "fault exit restart stop started", .causes = false}),
             R"(0s: started mid/a#1, started mid/b#1, started mid#1, started app#1
                10s: fault mid, stop mid/b#1
                13s: exit mid/b#1 shutdown, stop mid/a#1, exit mid/a#1 shutdown, exit mid#1 error:bad, )"
             R"(restart mid#1 1/1, started mid/a#2, started mid/b#2, started mid#2)");
    }
};

QTEST_APPLESS_MAIN(TestFaults)
#include "tst_faults.moc"
