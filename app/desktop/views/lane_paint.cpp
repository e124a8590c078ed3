#include "app/desktop/views/lane_paint.h"

#include "app/desktop/models/text.h"
#include "app/desktop/theme.h"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>
#include <array>

namespace daruma {

namespace {

/// From the bottom up.
constexpr std::array stackOrder{BarState::Running, BarState::Starting, BarState::Stopping, BarState::Backoff,
                                BarState::Down};

/// Lower bars have no room for letters.
constexpr int leastLabelled = 14;

void paintHungLabel(QPainter &painter, const QRect &bar, const Stretch &stretch)
{
    const QString text = QCoreApplication::translate("Lanes", "#%1 hangs").arg(stretch.incarnation);
    const QRect label(bar.left() + 4, bar.top(), painter.fontMetrics().horizontalAdvance(text) + 6,
                      bar.height());
    if (label.right() > bar.right() || bar.height() < leastLabelled)
        return;
    painter.fillRect(label, colors().of(stretch.state));
    painter.setPen(textOn(colors().of(stretch.state)));
    painter.drawText(label, Qt::AlignCenter, text);
}

}

namespace {

QImage imageOf(const std::vector<ColumnShares> &columns, int height)
{
    QImage image(int(columns.size()), height, QImage::Format_RGB32);
    std::array<QRgb, barStateCount> paints{};
    for (const BarState state : stackOrder)
        paints[std::size_t(state)] = colors().of(state).rgb();
    image.fill(colors().canvas);
    auto *pixels = reinterpret_cast<QRgb *>(image.bits());
    const auto line = image.bytesPerLine() / qsizetype(sizeof(QRgb));
    for (int x = 0; x < image.width(); ++x) {
        int y = height;
        int total = 0;
        for (const BarState state : stackOrder) {
            total += columns[std::size_t(x)][std::size_t(state)];
            const int top = std::max(height - (total * height + 127) / 255, 0);
            while (y > top)
                pixels[--y * line + x] = paints[std::size_t(state)];
        }
    }
    return image;
}

/// The same as one rectangle for each run of columns that are alike.
void drawShares(QPainter &painter, const QPoint &at, const std::vector<ColumnShares> &columns, int height)
{
    for (std::size_t begin = 0, end = 0; begin < columns.size(); begin = end) {
        while (end < columns.size() && columns[end] == columns[begin])
            ++end;
        double bottom = at.y() + height;
        for (const BarState state : stackOrder) {
            const double high = columns[begin][std::size_t(state)] * height / 255.0;
            painter.fillRect(QRectF(at.x() + double(begin), bottom - high, double(end - begin), high),
                             colors().of(state));
            bottom -= high;
        }
    }
}

/// Diagonal lines within the bar; `way` is 1 downwards, -1 upwards.
void drawDiagonals(QPainter &painter, const QRect &bar, const QColor &color, int way)
{
    constexpr int step = 6;
    painter.setPen(QPen(color, 1));
    const QRectF room(bar);
    for (int x = bar.left() - bar.height(); x < bar.left() + bar.width(); x += step) {
        const double from = std::max<double>(x, room.left());
        const double until = std::min(x + room.height(), room.right());
        const auto y = [&](double at) { return way > 0 ? room.top() + at - x : room.bottom() - at + x; };
        painter.drawLine(QPointF(from, y(from)), QPointF(until, y(until)));
    }
}

void drawDots(QPainter &painter, const QRect &bar, const QColor &color)
{
    constexpr int step = 4;
    for (int y = bar.top() + 1; y < bar.bottom(); y += step)
        for (int x = bar.left() + 1; x < bar.right(); x += step)
            painter.fillRect(QRect(x, y, 1, 1), color);
}

void paintPattern(QPainter &painter, const QRect &bar, int alpha, Qt::BrushStyle pattern)
{
    QColor line = colors().text;
    line.setAlpha(alpha);
    if (hasPixels(painter))
        return painter.fillRect(bar, QBrush(line, pattern));
    if (pattern == Qt::Dense6Pattern)
        return drawDots(painter, bar, line);
    drawDiagonals(painter, bar, line, -1);
    if (pattern == Qt::DiagCrossPattern)
        drawDiagonals(painter, bar, line, 1);
}

}

void paintShares(QPainter &painter, const QPoint &at, const std::vector<ColumnShares> &columns, int height)
{
    if (hasPixels(painter))
        painter.drawImage(at, imageOf(columns, height));
    else
        drawShares(painter, at, columns, height);
}

void paintHatch(QPainter &painter, const QRect &bar, BarState state)
{
    if (state == BarState::Backoff || state == BarState::Stopping)
        paintPattern(painter, bar, 70, state == BarState::Backoff ? Qt::BDiagPattern : Qt::Dense6Pattern);
}

void paintHung(QPainter &painter, const QRect &bar)
{
    paintPattern(painter, bar, 130, Qt::DiagCrossPattern);
}

void paintBars(QPainter &painter, const std::vector<BarPiece> &bars, const QRect &body)
{
    for (const BarPiece &bar : bars) {
        const BarState state = bar.stretch->state;
        QRect place(body.left() + bar.from, body.top(), bar.until - bar.from, body.height());
        // What is down is not there: a line where the bar would be.
        if (state == BarState::Down)
            place = QRect(place.left(), body.bottom() - 2, place.width(), 3);
        painter.fillRect(place, colors().of(state));
        paintHatch(painter, place, state);
        if (bar.stretch->isHung) {
            paintHung(painter, place);
            paintHungLabel(painter, place, *bar.stretch);
            continue;
        }
        // One life ends where the next begins, even in the same instant.
        if (state != BarState::Down && bar.from > 0 && place.width() > 3)
            painter.fillRect(QRect(place.left(), place.top(), 1, place.height()), colors().canvas);
        if (state == BarState::Running && place.width() > 34 && place.height() >= leastLabelled) {
            painter.setPen(textOn(colors().of(state)));
            painter.drawText(place.adjusted(5, 0, -2, 0), Qt::AlignLeft | Qt::AlignVCenter,
                             QStringLiteral("#%1").arg(bar.stretch->incarnation));
        }
    }
}

void paintBody(QPainter &painter, const LaneShown &lane, ColumnRange columns, const QRect &body)
{
    if (!lane.isDense)
        return paintBars(painter, barsOf(*lane.lanes.front(), lane.window, lane.axis), body);
    paintShares(painter, body.topLeft() + QPoint(columns.from, 0),
                sharesOf(lane.lanes, lane.window, lane.axis, columns), body.height());
    if (lane.lanes.size() > 1)
        return;
    for (const BarPiece &bar : hungOf(*lane.lanes.front(), lane.window, lane.axis))
        paintHung(painter, QRect(body.left() + bar.from, body.top(), bar.until - bar.from, body.height()));
}

void paintTicks(QPainter &painter, const QRect &axis, const std::vector<Tick> &ticks,
                const ViewWindow &window, const QList<QRect> &taken)
{
    const QFontMetrics metrics = painter.fontMetrics();
    for (const Tick &tick : ticks) {
        const int x = axis.left() + window.columnAt(tick.at);
        if (x > axis.right())
            continue;
        painter.setPen(colors().line);
        painter.drawLine(x, axis.bottom() - 5, x, axis.bottom());
        const QString text = qt(tick.label);
        const QRect label(x + 4, axis.top(), metrics.horizontalAdvance(text) + 1, axis.height());
        const bool isFree = std::none_of(taken.begin(), taken.end(), [&](const QRect &sign) {
            return label.adjusted(-4, 0, 4, 0).intersects(sign);
        });
        painter.setPen(colors().faint);
        if (isFree && label.right() <= axis.right())
            painter.drawText(label, Qt::AlignLeft | Qt::AlignVCenter, text);
    }
}

void paintMarks(QPainter &painter, const std::vector<MarkPiece> &marks, const QRect &strip)
{
    for (const MarkPiece &mark : marks) {
        const double x = strip.left() + mark.x + 0.5;
        if (mark.kind != MarkKind::Restart)
            paintMark(painter, mark.kind, QPointF(x, strip.top() + marksMiddle + 0.5),
                      mark.count > 9 ? 10 : 8);
        if (mark.kinds.has(MarkKind::Restart))
            paintMark(painter, MarkKind::Restart, QPointF(x, strip.top() + restartsMiddle + 0.5), 9);
    }
}

}
