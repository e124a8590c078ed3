#pragma once

#include "simulator/scenario/scenario.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace daruma {

/// What the user wrote to say what is to be run: SCENARIO and the options that change it.
struct ScenarioSource {
    std::string name;                          ///< a path, `-`, or the name of a shipped scenario
    std::vector<std::string> overrides;        ///< KEY=VALUE each
    std::optional<std::string> dialect;
    std::optional<std::uint64_t> seed;         ///< unset: the scenario's own
    Limits limits;
    /// Of a repro line: what the scenario's fingerprint has to begin with, and the version of the rules.
    std::string expectedScenario;
    std::optional<std::uint32_t> expectedRules;
};

/// Adds SCENARIO, --seed, --set, --dialect, the limits and what repro lines carry.
void addScenarioOptions(CLI::App &app, ScenarioSource &source);

/// A scenario that was read, and what it was read from.
struct LoadedScenario {
    Scenario scenario;
    std::string file;                          ///< as messages name it
    std::uint64_t seed = 0;
};

/// Throws a Failure: Invalid with all problems of the file, or Diverged where the source expects another
/// scenario or other rules.
LoadedScenario loadScenario(const ScenarioSource &source);
/// The same for a text that is at hand already.
LoadedScenario loadScenario(const ScenarioSource &source, const std::string &text);

/// The first 16 hex digits of a scenario's fingerprint, as repro lines carry them.
std::string shortFingerprint(Fingerprint fingerprint);

/// The command that makes this run again.
std::string reproLine(const ScenarioSource &source, const LoadedScenario &loaded);

}
