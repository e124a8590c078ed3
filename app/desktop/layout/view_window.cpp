#include "app/desktop/layout/view_window.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace daruma {

namespace {

/// Nothing of interest is smaller than a pixel for a nanosecond, or for an event.
constexpr std::int64_t leastLength = 16;

constexpr std::int64_t microsecond = 1'000;
constexpr std::int64_t millisecond = 1'000 * microsecond;
constexpr std::int64_t second = 1'000 * millisecond;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;

std::int64_t roundNumber(double least)
{
    std::int64_t power = 1;
    while (static_cast<double>(power) * 10 <= least)
        power *= 10;
    for (const std::int64_t factor : {1, 2, 5})
        if (static_cast<double>(factor * power) >= least)
            return factor * power;
    return 10 * power;
}

std::int64_t roundTime(double least)
{
    if (least <= second)
        return roundNumber(least);
    constexpr std::array steps{1 * second, 2 * second, 5 * second, 10 * second, 15 * second, 30 * second,
                               minute,     2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute,
                               hour,       2 * hour,   3 * hour,   6 * hour,    12 * hour,   day};
    for (const std::int64_t step : steps)
        if (static_cast<double>(step) >= least)
            return step;
    return day * roundNumber(least / static_cast<double>(day));
}

/// The floor of `value` · `factor` / `divisor`.
std::int64_t floorOfProduct(std::int64_t value, std::int64_t factor, std::int64_t divisor)
{
    const auto floorOf = [divisor](auto product) {
        const bool isRoundedUp = product < 0 && product % divisor != 0;
        return static_cast<std::int64_t>(product / divisor - (isRoundedUp ? 1 : 0));
    };
    __extension__ using Wide = __int128;
    std::int64_t product = 0;
    // Wide divisions are slow, and only runs of many days need them.
    return __builtin_mul_overflow(value, factor, &product) ? floorOf(static_cast<Wide>(value) * factor)
                                                           : floorOf(product);
}

template <typename Label>
std::vector<Tick> ticks(const ViewWindow &window, std::int64_t step, const Label &label)
{
    std::vector<Tick> result;
    for (std::int64_t at = (window.from() + step - 1) / step * step; at <= window.until(); at += step)
        result.push_back({at, label(at)});
    return result;
}

double leastStep(const ViewWindow &window, int leastPixels)
{
    return static_cast<double>(window.length()) / window.width() * leastPixels;
}

/// `1.25`: no more digits than `step` needs, and none that are zero at the end.
std::string decimal(std::int64_t value, std::int64_t unit, std::int64_t step)
{
    std::string text = std::to_string(value / unit);
    std::int64_t rest = value % unit;
    std::string digits;
    for (std::int64_t place = unit / 10; place > 0 && rest > 0 && place * 10 > step; place /= 10) {
        digits += static_cast<char>('0' + rest / place);
        rest %= place;
    }
    while (!digits.empty() && digits.back() == '0')
        digits.pop_back();
    return digits.empty() ? text : text + "." + digits;
}

}

ViewWindow::ViewWindow(std::int64_t end, int width)
    : m_end(std::max<std::int64_t>(end, 1))
    , m_length(m_end)
    , m_width(std::max(width, 1))
{}

bool ViewWindow::hasScaleOf(const ViewWindow &other) const
{
    return m_end == other.m_end && m_length == other.m_length && m_width == other.m_width;
}

// The two are inverse to each other: a column holds the positions from its edge up to the next one's.
std::int64_t ViewWindow::edge(std::int64_t column) const
{
    return -floorOfProduct(-column, m_length, m_width);
}

std::int64_t ViewWindow::columnOf(std::int64_t position) const
{
    return floorOfProduct(position, m_width, m_length);
}

int ViewWindow::columnAt(std::int64_t position) const
{
    constexpr std::int64_t far = 1 << 24;
    return static_cast<int>(std::clamp(columnOf(position) - m_first, -far, far));
}

std::int64_t ViewWindow::roundPositionAt(std::int64_t column) const
{
    const std::int64_t from = positionAt(column);
    const std::int64_t until = positionAt(column + 1);
    std::int64_t step = 1;
    while ((from + 10 * step - 1) / (10 * step) * (10 * step) < until)
        step *= 10;
    return (from + step - 1) / step * step;
}

void ViewWindow::resize(int width)
{
    const std::int64_t shown = from();
    m_width = std::max(width, 1);
    m_first = columnOf(shown);
    clamp();
}

void ViewWindow::fit()
{
    m_first = 0;
    m_length = m_end;
}

void ViewWindow::show(std::int64_t from, std::int64_t until)
{
    m_length = until - from;
    if (m_length < leastLength)
        from -= (leastLength - m_length) / 2;
    m_length = std::clamp(m_length, std::min(leastLength, m_end), m_end);
    m_first = columnOf(from);
    clamp();
}

void ViewWindow::zoom(double factor, double pixel)
{
    const double part = pixel / m_width;
    const double under = static_cast<double>(from()) + part * static_cast<double>(m_length);
    const double length = std::ceil(static_cast<double>(m_length) / factor);
    m_length = length >= static_cast<double>(m_end) ? m_end : static_cast<std::int64_t>(length);
    m_length = std::clamp(m_length, std::min(leastLength, m_end), m_end);
    m_first = columnOf(std::llround(under - part * static_cast<double>(m_length)));
    clamp();
}

void ViewWindow::pan(double pixels)
{
    // Or a slow hand on the wheel would never get anywhere.
    const std::int64_t least = pixels > 0 ? 1 : -1;
    m_first += std::abs(pixels) < 1 ? least : std::llround(pixels);
    clamp();
}

void ViewWindow::reveal(std::int64_t position)
{
    const std::int64_t column = columnOf(position);
    const int margin = m_width / 10;
    if (column < m_first + margin)
        m_first = column - margin;
    else if (column > m_first + m_width - margin)
        m_first = column + margin - m_width;
    clamp();
}

void ViewWindow::clamp()
{
    const std::int64_t last = -floorOfProduct(m_length - m_end, m_width, m_length);
    m_first = std::clamp<std::int64_t>(m_first, 0, last);
}

std::vector<Tick> timeTicks(const ViewWindow &window, int leastPixels)
{
    const std::int64_t step = roundTime(leastStep(window, leastPixels));
    return ticks(window, step, [step](std::int64_t at) { return shortTime(at, step); });
}

std::vector<Tick> eventTicks(const ViewWindow &window, int leastPixels)
{
    const std::int64_t step = roundNumber(std::max(leastStep(window, leastPixels), 1.0));
    return ticks(window, step, [](std::int64_t at) { return fmt::format("#{}", at); });
}

std::string shortTime(std::int64_t ns, std::int64_t step)
{
    if (ns == 0)
        return "0";
    if (ns < 0)
        return "-" + shortTime(-ns, step);
    if (ns < microsecond)
        return fmt::format("{} ns", ns);
    if (ns < millisecond)
        return decimal(ns, microsecond, step) + " µs";
    if (ns < second)
        return decimal(ns, millisecond, step) + " ms";
    if (ns < minute)
        return decimal(ns, second, step) + " s";
    std::string text;
    std::int64_t rest = ns;
    for (const auto &[unit, name] : {std::pair{day, "d"}, {hour, "h"}, {minute, "min"}}) {
        if (rest >= unit)
            text += fmt::format("{}{} {}", text.empty() ? "" : " ", rest / unit, name);
        rest %= unit;
    }
    if (rest > 0 && (ns < hour || step < minute))
        text += " " + decimal(rest, second, step) + " s";
    return text;
}

}
