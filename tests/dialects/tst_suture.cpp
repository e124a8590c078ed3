#include "tests/scenarios/play.h"

#include <algorithm>

using namespace daruma;

// suture v4.0.6, v4/supervisor.go.

namespace {

std::string tree(const std::string &app, const std::string &rest)
{
    return "[scenario]\ndialect = \"suture\"\nhorizon = \"5m\"\n[supervisor.app]\n" + app + rest;
}

std::string fault(const std::string &inject, const std::string &into, const std::string &at)
{
    return "[[fault]]\ninject = \"" + inject + "\"\ninto = \"" + into + "\"\nat = \"" + at + "\"\n";
}

constexpr std::string_view happenings = "start exit init_failed stop kill restart gave_up unmatched end";

std::string played(const std::string &scenario, std::string_view nodes = {})
{
    return play(scenario, {.kinds = happenings, .nodes = nodes});
}

const std::string two = "children = [\"a\", \"b\"]\n[worker.a]\n[worker.b]\n";

/// When the restarts of a run are decided, and the delay of each, in ms.
std::vector<std::pair<std::int64_t, std::int64_t>> restartsOf(const std::string &scenario)
{
    std::vector<std::pair<std::int64_t, std::int64_t>> restarts;
    for (const Event &event : runOf(scenario).events)
        if (event.kind == EventKind::Restart)
            restarts.emplace_back(event.t / 1'000'000, event.value / 1'000'000);
    return restarts;
}

}  // namespace

class TestSuture : public QObject {
    Q_OBJECT

private slots:
    void everyEndRestartsAtOnceAndIsCounted()
    {
        TOLD(played(tree(two, fault("panic", "a", "1s") + fault("kill", "b", "1s")
                                  + "[[fault]]\ninject = \"exit\"\nreason = \"normal\"\ninto = \"a\"\n"
                                    "at = \"31s\"\n")),
             R"(0s: start app#1, start a#1, start b#1
                1s: exit a#1 panic, restart a#1 1/5, start a#2, exit b#1 killed, restart b#1 2/5, start b#2
                31s: exit a#2 normal, restart a#2 2/5, start a#3, end quiet)");
    }

    void aServiceThatIsDoneIsNotRestartedNorCounted()
    {
        TOLD(played(tree("children = [\"a\", \"b\"]\n",
                         "[worker.a]\nrestart = \"transient\"\nlifetime = \"1s\"\nexit_reason = \"normal\"\n"
                         "[worker.b]\n"
                             + fault("panic", "b", "2s"))),
             R"(0s: start app#1, start a#1, start b#1
                1s: exit a#1 normal
                2s: exit b#1 panic, restart b#1 1/5, start b#2, end quiet)");
    }

    void theSixthFailureInARowPausesAllForFifteenSecondsAndAJitter()
    {
        const auto restarts = restartsOf(tree("children = [\"a\"]\n", "[worker.a]\nlifetime = \"10ms\"\n"));
        for (std::size_t i = 0; i < 5; ++i)
            QCOMPARE(restarts[i].second, 0);
        QVERIFY(restarts[5].second >= 15'000);
        QVERIFY(restarts[5].second < 22'500);
        // After the pause the count is zero: five more restarts before the next one.
        for (std::size_t i = 6; i < 11; ++i)
            QCOMPARE(restarts[i].second, 0);
        QCOMPARE(restarts[6].first, restarts[5].first + restarts[5].second + 10);
        QVERIFY(restarts[11].second >= 15'000);
    }

    void aFailureEveryTenSecondsNeverReachesTheThreshold()
    {
        const auto pauses = [](const std::string &every) {
            const auto restarts = restartsOf(
                tree(two, "[[fault]]\ninject = \"panic\"\ninto = \"a\"\nevery = \"" + every + "\"\n"));
            return std::count_if(restarts.begin(), restarts.end(),
                                 [](const auto &restart) { return restart.second > 0; });
        };
        // count * 2^(-T/30) + 1 has the limit 5 at T = 9.66 s.
        QCOMPARE(pauses("10s"), 0);
        QVERIFY(pauses("9s") > 0);
    }

    void whoFailsDuringThePauseWaitsForItsEnd()
    {
        std::string strikes;
        for (int i = 0; i < 6; ++i)
            strikes += fault("panic", "a", std::to_string(1000 + i) + "ms");
        const std::string text =
            tree("options = { pause = \"10s\" }\n" + two, strikes + fault("panic", "b", "6s"));
        const auto restarts = restartsOf(text);
        QCOMPARE(restarts.size(), std::size_t{7});
        // It is one failure too many as well, so the pause begins anew, for both.
        QCOMPARE(restarts[6].first, 6'000);
        QVERIFY(restarts[6].second >= 10'000);
        QVERIFY(restarts[6].second < 15'000);
        std::vector<std::int64_t> starts;
        for (const Event &event : runOf(text).events)
            if (event.kind == EventKind::Start && event.t > 6'000'000'000)
                starts.push_back(event.t / 1'000'000);
        QCOMPARE(starts, (std::vector<std::int64_t>(2, restarts[6].first + restarts[6].second)));
    }

    void whoDoesNotStopInTimeIsLeftBehind()
    {
        TOLD(played(tree("children = [\"a\", \"b\"]\n",
                         "[worker.a]\nstop_time = \"30s\"\n[worker.b]\nstop_time = \"1s\"\n"
                         "[[command]]\ndo = \"shutdown\"\nto = \"app\"\nat = \"10s\"\n")),
             R"(0s: start app#1, start a#1, start b#1
                10s: stop app#1, stop a#1, stop b#1
                11s: exit b#1 shutdown
                20s: exit app#1 shutdown
                40s: exit a#1 shutdown, end quiet)");
    }

    void aSupervisorIsAServiceLikeAnother()
    {
        TOLD(played(tree("children = [\"sub\"]\n", "[supervisor.sub]\nchildren = [\"w\"]\n[worker.w]\n"
                                                       + fault("panic", "w", "1s")
                                                       + fault("kill", "sub", "2s")),
                    "sub sub/w"),
             R"(0s: start sub#1, start sub/w#1
                1s: exit sub/w#1 panic, restart sub/w#1 1/5, start sub/w#2
                2s: exit sub#1 killed, restart sub#1 1/5, start sub#2, start sub/w#3)");
    }
};

QTEST_APPLESS_MAIN(TestSuture)
#include "tst_suture.moc"
