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

/// Whether both rest on the same causes, in the same way.
bool isSameProof(const CauseProof &a, const CauseProof &b);
/// What is to be told of a proof that is the same as `other`.
std::string sameProofText(const Output &out, const Recording &run, const CauseProof &proof,
                          const CauseProof &other);

/// The same as `proofText`, as an object of JSON.
std::string proofJson(const Model &model, const Recording &run, const Explainer &explainer,
                      const CauseProof &proof);

}
