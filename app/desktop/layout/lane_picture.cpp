#include "app/desktop/layout/lane_picture.h"

#include <algorithm>
#include <cmath>

namespace daruma {

namespace {

/// Bars that are on average narrower than this many pixels are told as shares.
constexpr int leastBarWidth = 3;

std::pair<std::size_t, std::size_t> shownStretches(const Lane &lane, const ViewWindow &window, Axis axis)
{
    const auto all = lane.stretches();
    const auto first =
        std::upper_bound(all.begin(), all.end(), window.from(),
                         [axis](std::int64_t at, const Stretch &one) { return at < one.at(axis); });
    const auto last =
        std::lower_bound(first, all.end(), window.until(),
                         [axis](const Stretch &one, std::int64_t at) { return one.at(axis) < at; });
    const auto begin = static_cast<std::size_t>(first - all.begin());
    return {begin > 0 ? begin - 1 : 0, static_cast<std::size_t>(last - all.begin())};
}

std::vector<BarPiece> barsOf(const Lane &lane, const ViewWindow &window, Axis axis, std::size_t first,
                             std::size_t last)
{
    const auto all = lane.stretches();
    std::vector<BarPiece> bars;
    for (std::size_t i = first; i < last; ++i) {
        if (!all[i].isShown)
            continue;
        const std::int64_t until = i + 1 < all.size() ? all[i + 1].at(axis) : lane.end(axis);
        const double from = std::max(window.pixelAt(all[i].at(axis)), 0.0);
        const double to = std::min(window.pixelAt(until), static_cast<double>(window.width()));
        if (to < 0 || from >= window.width()
            || (until == all[i].at(axis) && all[i].state != BarState::Running))
            continue;
        BarPiece bar{static_cast<int>(std::floor(from)), static_cast<int>(std::floor(to)), &all[i]};
        bar.until = std::max(bar.until, bar.from + 1);
        bars.push_back(bar);
    }
    return bars;
}

void addColumns(const Lane &lane, const ViewWindow &window, Axis axis, std::vector<StateTimes> &columns)
{
    Lane::Sweep sweep(lane, axis);
    StateTimes before = sweep.timesUntil(window.from());
    for (int x = 0; x < window.width(); ++x) {
        const StateTimes after = sweep.timesUntil(window.positionAt(x + 1));
        for (std::size_t state = 0; state < barStateCount; ++state)
            columns[static_cast<std::size_t>(x)][state] += after[state] - before[state];
        before = after;
    }
}

std::vector<ColumnShares> sharesOf(const std::vector<StateTimes> &columns, const ViewWindow &window,
                                   std::size_t lanes)
{
    std::vector<ColumnShares> shares(columns.size());
    for (std::size_t x = 0; x < columns.size(); ++x) {
        const auto pixel = static_cast<double>(x);
        const std::int64_t length = window.positionAt(pixel + 1) - window.positionAt(pixel);
        const double all =
            static_cast<double>(std::max<std::int64_t>(length, 1)) * static_cast<double>(lanes);
        for (std::size_t state = 0; state < barStateCount; ++state)
            shares[x][state] =
                static_cast<std::uint8_t>(std::lround(255.0 * static_cast<double>(columns[x][state]) / all));
    }
    return shares;
}

/// Jumps from place to place rather than from mark to mark: there may be millions of these.
void addMarks(const Lane &lane, const ViewWindow &window, Axis axis, int markWidth,
              std::vector<MarkPiece> &pieces)
{
    const auto marks = lane.marksIn(window.from(), window.until() + 1, axis);
    for (auto mark = marks.begin(); mark != marks.end();) {
        const int place = static_cast<int>(window.pixelAt(mark->at(axis))) / markWidth;
        const std::int64_t end = window.positionAt((place + 1) * markWidth);
        const auto behind =
            std::lower_bound(mark, marks.end(), std::max(end, mark->at(axis) + 1),
                             [axis](const LaneMark &one, std::int64_t at) { return one.at(axis) < at; });
        const LaneMark &peak = lane.peakOf({mark, behind});
        const MarkPiece piece{static_cast<int>(window.pixelAt(peak.at(axis))), peak.kind,
                              static_cast<std::uint32_t>(behind - mark), peak.event};
        pieces.push_back(piece);
        mark = behind;
    }
}

void joinMarks(std::vector<MarkPiece> &pieces, int markWidth)
{
    std::stable_sort(pieces.begin(), pieces.end(), [](const auto &a, const auto &b) { return a.x < b.x; });
    std::vector<MarkPiece> joined;
    for (const MarkPiece &piece : pieces) {
        if (joined.empty() || piece.x - joined.back().x >= markWidth) {
            joined.push_back(piece);
            continue;
        }
        MarkPiece &known = joined.back();
        const std::uint32_t count = known.count + piece.count;
        if (piece.kind > known.kind)
            known = piece;
        known.count = count;
    }
    pieces = std::move(joined);
}

}

LanePicture pictureOf(const Lane &lane, const ViewWindow &window, Axis axis, int markWidth)
{
    LanePicture picture;
    const auto [first, last] = shownStretches(lane, window, axis);
    if (last - first <= static_cast<std::size_t>(window.width() / leastBarWidth)) {
        picture.bars = barsOf(lane, window, axis, first, last);
    } else {
        std::vector<StateTimes> columns(static_cast<std::size_t>(window.width()));
        addColumns(lane, window, axis, columns);
        picture.columns = sharesOf(columns, window, 1);
    }
    addMarks(lane, window, axis, markWidth, picture.marks);
    joinMarks(picture.marks, markWidth);
    return picture;
}

LanePicture pictureOf(const std::vector<const Lane *> &lanes, const ViewWindow &window, Axis axis,
                      int markWidth)
{
    LanePicture picture;
    std::vector<StateTimes> columns(static_cast<std::size_t>(window.width()));
    for (const Lane *lane : lanes)
        addColumns(*lane, window, axis, columns);
    picture.columns = sharesOf(columns, window, std::max<std::size_t>(lanes.size(), 1));
    picture.marks = marksOf(lanes, window, axis, markWidth);
    return picture;
}

std::vector<MarkPiece> marksOf(const std::vector<const Lane *> &lanes, const ViewWindow &window, Axis axis,
                               int markWidth)
{
    std::vector<MarkPiece> marks;
    for (const Lane *lane : lanes)
        addMarks(*lane, window, axis, markWidth, marks);
    joinMarks(marks, markWidth);
    return marks;
}

}
