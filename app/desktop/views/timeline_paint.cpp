#include "app/desktop/models/prover.h"
#include "app/desktop/models/text.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/lane_paint.h"
#include "app/desktop/views/timeline_metrics.h"
#include "app/desktop/views/timeline_view.h"
#include "simulator/analysis/explain.h"

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
    updatePicture();
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_picture);
    if (!run())
        return paintHint(painter);
    paintRange(painter);
    painter.save();
    painter.setClipRect(QRect(metrics::labels, 0, m_window.width(), lanesTop() + lanesHeight()));
    paintNoReturn(painter);
    paintArrows(painter);
    paintCursor(painter);
    painter.restore();
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
        painter.fillRect(rect(), colors().canvas);
    if (!run())
        return;
    paintLanes(painter, exposed & lanesRect());
    paintAxis(painter);
    paintMinimap(painter);
    if (!isKept)
        paintLegend(painter);
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
    painter.drawText(rect(), Qt::AlignCenter,
                     tr("Nothing is open.\nOpen a scenario or drop one here to see its run."));
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
    painter.setClipRegion(exposed & QRect(metrics::labels, lanesTop(), m_window.width(), lanesHeight()));
    QColor grid = colors().line;
    grid.setAlpha(110);
    painter.setPen(grid);
    for (const Tick &tick : ticks())
        painter.drawLine(xOf(tick.at), lanesTop(), xOf(tick.at), height() - metrics::legend);
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
            lane.isCollapsed
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
    return row.isCollapsed ? lanesBelow(row.node) : Lanes{&run()->lanes()[row.node]};
}

bool TimelineView::isDense(int row, const ViewWindow &window) const
{
    const LaneRow &lane = m_rows[std::size_t(row)];
    return lane.isCollapsed || daruma::isDense(run()->lanes()[lane.node], window, m_axis);
}

void TimelineView::paintLane(QPainter &painter, int row, ColumnRange columns) const
{
    const QRect lane = laneRect(row);
    const Lanes lanes = lanesOf(m_rows[std::size_t(row)]);
    const QRect strip(lane.left(), lane.top() + 1, lane.width(), metrics::markStrip);
    const QRect body(lane.left(), strip.bottom() + 1, lane.width(), lane.bottom() - strip.bottom() - 3);
    if (isDense(row, m_window))
        painter.drawImage(body.left() + columns.from, body.top(),
                          imageOf(sharesOf(lanes, m_window, m_axis, columns), body.height()));
    else
        paintBars(painter, barsOf(*lanes.front(), m_window, m_axis), body);
    const ColumnRange around{columns.from - markReach, columns.until + markReach};
    paintMarks(painter, marksOf(lanes, m_window, m_axis, around), strip);
}

/// What colours and shapes mean, for who sees them for the first time.
void TimelineView::paintLegend(QPainter &painter) const
{
    const QRect strip(0, height() - metrics::legend, width(), metrics::legend);
    painter.fillRect(strip, colors().band);
    painter.setPen(colors().line);
    painter.drawLine(strip.topLeft(), strip.topRight());
    const QFontMetrics metrics = painter.fontMetrics();
    int x = 10;
    /// Whether there is room for a sign and its word; what is not whole is not shown.
    const auto fits = [&](int sign, const QString &text) {
        return x + sign + metrics.horizontalAdvance(text) <= strip.right();
    };
    const auto say = [&](const QString &text) {
        painter.setPen(colors().faint);
        painter.drawText(QRect(x, strip.top(), 200, strip.height()), Qt::AlignLeft | Qt::AlignVCenter, text);
        x += metrics.horizontalAdvance(text) + 11;
    };
    const std::pair<BarState, QString> states[] = {{BarState::Starting, tr("starting")},
                                                   {BarState::Running, tr("running")},
                                                   {BarState::Stopping, tr("stopping")},
                                                   {BarState::Backoff, tr("in backoff")},
                                                   {BarState::Down, tr("down")}};
    for (const auto &[state, text] : states) {
        if (!fits(16, text))
            return;
        const bool isDown = state == BarState::Down;
        const QRect box(x, strip.center().y() + (isDown ? 2 : -4), 12, isDown ? 3 : 9);
        painter.fillRect(box, colors().of(state));
        paintHatch(painter, box, state);
        x += 16;
        say(text);
    }
    const std::pair<MarkKind, QString> marks[] = {
        {MarkKind::Fault, tr("fault")},     {MarkKind::Crash, tr("bad end")},
        {MarkKind::Restart, tr("restart")}, {MarkKind::GaveUp, tr("gave up")},
        {MarkKind::Command, tr("command")}, {MarkKind::Violation, tr("violation")}};
    for (const auto &[kind, text] : marks) {
        if (!fits(14, text))
            return;
        paintMark(painter, kind, QPointF(x + 5, strip.center().y() + 0.5), 8);
        x += 14;
        say(text);
    }
}

std::vector<Tick> TimelineView::ticks() const
{
    return m_axis == Axis::Time ? timeTicks(m_window, 90) : eventTicks(m_window, 90);
}

