#include "app/desktop/views/compare_view.h"

#include "app/desktop/models/text.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/compare_lanes.h"
#include "app/desktop/views/kept_sizes.h"
#include "app/desktop/views/row_table.h"
#include "app/desktop/views/timeline_metrics.h"
#include "app/desktop/views/verdict_color.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QFutureWatcher>
#include <QHeaderView>
#include <QLabel>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStandardItemModel>
#include <QToolButton>
#include <QVBoxLayout>
#include <QtConcurrent/QtConcurrentRun>

#include <algorithm>

namespace daruma {

namespace {

/// Of the table of counts: nobody reads more.
constexpr std::size_t mostCounts = 500;

}

struct CompareView::Job {
    QFutureWatcher<ComparisonPtr> watcher;
};

CompareView::CompareView(Document &document, QWidget *parent)
    : View(document, parent)
    , m_job(std::make_unique<Job>())
    , m_choice(new QComboBox)
    , m_head(new QLabel)
    , m_sentence(new QLabel)
    , m_lanes(new CompareLanes(document))
    , m_counts(new QStandardItemModel(this))
    , m_table(new RowTable(tr("Counts that differ")))
{
    m_choice->setAccessibleName(tr("Run to compare with"));
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_choice->setMinimumWidth(120);
    // What is chosen is read first; of the verdicts as much as there is room for.
    m_head->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_head->setTextFormat(Qt::RichText);
    // On one line it would make the whole window as wide as it is long.
    m_head->setWordWrap(true);
    m_head->setAccessibleName(tr("Verdicts of both runs"));
    m_sentence->setWordWrap(true);
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setAccessibleName(tr("Where the runs part"));
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_table->setModel(m_counts);
    m_table->setTextElideMode(Qt::ElideMiddle);
    auto *head = new QHBoxLayout;
    head->addWidget(new QLabel(tr("Compare with")));
    head->addWidget(m_choice);
    head->addWidget(m_head, 1);
    const auto button = [&](const char *picture, const QString &name, auto run) {
        auto *tool = new QToolButton;
        tool->setIcon(icon(QLatin1String(picture)));
        tool->setAutoRaise(true);
        tool->setToolTip(name);
        tool->setAccessibleName(name);
        connect(tool, &QToolButton::clicked, this, run);
        head->addWidget(tool);
    };
    button("compare", tr("To where they part"), [this] { m_lanes->showDifference(); });
    button("zoom-in", tr("Nearer"), [this] { m_lanes->zoom(metrics::zoomOfKey); });
    button("zoom-out", tr("Further away"), [this] { m_lanes->zoom(1 / metrics::zoomOfKey); });
    button("fit", tr("The whole runs"), [this] { m_lanes->fit(); });
    auto *split = new QSplitter;
    split->addWidget(m_lanes);
    split->addWidget(m_table);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 1);
    keepParts(*split, QStringLiteral("compare"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->addLayout(head);
    layout->addWidget(m_sentence);
    layout->addWidget(split, 1);
    connect(&m_job->watcher, &QFutureWatcherBase::finished, this, &CompareView::take);
    connect(&document, &Document::runChanged, this, &CompareView::refresh);
    connect(&document, &Document::baselineChanged, this, &CompareView::refresh);
    connect(&document, &Document::forksChanged, this, &CompareView::fillChoice);
    connect(m_choice, &QComboBox::activated, this, [this](int row) {
        const std::vector<Fork> &forks = this->document().forks();
        if (row == 0)
            this->document().compareWith(nullptr);
        else if (std::size_t(row) <= forks.size())
            this->document().compareWith(forks[std::size_t(row) - 1].run);
    });
    fillChoice();
    refresh();
}

CompareView::~CompareView()
{
    m_job->watcher.waitForFinished();
}

QAbstractItemModel *CompareView::table() const
{
    return m_counts;
}

void CompareView::showEvent(QShowEvent *)
{
    if (m_isOutdated)
        refresh();
}

void CompareView::refresh()
{
    fillChoice();
    // Nobody looks: it is made when somebody does.
    m_isOutdated = true;
    if (!isVisible() || m_job->watcher.isRunning())
        return;
    m_isOutdated = false;
    if (!run() || !document().baseline()) {
        m_comparison.reset();
        return showHead();
    }
    m_job->watcher.setFuture(
        QtConcurrent::run([before = document().baseline(), now = document().run()]() -> ComparisonPtr {
            return Comparison::make(before, now);
        }));
}

void CompareView::take()
{
    if (m_isOutdated)
        return refresh();
    m_comparison = m_job->watcher.result();
    showHead();
}

void CompareView::settle()
{
    do {
        m_job->watcher.waitForFinished();
        QCoreApplication::processEvents();
    } while (m_job->watcher.isRunning() || (m_isOutdated && isVisible()));
}

void CompareView::fillChoice()
{
    const QSignalBlocker blocker(m_choice);
    m_choice->clear();
    m_choice->addItem(tr("nothing"));
    int chosen = 0;
    for (const Fork &fork : document().forks()) {
        m_choice->addItem(QStringLiteral("%1: %2").arg(fork.number).arg(fork.title));
        if (fork.run == document().baseline())
            chosen = m_choice->count() - 1;
    }
    if (const RunPtr &other = document().baseline(); other && chosen == 0) {
        const RunSource &source = other->source();
        m_choice->addItem(
            source.recordedIn.empty()
                ? tr("another run, seed %1").arg(other->seed())
                : tr("run %1 of the database, seed %2").arg(source.recordedId).arg(other->seed()));
        chosen = m_choice->count() - 1;
    }
    m_choice->setCurrentIndex(chosen);
}

QString CompareView::describe(const Run &run, const QString &title) const
{
    return QStringLiteral("%1: <b style=\"color:%2\">%3</b>, %4")
        .arg(title.toHtmlEscaped(), verdictColor(run).name(), verdictName(run).toHtmlEscaped(),
             verdictSentence(run).toHtmlEscaped());
}

void CompareView::showHead()
{
    m_lanes->show(m_comparison);
    m_lanes->setVisible(m_comparison != nullptr);
    m_table->setVisible(m_comparison && !m_comparison->counts.empty());
    showCounts();
    if (!m_comparison) {
        m_head->clear();
        m_sentence->setText(
            run() ? tr("Choose a run to compare with, here, by a click in Forks or from the menu "
                       "of a run in Runs. Each change of a setting and each injected fault makes "
                       "another run.")
                  : tr("Open a scenario, change it, and compare what becomes of it."));
        return;
    }
    m_head->setText(describe(*m_comparison->before, qt(m_comparison->beforeName)) + QStringLiteral(" &nbsp; ")
                    + describe(*m_comparison->now, qt(m_comparison->nowName)));
    m_sentence->setText(qt(m_comparison->sentence));
}

void CompareView::showCounts()
{
    m_counts->clear();
    m_counts->setHorizontalHeaderLabels({tr("Place"), tr("Event"),
                                         m_comparison ? qt(m_comparison->beforeName) : tr("Before"),
                                         m_comparison ? qt(m_comparison->nowName) : tr("Now")});
    if (!m_comparison)
        return;
    for (std::size_t i = 0; i < std::min(m_comparison->counts.size(), mostCounts); ++i) {
        const CountDifference &one = m_comparison->counts[i];
        QList<QStandardItem *> row{new QStandardItem(one.path.empty() ? tr("the run") : qt(one.path)),
                                   new QStandardItem(qt(toText(one.kind))),
                                   new QStandardItem(QStringLiteral("%L1").arg(one.left)),
                                   new QStandardItem(QStringLiteral("%L1").arg(one.right))};
        for (int column : {2, 3})
            row[column]->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_counts->appendRow(row);
    }
    // A long path gives way to the numbers.
    QHeaderView &header = *m_table->horizontalHeader();
    header.setStretchLastSection(false);
    header.setSectionResizeMode(QHeaderView::ResizeToContents);
    header.setSectionResizeMode(0, QHeaderView::Stretch);
}

}
