#include "app/cli/annotations.h"
#include "app/cli/commands.h"
#include "app/cli/defect_blame.h"
#include "app/cli/event_json.h"
#include "app/cli/progress.h"
#include "app/cli/reference.h"
#include "app/cli/report.h"
#include "app/cli/run_once.h"
#include "app/cli/step_summary.h"
#include "app/cli/words.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>

namespace daruma {

namespace {

struct Options {
    ScenarioSource source;
    std::string database = "daruma.db";
    std::string record = "all";
    std::string reproFile;
    std::string summary;
    bool numbers = false;
};

/// Prints each event as it happens.
class JsonLines final : public EventSink {
public:
    JsonLines(const Model &model, const Names &names, Output &out)
        : m_json(model, names)
        , m_out(out)
    {}

    void consume(std::span<const Event> block, const Names &) override
    {
        m_text.clear();
        for (const Event &event : block) {
            m_json.append(m_text, event, m_seq++);
            m_text += '\n';
        }
        m_out.write(m_text);
    }

private:
    EventJson m_json;
    Output &m_out;
    std::string m_text;
    std::uint64_t m_seq = 0;
};

ExitCode exitCodeOf(const RunResult &result)
{
    return result.hasFailed() ? ExitCode::ExpectationFailed : ExitCode::Met;
}

void printReport(const Options &options, const LoadedScenario &loaded, const Recording &run, Output &out)
{
    const Model &model = loaded.scenario.model;
    out.write(headerText(out, loaded));
    out.write(timelineText(out, model, run, options.numbers));
    out.write(verdictText(out, model, run, defectBlame(options.source, loaded, run)));
    out.write(whyText(out, Explainer(model, run), 12));
    const std::vector<Advice> advice = adviceFor(model, run);
    out.write(adviceText(out, advice, advice.empty() ? whyNoAdvice(model, run) : std::string()));
    out.write(numbersText(run));
    out.write(reproLine(options.source, loaded, run.result.fingerprint) + "\n");
}

void report(const Options &options, const LoadedScenario &loaded, const Recording &run, Context &context)
{
    const std::string repro = reproLine(options.source, loaded, run.result.fingerprint);
    if (context.format == Format::Text)
        printReport(options, loaded, run, context.out);
    else if (context.format == Format::Json)
        context.out.write(runJson(loaded, run, repro));
    else
        context.out.write(runAnnotations(loaded, run));
    writeSummary(options.summary, context, runSummary(loaded, run, repro));
}

void writeReproFile(const Options &options, const LoadedScenario &loaded, const RunResult &result)
{
    const std::string text = reproFile(options.source, loaded, result);
    const std::unique_ptr<std::FILE, int (*)(std::FILE *)> file(std::fopen(options.reproFile.c_str(), "wb"),
                                                                &std::fclose);
    if (!file || std::fwrite(text.data(), 1, text.size(), file.get()) != text.size()
        || std::fflush(file.get()) != 0)
        throw Failure(ExitCode::Internal,
                      fmt::format("{}: cannot be written: {}", options.reproFile, std::strerror(errno)));
}

/// Before anything of it is printed or recorded, where a certain run is expected: what is found to be another
/// one only afterwards would stand there as if it were right.
void refuseAnotherRun(const Options &options, const LoadedScenario &loaded, const Context &context)
{
    if (options.source.expectedRun.empty())
        return;
    Simulation simulation(loaded.scenario.model);
    Progress progress(loaded.scenario.model.horizon, !context.quiet);
    checkExpectedRun(options.source, simulation.run(loaded.seed, &progress).fingerprint);
}

void noteWhereItIs(const Options &options, std::optional<std::int64_t> id, const Context &context)
{
    std::error_code failed;
    std::filesystem::path whole = std::filesystem::absolute(options.database, failed);
    const std::string database = failed ? options.database : whole.lexically_normal().string();
    if (id)
        context.note(fmt::format("recorded as run {} in {}", *id, database));
    if (options.source.name != "-" || context.format != Format::Text)
        return;
    // The line alone cannot be pasted: what came in was read to its end.
    const std::string again =
        id ? fmt::format("`daruma replay {}` runs it again",
                         shellQuoted(fmt::format("{}#{}", options.database, *id)))
           : std::string("`--repro FILE` keeps it, and `daruma replay FILE` runs it again");
    context.note(
        fmt::format("the scenario came from standard input: {}. The line above needs its text in a file "
                    "whose name stands in place of `-`.",
                    again));
}

ExitCode run(const Options &options, Context &context)
{
    LoadedScenario loaded = loadScenario(options.source);
    const Model &model = loaded.scenario.model;
    refuseAnotherRun(options, loaded, context);
    for (const Problem &warning : loaded.scenario.warnings)
        context.note("warning: " + toText(warning, loaded.file));
    Simulation simulation(model);
    Output &out = context.out;
    JsonLines lines(model, simulation, out);
    MemorySink memory;
    std::vector<EventSink *> sinks;
    if (context.format == Format::Jsonl)
        sinks.push_back(&lines);
    else
        sinks.push_back(&memory);
    const RecordingPlan plan{options.database, *recordPolicyFromText(options.record),
                             &loaded.scenario.model.limits};
    RunResult result;
    const auto id = [&] {
        const bool scrolls = context.format == Format::Jsonl && out.isTerminal();
        Progress progress(model.horizon, !context.quiet && !scrolls);
        sinks.push_back(&progress);
        return runOnce(simulation, options.source, loaded, plan, sinks, result);
    }();
    if (!options.reproFile.empty())
        writeReproFile(options, loaded, result);
    if (context.format != Format::Jsonl) {
        Recording recording;
        recording.events = std::move(memory.events);
        recording.nodes = simulation.nodes();
        recording.texts = simulation.texts();
        recording.result = result;
        report(options, loaded, recording, context);
    }
    out.flush();
    noteWhereItIs(options, id, context);
    return exitCodeOf(result);
}

Subcommand::Action declare(CLI::App &app)
{
    const auto options = std::make_shared<Options>();
    addScenarioOptions(app, options->source);
    app.add_option("--db", options->database, "The database to record into")
        ->type_name("FILE")
        ->capture_default_str();
    app.add_option("--record", options->record, "What of the run is recorded")
        ->check(CLI::IsMember({"all", "restarts", "failures", "none"}).description(""))
        ->type_name("all|restarts|failures|none")
        ->capture_default_str();
    app.add_option("--repro", options->reproFile, "Writes a file that holds all that the run needs")
        ->type_name("FILE");
    addSummaryOption(app, options->summary);
    app.add_flag("--numbers", options->numbers,
                 "Shows the number of each event, which `explain --seq` takes");
    return [options](Context &context) { return run(*options, context); };
}

}

Subcommand runCommand()
{
    return {"run",
            "Runs a scenario once and says what happened, and why",
            "It records into daruma.db in the current folder, unless told otherwise.\n\n"
            "Example:\n"
            "  daruma run db-outage-30s --seed 7 --set supervisor.app.max_restarts=3\n",
            {Format::Text, Format::Json, Format::Jsonl, Format::Github},
            declare};
}

}
