#include "app/desktop/views/events_view.h"

#include "app/desktop/models/event_model.h"
#include "app/desktop/models/text.h"
#include "app/desktop/own_keys.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/kept_sizes.h"
#include "app/desktop/views/row_table.h"
#include "app/desktop/views/text_delegate.h"
#include "simulator/analysis/wording.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QToolButton>
#include <QVBoxLayout>

#include <array>

namespace daruma {

namespace {

constexpr std::uint32_t bitOf(EventKind kind)
{
    return 1U << static_cast<unsigned>(kind);
}

struct KindChoice {
    const char *text;
    std::uint32_t kinds;
};

constexpr std::array kindChoices{
    KindChoice{QT_TRANSLATE_NOOP("daruma::EventsView", "All events"), 0xffff'ffff},
    KindChoice{QT_TRANSLATE_NOOP("daruma::EventsView", "Faults"), bitOf(EventKind::Fault)},
    KindChoice{QT_TRANSLATE_NOOP("daruma::EventsView", "Ends and failed starts"),
               bitOf(EventKind::Exit) | bitOf(EventKind::InitFailed)},
    KindChoice{QT_TRANSLATE_NOOP("daruma::EventsView", "Restarts"),
               bitOf(EventKind::Restart) | bitOf(EventKind::Backoff)},
    KindChoice{QT_TRANSLATE_NOOP("daruma::EventsView", "Give-ups"), bitOf(EventKind::GaveUp)},
    KindChoice{QT_TRANSLATE_NOOP("daruma::EventsView", "Starts"),
               bitOf(EventKind::Start) | bitOf(EventKind::Started) | bitOf(EventKind::InitFailed)
                   | bitOf(EventKind::Ignored)},
    KindChoice{QT_TRANSLATE_NOOP("daruma::EventsView", "Stops"),
               bitOf(EventKind::Stop) | bitOf(EventKind::Kill) | bitOf(EventKind::AutoShutdown)},
    KindChoice{QT_TRANSLATE_NOOP("daruma::EventsView", "Commands and replies"),
               bitOf(EventKind::Command) | bitOf(EventKind::Reply)},
    KindChoice{QT_TRANSLATE_NOOP("daruma::EventsView", "Violations"), bitOf(EventKind::Violation)},
};

/// Paints kinds of events in the colours of their marks on the timeline.
class KindDelegate final : public TextDelegate {
public:
    using TextDelegate::TextDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const QVariant mark = index.data(EventModel::MarkRole);
        if (mark.isValid())
            option->palette.setColor(QPalette::Text, colors().of(MarkKind(mark.toInt())));
    }
};

QToolButton *toggle(const QString &text, const QString &tip)
{
    auto *button = new QToolButton;
    button->setText(text);
    button->setToolTip(tip);
    button->setCheckable(true);
    return button;
}

}

EventsView::EventsView(Document &document, QWidget *parent)
    : View(document, parent)
    , m_model(new EventModel(document, this))
    , m_text(new QLineEdit)
    , m_kind(new QComboBox)
    , m_below(toggle(tr("Selected place"), tr("Only events of the selected place and those below it")))
    , m_inRange(toggle(tr("Marked range"), tr("Only events within the range marked on the timeline")))
    , m_count(new QLabel)
    , m_table(new RowTable(tr("Events")))
{
    m_text->setPlaceholderText(tr("Filter by place, event or reason"));
    m_text->setClearButtonEnabled(true);
    m_text->setAccessibleName(tr("Filter events by text"));
    m_text->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_kind->setAccessibleName(tr("Filter events by kind"));
    for (const KindChoice &choice : kindChoices)
        m_kind->addItem(tr(choice.text), choice.kinds);

    m_table->setModel(m_model);
    // Its rows are what the keys of the window step through.
    OwnKeys::set(*m_table, {});
    m_table->setItemDelegate(new TextDelegate(m_table));
    m_table->setItemDelegateForColumn(EventModel::Kind, new KindDelegate(m_table));
    m_table->setColumnWidth(EventModel::Node, 170);
    m_table->setColumnWidth(EventModel::Kind, 95);
    keepColumns(*m_table->horizontalHeader(), QStringLiteral("events"));
    auto *filters = new QHBoxLayout;
    filters->addWidget(m_text, 1);
    filters->addWidget(m_kind);
    filters->addWidget(m_below);
    filters->addWidget(m_inRange);
    filters->addWidget(m_count);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->addLayout(filters);
    layout->addWidget(m_table);

    connect(m_text, &QLineEdit::textChanged, this, &EventsView::applyFilter);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &EventsView::applyFilter);
    connect(m_below, &QToolButton::toggled, this, &EventsView::applyFilter);
    connect(m_inRange, &QToolButton::toggled, this, &EventsView::applyFilter);
    connect(&document, &Document::selectionChanged, this, &EventsView::applyFilter);
    connect(&document, &Document::cursorChanged, this, &EventsView::followCursor);
    connect(&document, &Document::runChanged, this, &EventsView::fitColumns);
    connect(m_model, &QAbstractItemModel::modelReset, this, &EventsView::followCursor);
    connect(m_model, &QAbstractItemModel::modelReset, this, &EventsView::showCount);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex &current) {
                if (!current.isValid() || m_isFollowing)
                    return;
                const EventId event = m_model->eventAt(current.row());
                this->document().setCursor(event);
                if (run() && run()->event(event).node.isValid())
                    this->document().select(run()->event(event).node);
            });
    fitColumns();
    showCount();
}

QAbstractItemModel *EventsView::table() const
{
    return m_model;
}

/// The last event has the largest number, and most often the longest time.
void EventsView::fitColumns()
{
    if (!run())
        return;
    const auto widthOf = [this](const QString &text) {
        return m_table->fontMetrics().horizontalAdvance(text) + 16;
    };
    const std::int64_t end = run()->timeAt(run()->lastEvent());
    const QString time = qt(momentText(end - end % 1'000'000'000 + 888'000'000));
    m_table->setColumnWidth(EventModel::Number, std::max(48, widthOf(QString::number(run()->eventCount()))));
    m_table->setColumnWidth(EventModel::Time, std::max(70, widthOf(time)));
}

void EventsView::applyFilter()
{
    EventFilter filter;
    filter.text = m_text->text();
    filter.kinds = m_kind->currentData().toUInt();
    if (m_below->isChecked())
        filter.below = document().focus().node;
    filter.inRange = m_inRange->isChecked();
    m_model->setFilter(filter);
}

void EventsView::followCursor()
{
    const int row = m_model->rowOf(document().focus().cursor);
    const QScopedValueRollback following(m_isFollowing, true);
    if (row < 0)
        m_table->clearSelection();
    else
        m_table->setCurrentIndex(m_model->index(row, 0));
    m_table->scrollTo(m_table->currentIndex());
}

void EventsView::settle()
{
    followCursor();
}

void EventsView::resizeEvent(QResizeEvent *)
{
    followCursor();
}

void EventsView::showCount()
{
    const int all = run() ? static_cast<int>(run()->eventCount()) : 0;
    const int shown = m_model->rowCount();
    m_table->setHint(run() ? tr("No event is like that: change the filter above.")
                           : tr("Open a scenario to see what happens in its run."));
    m_count->setText(shown == all ? tr("%Ln event(s)", nullptr, int(all))
                                  : tr("%L1 of %L2").arg(shown).arg(all));
}

}
