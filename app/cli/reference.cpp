#include "app/cli/reference.h"

#include "app/cli/command.h"
#include "simulator/store/run_recipe.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>

namespace daruma {

namespace {

template <typename Number> std::optional<Number> numberIn(std::string_view text)
{
    Number number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size())
        return std::nullopt;
    return number;
}

/// The beginning of the file; nothing where there is none.
std::optional<std::string> readFile(const std::string &path)
{
    constexpr std::size_t most = std::size_t{1} << 23;
    const std::unique_ptr<std::FILE, int (*)(std::FILE *)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
    if (!file)
        return std::nullopt;
    std::string text(most, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file.get()));
    return text;
}

/// The run that was kept, with its scenario read.
Reference referenceTo(RunRecipe recipe)
{
    Reference reference;
    ScenarioSource &source = reference.source;
    source.name = std::move(recipe.scenario);
    source.overrides = std::move(recipe.overrides);
    if (!recipe.dialect.empty())
        source.dialect = std::move(recipe.dialect);
    source.dialectFiles = std::move(recipe.dialectFiles);
    source.seed = recipe.seed;
    source.limits = recipe.options.limits;
    source.plant = std::move(recipe.options.plant);
    reference.loaded = loadScenario(source, recipe.text);
    reference.fingerprint = std::move(recipe.fingerprint);
    reference.rules = recipe.rules;
    return reference;
}

Reference openRecorded(const std::string &path, std::int64_t id, bool wantsEvents)
{
    auto database = Database::open(path);
    if (!database)
        refuseStore(database.error());
    auto recipe = recipeOf(*database, id);
    if (!recipe)
        refuseStore(recipe.error());
    const bool hasEvents = recipe->hasEvents;
    Reference reference = referenceTo(std::move(*recipe));
    if (wantsEvents && hasEvents) {
        auto events = database->events(id);
        if (!events)
            refuseStore(events.error());
        reference.events = std::move(*events);
    }
    return reference;
}

Reference openRepro(const std::string &path, const std::string &text)
{
    auto recipe = readRepro(path, text);
    if (!recipe)
        throw Failure(ExitCode::Invalid, recipe.error().message + "\n" + recipe.error().hint);
    return referenceTo(std::move(*recipe));
}

Reference openSource(ScenarioSource source)
{
    Reference reference;
    reference.rules = source.expectedRules;
    reference.fingerprint = source.expectedRun;
    // Whoever replays says himself what differs.
    source.expectedRules.reset();
    reference.loaded = loadScenario(source);
    reference.source = std::move(source);
    return reference;
}

Reference open(const std::string &text, bool wantsEvents, std::optional<std::uint64_t> seed)
{
    if (text.rfind("daruma run ", 0) == 0)
        return openSource(sourceOfReproLine(text));
    if (const std::size_t hash = text.rfind('#'); hash != std::string::npos && hash > 0) {
        if (const auto id = numberIn<std::int64_t>(std::string_view(text).substr(hash + 1)))
            return openRecorded(text.substr(0, hash), *id, wantsEvents);
    }
    const auto content = readFile(text);
    if (content && isRepro(*content))
        return openRepro(text, *content);
    if (content && content->rfind("SQLite format 3", 0) == 0)
        throw Failure(ExitCode::Usage, fmt::format("{} is a database: say which run is meant, as in {}#1\n"
                                                   "`daruma show {}` lists its runs.",
                                                   text, text, text));
    ScenarioSource source;
    source.name = text;
    source.seed = seed;
    return openSource(std::move(source));
}

}

Reference openReference(const std::string &text, bool wantsEvents, std::optional<std::uint64_t> seed)
{
    Reference reference = open(text, wantsEvents, seed);
    if (seed && !reference.fingerprint.empty())
        throw Failure(ExitCode::Usage, fmt::format("--seed is for a scenario: {} is a run, with the seed {}",
                                                   text, reference.loaded.seed));
    reference.text = text;
    return reference;
}

std::vector<std::string> changedDialects(const Reference &reference)
{
    std::vector<std::string> notes;
    for (const DialectText &used : reference.loaded.scenario.dialectFiles) {
        const auto &kept = reference.source.dialectFiles;
        if (std::find(kept.begin(), kept.end(), used) == kept.end())
            continue;
        const auto now = readFile(used.path);
        if (now && *now == used.text)
            continue;
        notes.push_back(fmt::format(
            "{}: the dialect file {} {}; the run is made with the text that was kept with it", reference.text,
            used.path, now ? "differs from what it was when the run was made" : "is not there any more"));
    }
    return notes;
}

std::string reproFile(const ScenarioSource &source, const LoadedScenario &loaded, const RunResult &result)
{
    std::string text = fmt::format("{}{}\n", reproMark, reproVersion);
    text += fmt::format("# scenario: {}\n# seed: {}\n# dialect: {}\n", source.name, loaded.seed,
                        loaded.scenario.model.dialect);
    for (const std::string &setting : source.overrides)
        text += fmt::format("# set: {}\n", setting);
    if (const std::string options = otherOptions(source); !options.empty())
        text += fmt::format("# options: {}\n", options);
    for (const DialectText &file : loaded.scenario.dialectFiles)
        text += reproLinesOf(file);
    text += fmt::format("# rules: {}\n# fingerprint: {}\n# bytes: {}\n# run: {}\n# outcome: {}\n",
                        rulesVersion, toText(loaded.scenario.fingerprint), loaded.scenario.text.size(),
                        toText(result.fingerprint), toText(result.outcome));
    return text + std::string(reproEnd) + loaded.scenario.text;
}

}
