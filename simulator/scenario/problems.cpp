#include "simulator/scenario/problems.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace daruma {

namespace {

constexpr std::size_t maxExcerpt = 120;

bool isContinuation(char c)
{
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

/// The characters of a line, those that would upset a terminal or a caret made harmless.
std::vector<std::string> charactersOf(std::string_view line)
{
    std::vector<std::string> characters;
    for (std::size_t i = 0; i < line.size();) {
        const auto lead = static_cast<unsigned char>(line[i]);
        const std::size_t length = lead < 0x80U   ? 1
                                   : lead < 0xc0U ? 0
                                   : lead < 0xe0U ? 2
                                   : lead < 0xf0U ? 3
                                                  : 4;
        std::size_t end = i + 1;
        while (end < line.size() && end < i + length && isContinuation(line[end]))
            ++end;
        if (length == 0 || end != i + length || lead > 0xf4U)
            characters.emplace_back("\ufffd");
        else if (lead < 0x20U || lead == 0x7fU)
            characters.emplace_back(" ");
        else
            characters.emplace_back(line.substr(i, length));
        i = end;
    }
    return characters;
}

std::size_t characterCount(std::string_view text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !isContinuation(c); }));
}

/// Cuts a line around a character and sets the excerpt and its caret.
void cutAround(const std::vector<std::string> &line, std::size_t at, Problem &problem)
{
    at = std::min(at, line.size());
    std::size_t first = 0;
    std::size_t last = line.size();
    if (line.size() > maxExcerpt) {
        first = std::min(at - std::min(at, maxExcerpt / 2), line.size() - maxExcerpt);
        last = first + maxExcerpt;
    }
    for (std::size_t i = first; i < last; ++i) {
        const bool isCut = (i == first && first > 0) || (i + 1 == last && last < line.size());
        problem.lineText += isCut ? "\u2026" : line[i];
    }
    problem.caret = static_cast<int>(at - first);
}

}

Problems::Problems(std::string_view text, const std::vector<Source> &overrides)
    : m_text(text)
    , m_overrides(overrides)
{
    m_lineStarts.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n')
            m_lineStarts.push_back(i + 1);
    }
}

void Problems::error(Place place, std::string message, std::string hint)
{
    m_errors.push_back({place, std::move(message), std::move(hint)});
}

void Problems::warning(Place place, std::string message, std::string hint)
{
    m_warnings.push_back({place, std::move(message), std::move(hint)});
}

void Problems::adopt(std::vector<Problem> problems)
{
    std::move(problems.begin(), problems.end(), std::back_inserter(m_adopted));
}

void Problems::errorInside(const TomlValue &value, std::size_t offset, std::string message, std::string hint)
{
    Place place = value.place;
    const std::string_view line = lineAt(place);
    std::size_t at = 0;
    for (int column = 1; at < line.size() && column < place.column; ++column) {
        do
            ++at;
        while (at < line.size() && isContinuation(line[at]));
    }
    const bool isQuoted = at < line.size() && (line[at] == '"' || line[at] == '\'');
    const std::string_view written = line.substr(std::min(line.size(), at + (isQuoted ? 1 : 0)));
    const std::string_view before = std::string_view(value.text).substr(0, offset);
    if (written.substr(0, value.text.size()) == value.text)
        place.column += static_cast<int>(characterCount(before)) + (isQuoted ? 1 : 0);
    error(place, std::move(message), std::move(hint));
}

std::string_view Problems::textOf(int source) const
{
    if (source == 0)
        return m_text;
    return m_overrides[static_cast<std::size_t>(source) - 1].value;
}

std::string_view Problems::lineAt(Place place) const
{
    if (place.source != 0)
        return textOf(place.source);
    const auto index = static_cast<std::size_t>(place.line) - 1;
    if (index >= m_lineStarts.size())
        return {};
    const std::size_t begin = m_lineStarts[index];
    std::string_view line = m_text.substr(begin, m_text.find('\n', begin) - begin);
    if (!line.empty() && line.back() == '\r')
        line.remove_suffix(1);
    return line;
}

Problem Problems::finished(Entry entry) const
{
    Problem problem;
    problem.message = std::move(entry.message);
    problem.hint = std::move(entry.hint);
    problem.line = entry.place.line;
    problem.column = entry.place.column;
    std::string line(lineAt(entry.place));
    int at = entry.place.column - 1;
    if (entry.place.source != 0) {
        const Source &source = m_overrides[static_cast<std::size_t>(entry.place.source) - 1];
        problem.source = source.label;
        at += static_cast<int>(characterCount(source.before));
        line = source.before + line;
    }
    cutAround(charactersOf(line), static_cast<std::size_t>(std::max(0, at)), problem);
    return problem;
}

std::vector<Problem> Problems::finished(std::vector<Entry> entries) const
{
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry &a, const Entry &b) { return a.place.isBefore(b.place); });
    const std::size_t shown = std::min(entries.size(), maxProblems);
    std::vector<Problem> problems;
    for (std::size_t i = 0; i < shown; ++i)
        problems.push_back(finished(std::move(entries[i])));
    if (shown < entries.size()) {
        Problem rest;
        rest.message = fmt::format("{} more like these are not shown", entries.size() - shown);
        problems.push_back(std::move(rest));
    }
    return problems;
}

std::vector<Problem> Problems::takeErrors()
{
    std::vector<Problem> problems = std::exchange(m_adopted, {});
    std::vector<Problem> own = finished(std::exchange(m_errors, {}));
    std::move(own.begin(), own.end(), std::back_inserter(problems));
    return problems;
}

std::vector<Problem> Problems::takeWarnings()
{
    return finished(std::exchange(m_warnings, {}));
}

}
