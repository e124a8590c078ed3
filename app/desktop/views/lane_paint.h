#pragma once

#include "app/desktop/layout/lane_picture.h"

#include <QList>
#include <QRect>

class QPainter;

namespace daruma {

/// What is to be painted of one lane, or of several together.
struct LaneShown {
    Lanes lanes;
    const ViewWindow &window;
    Axis axis = Axis::Time;
    bool isDense = false;  ///< as shares of time; always where there are several
};

/// Bars, or shares of time of these columns, with what hangs.
void paintBody(QPainter &painter, const LaneShown &lane, ColumnRange columns, const QRect &body);

/// Each column divided between the states; what is usual at the bottom, so that a glance sees how much is
/// missing above it.
void paintShares(QPainter &painter, const QPoint &at, const std::vector<ColumnShares> &columns, int height);

/// The marks of an axis over the window. A label that is not whole, or that something of more weight stands
/// upon, is not shown.
void paintTicks(QPainter &painter, const QRect &axis, const std::vector<Tick> &ticks,
                const ViewWindow &window, const QList<QRect> &taken = {});

/// In the stripes and dots of its state, where colour alone would have to tell it.
void paintHatch(QPainter &painter, const QRect &bar, BarState state);

/// Bars of a lane with its incarnations.
void paintBars(QPainter &painter, const std::vector<BarPiece> &bars, const QRect &body);

/// In two rows: restarts below all others, as most of them share their place with the end that they follow.
void paintMarks(QPainter &painter, const std::vector<MarkPiece> &marks, const QRect &strip);

/// The middles of the two rows, from the top of the strip, in pixels.
inline constexpr int marksMiddle = 4;
inline constexpr int restartsMiddle = 12;
inline constexpr int restartsTop = 9;

/// In the crossed lines of what hangs.
void paintHung(QPainter &painter, const QRect &bar);

/// How far from its place a mark may still be seen, in pixels.
inline constexpr int markReach = 8;

}
