#include "app/cli/commands.h"
#include "app/cli/event_json.h"
#include "app/cli/reference.h"
#include "app/cli/report.h"
#include "simulator/analysis/diff.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace daruma {

namespace {

using Json = nlohmann::ordered_json;

/// What came out of the second run.
struct Comparison {
    bool isSame = false;
    std::optional<std::uint64_t> difference;  ///< known where events were recorded
    std::string recorded;                     ///< the event there, as JSON; empty: that run was over
    std::string replayed;
};

std::string eventJson(const RunView &run, std::uint64_t seq)
{
    std::string text;
    if (seq < run.events.size())
        EventJson(run.model, run.names).append(text, run.events[seq], seq);
    return text;
}

Comparison compare(const Reference &reference, const Recording &run)
{
    Comparison comparison;
    const std::string fingerprint = toText(run.result.fingerprint);
    comparison.isSame = fingerprint.compare(0, reference.fingerprint.size(), reference.fingerprint) == 0;
    if (!reference.events)
        return comparison;
    const Model &model = reference.loaded.scenario.model;
    const RunView recorded{model, reference.events->events, *reference.events};
    const RunView replayed{model, run.events, run};
    comparison.difference = firstDifference(recorded, replayed);
    if (comparison.difference) {
        comparison.isSame = false;
        comparison.recorded = eventJson(recorded, *comparison.difference);
        comparison.replayed = eventJson(replayed, *comparison.difference);
    }
    return comparison;
}

std::string rulesRemark(const Reference &reference)
{
    if (!reference.rules || *reference.rules == rulesVersion)
        return {};
    return fmt::format("recorded under rules version {}, this program has rules version {}", *reference.rules,
                       rulesVersion);
}

std::string comparisonText(const Reference &reference, const Recording &run, const Comparison &comparison)
{
    const std::string remark = rulesRemark(reference);
    if (comparison.isSame)
        return fmt::format("the same: {}, fingerprint {}{}{}\n", counted(run.result.events, "event"),
                           toText(run.result.fingerprint), remark.empty() ? "" : "\n", remark);
    std::string text = fmt::format("another run: fingerprint {}, recorded was {}\n",
                                   toText(run.result.fingerprint), reference.fingerprint);
    if (!remark.empty())
        text += remark + "\n";
    if (comparison.difference) {
        const auto shown = [](const std::string &event) {
            return event.empty() ? "nothing: the run was over" : event;
        };
        text += fmt::format("The first event that differs is number {}:\n  recorded  {}\n  replayed  {}\n",
                            *comparison.difference, shown(comparison.recorded), shown(comparison.replayed));
    }
    return text;
}

std::string comparisonJson(const Reference &reference, const Recording &run, const Comparison &comparison)
{
    const auto event = [](const std::string &text) {
        return text.empty() ? Json(nullptr) : Json::parse(text);
    };
    Json document{{"same", comparison.isSame},
                  {"events", run.result.events},
                  {"fingerprint", toText(run.result.fingerprint)},
                  {"recorded_fingerprint", reference.fingerprint},
                  {"rules_version", rulesVersion},
                  {"recorded_rules_version", reference.rules ? Json(*reference.rules) : Json(nullptr)}};
    document["first_difference"] = nullptr;
    if (comparison.difference)
        document["first_difference"] = Json{{"seq", *comparison.difference},
                                            {"recorded", event(comparison.recorded)},
                                            {"replayed", event(comparison.replayed)}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

ExitCode replay(const std::string &ref, Context &context)
{
    const Reference reference = openReference(ref, true);
    if (reference.fingerprint.empty())
        throw Failure(ExitCode::Usage,
                      fmt::format("daruma replay: {} is no recorded run: nothing is known that a "
                                  "second run could be compared with\n"
                                  "It takes DATABASE#RUN, a .repro file or a repro line.",
                                  ref));
    for (const std::string &note : changedDialects(reference))
        context.note(note);
    const Recording run = recordingOf(reference.loaded);
    const Comparison comparison = compare(reference, run);
    context.out.write(context.format == Format::Json ? comparisonJson(reference, run, comparison)
                                                     : comparisonText(reference, run, comparison));
    return comparison.isSame ? ExitCode::Met : ExitCode::Diverged;
}

Subcommand::Action declare(CLI::App &app)
{
    const auto ref = std::make_shared<std::string>();
    app.add_option("REF", *ref, "DATABASE#RUN, a .repro file, or a repro line")->required();
    return [ref](Context &context) { return replay(*ref, context); };
}

}

Subcommand replayCommand()
{
    return {"replay",
            "Runs a recorded run again and compares, event by event where events are recorded",
            "Exit code 4 where the second run is not the same.\n\n"
            "Example:\n"
            "  daruma replay daruma.db#1\n",
            {Format::Text, Format::Json},
            declare};
}

}
