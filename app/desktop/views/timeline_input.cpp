#include "app/desktop/views/timeline_view.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace daruma {

void TimelineView::resizeEvent(QResizeEvent *)
{
    m_window.resize(width() - metrics::labels - metrics::scrollBar);
    updateRows();
}

void TimelineView::wheelEvent(QWheelEvent *event)
{
    const QPoint delta = event->angleDelta();
    const double x = event->position().x() - metrics::labels;
    const bool hasAllLanes = m_scroll->maximum() == 0 && delta.x() == 0;
    if (event->modifiers() & Qt::ControlModifier || (!event->modifiers() && hasAllLanes)) {
        m_window.zoom(metrics::zoomOfWheel(delta.y()), std::clamp(x, 0.0, double(m_window.width())));
    } else if (event->modifiers() & Qt::ShiftModifier || delta.x() != 0) {
        m_window.pan(metrics::panOfWheel(delta.x() != 0 ? delta.x() : delta.y()));
    } else {
        m_scroll->setValue(m_scroll->value() - delta.y() / 2);
    }
    update();
    event->accept();
}

void TimelineView::mousePressEvent(QMouseEvent *event)
{
    if (!run())
        return;
    m_pressed = event->pos();
    m_dragged = event->position().x();
    const int row = rowAt(m_pressed.y());
    if (m_pressed.x() < metrics::labels) {
        if (row < 0)
            return;
        const LaneRow &lane = m_rows[static_cast<std::size_t>(row)];
        const int arrow = 4 + lane.depth * metrics::indent;
        const bool isLeft = event->button() == Qt::LeftButton;
        if (isLeft && lane.hasChildren && m_pressed.x() >= arrow && m_pressed.x() < arrow + 18)
            toggleFold(row);
        else
            pointAt({}, lane.node);
        return;
    }
    if (bool isAway = false; cursorSign(&isAway).contains(m_pressed) && isAway)
        return revealCursor();
    const std::int64_t position = m_window.positionAt(m_pressed.x() - metrics::labels);
    if (event->button() == Qt::MiddleButton || event->modifiers() & Qt::ShiftModifier)
        m_drag = Drag::Pan;
    else if (event->button() != Qt::LeftButton)
        return;
    else if (m_pressed.y() < metrics::minimap)
        m_drag = Drag::Minimap;
    else if (m_pressed.y() < lanesTop())
        m_drag = Drag::Cursor;
    else if (lanesRect().contains(m_pressed))
        m_drag = Drag::Range;
    m_rangeFrom = timeAtPosition(position);
    mouseMoveEvent(event);
}

void TimelineView::mouseMoveEvent(QMouseEvent *event)
{
    const double x = event->position().x() - metrics::labels;
    switch (m_drag) {
    case Drag::None: {
        bool isAway = false;
        const bool isThere = run() && cursorSign(&isAway).contains(event->pos()) && isAway;
        return setCursor(isThere ? Qt::PointingHandCursor : Qt::ArrowCursor);
    }
    case Drag::Pan:
        if (const double moved = m_dragged - event->position().x(); moved != 0)
            pan(moved);
        m_dragged = event->position().x();
        return;
    case Drag::Cursor:
        return pointAtColumn(int(std::floor(x)));
    case Drag::Minimap: {
        const auto middle = static_cast<std::int64_t>(x / m_window.width() * double(m_window.end()));
        m_window.show(middle - m_window.length() / 2, middle - m_window.length() / 2 + m_window.length());
        return update();
    }
    case Drag::Range: {
        if ((event->pos() - m_pressed).manhattanLength() < metrics::leastDrag)
            return;
        const std::int64_t to = timeAtPosition(m_window.positionAt(std::clamp(int(x), 0, m_window.width())));
        return document().setRange(std::pair{std::min(m_rangeFrom, to), std::max(m_rangeFrom, to)});
    }
    }
}

void TimelineView::mouseReleaseEvent(QMouseEvent *event)
{
    const bool isClick = (event->pos() - m_pressed).manhattanLength() < metrics::leastDrag;
    if (m_drag == Drag::Range && isClick) {
        document().setRange({});
        lookAt(event->pos());
    }
    m_drag = Drag::None;
}

void TimelineView::lookAt(QPoint place)
{
    if (!run() || !lanesRect().contains(place))
        return;
    const int row = rowAt(place.y());
    const NodeId node = row < 0 ? NodeId{} : m_rows[static_cast<std::size_t>(row)].node;
    if (place.x() < metrics::labels)
        return pointAt({}, node);
    if (const EventId mark = markAt(place); mark.isValid())
        return pointAt(mark, node);
    pointAt({}, node);
    pointAtColumn(place.x() - metrics::labels);
}

void TimelineView::pointAtColumn(int column)
{
    const QScopedValueRollback pointing(m_isPointing, true);
    if (m_axis == Axis::Time)
        document().setCursorTime(m_window.roundPositionAt(column));
    else
        document().setCursor(eventAtPosition(m_window.positionAt(column)));
}

void TimelineView::pointAt(EventId event, NodeId node)
{
    const QScopedValueRollback pointing(m_isPointing, true);
    if (node.isValid())
        document().select(node);
    document().setCursor(event);
}

void TimelineView::mouseDoubleClickEvent(QMouseEvent *event)
{
    const int row = rowAt(event->pos().y());
    if (row < 0)
        return fit();
    const LaneRow &lane = m_rows[static_cast<std::size_t>(row)];
    if (event->pos().x() < metrics::labels && lane.hasChildren)
        return toggleFold(row);
    const Stretch *stretch = run()->lanes()[lane.node].after(
        eventAtPosition(m_window.positionAt(event->pos().x() - metrics::labels)));
    if (!stretch)
        return;
    const Stretch *next = run()->lanes()[lane.node].next(stretch->event);
    const std::int64_t until = next ? next->at(m_axis) : m_window.end();
    const std::int64_t margin = (until - stretch->at(m_axis)) / 10;
    m_window.show(stretch->at(m_axis) - margin, until + margin);
    update();
}

void TimelineView::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Up:
        return moveSelection(-1);
    case Qt::Key_Down:
        return moveSelection(1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return toggleFold(rowOf(document().focus().node));
    default:
        View::keyPressEvent(event);
    }
}

void TimelineView::moveSelection(int rows)
{
    const int row = rowOf(document().focus().node) + rows;
    if (row >= 0 && row < int(m_rows.size()))
        document().select(m_rows[static_cast<std::size_t>(row)].node);
}

void TimelineView::toggleFold(int row)
{
    if (row < 0 || !m_rows[static_cast<std::size_t>(row)].hasChildren)
        return;
    const LaneRow lane = m_rows[static_cast<std::size_t>(row)];
    document().fold(lane.node, !lane.isFolded);
}

QVariant TimelineView::inputMethodQuery(Qt::InputMethodQuery query) const
{
    if (query != Qt::ImCursorRectangle || !run())
        return View::inputMethodQuery(query);
    const int row = std::max(rowOf(document().focus().node), 0);
    QRect place = laneRect(row);
    place.setLeft(std::clamp(xOf(cursorPosition()), place.left(), place.right()));
    place.setWidth(1);
    const QRect seen = place.intersected(lanesRect());
    return seen.isEmpty() ? QRect(place.left(), lanesTop(), 1, m_laneHeight) : seen;
}

void TimelineView::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange) {
        m_minimap = {};
        refresh();
    }
    View::changeEvent(event);
}

bool TimelineView::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return View::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    QToolTip::showText(help->globalPos(), tip(help->pos()), this);
    return true;
}

}
