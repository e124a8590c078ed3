#include "simulator/analysis/shrink.h"

#include "app/cli/commands.h"
#include "app/cli/reference.h"
#include "app/cli/status_line.h"
#include "simulator/analysis/cause_text.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdio>
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

ExitCode shrinkReference(const Options &options, Context &context)
{
    const Reference reference = openReference(options.ref, false, options.seed);
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
