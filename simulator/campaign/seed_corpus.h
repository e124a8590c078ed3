#pragma once

#include "simulator/campaign/sweep.h"
#include "simulator/scenario/problem.h"

#include <tl/expected.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Seeds that have failed once and are run first from then on (`NAME.seeds` beside a scenario).

namespace daruma {

struct CorpusSeed {
    std::uint64_t seed = 0;
    std::string comment;  ///< what stands behind the `#`, without the blanks around it
};

/// One seed a line, with a comment behind `#` where there is one; empty lines and lines of comment alone are
/// skipped, and a seed that stands there twice counts once. Otherwise all lines that are wrong.
tl::expected<std::vector<CorpusSeed>, std::vector<Problem>> readCorpus(std::string_view text);

/// The text with a line for each of `added` behind it; what stood there stays as it is.
std::string corpusWith(std::string text, const std::vector<CorpusSeed> &added);

/// The names of what failed in a run, without when: a comment that stays true. Empty where nothing did.
std::string failureNames(const Model &model, const RunResult &result);

/// Runs each seed in every cell, on so many threads: result[i][j] is of seeds[i] in cells[j]. Nothing where
/// `goesOn`, which any thread asks before each run, said no.
std::optional<std::vector<std::vector<RunResult>>> runSeeds(const std::vector<std::unique_ptr<Cell>> &cells,
                                                            const std::vector<std::uint64_t> &seeds,
                                                            unsigned jobs,
                                                            const std::function<bool()> &goesOn);

}
