#include "app/cli/commands.h"
#include "app/cli/proof.h"
#include "app/cli/reference.h"
#include "app/cli/report.h"
#include "app/cli/status_line.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace daruma {

namespace {

using Json = nlohmann::ordered_json;

/// More would be no budget.
constexpr std::uint64_t mostRuns = 1'000'000'000;

struct Options {
    std::string ref;
    std::optional<std::uint32_t> seq;
    std::optional<std::uint64_t> seed;
    std::uint64_t budget = FailureTrials::Budget().runs;
};

/// Proofs of everything that failed, in the order of the chains; none of a single event.
std::vector<CauseProof> proofsOf(const Options &options, const Context &context, const Model &model,
                                 const Recording &run)
{
    // Runs of usual length: a budget is there to end the proof within seconds.
    constexpr std::uint64_t eventsPerRun = 4'000;
    std::vector<CauseProof> proofs;
    if (options.seq || options.budget == 0)
        return proofs;
    StatusLine status(!context.quiet);
    const FailureTrials::Budget budget{options.budget, std::min(options.budget, mostRuns) * eventsPerRun};
    for (const RunFailure &failure : failuresOf(model, run))
        proofs.push_back(proveCauses(model, run.result.seed, failure, budget, [&](std::uint64_t runs) {
            status.update([&] {
                return fmt::format("proving the causes: {} of at most {}", grouped(runs),
                                   counted(options.budget, "run"));
            });
        }));
    return proofs;
}

std::vector<EventId> subjectsOf(const Options &options, const Explainer &explainer, const Recording &run)
{
    if (!options.seq)
        return explainer.subjects();
    if (*options.seq >= run.events.size())
        throw Failure(ExitCode::Usage,
                      fmt::format("daruma explain: there is no event {}: the run has the events 0 "
                                  "to {}",
                                  *options.seq, run.events.size() - 1));
    return {EventId{*options.seq}};
}

/// The expectations that failed behind the first one, which is explained.
std::string laterText(const Output &out, const Recording &run, const std::vector<EventId> &subjects)
{
    std::string text;
    for (std::uint32_t seq = 0; seq < run.events.size(); ++seq) {
        const Event event = run.events[seq];
        if (event.kind != EventKind::Violation
            || std::find(subjects.begin(), subjects.end(), EventId{seq}) != subjects.end())
            continue;
        text += fmt::format("  at {}: {}; --seq {} explains it\n", momentText(event.t),
                            std::string(run.text(event.text)), seq);
    }
    return text.empty() ? text : "\n" + styled(out, Style::Bold, "Failed as well") + "\n" + text;
}

ExitCode explain(const Options &options, Context &context)
{
    const Reference reference = openReference(options.ref, false, options.seed);
    for (const std::string &note : changedDialects(reference))
        context.note(note);
    const Model &model = reference.loaded.scenario.model;
    const Recording run = recordingOf(reference.loaded);
    const Explainer explainer(model, run);
    const std::vector<EventId> subjects = subjectsOf(options, explainer, run);
    const std::vector<CauseProof> proofs = proofsOf(options, context, model, run);
    Output &out = context.out;
    if (context.format == Format::Json) {
        Json document{{"scenario", model.name},
                      {"seed", reference.loaded.seed},
                      {"dialect", model.dialect},
                      {"outcome", toText(run.result.outcome)},
                      {"fingerprint", toText(run.result.fingerprint)}};
        document["chains"] = Json::array();
        for (const EventId subject : subjects)
            document["chains"].push_back(Json::parse(chainJson(run, explainer.chain(subject))));
        document["proofs"] = Json::array();
        for (const CauseProof &proof : proofs)
            document["proofs"].push_back(Json::parse(proofJson(model, run, explainer, proof)));
        out.write(document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
        return ExitCode::Met;
    }
    if (subjects.empty())
        out.write(fmt::format("{}: nothing failed in this run ({}, {}); --seq N explains one event.\n",
                              model.name, toText(run.result.outcome), counted(run.result.events, "event")));
    bool isFirst = true;
    for (const EventId subject : subjects) {
        out.write((isFirst ? "" : "\n") + chainText(out, explainer.chain(subject)));
        isFirst = false;
    }
    for (std::size_t i = 0; i < proofs.size(); ++i) {
        const auto same = std::find_if(proofs.begin(), proofs.begin() + static_cast<std::ptrdiff_t>(i),
                                       [&](const CauseProof &told) { return isSameProof(told, proofs[i]); });
        out.write(same != proofs.begin() + static_cast<std::ptrdiff_t>(i)
                      ? sameProofText(out, run, proofs[i], *same)
                      : proofText(out, model, run, explainer, proofs[i], options.budget));
    }
    if (!options.seq)
        out.write(laterText(out, run, subjects));
    return ExitCode::Met;
}

Subcommand::Action declare(CLI::App &app)
{
    const auto options = std::make_shared<Options>();
    app.add_option("REF", options->ref, "DATABASE#RUN, a .repro file, a repro line, or a scenario")
        ->required();
    app.add_option("--seq", options->seq, "The event to explain; default: how the run ended")->type_name("N");
    app.add_option("--seed", options->seed,
                   "Seed of the run, where REF is a scenario; default: the scenario's")
        ->type_name("N");
    app.add_option("--budget", options->budget,
                   "At most so many runs to prove the causes of a failure; 0: none")
        ->type_name("N")
        ->capture_default_str();
    return [options](Context &context) { return explain(*options, context); };
}

}

Subcommand explainCommand()
{
    return {
        "explain",
        "Says why a run ended as it did, back to the first cause, and proves what it took",
        "Each sentence tells one event and what brought it about, the latest first. Below stand the causes\n"
        "that a failure takes, proven by runs with the same seed and fewer causes, the budgets that were\n"
        "used up, and the point of no return (help topic `causes`). The numbers that\n"
        "--seq takes stand in `daruma run SCENARIO --numbers`, `daruma show DB RUN --numbers` and in the "
        "events of\n"
        "--format jsonl.\n\n"
        "Example:\n"
        "  daruma explain daruma.db#1\n"
        "  daruma explain db-outage-30s --seed 7 --seq 17\n",
        {Format::Text, Format::Json},
        declare};
}

}
