#include "app/cli/failing_run.h"

#include "app/cli/report.h"
#include "app/cli/run_once.h"
#include "simulator/campaign/swarm.h"

#include <fmt/format.h>

namespace daruma {

FailingRun failingRun(const CampaignCell &cell, std::uint64_t seed)
{
    ScenarioSource source = cell.source;
    source.seed = seed;
    if (cell.isSwarm) {
        for (std::string &setting : swarmOf(cell.loaded.scenario, seed))
            source.overrides.push_back(std::move(setting));
    }
    FailingRun failing;
    failing.loaded = loadScenario(source, cell.loaded.scenario.text);
    failing.run = compactRecordingOf(failing.loaded);
    failing.repro = reproLine(source, failing.loaded, failing.run.result.fingerprint);
    return failing;
}

std::string failureLine(const Model &model, const RunResult &result)
{
    std::string text;
    const auto add = [&](const std::string &part) { text += (text.empty() ? "" : "; ") + part; };
    for (std::size_t i = 0; i < result.expectations.size(); ++i) {
        const ExpectationResult &one = result.expectations[i];
        if (!one.passed && !one.undecided)
            add(fmt::format("{}: at {}: {}", model.expectations[i].name, momentText(one.at.ns()),
                            one.message));
    }
    for (const InvariantViolation &broken : result.invariants)
        add(fmt::format("invariant:{}: at {}: {}", broken.name, momentText(broken.at.ns()), broken.message));
    if (result.outcome == Outcome::Truncated)
        add("cut short: " + limitText(model, result));
    return text;
}

std::string whyLines(const Model &model, const Recording &run, std::size_t mostLinks)
{
    const Explainer explainer(model, run);
    const std::vector<EventId> subjects = explainer.subjects();
    if (subjects.empty())
        return {};
    std::string text;
    const std::vector<Link> chain = explainer.chain(subjects.front());
    for (std::size_t i = 0; i < chain.size() && i < mostLinks; ++i)
        text += chain[i].sentence + "\n";
    if (chain.size() > mostLinks)
        text += fmt::format("and {}, which `daruma explain` tells\n",
                            counted(chain.size() - mostLinks, "more step"));
    return text;
}

}
