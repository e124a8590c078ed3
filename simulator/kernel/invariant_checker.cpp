#include "simulator/kernel/invariant_checker.h"

#include <algorithm>
#include <array>
#include <utility>

namespace daruma {

std::span<const InvariantRow, invariantCount> invariants()
{
    static constexpr std::array<InvariantRow, invariantCount> rows{{
        {"accounting", "Every process that ends has begun, and ends once: starts minus ends is what lives."},
        {"one-live-incarnation",
         "A place has one living incarnation, but for leftovers of a supervisor that was killed."},
        {"nothing-after-the-end", "Nothing starts under a supervisor that has ended."},
        {"stop-order", "Siblings are stopped one after another, in reverse start order."},
        {"restart-within-limit", "A restart stays within the limit, and only what is beyond it gives up."},
        {"restart-decided",
         "An exit that calls for a restart is followed by one that takes place, or by giving up."},
        {"no-orphan", "A supervisor that ends by itself leaves no living child."},
        {"failed-start-undone", "A supervisor whose start fails leaves no living child."},
    }};
    return rows;
}

InvariantChecker::InvariantChecker(const Model &model)
    : m_model(&model)
{
    for (const Command &command : model.commands)
        if (command.kind == CommandKind::Shutdown && !command.grace.isNever())
            m_outerKill = std::min(m_outerKill, command.at + command.grace);
    addPlaces(model.nodes, static_cast<std::uint32_t>(model.nodes.size()));
    for (const Fault &fault : model.faults) {
        if (fault.kind != FaultKind::Delay || fault.step != DelayedStep::ExitSignal)
            continue;
        m_hasSignalDelays = true;
        for (const NodeId node : fault.into.nodes) {
            m_delaying.push_back(node.value);
            if (m_places[node.value].parent != none)
                m_delaying.push_back(m_places[node.value].parent);
        }
    }
    m_fixedSupervisors = m_supervisorCount;
    m_fixedPlaces = m_places.size();
    reset();
}

void InvariantChecker::reset()
{
    m_places.resize(m_fixedPlaces);
    for (Place &place : m_places)
        // Other places become supervisors only when a run puts another table there.
        place = Place{.parent = place.parent,
                      .supervisor = place.supervisor < m_fixedSupervisors ? place.supervisor : none};
    for (const std::uint32_t place : m_delaying)
        m_places[place].delaysSignals = true;
    m_nextAdded.clear();
    m_restartDue.clear();
    m_supervisorCount = m_fixedSupervisors;
    m_leftovers.clear();
    m_owing.clear();
    for (Supervisor &supervisor : m_supervisors) {
        supervisor.owed.clear();
        supervisor.firstOwed = 0;
        supervisor.isOwing = false;
        supervisor.firstAdded = none;
    }
    m_now = 0;
    m_last = m_lastStrike = EventId{};
    m_starts = m_ends = 0;
    m_orderUnknown = false;
    m_found = 0;
    m_violations.clear();
}

void InvariantChecker::addPlaces(const NodeTable &nodes, std::uint32_t upTo)
{
    const bool isRun = m_fixedPlaces > 0;
    for (auto n = static_cast<std::uint32_t>(m_places.size()); n < upTo; ++n) {
        const Node &node = nodes[NodeId{n}];
        Place &place = m_places.emplace_back();
        place.parent = node.parent.value;
        if (node.isSupervisor)
            place.supervisor = m_supervisorCount++;
        if (!isRun || place.parent == none)
            continue;
        Place &parent = m_places[place.parent];
        m_nextAdded.push_back(none);
        if (parent.supervisor != none)
            m_nextAdded.back() = std::exchange(m_supervisors[parent.supervisor].firstAdded, n);
        place.delaysSignals = m_hasSignalDelays;
        parent.delaysSignals = parent.delaysSignals || m_hasSignalDelays;
    }
    if (m_supervisors.size() < m_supervisorCount)
        m_supervisors.resize(m_supervisorCount);
}

void InvariantChecker::observe(const Event &event, EventId seq, const NodeTable &nodes,
                               std::vector<Finding> &findings)
{
    m_nodes = &nodes;
    m_findings = &findings;
    m_last = seq;
    // Mostly there is nothing to do before: then this costs no more than a jump.
    if ((event.t == m_now || m_owing.empty()) && event.node.value < m_places.size()) {
        m_now = event.t;
        return follow(event, nodes);
    }
    if (event.t != m_now)
        settleDecisions();
    m_now = event.t;
    if (event.node.value >= m_places.size()) {
        m_orderUnknown = m_orderUnknown || event.kind == EventKind::Removed;
        if (!event.node.isValid())
            return;
        addPlaces(nodes, event.node.value + 1);
    }
    follow(event, nodes);
}

void InvariantChecker::follow(const Event &event, const NodeTable &nodes)
{
    switch (event.kind) {
    case EventKind::Start:
        return start(event, nodes);
    case EventKind::Started:
        return started(event);
    case EventKind::InitFailed:
    case EventKind::Ignored:
        return startEnded(event, nodes);
    case EventKind::Exit:
        return exited(event, nodes);
    case EventKind::Stop:
    case EventKind::Kill:
        return stopAsked(event, nodes);
    case EventKind::Restart:
        return restartDecided(event);
    case EventKind::GaveUp:
        // A guard that denies one restart ends nothing.
        if (event.detail == 0)
            gaveUp(event);
        else
            denied(m_places[event.other.value]);
        return;
    case EventKind::AutoShutdown:
        return isEnding(m_places[event.node.value]);
    case EventKind::Removed:
        return removed(event);
    case EventKind::Unmatched:
        if (m_places[event.node.value].incarnation == event.incarnation)
            m_places[event.node.value].owesDecision = false;
        return;
    case EventKind::Command:
        if (event.detail == static_cast<std::uint8_t>(CommandKind::Shutdown))
            isEnding(m_places[event.node.value]);
        return;
    case EventKind::Reply:
        // It may have been about a child that was dead already, whose exit is never handled then (rule 43).
        if (event.detail == static_cast<std::uint8_t>(CommandKind::TerminateChild))
            forgiveChildrenOf(event.node.value, 0);
        return;
    case EventKind::Fault:
        m_lastStrike = m_last;
        if (event.detail == 0 && m_model->faults[event.a].kind == FaultKind::Hang
            && m_places[event.node.value].supervisor != none)
            m_supervisors[m_places[event.node.value].supervisor].deaf = true;
        return;
    case EventKind::Lifecycle:
        if (event.detail == static_cast<std::uint8_t>(LifecycleState::ShuttingDown))
            isEnding(m_places[event.node.value]);
        return;
    case EventKind::Backoff:
        if (event.node.value < m_restartDue.size())
            m_restartDue[event.node.value] = event.t + event.value;
        return;
    case EventKind::Violation:
    case EventKind::Reload:
    case EventKind::End:
        return;
    }
}

void InvariantChecker::finish(Instant now, EventId last, const NodeTable &nodes,
                              std::vector<Finding> &findings)
{
    m_nodes = &nodes;
    m_findings = &findings;
    m_now = now.ns();
    m_last = last;
    settleDecisions();
    expectRestartsDone();
    std::uint64_t alive = m_leftovers.size();
    for (const Place &place : m_places)
        alive += place.life != Life::Dead ? 1 : 0;
    if (m_starts - m_ends != alive && isNew(Invariant::Accounting))
        find(Invariant::Accounting, std::to_string(m_starts) + " starts minus " + std::to_string(m_ends)
                                        + " ends, but " + std::to_string(alive) + " processes live");
}

// Starts
// ------------------------------------------------------------------------------------------------------

void InvariantChecker::start(const Event &event, const NodeTable &nodes)
{
    Place &place = m_places[event.node.value];
    if (event.incarnation != place.incarnation + 1 && isNew(Invariant::Accounting))
        find(Invariant::Accounting, name(event.node.value, event.incarnation) + " begins after "
                                        + name(event.node.value, place.incarnation));
    if (place.life != Life::Dead)
        outliveSuccessor(place, event);
    ++m_starts;
    place.incarnation = event.incarnation;
    place.life = Life::Starting;
    place.decision = EventId{};
    place.stopAsked = place.orphaned = place.owesDecision = place.uncertain = false;
    if (place.parent != none) {
        const Place &parent = m_places[place.parent];
        if (place.parentIncarnation != parent.incarnation)
            place.isListed = false;
        const bool parentLives = parent.life != Life::Dead;
        if (!parentLives && !parent.hasLeftovers && isPromised(Invariant::NothingAfterTheEnd, parent))
            find(Invariant::NothingAfterTheEnd,
                 name(event.node.value, event.incarnation) + " starts, but its supervisor has ended");
        place.parentIncarnation = parent.incarnation;
        place.uncertain = parent.hasLeftovers || !parentLives;
        if (Supervisor *supervisor = supervisorOf(place)) {
            ++supervisor->alive;
            ++supervisor->starting;
            takePlaceInList(place, event.node, *supervisor, nodes);
        }
    }
    if (nodes[event.node].isSupervisor)
        becomeSupervisor(place, event.node, nodes);
}

/// The latest incarnation lives while its place starts another.
void InvariantChecker::outliveSuccessor(Place &place, const Event &event)
{
    Supervisor *supervisor = supervisorOf(place);
    // Instances of one template have no ids: two of one name may live (rule 59).
    const bool isLegal =
        place.orphaned || place.uncertain
        || (place.parent != none && m_places[place.parent].incarnation != place.parentIncarnation)
        || (supervisor && supervisor->spec->strategy == Strategy::SimpleOneForOne);
    if (!isLegal && place.parent != none && isPromised(Invariant::OneLiveIncarnation, m_places[place.parent]))
        find(Invariant::OneLiveIncarnation, name(event.node.value, event.incarnation) + " starts while "
                                                + name(event.node.value, place.incarnation) + " lives");
    m_leftovers.push_back({{event.node, place.incarnation}, place.life});
    if (supervisor) {
        --supervisor->alive;
        supervisor->starting -= place.life == Life::Starting ? 1 : 0;
        supervisor->stopping -= place.stopAsked ? 1 : 0;
    }
    place.hasLeftovers = true;
}

void InvariantChecker::becomeSupervisor(Place &place, NodeId node, const NodeTable &nodes)
{
    if (place.supervisor == none) {
        place.supervisor = m_supervisorCount++;
        if (m_supervisors.size() < m_supervisorCount)
            m_supervisors.resize(m_supervisorCount);
    }
    Supervisor &supervisor = m_supervisors[place.supervisor];
    supervisor.spec = &m_model->supervisors[nodes[node].definition].flags;
    supervisor.promises = m_model->supervisors[nodes[node].definition].promises;
    supervisor.alive = supervisor.starting = supervisor.stopping = 0;
    supervisor.nextOrdinal = nodes[node].firstChild.isValid() ? nodes[node].childCount : 0;
    supervisor.stopCause = supervisor.forgiven = EventId{};
    supervisor.ending = supervisor.gaveUp = supervisor.deaf = false;
    supervisor.blurred = place.hasLeftovers;
    supervisor.owed.clear();
    supervisor.firstOwed = 0;
    supervisor.stamps.clear();
    supervisor.firstStamp = 0;
    supervisor.inWindow = 0;
    supervisor.decaying.clear();
}

/// The start order is the place in the list: that of the specification, then that of being added.
void InvariantChecker::takePlaceInList(Place &place, NodeId node, Supervisor &supervisor,
                                       const NodeTable &nodes)
{
    const Node &above = nodes[NodeId{place.parent}];
    const std::uint32_t position = node.value - above.firstChild.value;
    const bool isSpecified = above.firstChild.isValid() && position < above.childCount;
    if (isSpecified && place.removedIn != place.parentIncarnation)
        place.ordinal = position;
    else if (!place.isListed)
        place.ordinal = supervisor.nextOrdinal++;
}

void InvariantChecker::started(const Event &event)
{
    Place &place = m_places[event.node.value];
    if (event.incarnation != place.incarnation || place.life != Life::Starting) {
        for (Leftover &leftover : m_leftovers)
            if (leftover.process == ProcessId{event.node, event.incarnation}
                && leftover.life == Life::Starting) {
                leftover.life = Life::Running;
                return;
            }
        if (isNew(Invariant::Accounting))
            find(Invariant::Accounting,
                 name(event.node.value, event.incarnation) + " has started, but was not starting");
        return;
    }
    place.life = Life::Running;
    if (Supervisor *supervisor = supervisorOf(place)) {
        --supervisor->starting;
        place.isListed = true;
    }
}

void InvariantChecker::startEnded(const Event &event, const NodeTable &nodes)
{
    Place &place = m_places[event.node.value];
    const bool isLatest = event.incarnation == place.incarnation && place.life == Life::Starting;
    if (!isLatest) {
        if (!leftoverEnded(event) && isNew(Invariant::Accounting))
            find(Invariant::Accounting,
                 name(event.node.value, event.incarnation) + " failed to start, but was not starting");
        return;
    }
    if (place.supervisor != none && m_supervisors[place.supervisor].alive > 0) {
        if (event.reason != ReasonKind::Killed && !place.hasLeftovers
            && isPromised(Invariant::FailedStartUndone, place))
            find(Invariant::FailedStartUndone,
                 name(event.node.value, event.incarnation) + " failed to start and left living children");
        childrenOutlive(place, event.node, nodes);
    }
    const bool isKept =
        event.kind == EventKind::Ignored && specOf(event.node, nodes).restart != RestartType::Temporary;
    if (isKept && isCounted(place))
        place.isListed = true;
    ended(place);
}

// Ends
// --------------------------------------------------------------------------------------------------------

void InvariantChecker::exited(const Event &event, const NodeTable &nodes)
{
    Place &place = m_places[event.node.value];
    if (event.incarnation != place.incarnation || place.life == Life::Dead) {
        if (!leftoverEnded(event) && isNew(Invariant::Accounting))
            find(Invariant::Accounting,
                 name(event.node.value, event.incarnation) + " ended, but did not live");
        return;
    }
    if (place.supervisor != none && m_supervisors[place.supervisor].alive > 0) {
        const Supervisor &supervisor = m_supervisors[place.supervisor];
        const bool leavesThem =
            supervisor.gaveUp && supervisor.spec->rules.childrenAtGiveUp == ChildrenAtGiveUp::LeftAlone;
        const bool wasStruck =
            event.reason == ReasonKind::Killed || (event.cause.isValid() && event.cause == m_lastStrike);
        if (!leavesThem && !wasStruck && !place.hasLeftovers && isPromised(Invariant::NoOrphan, place))
            find(Invariant::NoOrphan, name(event.node.value, event.incarnation) + " ended and left "
                                          + std::to_string(supervisor.alive) + " living children");
        childrenOutlive(place, event.node, nodes);
    }
    oweDecision(place, event, nodes);
    ended(place);
}

void InvariantChecker::ended(Place &place)
{
    if (Supervisor *supervisor = supervisorOf(place)) {
        --supervisor->alive;
        supervisor->starting -= place.life == Life::Starting ? 1 : 0;
        supervisor->stopping -= place.stopAsked ? 1 : 0;
    }
    place.life = Life::Dead;
    ++m_ends;
}

bool InvariantChecker::leftoverEnded(const Event &event)
{
    const ProcessId process{event.node, event.incarnation};
    const auto known = std::find_if(m_leftovers.begin(), m_leftovers.end(),
                                    [&](const Leftover &leftover) { return leftover.process == process; });
    if (known == m_leftovers.end())
        return false;
    m_leftovers.erase(known);
    m_places[event.node.value].hasLeftovers =
        std::any_of(m_leftovers.begin(), m_leftovers.end(),
                    [&](const Leftover &leftover) { return leftover.process.node == event.node; });
    ++m_ends;
    return true;
}

/// A supervisor is gone; what still lives of its children ends in its own time.
void InvariantChecker::childrenOutlive(const Place &place, NodeId node, const NodeTable &nodes)
{
    const auto outlives = [&](Place &child) {
        if (child.life == Life::Dead || child.uncertain || child.parentIncarnation != place.incarnation)
            return;
        child.orphaned = true;
        isEnding(child);
    };
    const Node &parent = nodes[node];
    for (std::uint32_t i = 0; parent.firstChild.isValid() && i < parent.childCount; ++i)
        outlives(m_places[parent.firstChild.value + i]);
    std::uint32_t added = m_supervisors[place.supervisor].firstAdded;
    for (; added != none; added = m_nextAdded[added - m_fixedPlaces])
        outlives(m_places[added]);
}

void InvariantChecker::isEnding(const Place &place)
{
    if (place.supervisor != none)
        m_supervisors[place.supervisor].ending = true;
}

const ChildSpec &InvariantChecker::specOf(NodeId node, const NodeTable &nodes) const
{
    const Node &place = nodes[node];
    return place.isSupervisor ? m_model->supervisor(place).spec : m_model->worker(place).spec;
}

void InvariantChecker::reported(std::uint32_t code, Instant at, EventId violation)
{
    for (InvariantViolation &known : m_violations)
        if (known.name == invariants()[code & ~violationOfInvariant].name) {
            known.at = at;
            known.event = violation;
        }
}

void InvariantChecker::find(Invariant invariant, std::string message)
{
    const auto number = static_cast<std::uint32_t>(invariant);
    m_found |= 1U << number;
    m_violations.push_back(
        {std::string(invariants()[number].name), Instant::fromNs(m_now), EventId{}, message});
    m_findings->push_back({violationOfInvariant + number, m_last, std::move(message)});
}

std::string InvariantChecker::name(std::uint32_t node, std::uint32_t incarnation) const
{
    return m_nodes->path(NodeId{node}, m_model->texts) + "#" + std::to_string(incarnation);
}

}  // namespace daruma
