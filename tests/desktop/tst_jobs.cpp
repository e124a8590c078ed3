#ifndef Q_MOC_RUN
#include "app/desktop/models/figures.h"
#include "app/desktop/models/job_model.h"
#include "app/desktop/views/jobs_view.h"
#include "app/desktop/views/plot.h"
#include "app/desktop/views/statistics_view.h"
#include "tests/desktop/campaign_window.h"
#endif

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QTableView>
#include <QTest>

using namespace daruma;

class TestJobs : public QObject, bench::CampaignWindow {
    Q_OBJECT

private slots:
    void initTestCase() { record(1, {}); }

    void init()
    {
        showWindow({1280, 900});
        open(m_recorded);
        m_window->openShipped(QStringLiteral("db-outage-30s"));
        settle();
    }

    void cleanup() { m_window.reset(); }

    void aSweepOfTheFormEndsInItsStatistics()
    {
        auto *jobs = view<JobsView>("jobs");
        const QAbstractItemModelTester tester(jobs->table(),
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        named<QSpinBox>(jobs, QStringLiteral("Last seed"))->setValue(40);
        auto *key = named<QComboBox>(jobs, QStringLiteral("Key 1 that is varied"));
        QVERIFY(key->findText(QStringLiteral("supervisor.app.max_restarts")) > 0);
        key->setCurrentText(QStringLiteral("supervisor.app.max_restarts"));
        named<QLineEdit>(jobs, QStringLiteral("Values of key 1"))->setText(QStringLiteral("1..3"));
        QTest::mouseClick(button(jobs, QStringLiteral("Sweep")), Qt::LeftButton);
        QCOMPARE(jobs->table()->rowCount(), 1);
        settle();
        QCOMPARE(jobs->jobs().state(0), JobState::Done);
        QVERIFY(archive().path() != m_recorded);
        auto *statistics = view<StatisticsView>("statistics");
        settle();
        QCOMPARE(statistics->figures().runs, std::uint64_t(120));
        QCOMPARE(statistics->figures().values[0].size(), 3);
    }

    void aSweepIsPausedAndStopped()
    {
        auto *jobs = view<JobsView>("jobs");
        named<QSpinBox>(jobs, QStringLiteral("Last seed"))->setValue(100'000'000);
        jobs->sweep();
        QTest::mouseClick(button(jobs, QStringLiteral("Pause")), Qt::LeftButton);
        QCOMPARE(jobs->jobs().state(0), JobState::Paused);
        QTest::mouseClick(button(jobs, QStringLiteral("Go on")), Qt::LeftButton);
        QCOMPARE(jobs->jobs().state(0), JobState::Running);
        QTest::mouseClick(button(jobs, QStringLiteral("Stop")), Qt::LeftButton);
        settle();
        QCOMPARE(jobs->jobs().state(0), JobState::Stopped);
    }

    void whatIsWrongWithAJobIsSaidInItsRow()
    {
        auto *jobs = view<JobsView>("jobs");
        named<QComboBox>(jobs, QStringLiteral("Key 1 that is varied"))
            ->setCurrentText(QStringLiteral("supervisor.nobody.max_restarts"));
        named<QLineEdit>(jobs, QStringLiteral("Values of key 1"))->setText(QStringLiteral("1..3"));
        jobs->sweep();
        settle();
        QCOMPARE(jobs->jobs().state(0), JobState::Failed);
        const QString said = jobs->table()->index(0, JobModel::Progress).data().toString();
        QVERIFY2(said.contains(QLatin1String("nobody")), qPrintable(said));
    }

    void aShrunkScenarioBecomesTheDocument()
    {
        QVERIFY(document().run()->result().outcome != Outcome::Passed);
        const std::size_t before = document().run()->source().text.size();
        auto *jobs = view<JobsView>("jobs");
        QTest::mouseClick(button(jobs, QStringLiteral("Shrink this run")), Qt::LeftButton);
        settle();
        QCOMPARE(jobs->jobs().state(0), JobState::Done);
        QVERIFY(document().run()->source().text.size() < before);
        QVERIFY(document().run()->result().outcome != Outcome::Passed);
    }

    void whoLooksElsewhereIsNotTakenAwayByAJobThatIsDone()
    {
        auto *jobs = view<JobsView>("jobs");
        named<QSpinBox>(jobs, QStringLiteral("Last seed"))->setValue(2000);
        jobs->sweep();
        auto *scenario = view<View>("scenario");
        settle();
        QCOMPARE(jobs->jobs().state(0), JobState::Done);
        QVERIFY(scenario->isInFront());
        QCOMPARE(archive().path(), m_recorded);
        QVERIFY2(m_window->message().contains(QLatin1String("is done")), qPrintable(m_window->message()));
        view<JobsView>("jobs");
        QTest::mouseClick(button(jobs, QStringLiteral("Open the result")), Qt::LeftButton);
        settle();
        QVERIFY(archive().path() != m_recorded);
        QVERIFY(!scenario->isInFront());
    }

    void jobsAreToldApart()
    {
        auto *jobs = view<JobsView>("jobs");
        named<QSpinBox>(jobs, QStringLiteral("Last seed"))->setValue(3);
        jobs->sweep();
        jobs->sweep();
        const auto titleOf = [&](int row) {
            return jobs->table()->index(row, JobModel::What).data().toString();
        };
        QVERIFY(titleOf(0).left(8) != titleOf(1).left(8));
        settle();
    }

    void aSweepTellsHowMuchTimeIsLeft()
    {
        auto *jobs = view<JobsView>("jobs");
        named<QSpinBox>(jobs, QStringLiteral("Last seed"))->setValue(100'000'000);
        jobs->sweep();
        const QModelIndex progress = jobs->table()->index(0, JobModel::Progress);
        QTRY_VERIFY(progress.data().toString().contains(QLatin1String(" left")));
        QVERIFY(progress.data(JobModel::ShareRole).toDouble() < 1);
        jobs->jobs().stop(0);
        settle();
        QVERIFY(!progress.data().toString().contains(QLatin1String(" left")));
        QVERIFY(!progress.data(JobModel::ShareRole).isValid());
    }

    void allKeysThatCanBeMeasuredAreOffered()
    {
        auto *keys = named<QComboBox>(view<JobsView>("jobs"), QStringLiteral("Key 1 that is varied"));
        for (const char *key : {"supervisor.db_sup.within", "worker.conn.lifetime", "worker.conn.init_time",
                                "worker.conn.shutdown", "worker.conn.backoff"})
            QVERIFY2(keys->findText(QLatin1String(key)) > 0, key);
        QVERIFY(keys->findText(QStringLiteral("supervisor.app.strategy")) < 0);
        QVERIFY(keys->findText(QStringLiteral("supervisor.app.max_restarts"))
                < keys->findText(QStringLiteral("worker.conn.lifetime")));
    }

    void aRunningSweepShowsWhatItHasCounted()
    {
        auto *jobs = view<JobsView>("jobs");
        named<QSpinBox>(jobs, QStringLiteral("Last seed"))->setValue(100'000'000);
        jobs->sweep();
        QTRY_VERIFY(jobs->jobs().figures(0) && jobs->jobs().figures(0)->runs > 0);
        const std::uint64_t first = jobs->jobs().figures(0)->runs;
        auto *survival = named<Plot>(jobs, QStringLiteral("Survival of the root"));
        QTRY_VERIFY(survival->isVisible() && survival->graphCount() == 3);
        QTRY_VERIFY(jobs->jobs().figures(0)->runs > first);
        const Figures figures = *jobs->jobs().figures(0);
        std::uint64_t outcomes = 0;
        for (const std::uint64_t one : figures.outcomes)
            outcomes += one;
        QCOMPARE(outcomes, figures.runs);
        QVERIFY(named<QLabel>(jobs, QStringLiteral("Runs so far"))->text().contains(QLatin1String("After")));
        jobs->jobs().stop(0);
        settle();
    }

    void tunedSettingsAreShownAndTaken_data()
    {
        QTest::addColumn<bool>("byKey");
        QTest::newRow("with the button") << false;
        QTest::newRow("with Enter in the table") << true;
    }

    void tunedSettingsAreShownAndTaken()
    {
        QFETCH(bool, byKey);
        auto *jobs = view<JobsView>("jobs");
        named<QSpinBox>(jobs, QStringLiteral("Last seed"))->setValue(100);
        const char *keys[] = {"supervisor.app.max_restarts", "supervisor.db_sup.max_restarts"};
        for (int i = 0; i < 2; ++i) {
            named<QComboBox>(jobs, QStringLiteral("Key %1 that is varied").arg(i + 1))
                ->setCurrentText(QLatin1String(keys[i]));
            named<QLineEdit>(jobs, QStringLiteral("Values of key %1").arg(i + 1))
                ->setText(QStringLiteral("1,3,200"));
        }
        named<QLineEdit>(jobs, QStringLiteral("Targets of tuning"))
            ->setText(QStringLiteral("survives app >= 0.5"));
        QTest::mouseClick(button(jobs, QStringLiteral("Tune")), Qt::LeftButton);
        settle();
        const QString said = jobs->table()->index(0, JobModel::Progress).data().toString();
        QVERIFY2(jobs->jobs().state(0) == JobState::Done && jobs->jobs().hasResult(0), qPrintable(said));
        QVERIFY(!document().undoStack().canUndo());
        auto *found = named<QTableView>(jobs, QStringLiteral("Settings that tuning found"));
        QVERIFY(found->isVisible());
        const QAbstractItemModelTester tester(found->model(),
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(found->model()->columnCount(), 4);
        QCOMPARE(found->model()->headerData(3, Qt::Horizontal).toString(),
                 QStringLiteral("survives app >= 0.5"));
        QVERIFY(found->model()->index(0, 3).data().toString().startsWith(QLatin1String("met")));
        QVERIFY(named<QLabel>(jobs, QStringLiteral("What tuning found"))
                    ->text()
                    .contains(QLatin1String("101..200")));
        if (byKey)
            QTest::keyClick(found, Qt::Key_Return);
        else
            QTest::mouseClick(button(jobs, QStringLiteral("Take these settings")), Qt::LeftButton);
        settle();
        for (int i = 0; i < 2; ++i)
            QCOMPARE(document().changed(QLatin1String(keys[i])),
                     found->model()->index(0, 1 + i).data().toString());
        document().undoStack().undo();
        settle();
        for (const char *key : keys)
            QCOMPARE(document().changed(QLatin1String(key)), QString());
        QVERIFY(!document().undoStack().canUndo());
    }
};

QTEST_MAIN(TestJobs)

#include "tst_jobs.moc"
