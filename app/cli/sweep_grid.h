#pragma once

#include "app/cli/sweep_report.h"

#include <string>

namespace daruma {

/// The settings of a grid side by side, which expectations failed under which of them, and a map of two keys.
std::string gridText(const Output &out, const SweepReport &report);

}
