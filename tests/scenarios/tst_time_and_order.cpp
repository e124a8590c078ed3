#include "tests/scenarios/play.h"

#include <algorithm>
#include <set>
#include <vector>

using namespace daruma;

namespace {

std::string command(const std::string &at, const std::string &doing)
{
    return "[[command]]\nto = \"app\"\nat = \"" + at + "\"\n" + doing + "\n";
}

std::string backingOff(const std::string &backoff, const std::string &lifetime)
{
    return "[scenario]\nhorizon = \"5m\"\n[supervisor.app]\nmax_restarts = 100\nchildren = [\"a\"]\n"
           "[worker.a]\nlifetime = "
           + lifetime + "\nbackoff = " + backoff + "\n";
}

/// The delays of the restarts, in milliseconds.
std::vector<std::int64_t> delays(const std::string &scenario, std::uint64_t seed = 1)
{
    std::vector<std::int64_t> all;
    const Recording run = runOf(scenario, seed);
    for (const Event &event : run.events)
        if (event.kind == EventKind::Restart)
            all.push_back(event.value / 1'000'000);
    return all;
}

const std::string groupOf = R"toml(
max_restarts = 9
children = ["a", "b", "c"]
[worker.a]
[worker.b]
lifetime = ["10s", "never"]
backoff = "5s"
[worker.c]
)toml";

const std::string manyAtOnce = R"toml(
[scenario]
ties = "random"
horizon = "30s"
[supervisor.app]
max_restarts = 100
children = ["one", "two", "three"]
[supervisor.one]
max_restarts = 9
children = ["a"]
[supervisor.two]
max_restarts = 9
children = ["b"]
[supervisor.three]
max_restarts = 9
children = ["c"]
[worker.a]
lifetime = ["10s", "never"]
[worker.b]
lifetime = ["10s", "never"]
[worker.c]
lifetime = ["10s", "never"]
)toml";

}  // namespace

class TestTimeAndOrder : public QObject {
    Q_OBJECT

private slots:
    void theBootComesFirstThenStrikesInTheOrderOfTheFileThenDeadlines()
    {
        TOLD(
            play("[supervisor.app]\nmax_restarts = 9\nchildren = [\"a\", \"b\"]\n"
                 "[worker.a]\nlifetime = [\"0s\", \"never\"]\n[worker.b]\n"
                 "[[fault]]\ninject = \"panic\"\ninto = \"b\"\nat = \"0s\"\n"
                     + command("0s", "do = \"count_children\"")
                     + "[[fault]]\ninject = \"kill\"\ninto = \"b\"\nat = \"0s\"\n",
                 {.kinds = "started fault exit command"}),
            "0s: started a#1, started b#1, started app#1, fault b, exit b#1 panic, started b#2, "
            "command count_children app, fault b, exit b#2 killed, started b#3, exit a#1 panic, started a#2");
    }

    void deadlinesOfOneMomentComeInTheOrderOfArming()
    {
        // c is armed at 0 s for 10 s, a at 4 s for 6 s, b at 2 s for 8 s.
        TOLD(play("[supervisor.app]\nmax_restarts = 9\nchildren = [\"c\", \"b\", \"a\"]\n"
                  "[worker.a]\ninit_time = \"2s\"\nlifetime = [\"6s\", \"never\"]\n"
                  "[worker.b]\ninit_time = \"2s\"\nlifetime = [\"8s\", \"never\"]\n"
                  "[worker.c]\nlifetime = [\"10s\", \"never\"]\n",
                  {.kinds = "exit"}),
             "10s: exit c#1 panic, exit b#1 panic, exit a#1 panic");
    }

