#pragma once

#include "simulator/analysis/causes.h"
#include "simulator/analysis/wording.h"

#include <string>
#include <vector>

namespace daruma {

/// `conn ended by itself (panic) at 14 s, after it had run for 4 s`.
std::string causeClause(const Model &model, const Recording &run, const Wording &wording,
                        const OccurredCause &cause);

/// One clause each; where they are many, what repeats at one place stands in one.
std::vector<std::string> causeClauses(const Model &model, const Recording &run, const Wording &wording,
                                      const std::vector<OccurredCause> &causes);

/// `the expectation "up" fails`, `app ends as db_sup and app give up`: what it means to fail in the same way.
std::string failureClause(const Recording &run, const RunFailure &failure);

}
