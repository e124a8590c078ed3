#ifndef Q_MOC_RUN
#include "app/desktop/main_window.h"
#include "app/desktop/models/archive.h"
#include "app/desktop/models/document.h"
#include "app/desktop/models/figures.h"
#include "app/desktop/models/job_model.h"
#include "app/desktop/models/query_model.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/database_view.h"
#include "app/desktop/views/jobs_view.h"
#include "app/desktop/views/plot.h"
#include "app/desktop/views/statistics_view.h"
#endif

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace daruma;

class TestCampaigns : public QObject {
    Q_OBJECT

private:
    static constexpr int seeds = 60;
    QTemporaryDir m_folder;
    QString m_recorded;
    std::unique_ptr<MainWindow> m_window;

    Document &document() { return m_window->document(); }
    Archive &archive() { return document().archive(); }
    template <typename Wanted> Wanted *view(const char *name)
    {
        m_window->showView(QLatin1String(name));
        return qobject_cast<Wanted *>(m_window->view(QLatin1String(name)));
    }
    template <typename Wanted> static Wanted *named(QWidget *in, const QString &name)
    {
        for (Wanted *one : in->findChildren<Wanted *>())
            if (one->accessibleName() == name)
                return one;
        return nullptr;
    }
    static QPushButton *button(QWidget *in, const QString &text)
    {
        for (QPushButton *one : in->findChildren<QPushButton *>())
            if (one->text().remove(u'&') == text)
                return one;
        return nullptr;
    }
    void settle()
    {
        for (int i = 0; i < 3; ++i)
            m_window->wait();
    }

private slots:
    void initTestCase()
    {
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.path());
        prepareLook();
        applyTheme(ThemeChoice::Light);
        m_recorded = m_folder.filePath(QStringLiteral("recorded.db"));
        CampaignRequest request;
        request.source = shippedSource(QStringLiteral("db-outage-30s"));
        request.seeds = {1, seeds};
        request.vary = {"supervisor.app.max_restarts=1,40", "supervisor.app.within=5s,10s"};
        request.database = m_recorded;
        const auto campaign = runCampaign(request, {});
        QVERIFY2(campaign, campaign ? "" : qPrintable(campaign.error()));
    }

    void init()
    {
        QSettings().clear();
        m_window = std::make_unique<MainWindow>();
        m_window->resize(1280, 900);
        m_window->show();
        m_window->openFile(m_recorded);
        settle();
    }

    void cleanup() { m_window.reset(); }

    void theAnswerToSqlIsATable()
    {
        auto *database = view<DatabaseView>("database");
        const QAbstractItemModelTester tester(database->table(),
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto *sql = database->findChild<QPlainTextEdit *>();
        sql->setPlainText(QStringLiteral("SELECT outcome, count(*) AS runs FROM run GROUP BY outcome"));
        QVERIFY(sql->hasFocus());
        QTest::keyClick(sql, Qt::Key_Return, Qt::ControlModifier);
        settle();
        int runs = 0;
        for (int row = 0; row < database->table()->rowCount(); ++row)
            runs += database->table()->index(row, 1).data().toInt();
        QCOMPARE(runs, 4 * seeds);
    }

    void everyReadyQuestionHasAnAnswer()
    {
        auto *database = view<DatabaseView>("database");
        auto *questions = database->findChild<QComboBox *>();
        QVERIFY(questions->count() > 5);
        for (int i = 1; i < questions->count(); ++i) {
            questions->setCurrentIndex(i);
            emit questions->activated(i);
            QSignalSpy failed(database->table(), SIGNAL(failed(QString)));
            settle();
            QVERIFY2(failed.isEmpty(), qPrintable(questions->itemText(i)));
            QVERIFY2(database->table()->columnCount() > 0, qPrintable(questions->itemText(i)));
        }
    }

    void wrongSqlIsExplainedInPlace()
    {
        auto *database = view<DatabaseView>("database");
        auto *sql = database->findChild<QPlainTextEdit *>();
        for (const char *wrong : {"SELECT nothing FROM run", "DELETE FROM run"}) {
            sql->setPlainText(QLatin1String(wrong));
            database->ask();
            settle();
            const QString said = named<QLabel>(database, QStringLiteral("Answer"))->text();
            QVERIFY2(said.contains(QLatin1String("nothing"))
                         || said.contains(QLatin1String("more than read")),
                     qPrintable(said));
        }
    }

    void aLongQueryIsStopped()
    {
        QueryModel model;
        QSignalSpy failed(&model, &QueryModel::failed);
        model.ask(m_recorded,
                  QStringLiteral("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                                 "SELECT count(*) FROM n"));
        QTest::qWait(50);
        QVERIFY(model.isAsking());
        model.stop();
        model.wait();
        QCOMPARE(failed.count(), 1);
        QVERIFY(failed.first().first().toString().contains(QLatin1String("stopped")));
    }

    void rowsAreCopiedAndSavedAsCsv()
    {
        auto *database = view<DatabaseView>("database");
        database->findChild<QPlainTextEdit *>()->setPlainText(
            QStringLiteral("SELECT 1 AS a, 'x, \"y\"' AS b UNION ALL SELECT 2, 'z'"));
        database->ask();
        settle();
        auto *table = database->findChild<QTableView *>();
        table->setFocus();
        table->selectAll();
        QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("1\tx, \"y\"\n2\tz"));
        const QString path = m_folder.filePath(QStringLiteral("answer.csv"));
        QVERIFY(database->saveTo(path));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("a,b\r\n1,\"x, \"\"y\"\"\"\r\n2,z\r\n"));
        QVERIFY(!database->saveTo(QStringLiteral("/nowhere/at/all.csv")));
    }

    void figuresAddUp()
    {
        auto *statistics = view<StatisticsView>("statistics");
        settle();
        const Figures &figures = statistics->figures();
        QCOMPARE(figures.runs, std::uint64_t(4 * seeds));
        std::uint64_t outcomes = 0;
        for (const std::uint64_t one : figures.outcomes)
            outcomes += one;
        QCOMPARE(outcomes, figures.runs);
        std::uint64_t counted = 0;
        for (const auto &[restarts, runs] : figures.restarts)
            counted += runs;
        QCOMPARE(counted, figures.runs);
        QCOMPARE(figures.survivalAt(-1), 1.0);
        QCOMPARE(figures.survivalAt(figures.horizonNs), 1 - double(figures.rootEnded) / double(figures.runs));
        QVERIFY(figures.rootEnded > 0);
        QCOMPARE(figures.keys[0], QStringLiteral("supervisor.app.max_restarts"));
        QCOMPARE(figures.grid.size(), std::size_t(4));
        // The scenario expects the root to give up: what is told is whether the root lives, as in `sweep`.
        for (const GridCell &cell : figures.grid)
            QCOMPARE(cell.survived, cell.overrides.contains("max_restarts=40") ? cell.runs : 0);
        for (const GridCell &cell : figures.grid)
            QCOMPARE(cell.runs, std::uint64_t(seeds));
        for (const AvailabilityFigure &figure : figures.availability) {
            QVERIFY(figure.interval.low <= figure.mean && figure.mean <= figure.interval.high);
            QVERIFY(figure.mean < 1);
        }
        // The root is up until it ends.
        double up = double(figures.rootSurvived());
        for (const auto &[end, runs] : figures.ends)
            up += double(end) / double(figures.horizonNs) * double(runs);
        const auto app = std::find_if(figures.availability.begin(), figures.availability.end(),
                                      [](const auto &one) { return one.path == QLatin1String("app"); });
        QVERIFY(app != figures.availability.end());
        QVERIFY(std::abs(app->mean - up / double(figures.runs)) < 1e-9);
    }

    void binsHoldEveryValueOnce_data()
    {
        QTest::addColumn<qint64>("low");
        QTest::addColumn<qint64>("step");
        QTest::addColumn<int>("count");
        QTest::newRow("one value") << qint64(7) << qint64(1) << 1;
        QTest::newRow("small numbers") << qint64(0) << qint64(1) << 30;
        QTest::newRow("large numbers") << qint64(123) << qint64(1'000'000'007) << 500;
    }

    void binsHoldEveryValueOnce()
    {
        QFETCH(qint64, low);
        QFETCH(qint64, step);
        QFETCH(int, count);
        std::vector<std::pair<std::int64_t, std::uint64_t>> values;
        for (int i = 0; i < count; ++i)
            values.emplace_back(low + i * step, 2);
        const Bins bins = binsOf(values, 40);
        QVERIFY(bins.counts.size() <= 40);
        std::uint64_t all = 0;
        for (const std::uint64_t one : bins.counts)
            all += one;
        QCOMPARE(all, std::uint64_t(2 * count));
        QVERIFY(bins.first <= double(low));
    }

    void whatBecameOfTheRootStandsBesideTheOutcomes_data()
    {
        QTest::addColumn<double>("row");
        QTest::addColumn<QString>("title");
        QTest::newRow("the root that survived") << 0.0 << "the root survived";
        QTest::newRow("the root that gave up") << 1.0 << "the root gave up";
        QTest::newRow("the first outcome that there is") << 3.0 << "gave up";
        QTest::newRow("between the groups") << 2.2 << QString();
    }

    /// The scenario states that the root gives up: where it survives, the run fails.
    void whatBecameOfTheRootStandsBesideTheOutcomes()
    {
        QFETCH(double, row);
        QFETCH(QString, title);
        auto *statistics = view<StatisticsView>("statistics");
        settle();
        const Figures figures = statistics->figures();
        QCOMPARE(figures.outcomes[1], figures.rootEnded);
        QCOMPARE(figures.outcomes[2], figures.rootSurvived());
        const QString said = named<QLabel>(statistics, QStringLiteral("Summary"))->text();
        QVERIFY2(said.contains(QLatin1String("the root survived in 50.00 %")), qPrintable(said));
        auto *plot = named<Plot>(statistics, QStringLiteral("How the runs ended"));
        plot->resize(400, 260);
        plot->replot();
        const QPoint at(int(plot->xAxis->coordToPixel(3)), int(plot->yAxis->coordToPixel(row)));
        QTest::mouseClick(plot, Qt::LeftButton, {}, at);
        settle();
        QCOMPARE(archive().filter().title, title);
        const std::uint64_t runs = title.isEmpty() ? figures.runs : figures.runs / 2;
        QCOMPARE(std::uint64_t(view<View>("runs")->table()->rowCount()), runs);
    }

    void everyPlotLeadsToRunsThatThereAre()
    {
        auto *statistics = view<StatisticsView>("statistics");
        settle();
        const Figures figures = statistics->figures();
        Plot plot(QStringLiteral("plot"));
        std::vector<int> found;
        const ShowRuns show = [&](const QString &condition, const QString &title) {
            QVERIFY(!title.isEmpty());
            archive().setFilter({.condition = condition, .title = title});
            settle();
            found.push_back(view<View>("runs")->table()->rowCount());
        };
        plotSurvival(plot, figures, show);
        plot.onClick(double(figures.horizonNs) / 1e9 + 1, 50);
        plotEnds(plot, figures, show);
        plot.onClick(double(figures.ends.front().first) / 1e9, 1);
        plotRestarts(plot, figures, show);
        plot.onClick(double(figures.restarts.front().first) - 0.4, 1);
        plotAvailability(plot, figures, show);
        plot.onClick(99, 0);
        plotGrid(plot, figures, show);
        plot.onClick(1, 0);
        QCOMPARE(found.size(), std::size_t(5));
        QCOMPARE(found[0], int(figures.rootEnded));
        QVERIFY(found[1] > 0 && found[2] > 0);
        QCOMPARE(found[3], int(figures.availability.front().runsDown));
        QCOMPARE(found[4], seeds);
    }

    void plotsFollowTheTheme()
    {
        auto *statistics = view<StatisticsView>("statistics");
        settle();
        auto *plot = named<Plot>(statistics, QStringLiteral("Restarts"));
        plot->resize(300, 200);
        applyTheme(ThemeChoice::Dark);
        settle();
        QCOMPARE(plot->toPixmap(300, 200).toImage().pixelColor(2, 190), colors().canvas);
        applyTheme(ThemeChoice::Light);
        settle();
        QCOMPARE(plot->toPixmap(300, 200).toImage().pixelColor(2, 190), colors().canvas);
    }

    void aSweepOfTheFormEndsInItsStatistics()
    {
        m_window->openShipped(QStringLiteral("db-outage-30s"));
        settle();
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
        m_window->openShipped(QStringLiteral("db-outage-30s"));
        settle();
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
        m_window->openShipped(QStringLiteral("db-outage-30s"));
        settle();
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
        m_window->openShipped(QStringLiteral("db-outage-30s"));
        settle();
        QVERIFY(document().run()->result().outcome != Outcome::Passed);
        const std::size_t before = document().run()->source().text.size();
        auto *jobs = view<JobsView>("jobs");
        QTest::mouseClick(button(jobs, QStringLiteral("Shrink this run")), Qt::LeftButton);
        settle();
        QCOMPARE(jobs->jobs().state(0), JobState::Done);
        QVERIFY(document().run()->source().text.size() < before);
        QVERIFY(document().run()->result().outcome != Outcome::Passed);
    }

    void aRunningSweepShowsWhatItHasCounted()
    {
        m_window->openShipped(QStringLiteral("db-outage-30s"));
        settle();
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

    void whatIsCountedIsWhatTheDatabaseSays()
    {
        CampaignRequest request;
        request.source = shippedSource(QStringLiteral("db-outage-30s"));
        request.source.overrides = {{"worker.conn.lifetime", "exp(20s)"}};
        request.seeds = {1, 200};
        request.vary = {"supervisor.app.max_restarts=1,40", "supervisor.app.within=5s,10s"};
        request.database = m_folder.filePath(QStringLiteral("counted.db"));
        std::shared_ptr<const Figures> counted;
        const auto campaign = runCampaign(request, {}, [&](auto figures) { counted = std::move(figures); });
        QVERIFY2(campaign, campaign ? "" : qPrintable(campaign.error()));
        const std::atomic<bool> stop{false};
        const Figures read = readFigures(request.database, {}, stop);
        QCOMPARE(read.problem, QString());
        QCOMPARE(counted->runs, read.runs);
        QCOMPARE(counted->outcomes, read.outcomes);
        QCOMPARE(counted->rootEnded, read.rootEnded);
        QVERIFY(read.rootEnded > 0 && read.rootEnded < read.runs);
        QCOMPARE(counted->restarts, read.restarts);
        QCOMPARE(counted->horizonNs, read.horizonNs);
        QCOMPARE(counted->survivalAt(read.horizonNs), read.survivalAt(read.horizonNs));
        QCOMPARE(counted->keys, read.keys);
        QCOMPARE(counted->grid.size(), read.grid.size());
        for (std::size_t i = 0; i < read.grid.size(); ++i) {
            QCOMPARE(counted->grid[i].overrides, read.grid[i].overrides);
            QCOMPARE(counted->grid[i].survived, read.grid[i].survived);
        }
        QCOMPARE(counted->availability.size(), read.availability.size());
        for (std::size_t i = 0; i < read.availability.size(); ++i) {
            QCOMPARE(counted->availability[i].path, read.availability[i].path);
            QVERIFY(std::abs(counted->availability[i].mean - read.availability[i].mean) < 1e-6);
        }
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
        m_window->openShipped(QStringLiteral("db-outage-30s"));
        settle();
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
        QVERIFY(found->model()->index(0, 3).data().toString().endsWith(QLatin1String("met")));
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

QTEST_MAIN(TestCampaigns)

#include "tst_campaigns.moc"
