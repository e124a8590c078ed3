#include "app/cli/campaign_source.h"

#include "app/cli/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <set>

namespace daruma {

namespace {

std::optional<std::uint64_t> numberOf(std::string_view text)
{
    std::uint64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size())
        return std::nullopt;
    return number;
}

[[noreturn]] void refuse(const std::string &message)
{
    throw Failure(ExitCode::Usage, "daruma: " + message);
}

std::vector<GridAxis> axesOf(const std::vector<std::string> &overrides)
{
    std::vector<GridAxis> axes;
    for (const std::string &setting : overrides) {
        auto axis = parseAxis(setting);
        if (!axis)
            refuse(fmt::format("--set: {}\nFor example: --set supervisor.app.max_restarts=1..10 or --set "
                               "supervisor.app.within=5s,30s",
                               axis.error()));
        axes.push_back(std::move(*axis));
    }
    return axes;
}

/// What a job array says of itself, by the system that runs it.
struct ArrayVariables {
    const char *system;
    const char *index;
    const char *count;
    const char *first;  ///< the smallest index; nothing where it is 0
};

constexpr ArrayVariables arrays[] = {
    {"Slurm", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN"},
    {"Kubernetes", "JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", nullptr},
    {"Open MPI", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", nullptr},
    {"Slurm", "SLURM_PROCID", "SLURM_NTASKS", nullptr},
    {"GNU parallel", "PARALLEL_SEQ", "DARUMA_SHARDS", nullptr},
};

std::optional<std::uint64_t> variable(const char *name)
{
    const char *value = name ? std::getenv(name) : nullptr;
    return value ? numberOf(value) : std::nullopt;
}

Shard shardOfEnvironment()
{
    for (const ArrayVariables &array : arrays) {
        const auto index = variable(array.index);
        if (!index)
            continue;
        const auto count = variable(array.count);
        if (!count)
            refuse(fmt::format("--shard auto: {} sets {}, but {} is not set\nSet it to the number of shards.",
                               array.system, array.index, array.count));
        // GNU parallel counts its jobs from 1.
        const bool countsFromOne = std::string_view(array.index) == "PARALLEL_SEQ";
        const std::uint64_t first = countsFromOne ? 1 : variable(array.first).value_or(0);
        if (*index < first || *index - first >= *count)
            refuse(fmt::format("--shard auto: {} is {}, which is none of {} shards\n{}", array.index, *index,
                               *count,
                               array.first ? "An array of jobs has to count in steps of 1."
                                           : fmt::format("{} has to be the number of jobs.", array.count)));
        return {*index - first + 1, *count};
    }
    refuse(
        "--shard auto: this is no job of a Slurm array, of an indexed Kubernetes job, of Open MPI or of GNU "
        "parallel\n`daruma help clusters` has a file for each; --shard I/N says it by hand.");
}

/// At dots outside of quotes.
std::vector<std::string> partsOfKey(const std::string &key)
{
    std::vector<std::string> parts(1);
    char quote = '\0';
    for (const char c : key) {
        if (quote != '\0')
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        if (c == '.' && quote == '\0')
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

std::string lastParts(const std::string &key, std::size_t count)
{
    const std::vector<std::string> parts = partsOfKey(key);
    std::string text;
    for (std::size_t i = parts.size() - std::min(count, parts.size()); i < parts.size(); ++i)
        text += (text.empty() ? "" : ".") + parts[i];
    return text;
}

std::string shortKey(const std::string &key, const std::vector<GridAxis> &axes)
{
    for (std::size_t count = 1; count < partsOfKey(key).size(); ++count) {
        std::string last = lastParts(key, count);
        const bool isTaken = std::any_of(axes.begin(), axes.end(), [&](const GridAxis &axis) {
            return axis.isVaried() && axis.key != key && lastParts(axis.key, count) == last;
        });
        if (!isTaken)
            return last;
    }
    return key;
}

}

std::string shortLabel(const std::vector<std::string> &settings, const std::vector<GridAxis> &axes)
{
    std::string label;
    for (const std::string &setting : settings) {
        const auto parts = parseOverride(setting);
        label += (label.empty() ? "" : " ") + shortKey(parts->key, axes) + "=" + parts->value;
    }
    return label;
}

std::string linesOf(const std::vector<std::string> &overrides)
{
    std::string lines;
    for (const std::string &setting : overrides)
        lines += (lines.empty() ? "" : "\n") + setting;
    return lines;
}

CampaignCells readCells(const ScenarioSource &source)
{
    CampaignCells campaign;
    const std::vector<GridAxis> axes = axesOf(source.overrides);
    if (const std::size_t count = countCombinations(axes); count > mostCells)
        refuse(fmt::format("--set: {} combinations of values are more than {}", count, mostCells));
    const std::string text = scenarioText(source.name);
    for (std::vector<std::string> &overrides : combinations(axes)) {
        CampaignCell cell;
        cell.source = source;
        for (std::size_t i = 0; i < axes.size(); ++i) {
            if (axes[i].isVaried())
                cell.settings.push_back(overrides[i]);
        }
        cell.source.overrides = std::move(overrides);
        cell.loaded = loadScenario(cell.source, text);
        campaign.cells.push_back(std::move(cell));
    }
    for (const GridAxis &axis : axes) {
        if (axis.isVaried())
            campaign.axes.push_back(axis);
    }
    return campaign;
}

SeedRange seedRange(const std::string &text)
{
    const std::size_t dots = text.find("..");
    const auto first = numberOf(std::string_view(text).substr(0, dots));
    const auto last = dots == std::string::npos ? first : numberOf(std::string_view(text).substr(dots + 2));
    if (!first || !last)
        refuse(fmt::format("--seeds takes FIRST..LAST, not `{}`\nFor example: --seeds 1..1000", text));
    if (*last < *first)
        refuse(fmt::format("--seeds {}: the last seed is smaller than the first", text));
    // What is added up over runs is made for so many.
    constexpr std::uint64_t mostSeeds = 1ULL << 32U;
    if (*last > INT64_MAX)
        refuse(fmt::format("--seeds {}: seeds go from 0 to {}", text, INT64_MAX));
    if (*last - *first >= mostSeeds - 1)
        refuse(fmt::format("--seeds {}: these are more seeds than anybody can run", text));
    return {*first, *last};
}

Shard shardOf(const std::string &text)
{
    if (text == "auto")
        return shardOfEnvironment();
    const std::size_t slash = text.find('/');
    const auto index = numberOf(std::string_view(text).substr(0, slash));
    const auto count =
        slash == std::string::npos ? std::nullopt : numberOf(std::string_view(text).substr(slash + 1));
    if (!index || !count || *index < 1 || *index > *count)
        refuse(fmt::format(
            "--shard takes I/N with I from 1 to N, or auto, not `{}`\nFor example: --shard 2/4", text));
    return {*index, *count};
}

SeedRange partOf(SeedRange seeds, Shard shard)
{
    if (shard.count > seeds.size())
        refuse(fmt::format("--shard {}: there are only {} seeds", shard.text(), seeds.size()));
    const std::uint64_t each = seeds.size() / shard.count;
    const std::uint64_t longer = seeds.size() % shard.count;
    const std::uint64_t before = each * (shard.index - 1) + std::min(shard.index - 1, longer);
    const std::uint64_t first = seeds.first + before;
    return {first, first + each + (shard.index <= longer ? 1 : 0) - 1};
}

}
