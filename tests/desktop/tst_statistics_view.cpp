#ifndef Q_MOC_RUN
#include "app/desktop/models/figures.h"
#include "app/desktop/models/run_model.h"
#include "app/desktop/views/figure_plots.h"
#include "app/desktop/views/plot.h"
#include "app/desktop/views/statistics_view.h"
#include "tests/desktop/campaign_window.h"
#endif

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QTest>

using namespace daruma;

/// Which runs the statistics are about, and how sure they say that they are.
class TestStatisticsView : public QObject, bench::CampaignWindow {
    Q_OBJECT

    static constexpr int seeds = 20;
    static constexpr int otherSeeds = 30;

    /// Another campaign in the same database.
    void add(const char *scenario, int count, std::vector<Override> overrides = {})
    {
        CampaignRequest request;
        request.source = shippedSource(QLatin1String(scenario));
        request.source.overrides = std::move(overrides);
        request.seeds = {1, std::uint64_t(count)};
        request.database = m_recorded;
        const auto campaign = runCampaign(request, {});
        QVERIFY2(campaign, campaign ? "" : qPrintable(campaign.error()));
    }
    QComboBox *campaigns(QWidget *in) { return named<QComboBox>(in, QStringLiteral("Campaign")); }
    static void choose(QComboBox *box, qlonglong campaign)
    {
        box->setCurrentIndex(box->findData(campaign));
        emit box->activated(box->currentIndex());
    }
    QString summary(QWidget *in) { return named<QLabel>(in, QStringLiteral("Summary"))->text(); }

private slots:
    void initTestCase()
    {
        record(seeds, {});
        add("root-default-budget", otherSeeds, {{"worker.mailer.lifetime", "exp(20s)"}});
    }
    void init()
    {
        showWindow({1280, 900});
        open(m_recorded);
    }
    void cleanup() { m_window.reset(); }

    void theNewestCampaignIsShownAlone()
    {
        auto *statistics = view<StatisticsView>("statistics");
        settle();
        QCOMPARE(campaigns(statistics)->currentData().toLongLong(), 2);
        QCOMPARE(statistics->figures().runs, std::uint64_t(otherSeeds));
        QCOMPARE(statistics->figures().scenarios, std::uint64_t(1));
    }

    void runsAndStatisticsAreAboutTheSameCampaign()
    {
        auto *runs = view<View>("runs");
        choose(campaigns(runs), 1);
        auto *statistics = view<StatisticsView>("statistics");
        settle();
        QCOMPARE(campaigns(statistics)->currentData().toLongLong(), 1);
        QCOMPARE(statistics->figures().runs, std::uint64_t(seeds));
        choose(campaigns(statistics), 2);
        settle();
        QCOMPARE(campaigns(runs)->currentData().toLongLong(), 2);
        QCOMPARE(runs->table()->rowCount(), otherSeeds);
        QCOMPARE(statistics->figures().runs, std::uint64_t(otherSeeds));
    }

    void whatIsCountedTogetherIsSaid()
    {
        auto *statistics = view<StatisticsView>("statistics");
        choose(campaigns(statistics), 0);
        settle();
        const Figures &figures = statistics->figures();
        QCOMPARE(figures.runs, std::uint64_t(seeds + otherSeeds));
        QCOMPARE(figures.scenarios, std::uint64_t(2));
        QVERIFY2(summary(statistics).contains(QLatin1String("2 scenario")), qPrintable(summary(statistics)));
        QVERIFY(FigurePlots::pooled(figures).contains(QLatin1String("2 scenario")));
        // Places of the same name are told apart.
        for (const AvailabilityFigure &place : figures.availability)
            QVERIFY(!place.scenario.isEmpty());
        // A campaign that is chosen elsewhere ends it.
        choose(campaigns(view<View>("runs")), 1);
        settle();
        QCOMPARE(statistics->figures().runs, std::uint64_t(seeds));
    }

    void runsSayOfWhichCampaignTheyAre()
    {
        auto *runs = view<View>("runs");
        settle();
        auto *table = runs->findChild<QTableView *>();
        QVERIFY(!table->isColumnHidden(RunModel::Campaign));
        QCOMPARE(runs->table()->index(0, RunModel::Campaign).data().toString(),
                 QStringLiteral("1: db-outage-30s"));
        QCOMPARE(runs->table()->index(seeds, RunModel::Campaign).data().toString(),
                 QStringLiteral("2: root-default-budget"));
    }

    /// Each seed of this scenario makes the same run.
    void runsThatAreAllTheSameHaveNoIntervals()
    {
        auto *runs = view<View>("runs");
        choose(campaigns(runs), 1);
        auto *statistics = view<StatisticsView>("statistics");
        settle();
        const Figures &figures = statistics->figures();
        QVERIFY(figures.isSameForAllSeeds);
        QCOMPARE(figures.intervalOf(figures.rootEnded).width(), 0.0);
        for (const AvailabilityFigure &place : figures.availability)
            QCOMPARE(place.interval.width(), 0.0);
        QVERIFY2(summary(statistics).contains(QLatin1String("seeds change nothing")),
                 qPrintable(summary(statistics)));
        QVERIFY(!summary(statistics).contains(u'–'));
        choose(campaigns(runs), 2);
        settle();
        QVERIFY(!statistics->figures().isSameForAllSeeds);
        QVERIFY(summary(statistics).contains(u'–'));
    }

