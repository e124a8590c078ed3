#include "app/cli/sweep_report.h"

#include "app/cli/columns.h"
#include "app/cli/swarm_report.h"
#include "app/cli/sweep_grid.h"
#include "simulator/analysis/wording.h"
#include "simulator/kernel/duration_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

namespace daruma {

namespace {

using Json = nlohmann::ordered_json;

std::string lengthText(double ns)
{
    return human(Duration::nanoseconds(std::llround(ns)));
}

std::string intervalText(Interval interval)
{
    const double width = interval.width();
    std::string low = percent(interval.low, width);
    low.resize(low.size() - std::string_view(" %").size());
    return fmt::format("{} to {}", low, percent(interval.high, width));
}

std::string quantileText(const Histogram &values, double share)
{
    return values.isEmpty() ? std::string() : lengthText(static_cast<double>(values.quantile(share)));
}

std::string medianText(const Histogram &values)
{
    if (values.isEmpty())
        return {};
    const Interval interval = values.quantileInterval(0.5);
    if (interval.width() == 0)
        return quantileText(values, 0.5);
    return fmt::format("{} ({} to {})", quantileText(values, 0.5), lengthText(interval.low),
                       lengthText(interval.high));
}

std::string outcomesText(const Model &model, const CampaignStatistics &cell)
{
    std::string text = fmt::format("{}: {} passed", counted(cell.runs, "run"), grouped(cell.passed));
    const auto add = [&](std::uint64_t number, std::string_view what) {
        if (number > 0)
            text += fmt::format(", {} {}", grouped(number), what);
    };
    add(cell.gaveUp, "gave up");
    add(cell.failed, "failed");
    // Each run has one outcome, and failing goes before giving up.
    if (cell.failedAndEnded > 0)
        text += fmt::format(" (in {} of these {} gave up)", grouped(cell.failedAndEnded), rootName(model));
    add(cell.truncated, "truncated");
    return text;
}

std::string survivalText(const Model &model, const CampaignStatistics &cell)
{
    std::string text =
        fmt::format("{} survived in {}", rootName(model), shareText(cell.survivalOf(NodeId{0})));
    const Histogram &giveUp = cell.nodes[0].giveUp;
    if (!giveUp.isEmpty())
        text += fmt::format("; where it did not, it ended after {} in the median", medianText(giveUp));
    if (cell.neverUp > 0)
        text += fmt::format("; in {} it never came up", counted(cell.neverUp, "run"));
    return text;
}

std::string expectationText(const Output &out, const Expectation &expectation,
                            const ExpectationStatistics &one, std::uint64_t runs)
{
    const bool isSometimes = expectation.form == ExpectationForm::Sometimes;
    const bool passed = isMet(expectation, one);
    const Share share{isSometimes ? one.reached : one.passed, runs};
    std::string text = fmt::format("  {} {}: {} in {}", mark(out, passed), expectation.name,
                                   isSometimes ? "reached" : "met", shareText(share));
    if (isSometimes && one.reached == 0)
        text = fmt::format("  {} {}: reached in none of {}", mark(out, false), expectation.name,
                           counted(runs, "run"));
    if (one.failed > 0)
        text += fmt::format(", failed in {}, first with seed {}", counted(one.failed, "run"),
                            *one.firstFailingSeed);
    if (one.undecided > 0)
        text += fmt::format(", undecided in {}", counted(one.undecided, "run"));
    return text + "\n";
}

std::string expectationsText(const Output &out, const Model &model, const CampaignStatistics &cell)
{
    std::string text;
    for (std::size_t i = 0; i < model.expectations.size(); ++i)
        text += expectationText(out, model.expectations[i], cell.expectations[i], cell.runs);
    for (const auto &[name, runs] : cell.invariants)
        text +=
            fmt::format("  {} invariant:{}: broken in {}\n", mark(out, false), name, counted(runs, "run"));
    return text;
}

/// Beyond so many places a table is no help.
constexpr std::size_t mostNodes = 40;

std::string nodesText(const Output &out, const Model &model, const CampaignStatistics &cell)
{
    Columns table(
        {"place", "availability", "restarts a run", "recovery, median", "99 %", "longest outage", "gave up"});
    std::size_t shown = 0;
    for (std::uint32_t i = 0; i < cell.nodes.size() && shown < mostNodes; ++i, ++shown) {
        const NodeStatistics &node = cell.nodes[i];
        const bool isSupervisor = model.nodes[NodeId{i}].isSupervisor;
        const Interval interval = node.availability.interval();
        const std::string gaveUp =
            isSupervisor && !node.giveUp.isEmpty()
                ? percent(cell.giveUpOf(NodeId{i}).value(), cell.giveUpOf(NodeId{i}).interval().width())
                : std::string();
        table.add(
            {model.nodes.path(NodeId{i}, model.texts),
             node.availability.count() == 0 ? std::string() : shareText(node.availability.mean(), interval),
             node.restarts.isEmpty() ? std::string() : fmt::format("{:.4g}", node.restarts.mean()),
             medianText(node.recovery), quantileText(node.recovery, 0.99),
             node.longestOutage.isEmpty() ? std::string()
                                          : lengthText(static_cast<double>(node.longestOutage.max())),
             gaveUp});
    }
    std::vector<std::string> lines = table.lines();
    std::string text = "\n" + styled(out, Style::Dim, lines.front());
    for (std::size_t i = 1; i < lines.size(); ++i)
        text += lines[i];
    if (shown < cell.nodes.size())
        text += fmt::format("  and {} more, with --format json\n", cell.nodes.size() - shown);
    return text;
}

/// Where `--precision` was not reached with all seeds.
std::string widthText(const SweepReport &report)
{
    if (!report.precision || widestInterval(report.result.cells) <= *report.precision)
        return {};
    const double width = widestInterval(report.result.cells);
    return fmt::format(
        "not precise enough with all seeds: the widest interval is {} wide, and --precision asks "
        "for {}\n",
        percent(width, width / 10), percent(*report.precision, *report.precision / 10));
}

std::string endText(const SweepReport &report)
{
    const SweepResult &result = report.result;
    const std::string upTo = result.lastSeed ? fmt::format("seed {}", *result.lastSeed) : "no seed";
    switch (result.end) {
    case SweepEnd::Complete:
        return widthText(report);
    case SweepEnd::FailureFound:
        return fmt::format("stopped at the first failure, {}\n", upTo);
    case SweepEnd::Precise:
        return fmt::format("precise enough after {}\n", upTo);
    case SweepEnd::OutOfTime:
        return fmt::format("the time was over after {}\n", upTo);
    case SweepEnd::Stopped:
        return fmt::format("interrupted after {}\n", upTo);
    }
    return {};
}

Json intervalJson(double mean, Interval interval)
{
    return {{"mean", mean}, {"low", interval.low}, {"high", interval.high}};
}

Json lengthsJson(const Histogram &values)
{
    if (values.isEmpty())
        return nullptr;
    const Interval median = values.quantileInterval(0.5);
    return {{"count", values.count()},           {"mean_ns", values.mean()},
            {"median_ns", values.quantile(0.5)}, {"median_low_ns", median.low},
            {"median_high_ns", median.high},     {"p90_ns", values.quantile(0.9)},
            {"p99_ns", values.quantile(0.99)},   {"max_ns", values.max()}};
}

Json nodeJson(const Model &model, const CampaignStatistics &cell, NodeId id)
{
    const NodeStatistics &node = cell.nodes[id.value];
    const Share survival = cell.survivalOf(id);
    Json json{{"path", model.nodes.path(id, model.texts)}};
    json["availability"] = node.availability.count() == 0
                               ? Json(nullptr)
                               : intervalJson(node.availability.mean(), node.availability.interval());
    json["survival"] = intervalJson(survival.value(), survival.interval());
    if (!node.restarts.isEmpty()) {
        json["restarts"] = {{"mean", node.restarts.mean()},
                            {"median", node.restarts.quantile(0.5)},
                            {"p99", node.restarts.quantile(0.99)},
                            {"max", node.restarts.max()}};
    }
    json["longest_outage_ns"] = node.longestOutage.isEmpty() ? Json(nullptr) : Json(node.longestOutage.max());
    json["outage"] = lengthsJson(node.longestOutage);
    json["recovery"] = lengthsJson(node.recovery);
    json["give_up"] = lengthsJson(node.giveUp);
    return json;
}

constexpr std::pair<const char *, std::uint64_t CampaignStatistics::*> counts[] = {
    {"runs", &CampaignStatistics::runs},           {"passed", &CampaignStatistics::passed},
    {"failed", &CampaignStatistics::failed},       {"gave_up", &CampaignStatistics::gaveUp},
    {"truncated", &CampaignStatistics::truncated}, {"never_up", &CampaignStatistics::neverUp},
    {"restarts", &CampaignStatistics::restarts},   {"events", &CampaignStatistics::events},
};

/// Sums over all cells, whose places and expectations may differ.
Json sumsJson(const std::vector<CampaignStatistics> &cells)
{
    Json json;
    std::optional<std::uint64_t> firstFailing;
    for (const auto &[name, count] : counts) {
        std::uint64_t sum = 0;
        for (const CampaignStatistics &cell : cells)
            sum += cell.*count;
        json[name] = sum;
    }
    for (const CampaignStatistics &cell : cells) {
        if (!cell.failingSeeds.empty())
            firstFailing = std::min(firstFailing.value_or(UINT64_MAX), cell.failingSeeds.front());
    }
    json["first_failing_seed"] = firstFailing ? Json(*firstFailing) : Json(nullptr);
    return json;
}

Json statisticsJson(const Model &model, const CampaignStatistics &cell)
{
    Json json;
    for (const auto &[name, count] : counts)
        json[name] = cell.*count;
    json["first_failing_seed"] = cell.failingSeeds.empty() ? Json(nullptr) : Json(cell.failingSeeds.front());
    json["failing_seeds"] = cell.failingSeeds;
    json["expectations"] = Json::array();
    for (std::size_t i = 0; i < model.expectations.size(); ++i) {
        const Expectation &expectation = model.expectations[i];
        const ExpectationStatistics &one = cell.expectations[i];
        const bool isSometimes = expectation.form == ExpectationForm::Sometimes;
        const Share share{isSometimes ? one.reached : one.passed, cell.runs};
        json["expectations"].push_back(
            {{"name", expectation.name},
             {"form", toText(expectation.form)},
             {"passed", share.count},
             {"failed", isSometimes ? (isNeverReached(expectation, one) ? cell.runs : 0) : one.failed},
             {"undecided", one.undecided},
             {"share", share.value()},
             {"low", share.interval().low},
             {"high", share.interval().high},
             {"first_failing_seed", one.firstFailingSeed ? Json(*one.firstFailingSeed) : Json(nullptr)}});
    }
    json["invariants"] = Json::object();
    for (const auto &[name, runs] : cell.invariants)
        json["invariants"][name] = runs;
    json["nodes"] = Json::array();
    for (std::uint32_t i = 0; i < cell.nodes.size(); ++i)
        json["nodes"].push_back(nodeJson(model, cell, NodeId{i}));
    return json;
}

bool isSwarm(const SweepReport &report)
{
    return report.campaign.cells.front().isSwarm;
}

Json shareJson(const Share &share)
{
    return {{"runs", share.runs},
            {"failed", share.count},
            {"share", share.value()},
            {"low", share.interval().low},
            {"high", share.interval().high}};
}

void addSwarm(Json &json, const SweepReport &report, std::size_t cell)
{
    if (!isSwarm(report))
        return;
    const SwarmShares shares = swarmShares(report, cell);
    json["swarm"] = {{"last_seed", shares.lastSeed}, {"faults", Json::array()}};
    for (const SwarmShare &one : shares.faults)
        json["swarm"]["faults"].push_back(
            {{"name", one.fault}, {"on", shareJson(one.on)}, {"off", shareJson(one.off)}});
}

Json settingsJson(const CampaignCell &cell)
{
    Json json = Json::object();
    for (const std::string &setting : cell.settings) {
        const auto parts = parseOverride(setting);
        json[parts->key] = parts->value;
    }
    return json;
}

std::string_view toText(SweepEnd end)
{
    constexpr std::string_view names[] = {"complete", "failure_found", "precise", "out_of_time",
                                          "interrupted"};
    return names[static_cast<std::size_t>(end)];
}

}

std::string percent(double share, double width)
{
    // Two digits of the interval's width, and never more than a double carries.
    const int digits =
        width <= 0 ? 2 : std::clamp(static_cast<int>(std::ceil(-std::log10(width * 100))) + 1, 0, 6);
    std::string text = fmt::format("{:.{}f}", share * 100, digits);
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.')
            text.pop_back();
    }
    // What is not all is not to be told as all, nor what is not nothing as nothing.
    if (text == "100" && share < 1)
        text = ">" + fmt::format("{:.{}f}", 100 - std::pow(10, -digits), digits);
    if (text == "0" && share > 0)
        text = "<" + fmt::format("{:.{}f}", std::pow(10, -digits), digits);
    return text + " %";
}

