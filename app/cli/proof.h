#pragma once

#include "app/cli/output.h"
#include "simulator/analysis/causes.h"
#include "simulator/analysis/explain.h"

#include <string>

namespace daruma {

/// What the proof of a failure shows, for people: the causes, the windows that were full, the point of no
/// return. `budget` is what was allowed.
std::string proofText(const Output &out, const Model &model, const Recording &run, const Explainer &explainer,
                      const CauseProof &proof, std::uint64_t budget);

/// The same as an object of JSON.
std::string proofJson(const Model &model, const Recording &run, const Explainer &explainer,
                      const CauseProof &proof);

}
