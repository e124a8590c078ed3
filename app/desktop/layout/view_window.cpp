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
{
    resize(width);
}

double ViewWindow::pixelAt(std::int64_t position) const
{
    return static_cast<double>(position - m_from) * m_width / static_cast<double>(m_length);
}

std::int64_t ViewWindow::positionAt(double pixel) const
{
    return m_from + static_cast<std::int64_t>(std::floor(pixel * static_cast<double>(m_length) / m_width));
}

void ViewWindow::fit()
{
    m_from = 0;
    m_length = m_end;
}

void ViewWindow::show(std::int64_t from, std::int64_t until)
{
    m_length = until - from;
    if (m_length < leastLength)
        from -= (leastLength - m_length) / 2;
    m_from = from;
    clamp();
}

void ViewWindow::zoom(double factor, double pixel)
{
    const double under = static_cast<double>(m_from) + pixel * static_cast<double>(m_length) / m_width;
    const double length = static_cast<double>(m_length) / factor;
    m_length = length >= static_cast<double>(m_end) ? m_end : static_cast<std::int64_t>(std::ceil(length));
    m_length = std::clamp(m_length, std::min(leastLength, m_end), m_end);
    m_from = static_cast<std::int64_t>(std::llround(under - pixel * static_cast<double>(m_length) / m_width));
    clamp();
}

void ViewWindow::pan(double pixels)
{
    const double moved = pixels * static_cast<double>(m_length) / m_width;
    // The least move is one position, or a slow hand on the wheel would never get anywhere.
    const double least = pixels > 0 ? 1 : -1;
    m_from += static_cast<std::int64_t>(std::abs(moved) < 1 ? least : moved);
    clamp();
}

void ViewWindow::reveal(std::int64_t position)
{
    const std::int64_t margin = m_length / 10;
    if (position < m_from + margin)
        m_from = position - margin;
    else if (position > until() - margin)
        m_from = position + margin - m_length;
    clamp();
}

void ViewWindow::clamp()
{
    m_length = std::clamp(m_length, std::min(leastLength, m_end), m_end);
    m_from = std::clamp<std::int64_t>(m_from, 0, m_end - m_length);
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
