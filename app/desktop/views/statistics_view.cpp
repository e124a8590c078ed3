#include "app/desktop/views/statistics_view.h"

#include "app/desktop/models/archive.h"
#include "app/desktop/models/run_conditions.h"
#include "app/desktop/models/run_model.h"
#include "app/desktop/models/text.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/figure_plots.h"
#include "app/desktop/views/plot.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QEvent>
#include <QFutureWatcher>
#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <QtConcurrent/QtConcurrentRun>

namespace daruma {

namespace {

/// Narrower plots cannot be read.
constexpr int plotWidth = 320;
constexpr int plotHeight = 230;

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
    for (int i = 0; i < FigurePlots::kindCount; ++i) {
        m_plots.push_back(new Plot(FigurePlots::title(FigurePlots::Kind(i))));
        connect(m_plots.back(), &Plot::chosen, this, &StatisticsView::showRuns);
    }
    m_area->setFocusPolicy(Qt::NoFocus);
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
    connect(m_campaign, &QComboBox::activated, this, &StatisticsView::choose);
    connect(&document.archive(), &Archive::opened, this, &StatisticsView::showArchive);
    connect(&document.archive(), &Archive::statisticsWanted, this, &StatisticsView::read);
    connect(&document.archive(), &Archive::filterChanged, this, &StatisticsView::followFilter);
    connect(m_summary, &QLabel::linkActivated, this, [this](const QString &link) {
        const auto outcome = RecordedOutcome(link.toInt());
        showRuns({{}, tr("outcome: %1").arg(judgedWordOf(outcome)), outcomeIs(outcome), 0});
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
    if (std::exchange(m_path, archive.path()) != archive.path())
        m_isPooled = false;
    m_area->setVisible(isOpen);
    m_campaign->setVisible(isOpen);
    if (!isOpen) {
        m_summary->setText(
            tr("Open a database (*.db), or sweep a scenario in the Jobs view, to see how often "
               "what happens."));
        return;
    }
    {
        const QSignalBlocker blocker(m_campaign);
        m_campaign->clear();
        for (const CampaignRow &campaign : archive.campaigns())
            m_campaign->addItem(campaignText(campaign), qlonglong(campaign.id));
        if (archive.campaigns().size() > 1)
            m_campaign->addItem(tr("All campaigns together"), qlonglong(0));
    }
    m_campaign->setCurrentIndex(m_campaign->findData(qlonglong(wanted())));
    read();
}

std::int64_t StatisticsView::wanted() const
{
    const Archive &archive = document().archive();
    if (archive.filter().campaign)
        return *archive.filter().campaign;
    const auto hasRuns = [](const CampaignRow &campaign) { return campaign.runs > 0; };
    const auto &all = archive.campaigns();
    const auto newest = std::find_if(all.rbegin(), all.rend(), hasRuns);
    return m_isPooled || newest == all.rend() ? 0 : newest->id;
}

/// Somebody chose a campaign elsewhere.
void StatisticsView::followFilter()
{
    if (document().archive().filter().campaign)
        m_isPooled = false;
    const int index = m_campaign->findData(qlonglong(wanted()));
    if (index == m_campaign->currentIndex())
        return;
    m_campaign->setCurrentIndex(index);
    read();
}

/// Somebody chose a campaign here: the runs follow.
void StatisticsView::choose()
{
    const qlonglong campaign = m_campaign->currentData().toLongLong();
    m_isPooled = campaign == 0;
    RunsFilter filter = document().archive().filter();
    filter.campaign = campaign > 0 ? std::optional<std::int64_t>(campaign) : std::nullopt;
    // What was chosen of other figures.
    filter.condition.clear();
    filter.title.clear();
    document().archive().setFilter(filter);
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
    if (const std::int64_t campaign = wanted(); campaign > 0)
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
    m_summary->setText(summary());
    for (std::size_t i = 0; i < m_plots.size(); ++i)
        FigurePlots::fill(FigurePlots::Kind(i), *m_plots[i], figures);
}

/// With its interval, where there is one.
QString StatisticsView::shareText(std::uint64_t count) const
{
    QString share = percentText(m_figures->share(count), 2);
    if (m_figures->isSameForAllSeeds)
        return share;
    const Interval interval = m_figures->intervalOf(count);
    return tr("%1 (%2–%3)").arg(share).arg(interval.low * 100, 0, 'f', 2).arg(interval.high * 100, 0, 'f', 2);
}

QString StatisticsView::outcomesText() const
{
    QStringList parts;
    for (std::size_t i = 0; i < m_figures->outcomes.size(); ++i)
        if (m_figures->outcomes[i] > 0)
            parts << QStringLiteral("<a href=\"%1\" style=\"color:%2\">%3</a> %4")
                         .arg(i)
                         .arg(colors().accent.name(), judgedWordOf(RecordedOutcome(i)),
                              shareText(m_figures->outcomes[i]));
    return parts.join(QStringLiteral(", "));
}

QString StatisticsView::summary() const
{
    const Figures &figures = *m_figures;
    QStringList sentences;
    if (figures.scenarios > 1)
        sentences << tr("Runs of %Ln scenario(s) are counted together here, which may have little in common.",
                        nullptr, int(figures.scenarios));
    if (figures.isSameForAllSeeds)
        sentences
            << (figures.settings == 1
                    ? tr("All %L1 runs are the same: seeds change nothing here.").arg(figures.runs)
                    : tr("%L1 runs, and those of each of the %L2 settings are the same: seeds change nothing "
                         "here.")
                          .arg(figures.runs)
                          .arg(figures.settings));
    const QString survived = shareText(figures.rootSurvived());
    sentences << (figures.isSameForAllSeeds
                      ? tr("The root survived in %1.").arg(survived)
                      : tr("%Ln run(s): the root survived in %1.", nullptr, int(figures.runs)).arg(survived));
    sentences << tr("Were the expectations met? %1.").arg(outcomesText());
    return sentences.join(u' ');
}

void StatisticsView::showRuns(const PlotPart &part)
{
    RunsFilter filter = m_figures->filter;
    filter.condition = part.condition;
    filter.title = part.title;
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
