#include "app/cli/commands.h"
#include "app/cli/comparing_commands.h"
#include "app/cli/interruption.h"
#include "app/cli/tuning.h"
#include "simulator/analysis/wording.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <thread>

namespace daruma {

namespace {

/// Where nobody says how many.
constexpr std::uint64_t leastSeeds = 1'000;
constexpr std::uint64_t mostSeeds = 100'000;

struct Options {
    ScenarioSource source;
    std::vector<std::string> targets;
    std::vector<std::string> vary;
    std::string seeds;
    unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
};

[[noreturn]] void refuse(const std::string &message)
{
    throw Failure(ExitCode::Usage, "daruma: " + message);
}

std::vector<Target> targetsOf(const std::vector<std::string> &texts)
{
    std::vector<Target> targets;
    for (const std::string &text : texts) {
        auto target = parseTarget(text);
        if (!target)
            refuse(fmt::format("--target `{}`: {}\nFor example: --target 'survives app >= 0.999' or "
                               "--target 'gives_up app within 60s when fault \"permanent\"'",
                               text, target.error()));
        targets.push_back(std::move(*target));
    }
    return targets;
}

std::vector<GridAxis> axesOf(const std::vector<std::string> &settings)
{
    std::vector<GridAxis> axes;
    for (const std::string &setting : settings) {
        auto axis = parseAxis(setting);
        if (!axis)
            refuse(fmt::format("--vary: {}\nFor example: --vary supervisor.app.max_restarts=1..20",
                               axis.error()));
        for (const GridAxis &known : axes) {
            if (known.key == axis->key)
                refuse(fmt::format("--vary: {} is there twice", axis->key));
        }
        axes.push_back(std::move(*axis));
    }
    if (countCombinations(axes) > mostCells)
        refuse(fmt::format("--vary: {} settings are more than {}", countCombinations(axes), mostCells));
    return axes;
}

const Fault *faultNamed(const Model &model, const std::string &name)
{
    const auto fault = std::find_if(model.faults.begin(), model.faults.end(),
                                    [&](const Fault &one) { return model.texts[one.name] == name; });
    return fault == model.faults.end() ? nullptr : &*fault;
}

[[noreturn]] void refuseFault(const Target &target, const Model &model)
{
    std::vector<std::string> names;
    for (const Fault &fault : model.faults)
        names.push_back("\"" + std::string(model.texts[fault.name]) + "\"");
    throw Failure(ExitCode::Invalid,
                  fmt::format("--target `{}`: the scenario has no fault \"{}\"\n    {}", target.text,
                              target.fault,
                              names.empty() ? "it has none" : "it has " + nameList(names, names.size())));
}

/// What a target names must be there in the scenario as it stands.
void checkTargets(const std::vector<Target> &targets, const Model &model)
{
    for (const Target &target : targets) {
        const std::vector<NodeId> nodes = nodesOf(target, model);
        if (nodes.empty())
            throw Failure(ExitCode::Invalid,
                          fmt::format("--target `{}`: no table and no place is called \"{}\"", target.text,
                                      target.node));
        const bool hasWorker = std::any_of(nodes.begin(), nodes.end(),
                                           [&](NodeId node) { return !model.nodes[node].isSupervisor; });
        if (target.kind == TargetKind::GivesUp && hasWorker)
            throw Failure(ExitCode::Invalid,
                          fmt::format("--target `{}`: \"{}\" is a worker, and only supervisors give up",
                                      target.text, target.node));
        if (!target.fault.empty() && !faultNamed(model, target.fault))
            refuseFault(target, model);
    }
}

/// Reads the scenario under a setting with the faults of a group.
class SettingReader {
public:
    SettingReader(const Options &options, const Tuning &tuning, std::string text)
        : m_source(options.source)
        , m_tuning(tuning)
        , m_groups(faultGroups(tuning.targets))
        , m_text(std::move(text))
    {}

    std::shared_ptr<const Scenario> read(SettingId setting, std::size_t group) const
    {
        return read(m_tuning.setting(setting), group);
    }

    /// Every value of every axis, with the first values of the others, so that what is wrong with one is told
    /// before anything runs.
    void checkValues() const
    {
        for (std::size_t i = 0; i < m_tuning.axes.size(); ++i) {
            std::vector<std::string> settings = m_tuning.setting(0);
            for (const std::string &value : m_tuning.axes[i].values) {
                settings[i] = m_tuning.axes[i].key + "=" + value;
                read(settings, 0);
            }
        }
    }

private:
    std::shared_ptr<const Scenario> read(const std::vector<std::string> &settings, std::size_t group) const
    {
        ScenarioSource source = m_source;
        source.overrides.insert(source.overrides.end(), settings.begin(), settings.end());
        for (std::string &fault : m_tuning.faultsOf(m_groups[group]))
            source.overrides.push_back(std::move(fault));
        return std::make_shared<const Scenario>(loadScenario(source, m_text).scenario);
    }

