#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "engine/control_plane.h"
#endif

#include <QTest>

using namespace daruma;

// rust-tokio-supervisor 0.1.3, runtime/lifecycle.rs. Functions that begin with `example` are the examples of
// its documentation, with their assertions.

namespace {

Instant second(std::int64_t n)
{
    return Instant::start() + Duration::seconds(n);
}

ExitReport byOperator(std::int64_t at)
{
    return ExitReport::completed("shutdown", "operator requested shutdown", second(at));
}

ExitReport byPanic(std::int64_t at)
{
    return ExitReport::failed("watchdog", "runtime control loop panic", true, true, second(at));
}

}

class TestControlPlane : public QObject {
    Q_OBJECT

private slots:
    void exampleTheLabelOfAlive() { QCOMPARE(toText(LifecycleState::Alive), "alive"); }

    void exampleAFailureByPanic()
    {
        const FailureReason failure{"watchdog", "runtime control loop panic", true, true};
        QVERIFY(failure.panic);
    }

    void exampleTheStateOfACompletedReport()
    {
        const ExitReport report = ExitReport::completed("shutdown", "operator requested shutdown", second(0));
        QCOMPARE(toText(report.state), "completed");
    }

    void exampleANewControlPlaneIsNotAlive()
    {
        ControlPlane plane(second(0));
        QVERIFY(!plane.isAlive(second(0)));
    }

    void everyStateHasItsLabel()
    {
        QCOMPARE(toText(LifecycleState::Starting), "starting");
        QCOMPARE(toText(LifecycleState::ShuttingDown), "shutting_down");
        QCOMPARE(toText(LifecycleState::Completed), "completed");
        QCOMPARE(toText(LifecycleState::Failed), "failed");
    }

    void onlyCompletedAndFailedAreEnds()
    {
        QVERIFY(!isTerminal(LifecycleState::Starting));
        QVERIFY(!isTerminal(LifecycleState::Alive));
        QVERIFY(!isTerminal(LifecycleState::ShuttingDown));
        QVERIFY(isTerminal(LifecycleState::Completed));
        QVERIFY(isTerminal(LifecycleState::Failed));
    }

    void reportsSayWhetherOneCanRecover()
    {
        const ExitReport completed = byOperator(4);
        QVERIFY(!completed.recoverable && !completed.panic);
        QCOMPARE(completed.completedAt, second(4));
        QVERIFY(!completed.failureReason());
        const ExitReport failed = byPanic(5);
        QVERIFY(failed.recoverable && failed.panic);
        QVERIFY(failed.failureReason()
                == (FailureReason{"watchdog", "runtime control loop panic", true, true}));
    }

    void aNewOneStartsNow()
    {
        ControlPlane plane(second(3));
        QVERIFY(plane.state() == LifecycleState::Starting);
        const HealthReport health = plane.health(second(3));
        QVERIFY(health == (HealthReport{false, LifecycleState::Starting, second(3), second(3), {}, {}}));
        QVERIFY(!plane.finalReport());
    }

    void readingMovesTheTimeOfTheLastObservation()
    {
        ControlPlane plane(second(0));
        plane.markAlive(second(1));
        QCOMPARE(plane.health(second(5)).lastObservedAt, second(5));
        QVERIFY(plane.isAlive(second(7)));
        QCOMPARE(plane.health(second(7)).lastObservedAt, second(7));
        plane.complete(byOperator(8));
        QCOMPARE(plane.health(second(9)).lastObservedAt, second(9));
        QCOMPARE(plane.health(second(9)).startedAt, second(0));
    }

    void itIsAliveInOneStateOnly()
    {
        ControlPlane plane(second(0));
        plane.markAlive(second(0));
        QVERIFY(plane.isAlive(second(0)));
        QVERIFY(plane.health(second(0)).alive);
        plane.markShutdownRequested("operator", "deploy", second(1));
        QVERIFY(!plane.isAlive(second(1)));
        QVERIFY(plane.health(second(1)).state == LifecycleState::ShuttingDown);
        plane.complete(byOperator(2));
        QVERIFY(!plane.isAlive(second(2)));
    }

