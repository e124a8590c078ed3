#include "tests/scenarios/play.h"

#include <algorithm>

using namespace daruma;

namespace {

const std::string oneWorker = R"toml(
[scenario]
horizon = "1h"
[supervisor.app]
max_restarts = 1000000
children = ["a"]
[worker.a]
)toml";

Limits limitsOf(std::uint64_t perRun, std::uint64_t perInstant, std::uint64_t nodes)
{
    return {.eventsPerRun = perRun, .eventsPerInstant = perInstant, .nodes = nodes};
}

}  // namespace

class TestLimits : public QObject {
    Q_OBJECT

private slots:
    void aRunWithTooManyEventsIsCut()
    {
        const Recording run = runOf(oneWorker + "lifetime = \"1s\"\n", 1, limitsOf(1000, 1'000'000, 1000));
        QCOMPARE(run.result.outcome, Outcome::Truncated);
        QCOMPARE(run.result.endCause, EndCause::EventLimit);
        QCOMPARE(run.result.endText, std::string("limit:events_per_run"));
        QVERIFY(run.result.hasFailed());
        QVERIFY(run.result.events >= 1000 && run.result.events < 1010);
        QCOMPARE(run.result.events, std::uint64_t(run.events.size()));
        QVERIFY(run.events.back().kind == EventKind::End);
    }

    void aLoopThatTakesNoTimeEnds_data()
    {
        QTest::addColumn<QString>("worker");
        QTest::newRow("a life without length") << "lifetime = \"0s\"";
        QTest::newRow("a start that always fails")
            << "lifetime = [\"1s\", \"never\"]\ninit_result = [\"ok\", \"error\"]";
        QTest::newRow("a start that always panics")
            << "lifetime = [\"1s\", \"never\"]\ninit_result = [\"ok\", \"panic\"]";
        QTest::newRow("a backoff without length") << "lifetime = \"0s\"\nbackoff = \"0s\"";
    }

    void aLoopThatTakesNoTimeEnds()
    {
        QFETCH(QString, worker);
        for (const char *ties : {"fifo", "random"}) {
            std::string scenario = oneWorker + worker.toStdString() + "\n";
            scenario.replace(scenario.find("[scenario]"), 10,
                             "[scenario]\nties = \"" + std::string(ties) + "\"");
            const Recording run = runOf(scenario, 1, limitsOf(100'000'000, 5000, 1000));
            QCOMPARE(run.result.outcome, Outcome::Truncated);
            QCOMPARE(run.result.endText, std::string("limit:events_per_instant"));
            QVERIFY(run.result.events < 5100);
        }
    }

    void theLimitOfAnInstantCountsEachInstantAnew()
    {
        const Recording run = runOf(oneWorker + "lifetime = \"1s\"\n", 1, limitsOf(100'000'000, 10, 1000));
        QCOMPARE(run.result.endCause, EndCause::Horizon);
        QCOMPARE(run.result.outcome, Outcome::Passed);
        QVERIFY(run.result.events > std::uint64_t{3600} * 4);
    }

    void placesThatComeToBeAreCountedToo()
    {
        std::string scenario = "[supervisor.app]\nstrategy = \"simple_one_for_one\"\nchildren = [\"conn\"]\n"
                               "[worker.conn]\n";
        for (int i = 0; i < 5; ++i)
            scenario += "[[command]]\nat = \"1s\"\ndo = \"start_child\"\nto = \"app\"\nchild = \"c"
                        + std::to_string(i) + "\"\n";
        const Recording cut = runOf(scenario, 1, limitsOf(1000, 1000, 4));
        QCOMPARE(cut.result.outcome, Outcome::Truncated);
        QCOMPARE(cut.result.endText, std::string("limit:nodes"));
        QCOMPARE(cut.nodes.size(), std::size_t(4));
        const Recording whole = runOf(scenario, 1, limitsOf(1000, 1000, 6));
        QCOMPARE(whole.result.outcome, Outcome::Passed);
        QCOMPARE(whole.nodes.size(), std::size_t(6));
    }

    void aTreeThatIsTooLargeIsAnErrorOfTheFile()
    {
        ReadOptions options;
        options.limits.nodes = 10;
        const auto scenario = readScenario(oneWorker + "count = 11\n", "test.toml", {}, {}, options);
        QVERIFY(!scenario.has_value());
        QVERIFY(readScenario(oneWorker + "count = 9\n", "test.toml", {}, {}, options).has_value());
    }

    void aCutRunIsTruncatedWhateverElseHappened()
    {
        const Recording run = runOf(
            oneWorker + "lifetime = \"1s\"\n[[expect]]\nname = \"calm\"\nalways = \"restarts(a) < 3\"\n", 1,
            limitsOf(1000, 1000, 1000));
        QCOMPARE(run.result.outcome, Outcome::Truncated);
        QVERIFY(!run.result.expectations.front().passed);
    }

