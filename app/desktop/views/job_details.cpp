#include "app/desktop/views/job_details.h"

#include "app/desktop/models/tuning_model.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/figure_plots.h"
#include "app/desktop/views/plot.h"
#include "app/desktop/views/row_table.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace daruma {

namespace {

/// Pages of the stack.
enum Shown { Nothing, Plots, Table };

/// Smaller plots cannot be read.
constexpr int plotWidth = 215;
constexpr int plotHeight = 150;

/// The most important ones first: there may be room for few.
constexpr FigurePlots::Kind kinds[] = {FigurePlots::Outcomes,     FigurePlots::Survival,
                                       FigurePlots::Restarts,     FigurePlots::Ends,
                                       FigurePlots::Availability, FigurePlots::Grid};

/// Paints how far targets are reached in colours; the words say the same.
class VerdictDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        if (index.row() == 0)
            option->font.setWeight(QFont::DemiBold);
        const QVariant verdict = index.data(TuningModel::VerdictRole);
        if (!verdict.isValid())
            return;
        const Colors &c = colors();
        const QColor tints[] = {c.bad, c.warning, c.good};
        option->palette.setColor(QPalette::Text, tints[verdict.toInt()]);
    }
};

}

JobDetails::JobDetails(JobModel &jobs, QWidget *parent)
    : QWidget(parent)
    , m_jobs(jobs)
    , m_stack(new QStackedWidget)
    , m_runs(new QLabel)
    , m_plots(new QWidget)
    , m_tuning(new TuningModel(this))
    , m_summary(new QLabel)
    , m_table(new RowTable(tr("Settings that tuning found")))
    , m_take(new QPushButton(icon(QStringLiteral("run")), tr("&Take these settings")))
{
    m_stack->addWidget(new QWidget);
    m_stack->addWidget(makePlots());
    m_stack->addWidget(makeTable());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
}

QWidget *JobDetails::makePlots()
{
    m_plots->installEventFilter(this);
    m_runs->setAccessibleName(tr("Runs so far"));
    for (const FigurePlots::Kind kind : kinds) {
        auto *plot = new Plot(FigurePlots::title(kind), m_plots);
        plot->setMinimumSize(1, 1);
        m_all.push_back(plot);
    }
    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(3);
    layout->addWidget(m_runs);
    layout->addWidget(m_plots, 1);
    return page;
}

QWidget *JobDetails::makeTable()
{
    m_summary->setWordWrap(true);
    m_summary->setAccessibleName(tr("What tuning found"));
    m_table->setModel(m_tuning);
    m_table->setItemDelegate(new VerdictDelegate(m_table));
    m_table->verticalHeader()->setDefaultSectionSize(24);
    m_take->setToolTip(tr("Changes the scenario to the settings of this row (a double click does the same); "
                          "it can be undone in one step"));
    m_take->setAutoDefault(false);
    auto *head = new QHBoxLayout;
    head->addWidget(m_summary, 1);
    head->addWidget(m_take, 0, Qt::AlignTop);
    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(head);
    layout->addWidget(m_table, 1);
    connect(m_take, &QPushButton::clicked, this, &JobDetails::take);
    connect(m_table, &RowTable::opened, this, &JobDetails::take);
    return page;
}

bool JobDetails::isFilled() const
{
    return m_stack->currentIndex() != Nothing;
}

void JobDetails::focusTable()
{
    m_table->setFocus();
}

void JobDetails::showJob(int row)
{
    const bool isJob = row >= 0 && row < m_jobs.rowCount();
    m_row = isJob ? row : -1;
    m_figures = isJob ? m_jobs.figures(row) : nullptr;
    showTuning(isJob ? m_jobs.tuning(row) : nullptr);
    m_stack->setCurrentIndex(m_tuning->tuning() ? Table : m_figures ? Plots : Nothing);
    if (m_figures && m_figures != m_plotted && isVisible())
        plot();
}

void JobDetails::showTuning(std::shared_ptr<const TuneOutcome> tuning)
{
    if (tuning == m_tuning->tuning())
        return;
    m_tuning->setTuning(std::move(tuning));
    m_summary->setText(m_tuning->summary());
    m_table->resizeColumnsToContents();
    m_table->setCurrentIndex(m_tuning->index(0, 0));
}

void JobDetails::take()
{
    const std::vector<Override> settings = m_tuning->settingAt(m_table->currentIndex().row());
    if (!settings.empty())
        m_jobs.takeSettings(m_row, settings);
}

void JobDetails::plot()
{
    m_plotted = m_figures;
    const bool isRunning = m_jobs.state(m_row) == JobState::Running;
    m_runs->setText(isRunning ? tr("After %Ln run(s), with 95 % intervals:", nullptr, int(m_figures->runs))
                              : tr("%Ln run(s), with 95 % intervals:", nullptr, int(m_figures->runs)));
    for (std::size_t i = 0; i < m_all.size(); ++i) {
        if (!m_all[i]->isVisibleTo(m_plots))
            continue;
        FigurePlots::fill(kinds[i], *m_all[i], *m_figures);
        // What is counted only leads nowhere.
        m_all[i]->clearParts();
    }
}

/// As many of the plots as there is room for, the most important ones first.
void JobDetails::arrange()
{
    const QSize size = m_plots->size();
    const int columns = std::clamp(size.width() / plotWidth, 1, 3);
    const int rows = std::clamp(size.height() / plotHeight, 1, (int(m_all.size()) + columns - 1) / columns);
    constexpr int gap = 4;
    const int wide = (size.width() + gap) / columns;
    const int high = (size.height() + gap) / rows;
    bool isOneNew = false;
    for (int i = 0; i < int(m_all.size()); ++i) {
        Plot *plot = m_all[std::size_t(i)];
        const bool isShown = i < columns * rows;
        isOneNew = isOneNew || (isShown && !plot->isVisibleTo(m_plots));
        plot->setVisible(isShown);
        plot->setGeometry(i % columns * wide, i / columns * high, wide - gap, high - gap);
    }
    if (m_figures && isVisible() && isOneNew)
        plot();
}

bool JobDetails::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_plots && event->type() == QEvent::Resize)
        arrange();
    return QWidget::eventFilter(watched, event);
}

void JobDetails::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    arrange();
    if (m_figures && m_figures != m_plotted)
        plot();
}

void JobDetails::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_figures && isVisible())
        plot();
}

}
