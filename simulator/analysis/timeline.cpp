#include "simulator/analysis/timeline.h"

#include "simulator/analysis/explain.h"
#include "simulator/analysis/fold.h"
#include "simulator/analysis/moments.h"
#include "simulator/analysis/policy_rules.h"
#include "simulator/kernel/duration_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

namespace daruma {

namespace {

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
        Held held{moment, event.t, signatureOf(moment, event, m_run, false),
                  signatureOf(moment, event, m_run, true) ^ ofMany};
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
        m_fold.add(m_held.front().fine, m_held.front().moment, m_held.front().moment.figures);
        m_held.erase(m_held.begin());
    }

    const Recording &m_run;
    RunningFold<Moment> &m_fold;
    std::vector<Held> m_held;
};

/// Puts moments into words.
class Teller {
public:
    Teller(const Model &model, const Recording &run, const RuleRemarks &remarks)
        : m_model(model)
        , m_run(run)
        , m_remarks(remarks)
        , m_wording(model, run)
    {}

    std::int64_t time(const Moment &moment) const { return m_run.events[moment.first].t; }
    TimelineRow row(const Moment &moment) const;

private:
    std::string upText(const Moment &moment, const Event &event) const;
    std::string stopsText(const Moment &moment) const;
    std::string staysDown(const Event &exit) const;
    std::string endText(const Event &event, EventId id) const;

    const Model &m_model;
    const Recording &m_run;
    const RuleRemarks &m_remarks;
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

std::string Teller::upText(const Moment &moment, const Event &event) const
{
    const SupervisorSpec &flags = m_model.supervisor(m_run.nodes[event.node]).flags;
    if (moment.count == 1 && !flags.children.empty() && !awaitsStarts(flags.rules.shape))
        return m_wording.name(event.node) + " is up, and its children are being started";
    return fmt::format("{} is up ({})", m_wording.name(event.node),
                       counted(moment.count, "process", "processes"));
}

std::string Teller::endText(const Event &event, EventId id) const
{
    if (event.kind == EventKind::Start)
        return fmt::format("{0}#{1} was started beside {0}#{2}, which still runs", m_wording.name(event.node),
                           event.incarnation, m_remarks.olderAt(id));
    std::string text = m_wording.clause(event);
    if (event.kind == EventKind::Exit && event.value >= 0)
        text += fmt::format(" after {}", human(Duration::nanoseconds(event.value)));
    return text;
}

/// Why nothing follows from the end of a child, where its restart type alone says so.
std::string Teller::staysDown(const Event &exit) const
{
    const NodeId above = m_run.nodes[exit.node].parent;
    const bool isPassedOn = exit.cause.isValid() && m_run.events[exit.cause.value].kind == EventKind::Exit;
    if (!above.isValid() || isPassedOn)
        return {};
    const SupervisorSpec &flags = m_model.supervisor(m_run.nodes[above]).flags;
    const auto spec = std::find_if(flags.children.begin(), flags.children.end(),
                                   [&](const ChildSpec &one) { return one.id == m_run.nodes[exit.node].id; });
    if (spec == flags.children.end() || spec->restart == RestartType::Permanent
        || !leavesDown(flags.rules, spec->restart, exit.exitReason()))
        return {};
    return spec->restart == RestartType::Temporary
               ? ", and stays down: it is temporary"
               : ", and stays down: it is transient, and that is no failure";
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
        row.text = upText(moment, event);
        row.tone = Tone::Recovery;
        break;
    case Moment::Shape::Stops:
        row.text = stopsText(moment);
        row.tone = Tone::Quiet;
        break;
    case Moment::Shape::EndAndRestart:
        row.text = endText(event, row.event);
        row.text += decision.value > 0
                        ? fmt::format(", to be restarted in {}", human(Duration::nanoseconds(decision.value)))
                        : ", restarted";
        row.text += m_remarks.ofLeftBehind(row.event, m_wording);
        break;
    case Moment::Shape::Plain:
        row.text = endText(event, row.event);
        if (event.kind == EventKind::Exit)
            row.text += staysDown(event) + m_remarks.ofLeftBehind(row.event, m_wording);
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
                                                decision.b, *window, flags.rules.counted == Counted::Starts};
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

std::string rangeText(const FoldedRange &range)
{
    const std::string low = human(Duration::nanoseconds(range.low));
    const std::string high = human(Duration::nanoseconds(range.high));
    return low == high ? low : low + " to " + high;
}

/// The figures of what is summed up, where they are not those of the lines above.
std::string figuresText(const FoldedFigures &figures, const FoldedFigures &above)
{
    std::string text;
    const auto tell = [&text](const char *what, const FoldedRange &range, const FoldedRange &shown) {
        if (range.isEmpty() || (!shown.isEmpty() && rangeText(range) == rangeText(shown)))
            return;
        text += fmt::format("{}{} {}", text.empty() ? " (" : ", ", what, rangeText(range));
    };
    tell("after", figures.life, above.life);
    tell("delays of", figures.delay, above.delay);
    return text.empty() ? text : text + ")";
}

std::vector<TimelineRow> told(const std::vector<RunningFold<Moment>::Row> &rows, const Teller &teller)
{
    std::vector<TimelineRow> told;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto &row = rows[i];
        if (row.period == 0) {
            told.push_back(teller.row(row.item));
            continue;
        }
        // Behind the first period, which is shown.
        FoldedFigures above;
        for (std::size_t shown = i - std::min(i, row.period); shown < i; ++shown)
            above.include(rows[shown].figures);
        const std::string figures = figuresText(row.figures, above);
        const std::int64_t until = teller.time(row.item);
        const std::string when = (told.back().t == until ? "at " : "until ") + momentText(until);
        std::string text = fmt::format("… {} more like this{}, {}", grouped(row.repeats), figures, when);
        if (row.period > 1)
            text = fmt::format("… the {} lines above {}{}, {}", row.period,
                               row.repeats == 1 ? "once more" : grouped(row.repeats) + " more times", figures,
                               when);
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
    RuleRemarks remarks(model, run);
    std::uint32_t index = 0;
    for (const Event &event : run.events)
        remarks.observe(event, EventId{index++});
    const MomentCollector collector(run, remarks, [&](const Moment &moment, const Event &event) {
        neighbours.add(moment, event);
        coarse.add(signatureOf(moment, event, run, true), moment, moment.figures);
        excerpt.add(moment, event);
    });
    neighbours.finish();
    const Teller teller(model, run, remarks);
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
