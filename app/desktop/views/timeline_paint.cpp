#include "app/desktop/models/archive.h"
#include "app/desktop/models/text.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/lane_paint.h"
#include "app/desktop/views/timeline_view.h"

#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace daruma {

namespace {

QPixmap canvasOf(const QWidget &widget, QSize size)
{
    const double ratio = widget.devicePixelRatioF();
    QPixmap canvas(size * ratio);
    canvas.setDevicePixelRatio(ratio);
    return canvas;
}

}

void TimelineView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    if (hasPixels(painter)) {
        updatePicture();
        painter.drawPixmap(0, 0, m_picture);
    } else {
        paintWhole(painter);
    }
    if (!run())
        return paintHint(painter);
    paintRange(painter);
    const AxisSigns signs = axisSigns();
    paintAxis(painter, signs);
    painter.save();
    painter.setClipRect(QRect(metrics::labels, 0, m_window.width(), lanesTop() + lanesHeight()));
    // Behind it nothing saves the run any more; from there on it is not the run that was recorded.
    paintMoment(painter, noReturnX(), colors().bad);
    paintMoment(painter, shownX(run()->firstDivergent()), colors().warning);
    paintArrows(painter);
    paintCursor(painter);
    painter.restore();
    paintCursorSign(painter, signs);
}

void TimelineView::updatePicture()
{
    const bool isKept = !m_isPictureOld && m_picture.size() == size() * devicePixelRatioF();
    if (isKept && m_window == m_pictured.window && m_scroll->value() == m_pictured.scrolled)
        return;
    const QRegion exposed = isKept ? movePicture() : QRegion(rect());
    if (!isKept)
        m_picture = canvasOf(*this, size());
    m_isPictureOld = false;
    m_pictured = {m_window, m_scroll->value()};
    QPainter painter(&m_picture);
    painter.setFont(font());
    if (!isKept)
        return paintWhole(painter);
    if (run())
        paintParts(painter, exposed & lanesRect());
}

void TimelineView::paintWhole(QPainter &painter)
{
    painter.fillRect(rect(), colors().canvas);
    if (!run())
        return;
    paintParts(painter, lanesRect());
    paintLegend(painter);
}

void TimelineView::paintParts(QPainter &painter, const QRegion &lanes)
{
    paintLanes(painter, lanes);
    painter.setPen(colors().line);
    painter.drawLine(metrics::labels - 1, 0, metrics::labels - 1, height() - m_legendHeight);
    paintMinimap(painter);
}

/// While one pans or scrolls nearly all stays as it is, but for its place.
QRegion TimelineView::movePicture()
{
    const std::int64_t right = m_pictured.window.firstColumn() - m_window.firstColumn();
    const int down = m_pictured.scrolled - m_scroll->value();
    const double ratio = devicePixelRatioF();
    const bool isNear = std::abs(right) < m_window.width() && std::abs(down) < lanesHeight();
    if (!isNear || !m_window.hasScaleOf(m_pictured.window) || (right != 0 && down != 0)
        || ratio != std::floor(ratio))
        return lanesRect();
    QRect moved = lanesRect();
    if (right != 0)
        moved = QRect(metrics::labels, moved.top(), m_window.width(), moved.height());
    const QPoint shift = QPoint(int(right), down);
    const int dots = int(ratio);
    m_picture.scroll(shift.x() * dots, shift.y() * dots, QRect(moved.topLeft() * dots, moved.size() * dots));
    QRegion exposed = QRegion(moved) - moved.translated(shift);
    const auto [first, last] = shownRows();
    for (int row = first; right != 0 && row < last; ++row)
        if (!isDense(row, m_window) || !isDense(row, m_pictured.window))
            exposed += laneRect(row) & moved;
    return exposed;
}

void TimelineView::paintHint(QPainter &painter) const
{
    painter.setPen(colors().faint);
    const bool hasRuns = !document().archive().path().isEmpty();
    painter.drawText(rect(), Qt::AlignCenter,
                     hasRuns ? tr("Choose a run in Runs: Enter opens it.")
                             : tr("Nothing is open.\nOpen a scenario or drop one here to see its run."));
}

std::pair<int, int> TimelineView::shownRows() const
{
    return {m_scroll->value() / m_laneHeight,
            std::min((m_scroll->value() + lanesHeight()) / m_laneHeight + 1, int(m_rows.size()))};
}

