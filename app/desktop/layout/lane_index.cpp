#include "app/desktop/layout/lane_index.h"

#include <algorithm>

namespace daruma {

namespace {

void add(StateTimes &times, const Stretch &stretch, std::int64_t length)
{
    if (stretch.isShown)
        times[static_cast<std::size_t>(stretch.state)] += length;
}

bool isLiving(const LaneFollower &place)
{
    return place.isOpen() && place.state() != BarState::Down && place.state() != BarState::Backoff;
}

}

const Stretch *Lane::after(EventId event) const
{
    const auto next = std::upper_bound(m_stretches.begin(), m_stretches.end(), event,
                                       [](EventId id, const Stretch &one) { return id < one.event; });
    return next == m_stretches.begin() ? nullptr : &*(next - 1);
}

const Stretch *Lane::next(EventId event) const
{
    const auto next = std::upper_bound(m_stretches.begin(), m_stretches.end(), event,
                                       [](EventId id, const Stretch &one) { return id < one.event; });
    return next == m_stretches.end() ? nullptr : &*next;
}

EventId Lane::birth(const Stretch &stretch) const
{
    const Stretch *first = &stretch;
    while (first != m_stretches.data() && (first - 1)->incarnation == stretch.incarnation)
        --first;
    return first->event;
}

void Lane::sumUp(std::int64_t endTime, std::int64_t endEvent)
{
    m_end = {endTime, endEvent};
    for (const Axis axis : {Axis::Time, Axis::Event}) {
        std::vector<StateTimes> &sums = m_sums[static_cast<std::size_t>(axis)];
        sums.reserve(m_stretches.size() / blockSize + 1);
        StateTimes times{};
        for (std::size_t i = 0; i < m_stretches.size(); ++i) {
            if (i % blockSize == 0)
                sums.push_back(times);
            const bool isLast = i + 1 == m_stretches.size();
            const std::int64_t until =
                isLast ? m_end[static_cast<std::size_t>(axis)] : m_stretches[i + 1].at(axis);
            add(times, m_stretches[i], until - m_stretches[i].at(axis));
        }
    }
}

StateTimes Lane::timesUntil(std::int64_t position, Axis axis) const
{
    return Sweep(*this, axis).timesUntil(position);
}

StateTimes Lane::timesUntil(std::int64_t position, Axis axis, std::size_t next) const
{
    if (next == 0)
        return {};
    position = std::min(position, end(axis));
    const std::size_t last = next - 1;
    const std::size_t block = last / blockSize;
    StateTimes times = m_sums[static_cast<std::size_t>(axis)][block];
    for (std::size_t i = block * blockSize; i < last; ++i)
        add(times, m_stretches[i], m_stretches[i + 1].at(axis) - m_stretches[i].at(axis));
    add(times, m_stretches[last], position - m_stretches[last].at(axis));
    return times;
}

StateTimes Lane::Sweep::timesUntil(std::int64_t position)
{
    const std::vector<Stretch> &all = m_lane->m_stretches;
    const auto isBehind = [&](std::size_t i) { return i >= all.size() || all[i].at(m_axis) > position; };
    // Twice as far with each step, then back by halves.
    std::size_t step = 1;
    while (!isBehind(m_next + step - 1))
        step *= 2;
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(std::min(m_next + step / 2, all.size()));
    const auto last = all.begin() + static_cast<std::ptrdiff_t>(std::min(m_next + step, all.size()));
    const auto next = std::upper_bound(
        first, last, position, [this](std::int64_t at, const Stretch &one) { return at < one.at(m_axis); });
    m_next = step == 1 ? m_next : static_cast<std::size_t>(next - all.begin());
    return m_lane->timesUntil(position, m_axis, m_next);
}

std::span<const LaneMark> Lane::marksIn(std::int64_t from, std::int64_t until, Axis axis) const
{
    const auto isBefore = [axis](const LaneMark &mark, std::int64_t at) { return mark.at(axis) < at; };
    const auto first = std::lower_bound(m_marks.begin(), m_marks.end(), from, isBefore);
    const auto last = std::lower_bound(first, m_marks.end(), until, isBefore);
    return {first, last};
}

void Lane::sumUpMarks()
{
    m_peaks.reserve(m_marks.size() / blockSize + 1);
    for (std::uint32_t i = 0; i < m_marks.size(); ++i) {
        if (i % blockSize == 0) {
            m_peaks.push_back(i);
            m_kinds.emplace_back();
        } else if (m_marks[i].kind > m_marks[m_peaks.back()].kind) {
            m_peaks.back() = i;
        }
        m_kinds.back().add(m_marks[i].kind);
    }
}

MarkKinds Lane::kindsOf(std::span<const LaneMark> marks) const
{
    MarkKinds kinds;
    const auto first = static_cast<std::size_t>(marks.data() - m_marks.data());
    const std::size_t last = first + marks.size();
    for (std::size_t i = first; i < last;) {
        const bool isWholeBlock = i % blockSize == 0 && i + blockSize <= last;
        if (isWholeBlock)
            kinds.add(m_kinds[i / blockSize]);
        else
            kinds.add(m_marks[i].kind);
        i += isWholeBlock ? blockSize : 1;
    }
    return kinds;
}

const LaneMark &Lane::peakOf(std::span<const LaneMark> marks) const
{
    const auto first = static_cast<std::size_t>(marks.data() - m_marks.data());
    const std::size_t last = first + marks.size();
    std::size_t peak = first;
    for (std::size_t i = first; i < last;) {
        const bool isWholeBlock = i % blockSize == 0 && i + blockSize <= last;
        const std::size_t candidate = isWholeBlock ? m_peaks[i / blockSize] : i;
        if (m_marks[candidate].kind > m_marks[peak].kind)
            peak = candidate;
        i += isWholeBlock ? blockSize : 1;
    }
    return m_marks[peak];
}

LaneIndex::LaneIndex(const Recording &run, const std::vector<bool> &hangs)
    : m_lanes(run.nodes.size())
    , m_run(&run)
    , m_endTime(run.result.end.ns())
    , m_endEvent(static_cast<std::int64_t>(run.events.size()))
{
    std::vector<LaneFollower> followers(run.nodes.size());
    m_times.reserve(run.events.size() / timeStep + 1);
    std::uint32_t number = 0;
    for (const Event &event : run.events) {
        const EventId id{number};
        if (number++ % timeStep == 0)
            m_times.push_back(event.t);
        if (!event.node.isValid())
            continue;
        Lane &lane = m_lanes[event.node.value];
        if (const auto mark = markOf(event))
            lane.m_marks.push_back({event.t, id, *mark});
        LaneFollower &follower = followers[event.node.value];
        const bool isHang =
            event.kind == EventKind::Fault && event.detail == 0 && event.a < hangs.size() && hangs[event.a];
        if (!follower.follow(event) && !(isHang && isLiving(follower)))
            continue;
        Stretch &stretch = lane.m_stretches.emplace_back();
        stretch.t = event.t;
        stretch.event = id;
        stretch.incarnation = follower.incarnation();
        stretch.state = follower.state();
        stretch.isShown = follower.isOpen();
        stretch.isHung = isHang;
        m_hasHangs |= isHang;
        if (isHang)
            lane.m_hung.push_back(lane.m_stretches.size() - 1);
        m_states[static_cast<std::size_t>(stretch.state)] |= follower.isOpen();
    }
    for (Lane &lane : m_lanes) {
        lane.sumUp(m_endTime, m_endEvent);
        lane.sumUpMarks();
        m_kinds.add(lane.kindsOf(lane.marks()));
    }
}

EventId LaneIndex::eventAt(std::int64_t t) const
{
    const auto next = std::upper_bound(m_times.begin(), m_times.end(), t);
    if (next == m_times.begin())
        return {};
    auto found = static_cast<std::size_t>(next - m_times.begin() - 1) * timeStep;
    const std::size_t size = m_run->events.size();
    while (found + 1 < size && m_run->events[found + 1].t <= t)
        ++found;
    return EventId{static_cast<std::uint32_t>(found)};
}

}
