#include "app/cli/sweep_grid.h"

#include "app/cli/columns.h"
#include "simulator/analysis/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace daruma {

namespace {

std::string shareOfPassed(const CampaignStatistics &cell)
{
    const Share passed{cell.runs - cell.unsuccessful(), cell.runs};
    return percent(passed.value(), passed.interval().width());
}

/// Of each expectation so many settings that fail it are named.
constexpr std::size_t mostNamed = 10;

std::string failureText(const ExpectationStatistics &one, std::uint64_t runs)
{
    if (one.failed == 0 && one.undecided == 0)
        return fmt::format("reached in none of {}", counted(runs, "run"));
    std::string text;
    if (one.failed > 0)
        text = fmt::format("failed in {} of {}, first with seed {}", grouped(one.failed),
                           counted(runs, "run"), *one.firstFailingSeed);
    if (one.undecided > 0)
        text += fmt::format("{}undecided in {}", text.empty() ? "" : ", ", counted(one.undecided, "run"));
    return text;
}

/// What one expectation, or invariant, came to under all settings: settings may change what there is of them,
/// so they are told apart by their names.
struct Judged {
    std::string name;
    std::size_t settings = 0;  ///< that have it
    std::vector<std::string> failures;
};

Judged &judgedOf(std::vector<Judged> &all, const std::string &name)
{
    const auto known =
        std::find_if(all.begin(), all.end(), [&](const Judged &one) { return one.name == name; });
    return known != all.end() ? *known : all.emplace_back(Judged{name, 0, {}});
}

std::string expectationsText(const Output &out, const SweepReport &report)
{
    std::vector<Judged> all;
    for (std::size_t i = 0; i < report.campaign.cells.size(); ++i) {
        const CampaignCell &campaignCell = report.campaign.cells[i];
        const CampaignStatistics &cell = report.result.cells[i];
        const std::vector<Expectation> &expectations = campaignCell.loaded.scenario.model.expectations;
        for (std::size_t j = 0; j < expectations.size() && cell.runs > 0; ++j) {
            Judged &judged = judgedOf(all, expectations[j].name);
            ++judged.settings;
            if (!isMet(expectations[j], cell.expectations[j]))
                judged.failures.push_back(shortLabel(campaignCell.settings, report.campaign.axes) + ": "
                                          + failureText(cell.expectations[j], cell.runs));
        }
        for (const auto &[name, runs] : cell.invariants)
            judgedOf(all, "invariant:" + name)
                .failures.push_back(fmt::format("{}: broken in {}",
                                                shortLabel(campaignCell.settings, report.campaign.axes),
                                                counted(runs, "run")));
    }
    std::string text;
    for (const Judged &one : all) {
        const std::size_t failures = one.failures.size();
        text += fmt::format("  {} {}{}\n", mark(out, failures == 0), one.name,
                            failures == 0 ? ": met under every setting"
                                          : fmt::format(": failed under {} of {}", grouped(failures),
                                                        counted(report.campaign.cells.size(), "setting")));
        for (std::size_t i = 0; i < std::min(failures, mostNamed); ++i)
            text += "      " + one.failures[i] + "\n";
        if (failures > mostNamed)
            text += fmt::format("      and {} more, with --format json\n", grouped(failures - mostNamed));
    }
    return text.empty() ? text : "\n" + text;
}

/// The more often, the darker.
std::string shade(const Output &out, double share)
{
    constexpr std::string_view shades[] = {"  ", " ░", " ▒", " ▓", " █"};
    return out.isTerminal() ? std::string(shades[static_cast<std::size_t>(share * 4)]) : std::string();
}

/// Two keys, one down and one across.
std::string heatMapText(const Output &out, const SweepReport &report)
{
    const GridAxis &down = report.campaign.axes[0];
    const GridAxis &across = report.campaign.axes[1];
    std::vector<std::string> head{down.key + " \\ " + across.key};
    head.insert(head.end(), across.values.begin(), across.values.end());
    Columns table(std::move(head));
    for (std::size_t row = 0; row < down.values.size(); ++row) {
        std::vector<std::string> texts{down.values[row]};
        for (std::size_t column = 0; column < across.values.size(); ++column) {
            const Share share =
                report.result.cells[row * across.values.size() + column].survivalOf(NodeId{0});
            texts.push_back(percent(share.value(), share.interval().width()) + shade(out, share.value()));
        }
        table.add(std::move(texts));
    }
    const Model &model = report.campaign.cells.front().loaded.scenario.model;
    std::vector<std::string> lines = table.lines();
    std::string text = fmt::format("\nhow often {} survived\n", rootName(model));
    text += styled(out, Style::Dim, lines.front());
    for (std::size_t i = 1; i < lines.size(); ++i)
        text += lines[i];
    return text;
}

}

std::string gridText(const Output &out, const SweepReport &report)
{
    Columns table({"setting", "survived", "met all", "restarts a run", "first failing seed"});
    for (std::size_t i = 0; i < report.campaign.cells.size(); ++i) {
        const CampaignStatistics &cell = report.result.cells[i];
        table.add({shortLabel(report.campaign.cells[i].settings, report.campaign.axes),
                   shareText(cell.survivalOf(NodeId{0})), shareOfPassed(cell),
                   cell.runs == 0 ? "" : fmt::format("{:.4g}", cell.restartsOfRun.mean()),
                   cell.failingSeeds.empty() ? "" : std::to_string(cell.failingSeeds.front())});
    }
    std::vector<std::string> lines = table.lines();
    std::string text = "\n" + styled(out, Style::Dim, lines.front());
    for (std::size_t i = 1; i < lines.size(); ++i)
        text += lines[i];
    if (report.campaign.axes.size() == 2)
        text += heatMapText(out, report);
    return text + expectationsText(out, report);
}

}
