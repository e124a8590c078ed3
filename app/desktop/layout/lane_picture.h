#pragma once

#include "app/desktop/layout/lane_index.h"
#include "app/desktop/layout/view_window.h"

#include <array>
#include <cstdint>
#include <vector>

namespace daruma {

/// A stretch in pixels.
struct BarPiece {
    int from = 0;
    int until = 0;  ///< behind its last pixel; more than `from`
    const Stretch *stretch = nullptr;
};

/// How a pixel column of a lane is divided between the states: 255 is all of it, the rest nothing.
using ColumnShares = std::array<std::uint8_t, barStateCount>;

/// Marks that share a place: the most important of them, which kinds there are, and how many.
struct MarkPiece {
    int x = 0;
    MarkKind kind = MarkKind::Restart;
    MarkKinds kinds;
    std::uint32_t count = 0;
    EventId event;  ///< of the most important one, the first of these
};

/// What the part of a lane that a window shows looks like. Where there is room each stretch is a bar; where
/// there is not, each pixel shows the share of time of the states: no state can hide the others, and a rare
/// one does not look like the rule. Marks have a strip of their own and never vanish.
struct LanePicture {
    std::vector<BarPiece> bars;
    std::vector<ColumnShares> columns;  ///< one for each pixel where there are no bars
    std::vector<MarkPiece> marks;

    bool isDense() const { return !columns.empty(); }
};

/// Columns of a window, from its left edge; `until` is behind the last. They may lie outside.
struct ColumnRange {
    int from = 0;
    int until = 0;
};
inline ColumnRange allColumns(const ViewWindow &window)
{
    return {0, window.width()};
}

using Lanes = std::vector<const Lane *>;

/// Whether bars would be too narrow.
bool isDense(const Lane &lane, const ViewWindow &window, Axis axis);

std::vector<BarPiece> barsOf(const Lane &lane, const ViewWindow &window, Axis axis);

/// Those stretches that hang, where they can be seen, whatever there is room for else.
std::vector<BarPiece> hungOf(const Lane &lane, const ViewWindow &window, Axis axis);

/// The share of time of all lanes together, one for each column, as a collapsed supervisor shows its
/// children. They depend on the column alone, not on where the window begins.
std::vector<ColumnShares> sharesOf(const Lanes &lanes, const ViewWindow &window, Axis axis,
                                   ColumnRange columns);

/// How near marks may stand to each other, in pixels.
inline constexpr int leastMarkDistance = 7;

/// Those marks that stand in the columns. A place of `distance` columns has one mark. It stands where its
/// event is, or in the middle of its place where it has neighbours. So marks, too, depend on the columns
/// around them alone.
std::vector<MarkPiece> marksOf(const Lanes &lanes, const ViewWindow &window, Axis axis, ColumnRange columns,
                               int distance = leastMarkDistance);

/// All that the window shows of a lane.
LanePicture pictureOf(const Lane &lane, const ViewWindow &window, Axis axis);

}
