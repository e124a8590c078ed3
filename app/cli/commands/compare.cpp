#include "app/cli/campaign_progress.h"
#include "app/cli/comparing_commands.h"
#include "app/cli/comparison.h"
#include "app/cli/interruption.h"
#include "app/cli/parting.h"
#include "app/cli/run_once.h"
#include "simulator/analysis/wording.h"
#include "simulator/scenario/dialect.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

namespace daruma {

namespace {

/// Runs are compared event by event with so many seeds at most, and until so many events were compared.
constexpr std::uint64_t mostSeedsLookedAt = 1'000;
constexpr std::uint64_t mostEventsLookedAt = 2'000'000;

struct Options {
    ScenarioSource source;
    std::string seeds;
    unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
};

std::vector<std::string> splitAtCommas(const std::string &text)
{
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == ',')
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

/// A name that nobody knows is a mistake, and not a dialect that refuses the scenario.
void checkAreKnown(const std::vector<std::string> &dialects, const std::string &scenario)
{
    Dialects known(std::filesystem::path(scenario).parent_path().string());
    std::vector<Problem> problems;
    for (const std::string &dialect : dialects)
        known.find(dialect, problems);
    std::string text;
    for (const Problem &problem : problems)
        text += (text.empty() ? "" : "\n") + toText(problem, "--dialect");
    if (!text.empty())
        throw Failure(ExitCode::Invalid, text);
}

std::vector<GridAxis> axesOf(const std::vector<std::string> &overrides)
{
    std::vector<GridAxis> axes;
    for (const std::string &setting : overrides) {
        auto axis = parseAxis(setting);
        if (!axis)
            throw Failure(ExitCode::Usage, fmt::format("daruma: --set: {}\nFor example: --set "
                                                       "supervisor.app.within=5s,30s",
                                                       axis.error()));
        axes.push_back(std::move(*axis));
    }
    if (countCombinations(axes) > mostCells)
        throw Failure(ExitCode::Usage,
                      fmt::format("daruma: --set: more than {} combinations of values", mostCells));
    return axes;
}

/// The rows in their order: the dialects in theirs, and for each the settings. Throws the Failure of the
/// first where none can be run, and where the dialects are not what is compared.
std::vector<ComparedRow> readRows(const ScenarioSource &source)
{
    const std::vector<std::string> dialects =
        source.dialect ? splitAtCommas(*source.dialect) : std::vector<std::string>{""};
    const std::vector<GridAxis> axes = axesOf(source.overrides);
    if (dialects.size() * countCombinations(axes) < 2)
        throw Failure(ExitCode::Usage,
                      "daruma: there is nothing to compare: --dialect A,B or --set KEY=V1,V2 says what\n"
                      "For example: daruma compare db-outage-30s --dialect otp,ash-flare");
    const std::string text = scenarioText(source.name);
    if (source.dialect)
        checkAreKnown(dialects, source.name);
    std::vector<ComparedRow> rows;
    std::optional<Failure> refusal;
    for (const std::string &dialect : dialects) {
        for (std::vector<std::string> &overrides : combinations(axes)) {
            ComparedRow row;
            CampaignCell cell;
            for (std::size_t i = 0; i < axes.size(); ++i) {
                if (axes[i].isVaried())
                    cell.settings.push_back(overrides[i]);
            }
            row.dialect = dialect;
            row.label = shortLabel(cell.settings, axes);
            if (dialects.size() > 1)
                row.label = dialect + (row.label.empty() ? "" : " ") + row.label;
            cell.source = source;
            cell.source.overrides = std::move(overrides);
            if (source.dialect)
                cell.source.dialect = dialect;
            try {
                cell.loaded = loadScenario(cell.source, text);
                row.cell = std::move(cell);
            } catch (const Failure &failure) {
                if (dialects.size() < 2 || failure.code() != ExitCode::Invalid)
                    throw;
                const std::string message = failure.what();
                row.refusal = message.substr(0, message.find('\n'));
                refusal = refusal ? refusal : failure;
            }
            rows.push_back(std::move(row));
        }
    }
    if (std::none_of(rows.begin(), rows.end(), [](const ComparedRow &row) { return row.cell; }))
        throw Failure(*refusal);
    return rows;
}

void runAll(Comparison &comparison, const Options &options, const Context &context)
{
    SweepPlan plan;
    for (const ComparedRow &row : comparison.rows) {
        if (row.cell)
            plan.cells.push_back(fixedCell({std::make_shared<const Scenario>(row.cell->loaded.scenario),
                                            linesOf(row.cell->source.overrides)}));
    }
    plan.seeds = comparison.seeds;
    plan.jobs = options.jobs;
    const Interruption interruption;
    CampaignProgress progress(!context.quiet);
    auto swept = sweep(plan, nullptr, [&](const SweepProgress &now) {
        progress.show(now);
        return !Interruption::isAsked();
    });
    if (!swept)
        refuseStore(swept.error());
    comparison.isInterrupted = swept->end == SweepEnd::Stopped;
    std::size_t next = 0;
    for (ComparedRow &row : comparison.rows) {
        if (row.cell)
            row.statistics = std::move(swept->cells[next++]);
    }
}

Recording runOf(const CampaignCell &cell, std::uint64_t seed)
{
    return record(cell.loaded.scenario.model, seed);
}

RunView viewOf(const CampaignCell &cell, const Recording &run)
{
    return {cell.loaded.scenario.model, run.events, run};
}

/// One thing that was set otherwise for a row, and the first row with nothing else changed.
struct Setting {
    RuleChange change;
    ScenarioSource alone;
    bool isDialect = false;
};

std::vector<Setting> settingsThatDiffer(const CampaignCell &first, const CampaignCell &row)
{
    std::vector<Setting> settings;
    if (first.source.dialect != row.source.dialect) {
        Setting setting{{"dialect", *first.source.dialect, *row.source.dialect}, first.source, true};
        setting.alone.dialect = row.source.dialect;
        settings.push_back(std::move(setting));
    }
    for (std::size_t i = 0; i < first.source.overrides.size(); ++i) {
        const auto left = parseOverride(first.source.overrides[i]);
        const auto right = parseOverride(row.source.overrides[i]);
        if (left->value == right->value)
            continue;
        Setting setting{{left->key, left->value, right->value}, first.source, false};
        setting.alone.overrides[i] = row.source.overrides[i];
        settings.push_back(std::move(setting));
    }
    return settings;
}

struct RunOfRow {
    const CampaignCell &cell;
    const Recording &run;
};

PartingRules rulesBehind(const RunOfRow &first, const RunOfRow &row, const Divergence &divergence,
                         const std::string &text)
{
    const std::vector<Setting> settings = settingsThatDiffer(first.cell, row.cell);
    PartingRules all;
    for (const Setting &setting : settings) {
        all.rules.push_back(setting.change);
        CampaignCell alone;
        alone.source = setting.alone;
        try {
            alone.loaded = loadScenario(alone.source, text);
        } catch (const Failure &) {
            continue;  // this change needs the others
        }
        const Recording run = runOf(alone, row.run.result.seed);
        if (!divergesAlike(viewOf(first.cell, first.run), viewOf(row.cell, row.run), viewOf(alone, run),
                           divergence))
            continue;
        if (setting.isDialect)
            return rulesThatPart(first.cell.loaded.scenario.model, first.run, alone.loaded.scenario.model,
                                 run, divergence);
        return {{setting.change}, true};
    }
    return all;
}

/// What the run does there, or next.
std::string doneAt(const CampaignCell &cell, const Recording &run, std::uint64_t seq, std::int64_t t)
{
    const bool isLater = seq < run.events.size() && run.events[seq].t != t;
    return (isLater ? "nothing then; next " : "") + eventText(cell.loaded.scenario.model, run, seq);
}

RowParting partingWith(std::uint64_t seed, const CampaignCell &first, const CampaignCell &row)
{
    const Recording left = runOf(first, seed);
    const Recording right = runOf(row, seed);
    const Divergence at = *firstDivergence(viewOf(first, left), viewOf(row, right));
    const Recording &run = at.left < left.events.size() ? left : right;
    const Event event = run.events[at.left < left.events.size() ? at.left : at.right];
    return RowParting{seed,
                      at,
                      event.node.isValid() ? run.path(event.node) : std::string(),
                      doneAt(first, left, at.left, at.t),
                      doneAt(row, right, at.right, at.t),
                      rulesBehind({first, left}, {row, right}, at, first.loaded.scenario.text)};
}

/// Looks for a seed with which the row does something else, or else for one with which it does so in another
/// order.
void findParting(ComparedRow &row, const CampaignCell &first, SeedRange seeds,
                 const std::vector<Fingerprint> &fingerprints)
{
    Simulation simulation(row.cell->loaded.scenario.model);
    std::optional<std::uint64_t> seedOfOrder;
    std::uint64_t events = 0;
    for (const Fingerprint fingerprint : fingerprints) {
        const std::uint64_t seed = seeds.first + row.seedsLookedAt;
        if (events > mostEventsLookedAt)
            break;
        ++row.seedsLookedAt;
        // Runs of the same fingerprint need not be looked at.
        if (simulation.run(seed).fingerprint == fingerprint)
            continue;
        const Recording left = runOf(first, seed);
        const Recording right = runOf(*row.cell, seed);
        events += left.events.size() + right.events.size();
        const auto at = firstDivergence(viewOf(first, left), viewOf(*row.cell, right));
        if (at && !at->isOrderAlone) {
            row.parting = partingWith(seed, first, *row.cell);
            return;
        }
        if (at && !seedOfOrder)
            seedOfOrder = seed;
    }
    if (seedOfOrder)
        row.parting = partingWith(*seedOfOrder, first, *row.cell);
}

void findPartings(Comparison &comparison)
{
    const CampaignCell &first = *comparison.first().cell;
    const std::uint64_t count = std::min(comparison.seeds.size(), mostSeedsLookedAt);
    Simulation simulation(first.loaded.scenario.model);
    std::vector<Fingerprint> fingerprints;
    for (std::uint64_t i = 0; i < count; ++i)
        fingerprints.push_back(simulation.run(comparison.seeds.first + i).fingerprint);
    for (ComparedRow &row : comparison.rows) {
        if (row.cell && &*row.cell != &first)
            findParting(row, first, comparison.seeds, fingerprints);
    }
}

ExitCode compare(const Options &options, Context &context)
{
    if (options.source.seed && !options.seeds.empty())
        throw Failure(ExitCode::Usage, "daruma: --seed and --seeds: one of them says which seeds to run");
    Comparison comparison;
    if (!options.seeds.empty())
        comparison.seeds = seedRange(options.seeds);
    comparison.rows = readRows(options.source);
    if (options.seeds.empty()) {
        const std::uint64_t seed = comparison.first().cell->loaded.seed;
        comparison.seeds = {seed, seed};
    }
    runAll(comparison, options, context);
    if (!comparison.isInterrupted)
        findPartings(comparison);
    context.out.write(context.format == Format::Json ? comparisonJson(comparison)
                                                     : comparisonText(context.out, comparison));
    return comparison.isInterrupted ? ExitCode::Interrupted : ExitCode::Met;
}

Subcommand::Action declare(CLI::App &app)
{
    const auto options = std::make_shared<Options>();
    addScenarioOptions(app, options->source);
    app.get_option("--dialect")->description("The dialects to compare, with commas between them");
    app.get_option("--set")->description("Changes one value of the scenario; with more than one value, to "
                                         "compare them");
    app.add_option("--seeds", options->seeds, "The seeds to run; default: the scenario's own alone")
        ->type_name("FIRST..LAST");
    app.add_option("--jobs", options->jobs, "How many runs go on at once")
        ->check(CLI::Range(1U, 1024U).description(""))
        ->type_name("N")
        ->capture_default_str();
    return [options](Context &context) { return compare(*options, context); };
}

}

Subcommand compareCommand()
{
    return {
        "compare",
        "Runs the same faults under several dialects or settings, side by side",
        "Each row is compared with the first: where the runs part, and which rule or setting parts them.\n"
        "It returns 0 whatever became of the expectations.\n\n"
        "Examples:\n"
        "  daruma compare db-outage-30s --dialect otp,elixir,ash-flare,ash-flare:corrected\n"
        "  daruma compare db-outage-30s --set supervisor.app.max_restarts=1,10 --seeds 1..100\n",
        {Format::Text, Format::Json},
        declare};
}

}
