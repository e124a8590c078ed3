#include "simulator/analysis/timeline.h"

#include "simulator/analysis/fold.h"
#include "simulator/kernel/duration_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace daruma {

namespace {

/// What one line will tell, before anything is put into words.
struct Moment {
    enum class Shape : std::uint8_t { Up, Plain, EndAndRestart, Stops };

    Shape shape = Shape::Plain;
    std::uint32_t first = 0;   ///< event
    std::uint32_t second = 0;  ///< the restart of EndAndRestart
    std::uint32_t count = 0;   ///< of Stops: how many; their events follow in `stopped`
    std::uint32_t firstStopped = 0;
};

class Collector {
public:
    Collector(const Model &model, const Recording &run)
        : m_model(model)
        , m_run(run)
        , m_wording(model, run)
    {
        for (std::uint32_t i = 0; i < run.events.size(); ++i)
            observe(i);
        endStops();
    }

    const std::vector<Moment> &moments() const { return m_moments; }
    /// Equal for moments that tell the same of the same place, or (coarse) of places made from the same
    /// table.
    std::uint64_t signature(const Moment &moment, bool coarse) const;
    bool isGrave(const Moment &moment) const;
    std::int64_t time(const Moment &moment) const { return m_run.events[moment.first].t; }
    TimelineRow row(const Moment &moment) const;

private:
    const Event *causeOf(const Event &event) const
    {
        return event.cause.isValid() ? &m_run.events[event.cause.value] : nullptr;
    }
    void observe(std::uint32_t index);
    void observeExit(std::uint32_t index);
    void observeRestart(std::uint32_t index);
    void add(Moment::Shape shape, std::uint32_t first, std::uint32_t second = 0);
    void addStop(std::uint32_t index);
    void endStops() { m_inStops = false; }
    std::string stopsText(const Moment &moment) const;
    std::string endText(const Event &event) const;

