#include "app/cli/step_summary.h"

#include "app/cli/failing_run.h"
#include "app/cli/new_file.h"
#include "app/cli/report.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace daruma {

namespace {

constexpr std::size_t mostLinks = 12;
/// Of a grid, and of places.
constexpr std::size_t mostRows = 50;

std::string heading(bool hasFailed, const Model &model)
{
    return fmt::format("### {} {}\n\n", hasFailed ? "❌" : "✅", markdownEscaped(model.name));
}

/// The fence is longer than any that the text holds.
std::string codeBlock(const std::string &text)
{
    std::string fence = "```";
    while (text.find(fence) != std::string::npos)
        fence += '`';
    return fmt::format("{0}\n{1}{2}{0}\n\n", fence, text, text.empty() || text.back() == '\n' ? "" : "\n");
}

std::string row(const std::vector<std::string> &cells)
{
    std::string text = "|";
    for (const std::string &cell : cells)
        text += " " + markdownEscaped(cell) + " |";
    return text + "\n";
}

std::string tableHead(const std::vector<std::string> &cells)
{
    std::string text = row(cells) + "|";
    for (std::size_t i = 0; i < cells.size(); ++i)
        text += " --- |";
    return text + "\n";
}

std::string stateOf(const ExpectationResult &one)
{
    return one.undecided ? "❔ undecided" : one.passed ? "✅ met" : "❌ failed";
}

std::string expectationRows(const Model &model, const CampaignStatistics &cell)
{
    if (model.expectations.empty() && cell.invariants.empty())
        return {};
    std::string text = tableHead({"", "expectation", "met", "failed", "first failing seed"});
    for (std::size_t i = 0; i < model.expectations.size(); ++i) {
        const Expectation &expectation = model.expectations[i];
        const ExpectationStatistics &one = cell.expectations[i];
        const bool isSometimes = expectation.form == ExpectationForm::Sometimes;
        const bool isBad = one.failed > 0 || one.undecided > 0 || isNeverReached(expectation, one);
        text += row({isBad ? "❌" : "✅", expectation.name,
                     shareText({isSometimes ? one.reached : one.passed, cell.runs}), grouped(one.failed),
                     one.firstFailingSeed ? std::to_string(*one.firstFailingSeed) : ""});
    }
    for (const auto &[name, runs] : cell.invariants)
        text += row({"❌", "invariant:" + name, "", grouped(runs), ""});
    return text + "\n";
}

std::string nodeRows(const Model &model, const CampaignStatistics &cell)
{
    std::string text = tableHead({"place", "availability", "restarts a run", "recovery, median", "gave up"});
    for (std::uint32_t i = 0; i < cell.nodes.size() && i < mostRows; ++i) {
        const NodeStatistics &node = cell.nodes[i];
        const Interval interval = node.availability.interval();
        const Share gaveUp = cell.giveUpOf(NodeId{i});
        text +=
            row({model.nodes.path(NodeId{i}, model.texts),
                 node.availability.count() == 0 ? "" : percent(node.availability.mean(), interval.width()),
                 node.restarts.isEmpty() ? "" : fmt::format("{:.4g}", node.restarts.mean()),
                 node.recovery.isEmpty() ? ""
                                         : momentText(static_cast<std::int64_t>(node.recovery.quantile(0.5))),
                 gaveUp.count == 0 ? "" : percent(gaveUp.value(), gaveUp.interval().width())});
    }
    if (cell.nodes.size() > mostRows)
        text += fmt::format("\nand {} more\n", grouped(cell.nodes.size() - mostRows));
    return "<details><summary>Places</summary>\n\n" + text + "\n</details>\n\n";
}

std::string gridRows(const SweepReport &report)
{
    const std::vector<CampaignCell> &cells = report.campaign.cells;
    std::string text = tableHead({"", "setting", "survived", "failed", "first failing seed"});
    for (std::size_t i = 0; i < cells.size() && i < mostRows; ++i) {
        const CampaignStatistics &cell = report.result.cells[i];
        std::string settings;
        for (const std::string &setting : cells[i].settings)
            settings += (settings.empty() ? "" : " ") + setting;
        text += row({hasFailed(cells[i], cell) ? "❌" : "✅", settings, shareText(cell.survivalOf(NodeId{0})),
                     grouped(cell.unsuccessful()),
                     cell.failingSeeds.empty() ? "" : std::to_string(cell.failingSeeds.front())});
    }
    if (cells.size() > mostRows)
        text += fmt::format("\nand {} more\n", grouped(cells.size() - mostRows));
    return text + "\n";
}

std::string reproText(const std::string &repro, std::string_view what)
{
    return repro.empty() ? std::string() : fmt::format("{}:\n\n{}", what, codeBlock(repro));
}

}

