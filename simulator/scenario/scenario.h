#pragma once

#include "simulator/kernel/model.h"
#include "simulator/kernel/run_result.h"
#include "simulator/scenario/dialect_text.h"
#include "simulator/scenario/problem.h"

#include <tl/expected.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daruma {

struct LogBook;

/// Where a table of the file and its keys stand, for messages that speak of them later.
struct TablePlace {
    int line = 0;
    struct KeyPlace {
        std::string key;
        int line = 0;
    };
    std::vector<KeyPlace> keys;

    /// The line of the key, or of the table where the key is not given.
    int lineOf(std::string_view key) const;
};

/// A scenario file that has been read without errors.
struct Scenario {
    std::string file;
    std::string text;
    Model model;
    std::string about;
    std::string finding;
    /// Of the text alone, overrides apart.
    Fingerprint fingerprint;
    std::vector<Problem> warnings;
    std::vector<DialectText> dialectFiles;  ///< that it names, overrides included

    /// Parallel to the vectors of the model.
    std::vector<TablePlace> workerPlaces;
    std::vector<TablePlace> supervisorPlaces;
    std::vector<TablePlace> faultPlaces;
    std::vector<TablePlace> commandPlaces;
    std::vector<TablePlace> expectationPlaces;
    std::vector<std::shared_ptr<const LogBook>>
        supervisorLogs;  ///< what each writes; nothing where it does not
};

/// `--set KEY=VALUE`. A value is TOML where it reads as such (3, true, ["a"]), otherwise a text.
struct Override {
    std::string key;  ///< `supervisor.app.max_restarts`, `scenario.horizon`, `fault."db goes away".at`
    std::string value;
};

/// Takes `KEY=VALUE` apart at the first "=" that does not stand in quotes; nothing where there is none.
std::optional<Override> parseOverride(std::string_view setting);

/// `fault."db goes away".at`, quoted where that is needed.
std::string overrideKey(std::string_view kind, std::string_view name, std::string_view key);

struct ReadOptions {
    std::size_t maxTextBytes = std::size_t{1} << 20;
    Limits limits;
    std::vector<DialectText> dialectFiles;  ///< what is read in the place of files of these names
};

/// Reads a scenario (CONTRACT section 1), or tells everything that is wrong with it, in the order of the
/// file; of TOML's own syntax only the first breach. `fileName` names the scenario where its text does not.
tl::expected<Scenario, std::vector<Problem>> readScenario(std::string text, std::string fileName,
                                                          const std::vector<Override> &overrides = {},
                                                          std::string_view dialectOverride = {},
                                                          const ReadOptions &options = {});

}
