#include "app/desktop/views/statistics_view.h"

#include "app/desktop/models/archive.h"
#include "app/desktop/models/run_model.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/plot.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QEvent>
#include <QFutureWatcher>
#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>
#include <QtConcurrent/QtConcurrentRun>

namespace daruma {

namespace {

/// Narrower plots cannot be read.
constexpr int plotWidth = 320;
constexpr int plotHeight = 230;

using Fill = void (*)(Plot &, const Figures &, const ShowRuns &);
constexpr Fill fills[] = {plotOutcomes, plotSurvival, plotEnds, plotRestarts, plotAvailability, plotGrid};

/// With its interval.
QString shareText(std::uint64_t count, std::uint64_t runs)
{
    const Interval interval = shareInterval(count, runs);
    return QStringLiteral("%1 % (%2–%3)")
        .arg(100.0 * double(count) / double(std::max<std::uint64_t>(runs, 1)), 0, 'f', 2)
        .arg(interval.low * 100, 0, 'f', 2)
        .arg(interval.high * 100, 0, 'f', 2);
}

}

StatisticsView::StatisticsView(Document &document, QWidget *parent)
    : View(document, parent)
    , m_watcher(std::make_unique<QFutureWatcher<std::shared_ptr<Figures>>>())
    , m_stop(std::make_shared<std::atomic<bool>>(false))
    , m_figures(std::make_shared<Figures>())
    , m_campaign(new QComboBox)
    , m_summary(new QLabel)
    , m_area(new QScrollArea)
{
    m_campaign->setAccessibleName(tr("Campaign"));
    m_campaign->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_summary->setAccessibleName(tr("Summary"));
    m_summary->setWordWrap(true);
    m_summary->setTextInteractionFlags(Qt::TextBrowserInteraction);
    auto *plots = new QWidget;
    m_grid = new QGridLayout(plots);
    m_grid->setContentsMargins(0, 0, 0, 0);
    for (const QString &title : {tr("How the runs ended"), tr("Survival of the root"), tr("Time to give-up"),
                                 tr("Restarts"), tr("Availability"), tr("Settings")})
        m_plots.push_back(new Plot(title));
    m_area->setWidgetResizable(true);
    m_area->setFrameShape(QFrame::NoFrame);
    m_area->setWidget(plots);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->addWidget(m_campaign);
    layout->addWidget(m_summary);
    layout->addWidget(m_area, 1);
    arrange();
    connect(m_watcher.get(), &QFutureWatcherBase::finished, this, &StatisticsView::take);
    connect(m_campaign, &QComboBox::activated, this, &StatisticsView::read);
    connect(&document.archive(), &Archive::opened, this, &StatisticsView::showArchive);
    connect(&document.archive(), &Archive::statisticsWanted, this, [this](std::int64_t campaign) {
        m_campaign->setCurrentIndex(std::max(m_campaign->findData(qlonglong(campaign)), 0));
        read();
    });
    connect(m_summary, &QLabel::linkActivated, this, [this](const QString &link) {
        const auto outcome = RecordedOutcome(link.toInt());
        showRuns(outcomeIs(outcome), wordOf(outcome));
    });
    showArchive();
}

StatisticsView::~StatisticsView()
{
    *m_stop = true;
}

void StatisticsView::settle()
{
    while (m_watcher->isRunning()) {
        m_watcher->waitForFinished();
        QCoreApplication::processEvents();
    }
    QCoreApplication::processEvents();
}

void StatisticsView::showArchive()
{
    const Archive &archive = document().archive();
    const bool isOpen = !archive.path().isEmpty();
    m_area->setVisible(isOpen);
    m_campaign->setVisible(isOpen);
    if (!isOpen) {
        m_summary->setText(
            tr("Open a database (*.db), or sweep a scenario in the Jobs view, to see how often "
               "what happens."));
        return;
    }
    const QVariant current = m_campaign->currentData();
    m_campaign->clear();
    m_campaign->addItem(tr("All campaigns"), qlonglong(0));
    for (const CampaignRow &campaign : archive.campaigns())
        m_campaign->addItem(tr("Campaign %1: %2, seeds %3..%4")
                                .arg(campaign.id)
                                .arg(QString::fromStdString(campaign.scenarioName))
                                .arg(campaign.firstSeed)
                                .arg(campaign.lastSeed),
                            qlonglong(campaign.id));
    m_campaign->setCurrentIndex(std::max(m_campaign->findData(current), 0));
    read();
}

void StatisticsView::showEvent(QShowEvent *event)
{
    View::showEvent(event);
    if (m_isOutdated)
        read();
}

void StatisticsView::read()
{
    *m_stop = true;
    // Nobody looks: a large database is not read for that.
    m_isOutdated = !isVisible();
    if (m_isOutdated || document().archive().path().isEmpty())
        return;
    m_summary->setText(tr("reading…"));
    m_stop = std::make_shared<std::atomic<bool>>(false);
    RunsFilter filter;
    if (const qlonglong campaign = m_campaign->currentData().toLongLong(); campaign > 0)
        filter.campaign = campaign;
    m_watcher->setFuture(QtConcurrent::run([path = document().archive().path(), filter, stop = m_stop] {
        return std::make_shared<Figures>(readFigures(path, filter, *stop));
    }));
}

void StatisticsView::take()
{
    m_figures = m_watcher->result();
    show();
}

void StatisticsView::show()
{
    const Figures &figures = *m_figures;
    if (!figures.problem.isEmpty()) {
        m_summary->setText(QStringLiteral("<span style=\"color:%1\">%2</span>")
                               .arg(colors().bad.name(), figures.problem.toHtmlEscaped()));
        return;
    }
    QStringList parts;
    for (std::size_t i = 0; i < figures.outcomes.size(); ++i)
        if (figures.outcomes[i] > 0)
            parts << QStringLiteral("<a href=\"%1\" style=\"color:%2\">%3</a> %4")
                         .arg(i)
                         .arg(colors().accent.name(), wordOf(RecordedOutcome(i)),
                              shareText(figures.outcomes[i], figures.runs));
    m_summary->setText(
        tr("%L1 runs: the root survived in %2. By what the scenario expects: %3.")
            .arg(figures.runs)
            .arg(shareText(figures.rootSurvived(), figures.runs), parts.join(QStringLiteral(", "))));
    const ShowRuns toRuns = [this](const QString &condition, const QString &title) {
        showRuns(condition, title);
    };
    for (std::size_t i = 0; i < m_plots.size(); ++i)
        fills[i](*m_plots[i], figures, toRuns);
}

void StatisticsView::showRuns(const QString &condition, const QString &title)
{
    RunsFilter filter = m_figures->filter;
    filter.condition = condition;
    filter.title = title;
    document().archive().showRuns(filter);
}

void StatisticsView::changeEvent(QEvent *event)
{
    View::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_figures->runs > 0)
        show();
}

void StatisticsView::resizeEvent(QResizeEvent *event)
{
    View::resizeEvent(event);
    arrange();
}

void StatisticsView::arrange()
{
    const int columns = std::clamp(width() / plotWidth, 1, 3);
    if (columns == m_columns)
        return;
    m_columns = columns;
    for (std::size_t i = 0; i < m_plots.size(); ++i)
        m_grid->addWidget(m_plots[i], int(i) / columns, int(i) % columns);
    for (int row = 0; row < m_grid->rowCount(); ++row)
        m_grid->setRowMinimumHeight(row, row * columns < int(m_plots.size()) ? plotHeight : 0);
}

}
