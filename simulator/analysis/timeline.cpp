#include "simulator/analysis/timeline.h"

#include "simulator/analysis/explain.h"
#include "simulator/analysis/fold.h"
#include "simulator/kernel/duration_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <functional>

namespace daruma {

namespace {

/// What one line will tell, before anything is put into words.
struct Moment {
    enum class Shape : std::uint8_t { Up, Plain, EndAndRestart, Stops };
    static constexpr std::uint32_t mostNames = 3;

    Shape shape = Shape::Plain;
    std::uint32_t first = 0;   ///< event
    std::uint32_t second = 0;  ///< the restart of EndAndRestart; the last one of Stops
    std::uint32_t count = 0;   ///< of Up: processes; of Stops: how many ended
    std::array<NodeId, mostNames> stopped = {};
};

/// Makes moments of events, in one pass and without looking back into the run, which may be long.
class Collector {
public:
    /// Takes what is complete, and its first event.
    using Take = std::function<void(const Moment &, const Event &)>;

    Collector(const Recording &run, Take take)
        : m_take(std::move(take))
        , m_orders(run.nodes.size())
    {
        std::uint32_t index = 0;
        for (const Event &event : run.events)
            observe(event, index++);
        handOn();
    }

    /// Strikes behind the end of the root that met nothing: no moments, as nothing is left that they could
    /// change.
    struct Late {
        std::uint64_t strikes = 0;
        std::int64_t first = 0;
        std::int64_t last = 0;
    };
    const Late &late() const { return m_late; }

private:
    void observe(const Event &event, std::uint32_t index);
    void observeExit(const Event &event, std::uint32_t index);
    void observeRestart(const Event &event, std::uint32_t index);
    void add(Moment::Shape shape, const Event &event, std::uint32_t index, std::uint32_t count = 0);
    void addStop(const Event &event, std::uint32_t index);
    void handOn();

    /// The latest events of a node that may be why it ends.
    struct Orders {
        EventId stop;
        EventId kill;
        EventId ownEnd;  ///< it gave up, or shut itself down
    };

