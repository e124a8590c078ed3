#pragma once

#include <cmath>

/// Lengths of the timeline and of lanes elsewhere, in pixels of the screen that are one point large.
namespace daruma::metrics {

inline constexpr int labels = 190;
inline constexpr int minimap = 26;
inline constexpr int axis = 24;
inline constexpr int legendLine = 18;
inline constexpr int leastLane = 32;
inline constexpr int mostLane = 46;   ///< where few lanes have much room
inline constexpr int markStrip = 15;  ///< of a lane, at its top
inline constexpr int indent = 14;     ///< for each level of the tree
inline constexpr int scrollBar = 14;
inline constexpr int leastDrag = 4;  ///< a shorter one is a click
inline constexpr int near = 5;       ///< what is no further away from the mouse is meant

/// How fast lanes come nearer and move, wherever they are.
inline constexpr double zoomOfKey = 1.5;
inline double zoomOfWheel(int turned)
{
    return std::pow(1.0015, turned);
}
inline double panOfWheel(int turned)
{
    return -turned / 2.0;
}

}
