#include "simulator/analysis/diff.h"

#include "app/cli/commands.h"
#include "app/cli/event_json.h"
#include "app/cli/reference.h"
#include "app/cli/report.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace daruma {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t mostCounts = 30;

struct Side {
    Reference reference;
    Recording run;

    RunView view() const { return {reference.loaded.scenario.model, run.events, run}; }
};

Side open(const std::string &ref)
{
    Side side;
    side.reference = openReference(ref);
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

std::string eventJson(const Side &side, std::uint64_t seq)
{
    std::string text;
    if (seq < side.run.events.size())
        EventJson(side.reference.loaded.scenario.model, side.run).append(text, side.run.events[seq], seq);
    return text;
}

std::string eventText(const Side &side, std::uint64_t seq)
{
    if (seq >= side.run.events.size())
        return "nothing: the run was over";
    const Event &event = side.run.events[seq];
    const Wording wording(side.reference.loaded.scenario.model, side.run);
    std::string text = fmt::format("at {} {}", momentText(event.t), wording.clause(event));
    if (event.kind == EventKind::Restart || event.kind == EventKind::GaveUp)
        text += fmt::format(" ({} of {})", event.a, event.b);
    return text;
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
    std::string text = fmt::format("A  {}\nB  {}\n\n", summary(left), summary(right));
    std::string a = eventText(left, at);
    std::string b = eventText(right, at);
    if (a == b) {
        a = eventJson(left, at);
        b = eventJson(right, at);
    }
    text += fmt::format("The first difference is event {}:\n  A  {}\n  B  {}\n", at, a, b);
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

ExitCode diff(const std::vector<std::string> &refs, Context &context)
{
    const Side left = open(refs[0]);
    const Side right = open(refs[1]);
    const auto at = firstDifference(left.view(), right.view());
    if (context.format == Format::Json)
        context.out.write(differenceJson(left, right, at));
    else if (at)
        context.out.write(differenceText(left, right, *at));
    else
        context.out.write(fmt::format("the same: {}, fingerprint {}\n",
                                      counted(left.run.result.events, "event"),
                                      toText(left.run.result.fingerprint)));
    return ExitCode::Met;
}

Subcommand::Action declare(CLI::App &app)
{
    const auto refs = std::make_shared<std::vector<std::string>>();
    app.add_option("REF", *refs, "Two of: DATABASE#RUN, a .repro file, a repro line, a scenario")
        ->required()
        ->expected(2);
    return [refs](Context &context) { return diff(*refs, context); };
}

}

Subcommand diffCommand()
{
    return {"diff",
            "Shows where two runs part, and what followed",
            "Example:\n"
            "  daruma diff daruma.db#1 daruma.db#2\n",
            {Format::Text, Format::Json},
            declare};
}

}