    void aCutRunLeavesOpenWhatItHasNotShown_data()
    {
        QTest::addColumn<QString>("expectation");
        QTest::addColumn<QString>("verdict");
        QTest::newRow("finally") << "finally = \"down(a)\""
                                 << "undecided";
        QTest::newRow("always, so far") << "always = \"up(app)\""
                                        << "undecided";
        QTest::newRow("never, so far") << "never = \"gave_up(app)\""
                                       << "undecided";
        QTest::newRow("eventually, not yet") << "eventually = \"time > 50m\"\nwithin = \"55m\""
                                             << "undecided";
        QTest::newRow("eventually, come true") << "eventually = \"restarts(a) > 2\"\nwithin = \"1m\""
                                               << "passed";
        QTest::newRow("eventually, too late") << "eventually = \"down(app)\"\nwithin = \"5s\""
                                              << "failed";
        QTest::newRow("whenever, so far") << "whenever = \"down(a)\"\neventually = \"up(a)\"\nwithin = \"1s\""
                                          << "undecided";
        QTest::newRow("always, broken") << "always = \"restarts(a) < 3\""
                                        << "failed";
        QTest::newRow("sometimes, not reached") << "sometimes = \"down(app)\""
                                                << "passed";
    }

    void aCutRunLeavesOpenWhatItHasNotShown()
    {
        QFETCH(QString, expectation);
        QFETCH(QString, verdict);
        const Recording run = runOf(oneWorker + "lifetime = \"1s\"\n[[expect]]\nname = \"x\"\n"
                                        + expectation.toStdString() + "\n",
                                    1, limitsOf(1000, 1000, 1000));
        QCOMPARE(run.result.outcome, Outcome::Truncated);
        const ExpectationResult &one = run.result.expectations.front();
        QCOMPARE(one.undecided, verdict == "undecided");
        QCOMPARE(one.passed, verdict == "passed");
        QCOMPARE(one.message.empty(), verdict != "failed");
        const auto violations = std::count_if(run.events.begin(), run.events.end(), [](const Event &event) {
            return event.kind == EventKind::Violation;
        });
        QCOMPARE(violations, verdict == "failed" ? 1 : 0);
    }

    // What became of the run and of its root

    void theOutcomeIsTheWorstThatHappened_data()
    {
        QTest::addColumn<QString>("more");
        QTest::addColumn<QString>("outcome");
        QTest::addColumn<QString>("lifecycle");
        const QString shutdown = "[[command]]\nat = \"1m\"\ndo = \"shutdown\"\nto = \"app\"\n";
        const QString failing = "[[expect]]\nname = \"x\"\nnever = \"time > 30s\"\n";
        QTest::newRow("a root that lives on passed") << ""
                                                     << "passed"
                                                     << "starting alive";
        QTest::newRow("a root that was asked to stop passed") << shutdown << "passed"
                                                              << "starting alive shutting_down completed";
        QTest::newRow("a root that gave up") << "lifetime = \"1s\"\nexit_reason = \"kill\"\n"
                                             << "gave_up"
                                             << "starting alive shutting_down failed";
        QTest::newRow("a root that could not start did not survive") << "init_result = \"panic\"\n"
                                                                     << "gave_up"
                                                                     << "starting failed";
        QTest::newRow("a root that was killed did not survive")
            << "[[fault]]\ninject = \"kill\"\ninto = \"app\"\nat = \"1m\"\n"
            << "gave_up"
            << "starting alive failed";
        QTest::newRow("a failed expectation is worse than a root that gave up")
            << "lifetime = [\"20s\", \"20s\", \"0s\"]\n" + failing << "failed"
            << "starting alive shutting_down failed";
    }

    void theOutcomeIsTheWorstThatHappened()
    {
        QFETCH(QString, more);
        QFETCH(QString, outcome);
        QFETCH(QString, lifecycle);
        const Recording run =
            runOf("[supervisor.app]\nmax_restarts = 2\nwithin = \"10m\"\nchildren = [\"a\"]\n[worker.a]\n"
                  + more.toStdString());
        QCOMPARE(QString::fromStdString(std::string(toText(run.result.outcome))), outcome);
        QStringList states;
        for (const Event &event : run.events)
            if (event.kind == EventKind::Lifecycle)
                states.append(
                    QString::fromStdString(std::string(toText(static_cast<LifecycleState>(event.detail)))));
        QCOMPARE(states.join(' '), lifecycle);
        const bool lives = !lifecycle.endsWith("completed") && !lifecycle.endsWith("failed");
        QCOMPARE(run.result.root.report().has_value(), !lives);
        if (!lives) {
            const bool failed = run.result.root.report()->state == LifecycleState::Failed;
            QCOMPARE(failed, lifecycle.endsWith("failed"));
        }
        QVERIFY(run.result.invariants.empty());
    }

    void aRootWhoseOwnStartFailsDidNotSurvive_data()
    {
        QTest::addColumn<QString>("result");
        QTest::addColumn<QString>("end");
        QTest::newRow("error") << "error:no config"
                               << "start_failed:error:no config";
        QTest::newRow("panic") << "panic"
                               << "start_failed:panic";
        QTest::newRow("ignore") << "ignore"
                                << "start_failed:ignored";
    }

    void aRootWhoseOwnStartFailsDidNotSurvive()
    {
        QFETCH(QString, result);
        QFETCH(QString, end);
        const Recording run = runOf("[supervisor.app]\ninit_result = \"" + result.toStdString()
                                    + "\"\nchildren = [\"a\"]\n[worker.a]\n");
        QCOMPARE(QString::fromStdString(run.result.endText), end);
        QCOMPARE(run.result.outcome, Outcome::GaveUp);
        QVERIFY(run.result.root.report().has_value());
        QCOMPARE(run.result.root.report()->state, LifecycleState::Failed);
        QVERIFY(run.result.root.report()->startedAt.isNever());
        QVERIFY(run.result.invariants.empty());
    }
};

QTEST_APPLESS_MAIN(TestLimits)
#include "tst_limits.moc"
