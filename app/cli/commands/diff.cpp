#include "simulator/analysis/diff.h"

#include "app/cli/commands.h"
#include "app/cli/event_json.h"
#include "app/cli/parting.h"
#include "app/cli/reference.h"
#include "app/cli/report.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <sstream>

namespace daruma {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t mostCounts = 30;

struct Side {
    Reference reference;
    Recording run;

    RunView view() const { return {reference.loaded.scenario.model, run.events, run}; }
};

Side open(const std::string &ref, std::optional<std::uint64_t> seed)
{
    Side side;
    side.reference = openReference(ref, false, seed);
    side.run = recordingOf(side.reference.loaded);
    return side;
}

std::string summary(const Side &side)
{
    const RunResult &result = side.run.result;
    return fmt::format("{} (seed {}): {}, {}, {}", side.reference.text, side.reference.loaded.seed,
                       toText(result.outcome), counted(result.events, "event"),
                       counted(result.restarts, "restart"));
}

/// One thing that was set otherwise for the two runs, whatever came of it.
struct Setting {
    std::string name;
    std::string left;
    std::string right;
};

std::string orAsWritten(const std::optional<std::string> &value)
{
    return value ? *value : "as the scenario has it";
}

std::optional<std::string> valueOf(const std::vector<std::string> &overrides, const std::string &key)
{
    std::optional<std::string> value;
    for (const std::string &one : overrides)
        if (one.rfind(key + "=", 0) == 0)
            value = one.substr(key.size() + 1);
    return value;
}

/// The first line of the texts that differs.
Setting textSetting(const std::string &name, const std::string &left, const std::string &right)
{
    std::istringstream leftLines(left);
    std::istringstream rightLines(right);
    std::string a;
    std::string b;
    int line = 0;
    bool goesOn = true;
    do {
        const bool hasLeft = static_cast<bool>(std::getline(leftLines, a));
        const bool hasRight = static_cast<bool>(std::getline(rightLines, b));
        if (!hasLeft)
            a = "(the text ends)";
        if (!hasRight)
            b = "(the text ends)";
        ++line;
        goesOn = hasLeft && hasRight && a == b;
    } while (goesOn);
    return {fmt::format("{}, from line {} on", name, line), a, b};
}

/// The files of dialects that both name, where they are not the same.
void addDialectFiles(const Scenario &left, const Scenario &right, std::vector<Setting> &settings)
{
    for (const DialectText &one : left.dialectFiles)
        for (const DialectText &other : right.dialectFiles)
            if (one.name == other.name && one.text != other.text)
                settings.push_back(textSetting("dialect file " + one.name, one.text, other.text));
}

std::vector<Setting> settingsThatDiffer(const Side &left, const Side &right)
{
    std::vector<Setting> settings;
    const auto add = [&settings](std::string name, std::string a, std::string b) {
        if (a != b)
            settings.push_back({std::move(name), std::move(a), std::move(b)});
    };
    const Reference &a = left.reference;
    const Reference &b = right.reference;
    add("seed", std::to_string(a.loaded.seed), std::to_string(b.loaded.seed));
    add("dialect", a.loaded.scenario.model.dialect, b.loaded.scenario.model.dialect);
    std::vector<std::string> keys;
    for (const Reference *one : {&a, &b})
        for (const std::string &setting : one->source.overrides)
            keys.push_back(setting.substr(0, setting.find('=')));
    std::sort(keys.begin(), keys.end(), naturallyLess);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    for (const std::string &key : keys)
        add(key, orAsWritten(valueOf(a.source.overrides, key)),
            orAsWritten(valueOf(b.source.overrides, key)));
    add("other options", otherOptions(a.source), otherOptions(b.source));
    if (a.loaded.scenario.text != b.loaded.scenario.text)
        settings.push_back(textSetting("scenario", a.loaded.scenario.text, b.loaded.scenario.text));
    addDialectFiles(a.loaded.scenario, b.loaded.scenario, settings);
    return settings;
}

std::string settingsText(const std::vector<Setting> &settings)
{
    if (settings.empty())
        return "Both have the same scenario, seed, dialect and settings.\n";
    std::string text = "What was set otherwise:\n";
    for (const Setting &one : settings)
        text += fmt::format("  {}\n    A  {}\n    B  {}\n", one.name, one.left, one.right);
    return text;
}

std::string eventJson(const Side &side, std::uint64_t seq)
{
    std::string text;
    if (seq < side.run.events.size())
        EventJson(side.reference.loaded.scenario.model, side.run).append(text, side.run.events[seq], seq);
    return text;
}

std::string eventText(const Side &side, std::uint64_t seq)
{
    return eventText(side.reference.loaded.scenario.model, side.run, seq);
}

Parting partingAt(const Side &left, const Side &right, std::uint64_t seq)
{
    return partingAt(left.run, right.run, seq);
}

std::string countsText(const std::vector<CountDifference> &counts)
{
    std::size_t nodeColumns = 4;
    for (const CountDifference &one : counts)
        nodeColumns = std::max(nodeColumns, one.path.size());
    std::string text =
        fmt::format("  {:<{}}  {:<13}  {:>8}  {:>8}\n", "node", nodeColumns, "event", "A", "B");
    for (std::size_t i = 0; i < std::min(counts.size(), mostCounts); ++i) {
        const CountDifference &one = counts[i];
        text += fmt::format("  {:<{}}  {:<13}  {:>8}  {:>8}\n", one.path, nodeColumns, toText(one.kind),
                            one.left, one.right);
    }
    if (counts.size() > mostCounts)
        text += fmt::format("  and {} more\n", counts.size() - mostCounts);
    return text;
}

std::string differenceText(const Side &left, const Side &right, std::uint64_t at)
{
    std::string text = fmt::format("A  {}\nB  {}\n\n{}\n", summary(left), summary(right),
                                   settingsText(settingsThatDiffer(left, right)));
    std::string a = eventText(left, at);
    std::string b = eventText(right, at);
    if (a == b) {
        a = eventJson(left, at);
        b = eventJson(right, at);
    }
    const Parting parting = partingAt(left, right, at);
    text += fmt::format("They part at {}, at {}; the first difference is event {}:\n  A  {}\n  B  {}\n",
                        momentText(parting.t), parting.place, at, a, b);
    const std::vector<CountDifference> counts = countDifferences(left.view(), right.view(), at);
    if (!counts.empty())
        text += "\nWhat followed differs in\n" + countsText(counts);
    return text;
}

Json sideDocument(const Side &side, std::optional<std::uint64_t> at)
{
    const RunResult &result = side.run.result;
    const std::string event = at ? eventJson(side, *at) : std::string();
    return {{"ref", side.reference.text},
            {"seed", side.reference.loaded.seed},
            {"outcome", toText(result.outcome)},
            {"events", result.events},
            {"restarts", result.restarts},
            {"fingerprint", toText(result.fingerprint)},
            {"event", event.empty() ? Json(nullptr) : Json::parse(event)}};
}

std::string differenceJson(const Side &left, const Side &right, std::optional<std::uint64_t> at)
{
    Json document{{"same", !at}};
    document["seq"] = at ? Json(*at) : Json(nullptr);
    document["t_ns"] = at ? Json(partingAt(left, right, *at).t) : Json(nullptr);
    document["node"] = at ? Json(partingAt(left, right, *at).place) : Json(nullptr);
    document["settings"] = Json::array();
    for (const Setting &one : settingsThatDiffer(left, right))
        document["settings"].push_back(Json{{"name", one.name}, {"a", one.left}, {"b", one.right}});
    document["a"] = sideDocument(left, at);
    document["b"] = sideDocument(right, at);
    document["counts"] = Json::array();
    if (at) {
        for (const CountDifference &one : countDifferences(left.view(), right.view(), *at))
            document["counts"].push_back(
                Json{{"node", one.path}, {"event", toText(one.kind)}, {"a", one.left}, {"b", one.right}});
    }
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

struct Options {
    std::vector<std::string> refs;
    std::vector<std::uint64_t> seeds;
};

ExitCode diff(const Options &options, Context &context)
{
    const auto seedOf = [&](std::size_t side) {
        return options.seeds.empty() ? std::nullopt
                                     : std::optional(options.seeds[std::min(side, options.seeds.size() - 1)]);
    };
    if (options.seeds.size() > 2)
        throw Failure(ExitCode::Usage, "daruma diff: --seed is given at most twice, for A and for B");
    const Side left = open(options.refs[0], seedOf(0));
    const Side right = open(options.refs[1], seedOf(1));
    for (const Side *side : {&left, &right})
        for (const std::string &note : changedDialects(side->reference))
            context.note(note);
    const auto at = firstDifference(left.view(), right.view());
    if (context.format == Format::Json)
        context.out.write(differenceJson(left, right, at));
    else if (at)
        context.out.write(differenceText(left, right, *at));
    else
        context.out.write(
            fmt::format("the same: {}, fingerprint {}\n{}", counted(left.run.result.events, "event"),
                        toText(left.run.result.fingerprint), settingsText(settingsThatDiffer(left, right))));
    return ExitCode::Met;
}

Subcommand::Action declare(CLI::App &app)
{
    const auto options = std::make_shared<Options>();
    app.add_option("REF", options->refs, "Two of: DATABASE#RUN, a .repro file, a repro line, a scenario")
        ->required()
        ->expected(2);
    app.add_option("--seed", options->seeds,
                   "Seed of the runs, where both REF are scenarios; given twice: of A, and of B")
        ->type_name("N")
        ->take_all()
        ->expected(1)
        ->allow_extra_args(false);
    return [options](Context &context) { return diff(*options, context); };
}

}

Subcommand diffCommand()
{
    return {"diff",
            "Shows where two runs part, and what followed",
            "Example:\n"
            "  daruma diff daruma.db#1 daruma.db#2\n"
            "  daruma diff db-outage-30s db-outage-30s --seed 1 --seed 2\n",
            {Format::Text, Format::Json},
            declare};
}

}
