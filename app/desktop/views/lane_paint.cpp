#include "app/desktop/views/lane_paint.h"

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

void paintHungLabel(QPainter &painter, const QRect &bar, const Stretch &stretch)
{
    const QString text = QCoreApplication::translate("Lanes", "#%1 hangs").arg(stretch.incarnation);
    const QRect label(bar.left() + 4, bar.top(), painter.fontMetrics().horizontalAdvance(text) + 6,
                      bar.height());
    if (label.right() > bar.right())
        return;
    painter.fillRect(label, colors().of(stretch.state));
    painter.setPen(Qt::white);
    painter.drawText(label, Qt::AlignCenter, text);
}

}

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

void paintHatch(QPainter &painter, const QRect &bar, BarState state)
{
    if (state != BarState::Backoff && state != BarState::Stopping)
        return;
    QColor line = colors().text;
    line.setAlpha(70);
    painter.fillRect(bar, QBrush(line, state == BarState::Backoff ? Qt::BDiagPattern : Qt::Dense6Pattern));
}

void paintHung(QPainter &painter, const QRect &bar)
{
    QColor line = colors().text;
    line.setAlpha(130);
    painter.fillRect(bar, QBrush(line, Qt::DiagCrossPattern));
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
        if (state == BarState::Running && place.width() > 34) {
            painter.setPen(Qt::white);
            painter.drawText(place.adjusted(5, 0, -2, 0), Qt::AlignLeft | Qt::AlignVCenter,
                             QStringLiteral("#%1").arg(bar.stretch->incarnation));
        }
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
