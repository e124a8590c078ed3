#include "app/desktop/views/forks_view.h"

#include "app/desktop/models/fork_model.h"
#include "app/desktop/own_keys.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/row_table.h"

#include <QAction>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace daruma {

namespace {

/// A narrower view has no room for when a run was over: the tooltip tells it.
constexpr int leastWidthOfEnd = 420;

/// The run that is shown stands in bold, the one that it is compared with in italics and with a bar.
class ForkDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::paint(painter, option, index);
        if (index.column() == ForkModel::Number && index.data(ForkModel::BaselineRole).toBool())
            painter->fillRect(QRect(option.rect.topLeft(), QSize(4, option.rect.height())), colors().accent);
    }

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        if (index.data(ForkModel::CurrentRole).toBool())
            option->font.setWeight(QFont::DemiBold);
        if (index.data(ForkModel::BaselineRole).toBool())
            option->font.setItalic(true);
        if (index.column() == ForkModel::Verdict && !(option->state & QStyle::State_Selected))
            option->palette.setColor(
                QPalette::Text, index.data(ForkModel::PassedRole).toBool() ? colors().good : colors().bad);
    }
};

}

ForksView::ForksView(Document &document, QWidget *parent)
    : View(document, parent)
    , m_model(new ForkModel(document, this))
    , m_hint(new QLabel)
    , m_table(new RowTable(tr("Runs of this window")))
{
    m_hint->setWordWrap(true);
    m_hint->setAccessibleName(tr("Hint"));
    m_table->setModel(m_model);
    m_table->setItemDelegate(new ForkDelegate(m_table));
    // Some begin with what tells them apart, and some end with it.
    m_table->setTextElideMode(Qt::ElideMiddle);
    m_table->verticalHeader()->setDefaultSectionSize(24);
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->horizontalHeader()->setSectionResizeMode(ForkModel::Changed, QHeaderView::Stretch);
    for (const int column : {ForkModel::Number, ForkModel::Verdict, ForkModel::Restarts, ForkModel::End})
        m_table->horizontalHeader()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setMinimumSectionSize(24);
    m_table->installEventFilter(this);
    OwnKeys::set(*m_table, OwnKeys::ofRows() << Qt::Key_Space);
    offerActions();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->addWidget(m_hint);
    layout->addWidget(m_table, 1);
    connect(m_table, &QTableView::clicked, this,
            [this](const QModelIndex &index) { m_model->compareWith(index.row()); });
    connect(m_table, &RowTable::opened, this,
            [this](const QModelIndex &index) { m_model->goBackTo(index.row()); });
    connect(m_model, &QAbstractItemModel::modelReset, this, [this] {
        m_table->selectRow(m_model->currentRow());
        m_table->scrollTo(m_model->index(m_model->currentRow(), 0));
        showHint();
    });
    showHint();
}

QAbstractItemModel *ForksView::table() const
{
    return m_model;
}

void ForksView::resizeEvent(QResizeEvent *)
{
    m_table->setColumnHidden(ForkModel::End, width() < leastWidthOfEnd);
}

void ForksView::showHint()
{
    m_table->setHint(tr("Open a scenario: each run that its changes make is kept here."));
    m_hint->setVisible(m_model->rowCount() > 0);
    m_hint->setText(m_model->rowCount() == 1
                        ? tr("Change a setting or inject a fault: each run is kept here, to compare with and "
                             "to go back to.")
                        : tr("A click (Space) compares with a run, a double click (Enter) goes back to it."));
}

void ForksView::offerActions()
{
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    const auto offer = [this](const QString &text, void (ForkModel::*act)(int)) {
        auto *action = new QAction(text, m_table);
        connect(action, &QAction::triggered, this,
                [this, act] { (m_model->*act)(m_table->currentIndex().row()); });
        m_table->addAction(action);
    };
    offer(tr("Compare the run that is shown with this one"), &ForkModel::compareWith);
    offer(tr("Go back to this run"), &ForkModel::goBackTo);
}

bool ForksView::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_table || event->type() != QEvent::KeyPress
        || static_cast<QKeyEvent *>(event)->key() != Qt::Key_Space)
        return View::eventFilter(watched, event);
    m_model->compareWith(m_table->currentIndex().row());
    return true;
}

}
