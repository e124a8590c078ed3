#pragma once

#include "app/cli/scenario_source.h"
#include "app/cli/sweep_report.h"
#include "simulator/kernel/simulation.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Test reports in JUnit's XML, as Jenkins, GitLab and the many readers for GitHub take it. All times in it
/// are 0: they would make two reports of the same runs differ.

namespace daruma {

struct JunitCase {
    /// `Error`: it could not be judged, because a limit cut the run. `Skipped`: it is not judged here.
    enum class Verdict : std::uint8_t { Passed, Failed, Error, Skipped };

    std::string name;
    Verdict verdict = Verdict::Passed;
    std::string type;     ///< of the failure: `always`, `invariant`, `seed`
    std::string message;  ///< in one line; empty where it passed
    std::string text;     ///< more of it
    int line = 0;         ///< of the scenario file; 0 where it has none
};

struct JunitSuite {
    std::string name;
    std::string file;
    std::vector<std::pair<std::string, std::string>> properties;
    std::vector<JunitCase> cases;
    std::string note;  ///< about the whole; may be empty
};

/// The document, with a line end. `name`: who wrote it.
std::string junitText(std::string_view name, const std::vector<JunitSuite> &suites);

/// A case for each expectation and each broken invariant. `repro`: the line that makes the run again.
JunitSuite runSuite(const LoadedScenario &loaded, const Recording &run, const std::string &repro);

/// Failing seeds that are told as cases of their own, with why: of a suite, and in all.
inline constexpr std::size_t mostSeedCases = 20;
inline constexpr std::size_t mostSeedCasesInAll = 200;

/// A suite for each setting: cases as of a run, and one for each failing seed, the first of them in full.
std::vector<JunitSuite> sweepSuites(const SweepReport &report);

}
