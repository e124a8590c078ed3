#include "simulator/store/run_recipe.h"

#include "simulator/store/recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace daruma {

namespace {

/// Before each line of a dialect's file.
constexpr std::string_view dialectMark = "#| ";

constexpr std::string_view hintAtWholeFile = "Take the file from where it was written, or write it again "
                                             "with `daruma run SCENARIO --repro FILE`.";

std::vector<std::string> splitAt(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find(separator, at), text.size());
        parts.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

template <typename Number> std::optional<Number> numberIn(std::string_view text)
{
    Number number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size())
        return std::nullopt;
    return number;
}

/// Whether the option is one of them.
bool take(RunOptions &options, std::string_view option, std::string_view value)
{
    if (option == "--plant") {
        options.plant = value;
        return true;
    }
    const auto number = numberIn<std::uint64_t>(value);
    if (!number)
        return false;
    if (option == "--limit-events")
        options.limits.eventsPerRun = *number;
    else if (option == "--limit-instant")
        options.limits.eventsPerInstant = *number;
    else if (option == "--limit-nodes")
        options.limits.nodes = *number;
    else
        return false;
    return true;
}

/// The files of dialects, which stand in the head line by line.
class DialectLines {
public:
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

    /// What is wrong with one of them; empty: nothing.
    std::string finish(std::vector<DialectText> &files)
    {
        for (Entry &entry : m_files) {
            std::string &text = entry.file.text;
            // Of the last line nobody knows from the lines alone whether it is ended.
            if (entry.bytes && text.size() == *entry.bytes + 1)
                text.pop_back();
            if (!entry.fingerprint.empty() && scenarioFingerprint(text) != entry.fingerprint)
                return fmt::format("the dialect \"{}\" in this repro file was changed: its fingerprint is "
                                   "{}, it was {} when the run was made",
                                   entry.file.name, scenarioFingerprint(text), entry.fingerprint);
            files.push_back(std::move(entry.file));
        }
        return {};
    }

private:
    struct Entry {
        DialectText file;
        std::optional<std::uint64_t> bytes;
        std::string fingerprint;
    };

    std::vector<Entry> m_files;
};

/// What the head says of the scenario behind it.
struct ScenarioMark {
    std::string fingerprint;
    std::optional<std::uint64_t> bytes;
};

tl::unexpected<ReproProblem> refuse(const std::string &path, std::string_view why,
                                    std::string_view hint = hintAtWholeFile)
{
    return tl::unexpected(ReproProblem{fmt::format("{}: {}", path, why), std::string(hint)});
}

void readHead(std::string_view head, RunRecipe &recipe, DialectLines &dialects, ScenarioMark &mark)
{
    for (const std::string &line : splitAt(head, '\n')) {
        const std::size_t colon = line.find(": ");
        if (line.rfind(dialectMark, 0) == 0)
            dialects.takeLine(line);
        if (line.rfind("# ", 0) != 0 || colon == std::string::npos)
            continue;
        const std::string key = line.substr(2, colon - 2);
        const std::string value = line.substr(colon + 2);
        if (key == "scenario")
            recipe.scenario = value;
        else if (key == "seed")
            recipe.seed = numberIn<std::uint64_t>(value);
        else if (key == "dialect")
            recipe.dialect = value;
        else if (key == "set")
            recipe.overrides.push_back(value);
        else if (key == "options")
            recipe.options = readRunOptions(value);
        else if (key == "rules")
            recipe.rules = numberIn<std::uint32_t>(value);
        else if (key == "run")
            recipe.fingerprint = value;
        else if (key == "fingerprint")
            mark.fingerprint = value;
        else if (key == "bytes")
            mark.bytes = numberIn<std::uint64_t>(value);
        else
            dialects.take(key, value);
    }
}

}

