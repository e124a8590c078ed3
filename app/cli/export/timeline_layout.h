#pragma once

#include "app/cli/export/time_axis.h"
#include "simulator/analysis/lanes.h"
#include "simulator/kernel/simulation.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace daruma {

/// A stretch of one incarnation in one state. Where `folded` is more than 1, it stands for that many which
/// have no room of their own, and `state` is the one that took most of the time.
struct TimelineBar {
    std::int64_t from = 0;  ///< ns
    std::int64_t until = 0;
    BarState state = BarState::Down;
    std::uint32_t incarnation = 0;
    std::uint32_t folded = 1;
};

struct TimelineMark {
    std::int64_t at = 0;
    MarkKind kind = MarkKind::Crash;
    std::string text;
    std::uint32_t count = 1;  ///< marks of the same kind that share the place
};

struct TimelineLane {
    NodeId node = {};  ///< invalid for the summary of lanes that were left out
    std::uint32_t depth = 0;
    std::string label;
    bool isSupervisor = false;
    std::uint32_t starts = 0;  ///< attempts
    /// In which state it is when the run ends, where it was ever started.
    std::optional<BarState> lastState;
    std::vector<TimelineBar> bars;
    std::vector<TimelineMark> marks;
};

/// Two places that belong to the chain of causes of how the run ended.
struct TimelineLink {
    std::size_t fromLane = 0;
    std::int64_t from = 0;
    std::size_t toLane = 0;
    std::int64_t to = 0;
};

/// What a picture of a run shows, before it has a size.
struct Timeline {
    std::int64_t until = 0;
    std::vector<TimelineLane> lanes;  ///< in the order of the tree
    std::vector<TimelineLink> links;
    std::size_t hiddenNodes = 0;  ///< without a lane of their own
};

/// At most about `mostLanes` lanes: of supervisors first, then of those to which most happened; one lane for
/// each parent sums up the children that were left out. Never less than the root and a summary.
Timeline timelineOf(const Model &model, const Recording &run, std::size_t mostLanes = 60);

/// Moves the end: what was so when the run ended stays so. REQUIRES: not before the end.
void extend(Timeline &timeline, std::int64_t until);

/// When something happens that is to be seen.
std::vector<std::int64_t> momentsOf(const Timeline &timeline);

/// How many bars and marks there are to be painted.
std::size_t shapesOf(const Timeline &timeline);

/// Folds what would be narrower than `leastWidth` pixels, and marks that would lie on each other at seven
/// times that width. How many bars were folded.
std::size_t foldToFit(Timeline &timeline, const TimeAxis &axis, double leastWidth);

}  // namespace daruma
