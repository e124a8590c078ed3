#include "simulator/campaign/seed_corpus.h"

#include "simulator/kernel/simulation.h"

#include <QtConcurrent/QtConcurrentRun>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <set>

namespace daruma {

namespace {

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// In characters, from 0.
int columnOf(std::string_view before)
{
    return static_cast<int>(std::count_if(before.begin(), before.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    }));
}

Problem problemAt(std::string_view line, int number, std::size_t at, std::string message)
{
    const int column = columnOf(line.substr(0, at));
    std::string shown(line.substr(0, 120));
    return {.line = number,
            .column = column + 1,
            .message = std::move(message),
            .hint = "A line is a seed, and a comment behind `#` where there is one: 42  # app lives",
            .lineText = std::move(shown),
            .caret = std::min(column, 119)};
}

/// Reads one line; nothing where it holds no seed.
tl::expected<std::optional<CorpusSeed>, Problem> readLine(std::string_view line, int number)
{
    const std::size_t hash = line.find('#');
    const std::string_view word = trimmed(line.substr(0, hash));
    if (word.empty())
        return std::nullopt;
    const auto at = static_cast<std::size_t>(word.data() - line.data());
    CorpusSeed seed;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), seed.seed);
    if (read.ec == std::errc::invalid_argument)
        return tl::unexpected(problemAt(line, number, at, "this is no seed: a seed is a whole number"));
    if (read.ec == std::errc::result_out_of_range || seed.seed > static_cast<std::uint64_t>(INT64_MAX))
        return tl::unexpected(
            problemAt(line, number, at, "this is no seed: it is larger than 9223372036854775807"));
    if (read.ptr != word.data() + word.size())
        return tl::unexpected(problemAt(line, number, at + static_cast<std::size_t>(read.ptr - word.data()),
                                        "only a comment may stand behind a seed"));
    if (hash != std::string_view::npos)
        seed.comment = trimmed(line.substr(hash + 1));
    return seed;
}

}

tl::expected<std::vector<CorpusSeed>, std::vector<Problem>> readCorpus(std::string_view text)
{
    std::vector<CorpusSeed> seeds;
    std::vector<Problem> problems;
    std::set<std::uint64_t> known;
    for (int number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        auto read = readLine(text.substr(0, end), number);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (!read)
            problems.push_back(std::move(read.error()));
        else if (*read && known.insert((*read)->seed).second)
            seeds.push_back(std::move(**read));
    }
    if (!problems.empty())
        return tl::unexpected(std::move(problems));
    return seeds;
}

std::string corpusWith(std::string text, const std::vector<CorpusSeed> &added)
{
    if (!text.empty() && text.back() != '\n')
        text += '\n';
    for (const CorpusSeed &seed : added) {
        std::string comment = seed.comment;
        std::replace_if(
            comment.begin(), comment.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
        text += std::to_string(seed.seed) + (comment.empty() ? "" : "  # " + comment) + "\n";
    }
    return text;
}

std::string failureNames(const Model &model, const RunResult &result)
{
    std::string text;
    const auto add = [&](const std::string &name) { text += (text.empty() ? "" : "; ") + name; };
    for (std::size_t i = 0; i < result.expectations.size(); ++i) {
        if (!result.expectations[i].passed && !result.expectations[i].undecided)
            add(model.expectations[i].name);
    }
    for (const InvariantViolation &broken : result.invariants)
        add("invariant:" + broken.name);
    if (result.outcome == Outcome::Truncated)
        add("truncated");
    return text;
}

std::optional<std::vector<std::vector<RunResult>>> runSeeds(const std::vector<std::unique_ptr<Cell>> &cells,
                                                            const std::vector<std::uint64_t> &seeds,
                                                            unsigned jobs,
                                                            const std::function<bool()> &goesOn)
{
    std::vector<std::vector<RunResult>> results(seeds.size());
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> isStopped = false;
    const auto work = [&] {
        for (std::size_t i = next++; i < seeds.size() && !isStopped; i = next++) {
            for (const auto &cell : cells) {
                if (!goesOn()) {
                    isStopped = true;
                    return;
                }
                const std::shared_ptr<const Variant> variant = cell->of(seeds[i]);
                results[i].push_back(Simulation(variant->scenario->model).run(seeds[i]));
            }
        }
    };
    QThreadPool pool;
    pool.setMaxThreadCount(static_cast<int>(jobs));
    for (unsigned i = 0; i < jobs && i < seeds.size(); ++i)
        static_cast<void>(QtConcurrent::run(&pool, work));
    pool.waitForDone();
    if (isStopped)
        return std::nullopt;
    return results;
}

}
