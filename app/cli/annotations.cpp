#include "app/cli/annotations.h"

#include "app/cli/report.h"
#include "simulator/kernel/duration_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

namespace daruma {

namespace {

/// Workflow commands end at a line end and take properties apart at commas and colons.
std::string escaped(std::string_view text, bool isProperty)
{
    std::string result;
    for (const char c : text) {
        const bool isSpecial = c == '%' || c == '\r' || c == '\n' || (isProperty && (c == ':' || c == ','));
        result += isSpecial ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
    }
    return result;
}

/// The annotations of one kind, the last of which counts those that are left out.
class Annotations {
public:
    Annotations(AnnotationLevel level, const std::string &file)
        : m_level(level)
        , m_file(file)
    {}

    void add(int line, std::string_view title, std::string_view message)
    {
        if (++m_count <= mostAnnotations)
            m_text += annotation(m_level, m_file, line, title, message);
        else
            m_lastLine = std::max(line, 1);
    }

    std::string text() const
    {
        if (m_count <= mostAnnotations)
            return m_text;
        return m_text
               + annotation(m_level, m_file, m_lastLine, "daruma",
                            fmt::format("and {} more", grouped(m_count - mostAnnotations)));
    }

private:
    AnnotationLevel m_level;
    const std::string &m_file;
    std::string m_text;
    std::size_t m_count = 0;
    int m_lastLine = 1;
};

int lineOf(const Scenario &scenario, const Node &supervisor)
{
    return scenario.supervisorPlaces[supervisor.definition].line;
}

std::string giveUpsOf(const LoadedScenario &loaded, const Recording &run)
{
    const Wording wording(loaded.scenario.model, run);
    Annotations list(run.result.hasFailed() ? AnnotationLevel::Error : AnnotationLevel::Notice, loaded.file);
    std::set<NodeId> known;
    for (std::size_t i = 0; i < run.events.size(); ++i) {
        const Event event = run.events[i];
        if (event.kind != EventKind::GaveUp || !known.insert(event.node).second)
            continue;
        const Budget budget = budgetAt(loaded.scenario.model, run, EventId{static_cast<std::uint32_t>(i)});
        std::string limit = fmt::format("{} allowed", counted(budget.allowed, budget.unit()));
        if (!budget.within.isNever())
            limit += " in " + human(budget.within);
        list.add(lineOf(loaded.scenario, run.nodes[event.node]), wording.name(event.node) + " gave up",
                 fmt::format("at {} with seed {}: {}", momentText(event.t), loaded.seed, limit));
    }
    return list.text();
}

std::string prefixOf(const CampaignCell &cell)
{
    std::string prefix;
    for (const std::string &setting : cell.settings)
        prefix += (prefix.empty() ? "" : " ") + setting;
    return prefix.empty() ? prefix : prefix + ": ";
}

void addExpectations(Annotations &list, const CampaignCell &cell, const CampaignStatistics &statistics)
{
    const Scenario &scenario = cell.loaded.scenario;
    for (std::size_t i = 0; i < scenario.model.expectations.size(); ++i) {
        const Expectation &expectation = scenario.model.expectations[i];
        const ExpectationStatistics &one = statistics.expectations[i];
        const int line = scenario.expectationPlaces[i].line;
        if (isNeverReached(expectation, one) && statistics.runs > 0)
            list.add(line, expectation.name,
                     fmt::format("{}reached in none of {}", prefixOf(cell), counted(statistics.runs, "run")));
        else if (one.failed > 0)
            list.add(line, expectation.name,
                     fmt::format("{}failed in {} of {}, first with seed {}", prefixOf(cell),
                                 grouped(one.failed), counted(statistics.runs, "run"),
                                 *one.firstFailingSeed));
    }
    for (const auto &[name, runs] : statistics.invariants)
        list.add(1, "invariant:" + name,
                 fmt::format("{}broken in {} of {}", prefixOf(cell), grouped(runs),
                             counted(statistics.runs, "run")));
    if (statistics.truncated > 0)
        list.add(1, "truncated",
                 fmt::format("{}a limit cut {} of {}", prefixOf(cell), grouped(statistics.truncated),
                             counted(statistics.runs, "run")));
}

void addGiveUps(Annotations &list, const CampaignCell &cell, const CampaignStatistics &statistics)
{
    const Model &model = cell.loaded.scenario.model;
    for (std::uint32_t i = 0; i < statistics.nodes.size(); ++i) {
        const Node &node = model.nodes[NodeId{i}];
        const Share share = statistics.giveUpOf(NodeId{i});
        if (!node.isSupervisor || share.count == 0)
            continue;
        const auto median = static_cast<std::int64_t>(statistics.nodes[i].giveUp.quantile(0.5));
        list.add(lineOf(cell.loaded.scenario, node), model.nodes.path(NodeId{i}, model.texts) + " gave up",
                 fmt::format("{}in {} of {} ({}), after {} in the median", prefixOf(cell),
                             grouped(share.count), counted(share.runs, "run"),
                             percent(share.value(), share.interval().width()), momentText(median)));
    }
}

}

std::string annotation(AnnotationLevel level, std::string_view file, int line, std::string_view title,
                       std::string_view message)
{
    constexpr std::string_view names[] = {"notice", "warning", "error"};
    return fmt::format("::{} file={},line={},title={}::{}\n", names[static_cast<std::size_t>(level)],
                       escaped(file, true), std::max(line, 1), escaped(title, true), escaped(message, false));
}

std::string runAnnotations(const LoadedScenario &loaded, const Recording &run)
{
    const Scenario &scenario = loaded.scenario;
    const RunResult &result = run.result;
    Annotations list(AnnotationLevel::Error, loaded.file);
    for (std::size_t i = 0; i < result.expectations.size(); ++i) {
        const ExpectationResult &one = result.expectations[i];
        if (!one.passed && !one.undecided)
            list.add(scenario.expectationPlaces[i].line, scenario.model.expectations[i].name,
                     fmt::format("failed at {} with seed {}: {}", momentText(one.at.ns()), loaded.seed,
                                 one.message));
    }
    for (const InvariantViolation &broken : result.invariants)
        list.add(1, "invariant:" + broken.name,
                 fmt::format("broken at {} with seed {}: {}", momentText(broken.at.ns()), loaded.seed,
                             broken.message));
    if (result.outcome == Outcome::Truncated)
        list.add(1, "truncated", "the run was cut short: " + limitText(scenario.model, result));
    return list.text() + giveUpsOf(loaded, run);
}

std::string sweepAnnotations(const SweepReport &report)
{
    const CampaignCells &campaign = report.campaign;
    const std::string &file = campaign.cells.front().loaded.file;
    Annotations failures(AnnotationLevel::Error, file);
    Annotations guilty(AnnotationLevel::Error, file);
    Annotations others(AnnotationLevel::Notice, file);
    for (std::size_t i = 0; i < campaign.cells.size(); ++i) {
        const CampaignCell &cell = campaign.cells[i];
        const CampaignStatistics &statistics = report.result.cells[i];
        addExpectations(failures, cell, statistics);
        addGiveUps(statistics.unsuccessful() > 0 ? guilty : others, cell, statistics);
    }
    return failures.text() + guilty.text() + others.text();
}

}