    void whatAStrikeCausesComesBeforeTheNextStrike()
    {
        TOLD(play("[supervisor.app]\nmax_restarts = 9\nchildren = [\"a\", \"b\"]\n[worker.a]\n[worker.b]\n"
                  "[[fault]]\ninject = \"panic\"\ninto = \"b\"\nat = \"1s\"\n"
                  "[[fault]]\ninject = \"panic\"\ninto = \"a\"\nat = \"1s\"\n",
                  {.kinds = "fault exit restart start started", .causes = true})
                 .substr(165),
             "fault b <- nothing, exit b#1 panic <- fault b, restart b#1 1/9 <- exit b#1 panic, "
             "start b#2 <- restart b#1 1/9, started b#2 <- start b#2, fault a <- nothing, "
             "exit a#1 panic <- fault a, restart a#1 2/9 <- exit a#1 panic, start a#2 <- restart a#1 2/9, "
             "started a#2 <- start a#2");
    }

    void randomTiesTryEveryOrderAndRepeatThemselves()
    {
        std::set<std::string> orders;
        for (std::uint64_t seed = 1; seed <= 60; ++seed) {
            const Show show{.kinds = "exit", .seed = seed};
            const std::string order = play(manyAtOnce, show);
            QCOMPARE(play(manyAtOnce, show), order);
            orders.insert(order);
        }
        QCOMPARE(orders.size(), std::size_t(6));
        std::string fifo = manyAtOnce;
        fifo.replace(fifo.find("random"), 6, "fifo");
        for (const std::uint64_t seed : {1, 2, 3})
            TOLD(play(fifo, {.kinds = "exit", .seed = seed}),
                 "10s: exit one/a#1 panic, exit two/b#1 panic, exit three/c#1 panic");
    }

    void randomTiesShuffleStrikesWithDeadlines()
    {
        const std::string both = manyAtOnce
                                 + "[[fault]]\ninject = \"exit\"\ninto = \"a\"\nat = \"10s\"\n"
                                   "[[fault]]\ninject = \"exit\"\ninto = \"b\"\nat = \"10s\"\n";
        std::set<std::string> orders;
        for (std::uint64_t seed = 1; seed <= 200; ++seed) {
            const std::string order = play(both, {.kinds = "fault exit", .seed = seed});
            orders.insert(order.substr(0, order.find(',')));
        }
        QCOMPARE(orders,
                 (std::set<std::string>{"10s: fault one/a", "10s: fault two/b", "10s: exit one/a#1 panic",
                                        "10s: exit two/b#1 panic", "10s: exit three/c#1 panic"}));
    }

    void randomTiesNeverPutAConsequenceBeforeItsCause()
    {
        for (std::uint64_t seed = 1; seed <= 60; ++seed) {
            const Recording run = runOf(manyAtOnce, seed);
            for (std::size_t i = 0; i < run.events.size(); ++i)
                QVERIFY(!run.events[i].cause.isValid() || run.events[i].cause.value < i);
            for (const char *node : {"one/a", "two/b", "three/c"})
                TOLD(told(run, {.kinds = "exit restart start started", .nodes = node}),
                     QString("0s: start %1#1, started %1#1\n"
                             "10s: exit %1#1 panic, restart %1#1 1/9, start %1#2, started %1#2")
                         .arg(node)
                         .toStdString());
        }
    }

    void theHorizonIsPartOfTheRun()
    {
        const std::string scenario = "[scenario]\nhorizon = \"10s\"\n[supervisor.app]\nchildren = [\"a\"]\n"
                                     "[worker.a]\nlifetime = ";
        TOLD(play(scenario + "\"10s\"\n", {.kinds = "exit end"}), "10s: exit a#1 panic, end horizon");
        TOLD(play(scenario + "\"10001ms\"\n", {.kinds = "exit end"}), "10s: end horizon");
        TOLD(play(scenario + "\"never\"\n", {.kinds = "exit end"}), "0s: end quiet");
        TOLD(play(scenario + "\"never\"\n" + command("10s", "do = \"count_children\""),
                  {.kinds = "command end"}),
             "10s: command count_children app, end quiet");
    }