    void whoAsksForAShutdownSaysWhoHeIsAndWhy_data()
    {
        QTest::addColumn<QString>("by");
        QTest::addColumn<QString>("why");
        QTest::addColumn<QString>("problem");
        const QString noBody = "runtime control plane requested_by must not be empty";
        const QString noReason = "runtime control plane reason must not be empty";
        QTest::newRow("nobody") << ""
                                << "deploy" << noBody;
        QTest::newRow("a blank requester") << " \t\n"
                                           << "deploy" << noBody;
        QTest::newRow("a requester of wide spaces") << QStringLiteral("\u00a0 \u3000") << "deploy" << noBody;
        QTest::newRow("no reason") << "operator"
                                   << "" << noReason;
        QTest::newRow("a blank reason") << "operator"
                                        << "  " << noReason;
        QTest::newRow("neither: the requester is looked at first") << " "
                                                                   << " " << noBody;
    }
    void whoAsksForAShutdownSaysWhoHeIsAndWhy()
    {
        QFETCH(QString, by);
        QFETCH(QString, why);
        QFETCH(QString, problem);
        ControlPlane plane(second(0));
        plane.markAlive(second(0));
        const ShutdownReply answer =
            plane.markShutdownRequested(by.toStdString(), why.toStdString(), second(4));
        QCOMPARE(QString::fromStdString(answer.invalidTransition), problem);
        QVERIFY(!answer.report);
        QVERIFY(plane.isAlive(second(5)));
        QVERIFY(plane.shutdownRequestedBy().empty());
    }

    void aBlankRequestIsRefusedAfterTheEndToo()
    {
        ControlPlane plane(second(0));
        plane.complete(byOperator(1));
        QVERIFY(!plane.markShutdownRequested("", "deploy", second(2)).invalidTransition.empty());
    }

    void theLastRequestForAShutdownCounts()
    {
        ControlPlane plane(second(0));
        QVERIFY(plane.markShutdownRequested("operator", "deploy", second(1)).invalidTransition.empty());
        QVERIFY(!plane.markShutdownRequested("cron", "nightly", second(2)).report);
        QCOMPARE(plane.shutdownRequestedBy(), "cron");
        QCOMPARE(plane.shutdownReason(), "nightly");
        QVERIFY(plane.state() == LifecycleState::ShuttingDown);
    }

    void aCommandNeedsALivingLoopAndARequester()
    {
        ControlPlane plane(second(0));
        QCOMPARE(plane.refusal("operator", "deploy"), "runtime control plane is starting");
        plane.markAlive(second(0));
        QCOMPARE(plane.refusal(" ", " "), "runtime control plane requested_by must not be empty");
        QCOMPARE(plane.refusal("operator", "\t"), "runtime control plane reason must not be empty");
        QCOMPARE(plane.refusal("operator", "deploy"), "");
        plane.markShutdownRequested("operator", "deploy", second(1));
        QCOMPARE(plane.refusal("operator", "deploy"), "runtime control plane is shutting_down");
        plane.complete(byOperator(1));
        QCOMPARE(plane.refusal("operator", "deploy"), "runtime control plane is completed");
    }

    void afterTheEndARequestGetsTheCachedReport()
    {
        ControlPlane plane(second(0));
        plane.complete(byOperator(1));
        const ShutdownReply answer = plane.markShutdownRequested("operator", "again", second(2));
        QVERIFY(answer.report == byOperator(1));
        QVERIFY(plane.state() == LifecycleState::Completed);
        QVERIFY(plane.shutdownReason().empty());
    }

    void theFirstReportWins()
    {
        ControlPlane plane(second(0));
        plane.markAlive(second(0));
        QVERIFY(plane.complete(byPanic(3)) == byPanic(3));
        QVERIFY(plane.complete(byOperator(4)) == byPanic(3));
        QVERIFY(plane.finalReport() == byPanic(3));
        QVERIFY(plane.state() == LifecycleState::Failed);
        QVERIFY(plane.health(second(9)).failure == byPanic(3).failureReason());
        QVERIFY(plane.health(second(9)).exitReport == byPanic(3));
    }

    void anyNumberOfCallersGetTheOneReport()
    {
        ControlPlane plane(second(0));
        QVERIFY(!plane.join(EventId{7}));
        QVERIFY(!plane.join(EventId{9}));
        plane.complete(byOperator(1));
        QVERIFY(plane.takeWaiting() == (std::vector{EventId{7}, EventId{9}}));
        QVERIFY(plane.takeWaiting().empty());
        QVERIFY(plane.join(EventId{11}) == byOperator(1));
        QVERIFY(plane.takeWaiting().empty());
    }

    void aliveCanBeSaidAgainWhileItShutsDown()  // T11
    {
        ControlPlane plane(second(0));
        plane.markShutdownRequested("operator", "deploy", second(1));
        plane.markAlive(second(2));
        QVERIFY(plane.isAlive(second(2)));
        plane.complete(byOperator(3));
        plane.markAlive(second(4));
        QVERIFY(plane.state() == LifecycleState::Completed);
    }

    void theStateOfAReportIsTakenAsItIs()  // T11
    {
        ControlPlane plane(second(0));
        ExitReport report = byOperator(1);
        report.state = LifecycleState::Alive;
        plane.complete(report);
        QVERIFY(plane.isAlive(second(2)));
        QVERIFY(plane.finalReport().has_value());
    }
};

QTEST_APPLESS_MAIN(TestControlPlane)
#include "tst_control_plane.moc"
