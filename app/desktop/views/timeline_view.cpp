#include "app/desktop/views/timeline_view.h"

#include "app/desktop/models/archive.h"
#include "app/desktop/models/prover.h"

#include <QScrollBar>

#include <algorithm>
#include <cmath>
#include <utility>

namespace daruma {

namespace {

/// Behind the end of a run there is some room: what happens in its last instant would be cut.
std::int64_t withMargin(std::int64_t end)
{
    return end + std::max<std::int64_t>(end / 40, 1);
}

}

TimelineView::TimelineView(Document &document, QWidget *parent)
    : View(document, parent)
    , m_scroll(new QScrollBar(Qt::Vertical, this))
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumSize(360, 160);
    setAccessibleName(tr("Timeline"));
    setAccessibleDescription(
        tr("A lane for each place of the tree. Left and right step from event to event, W and S "
           "zoom, A and D pan."));
    connect(m_scroll, &QScrollBar::valueChanged, this, qOverload<>(&QWidget::update));
    connect(&document, &Document::runChanged, this, &TimelineView::rebuild);
    connect(&document, &Document::cursorChanged, this, [this] {
        const std::int64_t position = cursorPosition();
        if (!m_isPointing && (position < m_window.from() || position > m_window.until()))
            m_window.reveal(position);
        update();
    });
    connect(&document.archive(), &Archive::opened, this, qOverload<>(&QWidget::update));
    connect(&document, &Document::selectionChanged, this, &TimelineView::revealSelection);
    connect(&document, &Document::foldsChanged, this, &TimelineView::updateRows);
    connect(&document, &Document::rangeChanged, this, qOverload<>(&QWidget::update));
    connect(&document.prover(), &Prover::proved, this, qOverload<>(&QWidget::update));
    rebuild();
}

void TimelineView::rebuild()
{
    m_minimap = {};
    if (!run()) {
        m_rows.clear();
        m_scroll->hide();
        return refresh();
    }
    const std::int64_t end = withMargin(run()->lanes().end(m_axis));
    // Another run of the same tree is seen where one was.
    if (m_window.end() != end || m_window.isWhole())
        m_window = ViewWindow(end, std::max(width() - metrics::labels - metrics::scrollBar, 1));
    if (std::exchange(m_shownFile, run()->source().file) != run()->source().file)
        showTrouble();
    updateRows();
}

/// What a run is looked at for may take place in its last moments: then it opens there.
void TimelineView::showTrouble()
{
    const Instant first = run()->firstTrouble();
    const std::int64_t end = run()->lanes().end(Axis::Time);
    if (m_axis != Axis::Time || first.isNever() || end - first.ns() > end / 4)
        return;
    const std::int64_t margin = std::max<std::int64_t>((end - first.ns()) / 6, 1);
    m_window.show(first.ns() - margin, end + margin);
}

void TimelineView::updateRows()
{
    if (!run())
        return;
    m_legendHeight = legendLines() * metrics::legendLine + 4;
    m_scroll->setGeometry(width() - metrics::scrollBar, lanesTop(), metrics::scrollBar, lanesHeight());
    m_rows = laneRows([this](NodeId node) -> const std::vector<NodeId> & { return run()->children(node); },
                      document().focus().folded);
    m_laneHeight =
        std::clamp(lanesHeight() / std::max(int(m_rows.size()), 1), metrics::leastLane, metrics::mostLane);
    const int hidden = int(m_rows.size()) * m_laneHeight - lanesHeight();
    m_scroll->setRange(0, std::max(hidden, 0));
    m_scroll->setPageStep(std::max(lanesHeight(), 1));
    m_scroll->setSingleStep(m_laneHeight);
    m_scroll->setVisible(hidden > 0);
    refresh();
}

void TimelineView::setAxis(Axis axis)
{
    if (m_axis == axis)
        return;
    const auto toOther = [&](std::int64_t position) {
        return axis == Axis::Event ? std::int64_t(run()->lanes().eventAt(position).value)
                                   : timeAtPosition(position);
    };
    const std::int64_t from = run() ? toOther(m_window.from()) : 0;
    const std::int64_t until = run() ? toOther(m_window.until()) : 1;
    const bool isWhole = m_window.isWhole();
    m_axis = axis;
    m_minimap = {};
    m_window = ViewWindow(run() ? withMargin(run()->lanes().end(axis)) : 1, m_window.width());
    if (!isWhole)
        m_window.show(from, until);
    refresh();
}

