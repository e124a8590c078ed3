#include "app/desktop/models/prover.h"
#include "app/desktop/models/text.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/lane_paint.h"
#include "app/desktop/views/timeline_view.h"
#include "simulator/analysis/explain.h"

#include <QPainter>

#include <algorithm>
#include <array>

namespace daruma {

/// A sign and what it means.
struct TimelineView::LegendEntry {
    enum class Sign : std::uint8_t { State, Hung, Mark };
    Sign sign = Sign::State;
    BarState state = BarState::Running;
    MarkKind mark = MarkKind::Restart;
    QString text;
    int signWidth() const { return sign == Sign::Mark ? 14 : 16; }
};

namespace {

constexpr int gap = 6;  ///< between what stands in the axis

}

/// What occurs in the run.
std::vector<TimelineView::LegendEntry> TimelineView::legendEntries() const
{
    using Sign = LegendEntry::Sign;
    const std::pair<BarState, QString> states[] = {{BarState::Starting, tr("starting")},
                                                   {BarState::Running, tr("running")},
                                                   {BarState::Stopping, tr("stopping")},
                                                   {BarState::Backoff, tr("in backoff")},
                                                   {BarState::Down, tr("down")}};
    const std::pair<MarkKind, QString> marks[] = {
        {MarkKind::Fault, tr("fault")},     {MarkKind::Crash, tr("bad end")},
        {MarkKind::Restart, tr("restart")}, {MarkKind::GaveUp, tr("gave up")},
        {MarkKind::Command, tr("command")}, {MarkKind::Violation, tr("violation")}};
    std::vector<LegendEntry> entries;
    const LaneIndex &lanes = run()->lanes();
    for (const auto &[state, text] : states)
        if (lanes.has(state))
            entries.push_back({Sign::State, state, {}, text});
    if (lanes.hasHangs())
        entries.push_back({Sign::Hung, BarState::Running, {}, tr("hangs")});
    for (const auto &[mark, text] : marks)
        if (lanes.has(mark))
            entries.push_back({Sign::Mark, {}, mark, text});
    return entries;
}

std::vector<QPoint> TimelineView::legendPlaces(const std::vector<LegendEntry> &entries) const
{
    constexpr int left = 10;
    std::vector<QPoint> places;
    int x = left;
    int line = 0;
    for (const LegendEntry &entry : entries) {
        const int wide = entry.signWidth() + fontMetrics().horizontalAdvance(entry.text);
        if (x > left && x + wide > width() - left) {
            x = left;
            ++line;
        }
        places.emplace_back(x, line);
        x += wide + 11;
    }
    return places;
}

int TimelineView::legendLines() const
{
    const std::vector<QPoint> places = legendPlaces(legendEntries());
    return places.empty() ? 1 : places.back().y() + 1;
}

/// What colours and shapes mean, for who sees them for the first time.
void TimelineView::paintLegend(QPainter &painter) const
{
    const QRect strip(0, height() - m_legendHeight, width(), m_legendHeight);
    painter.fillRect(strip, colors().band);
    painter.setPen(colors().line);
    painter.drawLine(strip.topLeft(), strip.topRight());
    const std::vector<LegendEntry> entries = legendEntries();
    const std::vector<QPoint> places = legendPlaces(entries);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const LegendEntry &entry = entries[i];
        const int x = places[i].x();
        const QRect line(x, strip.top() + 2 + places[i].y() * metrics::legendLine, 300, metrics::legendLine);
        const bool isDown = entry.state == BarState::Down;
        const QRect box(x, line.center().y() + (isDown ? 2 : -4), 12, isDown ? 3 : 9);
        if (entry.sign == LegendEntry::Sign::Mark) {
            paintMark(painter, entry.mark, QPointF(x + 5, line.center().y() + 0.5), 8);
        } else {
            painter.fillRect(box, colors().of(entry.state));
            paintHatch(painter, box, entry.state);
            if (entry.sign == LegendEntry::Sign::Hung)
                paintHung(painter, box);
        }
        painter.setPen(colors().faint);
        painter.drawText(line.adjusted(entry.signWidth(), 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         entry.text);
    }
}

// The axis
// ------------------------------------------------------------------------------------------------------

QRect TimelineView::axisRect() const
{
    return {metrics::labels, metrics::minimap, m_window.width(), metrics::axis};
}

std::optional<int> TimelineView::shownX(EventId event) const
{
    if (!event.isValid())
        return {};
    const int x = xOf(positionOf(event));
    const QRect axis = axisRect();
    return x >= axis.left() && x <= axis.right() ? std::optional(x) : std::nullopt;
}

std::optional<int> TimelineView::noReturnX() const
{
    const auto &proof = document().prover().proof();
    return proof ? shownX(proof->noReturn) : std::nullopt;
}

std::optional<std::pair<int, int>> TimelineView::shownRange() const
{
    const auto range = document().focus().range;
    if (!range)
        return {};
    const auto position = [&](std::int64_t t) {
        return m_axis == Axis::Time ? t : std::int64_t(run()->lanes().eventAt(t).value);
    };
    const int from = std::max(xOf(position(range->first)), metrics::labels);
    const int until = std::min(xOf(position(range->second)), metrics::labels + m_window.width());
    return until > from ? std::optional(std::pair{from, until}) : std::nullopt;
}

/// So wide a place near the middle, within the axis, that meets none of those taken; null where there is
/// none.
QRect TimelineView::freePlace(int middle, int width, const QList<QRect> &taken) const
{
    const QRect axis = axisRect();
    const auto placeAt = [&](int left) { return QRect(left, axis.top() + 2, width, axis.height() - 5); };
    const auto isFree = [&](const QRect &place) {
        return place.left() >= axis.left() && place.right() <= axis.right()
               && std::none_of(taken.begin(), taken.end(), [&](const QRect &other) {
                      return place.adjusted(-gap, 0, gap, 0).intersects(other);
                  });
    };
    QList<int> lefts{std::clamp(middle - width / 2, axis.left(), std::max(axis.right() - width + 1, 0))};
    for (const QRect &other : taken)
        if (!other.isNull())
            lefts << other.right() + 1 + gap << other.left() - gap - width;
    for (const int left : std::as_const(lefts))
        if (isFree(placeAt(left)))
            return placeAt(left);
    return {};
}

void TimelineView::placeCursorSign(AxisSigns &signs) const
{
    constexpr int arrow = 10;
    const QRect axis = axisRect();
    const EventId cursor = document().focus().cursor;
    const QString time = qt(shortTime(document().now(), 1'000'000));
    signs.cursorText = m_axis == Axis::Event ? tr("#%1 · %2").arg(cursor.value).arg(time) : time;
    const int x = xOf(cursorPosition());
    signs.cursorSide = x < axis.left() ? -1 : x > axis.right() ? 1 : 0;
    const int width = fontMetrics().horizontalAdvance(signs.cursorText) + 10 + (signs.cursorSide ? arrow : 0);
    const int left = signs.cursorSide < 0   ? axis.left() + 2
                     : signs.cursorSide > 0 ? axis.right() - 1 - width
                                            : std::clamp(x - width / 2, axis.left(),
                                                         std::max(axis.right() - width + 1, axis.left()));
    signs.cursor = QRect(left, axis.top() + 2, width, axis.height() - 5);
}

TimelineView::AxisSigns TimelineView::axisSigns() const
{
    AxisSigns signs;
    placeCursorSign(signs);
    if (const auto range = shownRange()) {
        const auto all = *document().focus().range;
        signs.rangeText = qt(shortTime(all.second - all.first, 1'000));
        signs.range = freePlace((range->first + range->second) / 2,
                                fontMetrics().horizontalAdvance(signs.rangeText) + 8, {signs.cursor});
    }
    if (const auto x = noReturnX()) {
        signs.noReturnText = tr("no return");
        const int width = fontMetrics().horizontalAdvance(signs.noReturnText) + 8;
        signs.noReturn = freePlace(*x, width, {signs.cursor, signs.range});
    }
    if (const auto x = shownX(run()->firstDivergent())) {
        signs.differsText = tr("differs");
        const int width = fontMetrics().horizontalAdvance(signs.differsText) + 8;
        signs.differs = freePlace(*x, width, {signs.cursor, signs.range, signs.noReturn});
    }
    return signs;
}

QRect TimelineView::cursorSign(bool *isAway) const
{
    const AxisSigns signs = run() ? axisSigns() : AxisSigns();
    if (isAway)
        *isAway = signs.cursorSide != 0;
    return signs.cursor;
}

void TimelineView::paintAxis(QPainter &painter, const AxisSigns &signs) const
{
    const QRect axis(0, metrics::minimap, width(), metrics::axis);
    painter.fillRect(axis, colors().band);
    if (const auto range = shownRange()) {
        painter.fillRect(QRect(range->first, axis.top(), range->second - range->first, axis.height()),
                         colors().range());
    }
    painter.setPen(colors().line);
    painter.drawLine(axis.bottomLeft(), axis.bottomRight());
    painter.drawLine(metrics::labels - 1, axis.top(), metrics::labels - 1, axis.bottom());
    daruma::paintTicks(painter, axisRect(), ticks(), m_window,
                       {signs.cursor, signs.range, signs.noReturn, signs.differs});
    painter.setPen(colors().accent);
    painter.drawText(signs.range, Qt::AlignCenter, signs.rangeText);
    painter.setPen(colors().bad);
    painter.drawText(signs.noReturn, Qt::AlignCenter, signs.noReturnText);
    painter.setPen(colors().warning);
    painter.drawText(signs.differs, Qt::AlignCenter, signs.differsText);
    painter.setPen(colors().faint);
    painter.drawText(QRect(8, axis.top(), metrics::labels - 16, axis.height()),
                     Qt::AlignLeft | Qt::AlignVCenter, tr("%Ln place(s)", nullptr, int(run()->nodeCount())));
}

/// Upon its line a flag; at the edge, where the cursor is out of view, an arrow towards it.
void TimelineView::paintCursorSign(QPainter &painter, const AxisSigns &signs) const
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (signs.cursorSide == 0) {
        painter.setBrush(colors().accent);
        painter.setPen(Qt::NoPen);
        painter.drawRoundedRect(signs.cursor, 3, 3);
        painter.setPen(textOn(colors().accent));
        painter.drawText(signs.cursor, Qt::AlignCenter, signs.cursorText);
        return painter.restore();
    }
    const bool isLeft = signs.cursorSide < 0;
    const QRectF sign = QRectF(signs.cursor).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors().accent);
    const double tip = isLeft ? sign.left() : sign.right();
    const double back = tip + (isLeft ? 7 : -7);
    const double middle = sign.center().y();
    painter.drawPolygon(QPolygonF{{tip, middle}, {back, middle - 5}, {back, middle + 5}});
    painter.setPen(colors().accent);
    painter.drawText(signs.cursor.adjusted(isLeft ? 10 : 0, 0, isLeft ? 0 : -10, 0), Qt::AlignCenter,
                     signs.cursorText);
    painter.restore();
}

void TimelineView::paintRange(QPainter &painter) const
{
    const auto range = shownRange();
    if (!range)
        return;
    painter.fillRect(QRect(range->first, lanesTop(), range->second - range->first, lanesHeight()),
                     colors().range());
}

void TimelineView::paintCursor(QPainter &painter) const
{
    const int x = xOf(cursorPosition());
    painter.setPen(QPen(colors().accent, 1.5));
    painter.drawLine(x, metrics::minimap, x, lanesTop() + lanesHeight());
}

/// A dashed line with a pointer at its top.
void TimelineView::paintMoment(QPainter &painter, std::optional<int> x, const QColor &color) const
{
    if (!x)
        return;
    painter.setPen(QPen(color, 1.4, Qt::DashLine));
    painter.drawLine(*x, lanesTop(), *x, lanesTop() + lanesHeight());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    const double top = lanesTop();
    painter.drawPolygon(QPolygonF{{*x - 4.0, top - 5}, {*x + 5.0, top - 5}, {*x + 0.5, top}});
    painter.setRenderHint(QPainter::Antialiasing, false);
}

}
