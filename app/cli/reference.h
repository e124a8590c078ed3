#pragma once

#include "app/cli/run_once.h"
#include "simulator/store/database.h"

#include <optional>
#include <string>
#include <vector>

namespace daruma {

/// A REF (CONTRACT section 5): a recorded run, a `.repro` file, a repro line, or, where nothing else fits, a
/// scenario with its own seed.
struct Reference {
    std::string text;  ///< as the user wrote it, for messages
    ScenarioSource source;
    LoadedScenario loaded;
    /// What is known of the run that it refers to. Empty or nothing: not known.
    std::string fingerprint;  ///< at least its beginning
    std::optional<std::uint32_t> rules;
    std::optional<StoredEvents> events;
};

/// Throws a Failure where it cannot be found or read. Events are read from a database only where wanted.
/// `seed` is for a scenario alone: whatever was run has its own.
Reference openReference(const std::string &text, bool wantsEvents = false,
                        std::optional<std::uint64_t> seed = std::nullopt);

/// A sentence for each dialect file of the run that differs on the disk from the text that was kept, or is
/// gone.
std::vector<std::string> changedDialects(const Reference &reference);

/// The run of the reference as one file that holds its scenario too: `# daruma repro 1`, what belongs to the
/// run in comments, the files of its dialects among it, and behind `# ---` the scenario's text as it is.
std::string reproFile(const ScenarioSource &source, const LoadedScenario &loaded, const RunResult &result);

}
