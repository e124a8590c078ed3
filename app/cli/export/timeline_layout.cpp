#include "app/cli/export/timeline_layout.h"

#include "simulator/analysis/explain.h"
#include "simulator/analysis/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <optional>

namespace daruma {

namespace {

constexpr std::size_t mostLinks = 80;

/// Marks nearer to each other than this many times the least width cannot be told apart.
constexpr double markWidth = 7;

class LaneBuilder {
public:
    LaneBuilder(const Model &model, const Recording &run)
        : m_run(run)
        , m_wording(model, run)
        , m_lanes(run.nodes.size())
        , m_open(run.nodes.size())
    {
        for (std::uint32_t i = 0; i < run.nodes.size(); ++i) {
            TimelineLane &lane = m_lanes[i];
            lane.node = NodeId{i};
            lane.label = run.nodes.name(lane.node, run.texts);
            lane.isSupervisor = run.isSupervisor(lane.node);
            for (NodeId up = run.parent(lane.node); up.isValid(); up = run.parent(up))
                ++lane.depth;
        }
    }

    std::vector<TimelineLane> build()
    {
        for (const Event &event : m_run.events)
            if (event.node.isValid())
                take(event);
        for (std::size_t i = 0; i < m_lanes.size(); ++i) {
            const auto &[follower, since] = m_open[i];
            if (follower.isOpen())
                m_lanes[i].lastState = follower.state();
            close(m_lanes[i], follower, since, m_run.result.end.ns());
        }
        return std::move(m_lanes);
    }

private:
    struct Open {
        LaneFollower follower;
        std::int64_t since = 0;
    };

    void take(const Event &event)
    {
        TimelineLane &lane = m_lanes[event.node.value];
        Open &open = m_open[event.node.value];
        lane.starts += event.kind == EventKind::Start ? 1 : 0;
        if (const auto kind = markOf(event))
            lane.marks.push_back({event.t, *kind, m_wording.clause(event), 1});
        const LaneFollower before = open.follower;
        if (!open.follower.follow(event))
            return;
        close(lane, before, open.since, event.t);
        open.since = event.t;
    }

    static void close(TimelineLane &lane, const LaneFollower &follower, std::int64_t since, std::int64_t now)
    {
        // What takes no time is not seen, but a start or a run that ended at once is worth a stroke.
        const bool isSeen = now > since || follower.state() == BarState::Running;
        if (follower.isOpen() && isSeen)
            lane.bars.push_back({since, now, follower.state(), follower.incarnation(), 1});
    }

    const Recording &m_run;
    Wording m_wording;
    std::vector<TimelineLane> m_lanes;
    std::vector<Open> m_open;
};

std::size_t interest(const TimelineLane &lane)
{
    return lane.bars.size() + 3 * lane.marks.size();
}

/// Which nodes get a lane: supervisors first, then those to which most happened.
std::vector<bool> chosenLanes(const std::vector<TimelineLane> &lanes, std::size_t most)
{
    std::vector<std::size_t> order(lanes.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const TimelineLane &left = lanes[a];
        const TimelineLane &right = lanes[b];
        if (left.isSupervisor != right.isSupervisor)
            return left.isSupervisor;
        if (left.isSupervisor && left.depth != right.depth)
            return left.depth < right.depth;
        return interest(left) > interest(right);
    });
    std::vector<bool> chosen(lanes.size(), false);
    for (std::size_t i = 0; i < std::min(most, order.size()); ++i)
        chosen[order[i]] = true;
    return chosen;
}

/// A summary of one is of no use: the lane itself takes no more room.
void showSingles(const std::vector<std::vector<std::uint32_t>> &children, std::vector<bool> &chosen)
{
    for (const std::vector<std::uint32_t> &siblings : children) {
        const auto isHidden = [&](std::uint32_t node) { return !chosen[node]; };
        if (std::count_if(siblings.begin(), siblings.end(), isHidden) == 1)
            chosen[*std::find_if(siblings.begin(), siblings.end(), isHidden)] = true;
    }
}

/// Depth first, children in start order; places that were made during the run stand last among their
/// siblings.
void inTreeOrder(const Recording &run, std::vector<std::vector<std::uint32_t>> &children, std::uint32_t node,
                 std::vector<std::uint32_t> &order)
{
    order.push_back(node);
    for (const std::uint32_t child : children[node])
        inTreeOrder(run, children, child, order);
}

TimelineLane summaryOf(const std::vector<TimelineLane> &lanes, const std::vector<std::uint32_t> &hidden,
                       std::uint32_t depth)
{
    TimelineLane summary;
    summary.depth = depth;
    summary.label = fmt::format("… {} more", grouped(hidden.size()));
    for (const std::uint32_t node : hidden) {
        summary.starts += lanes[node].starts;
        for (const TimelineMark &mark : lanes[node].marks)
            if (mark.kind != MarkKind::Restart)
                summary.marks.push_back(mark);
    }
    std::stable_sort(summary.marks.begin(), summary.marks.end(),
                     [](const TimelineMark &a, const TimelineMark &b) { return a.at < b.at; });
    return summary;
}

std::vector<TimelineLink> linksOf(const Model &model, const Recording &run, const Timeline &timeline)
{
    std::map<NodeId, std::size_t> laneOf;
    for (std::size_t i = 0; i < timeline.lanes.size(); ++i)
        if (timeline.lanes[i].node.isValid())
            laneOf[timeline.lanes[i].node] = i;
    const Explainer explainer(model, run);
    const std::vector<EventId> subjects = explainer.subjects();
    std::vector<TimelineLink> links;
    if (subjects.empty())
        return links;
    std::optional<std::pair<std::size_t, std::int64_t>> last;
    for (const EventId step : explainer.steps(subjects.front())) {
        const Event &event = run.events[step.value];
        const auto lane = laneOf.find(event.node);
        if (lane == laneOf.end())
            continue;
        const std::pair here{lane->second, event.t};
        if (last && *last != here)
            links.push_back({last->first, last->second, here.first, here.second});
        last = here;
        if (links.size() == mostLinks)
            break;
    }
    return links;
}

}  // namespace

