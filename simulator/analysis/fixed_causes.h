#pragma once

#include "simulator/kernel/cause.h"
#include "simulator/kernel/simulation.h"
#include "simulator/scenario/toml_tree.h"

#include <vector>

namespace daruma {

/// Which causes become fixed ones; the others stay as the document has them.
struct FixedKinds {
    bool lifetimes = true;
    bool starts = true;
};

/// The document with these causes of its run alone: strikes with a moment and a length instead of drawn ones,
/// ends of lifetimes as faults, `init_result` as lists. What nodes that the run itself made do stays drawn.
TomlValue withFixedCauses(const TomlValue &document, const Model &model, const Recording &run,
                          const std::vector<OccurredCause> &causes, FixedKinds kinds = {});

}
