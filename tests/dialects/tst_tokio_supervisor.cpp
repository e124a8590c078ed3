#include "tests/scenarios/play.h"

using namespace daruma;

// rust-tokio-supervisor 0.1.3. V1 to V16 are the vectors of seed-semantics section 7.

namespace {

std::string tree(const std::string &app, const std::string &rest, const std::string &dialect = {})
{
    return "[scenario]\ndialect = \"tokio-supervisor" + dialect + "\"\nhorizon = \"2m\"\n[supervisor.app]\n"
           + app + rest;
}

const std::string one = "children = [\"a\"]\n[worker.a]\n";
const std::string three = "children = [\"a\", \"b\", \"c\"]\n[worker.a]\n[worker.b]\n[worker.c]\n";
const std::string four =
    "children = [\"a\", \"b\", \"c\", \"d\"]\n[worker.a]\n[worker.b]\n[worker.c]\n[worker.d]\n";

std::string fault(const std::string &inject, const std::string &into, const std::string &at)
{
    return "[[fault]]\ninject = \"" + inject + "\"\ninto = \"" + into + "\"\nat = \"" + at + "\"\n";
}

std::string command(const std::string &what, const std::string &at, const std::string &more = {})
{
    return "[[command]]\ndo = \"" + what + "\"\nto = \"app\"\nat = \"" + at + "\"\n" + more;
}

std::string shutdown(const std::string &at, const std::string &by = "operator",
                     const std::string &why = "deploy")
{
    return command("shutdown", at, "by = \"" + by + "\"\nwhy = \"" + why + "\"\n");
}

/// A command about a child.
std::string asked(const std::string &what, const std::string &child, const std::string &at,
                  const std::string &by = "operator", const std::string &why = "maintenance")
{
    return command(what, at, "child = \"" + child + "\"\nby = \"" + by + "\"\nwhy = \"" + why + "\"\n");
}

constexpr std::string_view happenings = "start exit init_failed stop kill restart gave_up unmatched end";

std::string played(const std::string &scenario, std::string_view nodes = {})
{
    return play(scenario, {.kinds = happenings, .nodes = nodes});
}

std::string answers(const std::string &scenario)
{
    return play(scenario, {.kinds = "reply"});
}

}  // namespace

