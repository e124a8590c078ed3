#include "app/desktop/views/tree_view.h"

#include "app/desktop/models/tree_model.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/text_delegate.h"

#include <QApplication>
#include <QHeaderView>
#include <QLineEdit>
#include <QPainter>
#include <QScopeGuard>
#include <QScopedValueRollback>
#include <QSortFilterProxyModel>
#include <QTreeView>
#include <QVBoxLayout>

#include <functional>

namespace daruma {

namespace {

constexpr int leastName = 80;
constexpr int leastState = 98;
constexpr int leastBudget = 84;
constexpr int mostBudget = 112;
constexpr int leastNext = 76;
constexpr int leastStrategy = 96;

/// Paints the state as a coloured shape before its word, and the budget as a gauge behind its figures.
class TreeDelegate final : public TextDelegate {
public:
    using TextDelegate::TextDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyleOptionViewItem shown = option;
        if (index.column() == TreeModel::State) {
            // Beside its text, too, a row is selected as a whole.
            const QStyle *style = option.widget ? option.widget->style() : QApplication::style();
            style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
            shown.rect.setLeft(option.rect.left() + 18);
        }
        TextDelegate::paint(painter, shown, index);
        if (index.column() == TreeModel::State)
            paintState(*painter, option.rect, index);
        else if (index.column() == TreeModel::Budget)
            paintGauge(*painter, option, index);
    }

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        return QStyledItemDelegate::sizeHint(option, index).expandedTo({0, 24});
    }

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        if (index.column() == TreeModel::Budget && index.data(TreeModel::GaveUpRole).toBool()) {
            option->palette.setColor(QPalette::Text, colors().bad);
            option->font.setWeight(QFont::DemiBold);
        }
        if (index.column() == TreeModel::Next)
            option->palette.setColor(QPalette::Text, colors().faint);
    }

private:
    static void paintState(QPainter &painter, const QRect &rect, const QModelIndex &index)
    {
        const int state = index.data(TreeModel::StateRole).toInt();
        const QRectF box(rect.left() + 3, rect.center().y() - 4.5, 10, 10);
        painter.save();
        const auto restored = qScopeGuard([&painter] { painter.restore(); });
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(colors().faint, 1));
        painter.setBrush(state < 0 ? QBrush(Qt::NoBrush) : QBrush(colors().states[state]));
        // A shape for each state, for those who see no difference between the colours.
        switch (state) {
        case int(BarState::Running):
            painter.drawEllipse(box);
            break;
        case int(BarState::Starting):
            painter.drawPolygon(QPolygonF{box.topLeft(), {box.right(), box.center().y()}, box.bottomLeft()});
            break;
        case int(BarState::Stopping):
            painter.drawRect(box.adjusted(1, 1, -1, -1));
            break;
        case int(BarState::Backoff):
            painter.drawPolygon(QPolygonF{{box.center().x(), box.top()},
                                          {box.right(), box.center().y()},
                                          {box.center().x(), box.bottom()},
                                          {box.left(), box.center().y()}});
            break;
        default:
            painter.drawLine(box.topLeft() + QPointF(1, 1), box.bottomRight() - QPointF(1, 1));
            painter.drawLine(box.bottomLeft() + QPointF(1, -1), box.topRight() + QPointF(-1, 1));
        }
        if (!index.data(TreeModel::HungRole).toBool())
            return;
        painter.setPen(QPen(colors().canvas, 1.5));
        painter.drawLine(QPointF(box.left() + 2, box.center().y()),
                         QPointF(box.right() - 2, box.center().y()));
    }

    /// Filled where there is a colour; else its outline.
    static void paintBox(QPainter &painter, const QRect &place, const QColor &full, const QColor &line)
    {
        if (full.isValid())
            return painter.fillRect(place, full);
        painter.setPen(line);
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(place.adjusted(0, 0, -1, -1));
    }

    /// A box for each restart that is allowed, filled where it is used; a bar where there are many.
    static void paintGauge(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index)
    {
        const QVariant value = index.data(TreeModel::GaugeRole);
        if (!value.isValid())
            return;
        const int used = value.toPoint().x();
        const int allowed = value.toPoint().y();
        const QString figures = index.data().toString();
        const int left =
            option.rect.left() + std::max(52, option.fontMetrics.horizontalAdvance(figures) + 12);
        const int width = std::min(option.rect.right() - left - 4, 90);
        if (width < 24)
            return;
        painter.save();
        const bool isSelected = option.state & QStyle::State_Selected;
        const QColor line = isSelected ? option.palette.color(QPalette::HighlightedText) : colors().faint;
        const QColor full = isSelected                                                     ? line
                            : used > allowed || index.data(TreeModel::GaveUpRole).toBool() ? colors().bad
                            : used == allowed                                              ? colors().warning
                                                                                           : colors().accent;
        const int top = option.rect.center().y() - 4;
        if (allowed > 0 && allowed <= width / 7) {
            const int box = std::min(14, width / allowed - 2);
            for (int i = 0; i < allowed; ++i) {
                const QRect place(left + i * (box + 2), top, box, 8);
                paintBox(painter, place, i < used ? full : QColor(), line);
            }
        } else {
            paintBox(painter, QRect(left, top, width, 8), {}, line);
            const int part = allowed > 0 ? width * std::min(used, allowed) / allowed : (used > 0 ? width : 0);
            painter.fillRect(QRect(left, top, part, 8), full);
        }
        painter.restore();
    }
};