    void plotsOfRunsThatAreAllTheSameHaveNoErrorBars()
    {
        auto *statistics = view<StatisticsView>("statistics");
        for (const qlonglong campaign : {1, 2}) {
            choose(campaigns(view<View>("runs")), campaign);
            view<StatisticsView>("statistics");
            settle();
            int errors = 0;
            for (Plot *plot : statistics->findChildren<Plot *>())
                for (int i = 0; i < plot->plottableCount(); ++i)
                    errors += qobject_cast<QCPErrorBars *>(plot->plottable(i)) != nullptr;
            QCOMPARE(errors > 0, campaign == 2);
        }
    }

    void sweepsThatGoOnKnowItToo()
    {
        for (const bool isRandom : {false, true}) {
            CampaignRequest request;
            request.source = shippedSource(QStringLiteral("db-outage-30s"));
            if (isRandom)
                request.source.overrides = {{"worker.conn.lifetime", "exp(20s)"}};
            request.seeds = {1, 50};
            request.jobs = 3;
            request.database = m_folder.filePath(QStringLiteral("counted.db"));
            std::shared_ptr<const Figures> counted;
            QVERIFY(runCampaign(request, {}, [&](auto figures) { counted = std::move(figures); }));
            QCOMPARE(counted->isSameForAllSeeds, !isRandom);
        }
    }

    void theFateOfTheRootStandsBesideTheOutcome()
    {
        auto *statistics = view<StatisticsView>("statistics");
        settle();
        for (const char *name : {"root survived", "root gave up"}) {
            Plot plot(QStringLiteral("plot"));
            FigurePlots::fill(FigurePlots::Outcomes, plot, statistics->figures());
            for (const PlotPart &part : plot.parts()) {
                if (part.title != QLatin1String(name))
                    continue;
                archive().setFilter({.condition = part.condition, .title = part.title});
                settle();
                const auto *table = view<View>("runs")->table();
                for (int row = 0; row < table->rowCount(); ++row)
                    QCOMPARE(QStringLiteral("root ") + table->index(row, RunModel::Root).data().toString(),
                             part.title);
            }
        }
    }

    void aPlotWithNothingToShowSaysWhyInItsMiddle()
    {
        Plot plot(QStringLiteral("plot"));
        Figures figures;
        figures.runs = 1;
        for (const auto kind : {FigurePlots::Ends, FigurePlots::Availability, FigurePlots::Grid}) {
            FigurePlots::fill(kind, plot, figures);
            QCOMPARE(plot.itemCount(), 1);
            QVERIFY(qobject_cast<QCPItemText *>(plot.item(0)));
            QVERIFY(!plot.xAxis->visible());
        }
    }

    void manyCellsHaveAScaleOfColours()
    {
        for (const int side : {3, 20}) {
            Figures figures;
            figures.runs = std::uint64_t(side) * std::uint64_t(side);
            figures.settings = figures.runs;
            figures.keys = {QStringLiteral("a"), QStringLiteral("b")};
            for (int i = 0; i < side; ++i)
                for (auto &values : figures.values)
                    values << QString::number(i);
            for (int i = 0; i < side * side; ++i)
                figures.grid.push_back({{QString::number(i)}, {i % side, i / side}, 1, 1});
            Plot plot(QStringLiteral("plot"));
            FigurePlots::fill(FigurePlots::Grid, plot, figures);
            const bool hasScale = plot.findChild<QCPColorScale *>() != nullptr;
            QCOMPARE(hasScale, side == 20);
            auto *map = qobject_cast<QCPColorMap *>(plot.plottable(0));
            QCOMPARE(map->dataRange(), QCPRange(0, 100));
            QCOMPARE(map->gradient().colorStops().value(1), colors().of(BarState::Running));
            QCOMPARE(plot.itemCount(), side == 20 ? 0 : side * side);
        }
    }

    void axesOfTimeHaveTheWordsOfTheTimeline()
    {
        Figures figures;
        figures.runs = 10;
        figures.horizonNs = 30LL * 3600 * 1'000'000'000;
        Plot plot(QStringLiteral("plot"));
        plot.resize(400, 240);
        FigurePlots::fill(FigurePlots::Survival, plot, figures);
        const QVector<QString> labels = plot.xAxis->tickVectorLabels();
        QVERIFY(labels.size() >= 3 && labels.size() <= 7);
        QVERIFY2(labels.contains(QStringLiteral("12 h")), qPrintable(QStringList(labels).join(u',')));
    }
};

QTEST_MAIN(TestStatisticsView)

#include "tst_statistics_view.moc"
