#ifndef Q_MOC_RUN
#include "app/desktop/models/figures.h"
#include "app/desktop/models/query_model.h"
#include "app/desktop/models/text.h"
#include "app/desktop/views/database_view.h"
#include "app/desktop/views/figure_plots.h"
#include "app/desktop/views/plot.h"
#include "app/desktop/views/statistics_view.h"
#include "tests/desktop/campaign_window.h"
#endif

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace daruma;

class TestCampaigns : public QObject, bench::CampaignWindow {
    Q_OBJECT

    static constexpr int seeds = 60;

private slots:
    void sharesAreNeverRoundedToAllOrNone_data()
    {
        QTest::addColumn<double>("share");
        QTest::addColumn<QString>("text");
        QTest::newRow("none") << 0.0 << "0.0 %";
        QTest::newRow("all") << 1.0 << "100.0 %";
        QTest::newRow("usual") << 0.1234 << "12.3 %";
        QTest::newRow("one of three thousand failed") << 2999.0 / 3000 << "99.97 %";
        QTest::newRow("one of a million failed") << 999'999.0 / 1'000'000 << "99.9999 %";
        QTest::newRow("one of three thousand") << 1.0 / 3000 << "0.03 %";
        QTest::newRow("less than can be written") << 1e-12 << "0.0000000 %";
    }
    void sharesAreNeverRoundedToAllOrNone()
    {
        QFETCH(double, share);
        QFETCH(QString, text);
        QCOMPARE(percentText(share, 1), text);
    }

    void initTestCase()
    {
        record(seeds, {"supervisor.app.max_restarts=1,40", "supervisor.app.within=5s,10s"});
    }

    void init()
    {
        showWindow({1280, 900});
        open(m_recorded);
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
            QCOMPARE(cell.survived, cell.overrides.front().contains("max_restarts=40") ? cell.runs : 0);
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
        QTest::newRow("the root that survived") << 0.0 << "root survived";
        QTest::newRow("the root that gave up") << 1.0 << "root gave up";
        QTest::newRow("the first outcome that there is") << 3.0 << "outcome: gave up (met)";
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
        QVERIFY2(said.contains(QLatin1String("root survived in 50.00 %")), qPrintable(said));
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

    void everyPartOfAPlotLeadsToTheRunsThatItCounts()
    {
        auto *statistics = view<StatisticsView>("statistics");
        settle();
        const Figures figures = statistics->figures();
        for (int kind = 0; kind < FigurePlots::kindCount; ++kind) {
            Plot plot(QStringLiteral("plot"));
            plot.resize(400, 300);
            FigurePlots::fill(FigurePlots::Kind(kind), plot, figures);
            QVERIFY2(!plot.parts().empty(), qPrintable(plot.accessibleName()));
            for (const PlotPart &part : plot.parts()) {
                archive().setFilter({.condition = part.condition, .title = part.title});
                settle();
                QCOMPARE(std::uint64_t(view<View>("runs")->table()->rowCount()), part.runs);
                QCOMPARE(archive().filter().title, part.title);
            }
        }
    }

    /// Of what is told of each run once the parts hold every run once.
    void partsAddUpToAllRuns()
    {
        auto *statistics = view<StatisticsView>("statistics");
        settle();
        const Figures figures = statistics->figures();
        const std::pair<FigurePlots::Kind, std::uint64_t> sums[] = {{FigurePlots::Restarts, figures.runs},
                                                                    {FigurePlots::Grid, figures.runs},
                                                                    {FigurePlots::Ends, figures.rootEnded}};
        for (const auto &[kind, runs] : sums) {
            Plot plot(QStringLiteral("plot"));
            FigurePlots::fill(kind, plot, figures);
            std::uint64_t sum = 0;
            for (const PlotPart &part : plot.parts())
                sum += part.runs;
            QCOMPARE(sum, runs);
        }
        Plot curve(QStringLiteral("plot"));
        FigurePlots::fill(FigurePlots::Survival, curve, figures);
        QCOMPARE(curve.parts().back().runs, figures.rootEnded);
    }

    void keysWalkOverThePartsOfAPlot()
    {
        auto *statistics = view<StatisticsView>("statistics");
        settle();
        auto *plot = named<Plot>(statistics, QStringLiteral("Settings"));
        plot->resize(400, 300);
        plot->replot();
        plot->setFocus();
        QSignalSpy chosen(plot, &Plot::chosen);
        const auto walk = [&](std::initializer_list<Qt::Key> keys) {
            for (const Qt::Key key : keys)
                QTest::keyClick(plot, key);
            QTest::keyClick(plot, Qt::Key_Return);
            return chosen.isEmpty() ? QRectF() : chosen.takeLast().first().value<PlotPart>().area;
        };
        const QRectF first = walk({Qt::Key_Home});
        const QRectF right = walk({Qt::Key_Right});
        const QRectF above = walk({Qt::Key_Up});
        QVERIFY(right.left() > first.left() && right.top() == first.top());
        QVERIFY(above.left() == right.left() && above.top() > right.top());
        QCOMPARE(walk({Qt::Key_Left, Qt::Key_Down}), first);
        QCOMPARE(walk({Qt::Key_Left}), first);
    }

    void theWheelOverAPlotScrollsThePlots()
    {
        m_window->resize(700, 500);
        auto *statistics = view<StatisticsView>("statistics");
        settle();
        auto *bar = statistics->findChild<QScrollArea *>()->verticalScrollBar();
        QVERIFY(bar->maximum() > 0);
        auto *plot = named<Plot>(statistics, QStringLiteral("How the runs ended"));
        const QPointF at(60, 60);
        QWheelEvent event(at, plot->mapToGlobal(at), {}, {0, -240}, {}, {}, Qt::NoScrollPhase, false);
        // As from a mouse: others are not handed on to what the plot stands in.
        QSpontaneKeyEvent::setSpontaneous(&event);
        qApp->notify(plot, &event);
        QVERIFY(bar->value() > 0);
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
};

QTEST_MAIN(TestCampaigns)

#include "tst_campaigns.moc"