/// In a row that is selected the style paints the arrow as dark as in any other.
class Tree final : public QTreeView {
public:
    using QTreeView::QTreeView;

    std::function<void()> resized;  ///< of what it shows, also by its scroll bar

    QString hint;  ///< shown where there are no rows

protected:
    void paintEvent(QPaintEvent *event) override
    {
        QTreeView::paintEvent(event);
        if (model()->rowCount() > 0)
            return;
        QPainter painter(viewport());
        painter.setPen(colors().faint);
        painter.drawText(viewport()->rect().adjusted(12, 12, -12, -12), Qt::AlignCenter | Qt::TextWordWrap,
                         hint);
    }
    void resizeEvent(QResizeEvent *event) override
    {
        QTreeView::resizeEvent(event);
        if (resized)
            resized();
    }

    void drawBranches(QPainter *painter, const QRect &rect, const QModelIndex &index) const override
    {
        if (!selectionModel()->isSelected(index) || !model()->hasChildren(index))
            return QTreeView::drawBranches(painter, rect, index);
        const QPointF middle(rect.right() - indentation() / 2.0 + 1, rect.center().y() + 0.5);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(palette().color(QPalette::HighlightedText));
        painter->drawPolygon(
            isExpanded(index)
                ? QPolygonF{middle + QPointF(-4, -2), middle + QPointF(4, -2), middle + QPointF(0, 3)}
                : QPolygonF{middle + QPointF(-2, -4), middle + QPointF(-2, 4), middle + QPointF(3, 0)});
        painter->restore();
    }
};

}

SupervisionTreeView::SupervisionTreeView(Document &document, QWidget *parent)
    : View(document, parent)
    , m_model(new TreeModel(document, this))
    , m_filter(new QSortFilterProxyModel(this))
    , m_search(new QLineEdit(this))
    , m_tree(new Tree(this))
{
    m_filter->setSourceModel(m_model);
    m_filter->setRecursiveFilteringEnabled(true);
    m_filter->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_search->setPlaceholderText(tr("Search places"));
    m_search->setClearButtonEnabled(true);
    m_search->setAccessibleName(tr("Search places of the tree"));
    m_search->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_tree->setModel(m_filter);
    m_tree->setItemDelegate(new TreeDelegate(m_tree));
    m_tree->setUniformRowHeights(true);
    m_tree->setAlternatingRowColors(true);
    m_tree->setAccessibleName(tr("Supervision tree"));
    m_tree->header()->setStretchLastSection(true);
    m_tree->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_tree->setIndentation(14);
    const auto sayWhyEmpty = [this] {
        static_cast<Tree *>(m_tree)->hint =
            run() ? tr("No place has such a name.")
                  : tr("Here stand the places of a run, and what they are doing.");
    };
    sayWhyEmpty();
    connect(&document, &Document::runChanged, this, sayWhyEmpty);
    static_cast<Tree *>(m_tree)->resized = [this] { fitColumns(); };
    // The last column is sized by the room that there is, too: only who has the mouse there sizes by hand.
    connect(m_tree->header(), &QHeaderView::sectionResized, this,
            [this] { m_isSized |= m_tree->header()->underMouse() && !m_isFitting; });

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->addWidget(m_search);
    layout->addWidget(m_tree);

    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_filter->setFilterFixedString(text);
        showFolds();
    });
    connect(m_model, &QAbstractItemModel::modelReset, this, [this] {
        showFolds();
        fitColumns();
    });
    connect(&document, &Document::foldsChanged, this, &SupervisionTreeView::showFolds);
    connect(m_tree, &QTreeView::expanded, this, [this](const QModelIndex &at) { noteFold(at, false); });
    connect(m_tree, &QTreeView::collapsed, this, [this](const QModelIndex &at) { noteFold(at, true); });
    connect(&document, &Document::selectionChanged, this, &SupervisionTreeView::showSelection);
    connect(&document, &Document::cursorChanged, m_tree->viewport(), qOverload<>(&QWidget::update));
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex &current) {
                if (m_isFollowing)
                    return;
                this->document().select(TreeModel::nodeOf(m_filter->mapToSource(current)));
            });
    // The current row may stand for a selected place that is folded away below it.
    connect(m_tree, &QTreeView::clicked, this, [this](const QModelIndex &index) {
        this->document().select(TreeModel::nodeOf(m_filter->mapToSource(index)));
    });
    showFolds();
    fitColumns();
}

