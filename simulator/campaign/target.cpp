#include "simulator/campaign/target.h"

#include "simulator/kernel/duration_text.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>

namespace daruma {

namespace {

struct Word {
    std::string text;
    bool isQuoted = false;
};

/// Words between blanks; `>=` stands for itself, and quotes hold a word together.
tl::expected<std::vector<Word>, std::string> wordsOf(std::string_view text)
{
    std::vector<Word> words;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (c == ' ' || c == '\t') {
            ++i;
        } else if (c == '"' || c == '\'') {
            const std::size_t end = text.find(c, i + 1);
            if (end == std::string_view::npos)
                return tl::unexpected(std::string("a quote is not closed"));
            words.push_back({std::string(text.substr(i + 1, end - i - 1)), true});
            i = end + 1;
        } else if (text.substr(i, 2) == ">=") {
            words.push_back({">=", false});
            i += 2;
        } else {
            const std::size_t end = std::min(text.find_first_of(" \t\"'>", i + 1), text.size());
            words.push_back({std::string(text.substr(i, end - i)), false});
            i = end;
        }
    }
    return words;
}

/// `0.999`, or `99.9%`.
std::optional<double> shareOf(std::string_view text)
{
    const bool isPercent = !text.empty() && text.back() == '%';
    if (isPercent)
        text.remove_suffix(1);
    double share = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), share);
    if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size())
        return std::nullopt;
    if (isPercent)
        share /= 100;
    return share > 0 && share <= 1 ? std::optional(share) : std::nullopt;
}

class TargetParser {
public:
    explicit TargetParser(std::vector<Word> words)
        : m_words(std::move(words))
    {}

    tl::expected<Target, std::string> parse()
    {
        readKind();
        m_target.node = next("a node");
        if (m_target.kind == TargetKind::GivesUp) {
            expect("within");
            readDuration();
            if (isNext(">="))
                readShare();
        } else {
            readShare();
        }
        if (isNext("when")) {
            expect("when");
            expect("fault");
            m_target.fault = next("the name of a fault");
        }
        if (m_problem.empty() && m_at < m_words.size())
            m_problem = fmt::format("`{}` is too much", m_words[m_at].text);
        if (!m_problem.empty())
            return tl::unexpected(m_problem);
        return m_target;
    }

private:
    void readKind()
    {
        const std::string kind = next("survives, available or gives_up");
        if (kind == "survives")
            m_target.kind = TargetKind::Survives;
        else if (kind == "available")
            m_target.kind = TargetKind::Available;
        else if (kind == "gives_up")
            m_target.kind = TargetKind::GivesUp;
        else if (m_problem.empty())
            m_problem = fmt::format("it begins with survives, available or gives_up, not `{}`", kind);
    }

    void readShare()
    {
        expect(">=");
        const std::string text = next("a share");
        const auto share = shareOf(text);
        if (!share && m_problem.empty())
            m_problem =
                fmt::format("`{}` is no share: it is above 0 and at most 1, as in 0.999 or 99.9%", text);
        m_target.share = share.value_or(1);
    }

    void readDuration()
    {
        const auto duration = parseDuration(next("a duration"));
        if (duration)
            m_target.within = *duration;
        else if (m_problem.empty())
            m_problem = duration.error().message;
    }

    bool isNext(std::string_view word) const
    {
        return m_at < m_words.size() && !m_words[m_at].isQuoted && m_words[m_at].text == word;
    }

    void expect(std::string_view word)
    {
        if (isNext(word))
            ++m_at;
        else if (m_problem.empty())
            m_problem = m_at < m_words.size()
                            ? fmt::format("`{}` is expected where `{}` stands", word, m_words[m_at].text)
                            : fmt::format("`{}` is expected behind it", word);
    }

    std::string next(std::string_view what)
    {
        if (m_at < m_words.size())
            return m_words[m_at++].text;
        if (m_problem.empty())
            m_problem = fmt::format("{} is missing", what);
        return {};
    }

    std::vector<Word> m_words;
    std::size_t m_at = 0;
    Target m_target;
    std::string m_problem;
};

}

tl::expected<Target, std::string> parseTarget(std::string_view text)
{
    auto words = wordsOf(text);
    if (!words)
        return tl::unexpected(words.error());
    auto target = TargetParser(std::move(*words)).parse();
    if (target)
        target->text = std::string(text);
    return target;
}

std::vector<NodeId> nodesOf(const Target &target, const Model &model)
{
    std::vector<NodeId> ofTable;
    std::vector<NodeId> ofPath;
    for (std::uint32_t i = 0; i < model.nodes.size(); ++i) {
        const NodeId id{i};
        const Node &node = model.nodes[id];
        const TextId table = node.isSupervisor ? model.supervisor(node).table : model.worker(node).table;
        if (model.texts[table] == target.node)
            ofTable.push_back(id);
        if (globMatches(target.node, model.nodes.path(id, model.texts)))
            ofPath.push_back(id);
    }
    return ofTable.empty() ? ofPath : ofTable;
}

Verdict verdictOf(const Target &target, const TargetFigure &figure)
{
    if (figure.runs == 0)
        return Verdict::Missed;
    if (target.asksForAll())
        return figure.value >= 1 ? Verdict::Met : Verdict::Missed;
    if (figure.interval.low >= target.share)
        return Verdict::Met;
    return figure.value >= target.share ? Verdict::Open : Verdict::Missed;
}

std::uint64_t leastRunsFor(const Target &target)
{
    if (target.asksForAll())
        return 1;
    if (target.kind == TargetKind::Available)
        return 2;  // the spread of two values is the least there is
    constexpr double z = deviationsOf95Percent;
    auto runs = static_cast<std::uint64_t>(z * z * target.share / (1 - target.share));
    while (shareInterval(runs, runs).low < target.share)
        ++runs;
    return runs;
}

std::uint64_t runsToTell(const Target &target, const TargetFigure &figure)
{
    if (figure.value <= target.share || figure.runs == 0)
        return 0;
    const double distance = figure.value - target.share;
    if (target.kind == TargetKind::Available) {
        const double half = figure.value - figure.interval.low;
        const double factor = half / distance;
        return static_cast<std::uint64_t>(std::ceil(static_cast<double>(figure.runs) * factor * factor));
    }
    constexpr std::uint64_t most = 1ULL << 40U;
    for (std::uint64_t runs = figure.runs; runs < most; runs += 1 + runs / 50) {
        const auto good = static_cast<std::uint64_t>(figure.value * static_cast<double>(runs));
        if (shareInterval(good, runs).low >= target.share)
            return runs;
    }
    return 0;
}

}
