#include "app/cli/tuning.h"

#include "app/cli/columns.h"
#include "app/cli/sweep_report.h"
#include "app/cli/words.h"
#include "simulator/analysis/wording.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace daruma {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t mostShown = 10;

std::string figureText(const TargetFigure &figure)
{
    return figure.runs == 0 ? "in no run" : shareText(figure.value, figure.interval);
}

std::string word(Verdict verdict)
{
    constexpr std::string_view words[] = {"missed", "open", "met"};
    return std::string(words[static_cast<std::size_t>(verdict)]);
}

std::string settingText(const std::vector<std::string> &settings)
{
    std::string text;
    for (const std::string &one : settings)
        text += (text.empty() ? "" : " ") + one;
    return text;
}

std::string tableText(const Output &out, const Columns &table)
{
    std::vector<std::string> lines = table.lines();
    std::string text = styled(out, Style::Dim, lines.front());
    for (std::size_t i = 1; i < lines.size(); ++i)
        text += lines[i];
    return text;
}

std::string targetsText(const Output &out, const Tuning &tuning, const SettingFigures &figures)
{
    Columns table({"target", "reached", ""});
    table.alignLeft(1);
    table.alignLeft(2);
    for (std::size_t i = 0; i < tuning.targets.size(); ++i)
        table.add({tuning.targets[i].text, figureText(figures.figures[i]),
                   word(verdictOf(tuning.targets[i], figures.figures[i]))});
    return tableText(out, table);
}

/// What stays open for want of seeds, and how many would do.
std::string openText(const Tuning &tuning, const SettingFigures &figures)
{
    std::string text;
    for (std::size_t i = 0; i < tuning.targets.size(); ++i) {
        const Target &target = tuning.targets[i];
        if (verdictOf(target, figures.figures[i]) != Verdict::Open)
            continue;
        const std::uint64_t least = leastRunsFor(target);
        const std::uint64_t runs = runsToTell(target, figures.figures[i]);
        if (tuning.seeds.size() < least)
            text += fmt::format("  {}: {} can tell at the least\n", target.text, counted(least, "seed"));
        else if (runs > 0)
            text += fmt::format("  {}: about {} would tell\n", target.text, counted(runs, "seed"));
        else if (figures.figures[i].value > target.share)
            text += fmt::format("  {}: it is so close that no number of seeds tells\n", target.text);
        else
            text +=
                fmt::format("  {}: it was reached exactly; more seeds show on which side it lies, and how "
                            "many cannot be said\n",
                            target.text);
    }
    return text;
}

std::string bestText(const Output &out, const Tuning &tuning)
{
    const SettingFigures &best = *tuning.result.best;
    const bool isMet = best.verdict(tuning.targets) == Verdict::Met;
    std::string text = isMet ? tuning.result.isInterrupted
                                   ? "The smallest setting that meets all targets, found so far and not "
                                     "confirmed:\n\n"
                                   : "The smallest setting that meets all targets:\n\n"
                             : "No setting is known to meet all targets: the seeds are too few to tell. The "
                               "smallest that reached them in these runs:\n\n";
    for (const std::string &one : tuning.setting(best.setting))
        text += "  " + styled(out, Style::Bold, one) + "\n";
    text += "\n" + targetsText(out, tuning, best);
    if (!isMet)
        text += "\nTo know it takes more seeds:\n" + openText(tuning, best);
    return text;
}

std::string alsoText(const Tuning &tuning)
{
    const std::vector<SettingFigures> &also = tuning.result.alsoSmallest;
    if (also.empty())
        return {};
    std::string text = "\nAs good, smaller in one key and larger in another:\n";
    for (std::size_t i = 0; i < std::min(also.size(), mostShown); ++i)
        text += "  " + settingText(tuning.setting(also[i].setting)) + "\n";
    if (also.size() > mostShown)
        text += fmt::format("  and {} more, with --format json\n", also.size() - mostShown);
    return text;
}

std::string checkText(const Output &out, const Tuning &tuning)
{
    if (!tuning.result.check)
        return {};
    const bool isOpen = tuning.result.best->verdict(tuning.targets) == Verdict::Open;
    const Verdict found = tuning.result.check->verdict(tuning.targets);
    const std::string_view words = found == Verdict::Met              ? isOpen ? "meet" : "confirm"
                                   : isOpen && found == Verdict::Open ? "do not settle"
                                                                      : "do not confirm";
    return fmt::format("\nThe seeds {}..{}, which had no part in the choice, {} it:\n\n",
                       tuning.freshSeeds.first, tuning.freshSeeds.last, words)
           + targetsText(out, tuning, *tuning.result.check);
}

