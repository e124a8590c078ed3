#include "tests/scenarios/play.h"

#include <QFile>
#include <QTemporaryDir>

using namespace daruma;

namespace {

constexpr std::string_view happenings =
    "start exit init_failed stop kill restart backoff gave_up unmatched end";

std::string fault(const std::string &inject, const std::string &into, const std::string &at)
{
    return "[[fault]]\ninject = \"" + inject + "\"\ninto = \"" + into + "\"\nat = \"" + at + "\"\n";
}

std::string shutdownAt(const std::string &at)
{
    return "[[command]]\ndo = \"shutdown\"\nto = \"app\"\nat = \"" + at + "\"\n";
}

}  // namespace

/// The shape whose children have nothing to do with each other, and each of its choices, by dialects of the
/// test's own.
class TestIndependent : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    /// A scenario of the children a, b and c under a dialect with these rules and defaults.
    std::string scenario(const std::string &rules, const std::string &defaults, const std::string &rest,
                         const std::string &a = {})
    {
        QFile file(m_folder.filePath("independent.toml"));
        if (!file.open(QIODevice::WriteOnly))
            qFatal("cannot write");
        file.write(QByteArray::fromStdString(
            "name = \"independent\"\ntitle = \"independent\"\nshape = \"independent\"\npromises = "
            "[\"accounting\", \"restart-decided\"]\n"
            "[accepts]\nstrategies = [\"one_for_one\"]\nrestart_types = [\"permanent\", \"transient\", "
            "\"temporary\"]\ncommands = []\nunlimited = true\noptions = [\"pause\"]\n"
            "[defaults]\nmax_restarts = 2\nwithin = \"10s\"\n"
            + defaults + "[rules]\nwindow_stamps = \"exact\"\n" + rules));
        return "[scenario]\nhorizon = \"5m\"\ndialect = \"" + file.fileName().toStdString()
               + "\"\n[supervisor.app]\nchildren = [\"a\", \"b\", \"c\"]\n[worker.a]\n" + a
               + "[worker.b]\n[worker.c]\n" + rest;
    }

    std::string played(const std::string &text, std::string_view nodes = {})
    {
        return play(text, {.kinds = happenings, .nodes = nodes});
    }

