#include "app/desktop/layout/lane_picture.h"

#include <algorithm>
#include <cmath>
#include <optional>

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

/// From the first position of the first column to that behind the last column.
std::vector<std::int64_t> edgesOf(const ViewWindow &window, ColumnRange columns)
{
    std::vector<std::int64_t> edges;
    edges.reserve(static_cast<std::size_t>(columns.until - columns.from) + 1);
    for (int x = columns.from; x <= columns.until; ++x)
        edges.push_back(window.positionAt(x));
    return edges;
}

void addTimes(const Lane &lane, Axis axis, const std::vector<std::int64_t> &edges,
              std::vector<StateTimes> &columns)
{
    Lane::Sweep sweep(lane, axis);
    StateTimes before = sweep.timesUntil(edges.front());
    for (std::size_t x = 0; x < columns.size(); ++x) {
        const StateTimes after = sweep.timesUntil(edges[x + 1]);
        for (std::size_t state = 0; state < barStateCount; ++state)
            columns[x][state] += after[state] - before[state];
        before = after;
    }
}

/// Marks stand in places of so many columns, which are numbered from the start of the run.
class MarkPlaces {
public:
    MarkPlaces(const ViewWindow &window, Axis axis, int distance)
        : m_window(window)
        , m_axis(axis)
        , m_distance(distance)
    {}

    /// Jumps from place to place rather than from mark to mark: there may be millions of these.
    void add(const Lane &lane, ColumnRange columns)
    {
        const std::int64_t first = placeOf(columns.from) - 1;
        const std::int64_t last = placeOf(columns.until - 1) + 1;
        const auto marks = lane.marksIn(startOf(first), startOf(last + 1), m_axis);
        for (auto mark = marks.begin(); mark != marks.end();) {
            const std::int64_t place = placeOf(m_window.columnAt(mark->at(m_axis)));
            const auto behind = std::lower_bound(
                mark, marks.end(), startOf(place + 1),
                [this](const LaneMark &one, std::int64_t at) { return one.at(m_axis) < at; });
            const LaneMark &peak = lane.peakOf({mark, behind});
            m_pieces.emplace_back(place, MarkPiece{m_window.columnAt(peak.at(m_axis)), peak.kind,
                                                   lane.kindsOf({mark, behind}),
                                                   static_cast<std::uint32_t>(behind - mark), peak.event});
            mark = behind;
        }
    }

    std::vector<MarkPiece> marksIn(ColumnRange columns)
    {
        join();
        std::vector<MarkPiece> marks;
        for (std::size_t i = 0; i < m_pieces.size(); ++i) {
            auto [place, mark] = m_pieces[i];
            const bool hasNeighbour = (i > 0 && m_pieces[i - 1].first == place - 1)
                                      || (i + 1 < m_pieces.size() && m_pieces[i + 1].first == place + 1);
            if (hasNeighbour)
                mark.x = static_cast<int>(place * m_distance - m_window.firstColumn()) + m_distance / 2;
            if (mark.x >= columns.from && mark.x < columns.until)
                marks.push_back(mark);
        }
        return marks;
    }

private:
    std::int64_t placeOf(int column) const
    {
        const std::int64_t absolute = m_window.firstColumn() + column;
        return (absolute >= 0 ? absolute : absolute - m_distance + 1) / m_distance;
    }
    std::int64_t startOf(std::int64_t place) const
    {
        return m_window.positionAt(place * m_distance - m_window.firstColumn());
    }

    /// What several lanes have in one place is one mark.
    void join()
    {
        std::stable_sort(m_pieces.begin(), m_pieces.end(),
                         [](const auto &a, const auto &b) { return a.first < b.first; });
        std::size_t last = 0;
        for (std::size_t i = 1; i < m_pieces.size(); ++i) {
            if (m_pieces[i].first != m_pieces[last].first) {
                m_pieces[++last] = m_pieces[i];
                continue;
            }
            MarkPiece &known = m_pieces[last].second;
            const MarkPiece &other = m_pieces[i].second;
            const std::uint32_t count = known.count + other.count;
            MarkKinds kinds = known.kinds;
            kinds.add(other.kinds);
            if (other.kind > known.kind)
                known = other;
            known.count = count;
            known.kinds = kinds;
        }
        if (!m_pieces.empty())
            m_pieces.resize(last + 1);
    }

