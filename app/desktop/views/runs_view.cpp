#include "app/desktop/views/runs_view.h"

#include "app/desktop/models/run_model.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/kept_sizes.h"
#include "app/desktop/views/row_table.h"
#include "app/desktop/views/run_strip.h"

#include <QComboBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QRegularExpression>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace daruma {

namespace {

/// Of the list of outcomes, behind those that hold several.
constexpr int firstOutcome = 2;

/// Pages of the stack.
enum Shown { Nothing, Runs, Kept };

/// Paints outcomes in their colours; the words say the same.
class OutcomeDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const QVariant outcome = index.data(RunModel::OutcomeRole);
        if (!outcome.isValid())
            return;
        const auto which = RecordedOutcome(outcome.toInt());
        // The green of bars is too light for letters.
        option->palette.setColor(QPalette::Text,
                                 which == RecordedOutcome::Passed ? colors().good : colorOf(which));
    }
};

/// Runs of a sweep differ in the last of their settings: of long ones the end is shown, without the kinds of
/// tables.
class SettingsDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QString displayText(const QVariant &value, const QLocale &) const override
    {
        static const QRegularExpression kinds(QStringLiteral(R"((^|[\s,])(supervisor|worker)\.)"));
        return value.toString().replace(kinds, QStringLiteral("\\1"));
    }

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        option->textElideMode = Qt::ElideLeft;
    }
};

}

RunsView::RunsView(Document &document, QWidget *parent)
    : View(document, parent)
    , m_model(new RunModel(document.archive(), this))
    , m_stack(new QStackedWidget)
    , m_empty(new QLabel)
    , m_kept(new QListWidget)
    , m_campaign(new QComboBox)
    , m_outcome(new QComboBox)
    , m_text(new QLineEdit)
    , m_condition(new QToolButton)
    , m_statistics(new QToolButton)
    , m_count(new QLabel)
    , m_problem(new QLabel)
    , m_strip(new RunStrip(*m_model))
    , m_table(new RowTable(tr("Runs")))
    , m_typing(new QTimer(this))
{
    m_empty->setText(tr("Open a database (*.db) to see its runs here.\n`daruma sweep SCENARIO --seeds "
                        "1..1000` records one, and so does a sweep of the Jobs view."));
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_kept->setAccessibleName(tr("Kept seeds"));
    m_problem->setWordWrap(true);
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->hide();
    m_stack->addWidget(m_empty);
    m_stack->addWidget(makeRuns());
    m_stack->addWidget(m_kept);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->addWidget(m_problem);
    layout->addWidget(m_stack, 1);

    Archive &archive = document.archive();
    connect(&archive, &Archive::opened, this, &RunsView::showArchive);
    connect(&archive, &Archive::filterChanged, this, &RunsView::showFilter);
    connect(&archive, &Archive::failed, this, &RunsView::showProblem);
    connect(&archive, &Archive::keptChanged, this, &RunsView::showKept);
    connect(&archive, &Archive::currentChanged, this, &RunsView::followCurrent);
    connect(m_model, &RunModel::failed, this, &RunsView::showProblem);
    connect(m_model, &RunModel::listed, this, &RunsView::showCount);
    connect(m_model, &RunModel::listed, this, &RunsView::followCurrent);
    connect(m_kept, &QListWidget::itemActivated, this, [this](QListWidgetItem *item) {
        this->document().archive().openKept(item->data(Qt::UserRole).toULongLong());
    });
    setFocusProxy(m_table);
    showArchive();
}