void TimelineView::paintAxis(QPainter &painter) const
{
    const QRect axis(0, metrics::minimap, width(), metrics::axis);
    painter.fillRect(axis, colors().band);
    painter.setPen(colors().line);
    painter.drawLine(axis.bottomLeft(), axis.bottomRight());
    painter.drawLine(metrics::labels - 1, 0, metrics::labels - 1, height() - metrics::legend);
    painter.save();
    painter.setClipRect(QRect(metrics::labels, axis.top(), m_window.width(), axis.height()));
    for (const Tick &tick : ticks()) {
        const int x = xOf(tick.at);
        painter.setPen(colors().line);
        painter.drawLine(x, axis.bottom() - 5, x, axis.bottom());
        painter.setPen(colors().faint);
        painter.drawText(QRect(x + 4, axis.top(), 120, axis.height()), Qt::AlignLeft | Qt::AlignVCenter,
                         qt(tick.label));
    }
    painter.restore();
    painter.setPen(colors().faint);
    painter.drawText(QRect(8, axis.top(), metrics::labels - 16, axis.height()),
                     Qt::AlignLeft | Qt::AlignVCenter, tr("%L1 places").arg(run()->nodeCount()));
}

void TimelineView::paintWholeRun(QPainter &painter, const QRect &map, const ViewWindow &whole) const
{
    painter.fillRect(QRect(0, 0, width(), metrics::minimap), colors().canvas);
    const LanePicture root = pictureOf(run()->lanes()[NodeId{0}], whole, m_axis);
    const QRect body(map.left(), map.top() + 13, map.width(), 9);
    if (root.isDense())
        painter.drawImage(body.topLeft(), imageOf(root.columns, body.height()));
    else
        for (const BarPiece &bar : root.bars)
            painter.fillRect(QRect(body.left() + bar.from, body.top(), bar.until - bar.from, body.height()),
                             colors().of(bar.stretch->state));
    for (const MarkPiece &mark : marksOf(lanesBelow(NodeId{0}), whole, m_axis, allColumns(whole)))
        if (mark.kind >= MarkKind::Fault)
            paintMark(painter, mark.kind, QPointF(map.left() + mark.x, map.top() + 7), 7);
}

/// The whole run in a strip: the root's life, all marks of importance, and the part that is shown.
void TimelineView::paintMinimap(QPainter &painter)
{
    const QRect map(metrics::labels, 0, m_window.width(), metrics::minimap);
    const ViewWindow whole(m_window.end(), m_window.width());
    if (m_minimap.width() != int(width() * devicePixelRatioF())) {
        m_minimap = canvasOf(*this, {width(), metrics::minimap});
        QPainter once(&m_minimap);
        paintWholeRun(once, map, whole);
    }
    painter.drawPixmap(0, 0, m_minimap);
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

void TimelineView::paintRange(QPainter &painter) const
{
    const auto range = document().focus().range;
    if (!range)
        return;
    const auto position = [&](std::int64_t t) {
        return m_axis == Axis::Time ? t : std::int64_t(run()->lanes().eventAt(t).value);
    };
    const int from = std::max(xOf(position(range->first)), metrics::labels);
    const int until = std::min(xOf(position(range->second)), metrics::labels + m_window.width());
    if (until <= from)
        return;
    QColor shade = colors().accent;
    shade.setAlpha(36);
    painter.fillRect(
        QRect(from, metrics::minimap, until - from, lanesTop() - metrics::minimap + lanesHeight()), shade);
    painter.setPen(colors().accent);
    painter.drawText(QRect(from, metrics::minimap, until - from, metrics::axis), Qt::AlignCenter,
                     qt(shortTime(range->second - range->first, 1'000)));
}

void TimelineView::paintCursor(QPainter &painter) const
{
    const int x = xOf(positionOf(document().focus().cursor));
    painter.setPen(QPen(colors().accent, 1.5));
    painter.drawLine(x, metrics::minimap, x, lanesTop() + lanesHeight());
    const QString label = qt(shortTime(document().now(), 1'000'000));
    const int width = painter.fontMetrics().horizontalAdvance(label) + 10;
    const int left = std::clamp(x - width / 2, metrics::labels, metrics::labels + m_window.width() - width);
    const QRect flag(left, metrics::minimap + 2, width, metrics::axis - 5);
    // Of a label of the axis below it nothing is to look out.
    painter.fillRect(flag.adjusted(-24, 0, 24, 0), colors().band);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(colors().accent);
    painter.setPen(Qt::NoPen);
    painter.drawRoundedRect(flag, 3, 3);
    painter.setPen(colors().isDark ? QColor(Qt::black) : QColor(Qt::white));
    painter.drawText(flag, Qt::AlignCenter, label);
}

/// Behind this moment nothing saves the run any more.
void TimelineView::paintNoReturn(QPainter &painter) const
{
    const auto &proof = document().prover().proof();
    if (!proof || !proof->noReturn.isValid())
        return;
    const int x = xOf(positionOf(proof->noReturn));
    painter.setPen(QPen(colors().bad, 1.4, Qt::DashLine));
    painter.drawLine(x, lanesTop(), x, lanesTop() + lanesHeight());
    const QString text = tr("no return");
    const int width = painter.fontMetrics().horizontalAdvance(text) + 8;
    const bool isLeft = x + width > metrics::labels + m_window.width();
    const QRect flag(isLeft ? x - width : x, lanesTop() + lanesHeight() - 18, width, 16);
    painter.fillRect(flag, colors().canvas);
    painter.drawText(flag, Qt::AlignCenter, text);
}

/// In the middle of the mark strip of its lane.
QPoint TimelineView::anchorOf(EventId event) const
{
    const int row = rowOf(run()->event(event).node);
    if (row < 0)
        return {-1, -1};
    return {xOf(positionOf(event)), laneRect(row).top() + metrics::markStrip / 2 + 1};
}

void TimelineView::paintArrows(QPainter &painter) const
{
    const EventId cursor = document().focus().cursor;
    if (!cursor.isValid())
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    constexpr std::size_t mostArrows = 60;
    for (const EventId consequence : run()->consequences(cursor, mostArrows))
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
