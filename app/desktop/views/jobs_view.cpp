#include "app/desktop/views/jobs_view.h"

#include "app/desktop/models/job_model.h"
#include "app/desktop/models/setting_fields.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/job_details.h"
#include "app/desktop/views/row_table.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QSplitter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <limits>

namespace daruma {

namespace {

/// Paints how much is done behind the words.
class ProgressDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QVariant share = index.data(JobModel::ShareRole);
        if (share.isValid() && share.toDouble() < 1) {
            QRect done = option.rect.adjusted(0, 2, 0, -2);
            done.setWidth(int(done.width() * share.toDouble()));
            painter->fillRect(done, colors().selection);
        }
        QStyledItemDelegate::paint(painter, option, index);
    }
};

QPushButton *button(const QString &text, const QString &tip, const char *pictured)
{
    auto *made = new QPushButton(icon(QLatin1String(pictured)), text);
    made->setToolTip(tip);
    made->setAutoDefault(false);
    return made;
}

QSpinBox *seedBox(int value, const QString &name)
{
    auto *box = new QSpinBox;
    box->setRange(1, std::numeric_limits<int>::max());
    box->setValue(value);
    box->setGroupSeparatorShown(true);
    box->setAccessibleName(name);
    return box;
}

}

JobsView::JobsView(Document &document, QWidget *parent)
    : View(document, parent)
    , m_model(new JobModel(document, this))
    , m_first(seedBox(1, tr("First seed")))
    , m_last(seedBox(1000, tr("Last seed")))
    , m_database(new QLineEdit)
    , m_targets(new QLineEdit)
    , m_sweep(button(tr("Swee&p"),
                     tr("Runs the scenario with all these seeds, and tells how often what happens"), "sweep"))
    , m_tune(button(tr("T&une"), tr("Looks for the smallest values of the keys that meet the targets"),
                    "search"))
    , m_shrink(button(tr("S&hrink this run"),
                      tr("Looks for the smallest scenario that still fails as this run does"), "cause"))
    , m_table(new RowTable(tr("Jobs")))
    , m_details(new JobDetails(*m_model))
    , m_parts(new QSplitter)
    , m_pause(button(tr("Pause"), tr("Lets the job wait, or go on"), "pause"))
    , m_stop(button(tr("Stop"), tr("Ends the job; a sweep keeps what it has"), "stop"))
    , m_open(button(tr("Open the result"),
                    tr("Statistics, the shrunk scenario, or the settings that were found"), "open"))
{
    auto *scrolled = new QScrollArea;
    scrolled->setFocusPolicy(Qt::NoFocus);
    scrolled->setWidget(makeForm());
    scrolled->setWidgetResizable(true);
    scrolled->setFrameShape(QFrame::NoFrame);
    scrolled->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scrolled->setMinimumWidth(330);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->addWidget(scrolled, 3);
    m_parts->addWidget(makeList());
    m_parts->addWidget(m_details);
    m_parts->setChildrenCollapsible(false);
    m_details->hide();
    layout->addWidget(m_parts, 7);
    connect(&document, &Document::runChanged, this, &JobsView::showRun);
    connect(m_sweep, &QPushButton::clicked, this, &JobsView::sweep);
    connect(m_tune, &QPushButton::clicked, this, &JobsView::tune);
    connect(m_shrink, &QPushButton::clicked, this, &JobsView::shrink);
    connect(m_pause, &QPushButton::clicked, this,
            [this] { m_model->setPaused(row(), m_model->state(row()) == JobState::Running); });
    connect(m_stop, &QPushButton::clicked, this, [this] { m_model->stop(row()); });
    connect(m_open, &QPushButton::clicked, this, [this] { m_model->openResult(row()); });
    connect(m_table, &RowTable::opened, this,
            [this](const QModelIndex &index) { m_model->openResult(index.row()); });
    connect(m_model, &JobModel::tuningWanted, this, [this](int row) {
        m_table->setCurrentIndex(m_model->index(row, 0));
        showButtons();
        m_details->focusTable();
    });
    connect(m_model, &JobModel::done, this, &JobsView::take);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &JobsView::showButtons);
    connect(m_model, &QAbstractItemModel::dataChanged, this, &JobsView::showButtons);
    connect(m_model, &QAbstractItemModel::rowsInserted, this,
            [this] { m_table->setCurrentIndex(m_model->index(m_model->rowCount() - 1, 0)); });
    showRun();
    showButtons();
}

QWidget *JobsView::makeForm()
{
    auto *form = new QWidget;
    auto *layout = new QFormLayout(form);
    layout->setContentsMargins(0, 0, 6, 0);
    layout->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    auto *seeds = new QHBoxLayout;
    seeds->addWidget(m_first, 1);
    seeds->addWidget(new QLabel(tr("to")));
    seeds->addWidget(m_last, 1);
    layout->addRow(tr("Seeds"), seeds);
    for (std::size_t i = 0; i < m_keys.size(); ++i) {
        m_keys[i] = new QComboBox;
        m_keys[i]->setEditable(true);
        m_keys[i]->setAccessibleName(tr("Key %1 that is varied").arg(i + 1));
        m_keys[i]->lineEdit()->setPlaceholderText(tr("no key is varied"));
        m_keys[i]->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        m_values[i] = new QLineEdit;
        m_values[i]->setAccessibleName(tr("Values of key %1").arg(i + 1));
        m_values[i]->setPlaceholderText(tr("1..10 or 5s,30s"));
        auto *line = new QHBoxLayout;
        line->addWidget(m_keys[i], 3);
        line->addWidget(m_values[i], 2);
        layout->addRow(tr("Key %1").arg(i + 1), line);
    }
    m_targets->setAccessibleName(tr("Targets of tuning"));
    m_targets->setPlaceholderText(tr("survives app >= 0.99; available web >= 0.999"));
    m_targets->setToolTip(
        tr("Several with semicolons between them: survives NODE >= SHARE, available NODE >= "
           "SHARE, gives_up NODE within DURATION, each also with: when fault \"NAME\""));
    layout->addRow(tr("Targets"), m_targets);
    m_database->setAccessibleName(tr("Database to record into"));
    m_database->setPlaceholderText(tr("a temporary one"));
    m_database->setToolTip(tr("A file that keeps the runs of sweeps; it is made where there is none"));
    layout->addRow(tr("Record into"), m_database);
    auto *buttons = new QHBoxLayout;
    for (QPushButton *one : {m_sweep, m_tune, m_shrink})
        buttons->addWidget(one);
    layout->addRow(buttons);
    return form;
}