void TimelineView::paintLanes(QPainter &painter, const QRegion &exposed)
{
    painter.save();
    const auto [first, last] = shownRows();
    for (int row = first; row < last; ++row) {
        const QRect lane = laneRect(row);
        const QRect part = (exposed & QRect(0, lane.top(), width(), lane.height())).boundingRect();
        if (part.isEmpty())
            continue;
        painter.setClipRect(part);
        paintRow(painter, row);
        if (part.left() < metrics::labels)
            paintLabel(painter, row);
        const QRect shown = part & lane;
        painter.setClipRect(shown);
        paintLane(painter, row, {shown.left() - metrics::labels, shown.right() + 1 - metrics::labels});
    }
    // Below the last lane there may be room, in which lines of the grid were moved.
    painter.setClipRegion(exposed);
    const int bottom = laneRect(int(m_rows.size())).top();
    painter.fillRect(QRect(0, bottom, width(), height() - bottom), colors().canvas);
    painter.setClipRegion(exposed & QRect(metrics::labels, lanesTop(), m_window.width(), lanesHeight()));
    QColor grid = colors().line;
    grid.setAlpha(110);
    painter.setPen(grid);
    for (const Tick &tick : ticks())
        painter.drawLine(xOf(tick.at), lanesTop(), xOf(tick.at), height() - m_legendHeight);
    painter.restore();
}

void TimelineView::paintRow(QPainter &painter, int row) const
{
    const QRect lane = laneRect(row);
    const bool isSelected = m_rows[std::size_t(row)].node == document().focus().node;
    painter.fillRect(QRect(0, lane.top(), width(), lane.height()), isSelected ? colors().selection
                                                                   : row % 2  ? colors().band
                                                                              : colors().canvas);
}

void TimelineView::paintLabel(QPainter &painter, int row) const
{
    const LaneRow &lane = m_rows[std::size_t(row)];
    const QRect rect = laneRect(row);
    const int left = 4 + lane.depth * metrics::indent;
    if (lane.hasChildren) {
        const QPointF middle(left + 7, rect.center().y() + 0.5);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colors().faint);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.drawPolygon(
            lane.isFolded
                ? QPolygonF{middle + QPointF(-2, -4), middle + QPointF(-2, 4), middle + QPointF(3, 0)}
                : QPolygonF{middle + QPointF(-4, -2), middle + QPointF(4, -2), middle + QPointF(0, 3)});
        painter.setRenderHint(QPainter::Antialiasing, false);
    }
    QFont font = painter.font();
    font.setWeight(run()->isSupervisor(lane.node) ? QFont::DemiBold : QFont::Normal);
    painter.setFont(font);
    painter.setPen(colors().text);
    const int room = metrics::labels - left - 24;
    const QString name = qt(run()->name(lane.node));
    painter.drawText(QRect(left + 18, rect.top(), room, rect.height()), Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(name, Qt::ElideMiddle, room));
    font.setWeight(QFont::Normal);
    painter.setFont(font);
}

Lanes TimelineView::lanesOf(const LaneRow &row) const
{
    return row.isFolded ? lanesBelow(row.node) : Lanes{&run()->lanes()[row.node]};
}

bool TimelineView::isDense(int row, const ViewWindow &window) const
{
    const LaneRow &lane = m_rows[std::size_t(row)];
    return lane.isFolded || daruma::isDense(run()->lanes()[lane.node], window, m_axis);
}

void TimelineView::paintLane(QPainter &painter, int row, ColumnRange columns) const
{
    const QRect lane = laneRect(row);
    const Lanes lanes = lanesOf(m_rows[std::size_t(row)]);
    const QRect strip(lane.left(), lane.top() + 1, lane.width(), metrics::markStrip);
    const QRect body(lane.left(), strip.bottom() + 1, lane.width(), lane.bottom() - strip.bottom() - 3);
    // What is painted anew fits to what was moved.
    constexpr int patternSize = 8;
    painter.setBrushOrigin(int(body.left() - m_window.firstColumn() % patternSize), body.top());
    paintBody(painter, {lanes, m_window, m_axis, isDense(row, m_window)}, columns, body);
    const ColumnRange around{columns.from - markReach, columns.until + markReach};
    paintMarks(painter, marksOf(lanes, m_window, m_axis, around), strip);
}