QWidget *RunsView::makeRuns()
{
    m_campaign->setAccessibleName(tr("Campaign"));
    m_campaign->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_campaign->setMinimumContentsLength(18);
    m_outcome->setAccessibleName(tr("Filter runs by outcome"));
    const std::pair<QString, const char *> outcomes[] = {
        {tr("All outcomes"), ""}, {tr("Unsuccessful"), "unsuccessful"},
        {tr("Passed"), "passed"}, {tr("Gave up"), "gave_up"},
        {tr("Failed"), "failed"}, {tr("Truncated"), "truncated"}};
    for (const auto &[text, name] : outcomes)
        m_outcome->addItem(text, QString::fromLatin1(name));
    QStringList meanings;
    for (int i = 0; i < 4; ++i) {
        meanings << meaningOf(RecordedOutcome(i));
        m_outcome->setItemData(firstOutcome + i, meanings.back(), Qt::ToolTipRole);
    }
    m_outcome->setItemData(firstOutcome - 1, tr("Failed or truncated."), Qt::ToolTipRole);
    m_outcome->setToolTip(meanings.join(u'\n'));
    m_text->setPlaceholderText(tr("Filter by seed, setting, dialect or violation"));
    m_text->setClearButtonEnabled(true);
    m_text->setAccessibleName(tr("Filter runs by text"));
    m_text->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_condition->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_condition->setToolTip(tr("Shows all runs again"));
    // A long title does not widen the view.
    m_condition->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_condition->setMinimumWidth(1);
    m_statistics->setText(tr("Statistics"));
    m_statistics->setToolTip(tr("Shows the statistics of these runs' campaign"));
    m_typing->setSingleShot(true);
    m_typing->setInterval(200);

    m_table->setModel(m_model);
    m_table->setItemDelegateForColumn(RunModel::OutcomeColumn, new OutcomeDelegate(m_table));
    m_table->setItemDelegateForColumn(RunModel::Settings, new SettingsDelegate(m_table));
    m_table->horizontalHeader()->setSortIndicator(RunModel::Id, Qt::AscendingOrder);
    m_table->setSortingEnabled(true);
    const std::pair<int, int> widths[] = {
        {RunModel::Id, 70},      {RunModel::Campaign, 150}, {RunModel::OutcomeColumn, 80},
        {RunModel::Root, 75},    {RunModel::Seed, 80},      {RunModel::Settings, 270},
        {RunModel::Dialect, 90}, {RunModel::Restarts, 75},  {RunModel::Events, 80},
        {RunModel::End, 100},    {RunModel::Violation, 200}};
    for (const auto &[column, width] : widths)
        m_table->setColumnWidth(column, width);
    keepColumns(*m_table->horizontalHeader(), QStringLiteral("runs"));

    auto *filters = new QHBoxLayout;
    filters->addWidget(m_campaign, 1);
    filters->addWidget(m_outcome);
    filters->addWidget(m_text, 1);
    filters->addWidget(m_statistics);
    filters->addWidget(m_count);
    auto *runs = new QWidget;
    auto *layout = new QVBoxLayout(runs);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(filters);
    layout->addWidget(m_condition);
    layout->addWidget(m_strip);
    layout->addWidget(m_table, 1);

    connect(m_campaign, &QComboBox::activated, this, &RunsView::applyFilter);
    connect(m_outcome, &QComboBox::activated, this, &RunsView::applyFilter);
    connect(m_text, &QLineEdit::textEdited, m_typing, qOverload<>(&QTimer::start));
    connect(m_text, &QLineEdit::textChanged, this, [this](const QString &text) {
        if (text.isEmpty())
            applyFilter();
    });
    connect(m_text, &QLineEdit::returnPressed, this, &RunsView::applyFilter);
    connect(m_typing, &QTimer::timeout, this, &RunsView::applyFilter);
    connect(m_condition, &QToolButton::clicked, this, [this] {
        RunsFilter filter = document().archive().filter();
        filter.condition.clear();
        filter.title.clear();
        document().archive().setFilter(filter);
    });
    connect(m_statistics, &QToolButton::clicked, this, [this] { document().archive().showStatistics(); });
    connect(m_table, &RowTable::opened, this, &RunsView::open);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    const auto add = [this](const QString &name, auto act) {
        auto *action = new QAction(name, m_table);
        connect(action, &QAction::triggered, this, act);
        m_table->addAction(action);
    };
    add(tr("Open"), [this] { open(m_table->currentIndex()); });
    add(tr("Compare the run that is open with this one"), [this] {
        if (const QModelIndex index = m_table->currentIndex(); index.isValid() && run())
            document().archive().compareWithRun(m_model->runAt(index.row()));
    });
    connect(m_strip, &RunStrip::runClicked, this, [this](qint64 run) { document().archive().openRun(run); });
    return runs;
}

