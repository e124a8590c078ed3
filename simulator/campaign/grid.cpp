#include "simulator/campaign/grid.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <optional>
#include <set>

namespace daruma {

namespace {

constexpr std::size_t mostValues = 10'000;

/// At commas outside of quotes and brackets.
std::vector<std::string> splitValues(std::string_view text)
{
    std::vector<std::string> values(1);
    char quote = '\0';
    int depth = 0;
    for (const char c : text) {
        if (quote != '\0')
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '(' || c == '[' || c == '{')
            ++depth;
        else if (c == ')' || c == ']' || c == '}')
            --depth;
        if (c == ',' && quote == '\0' && depth == 0)
            values.emplace_back();
        else
            values.back() += c;
    }
    for (std::string &value : values) {
        const std::size_t first = value.find_first_not_of(' ');
        value =
            first == std::string::npos ? "" : value.substr(first, value.find_last_not_of(' ') + 1 - first);
    }
    return values;
}

std::optional<std::int64_t> wholeNumber(std::string_view text)
{
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size())
        return std::nullopt;
    return number;
}

struct Range {
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::int64_t step = 1;
};

/// Nothing where the text is something else than a range of whole numbers.
std::optional<Range> rangeOf(std::string_view text)
{
    const std::size_t dots = text.find("..");
    if (dots == std::string_view::npos)
        return std::nullopt;
    std::string_view last = text.substr(dots + 2);
    std::string_view step = "1";
    if (const std::size_t more = last.find(".."); more != std::string_view::npos) {
        step = last.substr(more + 2);
        last = last.substr(0, more);
    }
    const auto from = wholeNumber(text.substr(0, dots));
    const auto to = wholeNumber(last);
    const auto by = wholeNumber(step);
    if (!from || !to || !by)
        return std::nullopt;
    return Range{*from, *to, *by};
}

}

tl::expected<GridAxis, std::string> parseAxis(std::string_view setting)
{
    const auto whole = parseOverride(setting);
    if (!whole)
        return tl::unexpected(fmt::format("`{}` is no KEY=VALUE", setting));
    GridAxis axis{whole->key, {}};
    for (std::string &value : splitValues(whole->value)) {
        if (value.empty())
            return tl::unexpected(
                fmt::format("`{}` has an empty value; an empty text is written \"\"", setting));
        const auto range = rangeOf(value);
        if (!range) {
            axis.values.push_back(std::move(value));
            continue;
        }
        if (range->step < 1 || range->last < range->first)
            return tl::unexpected(fmt::format("`{}` is an empty range: it goes upwards, FIRST..LAST or "
                                              "FIRST..LAST..STEP",
                                              value));
        if (static_cast<std::uint64_t>(range->last - range->first) / static_cast<std::uint64_t>(range->step)
            >= mostValues)
            return tl::unexpected(fmt::format("`{}` has more than {} values", value, mostValues));
        for (std::int64_t number = range->first; number <= range->last; number += range->step)
            axis.values.push_back(std::to_string(number));
    }
    std::set<std::string_view> known;
    for (const std::string &value : axis.values) {
        if (!known.insert(value).second)
            return tl::unexpected(fmt::format("`{}` has the value {} twice", setting, value));
    }
    return axis;
}

std::size_t countCombinations(const std::vector<GridAxis> &axes)
{
    std::size_t count = 1;
    for (const GridAxis &axis : axes) {
        if (__builtin_mul_overflow(count, axis.values.size(), &count))
            return std::numeric_limits<std::size_t>::max();
    }
    return count;
}

std::vector<std::vector<std::string>> combinations(const std::vector<GridAxis> &axes)
{
    std::vector<std::vector<std::string>> cells(1);
    for (const GridAxis &axis : axes) {
        std::vector<std::vector<std::string>> longer;
        longer.reserve(cells.size() * axis.values.size());
        for (const std::vector<std::string> &cell : cells) {
            for (const std::string &value : axis.values) {
                longer.push_back(cell);
                longer.back().push_back(axis.key + "=" + value);
            }
        }
        cells = std::move(longer);
    }
    return cells;
}

}