private slots:
    void eachChildIsRestartedByItself()
    {
        TOLD(played(scenario("", "", fault("panic", "b", "1s") + fault("kill", "c", "2s"))),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                1s: exit b#1 panic, restart b#1 1/2, start b#2
                2s: exit c#1 killed, restart c#1 2/2, start c#2, end quiet)");
    }

    void theRestartTypeDecidesWhoIs()
    {
        TOLD(played(scenario("", "", "",
                             "restart = \"transient\"\nlifetime = \"1s\"\nexit_reason = [\"error\","
                             " \"normal\"]\n")),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                1s: exit a#1 error, restart a#1 1/2, start a#2
                2s: exit a#2 normal, end quiet)");
    }

    void aStartThatFailsIsAnEndLikeAnother()
    {
        TOLD(played(scenario("", "", "", "init_time = \"500ms\"\ninit_result = [\"error\", \"ok\"]\n")),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                500ms: init_failed a#1 error, restart a#1 1/2, start a#2
                1s: end quiet)");
    }

    void oneLimitOfAllRefusesTheRestartOfWhoeverIsTheNext()
    {
        const std::string strikes = fault("panic", "a", "1s") + fault("panic", "a", "2s")
                                    + fault("panic", "b", "3s") + fault("panic", "c", "12s");
        TOLD(played(scenario("", "", strikes)),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                1s: exit a#1 panic, restart a#1 1/2, start a#2
                2s: exit a#2 panic, restart a#2 2/2, start a#3
                3s: exit b#1 panic, gave_up app#1 restart limit of the supervisor 3/2 over b panic
                12s: exit c#1 panic, gave_up app#1 restart limit of the supervisor 3/2 over c panic,
                   end quiet)");
    }

    void aLimitOfEachChildLeavesTheOthersTheirs()
    {
        const std::string strikes = fault("panic", "a", "1s") + fault("panic", "a", "2s")
                                    + fault("panic", "a", "3s") + fault("panic", "b", "4s");
        TOLD(played(scenario("limit_of = \"each_child\"\n", "", strikes)),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                1s: exit a#1 panic, restart a#1 1/2, start a#2
                2s: exit a#2 panic, restart a#2 2/2, start a#3
                3s: exit a#3 panic, gave_up app#1 restart limit of the child 3/2 over a panic
                4s: exit b#1 panic, restart b#1 1/2, start b#2, end quiet)");
    }

    void whereStartsAreCountedTheFirstOneIs()
    {
        const std::string rules = "limit_of = \"each_child\"\ncounts = \"starts\"\nwindow = \"fixed\"\n";
        const std::string strikes = fault("panic", "a", "9s") + fault("panic", "a", "9500ms");
        TOLD(played(scenario(rules, "", strikes), "a app"),
             R"(0s: start app#1, start a#1
                9s: exit a#1 panic, restart a#1 2/2, start a#2
                9s500ms: exit a#2 panic, gave_up app#1 restart limit of the child 3/2 over a panic,
                   end quiet)");
    }

    void whereStartsAreCountedTheyAreAfterTheDelay()
    {
        const std::string rules = "limit_of = \"each_child\"\ncounts = \"starts\"\nwindow = \"fixed\"\n";
        const std::string refused = fault("panic", "a", "7s") + fault("panic", "a", "8500ms");
        const std::string late = fault("panic", "a", "7s") + fault("panic", "a", "9500ms");
        TOLD(played(scenario(rules, "backoff = \"1s\"\n", refused), "a app"),
             R"(0s: start app#1, start a#1
                7s: exit a#1 panic, restart a#1 2/2 after 1s, backoff a#1 1s
                8s: start a#2
                8s500ms: exit a#2 panic, restart a#2 3/2 after 1s, backoff a#2 1s
                9s500ms: gave_up app#1 restart limit of the child 3/2 over a panic,
                   end quiet)");
        TOLD(played(scenario(rules, "backoff = \"1s\"\n", late), "a"),
             R"(0s: start a#1
                7s: exit a#1 panic, restart a#1 2/2 after 1s, backoff a#1 1s
                8s: start a#2
                9s500ms: exit a#2 panic, restart a#2 3/2 after 1s, backoff a#2 1s
                10s500ms: start a#3)");
    }

    void aDelayIsEachChildsOwnAndGrows()
    {
        const std::string strikes =
            fault("panic", "a", "1s") + fault("panic", "b", "1500ms") + fault("panic", "a", "3s");
        TOLD(played(scenario("limit_of = \"each_child\"\n", "backoff = { first = \"1s\", factor = 2 }\n",
                             strikes),
                    "a b"),
             R"(0s: start a#1, start b#1
                1s: exit a#1 panic, restart a#1 1/2 after 1s, backoff a#1 1s
                1s500ms: exit b#1 panic, restart b#1 1/2 after 1s, backoff b#1 1s
                2s: start a#2
                2s500ms: start b#2
                3s: exit a#2 panic, restart a#2 2/2 after 2s, backoff a#2 2s
                5s: start a#3)");
    }

    void pastTheLimitAllRestartsPauseAndThenTheCountIsZero()
    {
        const std::string strikes = fault("panic", "a", "1s") + fault("panic", "a", "2s")
                                    + fault("panic", "b", "3s") + fault("panic", "a", "8500ms")
                                    + fault("panic", "a", "9s") + fault("panic", "a", "9500ms");
        TOLD(played(scenario("past_limit = \"pauses\"\n", "pause = \"5s\"\n", strikes)),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                1s: exit a#1 panic, restart a#1 1/2, start a#2
                2s: exit a#2 panic, restart a#2 2/2, start a#3
                3s: exit b#1 panic, restart b#1 3/2 after 5s, backoff b#1 5s
                8s: start b#2
                8s500ms: exit a#3 panic, restart a#3 1/2, start a#4
                9s: exit a#4 panic, restart a#4 2/2, start a#5
                9s500ms: exit a#5 panic, restart a#5 3/2 after 5s, backoff a#5 5s
                14s500ms: start a#6, end quiet)");
    }

    void aFailurePastTheLimitBeginsThePauseAnewAndAllStartTogether()
    {
        const std::string strikes = fault("panic", "a", "1s") + fault("panic", "a", "2s")
                                    + fault("panic", "c", "3s") + fault("panic", "a", "7s");
        TOLD(played(scenario("past_limit = \"pauses\"\n", "pause = \"5s\"\n", strikes)),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                1s: exit a#1 panic, restart a#1 1/2, start a#2
                2s: exit a#2 panic, restart a#2 2/2, start a#3
                3s: exit c#1 panic, restart c#1 3/2 after 5s, backoff c#1 5s
                7s: exit a#3 panic, restart a#3 4/2 after 5s, backoff a#3 5s, backoff c#1 5s
                12s: start c#2, start a#4, end quiet)");
    }

    void aFailureThatIsNotTooManyWaitsForTheEndOfThePauseToo()
    {
        const std::string strikes = fault("panic", "a", "1s") + fault("panic", "a", "2s")
                                    + fault("panic", "c", "3s") + fault("panic", "b", "20s");
        TOLD(played(scenario("past_limit = \"pauses\"\n", "pause = \"20s\"\n", strikes), "b c"),
             R"(0s: start b#1, start c#1
                3s: exit c#1 panic, restart c#1 3/2 after 20s, backoff c#1 20s
                20s: exit b#1 panic, restart b#1 1/2 after 3s, backoff b#1 3s
                23s: start c#2, start b#2)");
    }

    void theJitterOfAPauseIsDrawnFromTheSeed()
    {
        const std::string text =
            scenario("past_limit = \"pauses\"\n", "pause = { first = \"10s\", jitter = 0.5 }\n",
                     fault("panic", "a", "1s") + fault("panic", "a", "2s") + fault("panic", "c", "3s"));
        std::int64_t shortest = 100'000'000'000;
        std::int64_t longest = 0;
        for (std::uint64_t seed = 1; seed <= 40; ++seed)
            for (const Event &event : runOf(text, seed).events)
                if (event.kind == EventKind::Backoff) {
                    shortest = std::min(shortest, event.value);
                    longest = std::max(longest, event.value);
                }
        QVERIFY(shortest >= 10'000'000'000);
        QVERIFY(shortest < 11'000'000'000);
        QVERIFY(longest < 15'000'000'000);
        QVERIFY(longest > 14'000'000'000);
    }

    void aSupervisorMaySayHowLongItPauses()
    {
        std::string text =
            scenario("past_limit = \"pauses\"\n", "pause = \"5s\"\n", fault("panic", "a", "1s"));
        text.replace(text.find("[worker.a]"), 0, "max_restarts = 0\noptions = { pause = \"1m\" }\n");
        TOLD(played(text, "a"), R"(0s: start a#1
                1s: exit a#1 panic, restart a#1 1/0 after 1m, backoff a#1 1m
                1m1s: start a#2)");
    }

    void allAreAskedToStopAtOnceAndEachHasItsOwnTime()
    {
        TOLD(played(scenario("", "shutdown = \"2s\"\n", shutdownAt("10s"),
                             "stop_time = \"never\"\nshutdown = \"3s\"\n")),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                10s: stop app#1, stop a#1, stop b#1, stop c#1, exit b#1 shutdown, exit c#1 shutdown
                13s: kill a#1, exit a#1 killed, exit app#1 shutdown, end quiet)");
    }

    void whoIsNotWaitedForAnyLongerMayBeLeftBehind()
    {
        TOLD(played(scenario("stop_timeout = \"leaves\"\nchildren_at_death = \"orphaned\"\n", "",
                             shutdownAt("10s"), "stop_time = \"8s\"\n")),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                10s: stop app#1, stop a#1, stop b#1, stop c#1, exit b#1 shutdown, exit c#1 shutdown
                15s: exit app#1 shutdown
                18s: exit a#1 shutdown, end quiet)");
    }

    void aStopCallsOffDelaysAndPauses()
    {
        const std::string strikes = fault("panic", "a", "1s") + fault("panic", "b", "1s") + shutdownAt("2s");
        TOLD(played(scenario("", "backoff = \"5s\"\n", strikes), "a b app"),
             R"(0s: start app#1, start a#1, start b#1
                1s: exit a#1 panic, restart a#1 1/2 after 5s, backoff a#1 5s, exit b#1 panic,
                   restart b#1 2/2 after 5s, backoff b#1 5s
                2s: stop app#1, exit app#1 shutdown, end quiet)");
        std::string text = scenario("past_limit = \"pauses\"\n", "pause = \"5s\"\n", strikes);
        text.replace(text.find("[worker.a]"), 0, "max_restarts = 0\n");
        TOLD(played(text, "a b app"),
             R"(0s: start app#1, start a#1, start b#1
                1s: exit a#1 panic, restart a#1 1/0 after 5s, backoff a#1 5s, exit b#1 panic,
                   restart b#1 2/0 after 5s, backoff b#1 5s, backoff a#1 5s
                2s: stop app#1, exit app#1 shutdown, end quiet)");
    }

    void whoIsStillStartingIsAskedToo()
    {
        TOLD(played(scenario("", "", shutdownAt("1s"), "init_time = \"3s\"\nstop_time = \"1s\"\n"), "a app"),
             R"(0s: start app#1, start a#1
                1s: stop app#1, stop a#1
                4s: exit a#1 shutdown, exit app#1 shutdown, end quiet)");
    }
};

QTEST_APPLESS_MAIN(TestIndependent)
#include "tst_independent.moc"