std::vector<Tick> TimelineView::ticks() const
{
    return m_axis == Axis::Time ? timeTicks(m_window, 90) : eventTicks(m_window, 90);
}

void TimelineView::paintWholeRun(QPainter &painter, const QRect &map, const ViewWindow &whole) const
{
    painter.fillRect(QRect(0, 0, width(), metrics::minimap), colors().canvas);
    const Lane &root = run()->lanes()[NodeId{0}];
    const QRect body(map.left(), map.top() + 13, map.width(), 9);
    paintBody(painter, {{&root}, whole, m_axis, daruma::isDense(root, whole, m_axis)}, allColumns(whole),
              body);
    for (const MarkPiece &mark : marksOf(lanesBelow(NodeId{0}), whole, m_axis, allColumns(whole)))
        if (mark.kind >= MarkKind::Fault)
            paintMark(painter, mark.kind, QPointF(map.left() + mark.x, map.top() + 7), 7);
}

const QPixmap &TimelineView::minimap(const QRect &map, const ViewWindow &whole)
{
    if (m_minimap.width() != int(width() * devicePixelRatioF())) {
        m_minimap = canvasOf(*this, {width(), metrics::minimap});
        QPainter once(&m_minimap);
        paintWholeRun(once, map, whole);
    }
    return m_minimap;
}

/// The whole run in a strip: the root's life, all marks of importance, and the part that is shown.
void TimelineView::paintMinimap(QPainter &painter)
{
    const QRect map(metrics::labels, 0, m_window.width(), metrics::minimap);
    const ViewWindow whole(m_window.end(), m_window.width());
    if (hasPixels(painter))
        painter.drawPixmap(0, 0, minimap(map, whole));
    else
        paintWholeRun(painter, map, whole);
    if (!m_window.isWhole()) {
        const int from = map.left() + whole.columnAt(m_window.from());
        const int until = map.left() + whole.columnAt(m_window.until());
        QColor shade = colors().canvas;
        shade.setAlpha(170);
        painter.fillRect(QRect(map.left(), 0, from - map.left(), map.height()), shade);
        painter.fillRect(QRect(until, 0, map.right() - until + 1, map.height()), shade);
        painter.setPen(colors().accent);
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRect(from, 0, std::max(until - from, 3), map.height() - 1));
    }
    painter.setPen(colors().faint);
    painter.drawText(QRect(8, 0, metrics::labels - 16, metrics::minimap), Qt::AlignLeft | Qt::AlignVCenter,
                     tr("Whole run"));
}

/// Where its mark stands, or would.
QPoint TimelineView::anchorOf(EventId event) const
{
    const int row = rowOf(run()->event(event).node);
    if (row < 0)
        return {-1, -1};
    const bool isRestart = run()->event(event).kind == EventKind::Restart;
    return {xOf(positionOf(event)), laneRect(row).top() + 1 + (isRestart ? restartsMiddle : marksMiddle)};
}

void TimelineView::paintArrows(QPainter &painter) const
{
    const EventId cursor = document().focus().cursor;
    if (!cursor.isValid())
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    constexpr std::size_t mostArrows = 60;
    const std::span<const EventId> effects = run()->consequences(cursor);
    for (const EventId consequence : effects.first(std::min(effects.size(), mostArrows)))
        paintArrow(painter, cursor, consequence, false);
    EventId effect = cursor;
    for (std::size_t i = 0; i < (m_isWholeChain ? mostArrows : 1); ++i) {
        const EventId cause = run()->event(effect).cause;
        if (!cause.isValid())
            break;
        paintArrow(painter, cause, effect, true);
        effect = cause;
    }
}

void TimelineView::paintArrow(QPainter &painter, EventId from, EventId to, bool isChain) const
{
    const QPoint start = anchorOf(from);
    const QPoint end = anchorOf(to);
    if (start.y() < 0 || end.y() < 0 || start == end)
        return;
    const QColor color = isChain ? colors().bad : colors().accent;
    painter.setPen(QPen(color, 1.4));
    painter.setBrush(Qt::NoBrush);
    QPainterPath path(start);
    const double bend = std::max(18.0, std::abs(end.x() - start.x()) / 2.5);
    path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end);
    painter.drawPath(path);
    painter.setBrush(color);
    painter.setPen(Qt::NoPen);
    painter.drawPolygon(QPolygonF{end, end + QPointF(-7, -3.5), end + QPointF(-7, 3.5)});
}

}
