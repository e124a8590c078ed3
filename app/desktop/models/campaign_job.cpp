#include "app/desktop/models/campaign_job.h"

#include "app/desktop/models/text.h"
#include "simulator/store/recorder.h"
#include "simulator/store/run_recipe.h"

#include <QCoreApplication>

#include <algorithm>
#include <chrono>

namespace daruma {

namespace {

/// As many as `daruma sweep` allows.
constexpr std::size_t mostCells = 10'000;

class CampaignJob {
    Q_DECLARE_TR_FUNCTIONS(CampaignJob)
};

std::string settingText(const Override &override)
{
    return override.key + "=" + override.value;
}

/// A word as a shell has to be given it; so it stands in the options of a campaign.
std::string quoted(const std::string &word)
{
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,@%+";
    if (!word.empty() && word.find_first_not_of(plain) == std::string::npos)
        return word;
    std::string text = "'";
    for (const char c : word)
        text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return text + "'";
}

tl::expected<std::shared_ptr<const Scenario>, QString> read(const RunSource &source,
                                                            const std::vector<Override> &overrides)
{
    ReadOptions options;
    options.limits = source.limits;
    options.dialectFiles = source.dialectFiles;
    auto scenario = readScenario(source.text, source.file, overrides, source.dialect, options);
    if (scenario)
        return std::make_shared<const Scenario>(std::move(*scenario));
    QString message;
    for (const Problem &problem : scenario.error())
        message += (message.isEmpty() ? QString() : QStringLiteral("\n")) + qt(toText(problem, source.file));
    return tl::unexpected(message);
}

tl::expected<std::vector<GridAxis>, QString> axesOf(const std::vector<std::string> &vary)
{
    std::vector<GridAxis> axes;
    for (const std::string &setting : vary) {
        auto axis = parseAxis(setting);
        if (!axis)
            return tl::unexpected(qt(axis.error()));
        if (std::any_of(axes.begin(), axes.end(), [&](const GridAxis &one) { return one.key == axis->key; }))
            return tl::unexpected(CampaignJob::tr("%1 is there twice").arg(qt(axis->key)));
        axes.push_back(std::move(*axis));
    }
    if (countCombinations(axes) > mostCells)
        return tl::unexpected(
            CampaignJob::tr("%1 settings are more than %2").arg(countCombinations(axes)).arg(mostCells));
    return axes;
}

/// Those of the source, but for keys that are varied.
std::vector<Override> fixedOverrides(const RunSource &source, const std::vector<GridAxis> &axes)
{
    std::vector<Override> fixed;
    for (const Override &one : source.overrides)
        if (std::none_of(axes.begin(), axes.end(), [&](const GridAxis &axis) { return axis.key == one.key; }))
            fixed.push_back(one);
    return fixed;
}

struct Cells {
    std::vector<std::unique_ptr<Cell>> cells;
    std::shared_ptr<const Scenario> first;
};

tl::expected<Cells, QString> cellsOf(const CampaignRequest &request, const std::vector<GridAxis> &axes)
{
    const std::vector<Override> fixed = fixedOverrides(request.source, axes);
    Cells cells;
    for (const std::vector<std::string> &combination : combinations(axes)) {
        std::vector<Override> overrides = fixed;
        for (const std::string &setting : combination)
            if (auto override = parseOverride(setting))
                overrides.push_back(std::move(*override));
        auto scenario = read(request.source, overrides);
        if (!scenario)
            return tl::unexpected(scenario.error());
        std::string lines;
        for (const Override &one : overrides)
            lines += (lines.empty() ? "" : "\n") + settingText(one);
        if (!cells.first)
            cells.first = *scenario;
        cells.cells.push_back(fixedCell({*scenario, lines}));
    }
    return cells;
}

std::string optionsOf(const CampaignRequest &request, const std::vector<GridAxis> &axes,
                      const Scenario &scenario)
{
    std::string text = toText(RunOptions{request.source.limits, {}});
    const auto add = [&](const std::string &words) { text += (text.empty() ? "" : " ") + words; };
    for (const Override &one : fixedOverrides(request.source, axes))
        add("--set " + quoted(settingText(one)));
    for (const std::string &one : request.vary)
        add("--set " + quoted(one));
    add("--dialect " + quoted(std::string(scenario.model.dialect)));
    return text;
}

/// Says when figures are to be made again.
class FiguresClock {
public:
    bool isDue() const { return std::chrono::steady_clock::now() >= m_next; }

