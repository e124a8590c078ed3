#pragma once

#include "simulator/analysis/lanes.h"
#include "simulator/kernel/simulation.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace daruma {

/// Along what a run is laid out: virtual time in ns, or the numbers of its events, which give what happens in
/// one instant room.
enum class Axis : std::uint8_t { Time, Event };

/// A stretch of one state, from its event to the next stretch of its lane.
struct Stretch {
    std::int64_t t = 0;
    EventId event;
    std::uint32_t incarnation : 27 = 0;
    BarState state : 3 = BarState::Down;
    bool isShown : 1 = false;  ///< false before the first start, and where the place was removed
    bool isHung : 1 = false;   ///< it was struck by a hang and does nothing by itself any more

    std::int64_t at(Axis axis) const { return axis == Axis::Time ? t : event.value; }
};
static_assert(sizeof(Stretch) == 16);

struct LaneMark {
    std::int64_t t = 0;
    EventId event;
    MarkKind kind = MarkKind::Restart;

    std::int64_t at(Axis axis) const { return axis == Axis::Time ? t : event.value; }
};

/// A set of kinds of marks.
class MarkKinds {
public:
    void add(MarkKind kind) { m_bits |= bit(kind); }
    void add(MarkKinds other) { m_bits |= other.m_bits; }
    bool has(MarkKind kind) const { return (m_bits & bit(kind)) != 0; }
    bool operator==(const MarkKinds &) const = default;

private:
    static constexpr std::uint8_t bit(MarkKind kind)
    {
        return static_cast<std::uint8_t>(1U << static_cast<unsigned>(kind));
    }
    std::uint8_t m_bits = 0;
};

/// How long a lane was in each state within some interval.
using StateTimes = std::array<std::int64_t, barStateCount>;

/// The stretches and marks of one place, in order. Whatever is asked costs the logarithm of their number.
class Lane {
public:
    std::span<const Stretch> stretches() const { return m_stretches; }
    std::span<const LaneMark> marks() const { return m_marks; }
    /// The indices of the stretches that hang.
    std::span<const std::size_t> hung() const { return m_hung; }

    /// Of the run.
    std::int64_t end(Axis axis) const { return m_end[static_cast<std::size_t>(axis)]; }

    /// The stretch that holds after that event; null before the first.
    const Stretch *after(EventId event) const;
    /// The first stretch that begins later; null where there is none.
    const Stretch *next(EventId event) const;

    /// The event with which the incarnation of that stretch of this lane began.
    EventId birth(const Stretch &stretch) const;

    /// How long it was in each state from the start of the run up to there.
    StateTimes timesUntil(std::int64_t position, Axis axis) const;
    /// The same for positions that never go back, one after another: costs little where they are close.
    class Sweep {
    public:
        Sweep(const Lane &lane, Axis axis)
            : m_lane(&lane)
            , m_axis(axis)
        {}
        StateTimes timesUntil(std::int64_t position);

    private:
        const Lane *m_lane;
        Axis m_axis;
        std::size_t m_next = 0;  ///< the first stretch that begins behind the last position
    };

    /// The marks from `from` up to, but not with, `until`.
    std::span<const LaneMark> marksIn(std::int64_t from, std::int64_t until, Axis axis) const;
    /// The first of the most important of these, which are marks of this lane. REQUIRES: not empty.
    const LaneMark &peakOf(std::span<const LaneMark> marks) const;
    /// All kinds of these, which are marks of this lane.
    MarkKinds kindsOf(std::span<const LaneMark> marks) const;

private:
    friend class LaneIndex;
    /// Sums are kept for every so many stretches: few enough to add up the rest, many enough to be small.
    static constexpr std::size_t blockSize = 32;

    StateTimes timesUntil(std::int64_t position, Axis axis, std::size_t next) const;
    void sumUp(std::int64_t endTime, std::int64_t endEvent);
    void sumUpMarks();

    std::vector<Stretch> m_stretches;
    std::vector<LaneMark> m_marks;
    std::vector<std::size_t> m_hung;
    std::vector<std::uint32_t> m_peaks;  ///< of each block of marks: the first of the most important
    std::vector<MarkKinds> m_kinds;      ///< of each block of marks
    std::array<std::vector<StateTimes>, 2> m_sums;  ///< by axis: up to the first stretch of each block
    std::array<std::int64_t, 2> m_end{};
};

/// The lanes of a run, by node. Made once, in one pass through the events.
class LaneIndex {
public:
    /// `hangs`: whether a fault of that index is a hang; what it does not tell of is none.
    explicit LaneIndex(const Recording &run, const std::vector<bool> &hangs = {});

    std::size_t size() const { return m_lanes.size(); }
    const Lane &operator[](NodeId node) const { return m_lanes[node.value]; }
    std::int64_t end(Axis axis) const { return axis == Axis::Time ? m_endTime : m_endEvent; }

    /// What occurs anywhere in the run.
    bool has(BarState state) const { return m_states[static_cast<std::size_t>(state)]; }
    bool has(MarkKind kind) const { return m_kinds.has(kind); }
    bool hasHangs() const { return m_hasHangs; }

    /// The number of the last event at or before that moment; invalid where there is none.
    EventId eventAt(std::int64_t t) const;

private:
    std::vector<Lane> m_lanes;
    std::vector<std::int64_t> m_times;  ///< of every `timeStep`th event
    static constexpr std::size_t timeStep = 64;
    const Recording *m_run;
    std::array<bool, barStateCount> m_states{};
    MarkKinds m_kinds;
    bool m_hasHangs = false;
    std::int64_t m_endTime = 0;
    std::int64_t m_endEvent = 0;
};

}