    Take m_take;
    bool m_hasMoment = false;
    Moment m_moment;
    Event m_event;                 ///< its first
    std::vector<Orders> m_orders;  ///< by node
    std::uint32_t m_started = 0;
    bool m_isUp = false;
    bool m_isOver = false;
    Late m_late;
};

void Collector::handOn()
{
    if (m_hasMoment)
        m_take(m_moment, m_event);
    m_hasMoment = false;
}

void Collector::add(Moment::Shape shape, const Event &event, std::uint32_t index, std::uint32_t count)
{
    handOn();
    m_hasMoment = true;
    m_moment = {shape, index, 0, count, {}};
    m_event = event;
}

void Collector::addStop(const Event &event, std::uint32_t index)
{
    if (!m_hasMoment || m_moment.shape != Moment::Shape::Stops)
        add(Moment::Shape::Stops, event, index);
    if (m_moment.count < Moment::mostNames)
        m_moment.stopped[m_moment.count] = event.node;
    ++m_moment.count;
    m_moment.second = index;
}

void Collector::observeExit(const Event &event, std::uint32_t index)
{
    const Orders &orders = m_orders[event.node.value];
    if (event.cause.isValid()) {
        if (event.cause == orders.ownEnd)
            return;
        if (event.cause == orders.stop || event.cause == orders.kill)
            return addStop(event, index);
    }
    add(Moment::Shape::Plain, event, index);
}

void Collector::observeRestart(const Event &event, std::uint32_t index)
{
    const bool followsEnd = m_hasMoment && m_moment.shape == Moment::Shape::Plain
                            && (m_event.kind == EventKind::Exit || m_event.kind == EventKind::InitFailed);
    if (!followsEnd || event.cause.value != m_moment.first)
        return add(Moment::Shape::Plain, event, index);
    m_moment.shape = Moment::Shape::EndAndRestart;
    m_moment.second = index;
}

void Collector::observe(const Event &event, std::uint32_t index)
{
    switch (event.kind) {
    case EventKind::Started:
        ++m_started;
        if (m_isUp && event.value > 0)
            add(Moment::Shape::Plain, event, index);
        if (!m_isUp && event.node == NodeId{0}) {
            m_isUp = true;
            add(Moment::Shape::Up, event, index, m_started);
        }
        break;
    case EventKind::Exit:
        m_isOver = m_isOver || event.node == NodeId{0};
        observeExit(event, index);
        break;
    case EventKind::Fault:
        if (m_isOver && event.detail) {
            m_late.first = m_late.strikes++ == 0 ? event.t : m_late.first;
            m_late.last = event.t;
        } else {
            add(Moment::Shape::Plain, event, index);
        }
        break;
    case EventKind::Restart:
        observeRestart(event, index);
        break;
    case EventKind::Stop:
        // Asked for, and not yet obeyed: told when it ends.
        m_orders[event.node.value].stop = EventId{index};
        break;
    case EventKind::Start:
    case EventKind::Lifecycle:
    case EventKind::Removed:
    case EventKind::Backoff:  // its restart names the delay
    case EventKind::End:
        break;
    case EventKind::Kill:
        m_orders[event.node.value].kill = EventId{index};
        add(Moment::Shape::Plain, event, index);
        break;
    case EventKind::GaveUp:
    case EventKind::AutoShutdown:
        m_orders[event.node.value].ownEnd = EventId{index};
        add(Moment::Shape::Plain, event, index);
        break;
    case EventKind::Ignored:
    case EventKind::InitFailed:
    case EventKind::Command:
    case EventKind::Reply:
    case EventKind::Violation:
    case EventKind::Unmatched:
    case EventKind::Reload:
        add(Moment::Shape::Plain, event, index);
        break;
    }
}

/// Equal for moments that tell the same of the same place, or (coarse) of places made from the same table.
std::uint64_t signature(const Moment &moment, const Event &event, const Recording &run, bool coarse)
{
    std::uint64_t place = event.node.value;
    if (coarse && event.node.isValid()) {
        const Node &node = run.nodes[event.node];
        place = std::uint64_t{node.definition} * 2 + (node.isSupervisor ? 1 : 0);
    }
    const bool isCommand = event.kind == EventKind::Command;
    const bool hasMessage = isCommand && static_cast<CommandKind>(event.detail) == CommandKind::Control;
    const bool named = event.kind == EventKind::Fault || event.kind == EventKind::Violation || hasMessage;
    const std::uint64_t name = named ? event.a & 0xffffU : isCommand ? event.detail : 0U;
    return (place & 0xffff'ffff) << 32 | name << 16 | static_cast<std::uint64_t>(event.kind) << 8
           | static_cast<std::uint64_t>(event.reason) << 4 | static_cast<std::uint64_t>(moment.shape);
}

/// What happens in one instant to places that were made from the same table is the same. Moments are held
/// back until it is known what stands beside them.
class Neighbours {
public:
    Neighbours(const Recording &run, RunningFold<Moment> &fold)
        : m_run(run)
        , m_fold(fold)
    {}

    void add(const Moment &moment, const Event &event)
    {
        constexpr std::uint64_t ofMany = std::uint64_t{1} << 56;
        Held held{moment, event.t, signature(moment, event, m_run, false),
                  signature(moment, event, m_run, true) | ofMany};
        // A strike and the end that it brings about take turns.
        for (Held &other : m_held) {
            if (other.t != held.t || other.wide != held.wide)
                continue;
            other.fine = other.wide;
            held.fine = held.wide;
        }
        if (m_held.size() == 2)
            handOn();
        m_held.push_back(held);
    }
    void finish()
    {
        while (!m_held.empty())
            handOn();
    }

private:
    struct Held {
        Moment moment;
        std::int64_t t = 0;
        std::uint64_t fine = 0;
        std::uint64_t wide = 0;
    };

    void handOn()
    {
        m_fold.add(m_held.front().fine, m_held.front().moment);
        m_held.erase(m_held.begin());
    }

    const Recording &m_run;
    RunningFold<Moment> &m_fold;
    std::vector<Held> m_held;
};

/// Puts moments into words.
class Teller {
public:
    Teller(const Model &model, const Recording &run)
        : m_model(model)
        , m_run(run)
        , m_wording(model, run)
    {}

    std::int64_t time(const Moment &moment) const { return m_run.events[moment.first].t; }
    TimelineRow row(const Moment &moment) const;

private:
    std::string stopsText(const Moment &moment) const;
    std::string endText(const Event &event) const;

    const Model &m_model;
    const Recording &m_run;
    Wording m_wording;
};

std::string Teller::stopsText(const Moment &moment) const
{
    std::string names;
    for (std::uint32_t i = 0; i < std::min(moment.count, Moment::mostNames); ++i)
        names += (i > 0 ? ", " : "") + m_wording.name(moment.stopped[i]);
    if (moment.count > Moment::mostNames)
        names += fmt::format(" and {} more", grouped(moment.count - Moment::mostNames));
    std::string text = fmt::format("stopped {}", names);
    const std::int64_t last = m_run.events[moment.second].t;
    if (last > time(moment))
        text += fmt::format(", until {}", momentText(last));
    return text;
}

std::string Teller::endText(const Event &event) const
{
    std::string text = m_wording.clause(event);
    if (event.kind == EventKind::Exit && event.value >= 0)
        text += fmt::format(" after {}", human(Duration::nanoseconds(event.value)));
    return text;
}

TimelineRow Teller::row(const Moment &moment) const
{
    const Event &event = m_run.events[moment.first];
    TimelineRow row;
    row.t = event.t;
    row.event = EventId{moment.first};
    const Event decision = moment.shape == Moment::Shape::EndAndRestart ? m_run.events[moment.second] : event;
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
        row.text += decision.value > 0
                        ? fmt::format(", to be restarted in {}", human(Duration::nanoseconds(decision.value)))
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
    const bool isCounted = decision.kind == EventKind::Restart || decision.kind == EventKind::GaveUp;
    if (isCounted && decision.b != RestartLimitSpec::unlimited) {
        const NodeId supervisor = decision.kind == EventKind::GaveUp ? decision.node : decision.other;
        const NodeId child = decision.kind == EventKind::GaveUp ? decision.other : decision.node;
        const SupervisorSpec &flags = m_model.supervisor(m_run.nodes[supervisor]).flags;
        const bool isOfChild = flags.rules.limitScope == LimitScope::EachChild;
        if (const std::optional<Duration> window = windowAt(m_model, m_run, decision))
            row.budget = TimelineRow::BudgetUse{m_wording.name(isOfChild ? child : supervisor), decision.a,
                                                decision.b, *window};
    }
    return row;
}

/// The beginning, the grave lines of the middle, and the end of a list that is too long to be shown.
class Excerpt {
public:
    explicit Excerpt(std::size_t most)
        : m_head(most / 2)
        , m_tail(most / 4)
        , m_mostGrave((most - m_head - m_tail - 6) / 2)
    {}

    void add(const Moment &moment, const Event &event);
    std::vector<TimelineRow> rows(const Teller &teller) const;

private:
    struct Item {
        std::size_t number = 0;
        Moment moment;
    };

    std::size_t m_head;
    std::size_t m_tail;
    std::size_t m_mostGrave;
    std::size_t m_count = 0;
    std::vector<Item> m_kept;  ///< beginning, and what is grave behind it
    std::deque<Item> m_last;
};

void Excerpt::add(const Moment &moment, const Event &event)
{
    const Item item{m_count++, moment};
    const bool isGrave =
        event.kind == EventKind::Violation || (event.kind == EventKind::GaveUp && event.node == NodeId{0});
    if (item.number < m_head || (isGrave && m_kept.size() < m_head + m_mostGrave))
        m_kept.push_back(item);
    m_last.push_back(item);
    if (m_last.size() > m_tail)
        m_last.pop_front();
}

std::vector<TimelineRow> Excerpt::rows(const Teller &teller) const
{
    std::vector<TimelineRow> rows;
    std::size_t next = 0;
    const auto show = [&](const Item &item) {
        if (item.number < next)
            return;
        if (item.number > next)
            rows.push_back({std::nullopt,
                            {},
                            fmt::format("… {} left out", counted(item.number - next, "line")),
                            Tone::Quiet,
                            std::nullopt});
        rows.push_back(teller.row(item.moment));
        next = item.number + 1;
    };
    for (const Item &item : m_kept) {
        if (item.number < m_last.front().number)
            show(item);
    }
    for (const Item &item : m_last)
        show(item);
    return rows;
}

std::vector<TimelineRow> told(const std::vector<RunningFold<Moment>::Row> &rows, const Teller &teller)
{
    std::vector<TimelineRow> told;
    for (const auto &row : rows) {
        if (row.period == 0) {
            told.push_back(teller.row(row.item));
            continue;
        }
        // Behind the first period, which is shown.
        const std::int64_t until = teller.time(row.item);
        const std::string when = (told.back().t == until ? "at " : "until ") + momentText(until);
        std::string text = fmt::format("… {} more like this, {}", grouped(row.repeats), when);
        if (row.period > 1)
            text = fmt::format("… the {} lines above {}, {}", row.period,
                               row.repeats == 1 ? "once more" : grouped(row.repeats) + " more times", when);
        told.push_back({std::nullopt, {}, std::move(text), Tone::Quiet, std::nullopt});
    }
    return told;
}

}

std::vector<TimelineRow> timeline(const Model &model, const Recording &run, std::size_t mostRows)
{
    RunningFold<Moment> fine(mostRows);
    RunningFold<Moment> coarse(mostRows);
    Excerpt excerpt(mostRows);
    Neighbours neighbours(run, fine);
    const Collector collector(run, [&](const Moment &moment, const Event &event) {
        neighbours.add(moment, event);
        coarse.add(signature(moment, event, run, true), moment);
        excerpt.add(moment, event);
    });
    neighbours.finish();
    const Teller teller(model, run);
    const auto fineRows = fine.rows();
    const auto coarseRows = fineRows ? std::nullopt : coarse.rows();
    std::vector<TimelineRow> rows = fineRows     ? told(*fineRows, teller)
                                    : coarseRows ? told(*coarseRows, teller)
                                                 : excerpt.rows(teller);
    if (const auto &late = collector.late(); late.strikes > 0)
        rows.push_back(
            {std::nullopt,
             {},
             fmt::format("… {} after the end of {} {} nothing, {} {}", counted(late.strikes, "strike"),
                         run.path(NodeId{0}), late.strikes == 1 ? "meets" : "meet",
                         late.first == late.last ? "at" : "until", momentText(late.last)),
             Tone::Quiet,
             std::nullopt});
    return rows;
}

}
