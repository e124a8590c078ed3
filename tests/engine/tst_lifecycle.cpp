#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "engine/lifecycle.h"
#endif

#include <QTest>

using namespace daruma;

namespace {

Instant second(std::int64_t n)
{
    return Instant::start() + Duration::seconds(n);
}

constexpr ExitReason shutdownReason{ReasonKind::Shutdown, {}};

}

class TestLifecycle : public QObject {
    Q_OBJECT

private slots:
    void itStartsLivesAndCompletes()
    {
        Lifecycle life;
        QVERIFY(life.state() == LifecycleState::Starting);
        QVERIFY(life.started(second(1)));
        QVERIFY(life.state() == LifecycleState::Alive);
        QVERIFY(life.shutdownAsked({TextId{3}, TextId{4}}));
        QVERIFY(life.state() == LifecycleState::ShuttingDown);
        QVERIFY(!life.report());
        QVERIFY(life.ended(second(5), shutdownReason));
        QVERIFY(life.state() == LifecycleState::Completed);
        QVERIFY(life.report()->state == LifecycleState::Completed);
        QVERIFY(life.report()->reason == shutdownReason);
        QVERIFY(life.report()->request.by == TextId{3});
        QVERIFY(life.report()->request.why == TextId{4});
        QVERIFY(life.report()->startedAt == second(1));
        QVERIFY(life.report()->completedAt == second(5));
    }

    void theReportIsWrittenOnce()
    {
        Lifecycle life;
        life.started(second(0));
        QVERIFY(life.ended(second(2), shutdownReason));
        QVERIFY(!life.ended(second(3), {ReasonKind::Panic, {}}));
        QVERIFY(life.report()->completedAt == second(2));
        QVERIFY(life.report()->reason == shutdownReason);
        QVERIFY(life.state() == LifecycleState::Completed);
    }

    void theFirstRequestCounts()
    {
        Lifecycle life;
        life.started(second(0));
        QVERIFY(life.shutdownAsked({TextId{1}, TextId{2}}));
        QVERIFY(!life.shutdownAsked({TextId{3}, TextId{4}}));
        QVERIFY(life.request().by == TextId{1});
    }

    void itOnlyGoesForward()
    {
        Lifecycle life;
        QVERIFY(life.shutdownAsked({}));
        QVERIFY(!life.started(second(1)));
        QVERIFY(!life.stopping(false));
        QVERIFY(life.state() == LifecycleState::ShuttingDown);
        life.ended(second(1), shutdownReason);
        QVERIFY(!life.started(second(2)));
        QVERIFY(!life.shutdownAsked({}));
        QVERIFY(!life.stopping(true));
        QVERIFY(life.state() == LifecycleState::Failed);
    }

    void whoNeverCameUpHasFailed()
    {
        Lifecycle life;
        QVERIFY(life.ended(second(1), shutdownReason));
        QVERIFY(life.report()->state == LifecycleState::Failed);
        QVERIFY(life.report()->startedAt.isNever());
    }

    void whoGaveUpHasFailedThoughItsReasonIsNormal()
    {
        Lifecycle life;
        life.started(second(0));
        QVERIFY(life.stopping(true));
        life.ended(second(1), shutdownReason);
        QVERIFY(life.report()->state == LifecycleState::Failed);
    }

    void whoGivesUpWhileItStopsHasFailed()
    {
        Lifecycle life;
        life.started(second(0));
        QVERIFY(life.shutdownAsked({}));
        QVERIFY(!life.stopping(true));
        life.ended(second(1), shutdownReason);
        QVERIFY(life.report()->state == LifecycleState::Failed);
    }

    void whoShutItselfDownIsCompleted()
    {
        Lifecycle life;
        life.started(second(0));
        QVERIFY(life.stopping(false));
        life.ended(second(1), shutdownReason);
        QVERIFY(life.report()->state == LifecycleState::Completed);
        QVERIFY(!life.report()->request.by.isValid());
    }

    void whoWasKilledHasFailed()
    {
        Lifecycle life;
        life.started(second(0));
        life.shutdownAsked({TextId{1}, {}});
        life.ended(second(1), {ReasonKind::Killed, {}});
        QVERIFY(life.report()->state == LifecycleState::Failed);
        QVERIFY(life.report()->request.by == TextId{1});
    }

    void theStatesHaveTheNamesOfTheEventStream()
    {
        QCOMPARE(toText(LifecycleState::Starting), std::string_view("starting"));
        QCOMPARE(toText(LifecycleState::Alive), std::string_view("alive"));
        QCOMPARE(toText(LifecycleState::ShuttingDown), std::string_view("shutting_down"));
        QCOMPARE(toText(LifecycleState::Completed), std::string_view("completed"));
        QCOMPARE(toText(LifecycleState::Failed), std::string_view("failed"));
    }
};

QTEST_APPLESS_MAIN(TestLifecycle)
#include "tst_lifecycle.moc"
