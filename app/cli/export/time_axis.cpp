#include "app/cli/export/time_axis.h"

#include "engine/contract.h"
#include "simulator/analysis/wording.h"

#include <algorithm>
#include <array>

namespace daruma {

namespace {

struct Gap {
    std::int64_t from = 0;
    std::int64_t until = 0;

    std::int64_t length() const { return until - from; }
};

/// The gaps worth cutting: each takes up a good part of what is left without those before it.
std::vector<Gap> cutsOf(const std::vector<std::int64_t> &moments)
{
    std::vector<Gap> gaps;
    for (std::size_t i = 1; i < moments.size(); ++i)
        gaps.push_back({moments[i - 1], moments[i]});
    std::stable_sort(gaps.begin(), gaps.end(),
                     [](const Gap &a, const Gap &b) { return a.length() > b.length(); });
    std::int64_t left = moments.back() - moments.front();
    std::vector<Gap> cuts;
    for (const Gap &gap : gaps) {
        const bool isLarge = static_cast<double>(gap.length()) > 0.4 * static_cast<double>(left);
        if (!isLarge || cuts.size() == TimeAxis::mostCuts || left == gap.length())
            break;
        left -= gap.length();
        cuts.push_back(gap);
    }
    // Some of the quiet is left on both sides, so that what borders on it is seen to last.
    const std::int64_t margin = left / 20;
    for (Gap &gap : cuts) {
        gap.from += std::min(margin, gap.length() / 3);
        gap.until -= std::min(margin, gap.length() / 3);
    }
    std::sort(cuts.begin(), cuts.end(), [](const Gap &a, const Gap &b) { return a.from < b.from; });
    return cuts;
}

}  // namespace

TimeAxis::TimeAxis(std::vector<std::int64_t> moments, std::int64_t until, double width, double tail)
{
    DARUMA_ASSERT(width - tail >= 100, "a time axis needs room");
    until = std::max<std::int64_t>(until, 1);
    m_end = until;
    moments.push_back(0);
    moments.push_back(until);
    std::sort(moments.begin(), moments.end());
    moments.erase(std::unique(moments.begin(), moments.end()), moments.end());

    std::int64_t at = 0;
    std::int64_t shown = 0;
    for (const Gap &cut : cutsOf(moments)) {
        m_pieces.push_back({at, cut.from, 0, 0, false});
        m_pieces.push_back({cut.from, cut.until, 0, cutWidth, true});
        shown += cut.from - at;
        at = cut.until;
    }
    m_pieces.push_back({at, until, 0, 0, false});
    shown += until - at;

    const std::size_t cutPieces = m_pieces.size() / 2;
    const auto cuts = static_cast<double>(cutPieces);
    m_scale = static_cast<double>(shown) / (width - tail - cuts * cutWidth);
    double x = 0;
    for (Piece &piece : m_pieces) {
        piece.x = x;
        if (!piece.isCut)
            piece.width = static_cast<double>(piece.until - piece.from) / m_scale;
        x += piece.width;
    }
    if (tail > 0) {
        m_pieces.back().width += tail;
        m_pieces.back().until += std::max<std::int64_t>(static_cast<std::int64_t>(tail * m_scale), 1);
    }
}

double TimeAxis::x(std::int64_t t) const
{
    for (const Piece &piece : m_pieces) {
        if (t > piece.until && &piece != &m_pieces.back())
            continue;
        const std::int64_t inside = std::clamp(t, piece.from, piece.until) - piece.from;
        const std::int64_t length = std::max<std::int64_t>(piece.until - piece.from, 1);
        return piece.x + piece.width * (static_cast<double>(inside) / static_cast<double>(length));
    }
    DARUMA_UNREACHABLE("the last piece takes every time");
}

std::vector<TimeAxis::Tick> TimeAxis::ticks(double spacing) const
{
    constexpr std::int64_t second = 1'000'000'000;
    constexpr std::int64_t millisecond = 1'000'000;
    // Labels beyond the first second tell no more than milliseconds.
    const bool isLong = m_end > second;
    const std::int64_t step = std::max(roundStep(m_scale * spacing), isLong ? millisecond : 1);
    std::vector<Tick> ticks;
    for (const Piece &piece : m_pieces) {
        if (piece.isCut)
            continue;
        for (std::int64_t t = (piece.from + step - 1) / step * step; t <= std::min(piece.until, m_end);
             t += step) {
            const double at = x(t);
            if (ticks.empty() || at - ticks.back().x >= spacing / 2)
                ticks.push_back({at, momentText(t)});
        }
    }
    return ticks;
}

std::int64_t roundStep(double least)
{
    constexpr std::int64_t second = 1'000'000'000;
    constexpr std::array<std::int64_t, 17> longer{
        second,        2 * second,    5 * second,     10 * second,    15 * second,   30 * second,
        60 * second,   120 * second,  300 * second,   600 * second,   900 * second,  1800 * second,
        3600 * second, 7200 * second, 21600 * second, 43200 * second, 86400 * second};
    for (std::int64_t power = 1; power < second; power *= 10)
        for (const std::int64_t factor : {1, 2, 5})
            if (static_cast<double>(power * factor) >= least)
                return power * factor;
    for (const std::int64_t step : longer)
        if (static_cast<double>(step) >= least)
            return step;
    std::int64_t days = longer.back();
    while (static_cast<double>(days) < least && days < INT64_MAX / 2)
        days *= 2;
    return days;
}

}  // namespace daruma