QAbstractItemModel *RunsView::table() const
{
    return m_model;
}

void RunsView::settle()
{
    document().archive().wait();
    m_model->wait();
}

void RunsView::showArchive()
{
    const Archive &archive = document().archive();
    const bool hasKept = archive.path().isEmpty() && !archive.keptSeeds().empty();
    m_stack->setCurrentIndex(hasKept ? Kept : archive.path().isEmpty() ? Nothing : Runs);
    m_problem->hide();
    const QSignalBlocker blocker(m_campaign);
    m_campaign->clear();
    m_campaign->addItem(tr("All campaigns of %1").arg(QFileInfo(archive.path()).fileName()), qlonglong(0));
    for (const CampaignRow &campaign : archive.campaigns())
        m_campaign->addItem(campaignText(campaign), qlonglong(campaign.id));
    m_table->setColumnHidden(RunModel::Campaign, archive.campaigns().size() < 2);
    showFilter();
}

void RunsView::showKept()
{
    m_kept->clear();
    for (const CorpusSeed &one : document().archive().keptSeeds()) {
        const QString comment = QString::fromStdString(one.comment);
        auto *item =
            new QListWidgetItem(comment.isEmpty() ? QString::number(one.seed)
                                                  : QStringLiteral("%1 – %2").arg(one.seed).arg(comment));
        item->setData(Qt::UserRole, qulonglong(one.seed));
        m_kept->addItem(item);
    }
}

void RunsView::showFilter()
{
    const RunsFilter &filter = document().archive().filter();
    m_campaign->setCurrentIndex(m_campaign->findData(qlonglong(filter.campaign.value_or(0))));
    m_outcome->setCurrentIndex(m_outcome->findData(filter.outcome));
    if (m_text->text() != filter.text)
        m_text->setText(filter.text);
    m_condition->setText(tr("Only: %1  ✕").arg(filter.title));
    m_condition->setVisible(!filter.condition.isEmpty());
    m_problem->hide();
    showCount();
}

void RunsView::showCount()
{
    const int rows = m_model->rowCount();
    const bool isSearching = !document().archive().filter().isOpen();
    m_table->setHint(!m_model->isComplete() || !m_model->problem().isEmpty() ? QString()
                     : isSearching ? tr("No run is like that: change the filter above.")
                                   : tr("Nothing is recorded here yet."));
    m_count->setText(!m_model->problem().isEmpty() ? tr("not read")
                     : m_model->isComplete()       ? tr("%Ln run(s)", nullptr, rows)
                     : isSearching                 ? tr("searching…")
                                                   : tr("reading…"));
}

void RunsView::showProblem(const QString &message)
{
    m_problem->setText(message);
    m_problem->setStyleSheet(QStringLiteral("color: %1").arg(colors().bad.name()));
    m_problem->show();
    showCount();
}

void RunsView::applyFilter()
{
    m_typing->stop();
    RunsFilter filter = document().archive().filter();
    const qlonglong campaign = m_campaign->currentData().toLongLong();
    filter.campaign = campaign > 0 ? std::optional<std::int64_t>(campaign) : std::nullopt;
    filter.outcome = m_outcome->currentData().toString();
    filter.text = m_text->text();
    document().archive().setFilter(filter);
}

void RunsView::open(const QModelIndex &index)
{
    if (!index.isValid())
        return;
    m_problem->hide();
    document().archive().openRun(m_model->runAt(index.row()));
}

void RunsView::followCurrent()
{
    const std::int64_t run = document().archive().current();
    m_strip->setCurrent(run);
    const int row = run > 0 ? m_model->rowOf(run) : -1;
    if (row >= 0 && m_table->currentIndex().row() != row)
        m_table->setCurrentIndex(m_model->index(row, 0));
}

}