    void whatIsToComeHappensAfterTheEndOfTheRootToo()
    {
        TOLD(play("[supervisor.app]\nchildren = [\"a\"]\n[worker.a]\n" + command("1s", "do = \"shutdown\"")
                      + command("5s", "do = \"count_children\"")
                      + "[[fault]]\ninject = \"panic\"\ninto = \"a\"\nat = \"7s\"\n",
                  {.kinds = "command reply fault end"}),
             "1s: command shutdown app, reply app \"ok\"\n"
             "5s: command count_children app, reply app [\"exit\", \"noproc\"]\n"
             "7s: fault a dropped, end quiet");
    }

    void aTreeThatCannotStartSaysSoHoweverTheRunEnds()
    {
        const std::string scenario = "[scenario]\nhorizon = \"1m\"\n[supervisor.app]\nchildren = [\"a\"]\n"
                                     "[worker.a]\ninit_result = \"error:no disk\"\n";
        const std::string said = "end start_failed:shutdown:failed_to_start_child:a:error:no disk";
        TOLD(play(scenario, {.kinds = "end"}), "0s: " + said);
        TOLD(play(scenario + "[[fault]]\ninject = \"panic\"\ninto = \"a\"\nevery = \"7s\"\n",
                  {.kinds = "end"}),
             "1m: " + said);
    }

