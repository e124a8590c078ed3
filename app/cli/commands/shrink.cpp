#include "simulator/analysis/shrink.h"

#include "app/cli/commands.h"
#include "app/cli/reference.h"
#include "app/cli/status_line.h"
#include "simulator/analysis/cause_text.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

namespace daruma {

namespace {

using Json = nlohmann::ordered_json;

struct Options {
    std::string ref;
    std::string out;
    std::optional<std::uint64_t> seed;
    std::uint64_t budget = 20'000;
};

void writeFile(const std::string &path, const std::string &text)
{
    std::FILE *file = std::fopen(path.c_str(), "wb");
    const bool isWritten = file && std::fwrite(text.data(), 1, text.size(), file) == text.size();
    // What a full disk refuses may be noticed as late as here.
    const bool isClosed = file && std::fclose(file) == 0;
    if (!isWritten || !isClosed)
        throw Failure(ExitCode::Usage, fmt::format("{}: cannot be written", path));
}

std::string foundText(const ShrinkResult &result)
{
    return fmt::format("from {} to {}, from {} to {}, in {}", counted(result.faultsBefore, "fault"),
                       result.faultsAfter, counted(result.nodesBefore, "node"), result.nodesAfter,
                       counted(result.runs, "run"));
}

std::string documentOf(const ShrinkResult &result, const Reference &reference)
{
    Json document{{"scenario", reference.loaded.scenario.model.name},
                  {"seed", reference.loaded.seed},
                  {"give_up_path", result.failure.signature.path}};
    document["expectation"] =
        result.failure.signature.name.empty() ? Json() : Json(result.failure.signature.name);
    document["faults"] = {{"before", result.faultsBefore}, {"after", result.faultsAfter}};
    document["nodes"] = {{"before", result.nodesBefore}, {"after", result.nodesAfter}};
    document["runs"] = result.runs;
    document["complete"] = result.isComplete;
    document["text"] = result.text;
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// The text of a dialect file as the scenario names it, in the quotes of either kind.
void renameDialect(std::string &text, const std::string &from, const std::string &to)
{
    for (const char quote : {'"', '\''}) {
        const std::string named = quote + from;
        const std::string renamed = quote + to;
        for (std::size_t at = text.find(named); at != std::string::npos; at = text.find(named, at + 1)) {
            const char next = text[std::min(at + named.size(), text.size() - 1)];
            if (next == quote || next == ':')
                text.replace(at, named.size(), renamed);
        }
    }
}

/// What the scenario needs of the user's dialects, where it will be: a text that is not what the run was made
/// with is written beside it.
void keepDialects(const Options &options, const Reference &reference, std::string &text,
                  const Context &context)
{
    namespace fs = std::filesystem;
    const fs::path folder = fs::path(options.out).parent_path();
    std::size_t number = 0;
    for (const DialectText &used : reference.loaded.scenario.dialectFiles) {
        ++number;
        std::ifstream there(folder / used.name, std::ios::binary);
        const std::string now((std::istreambuf_iterator<char>(there)), {});
        if (there && now == used.text)
            continue;
        if (options.out.empty()) {
            if (!fs::exists(folder / used.name))
                context.note(
                    fmt::format("the scenario needs the dialect file {}, which is not seen from here; "
                                "--out FILE writes it beside the scenario",
                                used.name));
            else
                context.note(fmt::format("the dialect file {} is not what the run was made with; --out FILE "
                                         "writes what it was beside the scenario",
                                         used.name));
            continue;
        }
        const std::string kept = fmt::format("{}.dialect{}.toml", fs::path(options.out).stem().string(),
                                             number > 1 ? fmt::format("-{}", number) : "");
        writeFile((folder / kept).string(), used.text);
        renameDialect(text, used.name, "./" + kept);
        context.note(fmt::format("wrote {}: the dialect {} as it was when the run was made",
                                 (folder / kept).string(), used.name));
    }
}

ExitCode shrinkReference(const Options &options, Context &context)
{
    const Reference reference = openReference(options.ref, false, options.seed);
    for (const std::string &note : changedDialects(reference))
        context.note(note);
    ShrinkRequest request{reference.loaded.scenario, {}, {}, reference.loaded.seed, options.budget};
    for (const std::string &setting : reference.source.overrides)
        if (auto override = parseOverride(setting))
            request.overrides.push_back(std::move(*override));
    request.dialectOverride = reference.source.dialect.value_or("");
    std::optional<ShrinkResult> result;
    {
        StatusLine status(!context.quiet);
        result = shrink(request, [&status](const ShrinkResult &soFar) {
            status.update([&soFar] { return "shrinking: " + foundText(soFar); });
        });
    }
    if (!result)
        throw Failure(ExitCode::Usage,
                      fmt::format("daruma shrink: nothing failed in this run of {}, so there is nothing to "
                                  "shrink",
                                  reference.loaded.scenario.model.name));
    keepDialects(options, reference, result->text, context);
    if (!options.out.empty())
        writeFile(options.out, result->text);
    if (context.format == Format::Json)
        context.out.write(documentOf(*result, reference));
    else if (options.out.empty())
        context.out.write(result->text);
    context.out.flush();
    context.note(foundText(*result)
                 + (result->isComplete ? ""
                                       : fmt::format("; more may be possible, but {} were spent (--budget N)",
                                                     counted(options.budget, "run"))));
    return ExitCode::Met;
}

Subcommand::Action declare(CLI::App &app)
{
    const auto options = std::make_shared<Options>();
    app.add_option("REF", options->ref, "DATABASE#RUN, a .repro file, a repro line, or a scenario")
        ->required();
    app.add_option("--out", options->out, "Write the scenario into this file")->type_name("FILE");
    app.add_option("--seed", options->seed,
                   "The seed of a scenario; default: the one that the scenario names")
        ->type_name("N");
    app.add_option("--budget", options->budget, "At most so many runs of smaller scenarios")
        ->type_name("N")
        ->capture_default_str();
    return [options](Context &context) { return shrinkReference(*options, context); };
}

}

Subcommand shrinkCommand()
{
    return {
        "shrink",
        "Finds the smallest scenario that still fails in the same way",
        "Prints a scenario file with fixed faults whose run fails in the same way: the same expectation, or\n"
        "the end of the root, and the same supervisors that give up (help topic `causes`). What was found\n"
        "goes to standard error.\n\n"
        "Example:\n"
        "  daruma shrink daruma.db#1 --out smallest.toml\n"
        "  daruma shrink db-outage-30s\n",
        {Format::Text, Format::Json},
        declare};
}

}
