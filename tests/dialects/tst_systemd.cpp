#include "tests/scenarios/play.h"

using namespace daruma;

// systemd 255. The vectors are those of seed-semantics section 7 that concern a system without groups.

namespace {

std::string tree(const std::string &app, const std::string &rest)
{
    return "[scenario]\ndialect = \"systemd\"\nhorizon = \"5m\"\n[supervisor.app]\n" + app + rest;
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

const std::string always = "restart = \"permanent\"\n";

}  // namespace

class TestSystemd : public QObject {
    Q_OBJECT

private slots:
    void aUnitThatFailsAtOnceIsStartedFiveTimesInAll()
    {
        TOLD(played(tree("children = [\"a\", \"b\"]\n",
                         "[worker.a]\nlifetime = \"0s\"\n" + always + "[worker.b]\n")),
             R"(0s: start app#1, start a#1, start b#1, exit a#1 panic, restart a#1 2/5 after 100ms
                100ms: start a#2, exit a#2 panic, restart a#2 3/5 after 100ms
                200ms: start a#3, exit a#3 panic, restart a#3 4/5 after 100ms
                300ms: start a#4, exit a#4 panic, restart a#4 5/5 after 100ms
                400ms: start a#5, exit a#5 panic, restart a#5 6/5 after 100ms
                500ms: gave_up app#1 restart limit of the child 6/5 over a panic, end quiet)");
    }

    void theWindowOpensAtAStartAndDoesNotSlide()
    {
        // Starts at 0, 7.1, 8.1, 9.1 and 9.6 s fill the first window; the one at 10.1 s opens the second.
        std::string strikes;
        for (const char *at : {"7s", "8s", "9s", "9500ms", "10s", "10500ms", "11s", "11500ms", "12s"})
            strikes += fault("panic", "a", at);
        TOLD(play(tree("children = [\"a\"]\n", "[worker.a]\n" + always + strikes),
                  {.kinds = "start gave_up", .nodes = "a app"}),
             R"(0s: start app#1, start a#1
                7s100ms: start a#2
                8s100ms: start a#3
                9s100ms: start a#4
                9s600ms: start a#5
                10s100ms: start a#6
                10s600ms: start a#7
                11s100ms: start a#8
                11s600ms: start a#9
                12s100ms: start a#10)");
    }

    void aStartExactlyAsOldAsTheWindowIsStillRefused()
    {
        std::string strikes;
        for (const char *at : {"1s", "2s", "3s", "4s"})
            strikes += fault("panic", "a", at);
        const std::string one = "children = [\"a\"]\n";
        const std::string inTime = strikes + fault("panic", "a", "9900ms");
        const std::string late = strikes + fault("panic", "a", "9900000001ns");
        const Show show{.kinds = "gave_up", .nodes = "app"};
        TOLD(play(tree(one, "[worker.a]\n" + always + inTime), show),
             "10s: gave_up app#1 restart limit of the child 6/5 over a panic");
        TOLD(play(tree(one, "[worker.a]\n" + always + late), show), "");
    }

    void whatRestartIsDecidesWhoIsStartedAgain_data()
    {
        QTest::addColumn<QString>("restart");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<bool>("again");
        const auto row = [](const char *name, const char *restart, const char *reason, bool again) {
            QTest::newRow(name) << restart << reason << again;
        };
        row("Restart=no is the default", "", "panic", false);
        row("always, a clean exit", "permanent", "normal", true);
        row("on-failure, a clean exit", "transient", "normal", false);
        row("on-failure, SIGTERM", "transient", "shutdown", false);
        row("on-failure, an exit code", "transient", "error", true);
        row("on-failure, SIGKILL", "transient", "kill", true);
        row("no, an exit code", "temporary", "error", false);
    }

    void whatRestartIsDecidesWhoIsStartedAgain()
    {
        QFETCH(QString, restart);
        QFETCH(QString, reason);
        QFETCH(bool, again);
        const std::string type =
            restart.isEmpty() ? std::string() : "restart = \"" + restart.toStdString() + "\"\n";
        const std::string told =
            play(tree("children = [\"a\"]\n", "[worker.a]\nlifetime = [\"1s\", \"never\"]\nexit_reason = \""
                                                  + reason.toStdString() + "\"\n" + type),
                 {.kinds = "start", .nodes = "a"});
        TOLD(told, again ? "0s: start a#1\n1s100ms: start a#2" : "0s: start a#1");
    }

    void aManagerWithoutALimitRestartsForEver()
    {
        const std::string told =
            play(tree("max_restarts = 0\nchildren = [\"a\"]\n", "[worker.a]\nlifetime = \"0s\"\n" + always),
                 {.kinds = "gave_up"});
        QCOMPARE(told, std::string());
    }

    void theDelayOfRestartStepsIsNotTakenBackByUptime()
    {
        const std::string strikes =
            fault("panic", "a", "10s") + fault("panic", "a", "1m") + fault("panic", "a", "4m");
        TOLD(play(tree("children = [\"a\"]\n",
                       "[worker.a]\nbackoff = { first = \"100ms\", factor = 10, cap = \"1m\" }\n" + always
                           + strikes),
                  {.kinds = "restart"}),
             R"(10s: restart a#1 2/5 after 100ms
                1m: restart a#2 1/5 after 1s
                4m: restart a#3 1/5 after 10s)");
    }

    void allUnitsAreStoppedAtOnceAndKilledWhenTheirTimeIsOver()
    {
        TOLD(played(tree("children = [\"a\", \"b\"]\n",
                         "[worker.a]\nstop_time = \"never\"\n[worker.b]\nstop_time = \"1s\"\n"
                         "[[command]]\ndo = \"shutdown\"\nto = \"app\"\nat = \"10s\"\n")),
             R"(0s: start app#1, start a#1, start b#1
                10s: stop app#1, stop a#1, stop b#1
                11s: exit b#1 shutdown
                1m40s: kill a#1, exit a#1 killed, exit app#1 shutdown, end quiet)");
    }

    void aTreeOfAnotherDialectIsAUnitLikeAnother()
    {
        TOLD(played(tree("children = [\"web\"]\n",
                         "[supervisor.web]\ndialect = \"otp\"\nrestart = \"transient\"\nmax_restarts = 1\n"
                         "children = [\"w\"]\n[worker.w]\nlifetime = [\"1s\", \"1s\", \"never\"]\n"),
                    "web web/w"),
             R"(0s: start web#1, start web/w#1
                1s: exit web/w#1 panic, restart web/w#1 1/1, start web/w#2
                2s: exit web/w#2 panic, gave_up web#1 2/1 over web/w panic, exit web#1 shutdown)");
    }
};

QTEST_APPLESS_MAIN(TestSystemd)
#include "tst_systemd.moc"
