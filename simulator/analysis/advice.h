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

    /// `--set` takes it.
    std::string setting() const { return table + "." + key + "=" + value; }
};

/// What would have helped a root that gave up: the smallest `max_restarts` of a supervisor on the chain, and
/// the smallest usual `backoff` of the child that wore it out. Empty where the root did not give up, where
/// nothing of the kind helps, and where the run is too long to be tried again some twenty times.
std::vector<Advice> adviceFor(const Model &model, const Recording &run);

}
