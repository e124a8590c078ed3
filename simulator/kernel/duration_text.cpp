#include "simulator/kernel/duration_text.h"

#include "simulator/kernel/distribution.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <limits>
#include <utility>

namespace daruma {

namespace {

struct Unit {
    std::string_view name;
    std::string_view humanName;
    std::int64_t ns;
};

constexpr std::array<Unit, 7> units{{{"d", "d", 86'400'000'000'000},
                                     {"h", "h", 3'600'000'000'000},
                                     {"m", "min", 60'000'000'000},
                                     {"s", "s", 1'000'000'000},
                                     {"ms", "ms", 1'000'000},
                                     {"us", "us", 1'000},
                                     {"ns", "ns", 1}}};
constexpr std::int64_t minuteNs = 60'000'000'000;
/// Near the end of 64 bits rounding could overflow; 292 years do not mean more to people than the last day.
constexpr std::int64_t longestNs = std::numeric_limits<std::int64_t>::max() / units[0].ns * units[0].ns;
constexpr std::string_view unitHelp = "the units are ns us ms s m h d";
constexpr std::string_view tooLong = "a duration is at most 100 years (36500d)";

const Unit *unitNamed(std::string_view name)
{
    for (const Unit &unit : units) {
        if (unit.name == name)
            return &unit;
    }
    return nullptr;
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isBlank(char c)
{
    return c == ' ' || c == '\t';
}

/// The digits of a text from `begin` on.
std::string_view digitsAt(std::string_view text, std::size_t begin)
{
    std::size_t end = begin;
    while (end < text.size() && isDigit(text[end]))
        ++end;
    return text.substr(begin, end - begin);
}

/// What stands where a unit belongs; bytes above ASCII too, so that a message can quote the micro sign.
std::string_view lettersAt(std::string_view text, std::size_t begin)
{
    std::size_t end = begin;
    while (end < text.size() && !isDigit(text[end]) && !isBlank(text[end]) && text[end] != '.')
        ++end;
    return text.substr(begin, end - begin);
}

enum class AmountProblem { TooLong, TooFine };

/// WHOLE.FRACTION units in nanoseconds, exactly.
tl::expected<std::int64_t, AmountProblem> amount(std::string_view whole, std::string_view fraction,
                                                 std::int64_t unitNs)
{
    constexpr std::size_t maxFraction = 18;  // the digits whose power of ten fits into 64 bits
    std::int64_t count = 0;
    for (const char digit : whole) {
        count = count * 10 + (digit - '0');
        if (count > longestDuration.ns() / unitNs)
            return tl::unexpected(AmountProblem::TooLong);
    }
    while (!fraction.empty() && fraction.back() == '0')
        fraction.remove_suffix(1);
    if (fraction.size() > maxFraction)
        return tl::unexpected(AmountProblem::TooFine);
    std::int64_t numerator = 0;
    std::int64_t denominator = 1;
    for (const char digit : fraction) {
        numerator = numerator * 10 + (digit - '0');
        denominator *= 10;
    }
    __extension__ using Wide = __int128;
    const Wide part = static_cast<Wide>(numerator) * unitNs;
    if (part % denominator != 0)
        return tl::unexpected(AmountProblem::TooFine);
    return count * unitNs + static_cast<std::int64_t>(part / denominator);
}

std::string unknownUnit(std::string_view name)
{
    struct Habit {
        std::string_view written;
        std::string_view meant;
    };
    static constexpr std::array<Habit, 22> habits{
        {{"min", "m"},     {"mins", "m"},  {"minute", "m"},   {"minutes", "m"}, {"M", "m"},  {"sec", "s"},
         {"secs", "s"},    {"S", "s"},     {"second", "s"},   {"seconds", "s"}, {"hr", "h"}, {"hour", "h"},
         {"hours", "h"},   {"H", "h"},     {"day", "d"},      {"days", "d"},    {"D", "d"},  {"msec", "ms"},
         {"millis", "ms"}, {"usec", "us"}, {"\u00b5s", "us"}, {"nsec", "ns"}}};
    for (const Habit &habit : habits) {
        if (habit.written == name)
            return fmt::format("unknown unit \"{}\", did you mean \"{}\"? {}", name, habit.meant, unitHelp);
    }
    return fmt::format("unknown unit \"{}\": {}", name, unitHelp);
}

std::string withoutBlanks(std::string_view text)
{
    std::string rest;
    std::copy_if(text.begin(), text.end(), std::back_inserter(rest), [](char c) { return !isBlank(c); });
    return rest;
}

/// Reads one number with its unit at `position` and moves past it.
tl::expected<std::int64_t, TextProblem> readTerm(std::string_view text, std::size_t &position)
{
    const std::size_t begin = position;
    const auto problem = [](std::size_t offset, std::string message) {
        return tl::unexpected(TextProblem{std::move(message), offset});
    };
    const std::string_view whole = digitsAt(text, position);
    if (whole.empty())
        return problem(begin, begin < text.size() && text[begin] == '-'
                                  ? "a duration cannot be negative"
                                  : "a duration is a number with a unit, such as 30s or 1m30s");
    position += whole.size();
    std::string_view fraction;
    if (position < text.size() && text[position] == '.') {
        fraction = digitsAt(text, ++position);
        if (fraction.empty())
            return problem(position, "digits are missing behind the point");
        position += fraction.size();
    }
    const std::string_view name = lettersAt(text, position);
    std::size_t behindBlanks = position;
    while (behindBlanks < text.size() && isBlank(text[behindBlanks]))
        ++behindBlanks;
    // In "5 secs" it is not missing.
    if (const auto apart = lettersAt(text, behindBlanks); name.empty() && !apart.empty() && !unitNamed(apart))
        return problem(behindBlanks, unknownUnit(apart));
    if (name.empty())
        return problem(position, fmt::format("the unit of {} is missing: {}, written behind it",
                                             text.substr(begin, position - begin), unitHelp));
    const Unit *unit = unitNamed(name);
    if (!unit)
        return problem(position, unknownUnit(name));
    position += name.size();
    const auto ns = amount(whole, fraction, unit->ns);
    if (ns)
        return *ns;
    return problem(begin, ns.error() == AmountProblem::TooFine ? "a duration is a whole number of nanoseconds"
                                                               : std::string(tooLong));
}

/// The first unit that is not longer than the length.
const Unit &largestUnitIn(std::int64_t ns)
{
    const Unit *unit = units.begin();
    while (unit->ns > ns && unit->ns > 1)
        ++unit;
    return *unit;
}

/// Three digits of a length below a minute.
std::string humanShort(std::int64_t ns)
{
    const Unit &unit = largestUnitIn(ns);
    std::int64_t scale = ns < 10 * unit.ns ? 100 : (ns < 100 * unit.ns ? 10 : 1);
    std::int64_t digits = (ns * scale + unit.ns / 2) / unit.ns;
    // Rounding may reach the next unit: 999.9 ms is 1 s.
    if (const std::int64_t rounded = digits * unit.ns / scale; largestUnitIn(rounded).ns != unit.ns)
        return human(Duration::nanoseconds(rounded));
    while (scale > 1 && digits % 10 == 0) {
        digits /= 10;
        scale /= 10;
    }
    if (scale == 1)
        return fmt::format("{} {}", digits, unit.humanName);
    return fmt::format("{}.{:0{}} {}", digits / scale, digits % scale, scale == 100 ? 2 : 1, unit.humanName);
}

/// The two largest units of a length from a minute on.
std::string humanLong(std::int64_t ns)
{
    const Unit &unit = largestUnitIn(ns);
    const Unit &smaller = *(&unit + 1);
    const std::int64_t rounded = (ns + smaller.ns / 2) / smaller.ns * smaller.ns;
    if (largestUnitIn(rounded).ns != unit.ns)
        return human(Duration::nanoseconds(rounded));
    const std::int64_t rest = rounded % unit.ns / smaller.ns;
    if (rest == 0)
        return fmt::format("{} {}", rounded / unit.ns, unit.humanName);
    return fmt::format("{} {} {} {}", rounded / unit.ns, unit.humanName, rest, smaller.humanName);
}

}  // namespace

tl::expected<Duration, TextProblem> parseDuration(std::string_view text)
{
    std::size_t end = text.size();
    while (end > 0 && isBlank(text[end - 1]))
        --end;
    std::size_t position = 0;
    while (position < end && isBlank(text[position]))
        ++position;
    const std::size_t begin = position;
    const std::string_view written = text.substr(begin, end - begin);
    if (std::string together = withoutBlanks(written); together.size() != written.size()) {
        const std::size_t blank = text.find_first_of(" \t", begin);
        // What else may be wrong with it is said below.
        if (parseDuration(together))
            return tl::unexpected(
                TextProblem{fmt::format("a duration is written without blanks: {}", together), blank});
    }
    Duration total;
    do {
        const auto term = readTerm(text.substr(0, end), position);
        if (!term)
            return tl::unexpected(term.error());
        total = total + Duration::nanoseconds(*term);
        if (total > longestDuration)
            return tl::unexpected(TextProblem{std::string(tooLong), begin});
    } while (position < end);
    return total;
}

std::string toText(Duration duration)
{
    if (duration.isNever())
        return "never";
    std::string text;
    // The magnitude of the most negative number does not fit into a signed one.
    auto rest = static_cast<std::uint64_t>(duration.ns());
    if (duration.ns() < 0) {
        rest = 0 - rest;
        text = "-";
    }
    if (rest == 0)
        return "0s";
    for (const Unit &unit : units) {
        const auto unitNs = static_cast<std::uint64_t>(unit.ns);
        if (rest >= unitNs)
            text += fmt::format("{}{}", rest / unitNs, unit.name);
        rest %= unitNs;
    }
    return text;
}

std::string human(Duration duration)
{
    if (duration.isNever())
        return "never";
    if (duration.isZero())
        return "0 s";
    if (duration < Duration::zero()) {
        const std::int64_t closest = std::max(duration.ns(), -longestNs);
        return fmt::format("-{}", human(Duration::nanoseconds(-closest)));
    }
    const std::int64_t ns = std::min(duration.ns(), longestNs);
    return ns < minuteNs ? humanShort(ns) : humanLong(ns);
}

std::string decimalText(Duration duration)
{
    constexpr std::pair<std::int64_t, std::string_view> decimalUnits[] = {
        {1'000'000'000, "s"}, {1'000'000, "ms"}, {1'000, "µs"}, {1, "ns"}};
    for (const auto &[unit, name] : decimalUnits) {
        if (duration.ns() < unit && unit > 1)
            continue;
        std::string fraction = std::to_string(unit + duration.ns() % unit).substr(1);
        fraction.erase(fraction.find_last_not_of('0') + 1);
        return std::to_string(duration.ns() / unit) + (fraction.empty() ? "" : ".") + fraction
               + std::string(name);
    }
    return {};
}

}  // namespace daruma