void addSummaryOption(CLI::App &app, std::string &file)
{
    app.add_option("--summary", file,
                   "Adds a summary in Markdown to the file; --format github adds it to the one that "
                   "GITHUB_STEP_SUMMARY names")
        ->type_name("FILE");
}

void writeSummary(const std::string &file, const Context &context, const std::string &markdown)
{
    const char *step = context.format == Format::Github ? std::getenv("GITHUB_STEP_SUMMARY") : nullptr;
    if (!file.empty())
        appendToFile(file, markdown, "daruma: --summary");
    else if (step && *step)
        appendToFile(step, markdown, "daruma: GITHUB_STEP_SUMMARY");
}

std::string markdownEscaped(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        if (c == '\n' || c == '\r')
            result += ' ';
        else if (c == '<')
            result += "&lt;";
        else if (c == '&')
            result += "&amp;";
        else if (std::string_view("\\`*_[]|~#").find(c) != std::string_view::npos)
            result += std::string("\\") + c;
        else
            result += c;
    }
    return result;
}

std::string runSummary(const LoadedScenario &loaded, const Recording &run, const std::string &repro)
{
    const Model &model = loaded.scenario.model;
    const RunResult &result = run.result;
    std::string text = heading(result.hasFailed(), model);
    text += fmt::format("{}: seed {}, dialect {}, {}, {}\n\n", markdownEscaped(toText(result.outcome)),
                        loaded.seed, markdownEscaped(model.dialect), counted(result.restarts, "restart"),
                        counted(result.events, "event"));
    if (!result.expectations.empty() || !result.invariants.empty()) {
        text += tableHead({"", "expectation", "at", "what"});
        for (std::size_t i = 0; i < result.expectations.size(); ++i) {
            const ExpectationResult &one = result.expectations[i];
            const bool isFailed = !one.passed && !one.undecided;
            text += row({stateOf(one), model.expectations[i].name,
                         isFailed ? momentText(one.at.ns()) : std::string(), one.message});
        }
        for (const InvariantViolation &broken : result.invariants)
            text += row({"❌ broken", "invariant:" + broken.name, momentText(broken.at.ns()), broken.message});
        text += "\n";
    }
    if (const std::string why = whyLines(model, run, mostLinks); !why.empty())
        text += "Why:\n\n" + codeBlock(why);
    return text + reproText(repro, "Run it again");
}

std::string sweepSummary(const SweepReport &report, const std::string &repro)
{
    const CampaignCells &campaign = report.campaign;
    bool isBad = false;
    for (std::size_t i = 0; i < campaign.cells.size(); ++i)
        isBad = isBad || hasFailed(campaign.cells[i], report.result.cells[i]);
    const Model &model = campaign.cells.front().loaded.scenario.model;
    const CampaignStatistics &first = report.result.cells.front();
    std::string text = heading(isBad, model);
    text += fmt::format("seeds {}..{}, dialect {}, {}\n\n", report.seeds.first, report.seeds.last,
                        markdownEscaped(model.dialect), counted(report.result.runs, "run"));
    if (campaign.isGrid()) {
        text += gridRows(report);
    } else if (first.runs > 0) {
        text += fmt::format("{} passed, {} gave up, {} failed, {} truncated\n\n", grouped(first.passed),
                            grouped(first.gaveUp), grouped(first.failed), grouped(first.truncated));
        text += expectationRows(model, first) + nodeRows(model, first);
    }
    return text + reproText(repro, "The first failing run again");
}

}
