#include "app/cli/comparison.h"

#include "app/cli/columns.h"
#include "app/cli/sweep_report.h"
#include "simulator/analysis/wording.h"
#include "simulator/kernel/duration_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace daruma {

namespace {

using Json = nlohmann::ordered_json;

const Model &modelOf(const ComparedRow &row)
{
    return row.cell->loaded.scenario.model;
}

struct GiveUp {
    NodeId node;
    std::int64_t t = 0;
};

/// The earliest of all runs; of one moment the deepest place, which the others follow.
std::optional<GiveUp> firstGiveUp(const CampaignStatistics &cell)
{
    std::optional<GiveUp> first;
    for (std::uint32_t i = 0; i < cell.nodes.size(); ++i) {
        const Histogram &times = cell.nodes[i].giveUp;
        if (!times.isEmpty() && (!first || times.min() <= first->t))
            first = GiveUp{NodeId{i}, times.min()};
    }
    return first;
}

std::string giveUpText(const ComparedRow &row)
{
    const auto first = firstGiveUp(*row.statistics);
    return first ? fmt::format("{} at {}", modelOf(row).nodes.path(first->node, modelOf(row).texts),
                               momentText(first->t))
                 : "none";
}

std::string outcomeText(const CampaignStatistics &cell)
{
    if (cell.truncated > 0)
        return "truncated";
    if (cell.failed > 0)
        return "failed";
    return cell.gaveUp > 0 ? "gave up" : "passed";
}

/// Of one run a `sometimes` says nothing: a campaign judges it, as `run` has it.
bool isMetIn(const Comparison &comparison, const Expectation &expectation, const ExpectationStatistics &one)
{
    return isMet(expectation, one) || (comparison.isOneRun() && one.failed == 0 && one.undecided == 0);
}

std::vector<std::string> unmet(const Comparison &comparison, const ComparedRow &row)
{
    std::vector<std::string> names;
    const std::vector<Expectation> &expectations = modelOf(row).expectations;
    for (std::size_t i = 0; i < expectations.size(); ++i) {
        if (!isMetIn(comparison, expectations[i], row.statistics->expectations[i]))
            names.push_back("\"" + expectations[i].name + "\"");
    }
    return names;
}

std::vector<std::string> neverReached(const Comparison &comparison, const ComparedRow &row)
{
    std::vector<std::string> names;
    const std::vector<Expectation> &expectations = modelOf(row).expectations;
    for (std::size_t i = 0; i < expectations.size() && !comparison.isOneRun(); ++i) {
        if (isNeverReached(expectations[i], row.statistics->expectations[i]))
            names.push_back("\"" + expectations[i].name + "\"");
    }
    return names;
}

std::vector<std::string> cellsOfRow(const Comparison &comparison, const ComparedRow &row)
{
    const CampaignStatistics &cell = *row.statistics;
    const NodeStatistics &root = cell.nodes[0];
    const Model &model = modelOf(row);
    const std::size_t all = model.expectations.size();
    const std::string met = fmt::format("{} of {}", all - unmet(comparison, row).size(), all);
    if (comparison.isOneRun())
        return {row.label,
                outcomeText(cell),
                root.giveUp.isEmpty() ? "survived" : "ended at " + momentText(root.giveUp.min()),
                grouped(cell.restarts),
                giveUpText(row),
                root.availability.count() == 0 ? "" : percent(root.availability.mean(), 0.001),
                model.expectations.empty() ? "" : met};
    const Share survival = cell.survivalOf(NodeId{0});
    const Share passed{cell.runs - cell.unsuccessful(), cell.runs};
    return {row.label,
            "",
            shareText(survival.value(), survival.interval()),
            fmt::format("{:.4g}", cell.restartsOfRun.mean()),
            giveUpText(row),
            root.availability.count() == 0
                ? ""
                : shareText(root.availability.mean(), root.availability.interval()),
            model.expectations.empty() ? "" : percent(passed.value(), passed.interval().width())};
}

std::string tableText(const Output &out, const Comparison &comparison)
{
    const std::string root = rootName(modelOf(comparison.first()));
    const bool isOne = comparison.isOneRun();
    Columns table({"", "outcome", isOne ? root : root + " survived", isOne ? "restarts" : "restarts a run",
                   isOne ? "first give-up" : "earliest give-up", root + " available",
                   isOne ? "expectations met" : "met all"});
    table.alignLeft(1);
    table.alignLeft(2);
    table.alignLeft(4);
    for (const ComparedRow &row : comparison.rows) {
        if (row.cell)
            table.add(cellsOfRow(comparison, row));
        else
            table.add({row.label, isOne ? "refused" : "", isOne ? "" : "refused", "", "", "", ""});
    }
    std::vector<std::string> lines = table.lines();
    std::string text = styled(out, Style::Dim, lines.front());
    for (std::size_t i = 1; i < lines.size(); ++i)
        text += lines[i];
    return text;
}

std::string refusalsText(const Comparison &comparison)
{
    std::string text;
    for (const ComparedRow &row : comparison.rows) {
        if (!row.cell)
            text += fmt::format("\n{} cannot run it:\n  {}\n", row.label, row.refusal);
    }
    return text;
}

std::string unmetText(const Comparison &comparison)
{
    std::string text;
    for (const ComparedRow &row : comparison.rows) {
        if (!row.cell)
            continue;
        const std::vector<std::string> never = neverReached(comparison, row);
        std::vector<std::string> names = unmet(comparison, row);
        std::erase_if(names, [&](const std::string &name) {
            return std::find(never.begin(), never.end(), name) != never.end();
        });
        if (!names.empty())
            text += fmt::format("  under {} not met{}: {}\n", row.label,
                                comparison.isOneRun() ? "" : " by every run", nameList(names));
        if (!never.empty())
            text += fmt::format("  under {} not reached in any run: {}\n", row.label, nameList(never));
    }
    return text.empty() ? text : "\n" + text;
}

std::string ruleText(const RuleChange &rule)
{
    return fmt::format("{} ({} there, {} here)", rule.name, rule.left, rule.right);
}

std::string rulesText(const PartingRules &rules)
{
    if (rules.rules.empty())
        return "  by nothing that a single rule says\n";
    if (rules.isProven && rules.rules.size() == 1)
        return fmt::format("  by {}: changed there alone, it parts the run in the same way\n",
                           ruleText(rules.rules.front()));
    std::string text = rules.isProven
                           ? "  by these together: changed there, they part the run in the same way, and "
                             "none of them can be left out\n"
                           : "  by these together, of which no fewer were found to do it\n";
    for (const RuleChange &rule : rules.rules)
        text += fmt::format("    {}\n", ruleText(rule));
    return text;
}

std::string partingText(const Comparison &comparison, const ComparedRow &row)
{
    const ComparedRow &first = comparison.first();
    if (!row.parting && comparison.isOneRun())
        return fmt::format("\n{} does the same as {}, event for event\n", row.label, first.label);
    if (!row.parting)
        return fmt::format("\n{} does the same as {}, event for event, with each of {}\n", row.label,
                           first.label, counted(row.seedsLookedAt, "seed"));
    const RowParting &parting = *row.parting;
    const std::string seed = comparison.isOneRun() ? "" : fmt::format("first with seed {}, ", parting.seed);
    const std::size_t columns = std::max(width(first.label), width(row.label));
    const auto line = [&](const std::string &label, const std::string &event) {
        return fmt::format("  {}{}  {}\n", label, std::string(columns - width(label), ' '), event);
    };
    const std::string where = parting.place.empty() ? "" : ", at " + parting.place;
    const std::string what =
        parting.at.isOrderAlone ? "does the same as {0} in every moment, but in another order: {1}from {2} on"
                                : "parts from {0} {1}at {2}{3}";
    return fmt::format("\n{} ", row.label)
           + fmt::format(fmt::runtime(what), first.label, seed, momentText(parting.at.t), where) + ":\n"
           + line(first.label, parting.first) + line(row.label, parting.here) + rulesText(parting.rules);
}

Json shareJson(double value, Interval interval)
{
    return {{"share", value}, {"low", interval.low}, {"high", interval.high}};
}

Json expectationsJson(const Model &model, const CampaignStatistics &cell)
{
    Json json = Json::array();
    for (std::size_t i = 0; i < model.expectations.size(); ++i) {
        const ExpectationStatistics &one = cell.expectations[i];
        json.push_back({{"name", model.expectations[i].name},
                        {"passed", one.passed},
                        {"failed", one.failed},
                        {"undecided", one.undecided},
                        {"reached", one.reached}});
    }
    return json;
}

Json partingJson(const RowParting &parting)
{
    Json json{{"seed", parting.seed},
              {"t_ns", parting.at.t},
              {"node", parting.place},
              {"order_alone", parting.at.isOrderAlone},
              {"first", {{"seq", parting.at.left}, {"event", parting.first}}},
              {"here", {{"seq", parting.at.right}, {"event", parting.here}}},
              {"proven", parting.rules.isProven}};
    json["rules"] = Json::array();
    for (const RuleChange &rule : parting.rules.rules)
        json["rules"].push_back({{"name", rule.name}, {"first", rule.left}, {"here", rule.right}});
    return json;
}

Json rowJson(const ComparedRow &row)
{
    Json json{{"label", row.label}};
    json["refused"] = row.cell ? Json(nullptr) : Json(row.refusal);
    if (!row.cell)
        return json;
    const Model &model = modelOf(row);
    const CampaignStatistics &cell = *row.statistics;
    json["dialect"] = model.dialect;
    json["overrides"] = row.cell->source.overrides;
    json["runs"] = cell.runs;
    json["passed"] = cell.passed;
    json["failed"] = cell.failed;
    json["gave_up"] = cell.gaveUp;
    json["truncated"] = cell.truncated;
    json["restarts"] = cell.restarts;
    const Share survival = cell.survivalOf(NodeId{0});
    json["survival"] = shareJson(survival.value(), survival.interval());
    const ShareMoments &availability = cell.nodes[0].availability;
    json["availability"] =
        availability.count() == 0 ? Json(nullptr) : shareJson(availability.mean(), availability.interval());
    const auto first = firstGiveUp(cell);
    json["first_give_up"] = nullptr;
    if (first)
        json["first_give_up"] = {{"node", model.nodes.path(first->node, model.texts)}, {"t_ns", first->t}};
    json["expectations"] = expectationsJson(model, cell);
    json["parting"] = row.parting ? partingJson(*row.parting) : Json(nullptr);
    return json;
}

}

