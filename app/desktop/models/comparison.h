#pragma once

#include "app/desktop/models/run.h"
#include "simulator/analysis/diff.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace daruma {

/// A place of either run; invalid where that run has none of this path.
struct PlacePair {
    std::string path;
    int depth = 0;
    NodeId before;
    NodeId now;
};

/// What two runs have in common and where they part. Made once, never changed.
struct Comparison {
    RunPtr before;
    RunPtr now;
    /// What they are called: `run 12` of a database, else `before` and `now`.
    std::string beforeName;
    std::string nowName;
    /// The number of the first event that differs; nothing where the runs are the same.
    std::optional<std::uint64_t> first;
    /// When that is; of two events the earlier one.
    std::int64_t partsAt = 0;
    /// When they begin to do different things, limits, causes and the order within a moment apart; nothing
    /// where they never do.
    std::optional<std::int64_t> divergesAt;
    /// Where they part, and what each of them does there.
    std::string sentence;
    std::vector<PlacePair> places;
    /// How often things happened from there on, where that is not the same.
    std::vector<CountDifference> counts;

    /// Looks at all events of both: not for the thread of the windows.
    static std::shared_ptr<const Comparison> make(RunPtr before, RunPtr now);
};

using ComparisonPtr = std::shared_ptr<const Comparison>;

/// The places of both in the order of the tree of `now`; what only `before` has stands behind its siblings.
std::vector<PlacePair> placesOf(const Run &before, const Run &now);

}