Timeline timelineOf(const Model &model, const Recording &run, std::size_t mostLanes)
{
    std::vector<TimelineLane> lanes = LaneBuilder(model, run).build();
    std::vector<std::vector<std::uint32_t>> children(lanes.size());
    for (std::uint32_t i = 1; i < lanes.size(); ++i)
        children[run.parent(NodeId{i}).value].push_back(i);
    std::vector<std::uint32_t> order;
    inTreeOrder(run, children, 0, order);
    std::vector<bool> chosen = chosenLanes(lanes, mostLanes);
    showSingles(children, chosen);

    // The summary of a parent's hidden children stands behind its last descendant that is shown.
    Timeline timeline;
    timeline.until = run.result.end.ns();
    std::map<std::uint32_t, std::vector<std::uint32_t>> hidden;
    for (const std::uint32_t node : order)
        if (!chosen[node])
            hidden[node == 0 ? 0 : run.parent(NodeId{node}).value].push_back(node);
    std::vector<std::uint32_t> open;
    const auto closeDownTo = [&](std::uint32_t depth) {
        while (!open.empty() && lanes[open.back()].depth >= depth) {
            const auto left = hidden.find(open.back());
            if (left != hidden.end())
                timeline.lanes.push_back(summaryOf(lanes, left->second, lanes[open.back()].depth + 1));
            open.pop_back();
        }
    };
    for (const std::uint32_t node : order) {
        closeDownTo(lanes[node].depth);
        if (chosen[node])
            timeline.lanes.push_back(lanes[node]);
        else
            ++timeline.hiddenNodes;
        open.push_back(node);
    }
    closeDownTo(0);
    timeline.links = linksOf(model, run, timeline);
    return timeline;
}

void extend(Timeline &timeline, std::int64_t until)
{
    for (TimelineLane &lane : timeline.lanes) {
        if (!lane.lastState || lane.bars.empty())
            continue;
        TimelineBar &last = lane.bars.back();
        if (last.until == timeline.until && last.state == *lane.lastState)
            last.until = until;
        else
            lane.bars.push_back({timeline.until, until, *lane.lastState, last.incarnation, 1});
    }
    timeline.until = until;
}

std::vector<std::int64_t> momentsOf(const Timeline &timeline)
{
    std::vector<std::int64_t> moments;
    for (const TimelineLane &lane : timeline.lanes) {
        for (const TimelineBar &bar : lane.bars) {
            moments.push_back(bar.from);
            moments.push_back(bar.until);
        }
        for (const TimelineMark &mark : lane.marks)
            moments.push_back(mark.at);
    }
    return moments;
}

std::size_t shapesOf(const Timeline &timeline)
{
    std::size_t shapes = 0;
    for (const TimelineLane &lane : timeline.lanes)
        shapes += lane.bars.size() + lane.marks.size();
    return shapes;
}

std::size_t foldToFit(Timeline &timeline, const TimeAxis &axis, double leastWidth)
{
    std::size_t folded = 0;
    for (TimelineLane &lane : timeline.lanes) {
        std::vector<TimelineBar> bars;
        std::array<std::int64_t, 5> shares{};
        double groupX = 0;
        bool isOpen = false;
        for (const TimelineBar &bar : lane.bars) {
            const double x = axis.x(bar.from);
            const bool isNarrow = axis.x(bar.until) - x < leastWidth;
            const bool joins = isOpen && isNarrow && (axis.x(bar.until) - groupX < 3 * leastWidth);
            if (!joins) {
                bars.push_back(bar);
                isOpen = isNarrow;
                groupX = x;
                shares = {};
            } else {
                TimelineBar &group = bars.back();
                group.until = bar.until;
                ++group.folded;
            }
            shares[static_cast<std::size_t>(bar.state)] += bar.until - bar.from;
            const auto largest = std::max_element(shares.begin(), shares.end()) - shares.begin();
            if (joins && shares[static_cast<std::size_t>(largest)] > 0)
                bars.back().state = static_cast<BarState>(largest);
        }
        for (const TimelineBar &bar : bars)
            folded += bar.folded > 1 ? bar.folded : 0;
        lane.bars = std::move(bars);

        std::vector<TimelineMark> marks;
        std::array<std::ptrdiff_t, 6> lastOf;
        lastOf.fill(-1);
        for (const TimelineMark &mark : lane.marks) {
            std::ptrdiff_t &last = lastOf[static_cast<std::size_t>(mark.kind)];
            if (last >= 0
                && axis.x(mark.at) - axis.x(marks[static_cast<std::size_t>(last)].at)
                       < markWidth * leastWidth) {
                ++marks[static_cast<std::size_t>(last)].count;
                continue;
            }
            last = static_cast<std::ptrdiff_t>(marks.size());
            marks.push_back(mark);
        }
        std::stable_sort(marks.begin(), marks.end(),
                         [](const TimelineMark &a, const TimelineMark &b) { return a.kind < b.kind; });
        lane.marks = std::move(marks);
    }
    return folded;
}

}  // namespace daruma
