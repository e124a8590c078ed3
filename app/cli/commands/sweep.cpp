#include "app/cli/annotations.h"
#include "app/cli/campaign_progress.h"
#include "app/cli/campaign_source.h"
#include "app/cli/commands.h"
#include "app/cli/corpus.h"
#include "app/cli/failing_run.h"
#include "app/cli/interruption.h"
#include "app/cli/junit.h"
#include "app/cli/new_file.h"
#include "app/cli/report.h"
#include "app/cli/run_once.h"
#include "app/cli/step_summary.h"
#include "app/cli/sweep_report.h"
#include "app/cli/words.h"
#include "simulator/campaign/swarm.h"
#include "simulator/kernel/duration_text.h"
#include "simulator/store/database.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <thread>

namespace daruma {

namespace {

struct Options {
    ScenarioSource source;
    std::string seeds;
    unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
    std::string shard;
    std::string database = "daruma.db";
    std::string record = "restarts";
    std::string timeBudget;
    std::string junit;
    std::string summary;
    std::optional<double> precision;
    bool swarm = false;
    bool untilFailure = false;
    bool resume = false;
    bool saveFailures = false;
};

template <typename Value> Value accepted(StoreResult<Value> result)
{
    if (!result)
        refuseStore(result.error());
    if constexpr (!std::is_void_v<Value>)
        return std::move(*result);
}

/// What identifies the campaign beside scenario, seeds and rules: all that makes its runs what they are.
std::string campaignOptions(const Options &options, const std::string &dialect)
{
    std::string text = otherOptions(options.source);
    for (const std::string &setting : options.source.overrides)
        text += (text.empty() ? "" : " ") + ("--set " + shellQuoted(setting));
    text += (text.empty() ? "" : " ") + ("--dialect " + shellQuoted(dialect));
    if (options.swarm)
        text += " --swarm";
    if (!options.shard.empty())
        text += fmt::format(" --seeds {} --shard {}", options.seeds, shardOf(options.shard).text());
    return text;
}

/// The runs of the latest complete campaign of that identity; nothing where there is none.
std::optional<std::uint64_t> finishedRuns(const std::string &path, const CampaignIdentity &identity)
{
    auto database = accepted(Database::open(path, openOptions()));
    std::optional<std::uint64_t> runs;
    for (const CampaignRow &campaign : accepted(database.campaigns())) {
        if (campaign.finishedAt && campaign.firstSeed == identity.firstSeed
            && campaign.lastSeed == identity.lastSeed && campaign.options == identity.options
            && campaign.rulesVersion == identity.rulesVersion
            && accepted(database.scenario(campaign.scenarioId)).text == identity.scenarioText)
            runs = campaign.runs;
    }
    return runs;
}

std::uint64_t runsOf(const std::string &path, std::int64_t id)
{
    auto database = accepted(Database::open(path, openOptions()));
    for (const CampaignRow &campaign : accepted(database.campaigns())) {
        if (campaign.id == id)
            return campaign.runs;
    }
    return 0;
}

/// Opens the database and begins the campaign, or goes on with it. Nothing where nothing is to be recorded.
std::unique_ptr<Recorder> beginRecording(const Options &options, const CampaignIdentity &identity,
                                         SweepPlan &plan, Context &context)
{
    if (plan.policy == RecordPolicy::None)
        return nullptr;
    auto recorder = accepted(Recorder::open(options.database, plan.policy, openOptions()));
    if (options.resume) {
        if (const auto id = accepted(recorder->resumeCampaign(identity))) {
            plan.recordedRuns = runsOf(options.database, *id);
            context.note(
                fmt::format("going on behind {} of campaign {}", counted(plan.recordedRuns, "run"), *id));
            return recorder;
        }
        if (const auto runs = finishedRuns(options.database, identity)) {
            context.note(fmt::format("the campaign is complete, with {}: nothing is added to it",
                                     counted(*runs, "run")));
            plan.policy = RecordPolicy::None;
            return nullptr;
        }
        context.note("there is no such campaign yet: it begins");
    }
    accepted(recorder->beginCampaign(identity));
    return recorder;
}

Variant variantOf(const ScenarioSource &source, const Scenario &scenario)
{
    return {std::make_shared<const Scenario>(scenario), linesOf(source.overrides)};
}

VariantReader variantReader(const CampaignCell &cell)
{
    return [source = cell.source, text = cell.loaded.scenario.text](const std::vector<std::string> &more) {
        ScenarioSource varied = source;
        varied.overrides.insert(varied.overrides.end(), more.begin(), more.end());
        return variantOf(varied, loadScenario(varied, text).scenario);
    };
}

SweepPlan planOf(const Options &options, const CampaignCells &campaign, SeedRange seeds)
{
    SweepPlan plan;
    for (const CampaignCell &cell : campaign.cells) {
        Variant usual = variantOf(cell.source, cell.loaded.scenario);
        if (!options.swarm)
            plan.cells.push_back(fixedCell(std::move(usual)));
        else
            plan.cells.push_back(swarmCell(std::move(usual), variantReader(cell)));
    }
    plan.seeds = seeds;
    plan.jobs = options.jobs;
    plan.policy = *recordPolicyFromText(options.record);
    plan.untilFailure = options.untilFailure;
    plan.precision = options.precision;
    if (!options.timeBudget.empty()) {
        const auto budget = parseDuration(options.timeBudget);
        if (!budget)
            throw Failure(ExitCode::Usage, fmt::format("daruma: --time-budget {}: {}\nFor example: "
                                                       "--time-budget 60s",
                                                       options.timeBudget, budget.error().message));
        plan.deadline = std::chrono::steady_clock::now() + std::chrono::nanoseconds(budget->ns());
    }
    return plan;
}

/// The run that failed first: of the smallest seed, and of the first cell with it.
struct FirstFailure {
    const CampaignCell *cell = nullptr;
    std::uint64_t seed = 0;
};

std::optional<FirstFailure> firstFailure(const CampaignCells &campaign, const SweepResult &result)
{
    std::optional<FirstFailure> first;
    for (std::size_t i = 0; i < campaign.cells.size(); ++i) {
        const std::vector<std::uint64_t> &failing = result.cells[i].failingSeeds;
        if (!failing.empty() && (!first || failing.front() < first->seed))
            first = FirstFailure{&campaign.cells[i], failing.front()};
    }
    return first;
}

struct ExplainedFailure {
    std::string text;
    std::string repro;
};

ExplainedFailure explain(const FirstFailure &failure, const Output &out)
{
    const auto [loaded, run, repro] = failingRun(*failure.cell, failure.seed);
    const Model &model = loaded.scenario.model;
    ExplainedFailure explained;
    explained.repro = repro;
    explained.text = fmt::format("\n{}\n", styled(out, Style::Bold, fmt::format("seed {}", failure.seed)));
    explained.text += verdictText(out, model, run).substr(1);
    explained.text += whyText(out, Explainer(model, run), 6);
    explained.text += "\n" + explained.repro + "\n";
    return explained;
}

ExitCode exitCodeOf(const CampaignCells &campaign, const SweepResult &result, const CorpusReport &corpus)
{
    if (result.end == SweepEnd::Stopped)
        return ExitCode::Interrupted;
    if (!corpus.failing.empty())
        return ExitCode::ExpectationFailed;
    for (std::size_t i = 0; i < campaign.cells.size(); ++i) {
        // What was never reached in a part of the seeds may be reached in the rest.
        const bool isWhole = result.end == SweepEnd::Complete || result.end == SweepEnd::Precise;
        if (isWhole ? hasFailed(campaign.cells[i], result.cells[i]) : result.cells[i].unsuccessful() > 0)
            return ExitCode::ExpectationFailed;
    }
    return result.end == SweepEnd::OutOfTime ? ExitCode::TimeBudgetOver : ExitCode::Met;
}

void finishRecording(Recorder &recorder, const SweepResult &result)
{
    const bool isWhole = result.end != SweepEnd::OutOfTime && result.end != SweepEnd::Stopped;
    accepted(isWhole ? recorder.finishCampaign() : recorder.commit());
}

/// Those of all cells, each once.
std::vector<DialectText> dialectFilesOf(const CampaignCells &campaign)
{
    std::vector<DialectText> files;
    for (const CampaignCell &cell : campaign.cells)
        for (const DialectText &file : cell.loaded.scenario.dialectFiles)
            if (std::none_of(files.begin(), files.end(),
                             [&](const DialectText &known) { return known.name == file.name; }))
                files.push_back(file);
    return files;
}

/// Of the parts of a campaign the first runs the corpus.
Corpus corpusFor(const Options &options)
{
    Corpus corpus = corpusOf(options.source);
    if (options.saveFailures)
        checkCanSave(corpus, options.source);
    if (!options.shard.empty() && shardOf(options.shard).index != 1)
        corpus.seeds.clear();
    return corpus;
}

void report(const Options &options, const SweepReport &report, const CorpusReport &corpus, Context &context)
{
    ExplainedFailure explained;
    if (const auto failure = firstFailure(report.campaign, report.result))
        explained = explain(*failure, context.out);
    const bool hasCorpus = corpus.seeds > 0;
    if (!options.junit.empty()) {
        std::vector<JunitSuite> suites = sweepSuites(report);
        if (hasCorpus)
            suites.insert(suites.begin(), corpusSuite(corpus, report.campaign));
        writeNewFile(options.junit, junitText("daruma sweep", suites), "daruma: --junit");
    }
    std::string summary = sweepSummary(report, explained.repro);
    if (hasCorpus)
        summary += "```\n" + corpusText(corpus) + "```\n\n";
    writeSummary(options.summary, context, summary);
    if (context.format == Format::Json) {
        const std::string document = sweepJson(report, explained.repro);
        context.out.write(hasCorpus ? withCorpus(document, corpus) : document);
    } else if (context.format == Format::Github) {
        context.out.write(corpusAnnotations(corpus, report.campaign) + sweepAnnotations(report));
    } else {
        context.out.write((hasCorpus ? corpusText(corpus) : "") + sweepText(context.out, report)
                          + explained.text);
    }
    context.out.flush();
}

std::string shardText(const Options &options)
{
    return options.shard.empty() ? "" : fmt::format("{} of {}", shardOf(options.shard).text(), options.seeds);
}

/// What goes on with a campaign that was broken off.
void tellHowToGoOn(const Options &options, const SweepResult &result, Context &context)
{
    if (result.end != SweepEnd::OutOfTime && result.end != SweepEnd::Stopped)
        return;
    context.note(options.resume ? "the same command goes on with it"
                                : "the same command with --resume goes on with it");
}

ExitCode run(const Options &options, Context &context)
{
    if (options.resume && options.record == "none")
        throw Failure(ExitCode::Usage,
                      "daruma: --record none records nothing, so there is nothing that --resume "
                      "could go on with");
    const SeedRange asked = seedRange(options.seeds);
    const SeedRange seeds = options.shard.empty() ? asked : partOf(asked, shardOf(options.shard));
    CampaignCells campaign = readCells(options.source);
    for (CampaignCell &cell : campaign.cells)
        cell.isSwarm = options.swarm;
    const LoadedScenario &loaded = campaign.cells.front().loaded;
    for (const Problem &warning : loaded.scenario.warnings)
        context.note("warning: " + toText(warning, loaded.file));
    const Model &model = loaded.scenario.model;
    const Corpus corpus = corpusFor(options);
    SweepPlan plan = planOf(options, campaign, seeds);
    const CampaignIdentity identity{model.name,
                                    loaded.scenario.text,
                                    seeds.first,
                                    seeds.last,
                                    campaignOptions(options, model.dialect),
                                    rulesVersion,
                                    dialectFilesOf(campaign)};
    const Interruption interruption;
    const auto fared = runCorpus(corpus, campaign, plan.cells, plan.jobs);
    if (!fared)
        return ExitCode::Interrupted;
    const std::unique_ptr<Recorder> recorder = beginRecording(options, identity, plan, context);
    const SweepResult result = [&] {
        CampaignProgress progress(!context.quiet);
        return accepted(sweep(plan, recorder.get(), [&](const SweepProgress &now) {
            progress.show(now);
            return !Interruption::isAsked();
        }));
    }();
    if (recorder)
        finishRecording(*recorder, result);
    report(options, {campaign, result, seeds, options.precision, shardText(options)}, *fared, context);
    if (recorder) {
        context.note(fmt::format("recorded in {}", options.database));
        tellHowToGoOn(options, result, context);
    }
    if (options.saveFailures)
        context.note(fmt::format(
            "{} added to {}", counted(saveFailures(corpus, campaign, result, plan.cells, plan.jobs), "seed"),
            corpus.file));
    return exitCodeOf(campaign, result, *fared);
}

/// `1%` as `0.01`; anything else stays what it is.
std::string shareOfPercent(std::string &text)
{
    double number = 0;
    const std::string_view digits = std::string_view(text).substr(0, text.size() - 1);
    if (text.empty() || text.back() != '%')
        return {};
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (read.ec == std::errc() && read.ptr == digits.data() + digits.size())
        text = fmt::format("{}", number / 100);
    return {};
}

Subcommand::Action declare(CLI::App &app)
{
    const auto options = std::make_shared<Options>();
    addScenarioOptions(app, options->source);
    app.remove_option(app.get_option("--seed"));
    app.add_option("--seeds", options->seeds, "The seeds to run, both ends included")
        ->type_name("FIRST..LAST")
        ->required();
    app.add_option("--jobs", options->jobs, "How many runs go on at once")
        ->check(CLI::Range(1U, 1024U).description(""))
        ->type_name("N")
        ->capture_default_str();
    app.add_option("--shard", options->shard,
                   "Runs one part of the seeds: of N parts the I-th; `auto` reads which from the job array")
        ->type_name("I/N");
    app.add_option("--db", options->database, "The database to record into")
        ->type_name("FILE")
        ->capture_default_str();
    app.add_option("--record", options->record, "What of the runs is recorded")
        ->check(CLI::IsMember({"all", "restarts", "failures", "none"}).description(""))
        ->type_name("all|restarts|failures|none")
        ->capture_default_str();
    app.add_flag("--swarm", options->swarm,
                 "Draws for each seed which faults are on, how hard they are and what they strike");
    app.add_flag("--until-failure", options->untilFailure, "Stops at the first seed that fails");
    app.add_option("--time-budget", options->timeBudget,
                   "Stops after so much time, and keeps what is finished")
        ->type_name("DURATION");
    app.add_option("--precision", options->precision,
                   "Stops once the intervals of survival and of every expectation are no wider: 0.01 is one "
                   "per cent, and may be written so: 1%")
        ->transform(CLI::Validator(shareOfPercent, ""))
        ->check(CLI::Range(1e-6, 1.0).description(""))
        ->type_name("WIDTH");
    app.add_flag(
        "--save-failures", options->saveFailures,
        "Adds the seeds that fail to NAME.seeds beside the scenario, which are run first from then on");
    app.add_option("--junit", options->junit,
                   "Writes a test report: a case for each expectation, and one for each failing seed")
        ->type_name("FILE");
    addSummaryOption(app, options->summary);
    app.add_flag("--resume", options->resume,
                 "Goes on with the campaign of the same command that was broken off");
    return [options](Context &context) { return run(*options, context); };
}

}

Subcommand sweepCommand()
{
    return {"sweep",
            "Runs a scenario with many seeds and says how often what happens",
            "KEY=V1,V2 or KEY=1..10 behind --set makes a grid: every setting meets the same faults.\n\n"
            "Examples:\n"
            "  daruma sweep db-outage-30s --seeds 1..1000\n"
            "  daruma sweep db-outage-30s --seeds 1..1000 --set supervisor.app.max_restarts=1..5\n",
            {Format::Text, Format::Json, Format::Github},
            declare};
}

}
