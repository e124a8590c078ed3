#pragma once

#include "simulator/analysis/shrink_trials.h"

namespace daruma {

/// The single kinds of steps. Each tries all its places and says whether one of them was accepted.

/// Faults, commands and expectations, several at once and each alone.
bool dropListed(ShrinkTrials &trials);
/// Nodes with everything below them, supervisors whose children their parent takes, and `count`.
bool dropNodes(ShrinkTrials &trials);
/// Of small trees with few faults: the fewest faults, then the fewest nodes, of all combinations. Does
/// nothing where there are too many.
bool takeFewest(ShrinkTrials &trials);
/// Keys of behaviours and faults that are not needed; keys of policies where nothing at all changes.
bool dropKeys(ShrinkTrials &trials);
/// Distributions become constants, lists by incarnation shorter, chances certain.
bool simplifyValues(ShrinkTrials &trials);
/// Everything at once earlier, then each time earlier and rounder.
bool roundTimes(ShrinkTrials &trials);
bool shortenHorizon(ShrinkTrials &trials);

/// Moves strikes away from moments in which something else happens by itself, which comes after them only by
/// the order of ties. The faults, by their places, that cannot be moved.
std::vector<std::size_t> avoidTies(ShrinkTrials &trials);

/// `1.1s`, where `toText` says `1s100ms`.
std::string writtenText(Duration duration);

}