    ScenarioSource m_source;
    const Tuning &m_tuning;
    std::vector<std::string> m_groups;
    std::string m_text;
};

/// So many that a setting that never fails is known to meet every target, in thousands.
SeedRange usualSeeds(const std::vector<Target> &targets)
{
    std::uint64_t count = leastSeeds;
    for (const Target &target : targets)
        count = std::max(count, leastRunsFor(target));
    return {1, std::min(mostSeeds, (count + 999) / 1'000 * 1'000)};
}

ExitCode exitCodeOf(const Tuning &tuning)
{
    if (tuning.result.isInterrupted)
        return ExitCode::Interrupted;
    const bool isFound = tuning.result.best && tuning.result.best->verdict(tuning.targets) == Verdict::Met
                         && !tuning.isDoubted();
    return isFound ? ExitCode::Met : ExitCode::ExpectationFailed;
}

std::string progressText(const TuneProgress &progress)
{
    constexpr std::string_view steps[] = {"searching",
                                          "no setting meets all targets, searching what reaches them",
                                          "checking with fresh seeds", "searching the nearest"};
    return fmt::format("{} so far; {}: {} of {} done", counted(progress.runs, "run"),
                       steps[static_cast<std::size_t>(progress.step)], grouped(progress.settled),
                       counted(progress.settings, "setting"));
}

ExitCode run(const Options &options, Context &context)
{
    Tuning tuning;
    tuning.targets = targetsOf(options.targets);
    tuning.axes = axesOf(options.vary);
    tuning.seeds = options.seeds.empty() ? usualSeeds(tuning.targets) : seedRange(options.seeds);
    tuning.freshSeeds = {tuning.seeds.last + 1, tuning.seeds.last + tuning.seeds.size()};
    const std::string text = scenarioText(options.source.name);
    tuning.loaded = loadScenario(options.source, text);
    tuning.scenario = options.source.name;
    tuning.fixed = options.source.overrides;
    tuning.dialect = options.source.dialect;
    checkTargets(tuning.targets, tuning.loaded.scenario.model);
    const SettingReader reader(options, tuning, text);
    reader.checkValues();

    TunePlan plan;
    for (const GridAxis &axis : tuning.axes)
        plan.axes.push_back(axis.values.size());
    plan.targets = tuning.targets;
    plan.seeds = tuning.seeds;
    plan.freshSeeds = tuning.freshSeeds;
    plan.jobs = options.jobs;
    plan.load = [&reader](SettingId setting, std::size_t group) { return reader.read(setting, group); };
    const Interruption interruption;
    auto told = std::chrono::nanoseconds(0);
    plan.watcher = [&](const TuneProgress &progress) {
        if (progress.elapsed - told > std::chrono::seconds(5)) {
            told = progress.elapsed;
            context.note(progressText(progress));
        }
        return !Interruption::isAsked();
    };
    tuning.result = tune(plan);
    context.out.write(context.format == Format::Json ? tuningJson(tuning) : tuningText(context.out, tuning));
    return exitCodeOf(tuning);
}

Subcommand::Action declare(CLI::App &app)
{
    const auto options = std::make_shared<Options>();
    addScenarioOptions(app, options->source);
    app.remove_option(app.get_option("--seed"));
    app.add_option("--target", options->targets, "What is to be reached; may be given several times")
        ->type_name("TARGET")
        ->required()
        ->take_all()
        ->expected(1)
        ->allow_extra_args(false);
    app.add_option("--vary", options->vary,
                   "A key and the values that it may take, the smallest first; may be given several times")
        ->type_name("KEY=V1,V2")
        ->required()
        ->take_all()
        ->expected(1)
        ->allow_extra_args(false);
    app.add_option(
           "--seeds", options->seeds,
           "The seeds to run; default: as many as the targets need, at least 1000. As many more check "
           "what was found")
        ->type_name("FIRST..LAST");
    app.add_option("--jobs", options->jobs, "How many runs go on at once")
        ->check(CLI::Range(1U, 1024U).description(""))
        ->type_name("N")
        ->capture_default_str();
    return [options](Context &context) { return run(*options, context); };
}

}

Subcommand tuneCommand()
{
    return {"tune",
            "Finds the smallest settings that meet targets",
            "A TARGET is `survives NODE >= SHARE`, `available NODE >= SHARE` or `gives_up NODE within "
            "DURATION`,\neach with `when fault \"NAME\"` behind it or not; `daruma help tune` says more.\n"
            "It returns 1 where no setting is known to meet all targets.\n\n"
            "Example:\n"
            "  daruma tune db-outage-30s --target 'survives app >= 0.999' \\\n"
            "    --target 'gives_up app within 60s when fault \"permanent\"' \\\n"
            "    --vary supervisor.db_sup.max_restarts=1..20 --vary supervisor.db_sup.within=5s,1m \\\n"
            "    --vary supervisor.app.max_restarts=0,1 --vary worker.conn.backoff=1s,2s,5s\n",
            {Format::Text, Format::Json},
            declare};
}

}