void TimelineView::fit()
{
    m_window.fit();
    update();
}

void TimelineView::zoom(double factor)
{
    const int x = m_window.columnAt(cursorPosition());
    const bool isSeen = x >= 0 && x <= m_window.width();
    m_window.zoom(factor, isSeen ? x : m_window.width() / 2.0);
    update();
}

void TimelineView::pan(double pixels)
{
    m_window.pan(pixels);
    update();
}

void TimelineView::showRange()
{
    const auto range = document().focus().range;
    if (!run() || !range)
        return;
    if (m_axis == Axis::Time)
        m_window.show(range->first, range->second);
    else
        m_window.show(run()->lanes().eventAt(range->first).value,
                      run()->lanes().eventAt(range->second).value);
    update();
}

void TimelineView::revealCursor()
{
    m_window.reveal(cursorPosition());
    update();
}

void TimelineView::setWholeChain(bool isWhole)
{
    m_isWholeChain = isWhole;
    update();
}

void TimelineView::revealSelection()
{
    const int row = rowOf(document().focus().node);
    if (row >= 0 && !m_isPointing) {
        const int top = row * m_laneHeight;
        if (top < m_scroll->value())
            m_scroll->setValue(top);
        else if (top + m_laneHeight > m_scroll->value() + lanesHeight())
            m_scroll->setValue(top + m_laneHeight - lanesHeight());
    }
    refresh();
}

void TimelineView::refresh()
{
    m_isPictureOld = true;
    update();
}

// Where things are
// ------------------------------------------------------------------------------------------------------

int TimelineView::lanesTop() const
{
    return metrics::minimap + metrics::axis;
}

int TimelineView::lanesHeight() const
{
    return height() - lanesTop() - m_legendHeight;
}

QRect TimelineView::laneRect(int row) const
{
    return {metrics::labels, lanesTop() + row * m_laneHeight - m_scroll->value(), m_window.width(),
            m_laneHeight};
}

int TimelineView::xOf(std::int64_t position) const
{
    return metrics::labels + m_window.columnAt(position);
}

int TimelineView::rowAt(int y) const
{
    if (y < lanesTop() || y >= lanesTop() + lanesHeight())
        return -1;
    const int row = (y - lanesTop() + m_scroll->value()) / m_laneHeight;
    return row < int(m_rows.size()) ? row : -1;
}

int TimelineView::rowOf(NodeId node) const
{
    const NodeId shown = document().shown(node);
    const auto found =
        std::find_if(m_rows.begin(), m_rows.end(), [shown](const LaneRow &row) { return row.node == shown; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

std::int64_t TimelineView::positionOf(EventId event) const
{
    if (!run() || !event.isValid())
        return 0;
    return m_axis == Axis::Event ? event.value : run()->timeAt(event);
}

std::int64_t TimelineView::cursorPosition() const
{
    return m_axis == Axis::Event ? document().focus().cursor.value : document().now();
}

EventId TimelineView::eventAtPosition(std::int64_t position) const
{
    if (m_axis == Axis::Time)
        return run()->lanes().eventAt(std::max<std::int64_t>(position, 0));
    return EventId{
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(position, 0, run()->eventCount() - 1))};
}

std::int64_t TimelineView::timeAtPosition(std::int64_t position) const
{
    return m_axis == Axis::Time ? position : run()->timeAt(eventAtPosition(position));
}

Lanes TimelineView::lanesBelow(NodeId node) const
{
    Lanes lanes;
    std::vector<NodeId> open = run()->children(node);
    while (!open.empty()) {
        const NodeId next = open.back();
        open.pop_back();
        lanes.push_back(&run()->lanes()[next]);
        const std::vector<NodeId> &children = run()->children(next);
        open.insert(open.end(), children.begin(), children.end());
    }
    return lanes;
}

}
