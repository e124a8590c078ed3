#pragma once

#include "simulator/scenario/dialect.h"

#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// The page of a dialect as Markdown, made from its file: what it takes, its rules with their sources, its
/// known defects. REQUIRES: the text has been read without errors into `dialect`.
std::string dialectPage(const Dialect &dialect, std::string_view text);

/// Dialects side by side, a Markdown table with a row for each axis and each default. `columns` dialects
/// stand in one table; the first of all is repeated in each as the one to compare with.
std::string dialectComparison(const std::vector<const Dialect *> &dialects, std::size_t columns);

}
