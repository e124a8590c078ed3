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
    std::string name;  ///< a path, `-`, or the name of a shipped scenario
    /// KEY=VALUE each. Paths of dialects, here and below, begin at the scenario's folder, as those in its
    /// text do.
    std::vector<std::string> overrides;
    std::optional<std::string> dialect;
    std::vector<DialectText> dialectFiles;  ///< what is read in the place of files of these names
    std::optional<std::uint64_t> seed;      ///< unset: the scenario's own
    Limits limits;
    /// Of a repro line: what the fingerprints of the scenario and of the run have to begin with, and the
    /// version of the rules. Empty: anything goes.
    std::string expectedScenario;
    std::string expectedRun;
    std::optional<std::uint32_t> expectedRules;
    /// A rule that is broken on purpose; empty: none.
    std::string plant;
};

/// Adds SCENARIO, --seed, --set, --dialect, the limits and what repro lines carry. On a command line paths of
/// dialects begin at the current folder; once it is read they are those of `ScenarioSource`.
void addScenarioOptions(CLI::App &app, ScenarioSource &source);

/// A scenario that was read, and what it was read from.
struct LoadedScenario {
    Scenario scenario;
    std::string file;  ///< as messages name it
    std::uint64_t seed = 0;
};

/// What stands in a file, in standard input or in a shipped scenario. Throws a Failure (Invalid) where there
/// is no such thing.
std::string scenarioText(const std::string &name);

/// Throws a Failure: Invalid with all problems of the file, or Diverged where the source expects another
/// scenario or other rules.
LoadedScenario loadScenario(const ScenarioSource &source);
/// The same for a text that is at hand already.
LoadedScenario loadScenario(const ScenarioSource &source, const std::string &text);

/// The first 16 hex digits of a scenario's fingerprint, as repro lines carry them.
std::string shortFingerprint(Fingerprint fingerprint);

/// The options of `source` that are neither seed, dialect nor overrides and differ from what is usual, as a
/// command line has them.
std::string otherOptions(const ScenarioSource &source);

/// The command that makes this run again and notices where it is another.
std::string reproLine(const ScenarioSource &source, const LoadedScenario &loaded, Fingerprint run);
/// The source that a repro line stands for. Throws a Failure where it is none.
ScenarioSource sourceOfReproLine(const std::string &line);

/// Throws a Failure (Diverged) where the source expects another run than this.
void checkExpectedRun(const ScenarioSource &source, Fingerprint run);

}
