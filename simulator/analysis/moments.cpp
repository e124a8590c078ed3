#include "simulator/analysis/moments.h"

#include "engine/mix_bits.h"
#include "engine/policy/restart_limit.h"
#include "simulator/analysis/reply_text.h"

namespace daruma {

namespace {

/// What else the line names, and how it says it: with other words it tells something else.
std::uint64_t wordsOf(const Moment &moment, const Event &event, const Recording &run)
{
    switch (event.kind) {
    case EventKind::Fault:
        return std::uint64_t{event.a} << 1 | (event.detail ? 1U : 0U);
    case EventKind::Violation:
        return event.a;
    case EventKind::Command: {
        const bool hasMessage = static_cast<CommandKind>(event.detail) == CommandKind::Control;
        return hasMessage ? std::uint64_t{event.a} << 8 : event.detail;
    }
    case EventKind::Reply:
        return std::uint64_t{event.detail} << 1 | (isRefusal(run.text(event.text)) ? 1U : 0U);
    case EventKind::GaveUp:
        return event.detail == 0 ? 0 : std::uint64_t{event.other.value} << 8 | event.detail;
    default:
        return (moment.figures.delay.isEmpty() ? 0U : 1U) | (moment.isPastLimit ? 2U : 0U);
    }
}

}

MomentCollector::MomentCollector(const Recording &run, const RuleRemarks &remarks, Take take)
    : m_take(std::move(take))
    , m_remarks(remarks)
    , m_orders(run.nodes.size())
{
    std::uint32_t index = 0;
    for (const Event &event : run.events)
        observe(event, index++);
    handOn();
}

void MomentCollector::handOn()
{
    if (m_hasMoment)
        m_take(m_moment, m_event);
    m_hasMoment = false;
}

void MomentCollector::add(Moment::Shape shape, const Event &event, std::uint32_t index, std::uint32_t count)
{
    handOn();
    m_hasMoment = true;
    m_moment = {shape, index, 0, count, {}, {}, false};
    if (event.kind == EventKind::Exit && event.value >= 0)
        m_moment.figures.life = {event.value, event.value};
    if (event.kind == EventKind::Restart)
        addDecision(event);
    m_event = event;
}

void MomentCollector::addDecision(const Event &restart)
{
    if (restart.value > 0)
        m_moment.figures.delay = {restart.value, restart.value};
    m_moment.isPastLimit = restart.b != RestartLimitSpec::unlimited && restart.a > restart.b;
}

void MomentCollector::addStop(const Event &event, std::uint32_t index)
{
    if (!m_hasMoment || m_moment.shape != Moment::Shape::Stops)
        add(Moment::Shape::Stops, event, index);
    if (m_moment.count < Moment::mostNames)
        m_moment.stopped[m_moment.count] = event.node;
    ++m_moment.count;
    m_moment.second = index;
}

void MomentCollector::observeExit(const Event &event, std::uint32_t index)
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

void MomentCollector::observeRestart(const Event &event, std::uint32_t index)
{
    const bool followsEnd = m_hasMoment && m_moment.shape == Moment::Shape::Plain
                            && (m_event.kind == EventKind::Exit || m_event.kind == EventKind::InitFailed);
    if (!followsEnd || event.cause.value != m_moment.first)
        return add(Moment::Shape::Plain, event, index);
    m_moment.shape = Moment::Shape::EndAndRestart;
    m_moment.second = index;
    addDecision(event);
}

void MomentCollector::observe(const Event &event, std::uint32_t index)
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
        if (m_remarks.olderAt(EventId{index}) > 0)
            add(Moment::Shape::Plain, event, index);
        break;
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

std::uint64_t signatureOf(const Moment &moment, const Event &event, const Recording &run, bool coarse)
{
    std::uint64_t place = event.node.value;
    if (coarse && event.node.isValid()) {
        const Node &node = run.nodes[event.node];
        place = std::uint64_t{node.definition} * 2 + (node.isSupervisor ? 1 : 0);
    }
    const std::uint64_t what = static_cast<std::uint64_t>(event.kind) << 8
                               | static_cast<std::uint64_t>(event.reason) << 4
                               | static_cast<std::uint64_t>(moment.shape);
    return mixBits(place << 32 | what) + goldenGamma * wordsOf(moment, event, run);
}

}