std::string sameRunsText(bool areSettings)
{
    return fmt::format("the runs{} are all the same: seeds change nothing here\n",
                       areSettings ? " of each setting" : "");
}

std::string shareText(double value, Interval interval)
{
    if (interval.width() == 0)
        return percent(value, 0);
    return fmt::format("{} ({})", percent(value, interval.width()), intervalText(interval));
}

std::string shareText(const Share &share)
{
    return shareText(share.value(), share.interval());
}

std::string mark(const Output &out, bool passed)
{
    if (out.isTerminal())
        return styled(out, passed ? Style::Green : Style::Red, passed ? "✓" : "✗");
    return passed ? "ok    " : "FAILED";
}

std::string rootName(const Model &model)
{
    return std::string(model.nodes.name(NodeId{0}, model.texts));
}

bool isMet(const Expectation &expectation, const ExpectationStatistics &one)
{
    return one.failed == 0 && one.undecided == 0 && !isNeverReached(expectation, one);
}

bool hasFailed(const CampaignCell &cell, const CampaignStatistics &statistics)
{
    if (statistics.unsuccessful() > 0)
        return true;
    const std::vector<Expectation> &expectations = cell.loaded.scenario.model.expectations;
    for (std::size_t i = 0; i < expectations.size(); ++i) {
        if (isNeverReached(expectations[i], statistics.expectations[i]))
            return true;
    }
    return false;
}

