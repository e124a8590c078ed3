#pragma once

#include "app/cli/scenario_source.h"
#include "app/cli/sweep_report.h"
#include "simulator/kernel/simulation.h"

#include <cstdint>
#include <string>
#include <string_view>

/// Annotations of GitHub's checks (`--format github`): workflow commands that name a file and a line.

namespace daruma {

enum class AnnotationLevel : std::uint8_t { Notice, Warning, Error };

/// GitHub shows so many of a level in a step, and drops the rest without a word.
inline constexpr std::size_t mostAnnotations = 10;

/// One line, with its end. A line below 1 is told as the first.
std::string annotation(AnnotationLevel level, std::string_view file, int line, std::string_view title,
                       std::string_view message);

/// What fails in a run, where it is expected; and every supervisor that gave up, where it is declared: an
/// error where the run failed, otherwise a notice. At most `mostAnnotations` of each, the rest in a number.
std::string runAnnotations(const LoadedScenario &loaded, const Recording &run);

/// The same of a campaign, with how often.
std::string sweepAnnotations(const SweepReport &report);

}