QWidget *JobsView::makeList()
{
    m_table->setModel(m_model);
    m_table->setItemDelegateForColumn(JobModel::Progress, new ProgressDelegate(m_table));
    m_table->verticalHeader()->setDefaultSectionSize(24);
    m_table->setColumnWidth(JobModel::State, 75);
    m_table->setHint(tr("No job yet: a sweep tells how often a scenario fails, tuning finds the numbers that "
                        "keep it alive, shrinking finds the smallest scenario that still fails."));
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    for (QPushButton *one : {m_pause, m_stop, m_open})
        buttons->addWidget(one);
    auto *list = new QWidget;
    auto *layout = new QVBoxLayout(list);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_table, 1);
    layout->addLayout(buttons);
    return list;
}

QAbstractItemModel *JobsView::table() const
{
    return m_model;
}

QStringList JobsView::unfinished() const
{
    return m_model->isBusy() ? QStringList{tr("A job is still running: it would be stopped.")}
                             : QStringList();
}

void JobsView::settle()
{
    m_model->wait();
}

int JobsView::row() const
{
    return m_table->currentIndex().row();
}

/// Who looks elsewhere by now is not taken away from there.
void JobsView::take(int row)
{
    if (isInFront())
        return m_model->openResult(row);
    m_table->setCurrentIndex(m_model->index(row, 0));
    const QString title = m_model->index(row, JobModel::What).data().toString();
    emit noticed(tr("%1 is done: Jobs opens the result.").arg(title));
}

void JobsView::showRun()
{
    const Run *run = this->run();
    const QStringList keys = QStringList{QString()} + (run ? keysToVary(*run) : QStringList());
    for (QComboBox *box : m_keys) {
        const QString written = box->currentText();
        box->clear();
        box->addItems(keys);
        box->setCurrentText(written);
    }
    const bool hasFailed = run && run->result().outcome != Outcome::Passed;
    for (QPushButton *one : {m_sweep, m_tune})
        one->setEnabled(run != nullptr);
    m_shrink->setEnabled(hasFailed);
}

void JobsView::showButtons()
{
    const int current = row();
    const bool isJob = current >= 0 && current < m_model->rowCount();
    const JobState state = isJob ? m_model->state(current) : JobState::Done;
    const bool isGoingOn = state == JobState::Running || state == JobState::Paused;
    m_pause->setEnabled(isGoingOn);
    m_pause->setText(state == JobState::Paused ? tr("Go on") : tr("Pause"));
    m_stop->setEnabled(isGoingOn);
    m_open->setEnabled(isJob && m_model->hasResult(current));
    m_details->showJob(current);
    if (m_details->isFilled() == m_details->isHidden()) {
        m_details->setVisible(m_details->isFilled());
        shareRoom();
    }
}

/// In the low dock the details stand beside the list, where there is room below it.
void JobsView::shareRoom()
{
    constexpr int highEnough = 420;
    const bool isBelow = height() >= highEnough;
    m_parts->setOrientation(isBelow ? Qt::Vertical : Qt::Horizontal);
    const int room = isBelow ? m_parts->height() : m_parts->width();
    const int list = isBelow ? room / 4 : room * 2 / 5;
    m_parts->setSizes({list, room - list});
    m_table->setColumnWidth(JobModel::What, std::clamp(m_table->width() * 2 / 5, 110, 230));
}

void JobsView::resizeEvent(QResizeEvent *event)
{
    View::resizeEvent(event);
    shareRoom();
}

std::vector<std::string> JobsView::vary() const
{
    std::vector<std::string> settings;
    for (std::size_t i = 0; i < m_keys.size(); ++i)
        if (const QString key = m_keys[i]->currentText().trimmed(); !key.isEmpty())
            settings.push_back((key + u'=' + m_values[i]->text().trimmed()).toStdString());
    return settings;
}

void JobsView::sweep()
{
    if (!run())
        return;
    CampaignRequest request;
    request.source = document().source();
    request.seeds = {std::uint64_t(m_first->value()), std::uint64_t(m_last->value())};
    request.vary = vary();
    request.database = m_database->text().trimmed();
    m_model->sweep(std::move(request));
}

void JobsView::tune()
{
    if (!run())
        return;
    TuneRequest request;
    request.source = document().source();
    request.vary = vary();
    for (const QString &target : m_targets->text().split(u';', Qt::SkipEmptyParts))
        request.targets.push_back(target.trimmed().toStdString());
    request.seeds = std::uint64_t(std::max(m_last->value() - m_first->value() + 1, 1));
    m_model->tune(std::move(request));
}

void JobsView::shrink()
{
    if (run())
        m_model->shrink(document().source());
}

}
