#include "app/desktop/models/text.h"
#include "app/desktop/views/lane_paint.h"
#include "app/desktop/views/timeline_view.h"
#include "simulator/analysis/wording.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace daruma {

namespace {

QString counted(MarkKind kind, int count)
{
    const std::pair<QString, QString> words[markKindCount] = {
        {TimelineView::tr("restart"), TimelineView::tr("restarts")},
        {TimelineView::tr("command"), TimelineView::tr("commands")},
        {TimelineView::tr("bad end"), TimelineView::tr("bad ends")},
        {TimelineView::tr("fault"), TimelineView::tr("faults")},
        {TimelineView::tr("give-up"), TimelineView::tr("give-ups")},
        {TimelineView::tr("violation"), TimelineView::tr("violations")}};
    const auto &[one, many] = words[static_cast<std::size_t>(kind)];
    return QStringLiteral("%L1 %2").arg(count).arg(count == 1 ? one : many);
}

/// So many marks of a lane are counted for a tip.
constexpr std::size_t mostCounted = 100'000;

}

EventId TimelineView::markAt(QPoint place) const
{
    const int row = rowAt(place.y());
    if (row < 0 || place.x() < metrics::labels)
        return {};
    const int x = place.x() - metrics::labels;
    const Lane &lane = run()->lanes()[m_rows[static_cast<std::size_t>(row)].node];
    const auto marks = lane.marksIn(m_window.positionAt(x - metrics::near),
                                    m_window.positionAt(x + metrics::near) + 1, m_axis);
    const int y = place.y() - laneRect(row).top() - 1;
    const bool isAmongRestarts = y >= restartsTop && y < metrics::markStrip;
    EventId found;
    MarkKind best = MarkKind::Restart;
    for (const LaneMark &mark : marks.first(std::min<std::size_t>(marks.size(), 1000))) {
        if (isAmongRestarts && mark.kind == MarkKind::Restart)
            return mark.event;
        if (!found.isValid() || mark.kind > best) {
            found = mark.event;
            best = mark.kind;
        }
    }
    return found;
}

/// All marks near that place: what the first of the most important is, and how many there are of each kind.
QString TimelineView::marksTip(QPoint place) const
{
    const LaneRow &row = m_rows[static_cast<std::size_t>(rowAt(place.y()))];
    const int x = place.x() - metrics::labels;
    std::array<int, markKindCount> counts{};
    int all = 0;
    for (const Lane *lane : lanesOf(row)) {
        const auto marks = lane->marksIn(m_window.positionAt(x - metrics::near),
                                         m_window.positionAt(x + metrics::near) + 1, m_axis);
        for (const LaneMark &mark : marks.first(std::min(marks.size(), mostCounted))) {
            ++counts[static_cast<std::size_t>(mark.kind)];
            ++all;
        }
    }
    QString tip;
    if (const EventId mark = markAt(place); mark.isValid()) {
        const Wording wording(run()->model(), run()->recording());
        tip += u'\n' + qt(momentText(run()->timeAt(mark))) + QStringLiteral(": ")
               + qt(wording.clause(run()->event(mark)));
    }
    if (all < 2)
        return tip;
    QStringList kinds;
    for (std::size_t kind = markKindCount; kind-- > 0;)
        if (counts[kind] > 0)
            kinds += counted(static_cast<MarkKind>(kind), counts[kind]);
    return tip + tr("\nhere: %1").arg(kinds.join(QStringLiteral(", ")));
}

QString TimelineView::laneTip(QPoint place) const
{
    const LaneRow &row = m_rows[static_cast<std::size_t>(rowAt(place.y()))];
    QString tip = qt(run()->path(row.node));
    if (place.x() < metrics::labels)
        return tip;
    tip += marksTip(place);
    const std::int64_t position = m_window.positionAt(place.x() - metrics::labels);
    const Lane &lane = run()->lanes()[row.node];
    const Stretch *stretch = lane.after(eventAtPosition(position));
    if (!stretch || !stretch->isShown)
        return tip;
    const Stretch *next = lane.next(stretch->event);
    const std::int64_t until = next ? next->t : run()->result().end.ns();
    const QString state = stretch->isHung ? tr("hangs") : qt(toText(stretch->state));
    return tip
           + tr("\n#%1 %2 from %3 for %4")
                 .arg(stretch->incarnation)
                 .arg(state, qt(momentText(stretch->t)), qt(shortTime(until - stretch->t)));
}

QString TimelineView::tip(QPoint place) const
{
    if (!run() || place.x() >= metrics::labels + m_window.width())
        return {};
    const AxisSigns signs = axisSigns();
    if (signs.cursorSide != 0 && signs.cursor.contains(place))
        return tr("The cursor is out of view: a click goes there");
    const auto isNear = [&](const QRect &sign, std::optional<int> x) {
        return sign.contains(place)
               || (x && std::abs(place.x() - *x) <= metrics::near && place.y() >= metrics::minimap);
    };
    QStringList lines;
    if (rowAt(place.y()) >= 0)
        lines << laneTip(place);
    if (isNear(signs.noReturn, noReturnX()))
        lines << tr("No return: behind this moment nothing saves the run");
    if (isNear(signs.differs, shownX(run()->firstDivergent())))
        lines << tr("From here on this is not the run that was recorded");
    return lines.join(u'\n');
}

}