RunOptions readRunOptions(std::string_view options)
{
    RunOptions read;
    const std::vector<std::string> words = splitAt(options, ' ');
    for (std::size_t i = 0; i + 1 < words.size() && take(read, words[i], words[i + 1]); i += 2) {}
    return read;
}

std::string toText(const RunOptions &options)
{
    std::string text;
    constexpr Limits usual;
    const Limits &limits = options.limits;
    if (limits.eventsPerRun != usual.eventsPerRun)
        text += fmt::format(" --limit-events {}", limits.eventsPerRun);
    if (limits.eventsPerInstant != usual.eventsPerInstant)
        text += fmt::format(" --limit-instant {}", limits.eventsPerInstant);
    if (limits.nodes != usual.nodes)
        text += fmt::format(" --limit-nodes {}", limits.nodes);
    if (!options.plant.empty())
        text += fmt::format(" --plant {}", options.plant);
    return text.empty() ? text : text.substr(1);
}

StoreResult<RunRecipe> recipeOf(Database &database, std::int64_t id)
{
    const auto run = database.run(id);
    if (!run)
        return tl::unexpected(run.error());
    auto scenario = database.scenario(run->scenarioId);
    if (!scenario)
        return tl::unexpected(scenario.error());
    const auto campaigns = database.campaigns();
    if (!campaigns)
        return tl::unexpected(campaigns.error());
    auto files = database.dialectFiles(run->campaignId);
    if (!files)
        return tl::unexpected(files.error());
    RunRecipe recipe;
    recipe.scenario = std::move(scenario->name);
    recipe.text = std::move(scenario->text);
    recipe.overrides = splitAt(run->overrides, '\n');
    recipe.dialect = run->dialect;
    recipe.dialectFiles = std::move(*files);
    recipe.seed = run->seed;
    for (const CampaignRow &campaign : *campaigns)
        if (campaign.id == run->campaignId)
            recipe.options = readRunOptions(campaign.options);
    recipe.fingerprint = run->fingerprint;
    recipe.rules = run->rulesVersion;
    recipe.hasEvents = run->hasEvents;
    return recipe;
}

bool isRepro(std::string_view text)
{
    return text.rfind(reproMark, 0) == 0;
}

tl::expected<RunRecipe, ReproProblem> readRepro(const std::string &path, const std::string &text)
{
    const std::string version = text.substr(0, text.find('\n')).substr(reproMark.size());
    if (version != reproVersion)
        return refuse(
            path,
            fmt::format("this repro file has format {}, this program knows format {}", version, reproVersion),
            "A newer Daruma wrote it: replay it with that.");
    const std::size_t end = text.find("\n" + std::string(reproEnd));
    if (end == std::string::npos)
        return refuse(path,
                      "this repro file is cut off before the line `# ---`, behind which the scenario stands");
    RunRecipe recipe;
    recipe.scenario = path;
    recipe.text = text.substr(end + 1 + reproEnd.size());
    DialectLines dialects;
    ScenarioMark mark;
    readHead(std::string_view(text).substr(0, end + 1), recipe, dialects, mark);
    if (const std::string problem = dialects.finish(recipe.dialectFiles); !problem.empty())
        return refuse(path, problem);
    // The scenario is the one that was run, or the rest of the file means nothing.
    if (mark.bytes && recipe.text.size() < *mark.bytes)
        return refuse(path, fmt::format("this repro file is cut off: {} of the {} bytes of its scenario are "
                                        "there",
                                        recipe.text.size(), *mark.bytes));
    if (const std::string found = scenarioFingerprint(recipe.text);
        !mark.fingerprint.empty() && found != mark.fingerprint)
        return refuse(path,
                      fmt::format("the scenario in this repro file was changed: its fingerprint is {}, it "
                                  "was {} when the run was made",
                                  found, mark.fingerprint),
                      "To run a changed scenario, copy what stands behind `# ---` into a file of its own.");
    return recipe;
}

std::string reproLinesOf(const DialectText &file)
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

}