std::string sweepText(const Output &out, const SweepReport &report)
{
    const LoadedScenario &loaded = report.campaign.cells.front().loaded;
    const Model &model = loaded.scenario.model;
    std::string text = styled(out, Style::Bold, model.name);
    if (!loaded.scenario.about.empty())
        text += ": " + loaded.scenario.about;
    text += fmt::format("\n{}\n\n", styled(out, Style::Dim,
                                           fmt::format("dialect {}, seeds {}..{}{}{}", model.dialect,
                                                       report.seeds.first, report.seeds.last,
                                                       report.shard.empty() ? "" : ", shard " + report.shard,
                                                       isSwarm(report) ? ", swarm" : "")));
    text += endText(report);
    if (report.campaign.isGrid())
        return text
               + fmt::format("{} of each of {}\n", counted(report.result.cells.front().runs, "run"),
                             counted(report.campaign.cells.size(), "setting"))
               + (isSameForAllSeeds(report.result.cells) ? sameRunsText(true) : "") + gridText(out, report);
    const CampaignStatistics &cell = report.result.cells.front();
    text += outcomesText(model, cell) + "\n";
    if (cell.runs == 0)
        return text;
    if (isSameForAllSeeds(report.result.cells))
        text += sameRunsText(false);
    return text + survivalText(model, cell) + "\n" + expectationsText(out, model, cell)
           + nodesText(out, model, cell) + (isSwarm(report) ? swarmText(out, report) : "");
}

std::string sweepJson(const SweepReport &report, const std::string &repro)
{
    const Model &model = report.campaign.cells.front().loaded.scenario.model;
    Json json{{"scenario", model.name},
              {"dialect", model.dialect},
              {"seeds", {{"first", report.seeds.first}, {"last", report.seeds.last}}},
              {"end", toText(report.result.end)}};
    if (!report.shard.empty())
        json["shard"] = report.shard;
    if (report.precision)
        json["widest_interval"] = widestInterval(report.result.cells);
    if (report.campaign.isGrid()) {
        json.update(sumsJson(report.result.cells));
        json["cells"] = Json::array();
        for (std::size_t i = 0; i < report.campaign.cells.size(); ++i) {
            const CampaignCell &cell = report.campaign.cells[i];
            Json one{{"settings", settingsJson(cell)}};
            one.update(statisticsJson(cell.loaded.scenario.model, report.result.cells[i]));
            addSwarm(one, report, i);
            json["cells"].push_back(std::move(one));
        }
    } else {
        json.update(statisticsJson(model, report.result.cells.front()));
        addSwarm(json, report, 0);
    }
    json["repro"] = repro.empty() ? Json(nullptr) : Json(repro);
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}