std::string frontText(const Output &out, const Tuning &tuning)
{
    std::vector<std::string> head{"setting"};
    for (const Target &target : tuning.targets)
        head.push_back(target.text);
    Columns table(std::move(head));
    const std::vector<SettingFigures> &front = tuning.result.front;
    for (std::size_t i = 0; i < std::min(front.size(), mostShown); ++i) {
        std::vector<std::string> row{settingText(tuning.setting(front[i].setting))};
        for (const TargetFigure &figure : front[i].figures)
            row.push_back(figure.runs == 0 ? "in no run" : percent(figure.value, figure.interval.width()));
        table.add(std::move(row));
    }
    std::string text =
        fmt::format("\nWhere the targets pull apart, no other setting is better for one and as "
                    "good for the others (with seeds {}..{} alone):\n\n",
                    tuning.seeds.first, tuning.seeds.first + tuning.result.frontSeeds - 1)
        + tableText(out, table);
    if (front.size() > mostShown)
        text += fmt::format("  and {} more, with --format json\n", front.size() - mostShown);
    return text;
}

std::string nearestText(const Output &out, const Tuning &tuning)
{
    const SettingFigures &nearest = *tuning.result.nearest;
    std::string text;
    for (const std::string &one : tuning.setting(nearest.setting))
        text += "  " + one + "\n";
    return text + "\n" + targetsText(out, tuning, nearest);
}

std::string nothingText(const Output &out, const Tuning &tuning)
{
    const TuneResult &result = tuning.result;
    std::string text = "No setting meets all targets. The nearest";
    if (result.frontSeeds < tuning.seeds.size() && result.finalists < result.settings)
        text += fmt::format(", with all seeds, of the {} that were nearest with the first {}",
                            grouped(result.finalists), grouped(result.frontSeeds));
    text += ":\n\n" + nearestText(out, tuning);
    if (const std::string open = openText(tuning, *result.nearest); !open.empty())
        text += "\nWhat is open takes more seeds:\n" + open;
    return result.front.size() > 1 ? text + frontText(out, tuning) : text;
}

std::string brokenOffText(const Output &out, const Tuning &tuning)
{
    const TuneResult &result = tuning.result;
    std::string text =
        fmt::format("interrupted after {}, with {} of {} done\n\n", counted(result.runs, "run"),
                    grouped(result.settled), counted(result.settings, "setting"));
    if (result.nearest)
        text +=
            fmt::format("No setting is known yet to meet all targets. Of those that were run longest, the "
                        "nearest so far, with {}, not confirmed:\n\n",
                        counted(result.nearestSeeds, "seed"))
            + nearestText(out, tuning);
    return text;
}

/// What makes the runs again that the targets were judged by, a line for each group of them.
std::vector<std::string> commands(const Tuning &tuning)
{
    std::vector<std::string> lines;
    for (const std::string &group : faultGroups(tuning.targets)) {
        std::string text = "daruma sweep " + shellQuoted(tuning.scenario)
                           + fmt::format(" --seeds {}..{}", tuning.seeds.first, tuning.seeds.last);
        if (tuning.dialect)
            text += " --dialect " + shellQuoted(*tuning.dialect);
        const auto add = [&](const std::vector<std::string> &settings) {
            for (const std::string &setting : settings)
                text += " --set " + shellQuoted(setting);
        };
        add(tuning.fixed);
        add(tuning.setting(tuning.result.best->setting));
        add(tuning.faultsOf(group));
        lines.push_back(std::move(text));
    }
    return lines;
}

std::string commandsText(const Tuning &tuning)
{
    const std::vector<std::string> groups = faultGroups(tuning.targets);
    const std::vector<std::string> lines = commands(tuning);
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (std::find(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(i), lines[i])
            != lines.begin() + static_cast<std::ptrdiff_t>(i))
            continue;
        if (!groups[i].empty())
            text += fmt::format("\nFor what is asked when fault \"{}\", these faults are on and off:\n",
                                groups[i]);
        else
            text += "\n";
        text += lines[i] + "\n";
    }
    return text;
}

