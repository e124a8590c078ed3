#pragma once

/// Lengths of the timeline, in pixels of the screen that are one point large.
namespace daruma::metrics {

inline constexpr int labels = 190;
inline constexpr int minimap = 26;
inline constexpr int axis = 24;
inline constexpr int legend = 22;
inline constexpr int leastLane = 28;
inline constexpr int mostLane = 44;   ///< where few lanes have much room
inline constexpr int markStrip = 11;  ///< of a lane, at its top
inline constexpr int indent = 14;     ///< for each level of the tree
inline constexpr int scrollBar = 14;
inline constexpr int leastDrag = 4;  ///< a shorter one is a click

}
