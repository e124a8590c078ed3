#pragma once

#include "simulator/campaign/sweep.h"
#include "simulator/campaign/target.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Looks for the smallest setting that meets targets.
///
/// A setting takes one value of each axis; values that come earlier are smaller. Of two settings the one with
/// the smaller sum of ranks is smaller, and of equal sums the one that has the smaller rank on the first axis
/// on which they differ.

namespace daruma {

/// Number of a setting: the last axis is the fastest, as in `combinations`.
using SettingId = std::size_t;

/// The faults that `when` names, each once and in order, behind an empty one for targets without `when`,
/// where there are such. Targets of one of these groups are judged by the same runs.
std::vector<std::string> faultGroups(const std::vector<Target> &targets);

enum class TuneStep : std::uint8_t {
    Searching,          ///< for settings that meet all targets
    SearchingReaching,  ///< as none does, for some that reach them in these runs
    Checking,           ///< what was found, with the fresh seeds
    SearchingNearest,   ///< as there are none of these either
};

struct TuneProgress {
    std::uint64_t runs = 0;
    std::chrono::nanoseconds elapsed{0};
    TuneStep step = TuneStep::Searching;
    std::uint64_t settled = 0;   ///< settings that this step is done with
    std::uint64_t settings = 0;  ///< that it looks at
};

struct TunePlan {
    std::vector<std::size_t> axes;  ///< how many values each has, at least one
    std::vector<Target> targets;    ///< at least one
    SeedRange seeds;                ///< of the search; every setting meets the same ones
    SeedRange freshSeeds;           ///< of the check
    unsigned jobs = 1;
    /// The scenario under a setting, with the faults of one of faultGroups(targets). Called by the thread
    /// that tunes, seldom twice for the same.
    std::function<std::shared_ptr<const Scenario>(SettingId setting, std::size_t group)> load;
    /// Called some times a second; returns whether to go on. May be empty.
    std::function<bool(const TuneProgress &)> watcher;
    /// For tests: nothing is left out that cannot change the answer.
    bool isExhaustive = false;
};

/// A setting and what the targets say of it, in their order.
struct SettingFigures {
    SettingId setting = 0;
    std::vector<TargetFigure> figures;

    /// The worst of all targets.
    Verdict verdict(const std::vector<Target> &targets) const;
};

struct TuneResult {
    /// Then `best` is what was found so far, which nothing checked; where there is none, `nearest` is the one
    /// that came nearest so far, of those that were run longest.
    bool isInterrupted = false;
    /// The smallest setting that meets all targets; where none is known to, the smallest that reached them in
    /// these runs (its verdict is Open then), if any.
    std::optional<SettingFigures> best;
    /// The same for all others that are smallest in their way: of no two settings is one at most as large on
    /// every axis. In their order.
    std::vector<SettingFigures> alsoSmallest;
    /// What the targets say of the best with the fresh seeds.
    std::optional<SettingFigures> check;

    /// Where there is no best: the settings of which no other is as good for every target and better for one,
    /// by the first of the seeds; of equal ones the smallest.
    std::vector<SettingFigures> front;
    /// The one that misses the fewest targets, and then by least, with all seeds: of those that did so with
    /// the first of the seeds, `finalists` of them.
    std::optional<SettingFigures> nearest;
    std::uint64_t nearestSeeds = 0;  ///< that it was run with
    std::uint64_t finalists = 0;
    std::uint64_t frontSeeds = 0;

    std::uint64_t settings = 0;
    std::uint64_t judged = 0;   ///< settings that all seeds were spent on
    std::uint64_t settled = 0;  ///< settings that the search was done with, for whatever reason
    std::uint64_t runs = 0;
};

/// What is left out cannot change the answer: settings that are on every axis at least as large as one that
/// is good, and seeds of a setting that can meet some target no more, however well the rest would go.
TuneResult tune(const TunePlan &plan);

}
