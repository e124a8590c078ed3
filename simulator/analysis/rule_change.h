#pragma once

#include "simulator/analysis/divergence.h"
#include "simulator/kernel/model.h"
#include "simulator/kernel/simulation.h"

#include <cstdint>
#include <string>
#include <vector>

/// Which of the rules that two dialects do not share set two runs of one scenario apart.

namespace daruma {

/// A rule on which the models of one scenario under two dialects differ.
struct RuleChange {
    std::string name;   ///< an axis as `daruma dialects` shows it (`window_end`), `shape`, or a default
    std::string left;   ///< the choice, as a dialect file spells it
    std::string right;  ///< of the first supervisor or child on which they differ
};

/// What parts two runs where they diverge.
struct PartingRules {
    std::vector<RuleChange> rules;
    /// The left run was made again with these rules of the right one and no others: it diverges in the same
    /// moment, in the same way, and with any of them left out it does not. Otherwise `rules` are all that
    /// differ.
    bool isProven = false;
};

/// Whether the run `trial` leaves `left` where `right` does, and as it does. `divergence`: of left and right.
bool divergesAlike(const RunView &left, const RunView &right, const RunView &trial,
                   const Divergence &divergence);

/// All rules on which they differ: first what `[rules]` of a dialect says, then what it defaults to.
/// REQUIRES: both are of the same scenario text and settings.
std::vector<RuleChange> ruleChanges(const Model &left, const Model &right);

/// The fewest of these, as far as leaving them out one by one finds them, with which the left model leaves
/// its run as the right one does. Makes as many runs as there are changes, twice at most; of a long run, up
/// to where the runs part.
PartingRules rulesThatPart(const Model &left, const Recording &leftRun, const Model &right,
                           const Recording &rightRun, const Divergence &divergence);

}
