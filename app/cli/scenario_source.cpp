#include "app/cli/scenario_source.h"

#include "app/cli/argument_errors.h"
#include "app/cli/command.h"
#include "app/cli/commands.h"
#include "app/cli/setting_paths.h"
#include "app/cli/words.h"
#include "resources/resources.h"
#include "simulator/kernel/simulation.h"
#include "simulator/scenario/dialect.h"
#include "simulator/store/run_recipe.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

namespace daruma {

namespace {

/// The reader refuses more than 1 MiB; so much is enough for it to notice, and an endless file ends.
constexpr std::size_t mostRead = (1 << 20) + 4096;

std::string readAll(std::FILE *file, const std::string &name)
{
    std::string text(mostRead, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file));
    if (std::ferror(file))
        throw Failure(ExitCode::Invalid, fmt::format("{}: cannot be read: {}", name, std::strerror(errno)));
    return text;
}

const Resource *shippedScenario(std::string_view name)
{
    for (const Resource &resource : shippedScenarios()) {
        if (resource.name == name)
            return &resource;
    }
    return nullptr;
}

/// The scenario files in the folder in which `name` is looked for, as they would be named there; ordered.
std::vector<std::string> scenarioFilesBeside(const std::string &name)
{
    constexpr std::size_t most = 1000;
    const std::filesystem::path folder = std::filesystem::path(name).parent_path();
    std::vector<std::string> files;
    std::error_code failed;
    for (std::filesystem::directory_iterator entry(folder.empty() ? "." : folder, failed), end;
         !failed && entry != end && files.size() < most; entry.increment(failed)) {
        if (entry->path().extension() == ".toml")
            files.push_back((folder / entry->path().filename()).string());
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string_view stemOf(std::string_view name)
{
    constexpr std::string_view ending = ".toml";
    return name.substr(0, name.size() - (name.ends_with(ending) ? ending.size() : 0));
}

/// Breaks a rule of every supervisor, so that a test sees the invariants notice.
void plant(Model &model, const std::string &name)
{
    for (SupervisorDefinition &supervisor : model.supervisors) {
        Rules &rules = supervisor.flags.rules;
        if (name == "restart-forgotten")
            rules.seenExits = SeenExits::AllButPanics;
        else if (name == "limit-off-by-one")
            rules.tripTest = TripTest::At;
        else if (name == "stop-order")
            rules.stopOrder = StopOrder::StartOrder;
        else if (name == "orphan-left")
            rules.childrenAtGiveUp = ChildrenAtGiveUp::LeftAlone;
        else if (!name.empty())
            throw Failure(ExitCode::Usage,
                          fmt::format("daruma: --plant takes restart-forgotten, limit-off-by-one, stop-order "
                                      "or orphan-left, not `{}`",
                                      name));
    }
}

void checkExpected(const ScenarioSource &source, const LoadedScenario &loaded)
{
    const std::string found = toText(loaded.scenario.fingerprint);
    std::string message;
    if (found.compare(0, source.expectedScenario.size(), source.expectedScenario) != 0)
        message =
            fmt::format("{}: this is another scenario than the line was made from: its fingerprint is {}, "
                        "expected {}",
                        loaded.file, shortFingerprint(loaded.scenario.fingerprint), source.expectedScenario);
    if (source.expectedRules && *source.expectedRules != rulesVersion)
        message +=
            fmt::format("{}the line was made under rules version {}, this program has rules version {}",
                        message.empty() ? "" : "\n", *source.expectedRules, rulesVersion);
    if (!message.empty())
        throw Failure(ExitCode::Diverged, message + "\nWithout the --expect- options it runs all the same.");
}

}

std::vector<Override> overridesOf(const std::vector<std::string> &settings)
{
    std::vector<Override> overrides;
    for (const std::string &setting : settings) {
        auto override = parseOverride(setting);
        if (!override)
            throw Failure(ExitCode::Usage, fmt::format("daruma: --set takes KEY=VALUE, not `{}`\n"
                                                       "For example: --set supervisor.app.max_restarts=3",
                                                       setting));
        overrides.push_back(std::move(*override));
    }
    return overrides;
}

std::string scenarioText(const std::string &name)
{
    if (name == "-")
        return readAll(stdin, "standard input");
    const std::unique_ptr<std::FILE, int (*)(std::FILE *)> file(std::fopen(name.c_str(), "rb"), &std::fclose);
    if (file)
        return readAll(file.get(), name);
    const int why = errno;
    if (const Resource *shipped = shippedScenario(name))
        return std::string(shipped->content);
    std::string message = fmt::format("{}: {}", name, std::strerror(why));
    if (why == ENOENT) {
        message = fmt::format("{}: there is no such file, and no shipped scenario of that name", name);
        std::vector<std::string> known = scenarioFilesBeside(name);
        for (const Resource &resource : shippedScenarios())
            known.emplace_back(resource.name);
        // The ending, which all files have in common, makes no two names alike.
        std::vector<std::string_view> stems;
        stems.reserve(known.size());
        for (const std::string &one : known)
            stems.push_back(stemOf(one));
        const std::string_view near = nearest(stemOf(name), stems);
        const auto meant = std::find(stems.begin(), stems.end(), near);
        message += near.empty() ? std::string("\n`daruma demo` lists the shipped ones.")
                                : fmt::format("\nDid you mean `{}`?",
                                              known[static_cast<std::size_t>(meant - stems.begin())]);
    }
    throw Failure(ExitCode::Invalid, message);
}

namespace {

/// Told from the name of a dialect that ships.
std::string asPath(const std::filesystem::path &path)
{
    const std::string text = path.string();
    return text.rfind("..", 0) == 0 || path.is_absolute() ? text : "./" + text;
}

/// A path of the current folder as it is from another one.
std::string fromCurrentFolder(const std::string &path, const std::filesystem::path &folder)
{
    std::error_code failed;
    const std::filesystem::path there = std::filesystem::proximate(path, folder, failed);
    return failed ? path : asPath(there);
}

std::string toCurrentFolder(const std::string &path, const std::filesystem::path &folder)
{
    std::error_code failed;
    const std::filesystem::path here =
        std::filesystem::proximate(folder / path, std::filesystem::current_path(failed), failed);
    return failed ? (folder / path).string() : asPath(here);
}

using PathChange = std::string (*)(const std::string &path, const std::filesystem::path &folder);

/// The name of a dialect, where it is a path, as seen from elsewhere.
std::string changedName(const std::string &name, const std::filesystem::path &folder, PathChange change)
{
    const std::string path(withoutCorrections(name));
    if (!isDialectPath(name) || std::filesystem::path(path).is_absolute())
        return name;
    return change(path, folder) + name.substr(path.size());
}

/// One name, or several with commas between them.
std::string changedNames(const std::string &names, const std::filesystem::path &folder, PathChange change)
{
    std::string changed;
    for (std::size_t at = 0; at <= names.size();) {
        const std::size_t end = std::min(names.find(',', at), names.size());
        std::string one = names.substr(at, end - at);
        const bool isQuoted = one.size() > 1 && one.front() == '"' && one.back() == '"';
        if (isQuoted)
            one = one.substr(1, one.size() - 2);
        one = changedName(one, folder, change);
        changed += (at == 0 ? "" : ",") + (isQuoted ? '"' + one + '"' : one);
        at = end + 1;
    }
    return changed;
}

std::string changedSetting(const std::string &setting, const std::filesystem::path &folder, PathChange change)
{
    const auto override = parseOverride(setting);
    if (!override || !override->key.ends_with(".dialect"))
        return setting;
    return override->key + "=" + changedNames(override->value, folder, change);
}

/// Between the current folder and that of the scenario, where these are two.
void changePaths(ScenarioSource &source, PathChange change)
{
    const std::filesystem::path folder = std::filesystem::path(source.name).parent_path();
    if (folder.empty() || folder == ".")
        return;
    if (source.dialect)
        source.dialect = changedNames(*source.dialect, folder, change);
    for (std::string &setting : source.overrides)
        setting = changedSetting(setting, folder, change);
}

/// The first digits of a fingerprint, which are compared in small letters.
std::string readFingerprint(std::string &text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
    const bool isHex =
        !text.empty() && text.size() <= 32 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
    return isHex ? "" : "no fingerprint";
}

}

void takePathsFromCurrentFolder(ScenarioSource &source)
{
    changePaths(source, fromCurrentFolder);
}

void addScenarioOptions(CLI::App &app, ScenarioSource &source)
{
    const CLI::Validator fingerprint(readFingerprint, "");
    app.add_option("SCENARIO", source.name, "A file, - for standard input, or the name of a shipped scenario")
        ->required();
    app.add_option("--seed", source.seed, "Seed of the run; default: the scenario's")->type_name("N");
    app.add_option("--set", source.overrides,
                   "Changes one value of the scenario; the path of a dialect begins at the current folder")
        ->type_name("KEY=VALUE")
        ->take_all()
        ->expected(1)
        ->allow_extra_args(false);
    app.add_option("--dialect", source.dialect,
                   "Whose supervision rules apply: a name, or the path of a file from the current folder")
        ->check(CLI::Validator(
            [](const std::string &name) {
                return name.empty() ? std::string("a dialect is a name or a path, and not nothing")
                                    : std::string();
            },
            ""))
        ->type_name("NAME");
    app.add_option("--limit-events", source.limits.eventsPerRun,
                   "Cuts a run after the step in which it has so many events; what that step has "
                   "begun is told to its end")
        ->type_name("N")
        ->capture_default_str();
    app.add_option("--limit-instant", source.limits.eventsPerInstant, "Most events of one instant")
        ->type_name("N")
        ->capture_default_str();
    app.add_option("--limit-nodes", source.limits.nodes, "Most nodes")->type_name("N")->capture_default_str();
    app.add_option("--expect-scenario", source.expectedScenario,
                   "Refuses a scenario whose fingerprint begins otherwise (of a repro line)")
        ->transform(fingerprint)
        ->type_name("HEX");
    app.add_option("--expect-run", source.expectedRun,
                   "Refuses a run whose fingerprint begins otherwise (of a repro line)")
        ->transform(fingerprint)
        ->type_name("HEX");
    app.add_option("--expect-rules", source.expectedRules, "Refuses other rules versions (of a repro line)")
        ->type_name("N");
    app.add_option("--plant", source.plant)
        ->type_name("restart-forgotten|limit-off-by-one|stop-order|orphan-left")
        ->group("");
    app.parse_complete_callback([&source] { takePathsFromCurrentFolder(source); });
}

LoadedScenario loadScenario(const ScenarioSource &source)
{
    const std::string text = scenarioText(source.name);
    // It would run, but without the seed and the settings that it stands for.
    if (text.rfind("# daruma repro ", 0) == 0)
        throw Failure(ExitCode::Usage,
                      fmt::format("{0} is a recorded run, not a scenario alone\n"
                                  "`daruma replay {0}` runs it again, `daruma explain {0}` says why.",
                                  source.name));
    return loadScenario(source, text);
}

LoadedScenario loadScenario(const ScenarioSource &source, const std::string &text)
{
    const std::string file = source.name == "-" ? "<stdin>" : source.name;
    ReadOptions options;
    options.limits = source.limits;
    options.dialectFiles = source.dialectFiles;
    auto read = readScenario(text, file, overridesOf(source.overrides), source.dialect.value_or(""), options);
    if (!read) {
        std::string message;
        for (const Problem &problem : read.error())
            message += (message.empty() ? "" : "\n") + toText(problem, file);
        throw Failure(ExitCode::Invalid, message);
    }
    LoadedScenario loaded{std::move(*read), file, 0};
    loaded.scenario.model.limits = source.limits;
    plant(loaded.scenario.model, source.plant);
    loaded.seed = source.seed.value_or(loaded.scenario.model.seed);
    checkExpected(source, loaded);
    return loaded;
}

std::string shortFingerprint(Fingerprint fingerprint)
{
    return toText(fingerprint).substr(0, 16);
}

std::string otherOptions(const ScenarioSource &source)
{
    return toText(RunOptions{source.limits, source.plant});
}

std::string reproLine(const ScenarioSource &source, const LoadedScenario &loaded, Fingerprint run)
{
    ScenarioSource shown = source;
    shown.dialect = loaded.scenario.model.dialect;
    changePaths(shown, toCurrentFolder);
    std::string line = fmt::format("daruma run {} --seed {}", shellQuoted(source.name), loaded.seed);
    for (const std::string &setting : shown.overrides)
        line += " --set " + shellQuoted(setting);
    line += fmt::format(" --dialect {}", shellQuoted(*shown.dialect));
    if (const std::string options = otherOptions(source); !options.empty())
        line += " " + options;
    return line
           + fmt::format(" --expect-scenario {} --expect-rules {} --expect-run {}",
                         shortFingerprint(loaded.scenario.fingerprint), rulesVersion, shortFingerprint(run));
}

ScenarioSource sourceOfReproLine(const std::string &line)
{
    std::vector<std::string> words = shellWords(line);
    if (words.size() < 3 || words[0] != "daruma" || words[1] != "run")
        throw Failure(ExitCode::Usage,
                      fmt::format("`{}` is no repro line: it begins with `daruma run`", line));
    ScenarioSource source;
    CLI::App app;
    addScenarioOptions(app, source);
    holdNumbersToDigits(app);
    app.allow_extras();
    try {
        app.parse(std::vector<std::string>(words.rbegin(), words.rend() - 2));
    } catch (const CLI::ParseError &error) {
        throw Failure(ExitCode::Usage,
                      fmt::format("`{}` is no repro line\n{}", line, argumentProblem(app, error, "run")));
    }
    return source;
}

void checkExpectedRun(const ScenarioSource &source, Fingerprint run)
{
    const std::string found = toText(run);
    if (found.compare(0, source.expectedRun.size(), source.expectedRun) != 0)
        throw Failure(
            ExitCode::Diverged,
            fmt::format(
                "{}: this run is another than the line was made from: its fingerprint is {}, expected {}\n"
                "Its seed, settings, dialect or limits are others, or --expect-run is. Nothing is recorded; "
                "without --expect-run it runs all the same.",
                source.name == "-" ? "<stdin>" : source.name, shortFingerprint(run), source.expectedRun));
}

}