QAbstractItemModel *SupervisionTreeView::table() const
{
    return m_model;
}

/// Who searches sees all that is found; what is folded is so again behind it.
void SupervisionTreeView::showFolds()
{
    {
        const QScopedValueRollback following(m_isFollowing, true);
        const bool isSearching = !m_search->text().isEmpty();
        if (isSearching)
            m_tree->expandAll();
        for (std::uint32_t n = 0; !isSearching && run() && n < run()->nodeCount(); ++n)
            if (const NodeId node{n}; !run()->children(node).empty())
                m_tree->setExpanded(m_filter->mapFromSource(m_model->indexOf(node)),
                                    !document().focus().folded.contains(node));
    }
    showSelection();
}

void SupervisionTreeView::noteFold(const QModelIndex &index, bool isFolded)
{
    if (!m_isFollowing && m_search->text().isEmpty())
        document().fold(TreeModel::nodeOf(m_filter->mapToSource(index)), isFolded);
}

/// Shares the room: what the tree is for comes first, then the names get what they need, then what is beside
/// it as far as there is room. Not where somebody sized the columns.
void SupervisionTreeView::fitColumns()
{
    if (m_isSized)
        return;
    const QScopedValueRollback fitting(m_isFitting, true);
    m_tree->resizeColumnToContents(TreeModel::Name);
    const int wantedName = m_tree->columnWidth(TreeModel::Name) + 8;
    const int state = stateWidth();
    int name = leastName;
    int budget = leastBudget;
    int room = m_tree->viewport()->width() - state - name - budget;
    const auto grow = [&room](int &width, int wanted) {
        const int more = std::clamp(wanted - width, 0, std::max(room, 0));
        width += more;
        room -= more;
    };
    const bool hasNext = room >= leastNext;
    room -= hasNext ? leastNext : 0;
    grow(name, wantedName);
    grow(budget, mostBudget);
    m_tree->setColumnWidth(TreeModel::Name, name);
    m_tree->setColumnWidth(TreeModel::State, state);
    m_tree->setColumnWidth(TreeModel::Budget, budget);
    m_tree->setColumnWidth(TreeModel::Next, leastNext + std::clamp(room - leastStrategy, 0, 60));
    m_tree->setColumnHidden(TreeModel::Next, !hasNext);
    m_tree->setColumnHidden(TreeModel::Strategy, room < leastStrategy);
}

/// For the largest number of an incarnation that the run has.
int SupervisionTreeView::stateWidth() const
{
    std::uint32_t most = 1;
    for (std::uint32_t n = 0; run() && n < run()->nodeCount(); ++n)
        if (const auto stretches = run()->lanes()[NodeId{n}].stretches(); !stretches.empty())
            most = std::max(most, stretches.back().incarnation);
    const QString longest = tr("in backoff") + QStringLiteral(" · #%1").arg(most);
    return std::max(leastState, m_tree->fontMetrics().horizontalAdvance(longest) + 26);
}

void SupervisionTreeView::showSelection()
{
    const NodeId selected = document().focus().node;
    const NodeId shown = m_search->text().isEmpty() ? document().shown(selected) : selected;
    const QModelIndex index = m_filter->mapFromSource(m_model->indexOf(shown));
    if (index.row() == m_tree->currentIndex().row() && index.parent() == m_tree->currentIndex().parent())
        return;
    const QScopedValueRollback following(m_isFollowing, true);
    m_tree->setCurrentIndex(index);
}

}
