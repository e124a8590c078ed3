#pragma once

#include "simulator/kernel/model.h"
#include "simulator/scenario/dialect_text.h"
#include "simulator/store/database.h"

#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// What of a command line changes a run and is neither its seed, its dialect nor an override.
struct RunOptions {
    Limits limits;
    std::string plant;  ///< a rule that is broken on purpose; empty: none
};

/// As they stand in a database and in `.repro` files, in front of whatever else identifies a campaign.
RunOptions readRunOptions(std::string_view options);
/// Those that differ from what is usual; empty: none.
std::string toText(const RunOptions &options);

/// All that makes a run that was kept the same again, and what it was then.
struct RunRecipe {
    std::string scenario;  ///< the scenario's name, or the path that it was read from
    std::string text;
    std::vector<std::string> overrides;  ///< KEY=VALUE each
    std::string dialect;
    std::vector<DialectText> dialectFiles;
    std::optional<std::uint64_t> seed;
    RunOptions options;
    std::string fingerprint;  ///< of the run; empty: not known
    std::optional<std::uint32_t> rules;
    bool hasEvents = false;  ///< they can be read from the database
};

/// Of a run of the database.
StoreResult<RunRecipe> recipeOf(Database &database, std::int64_t run);

/// Whether the file begins as `.repro` files do.
bool isRepro(std::string_view text);

/// Why a `.repro` file cannot be read.
struct ReproProblem {
    std::string message;  ///< begins with the path
    std::string hint;
};

/// What stands in a `.repro` file: `# daruma repro 1`, what belongs to the run in comments, the files of its
/// dialects among it, and behind `# ---` the scenario's text as it is.
tl::expected<RunRecipe, ReproProblem> readRepro(const std::string &path, const std::string &text);

/// The lines of the head that keep a dialect's file.
std::string reproLinesOf(const DialectText &file);

inline constexpr std::string_view reproMark = "# daruma repro ";
inline constexpr std::string_view reproVersion = "1";
inline constexpr std::string_view reproEnd = "# ---\n";

}
