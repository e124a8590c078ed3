#include "app/cli/reference.h"

#include "app/cli/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>

namespace daruma {

namespace {

constexpr std::string_view reproMark = "# daruma repro ";
constexpr std::string_view reproVersion = "1";
constexpr std::string_view reproEnd = "# ---\n";
/// Before each line of a dialect's file.
constexpr std::string_view dialectMark = "#| ";

std::vector<std::string> splitLines(const std::string &text)
{
    std::vector<std::string> lines;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

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

Reference openRecorded(const std::string &path, std::int64_t id, bool wantsEvents)
{
    auto database = Database::open(path);
    if (!database)
        refuseStore(database.error());
    const auto run = database->run(id);
    if (!run)
        refuseStore(run.error());
    const auto scenario = database->scenario(run->scenarioId);
    if (!scenario)
        refuseStore(scenario.error());
    const auto campaigns = database->campaigns();
    if (!campaigns)
        refuseStore(campaigns.error());
    Reference reference;
    ScenarioSource &source = reference.source;
    source.name = scenario->name;
    source.overrides = splitLines(run->overrides);
    source.dialect = run->dialect;
    source.seed = run->seed;
    for (const CampaignRow &campaign : *campaigns) {
        if (campaign.id == run->campaignId && campaign.firstSeed == campaign.lastSeed
            && !campaign.options.empty())
            readOtherOptions(campaign.options, source);
    }
    auto files = database->dialectFiles(run->campaignId);
    if (!files)
        refuseStore(files.error());
    source.dialectFiles = std::move(*files);
    reference.loaded = loadScenario(source, scenario->text);
    reference.fingerprint = run->fingerprint;
    reference.rules = run->rulesVersion;
    if (wantsEvents && run->hasEvents) {
        auto events = database->events(id);
        if (!events)
            refuseStore(events.error());
        reference.events = std::move(*events);
    }
    return reference;
}

[[noreturn]] void refuseRepro(const std::string &path, std::string_view why, std::string_view hint)
{
    throw Failure(ExitCode::Invalid, fmt::format("{}: {}\n{}", path, why, hint));
}

constexpr std::string_view hintAtWholeFile = "Take the file from where it was written, or write it again "
                                             "with `daruma run SCENARIO --repro FILE`.";

/// The head of a file, up to the line that ends it.
std::string headOfRepro(const std::string &path, const std::string &text)
{
    const std::string first = text.substr(0, text.find('\n'));
    const std::string version = first.substr(reproMark.size());
    if (version != reproVersion)
        refuseRepro(
            path,
            fmt::format("this repro file has format {}, this program knows format {}", version, reproVersion),
            "A newer Daruma wrote it: replay it with that.");
    const std::size_t end = text.find("\n" + std::string(reproEnd));
    if (end == std::string::npos)
        refuseRepro(path,
                    "this repro file is cut off before the line `# ---`, behind which the scenario stands",
                    hintAtWholeFile);
    return text.substr(0, end + 1);
}

/// The files of dialects, which stand in the head line by line.
class DialectLines {
public:
    explicit DialectLines(const std::string &path)
        : m_path(path)
    {}

    /// Whether the key is one of theirs.
    bool take(const std::string &key, const std::string &value)
    {
        if (key == "dialect-file")
            m_files.push_back({{value, value, {}}, {}, {}});
        else if (m_files.empty())
            return false;
        else if (key == "dialect-path")
            m_files.back().file.path = value;
        else if (key == "dialect-bytes")
            m_files.back().bytes = numberIn<std::uint64_t>(value);
        else if (key == "dialect-fingerprint")
            m_files.back().fingerprint = value;
        else
            return false;
        return true;
    }
    void takeLine(std::string_view line)
    {
        if (!m_files.empty())
            m_files.back().file.text += std::string(line.substr(dialectMark.size())) + "\n";
    }

    std::vector<DialectText> files()
    {
        std::vector<DialectText> files;
        for (Entry &entry : m_files) {
            std::string &text = entry.file.text;
            // Of the last line nobody knows from the lines alone whether it is ended.
            if (entry.bytes && text.size() == *entry.bytes + 1)
                text.pop_back();
            if (!entry.fingerprint.empty() && scenarioFingerprint(text) != entry.fingerprint)
                refuseRepro(
                    m_path,
                    fmt::format("the dialect \"{}\" in this repro file was changed: its fingerprint is {}, "
                                "it was {} when the run was made",
                                entry.file.name, scenarioFingerprint(text), entry.fingerprint),
                    hintAtWholeFile);
            files.push_back(std::move(entry.file));
        }
        return files;
    }

private:
    struct Entry {
        DialectText file;
        std::optional<std::uint64_t> bytes;
        std::string fingerprint;
    };

    const std::string &m_path;
    std::vector<Entry> m_files;
};

std::string dialectLines(const DialectText &file)
{
    std::string text = fmt::format("# dialect-file: {}\n# dialect-path: {}\n# dialect-bytes: {}\n"
                                   "# dialect-fingerprint: {}\n",
                                   file.name, file.path, file.text.size(), scenarioFingerprint(file.text));
    for (std::size_t at = 0; at < file.text.size();) {
        const std::size_t end = std::min(file.text.find('\n', at), file.text.size());
        text += std::string(dialectMark) + file.text.substr(at, end - at) + "\n";
        at = end + 1;
    }
    return text;
}

/// The scenario is the one that was run, or the rest of the file means nothing.
void checkReproScenario(const std::string &path, const std::string &scenario, const std::string &fingerprint,
                        std::optional<std::uint64_t> bytes)
{
    if (bytes && scenario.size() < *bytes)
        refuseRepro(path,
                    fmt::format("this repro file is cut off: {} of the {} bytes of its scenario are there",
                                scenario.size(), *bytes),
                    hintAtWholeFile);
    if (const std::string found = scenarioFingerprint(scenario); !fingerprint.empty() && found != fingerprint)
        refuseRepro(path,
                    fmt::format("the scenario in this repro file was changed: its fingerprint is {}, it "
                                "was {} when the run was made",
                                found, fingerprint),
                    "To run a changed scenario, copy what stands behind `# ---` into a file of its own.");
}

Reference openRepro(const std::string &path, const std::string &text)
{
    const std::string head = headOfRepro(path, text);
    const std::string scenario = text.substr(head.size() + reproEnd.size());
    Reference reference;
    std::string fingerprint;
    std::optional<std::uint64_t> bytes;
    ScenarioSource &source = reference.source;
    source.name = path;
    DialectLines dialects(path);
    for (const std::string &line : splitLines(head)) {
        const std::size_t colon = line.find(": ");
        if (line.rfind(dialectMark, 0) == 0)
            dialects.takeLine(line);
        if (line.rfind("# ", 0) != 0 || colon == std::string::npos)
            continue;
        const std::string key = line.substr(2, colon - 2);
        const std::string value = line.substr(colon + 2);
        if (key == "scenario")
            source.name = value;
        else if (key == "seed")
            source.seed = numberIn<std::uint64_t>(value);
        else if (key == "dialect")
            source.dialect = value;
        else if (key == "set")
            source.overrides.push_back(value);
        else if (key == "options")
            readOtherOptions(value, source);
        else if (key == "rules")
            reference.rules = numberIn<std::uint32_t>(value);
        else if (key == "run")
            reference.fingerprint = value;
        else if (key == "fingerprint")
            fingerprint = value;
        else if (key == "bytes")
            bytes = numberIn<std::uint64_t>(value);
        else
            dialects.take(key, value);
    }
    source.dialectFiles = dialects.files();
    checkReproScenario(path, scenario, fingerprint, bytes);
    reference.loaded = loadScenario(source, scenario);
    return reference;
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
    if (content && content->rfind(reproMark, 0) == 0)
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
        text += dialectLines(file);
    text += fmt::format("# rules: {}\n# fingerprint: {}\n# bytes: {}\n# run: {}\n# outcome: {}\n",
                        rulesVersion, toText(loaded.scenario.fingerprint), loaded.scenario.text.size(),
                        toText(result.fingerprint), toText(result.outcome));
    return text + std::string(reproEnd) + loaded.scenario.text;
}

}
