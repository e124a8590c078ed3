#pragma once

#include "engine/time.h"
#include "simulator/campaign/interval.h"
#include "simulator/campaign/statistics.h"
#include "simulator/kernel/model.h"

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace daruma {

enum class TargetKind : std::uint8_t {
    Survives,   ///< the share of the runs that the node survives
    Available,  ///< the share of the time in which it runs
    GivesUp,    ///< the share of the runs in which it gives up in time
};

/// What a setting is to reach: `survives NODE >= SHARE`, `available NODE >= SHARE` or `gives_up NODE within
/// DURATION [>= SHARE]`, each with `when fault "NAME"` behind it or not.
struct Target {
    TargetKind kind = TargetKind::Survives;
    std::string text;   ///< as it was written
    std::string node;   ///< a table's name, a path or a glob of paths; all that it names have to reach it
    double share = 1;   ///< 1: in every run that is made
    Duration within;    ///< from the first time that the fault strikes, or from the beginning of the run
    std::string fault;  ///< the only one that is on; empty: all are but those that some target names here

    bool asksForAll() const { return share >= 1; }
};

/// Otherwise it says what is wrong.
tl::expected<Target, std::string> parseTarget(std::string_view text);

/// The places of the model that the target names; empty where there are none.
std::vector<NodeId> nodesOf(const Target &target, const Model &model);

/// How far a target is reached.
struct TargetFigure {
    double value = 0;
    Interval interval{0, 1};
    std::uint64_t runs = 0;  ///< that could be judged
};

enum class Verdict : std::uint8_t {
    Missed,
    Open,  ///< reached in these runs, but the interval reaches below the target: the seeds are too few
    Met,   ///< the whole interval lies above the target
};

Verdict verdictOf(const Target &target, const TargetFigure &figure);

/// So many runs are needed at least until an interval can lie above the share, if all of them are good ones.
std::uint64_t leastRunsFor(const Target &target);
/// About so many are needed where the figure stays what it is; 0 where no number is enough.
std::uint64_t runsToTell(const Target &target, const TargetFigure &figure);

}