    const ViewWindow &m_window;
    Axis m_axis;
    int m_distance;
    std::vector<std::pair<std::int64_t, MarkPiece>> m_pieces;  ///< by place
};

}

bool isDense(const Lane &lane, const ViewWindow &window, Axis axis)
{
    const auto [first, last] = shownStretches(lane, window, axis);
    return last - first > static_cast<std::size_t>(window.width() / leastBarWidth);
}

static std::optional<BarPiece> pieceOf(const Lane &lane, const ViewWindow &window, Axis axis, std::size_t i)
{
    const Stretch &stretch = lane.stretches()[i];
    const bool isLast = i + 1 == lane.stretches().size();
    const std::int64_t until = isLast ? lane.end(axis) : lane.stretches()[i + 1].at(axis);
    const bool hasLength = until > stretch.at(axis) || stretch.state == BarState::Running;
    BarPiece bar{std::max(window.columnAt(stretch.at(axis)), 0),
                 std::min(window.columnAt(until), window.width()), &stretch};
    if (!stretch.isShown || !hasLength || bar.until < 0 || bar.from >= window.width())
        return {};
    bar.until = std::max(bar.until, bar.from + 1);
    return bar;
}

std::vector<BarPiece> barsOf(const Lane &lane, const ViewWindow &window, Axis axis)
{
    const auto [first, last] = shownStretches(lane, window, axis);
    std::vector<BarPiece> bars;
    for (std::size_t i = first; i < last; ++i)
        if (const auto bar = pieceOf(lane, window, axis, i))
            bars.push_back(*bar);
    return bars;
}

std::vector<BarPiece> hungOf(const Lane &lane, const ViewWindow &window, Axis axis)
{
    std::vector<BarPiece> bars;
    for (const std::size_t i : lane.hung())
        if (const auto bar = pieceOf(lane, window, axis, i); bar && bar->until - bar->from > 1)
            bars.push_back(*bar);
    return bars;
}

std::vector<ColumnShares> sharesOf(const Lanes &lanes, const ViewWindow &window, Axis axis,
                                   ColumnRange columns)
{
    const std::vector<std::int64_t> edges = edgesOf(window, columns);
    std::vector<StateTimes> times(edges.size() - 1);
    for (const Lane *lane : lanes)
        addTimes(*lane, axis, edges, times);
    std::vector<ColumnShares> shares(times.size());
    for (std::size_t x = 0; x < times.size(); ++x) {
        const std::int64_t length = std::max<std::int64_t>(edges[x + 1] - edges[x], 1);
        const double all =
            static_cast<double>(length) * static_cast<double>(std::max<std::size_t>(lanes.size(), 1));
        for (std::size_t state = 0; state < barStateCount; ++state)
            shares[x][state] =
                static_cast<std::uint8_t>(std::lround(255.0 * static_cast<double>(times[x][state]) / all));
    }
    return shares;
}

std::vector<MarkPiece> marksOf(const Lanes &lanes, const ViewWindow &window, Axis axis, ColumnRange columns,
                               int distance)
{
    MarkPlaces places(window, axis, distance);
    for (const Lane *lane : lanes)
        places.add(*lane, columns);
    return places.marksIn(columns);
}

LanePicture pictureOf(const Lane &lane, const ViewWindow &window, Axis axis)
{
    LanePicture picture;
    if (isDense(lane, window, axis))
        picture.columns = sharesOf({&lane}, window, axis, allColumns(window));
    else
        picture.bars = barsOf(lane, window, axis);
    picture.marks = marksOf({&lane}, window, axis, allColumns(window));
    return picture;
}

}