    void timeAloneCanBreakAnExpectation()
    {
        const Recording run =
            runOf("[scenario]\nhorizon = \"1m\"\n[supervisor.app]\nchildren = [\"a\"]\n[worker.a]\n"
                  "[[expect]]\nname = \"short\"\nalways = \"time < 20s\"\n"
                  "[[expect]]\nname = \"long\"\nalways = \"time < 2m\"\n");
        QCOMPARE(run.result.outcome, Outcome::Failed);
        QVERIFY(!run.result.expectations[0].passed);
        QCOMPARE(run.result.expectations[0].at.ns(), std::int64_t(20'000'000'000));
    }

    // Backoff

    void aFixedBackoffDelaysEachRestart()
    {
        TOLD(play(backingOff("\"5s\"", "[\"10s\", \"1s\", \"never\"]"),
                  {.kinds = "exit restart backoff start", .causes = true}),
             "0s: start app#1 <- nothing, start a#1 <- start app#1\n"
             "10s: exit a#1 panic <- started a#1, restart a#1 1/100 after 5s <- exit a#1 panic, "
             "backoff a#1 5s <- restart a#1 1/100 after 5s\n"
             "15s: start a#2 <- backoff a#1 5s\n"
             "16s: exit a#2 panic <- started a#2, restart a#2 1/100 after 5s <- exit a#2 panic, "
             "backoff a#2 5s <- restart a#2 1/100 after 5s\n"
             "21s: start a#3 <- backoff a#2 5s");
    }

    void aGrowingBackoffIsMultipliedUpToItsCap()
    {
        QCOMPARE(delays(backingOff("{ first = \"200ms\", factor = 2, cap = \"3s\" }",
                                   "[\"1s\", \"1s\", \"1s\", \"1s\", \"1s\", \"1s\", \"never\"]")),
                 (std::vector<std::int64_t>{200, 400, 800, 1600, 3000, 3000}));
        QCOMPARE(
            delays(backingOff("{ first = \"1s\", factor = 1.5 }", "[\"1s\", \"1s\", \"1s\", \"never\"]")),
            (std::vector<std::int64_t>{1000, 1500, 2250}));
    }

    void aLongLifeBeginsTheBackoffAnew()
    {
        QCOMPARE(delays(backingOff("{ first = \"1s\", factor = 2, reset_after = \"20s\" }",
                                   "[\"1s\", \"1s\", \"19999ms\", \"20s\", \"1s\", \"never\"]")),
                 (std::vector<std::int64_t>{1000, 2000, 4000, 1000, 2000}));
    }

    void jitterStaysInItsShareAndDiffersBySeed()
    {
        const std::string scenario = backingOff("{ first = \"1s\", jitter = 0.2 }", "\"1s\"");
        const auto all = delays(scenario);
        QVERIFY(all.size() > 90);
        const auto [least, most] = std::minmax_element(all.begin(), all.end());
        QVERIFY(*least >= 800 && *most <= 1200 && *most - *least > 100);
        QVERIFY(delays(scenario, 2) != all);
        QCOMPARE(delays(scenario, 1), all);
    }

    void aFailedRestartBacksOffAgain()
    {
        TOLD(
            play(backingOff("\"5s\"", "[\"10s\", \"never\"]") + "init_result = [\"ok\", \"error\", \"ok\"]\n",
                 {.kinds = "exit init_failed backoff started"}),
            "0s: started a#1, started app#1\n10s: exit a#1 panic, backoff a#1 5s\n"
            "15s: init_failed a#2 error, backoff a#2 5s\n20s: started a#3");
    }

    void whoIsTerminatedInItsBackoffStaysAway()
    {
        TOLD(play(backingOff("\"5s\"", "[\"10s\", \"never\"]")
                      + command("12s", "do = \"terminate_child\"\nchild = \"a\""),
                  {.kinds = "exit backoff start reply end"}),
             "0s: start app#1, start a#1\n10s: exit a#1 panic, backoff a#1 5s\n12s: reply app \"ok\", end "
             "quiet");
    }

    void theEndOfTheTreeEndsABackoff()
    {
        TOLD(play(backingOff("\"2m\"", "[\"10s\", \"never\"]") + command("12s", "do = \"shutdown\""),
                  {.kinds = "exit backoff end"}),
             "10s: exit a#1 panic, backoff a#1 2m\n12s: exit app#1 shutdown, end quiet");
        TOLD(play(backingOff("\"2m\"", "[\"10s\", \"never\"]")
                      + "[[fault]]\ninject = \"kill\"\ninto = \"app\"\nat = \"12s\"\n",
                  {.kinds = "exit backoff end"}),
             "10s: exit a#1 panic, backoff a#1 2m\n12s: exit app#1 killed, end quiet");
    }

    void aGroupIsStoppedWhenTheDelayIsOver_data()
    {
        QTest::addColumn<QString>("strategy");
        QTest::addColumn<QString>("expected");
        QTest::newRow("one_for_one") << "one_for_one"
                                     << "15s: start b#2";
        QTest::newRow("rest_for_one") << "rest_for_one"
                                      << "15s: stop c#1, exit c#1 shutdown, start b#2, start c#2";
        QTest::newRow("one_for_all") << "one_for_all"
                                     << "15s: stop c#1, exit c#1 shutdown, stop a#1, exit a#1 shutdown, "
                                        "start a#2, start b#2, start c#2";
    }

    void aGroupIsStoppedWhenTheDelayIsOver()
    {
        QFETCH(QString, strategy);
        QFETCH(QString, expected);
        const std::string story =
            play("[supervisor.app]\nstrategy = \"" + strategy.toStdString() + "\"" + groupOf,
                 {.kinds = "start stop exit backoff"});
        TOLD(story, "0s: start app#1, start a#1, start b#1, start c#1\n10s: exit b#1 panic, backoff b#1 5s\n"
                        + expected.toStdString());
    }

    void aSupervisorCanBackOffToo()
    {
        TOLD(play("[supervisor.app]\nmax_restarts = 9\nchildren = [\"mid\"]\n"
                  "[supervisor.mid]\nbackoff = \"5s\"\nchildren = [\"a\"]\n[worker.a]\n"
                  "[[fault]]\ninject = \"kill\"\ninto = \"mid\"\nat = \"10s\"\n",
                  {.kinds = "start exit backoff"}),
             "0s: start app#1, start mid#1, start mid/a#1\n"
             "10s: exit mid#1 killed, backoff mid#1 5s, exit mid/a#1 killed\n"
             "15s: start mid#2, start mid/a#2");
    }
};

QTEST_APPLESS_MAIN(TestTimeAndOrder)
#include "tst_time_and_order.moc"
