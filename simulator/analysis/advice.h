#pragma once

#include "simulator/analysis/explain.h"

#include <string>
#include <vector>

namespace daruma {

/// A change of one setting with which the root survives the same faults: found by running the scenario again
/// with it and the same seed, so it is a fact about this run, not an estimate.
struct Advice {
    std::string table;   ///< `supervisor.db_sup`
    std::string key;     ///< `max_restarts`
    std::string value;   ///< as the scenario file has it
    std::string before;  ///< empty where nothing was set
    /// What became of the root and of the expectations with it: `app survives, and all expectations are met`.
    std::string checked;
    /// Where the systems of this dialect have no such thing; empty otherwise.
    std::string caveat;

    /// `--set` takes it.
    std::string setting() const { return table + "." + key + "=" + value; }
};

/// What stands above a list of advice: what it was checked against.
std::string adviceIntroduction();

/// Advice with which the same became of root and expectations, and the sentence that says what.
struct AdviceGroup {
    std::vector<Advice> advice;
    std::string sentence;
};
std::vector<AdviceGroup> inGroups(const std::vector<Advice> &advice);

/// What would have helped a root that gave up: the smallest `max_restarts` of a supervisor on the chain, and
/// the smallest usual `backoff` of the child that wore it out. Empty where the root did not give up, where
/// nothing of the kind helps, and where the run is too long to be tried again some twenty times.
std::vector<Advice> adviceFor(const Model &model, const Recording &run);

/// Why there is none, in a sentence; empty where nothing went wrong. REQUIRES: `adviceFor` found none.
std::string whyNoAdvice(const Model &model, const Recording &run);

}
