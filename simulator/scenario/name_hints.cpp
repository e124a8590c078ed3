#include "simulator/scenario/name_hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace daruma {

namespace {

/// Insertions, deletions, substitutions and swaps of neighbours that turn one text into the other; anything
/// past `limit` is limit + 1.
std::size_t editDistance(std::string_view a, std::string_view b, std::size_t limit)
{
    if (a.size() > b.size())
        std::swap(a, b);
    if (b.size() - a.size() > limit)
        return limit + 1;
    std::vector<std::size_t> beforeLast(a.size() + 1);
    std::vector<std::size_t> last(a.size() + 1);
    std::vector<std::size_t> row(a.size() + 1);
    for (std::size_t i = 0; i <= a.size(); ++i)
        last[i] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
        row[0] = j;
        for (std::size_t i = 1; i <= a.size(); ++i) {
            const std::size_t substituted = last[i - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[i] = std::min({last[i] + 1, row[i - 1] + 1, substituted});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[i] = std::min(row[i], beforeLast[i - 2] + 1);
        }
        beforeLast.swap(last);
        last.swap(row);
    }
    return std::min(last[a.size()], limit + 1);
}

}

std::string_view closestName(std::string_view text, const std::vector<std::string_view> &names)
{
    constexpr std::size_t longestName = 200;
    if (text.size() > longestName)
        return {};
    // About a third of the letters may be wrong; more, and the hint would be a guess.
    const std::size_t limit = std::max<std::size_t>(1, (text.size() + 1) / 3);
    std::size_t best = limit + 1;
    std::string_view closest;
    for (const std::string_view name : names) {
        const std::size_t distance = name == text ? best : editDistance(text, name, limit);
        if (distance < best && distance < name.size()) {
            best = distance;
            closest = name;
        }
    }
    if (closest.empty() && text.size() >= 3) {
        const auto longer = std::find_if(names.begin(), names.end(), [text](std::string_view name) {
            return name.size() > text.size() && name.substr(0, text.size()) == text;
        });
        return longer == names.end() ? std::string_view() : *longer;
    }
    return closest;
}

std::string_view meantValue(std::string_view text, std::span<const std::string_view> values)
{
    struct Habit {
        std::string_view written;
        std::string_view meant;
    };
    static constexpr std::array<Habit, 11> habits{{{"crash", "panic"},
                                                   {"exception", "panic"},
                                                   {"abnormal", "panic"},
                                                   {"killed", "kill"},
                                                   {"brutal_kill", "kill"},
                                                   {"fail", "error"},
                                                   {"failed", "error"},
                                                   {"failure", "error"},
                                                   {"always", "permanent"},
                                                   {"on_failure", "transient"},
                                                   {"start", "init"}}};
    for (const Habit &habit : habits) {
        if (habit.written == text && std::find(values.begin(), values.end(), habit.meant) != values.end())
            return habit.meant;
    }
    return closestName(text, {values.begin(), values.end()});
}

bool meansUnlimited(std::string_view text)
{
    static constexpr std::array<std::string_view, 9> words{
        "unlimited", "infinity", "infinite", "inf", "forever", "never", "none", "no_limit", "endless"};
    return std::find(words.begin(), words.end(), text) != words.end();
}

std::string didYouMean(std::string_view name)
{
    return name.empty() ? std::string() : fmt::format("did you mean \"{}\"?", name);
}

}
