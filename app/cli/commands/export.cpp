#include "app/cli/commands.h"
#include "app/cli/export/event_rows.h"
#include "app/cli/export/report_html.h"
#include "app/cli/export/timeline_svg.h"
#include "app/cli/export/trace_json.h"
#include "app/cli/export/tree_graph.h"
#include "app/cli/junit.h"
#include "app/cli/new_file.h"
#include "app/cli/reference.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

namespace daruma {

namespace {

struct Options {
    std::string ref;
    std::string format;
    std::string out;
};

struct FormatRow {
    std::string_view name;
    std::string_view endings;  ///< of files in this format, each with its dot and a blank behind it
    std::string_view summary;
    /// Nothing for a database, which is no text.
    void (*write)(const Reference &reference, const Recording &run, const TextSink &write);
};

const Model &modelOf(const Reference &reference)
{
    return reference.loaded.scenario.model;
}

constexpr std::array formats{
    FormatRow{"jsonl", ".jsonl .ndjson ", "every event, a JSON object a line",
              [](const Reference &r, const Recording &run, const TextSink &write) {
                  writeEventLines(modelOf(r), run, write);
              }},
    FormatRow{"csv", ".csv ", "every event, a row each",
              [](const Reference &r, const Recording &run, const TextSink &write) {
                  writeEventTable(modelOf(r), run, write);
              }},
    FormatRow{"sqlite", ".db .sqlite .sqlite3 ",
              "a database with plain event rows, of a run or of a whole database; needs --out", nullptr},
    FormatRow{"junit", ".xml ", "a test case for each expectation, as JUnit's XML",
              [](const Reference &r, const Recording &run, const TextSink &write) {
                  write(junitText(
                      "daruma export",
                      {runSuite(r.loaded, run, reproLine(r.source, r.loaded, run.result.fingerprint))}));
              }},
    FormatRow{"dot", ".dot .gv ", "the tree, for Graphviz",
              [](const Reference &r, const Recording &run, const TextSink &write) {
                  write(treeAsDot(modelOf(r), run));
              }},
    FormatRow{"mermaid", ".mmd .mermaid ", "the tree, for Markdown pages",
              [](const Reference &r, const Recording &run, const TextSink &write) {
                  write(treeAsMermaid(modelOf(r), run));
              }},
    FormatRow{"perfetto", ".perfetto .trace ", "spans, lives and log on a timeline, for ui.perfetto.dev",
              [](const Reference &r, const Recording &run, const TextSink &write) {
                  writePerfetto(r.loaded.scenario, run, write);
              }},
    FormatRow{"otlp", ".otlp ",
              "OpenTelemetry's JSON, a document a line: the spans, and the log where the dialect has one",
              [](const Reference &r, const Recording &run, const TextSink &write) {
                  writeOtlp(r.loaded.scenario, run, write);
              }},
    FormatRow{"svg", ".svg ", "the timeline as a picture",
              [](const Reference &r, const Recording &run, const TextSink &write) {
                  write(timelineSvg(r.loaded, run));
              }},
    FormatRow{
        "html", ".html .htm ", "one page with everything about the run",
        [](const Reference &r, const Recording &run, const TextSink &write) { write(reportHtml(r, run)); }},
};

bool isDatabase(const std::string &path)
{
    const std::unique_ptr<std::FILE, int (*)(std::FILE *)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
    std::array<char, 15> begin{};
    return file && std::fread(begin.data(), 1, begin.size(), file.get()) == begin.size()
           && std::string_view(begin.data(), begin.size()) == "SQLite format 3";
}

/// A whole database as it is, or one run, which is made again for it.
void exportDatabase(const Options &options, const Context &context)
{
    if (options.out.empty())
        throw Failure(ExitCode::Usage, "daruma export: --format sqlite needs --out FILE");
    if (isDatabase(options.ref)) {
        if (const auto done = exportPlain(options.ref, options.out); !done)
            refuseStore(done.error());
        return;
    }
    const Reference reference = openReference(options.ref);
    for (const std::string &note : changedDialects(reference))
        context.note(note);
    const std::string recorded = options.out + ".unfinished";
    std::error_code ignored;
    std::filesystem::remove(recorded, ignored);
    Simulation simulation(modelOf(reference));
    RunResult result;
    runOnce(simulation, reference.source, reference.loaded, {recorded, RecordPolicy::All}, {}, result);
    const auto done = exportPlain(recorded, options.out);
    for (const char *ending : {"", "-wal", "-shm"})
        std::filesystem::remove(recorded + ending, ignored);
    if (!done)
        refuseStore(done.error());
}

/// The format that was asked for, or else the one that the name of the file ends with.
const FormatRow &formatOf(const Options &options)
{
    const std::string ending = std::filesystem::path(options.out).extension().string() + " ";
    std::vector<std::string_view> names;
    for (const FormatRow &row : formats) {
        names.push_back(row.name);
        if (options.format.empty() ? ending.size() > 1 && row.endings.find(ending) != std::string_view::npos
                                   : row.name == options.format)
            return row;
    }
    // A run is no one object: its events are many, and two of the formats are JSON in their own ways.
    if (options.format == "json" || ending == ".json ")
        throw Failure(
            ExitCode::Usage,
            "daruma export: there is no format json: --format jsonl writes every event, a JSON object a "
            "line; perfetto is a JSON document of spans, and otlp one a line; `daruma run --format json` is "
            "the "
            "report of a run as one object\nFor example: --format jsonl");
    std::string message = "daruma export: which format? ";
    message += options.out.empty() || options.out == "-"
                   ? "--format names it, or the ending of --out FILE does"
                   : fmt::format("the ending of {} tells none, so --format has to", options.out);
    throw Failure(ExitCode::Usage, fmt::format("{}\nThere are {}. For example: --format html", message,
                                               fmt::join(names, ", ")));
}

ExitCode exportRun(const Options &options, Context &context)
{
    const FormatRow *row = &formatOf(options);
    if (!row->write) {
        exportDatabase(options, context);
        context.note(fmt::format("wrote {}", options.out));
        return ExitCode::Met;
    }
    const Reference reference = openReference(options.ref);
    for (const std::string &note : changedDialects(reference))
        context.note(note);
    const Recording run = recordingOf(reference.loaded);
    if (toText(run.result.fingerprint).compare(0, reference.fingerprint.size(), reference.fingerprint) != 0)
        context.note("daruma export: this program makes another run of it than the one that was recorded; "
                     "`daruma replay` says what differs");
    if (options.out.empty() || options.out == "-") {
        row->write(reference, run, [&](std::string_view text) { context.out.write(text); });
        return ExitCode::Met;
    }
    NewFile file(options.out, "daruma export");
    row->write(reference, run, [&](std::string_view text) { file.write(text); });
    file.finish();
    context.note(fmt::format("wrote {}", options.out));
    return ExitCode::Met;
}

Subcommand::Action declare(CLI::App &app)
{
    const auto options = std::make_shared<Options>();
    std::vector<std::string> names;
    std::string summaries;
    for (const FormatRow &row : formats) {
        names.emplace_back(row.name);
        summaries += fmt::format("\n  {:<8} {}", row.name, row.summary);
    }
    app.add_option(
           "REF", options->ref,
           "DATABASE#RUN, a .repro file, a repro line, or a scenario; for sqlite also a whole database")
        ->required();
    app.add_option("--format", options->format, "Default: what the ending of --out says. One of:" + summaries)
        ->check([names](const std::string &format) {
            return format == "json" ? std::string() : CLI::IsMember(names)(format);
        })
        ->type_name(fmt::format("{}", fmt::join(names, "|")));
    app.add_option("--out", options->out, "The file to write; default: standard output")->type_name("FILE");
    return [options](Context &context) { return exportRun(*options, context); };
}

}

Subcommand exportCommand()
{
    return {"export",
            "Writes a run as data, as a picture, or as a page",
            "Examples:\n"
            "  daruma export db-outage-30s --out outage.html\n"
            "  daruma export daruma.db#1 --format csv > events.csv\n"
            "  daruma export daruma.db --format sqlite --out plain.db\n",
            {},
            declare};
}

}
