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
        else
            text += fmt::format("  {}: it is so close that no number of seeds tells\n", target.text);
    }
    return text;
}

std::string bestText(const Output &out, const Tuning &tuning)
{
    const SettingFigures &best = *tuning.result.best;
    const bool isMet = best.verdict(tuning.targets) == Verdict::Met;
    std::string text = isMet ? "The smallest setting that meets all targets:\n\n"
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
    return fmt::format("\nThe seeds {}..{}, which had no part in the choice, {} it:\n\n",
                       tuning.freshSeeds.first, tuning.freshSeeds.last,
                       tuning.isDoubted() ? "do not confirm" : "confirm")
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
                    "good for the others (with {}):\n\n",
                    counted(tuning.result.frontSeeds, "seed"))
        + tableText(out, table);
    if (front.size() > mostShown)
        text += fmt::format("  and {} more, with --format json\n", front.size() - mostShown);
    return text;
}

std::string nothingText(const Output &out, const Tuning &tuning)
{
    const SettingFigures &nearest = *tuning.result.nearest;
    std::string text = "No setting meets all targets. The nearest:\n\n";
    for (const std::string &one : tuning.setting(nearest.setting))
        text += "  " + one + "\n";
    text += "\n" + targetsText(out, tuning, nearest);
    return tuning.result.front.size() > 1 ? text + frontText(out, tuning) : text;
}

std::string commandText(const Tuning &tuning)
{
    std::string text = "\ndaruma sweep " + shellQuoted(tuning.scenario)
                       + fmt::format(" --seeds {}..{}", tuning.seeds.first, tuning.seeds.last);
    if (tuning.dialect)
        text += " --dialect " + shellQuoted(*tuning.dialect);
    for (const std::string &setting : tuning.fixed)
        text += " --set " + shellQuoted(setting);
    for (const std::string &setting : tuning.setting(tuning.result.best->setting))
        text += " --set " + shellQuoted(setting);
    return text + "\n";
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
        return text
               + fmt::format("interrupted after {}: nothing is known yet\n",
                             counted(tuning.result.runs, "run"));
    if (!tuning.result.best)
        return text + nothingText(out, tuning);
    return text + bestText(out, tuning) + checkText(out, tuning) + alsoText(tuning) + commandText(tuning);
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
              {"judged", result.judged},
              {"runs", result.runs},
              {"interrupted", result.isInterrupted}};
    json["best"] = figuresJson(tuning, result.best);
    json["confirmed"] = result.check ? Json(!tuning.isDoubted()) : Json(nullptr);
    json["check"] = figuresJson(tuning, result.check);
    json["also_smallest"] = figuresJson(tuning, result.alsoSmallest);
    json["nearest"] = figuresJson(tuning, result.nearest);
    json["front"] = figuresJson(tuning, result.front);
    json["front_seeds"] = result.frontSeeds;
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}