    const Model &m_model;
    const Recording &m_run;
    Wording m_wording;
    std::vector<Moment> m_moments;
    std::vector<std::uint32_t> m_stopped;  ///< exits that were asked for
    std::uint32_t m_started = 0;
    bool m_isUp = false;
    bool m_inStops = false;
};

void Collector::add(Moment::Shape shape, std::uint32_t first, std::uint32_t second)
{
    endStops();
    m_moments.push_back({shape, first, second, 0, 0});
}

void Collector::addStop(std::uint32_t index)
{
    if (!m_inStops)
        m_moments.push_back(
            {Moment::Shape::Stops, index, 0, 0, static_cast<std::uint32_t>(m_stopped.size())});
    m_inStops = true;
    m_stopped.push_back(index);
    ++m_moments.back().count;
}

void Collector::observeExit(std::uint32_t index)
{
    const Event &exit = m_run.events[index];
    const Event *cause = causeOf(exit);
    const bool ownCause = cause && cause->node == exit.node;
    if (ownCause && (cause->kind == EventKind::GaveUp || cause->kind == EventKind::AutoShutdown))
        return;
    if (ownCause && (cause->kind == EventKind::Stop || cause->kind == EventKind::Kill))
        return addStop(index);
    add(Moment::Shape::Plain, index);
}

void Collector::observeRestart(std::uint32_t index)
{
    const Event &restart = m_run.events[index];
    if (!m_moments.empty() && !m_inStops) {
        Moment &last = m_moments.back();
        const bool isEnd = m_run.events[last.first].kind == EventKind::Exit
                           || m_run.events[last.first].kind == EventKind::InitFailed;
        if (last.shape == Moment::Shape::Plain && isEnd && restart.cause.value == last.first) {
            last.shape = Moment::Shape::EndAndRestart;
            last.second = index;
            return;
        }
    }
    add(Moment::Shape::Plain, index);
}

void Collector::observe(std::uint32_t index)
{
    const Event &event = m_run.events[index];
    switch (event.kind) {
    case EventKind::Started:
        ++m_started;
        if (m_isUp && event.value > 0)
            add(Moment::Shape::Plain, index);
        if (!m_isUp && event.node == NodeId{0}) {
            m_isUp = true;
            add(Moment::Shape::Up, index);
            m_moments.back().count = m_started;
        }
        break;
    case EventKind::Exit:
        observeExit(index);
        break;
    case EventKind::Restart:
        observeRestart(index);
        break;
    case EventKind::Stop:
        // Asked for, and not yet obeyed: told when it ends.
    case EventKind::Start:
    case EventKind::Lifecycle:
    case EventKind::Removed:
    case EventKind::Backoff:  // its restart names the delay
    case EventKind::End:
        break;
    case EventKind::Ignored:
    case EventKind::InitFailed:
    case EventKind::Kill:
    case EventKind::GaveUp:
    case EventKind::AutoShutdown:
    case EventKind::Fault:
    case EventKind::Command:
    case EventKind::Reply:
    case EventKind::Violation:
    case EventKind::Unmatched:
    case EventKind::Reload:
        add(Moment::Shape::Plain, index);
        break;
    }
}

std::uint64_t Collector::signature(const Moment &moment, bool coarse) const
{
    const Event &event = m_run.events[moment.first];
    std::uint64_t place = event.node.value;
    if (coarse && event.node.isValid()) {
        const Node &node = m_run.nodes[event.node];
        place = std::uint64_t{node.definition} * 2 + (node.isSupervisor ? 1 : 0);
    }
    const bool named = event.kind == EventKind::Fault || event.kind == EventKind::Violation;
    return (place & 0xffff'ffff) << 32 | (named ? std::uint64_t{event.a & 0xffff} << 16 : 0)
           | static_cast<std::uint64_t>(event.kind) << 8 | static_cast<std::uint64_t>(event.reason) << 4
           | static_cast<std::uint64_t>(moment.shape);
}

bool Collector::isGrave(const Moment &moment) const
{
    const Event &event = m_run.events[moment.first];
    return event.kind == EventKind::Violation || (event.kind == EventKind::GaveUp && event.node == NodeId{0});
}

std::string Collector::stopsText(const Moment &moment) const
{
    constexpr std::uint32_t mostNames = 3;
    std::string names;
    for (std::uint32_t i = 0; i < std::min(moment.count, mostNames); ++i)
        names += (i > 0 ? ", " : "") + m_wording.name(m_run.events[m_stopped[moment.firstStopped + i]].node);
    if (moment.count > mostNames)
        names += fmt::format(" and {} more", grouped(moment.count - mostNames));
    std::string text = fmt::format("stopped {}", names);
    const std::int64_t last = m_run.events[m_stopped[moment.firstStopped + moment.count - 1]].t;
    if (last > time(moment))
        text += fmt::format(", until {}", momentText(last));
    return text;
}

std::string Collector::endText(const Event &event) const
{
    std::string text = m_wording.clause(event);
    if (event.kind == EventKind::Exit && event.value >= 0)
        text += fmt::format(" after {}", human(Duration::nanoseconds(event.value)));
    return text;
}

TimelineRow Collector::row(const Moment &moment) const
{
    const Event &event = m_run.events[moment.first];
    TimelineRow row;
    row.t = event.t;
    const Event *decision =
        moment.shape == Moment::Shape::EndAndRestart ? &m_run.events[moment.second] : &event;
    switch (moment.shape) {
    case Moment::Shape::Up:
        row.text = fmt::format("{} is up ({})", m_wording.name(event.node),
                               counted(moment.count, "process", "processes"));
        row.tone = Tone::Recovery;
        break;
    case Moment::Shape::Stops:
        row.text = stopsText(moment);
        row.tone = Tone::Quiet;
        break;
    case Moment::Shape::EndAndRestart:
        row.text = endText(event);
        row.text += decision->value > 0 ? fmt::format(", to be restarted in {}",
                                                      human(Duration::nanoseconds(decision->value)))
                                        : ", restarted";
        break;
    case Moment::Shape::Plain:
        row.text = endText(event);
        if (event.kind == EventKind::Started)
            row.text += fmt::format(", {} after its start", human(Duration::nanoseconds(event.value)));
        if (event.kind == EventKind::Fault && !event.detail && event.value > 0)
            row.text += fmt::format(" for {}", human(Duration::nanoseconds(event.value)));
        if (event.kind == EventKind::Fault || event.kind == EventKind::Command)
            row.tone = Tone::Strike;
        if (event.kind == EventKind::GaveUp || event.kind == EventKind::Violation)
            row.tone = Tone::Bad;
        break;
    }
    if (decision->kind == EventKind::Restart || decision->kind == EventKind::GaveUp) {
        const NodeId supervisor = decision->kind == EventKind::GaveUp ? decision->node : decision->other;
        row.budget = TimelineRow::BudgetUse{m_wording.name(supervisor), decision->a, decision->b,
                                            m_model.supervisor(m_run.nodes[supervisor]).flags.limit.within};
    }
    return row;
}

std::string foldedText(const Collector &collector, const Stretch &stretch)
{
    const Moment &last = collector.moments()[stretch.first + stretch.count - 1];
    const std::string what =
        stretch.period == 1 ? std::string() : fmt::format("the {} lines above, ", stretch.period);
    return fmt::format("… {}{}, until {}", what, counted(stretch.repeats, "more time", "more times"),
                       momentText(collector.time(last)));
}

/// The lines of a folding, as long as they are no more than `most`.
std::optional<std::vector<TimelineRow>> folded(const Collector &collector, bool coarse, std::size_t most)
{
    std::vector<std::uint64_t> signatures;
    for (const Moment &moment : collector.moments())
        signatures.push_back(collector.signature(moment, coarse));
    std::vector<TimelineRow> rows;
    for (const Stretch &stretch : foldRepetition(signatures)) {
        if (rows.size() + (stretch.period > 0 ? 1 : stretch.count) > most)
            return std::nullopt;
        if (stretch.period > 0) {
            rows.push_back({std::nullopt, foldedText(collector, stretch), Tone::Quiet, std::nullopt});
            continue;
        }
        for (std::size_t i = stretch.first; i < stretch.first + stretch.count; ++i)
            rows.push_back(collector.row(collector.moments()[i]));
    }
    return rows;
}

/// The beginning, the grave lines of the middle, and the end; the rest is counted.
std::vector<TimelineRow> cut(const Collector &collector, std::size_t most)
{
    const std::vector<Moment> &moments = collector.moments();
    const std::size_t head = most / 2;
    const std::size_t tail = most / 4;
    std::size_t graveLeft = most - head - tail - 6;
    std::vector<TimelineRow> rows;
    std::size_t leftOut = 0;
    const auto countLeftOut = [&rows, &leftOut] {
        if (leftOut > 0)
            rows.push_back({std::nullopt, fmt::format("… {} left out", counted(leftOut, "line")), Tone::Quiet,
                            std::nullopt});
        leftOut = 0;
    };
    for (std::size_t i = 0; i < moments.size(); ++i) {
        const bool isMiddle = i >= head && i + tail < moments.size();
        const bool keeps = !isMiddle || (graveLeft >= 2 && collector.isGrave(moments[i]));
        if (!keeps) {
            ++leftOut;
            continue;
        }
        if (isMiddle)
            graveLeft -= 2;
        countLeftOut();
        rows.push_back(collector.row(moments[i]));
    }
    return rows;
}

}

std::vector<TimelineRow> timeline(const Model &model, const Recording &run, std::size_t mostRows)
{
    const Collector collector(model, run);
    for (const bool coarse : {false, true}) {
        if (auto rows = folded(collector, coarse, mostRows))
            return *rows;
    }
    return cut(collector, mostRows);
}

}
