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

/// Marks that share a place: the most important of them, and how many there are.
struct MarkPiece {
    int x = 0;
    MarkKind kind = MarkKind::Restart;
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

/// `markWidth`: marks nearer to each other than this many pixels are joined.
LanePicture pictureOf(const Lane &lane, const ViewWindow &window, Axis axis, int markWidth = 7);

/// The marks of several lanes together.
std::vector<MarkPiece> marksOf(const std::vector<const Lane *> &lanes, const ViewWindow &window, Axis axis,
                               int markWidth = 7);

/// The same for several lanes together, as a collapsed supervisor shows its children: the share of time of
/// all of them.
LanePicture pictureOf(const std::vector<const Lane *> &lanes, const ViewWindow &window, Axis axis,
                      int markWidth = 7);

}