const ComparedRow &Comparison::first() const
{
    return *std::find_if(rows.begin(), rows.end(), [](const ComparedRow &row) { return row.cell; });
}

std::string comparisonText(const Output &out, const Comparison &comparison)
{
    const ComparedRow &first = comparison.first();
    const LoadedScenario &loaded = first.cell->loaded;
    std::string text = styled(out, Style::Bold, modelOf(first).name);
    if (!loaded.scenario.about.empty())
        text += ": " + loaded.scenario.about;
    const std::string seeds =
        comparison.isOneRun() ? fmt::format("seed {}", comparison.seeds.first)
                              : fmt::format("seeds {}..{}", comparison.seeds.first, comparison.seeds.last);
    text += fmt::format("\n{}\n\n", styled(out, Style::Dim, seeds));
    if (comparison.isInterrupted)
        text += fmt::format("interrupted after {}\n", counted(first.statistics->runs, "seed"));
    text += tableText(out, comparison) + unmetText(comparison) + refusalsText(comparison);
    for (const ComparedRow &row : comparison.rows) {
        if (row.cell && &row != &first && !comparison.isInterrupted)
            text += partingText(comparison, row);
    }
    return text;
}

std::string comparisonJson(const Comparison &comparison)
{
    Json json{{"scenario", modelOf(comparison.first()).name},
              {"seeds", {{"first", comparison.seeds.first}, {"last", comparison.seeds.last}}},
              {"first", comparison.first().label}};
    json["rows"] = Json::array();
    for (const ComparedRow &row : comparison.rows)
        json["rows"].push_back(rowJson(row));
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}