Json settingJson(const Tuning &tuning, SettingId id)
{
    Json json = Json::object();
    for (const std::string &setting : tuning.setting(id)) {
        const auto parts = parseOverride(setting);
        json[parts->key] = parts->value;
    }
    return json;
}

Json figuresJson(const Tuning &tuning, const SettingFigures &figures)
{
    Json json{{"settings", settingJson(tuning, figures.setting)}};
    json["verdict"] = word(figures.verdict(tuning.targets));
    json["targets"] = Json::array();
    for (std::size_t i = 0; i < tuning.targets.size(); ++i) {
        const TargetFigure &figure = figures.figures[i];
        json["targets"].push_back({{"target", tuning.targets[i].text},
                                   {"share", figure.value},
                                   {"low", figure.interval.low},
                                   {"high", figure.interval.high},
                                   {"runs", figure.runs},
                                   {"verdict", word(verdictOf(tuning.targets[i], figure))}});
    }
    return json;
}

Json figuresJson(const Tuning &tuning, const std::vector<SettingFigures> &all)
{
    Json json = Json::array();
    for (const SettingFigures &one : all)
        json.push_back(figuresJson(tuning, one));
    return json;
}

Json figuresJson(const Tuning &tuning, const std::optional<SettingFigures> &one)
{
    return one ? figuresJson(tuning, *one) : Json(nullptr);
}

}

std::vector<std::string> Tuning::setting(SettingId id) const
{
    std::vector<std::string> settings(axes.size());
    for (std::size_t i = axes.size(); i-- > 0; id /= axes[i].values.size())
        settings[i] = axes[i].key + "=" + axes[i].values[id % axes[i].values.size()];
    return settings;
}

std::vector<std::string> Tuning::faultsOf(const std::string &group) const
{
    if (group.empty())
        return {};
    const Model &model = loaded.scenario.model;
    std::vector<std::string> settings;
    for (const Fault &fault : model.faults) {
        const std::string_view name = model.texts[fault.name];
        if (name != group)
            settings.push_back(overrideKey("fault", name, "chance") + "=0");
        else if (fault.chance.isNever())
            settings.push_back(overrideKey("fault", name, "chance") + "=1");
    }
    return settings;
}

bool Tuning::isDoubted() const
{
    return result.best && result.check && result.check->verdict(targets) < result.best->verdict(targets);
}

std::string tuningText(const Output &out, const Tuning &tuning)
{
    const Model &model = tuning.loaded.scenario.model;
    std::string text = styled(out, Style::Bold, model.name);
    if (!tuning.loaded.scenario.about.empty())
        text += ": " + tuning.loaded.scenario.about;
    text += fmt::format("\n{}\n\n",
                        styled(out, Style::Dim,
                               fmt::format("dialect {}, seeds {}..{}, {}", model.dialect, tuning.seeds.first,
                                           tuning.seeds.last, counted(tuning.result.settings, "setting"))));
    if (tuning.result.isInterrupted)
        text += brokenOffText(out, tuning);
    if (tuning.result.best)
        return text + bestText(out, tuning) + checkText(out, tuning) + alsoText(tuning)
               + commandsText(tuning);
    return tuning.result.isInterrupted ? text : text + nothingText(out, tuning);
}

std::string tuningJson(const Tuning &tuning)
{
    const Model &model = tuning.loaded.scenario.model;
    const TuneResult &result = tuning.result;
    Json json{{"scenario", model.name},
              {"dialect", model.dialect},
              {"seeds", {{"first", tuning.seeds.first}, {"last", tuning.seeds.last}}},
              {"fresh_seeds", {{"first", tuning.freshSeeds.first}, {"last", tuning.freshSeeds.last}}},
              {"settings", result.settings},
              {"settled", result.settled},
              {"judged", result.judged},
              {"runs", result.runs},
              {"interrupted", result.isInterrupted}};
    json["best"] = figuresJson(tuning, result.best);
    json["confirmed"] =
        result.check ? Json(result.check->verdict(tuning.targets) == Verdict::Met) : Json(nullptr);
    json["check"] = figuresJson(tuning, result.check);
    json["also_smallest"] = figuresJson(tuning, result.alsoSmallest);
    json["nearest"] = figuresJson(tuning, result.nearest);
    json["front"] = figuresJson(tuning, result.front);
    json["nearest_seeds"] = result.nearestSeeds;
    json["front_seeds"] = result.frontSeeds;
    json["commands"] = result.best ? Json(commands(tuning)) : Json::array();
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}