    template <typename Make> std::shared_ptr<const Figures> timed(Make make)
    {
        const auto begun = std::chrono::steady_clock::now();
        auto figures = std::make_shared<const Figures>(make());
        const auto now = std::chrono::steady_clock::now();
        m_next = now + std::max<std::chrono::nanoseconds>(interval, (now - begun) * pauses);
        return figures;
    }

private:
    static constexpr std::chrono::milliseconds interval{500};
    /// So that they take two hundredths of the time at most, however many settings there are.
    static constexpr int pauses = 50;
    std::chrono::steady_clock::time_point m_next;
};

}

tl::expected<CampaignOutcome, QString>
runCampaign(const CampaignRequest &request, const SweepWatcher &watcher, const FiguresTaker &takeFigures)
{
    if (request.seeds.first > request.seeds.last)
        return tl::unexpected(CampaignJob::tr("The first seed is behind the last."));
    const auto axes = axesOf(request.vary);
    if (!axes)
        return tl::unexpected(axes.error());
    auto cells = cellsOf(request, *axes);
    if (!cells)
        return tl::unexpected(cells.error());
    auto recorder = Recorder::open(request.database.toStdString(), request.policy);
    if (!recorder)
        return tl::unexpected(qt(recorder.error().text()));
    const Scenario &scenario = *cells->first;
    const auto campaign = (*recorder)->beginCampaign({scenario.model.name, scenario.text, request.seeds.first,
                                                      request.seeds.last, optionsOf(request, *axes, scenario),
                                                      rulesVersion, scenario.dialectFiles});
    if (!campaign)
        return tl::unexpected(qt(campaign.error().text()));
    SweepPlan plan;
    plan.cells = std::move(cells->cells);
    plan.seeds = request.seeds;
    plan.jobs = request.jobs;
    plan.policy = request.policy;
    FiguresClock clock;
    const auto result = sweep(plan, recorder->get(), [&](const SweepProgress &now) {
        if (takeFigures && clock.isDue())
            takeFigures(clock.timed([&] { return countedFigures(plan, *now.cells); }));
        return !watcher || watcher(now);
    });
    if (!result)
        return tl::unexpected(qt(result.error().text()));
    if (takeFigures)
        takeFigures(std::make_shared<const Figures>(countedFigures(plan, result->cells)));
    const auto finished =
        result->end == SweepEnd::Stopped ? (*recorder)->commit() : (*recorder)->finishCampaign();
    if (!finished)
        return tl::unexpected(qt(finished.error().text()));
    CampaignOutcome outcome{*campaign, result->end, result->runs, 0, 0};
    for (const CampaignStatistics &cell : result->cells) {
        outcome.unsuccessful += cell.unsuccessful();
        outcome.survived += cell.survivalOf(NodeId{0}).count;
    }
    return outcome;
}

tl::expected<std::optional<ShrinkResult>, QString>
shrinkRun(const RunSource &source, const std::function<bool(const ShrinkResult &)> &goesOn)
{
    struct Stopped {};
    const auto scenario = read(source, source.overrides);
    if (!scenario)
        return tl::unexpected(scenario.error());
    ShrinkRequest request{**scenario, source.overrides, source.dialect,
                          source.seed.value_or((*scenario)->model.seed)};
    try {
        auto result = shrink(request, [&](const ShrinkResult &soFar) {
            if (!goesOn(soFar))
                throw Stopped();
        });
        if (!result)
            return tl::unexpected(
                CampaignJob::tr("Nothing failed in this run, so there is nothing to shrink."));
        return result;
    } catch (const Stopped &) {
        return std::optional<ShrinkResult>();
    }
}

namespace {

/// What changes the faults so that only what the group of targets asks for is on; see faultGroups.
std::vector<Override> faultsOf(const Model &model, const std::string &group)
{
    std::vector<Override> overrides;
    for (const Fault &fault : model.faults) {
        const std::string_view name = model.texts[fault.name];
        if (group.empty())
            break;
        if (name != group)
            overrides.push_back({overrideKey("fault", name, "chance"), "0"});
        else if (fault.chance.isNever())
            overrides.push_back({overrideKey("fault", name, "chance"), "1"});
    }
    return overrides;
}

std::vector<Override> settingOf(const std::vector<GridAxis> &axes, SettingId id)
{
    std::vector<Override> setting(axes.size());
    for (std::size_t i = axes.size(); i-- > 0; id /= axes[i].values.size())
        setting[i] = {axes[i].key, axes[i].values[id % axes[i].values.size()]};
    return setting;
}

tl::expected<std::vector<Target>, QString> targetsOf(const std::vector<std::string> &texts,
                                                     const Model &model)
{
    std::vector<Target> targets;
    for (const std::string &text : texts) {
        auto target = parseTarget(text);
        if (!target)
            return tl::unexpected(QStringLiteral("%1: %2").arg(qt(text), qt(target.error())));
        const std::vector<NodeId> nodes = nodesOf(*target, model);
        if (nodes.empty())
            return tl::unexpected(
                CampaignJob::tr("%1: no place is called \"%2\"").arg(qt(text), qt(target->node)));
        const bool hasWorker = std::any_of(nodes.begin(), nodes.end(),
                                           [&](NodeId node) { return !model.nodes[node].isSupervisor; });
        if (target->kind == TargetKind::GivesUp && hasWorker)
            return tl::unexpected(CampaignJob::tr("%1: only supervisors give up").arg(qt(text)));
        const bool hasFault =
            target->fault.empty()
            || std::any_of(model.faults.begin(), model.faults.end(),
                           [&](const Fault &fault) { return model.texts[fault.name] == target->fault; });
        if (!hasFault)
            return tl::unexpected(
                CampaignJob::tr("%1: there is no fault \"%2\"").arg(qt(text), qt(target->fault)));
        targets.push_back(std::move(*target));
    }
    if (targets.empty())
        return tl::unexpected(CampaignJob::tr("There is no target, such as: survives app >= 0.999"));
    return targets;
}

}

tl::expected<TuneOutcome, QString> runTune(const TuneRequest &request,
                                           const std::function<bool(const TuneProgress &)> &watcher)
{
    const auto axes = axesOf(request.vary);
    if (!axes)
        return tl::unexpected(axes.error());
    if (axes->empty())
        return tl::unexpected(
            CampaignJob::tr("There is no key to vary, such as: supervisor.app.max_restarts=1..20"));
    const std::vector<Override> fixed = fixedOverrides(request.source, *axes);
    const auto scenario = read(request.source, fixed);
    if (!scenario)
        return tl::unexpected(scenario.error());
    auto targets = targetsOf(request.targets, (*scenario)->model);
    if (!targets)
        return tl::unexpected(targets.error());
    const std::vector<std::string> groups = faultGroups(*targets);
    const auto load = [&](SettingId setting, std::size_t group) {
        std::vector<Override> overrides = fixed;
        for (Override &one : settingOf(*axes, setting))
            overrides.push_back(std::move(one));
        for (Override &one : faultsOf((*scenario)->model, groups[group]))
            overrides.push_back(std::move(one));
        return read(request.source, overrides);
    };
    // What is wrong with a value is told before anything runs.
    SettingId stride = countCombinations(*axes);
    for (const GridAxis &axis : *axes) {
        stride /= axis.values.size();
        for (SettingId value = 0; value < axis.values.size(); ++value)
            if (const auto one = load(value * stride, 0); !one)
                return tl::unexpected(one.error());
    }
    TunePlan plan;
    for (const GridAxis &axis : *axes)
        plan.axes.push_back(axis.values.size());
    plan.targets = *targets;
    plan.seeds = {1, request.seeds};
    plan.freshSeeds = {request.seeds + 1, 2 * request.seeds};
    plan.jobs = request.jobs;
    plan.load = [&](SettingId setting, std::size_t group) {
        auto read = load(setting, group);
        // Values that are right alone may be wrong together: such a setting is judged as the scenario stands.
        return read ? *read : *scenario;
    };
    plan.watcher = watcher;
    return TuneOutcome{tune(plan), std::move(*targets), *axes, plan.seeds, plan.freshSeeds};
}

std::vector<Override> TuneOutcome::setting(SettingId id) const
{
    return settingOf(axes, id);
}

}
