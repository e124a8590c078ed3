#pragma once

#include "app/cli/command.h"
#include "app/cli/scenario_source.h"
#include "simulator/analysis/advice.h"
#include "simulator/analysis/timeline.h"

#include <string>
#include <vector>

namespace daruma {

/// What people read about one run. Each part ends with a line end and stands alone.

/// The name of the scenario, what it is about, dialect and seed.
std::string headerText(const Output &out, const LoadedScenario &loaded);
/// `withNumbers` puts the number of its first event before each line.
std::string timelineText(const Output &out, const Model &model, const Recording &run,
                         bool withNumbers = false);
/// Outcome and expectations. `blame`: what defects of the dialect have to do with each that failed
/// (`defectBlame`), or nothing.
std::string verdictText(const Output &out, const Model &model, const Recording &run,
                        const std::vector<std::string> &blame = {});
/// The chains of what there is to explain, in at most `mostLinks` sentences each; empty where all went well.
std::string whyText(const Output &out, const Explainer &explainer, std::size_t mostLinks);
std::string chainText(const Output &out, const std::vector<Link> &chain);
/// `none`: what is said where there is none.
std::string adviceText(const Output &out, const std::vector<Advice> &advice, const std::string &none);
/// Restarts, events, end, fingerprint.
std::string numbersText(const Recording &run);
/// Health and exit report of the root, and of the other supervisors that have a control plane.
std::string healthText(const Recording &run);

/// How to leave a planned shutdown out of an expectation that failed of it alone; empty where it did not.
std::string shutdownHint(const Explainer &explainer, const Model &model, const Recording &run,
                         std::size_t expectation);

/// `run --format json` (CONTRACT section 5), with a line end.
std::string runJson(const LoadedScenario &loaded, const Recording &run, const std::string &repro);
/// The array `chain` of that document.
std::string chainJson(const Recording &run, const std::vector<Link> &chain);

/// Which limit ended the run, what that means, and the option that moves it.
std::string limitText(const Model &model, const RunResult &result);

/// Text for a screen or a file: what is no ASCII in our own sentences is spelt out where nobody may be able
/// to show it.
std::string plain(const Output &out, std::string_view text);

}
