#pragma once

#include "app/cli/command.h"
#include "app/cli/scenario_source.h"
#include "app/cli/sweep_report.h"
#include "simulator/kernel/simulation.h"

#include <string>

/// Summaries in Markdown, for the page of a GitHub step.

namespace CLI {
class App;
}

namespace daruma {

/// Adds `--summary FILE`.
void addSummaryOption(CLI::App &app, std::string &file);

/// Appends to the file that was named, or else, under `--format github`, to the one that GITHUB_STEP_SUMMARY
/// names; nowhere where neither is.
void writeSummary(const std::string &file, const Context &context, const std::string &markdown);

/// What stands in a Markdown text or in a cell of a table as it is, in one line.
std::string markdownEscaped(std::string_view text);

/// `repro`: the line that makes the run, or the first failing run, again; may be empty.
std::string runSummary(const LoadedScenario &loaded, const Recording &run, const std::string &repro);
std::string sweepSummary(const SweepReport &report, const std::string &repro);

}