class TestTokioSupervisor : public QObject {
    Q_OBJECT

private slots:
    void v1AChildThatAlwaysFailsIsStartedThreeTimes()
    {
        TOLD(played(tree("children = [\"a\", \"b\"]\n", "[worker.a]\nlifetime = \"1ms\"\n[worker.b]\n")),
             R"(0s: start app#1, start a#1, start b#1
                1ms: exit a#1 panic, restart a#1 1/3 after 10ms
                11ms: start a#2
                12ms: exit a#2 panic, restart a#2 2/3 after 20ms
                32ms: start a#3
                33ms: exit a#3 panic, gave_up app#1 hot loop 3/3 over a panic, end quiet)");
    }

    void v2TheThirdExitTripsWhateverTheLimit()
    {
        TOLD(played(tree("max_restarts = 3\nwithin = \"5s\"\n",
                         one + fault("panic", "a", "1s") + fault("panic", "a", "2s")
                             + fault("panic", "a", "3s") + fault("panic", "a", "6s"))),
             R"(0s: start app#1, start a#1
                1s: exit a#1 panic, restart a#1 1/3 after 10ms
                1s10ms: start a#2
                2s: exit a#2 panic, restart a#2 2/3 after 20ms
                2s20ms: start a#3
                3s: exit a#3 panic, gave_up app#1 hot loop 3/3 over a panic
                6s: end quiet)");
    }

    void v3ALimitOfZeroIsRejected()
    {
        const auto read =
            readScenario(tree("max_restarts = 0\n", one + fault("panic", "a", "1s")), "v3.toml");
        QVERIFY(!read);
        QCOMPARE(read.error().size(), std::size_t{1});
        QCOMPARE(QString::fromStdString(toText(read.error().front(), "v3.toml")).section('\n', 0, 0),
                 QString("v3.toml:5:16: the dialect \"tokio-supervisor\" has no `max_restarts` of 0: "
                         "it is at least 1"));
    }

    void v3ALimitOfOneIsAccepted()
    {
        TOLD(played(tree("max_restarts = 1\n", one + fault("panic", "a", "1s") + fault("panic", "a", "20s"))),
             R"(0s: start app#1, start a#1
                1s: exit a#1 panic, restart a#1 1/1 after 10ms
                1s10ms: start a#2
                20s: exit a#2 panic, gave_up app#1 limit of its role 2/1 over a panic, end quiet)");
    }

    void v4TheRoleDecidesAfterASuccess()
    {
        TOLD(played(tree("children = [\"a\", \"s\"]\n",
                         "[worker.a]\nrestart = \"permanent\"\nlifetime = \"50s\"\nexit_reason = \"normal\"\n"
                         "[worker.s]\nrestart = \"temporary\"\noptions = { role = \"service\" }\n"
                         "lifetime = \"50s\"\nexit_reason = \"normal\"\n")),
             R"(0s: start app#1, start a#1, start s#1
                50s: exit a#1 normal, exit s#1 normal, restart s#1 0/0, start s#2
                1m40s: exit s#2 normal, restart s#2 0/0, start s#3
                2m: end horizon)");
    }

    void v5APanicIsRestarted()
    {
        TOLD(played(tree("", one + fault("panic", "a", "1s"))), R"(0s: start app#1, start a#1
                1s: exit a#1 panic, restart a#1 1/3 after 10ms
                1s10ms: start a#2, end quiet)");
    }

    void v6CrashesInOneInstantAreTwoPlans()
    {
        TOLD(played(tree("strategy = \"one_for_all\"\n",
                         three + fault("panic", "a", "1s") + fault("panic", "b", "1s"))),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                1s: exit a#1 panic, restart a#1 1/3 after 10ms, exit b#1 panic, restart b#1 2/3
                   after 10ms
                1s10ms: start a#2, start b#2, start c#2, start a#3, start b#3, start c#3, end quiet)");
    }

    void v7AllAreAskedToStopAtOnceTheLastOneFirst()
    {
        TOLD(played(tree("", "children = [\"a\", \"b\", \"c\"]\n[worker.a]\nstop_time = "
                             "\"300ms\"\n[worker.b]\nstop_time = \"100ms\"\n"
                             "[worker.c]\nstop_time = \"200ms\"\n"
                                 + shutdown("1s"))),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                1s: stop app#1, stop c#1, stop b#1, stop a#1
                1s100ms: exit b#1 shutdown
                1s200ms: exit c#1 shutdown
                1s300ms: exit a#1 shutdown, exit app#1 shutdown, end quiet)");
    }

    void v8TheRestIsStartedBesideTheOldOnes()
    {
        TOLD(
            played(tree("strategy = \"rest_for_one\"\n", four + fault("panic", "b", "1s") + shutdown("10s"))),
            R"(0s: start app#1, start a#1, start b#1, start c#1, start d#1
                1s: exit b#1 panic, restart b#1 1/3 after 10ms
                1s10ms: start b#2, start c#2, start d#2
                10s: stop app#1, stop d#2, stop c#2, stop b#2, stop a#1, exit d#2 shutdown, exit c#2
                   shutdown, exit b#2 shutdown, exit a#1 shutdown, exit app#1 shutdown, end quiet)");
    }

    void v10ATemporarySiblingIsDoubled()
    {
        TOLD(played(tree("strategy = \"one_for_all\"\nchildren = [\"a\", \"b\"]\n",
                         "[worker.a]\n[worker.b]\nrestart = \"temporary\"\n" + fault("panic", "a", "1s"))),
             R"(0s: start app#1, start a#1, start b#1
                1s: exit a#1 panic, restart a#1 1/3 after 10ms
                1s10ms: start a#2, start b#2, end quiet)");
    }

    void v11ASiblingThatHasDoneItsWorkIsStartedAgain()
    {
        TOLD(played(tree("strategy = \"one_for_all\"\nchildren = [\"a\", \"b\"]\n",
                         "[worker.a]\n[worker.b]\nlifetime = [\"1s\", \"never\"]\nexit_reason = \"normal\"\n"
                             + fault("panic", "a", "2s"))),
             R"(0s: start app#1, start a#1, start b#1
                1s: exit b#1 normal
                2s: exit a#1 panic, restart a#1 1/3 after 10ms
                2s10ms: start a#2, start b#2, end quiet)");
    }

    void v12AChildWhoseStartFailsIsQuarantined()
    {
        TOLD(played(tree("children = [\"a\"]\n", "[worker.a]\ninit_result = [\"ok\", \"error\", \"ok\"]\n"
                                                     + fault("panic", "a", "1s"))),
             R"(0s: start app#1, start a#1
                1s: exit a#1 panic, restart a#1 1/3 after 10ms
                1s10ms: start a#2, init_failed a#2 error, gave_up app#1 quarantine 0/0 over a error,
                   end quiet)");
    }

    void v13ADelayedStartTakesPlaceAfterTheShutdown()
    {
        TOLD(played(tree("", one + fault("panic", "a", "1s") + shutdown("1005ms"))),
             R"(0s: start app#1, start a#1
                1s: exit a#1 panic, restart a#1 1/3 after 10ms
                1s5ms: stop app#1, exit app#1 shutdown
                1s10ms: start a#2, end quiet)");
    }

    void v14WhoDoesNotObeyIsAbortedAfterTheSharedDeadline()
    {
        TOLD(played(tree("", "children = [\"a\", \"b\"]\n[worker.a]\nstop_time = "
                             "\"never\"\n[worker.b]\nstop_time = \"never\"\n"
                                 + shutdown("1s"))),
             R"(0s: start app#1, start a#1, start b#1
                1s: stop app#1, stop b#1, stop a#1
                6s: kill b#1, exit b#1 killed, kill a#1, exit a#1 killed, exit app#1 shutdown, end
                   quiet)");
    }

    void v14WhoDoesNotEvenDieIsGivenUpAfterASecond()
    {
        TOLD(played(tree(
                 "",
                 "children = [\"a\", \"b\"]\n[worker.a]\nstop_time = \"never\"\n[worker.b]\nstop_time = "
                 "\"never\"\n"
                     + shutdown("1s")
                     + "[[fault]]\ninject = \"delay\"\ninto = \"b\"\non = \"exit_signal\"\nby = \"20s\"\n")),
             R"(0s: start app#1, start a#1, start b#1
                1s: stop app#1, stop b#1, stop a#1
                6s: kill b#1, exit b#1 killed
                7s: kill a#1, exit a#1 killed, exit app#1 shutdown
                26s: end quiet)");
    }

    void v16AnEarlierChildThatDiesIsAPlanOfItsOwn()
    {
        TOLD(played(tree("strategy = \"rest_for_one\"\n",
                         three + fault("panic", "b", "1s") + fault("panic", "a", "1005ms"))),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                1s: exit b#1 panic, restart b#1 1/3 after 10ms
                1s5ms: exit a#1 panic, restart a#1 2/3 after 10ms
                1s10ms: start b#2, start c#2
                1s15ms: start a#2, start b#3, start c#3, end quiet)");
    }

    void nestedSupervisorsAreQuarantined()
    {
        TOLD(played(tree("children = [\"a\", \"web\"]\n",
                         "[worker.a]\n[supervisor.web]\nchildren = [\"w\"]\n[worker.w]\n")),
             R"(0s: start app#1, start a#1, start web#1, init_failed web#1 error:a supervisor has no
                   task factory, gave_up app#1 quarantine 0/0 over web error:a supervisor has no
                   task factory, end quiet)");
    }

    void aKilledSupervisorLeavesItsChildren()
    {
        TOLD(played(tree("", one + fault("kill", "app", "1s") + command("final_report", "2s"))),
             R"(0s: start app#1, start a#1
                1s: exit app#1 killed
                2s: end quiet)");
    }

    void theLifecycleIsTold()
    {
        TOLD(play(tree("", one + shutdown("1s")), {}),
             R"(0s: start app#1, lifecycle app starting, started app#1, lifecycle app alive, start a#1,
                   started a#1
                1s: command shutdown app, stop app#1, stop a#1, lifecycle app shutting_down, exit
                   a#1 shutdown, exit app#1 shutdown, reply app {"state": "completed", "phase":
                   "shutdown", "reason": "deploy", "recoverable": false,
                   "completed_at_ns": 1000000000, "panic": false}, lifecycle app completed shutdown,
                   end quiet)");
    }

    void theControlPlaneAnswers()
    {
        TOLD(answers(tree("", one + command("is_alive", "1s") + command("health", "2s")
                                  + command("final_report", "3s") + command("join", "4s")
                                  + command("join", "5s") + shutdown("6s", " ", " ")
                                  + shutdown("7s", "me", " ") + shutdown("8s") + command("is_alive", "9s")
                                  + command("health", "9s") + command("final_report", "9s")
                                  + command("join", "9s") + shutdown("10s"))),
             R"(1s: reply app true
                2s: reply app {"alive": true, "state": "alive", "started_at_ns": 0,
                   "last_observed_at_ns": 2000000000, "failure": null, "exit_report": null}
                3s: reply app null
                6s: reply app ["error", ["InvalidTransition", "runtime control plane requested_by
                   must not be empty"]]
                7s: reply app ["error", ["InvalidTransition", "runtime control plane reason must not
                   be empty"]]
                8s: reply app {"state": "completed", "phase": "shutdown", "reason": "deploy",
                   "recoverable": false, "completed_at_ns": 8000000000, "panic": false}, reply app
                   {"state": "completed", "phase": "shutdown", "reason": "deploy", "recoverable":
                   false, "completed_at_ns": 8000000000, "panic": false}, reply app {"state":
                   "completed", "phase": "shutdown", "reason": "deploy", "recoverable": false,
                   "completed_at_ns": 8000000000, "panic": false}
                9s: reply app false, reply app {"alive": false, "state": "completed",
                   "started_at_ns": 0, "last_observed_at_ns": 9000000000, "failure": null,
                   "exit_report": {"state": "completed", "phase": "shutdown", "reason": "deploy",
                   "recoverable": false, "completed_at_ns": 8000000000, "panic": false}}, reply app
                   {"state": "completed", "phase": "shutdown", "reason": "deploy", "recoverable":
                   false, "completed_at_ns": 8000000000, "panic": false}, reply app {"state":
                   "completed", "phase": "shutdown", "reason": "deploy", "recoverable": false,
                   "completed_at_ns": 8000000000, "panic": false}
                10s: reply app {"state": "completed", "phase": "shutdown", "reason": "deploy",
                   "recoverable": false, "completed_at_ns": 8000000000, "panic": false})");
    }

    void theLastRequestCounts()
    {
        TOLD(answers(tree("", "children = [\"a\"]\n[worker.a]\nstop_time = \"3s\"\n" + shutdown("1s")
                                  + command("is_alive", "2s") + shutdown("3s", "cron", "nightly"))),
             R"(2s: reply app false
                4s: reply app {"state": "completed", "phase": "shutdown", "reason": "nightly",
                   "recoverable": false, "completed_at_ns": 4000000000, "panic": false}, reply app
                   {"state": "completed", "phase": "shutdown", "reason": "nightly", "recoverable":
                   false, "completed_at_ns": 4000000000, "panic": false})");
    }

    // T3
    void anAddedChildIsNotedAndNotStarted()
    {
        const std::string added = "[worker.b]\n" + asked("add_child", "b", "1s");
        TOLD(play(tree("", one + added), {.kinds = "start reply"}),
             R"(0s: start app#1, start a#1
                1s: reply app {"ChildAdded": {"child_manifest": "b"}})");
        TOLD(play(tree("", one + added + fault("panic", "b", "2s") + shutdown("3s"), ":corrected"),
                  {.kinds = "start exit restart stop"}),
             R"(0s: start app#1, start a#1
                1s: start b#1
                2s: exit b#1 panic, restart b#1 1/3 after 10ms
                2s10ms: start b#2
                3s: stop app#1, stop b#2, stop a#1, exit b#2 shutdown, exit a#1 shutdown, exit app#1
                   shutdown)");
    }

    // T4
    void aResumedChildStaysDown()
    {
        const std::string paused = one + asked("pause_child", "a", "1s") + asked("resume_child", "a", "2s");
        TOLD(play(tree("", paused), {.kinds = "start stop exit restart reply"}),
             R"(0s: start app#1, start a#1
                1s: stop a#1, reply app {"ChildControl": {"outcome": {"child_id": "a", "attempt": 1,
                   "operation_before": "active", "operation_after": "paused", "status": "cancelling",
                   "cancel_delivered": true, "idempotent": false}}}, exit a#1 shutdown
                2s: reply app {"ChildControl": {"outcome": {"child_id": "a", "attempt": null,
                   "operation_before": "paused", "operation_after": "active", "status": null,
                   "cancel_delivered": false, "idempotent": false}}})");
        TOLD(play(tree("", paused, ":corrected"), {.kinds = "start stop exit"}),
             R"(0s: start app#1, start a#1
                1s: stop a#1, exit a#1 shutdown
                2s: start a#2)");
    }

    void aChildThatIsResumedWhileItStopsIsStartedWhenItHasEnded()
    {
        TOLD(play(tree("",
                       "children = [\"a\"]\n[worker.a]\nstop_time = \"3s\"\n"
                           + asked("pause_child", "a", "1s") + asked("resume_child", "a", "2s"),
                       ":corrected"),
                  {.kinds = "start stop exit"}),
             R"(0s: start app#1, start a#1
                1s: stop a#1
                4s: exit a#1 shutdown, start a#2)");
    }

    void aRepeatedPauseIsIdempotentForAChildThatIsNotKnownToo()
    {
        TOLD(answers(tree("", one + asked("pause_child", "b", "1s") + asked("pause_child", "b", "2s")
                                  + asked("resume_child", "b", "3s") + asked("resume_child", "b", "4s"))),
             R"(1s: reply app {"ChildControl": {"outcome": {"child_id": "b", "attempt": null,
                   "operation_before": "active", "operation_after": "paused", "status": null,
                   "cancel_delivered": false, "idempotent": false}}}
                2s: reply app {"ChildControl": {"outcome": {"child_id": "b", "attempt": null,
                   "operation_before": "paused", "operation_after": "paused", "status": null,
                   "cancel_delivered": false, "idempotent": true}}}
                3s: reply app {"ChildControl": {"outcome": {"child_id": "b", "attempt": null,
                   "operation_before": "paused", "operation_after": "active", "status": null,
                   "cancel_delivered": false, "idempotent": false}}}
                4s: reply app {"ChildControl": {"outcome": {"child_id": "b", "attempt": null,
                   "operation_before": "active", "operation_after": "active", "status": null,
                   "cancel_delivered": false, "idempotent": true}}})");
    }

    void aPausedChildIsNotRestarted()
    {
        TOLD(play(tree("strategy = \"one_for_all\"\n",
                       three + asked("pause_child", "b", "1s") + fault("panic", "a", "2s")),
                  {.kinds = "start exit restart"}),
             R"(0s: start app#1, start a#1, start b#1, start c#1
                1s: exit b#1 shutdown
                2s: exit a#1 panic, restart a#1 1/3 after 10ms
                2s10ms: start a#2, start c#2)");
    }

    void whoAddsOrPausesSaysWhoHeIsAndWhyToALivingLoop()
    {
        TOLD(answers(tree("", one + "[worker.b]\n" + asked("add_child", "b", "1s", " ", " ")
                                  + asked("pause_child", "a", "2s", "me", "") + shutdown("3s")
                                  + asked("resume_child", "a", "4s", "me", "late"))),
             R"(1s: reply app ["error", ["InvalidTransition", "runtime control plane requested_by
                   must not be empty"]]
                2s: reply app ["error", ["InvalidTransition", "runtime control plane reason must not
                   be empty"]]
                3s: reply app {"state": "completed", "phase": "shutdown", "reason": "deploy",
                   "recoverable": false, "completed_at_ns": 3000000000, "panic": false}
                4s: reply app ["error", ["InvalidTransition", "runtime control plane is completed"]])");
    }

    void aHungLoopIsAlive()
    {
        TOLD(answers(tree("", one + fault("hang", "app", "1s") + command("health", "2s"))),
             R"(2s: reply app {"alive": true, "state": "alive", "started_at_ns": 0,
                   "last_observed_at_ns": 2000000000, "failure": null, "exit_report": null})");
    }
};

QTEST_APPLESS_MAIN(TestTokioSupervisor)
#include "tst_tokio_supervisor.moc"
