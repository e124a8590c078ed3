#pragma once

#include "simulator/scenario/problem.h"
#include "simulator/scenario/scenario.h"

#include <tl/expected.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace daruma {

/// A key and the values that it is to take, in order; one where it is not varied.
struct GridAxis {
    std::string key;
    std::vector<std::string> values;

    bool isVaried() const { return values.size() > 1; }
};

/// Reads what stands behind `--set` of a campaign: `KEY=1..10` (whole numbers), `KEY=1..10..3` (in steps),
/// `KEY=5s,30s`, or both mixed. Commas and dots in quotes and brackets belong to the value. Otherwise it says
/// what is wrong.
tl::expected<GridAxis, std::string> parseAxis(std::string_view setting);

/// One cell for each combination of values, the last axis fastest: `KEY=VALUE` of every axis, in order.
std::vector<std::vector<std::string>> combinations(const std::vector<GridAxis> &axes);
/// How many these are; the largest number where that is no number.
std::size_t countCombinations(const std::vector<GridAxis> &axes);

}
