#include "simulator/kernel/invariant_checker.h"

#include <algorithm>

/// The part of the checker that follows what supervisors decide: stops, restarts, giving up.

namespace daruma {

// Stops
// -------------------------------------------------------------------------------------------------------

void InvariantChecker::stopAsked(const Event &event, const NodeTable &nodes)
{
    Place &place = m_places[event.node.value];
    if (event.incarnation != place.incarnation || place.life == Life::Dead)
        return;
    isEnding(place);
    Supervisor *supervisor = supervisorOf(place);
    // After its deadline the same child gets `kill` too; past an outer grace everybody does, in any order.
    if (!supervisor || place.stopAsked || supervisor->blurred || m_now >= m_outerKill.ns())
        return;
    if (event.kind == EventKind::Kill && !specOf(event.node, nodes).shutdown.brutal
        && supervisor->spec->strategy != Strategy::SimpleOneForOne)
        return;
    place.stopAsked = true;
    ++supervisor->stopping;
    if (supervisor->spec->strategy == Strategy::SimpleOneForOne)
        return;
    const bool forward = supervisor->spec->rules.stopOrder == StopOrder::StartOrder;
    const bool inOrder =
        supervisor->stopCause != event.cause
        || (forward ? supervisor->stopOrdinal < place.ordinal : supervisor->stopOrdinal > place.ordinal);
    if (supervisor->stopping > 1 && isPromised(Invariant::StopOrder, m_places[place.parent]))
        find(Invariant::StopOrder, name(event.node.value, event.incarnation)
                                       + " is asked to stop before the sibling asked before it has ended");
    else if (!inOrder && !m_orderUnknown && isPromised(Invariant::StopOrder, m_places[place.parent]))
        find(Invariant::StopOrder, name(event.node.value, event.incarnation)
                                       + " is asked to stop after a sibling "
                                       + (forward ? "that started later" : "that started earlier"));
    supervisor->stopCause = event.cause;
    supervisor->stopOrdinal = place.ordinal;
}

void InvariantChecker::removed(const Event &event)
{
    Place &place = m_places[event.node.value];
    place.owesDecision = false;
    place.decision = EventId{};
    place.isListed = false;
    if (place.parent != none)
        place.removedIn = m_places[place.parent].incarnation;
}

// Limits
// ------------------------------------------------------------------------------------------------------

/// How many restarts are in the window, this one included. Under OTP stamps are whole seconds, and one
/// exactly as old as the window still counts (otp-semantics rules 16 to 19).
std::uint32_t InvariantChecker::countRestart(Supervisor &supervisor)
{
    constexpr std::int64_t second = 1'000'000'000;
    const RestartLimitSpec &limit = supervisor.spec->limit;
    if (limit.kind == WindowKind::Decaying) {
        supervisor.decaying.add(Instant::fromNs(m_now), limit.within);
        return supervisor.decaying.roundedUp(Instant::fromNs(m_now), limit.within);
    }
    if (limit.within.isNever())
        return ++supervisor.inWindow;
    const bool isExact = limit.stamps == WindowStamps::Exact;
    const std::int64_t stamp = isExact ? m_now : (m_now + m_model->clockPhase.ns()) / second;
    const std::int64_t span = isExact ? limit.within.ns() : limit.within.ns() / second;
    const bool forgets = !limit.clockAge.isNever() && limit.within > limit.clockAge
                         && limit.within - limit.clockAge > Duration::nanoseconds(m_now);
    const std::int64_t oldest = forgets ? stamp : stamp - span + (limit.end == WindowEnd::Exclusive ? 1 : 0);
    std::vector<Stamp> &stamps = supervisor.stamps;
    std::size_t &first = supervisor.firstStamp;
    while (first < stamps.size() && stamps[first].at < oldest)
        supervisor.inWindow -= stamps[first++].restarts;
    if (first == stamps.size() || (first > 16 && first * 2 > stamps.size())) {
        stamps.erase(stamps.begin(), stamps.begin() + static_cast<std::ptrdiff_t>(first));
        first = 0;
    }
    if (stamps.empty() || (stamps.back().at != stamp && limit.kind == WindowKind::Sliding))
        stamps.push_back({stamp, 0});
    ++stamps.back().restarts;
    return ++supervisor.inWindow;
}

bool InvariantChecker::isAllowed(std::uint32_t count, const SupervisorSpec &spec)
{
    const bool isWithin =
        spec.rules.tripTest == TripTest::Beyond ? count <= spec.limit.max : count < spec.limit.max;
    return isWithin || spec.limit.isUnlimited();
}

void InvariantChecker::restartDecided(const Event &event)
{
    Place &child = m_places[event.node.value];
    child.owesDecision = false;
    const std::uint32_t above = event.other.value;
    if (above >= m_places.size() || m_places[above].supervisor == none)
        return;
    Supervisor &supervisor = m_supervisors[m_places[above].supervisor];
    // Mostly the decision follows at once.
    if (supervisor.owed.size() == 1 && supervisor.owed.back() == ProcessId{event.node, event.incarnation}
        && m_owing.back() == above) {
        supervisor.owed.clear();
        supervisor.firstOwed = 0;
        supervisor.isOwing = false;
        m_owing.pop_back();
    }
    const Strategy strategy = supervisor.spec->strategy;
    if (strategy == Strategy::OneForAll || strategy == Strategy::RestForOne)
        // The group's own stops swallow the exits of its members (rule 43).
        forgiveChildrenOf(above, strategy == Strategy::OneForAll ? 0 : child.ordinal);
    if (m_places[above].hasLeftovers || supervisor.blurred)
        return;
    if (event.incarnation == child.incarnation && child.life == Life::Dead) {
        child.decision = m_last;
        if (event.value > 0 && m_restartDue.size() <= event.node.value)
            m_restartDue.resize(m_places.size());
        if (event.node.value < m_restartDue.size())
            m_restartDue[event.node.value] = event.t + event.value;
    }
    const std::uint32_t count = countRestart(supervisor);
    const std::uint32_t limit = supervisor.spec->limit.max;
    const bool allowed = isAllowed(count, *supervisor.spec);
    if (supervisor.spec->limit.isUnlimited())
        return;
    if ((!allowed || count != event.a) && isPromised(Invariant::RestartWithinLimit, m_places[above]))
        find(Invariant::RestartWithinLimit,
             name(event.node.value, event.incarnation) + " is restarted as number " + std::to_string(event.a)
                 + " in the window; it is number " + std::to_string(count) + " of " + std::to_string(limit));
}

void InvariantChecker::gaveUp(const Event &event)
{
    const Place &place = m_places[event.node.value];
    if (place.supervisor == none || event.incarnation != place.incarnation)
        return;
    Supervisor &supervisor = m_supervisors[place.supervisor];
    supervisor.ending = supervisor.gaveUp = supervisor.spec->rules.afterGiveUp == AfterGiveUp::Ends;
    if (place.hasLeftovers || supervisor.blurred)
        return;
    const std::uint32_t count = countRestart(supervisor);
    const std::uint32_t limit = supervisor.spec->limit.max;
    const bool allowed = isAllowed(count, *supervisor.spec);
    if (allowed && isPromised(Invariant::RestartWithinLimit, place))
        find(Invariant::RestartWithinLimit, name(event.node.value, event.incarnation) + " gave up at restart "
                                                + std::to_string(count) + " in the window, but "
                                                + std::to_string(limit) + " are allowed");
}

/// It stays down: nothing is owed to it any more.
void InvariantChecker::denied(Place &child)
{
    child.owesDecision = false;
    child.decision = EventId{};
}

// Decisions
// ---------------------------------------------------------------------------------------------------

/// Whether its supervisor has to decide now, or as soon as it is not busy any more.
void InvariantChecker::oweDecision(Place &place, const Event &event, const NodeTable &nodes)
{
    Supervisor *supervisor = supervisorOf(place);
    if (!supervisor || place.life != Life::Running || place.stopAsked || place.orphaned || supervisor->ending
        || supervisor->deaf || supervisor->blurred || place.delaysSignals
        || m_places[place.parent].delaysSignals)
        return;
    if (m_places[place.parent].life == Life::Dead || m_places[place.parent].hasLeftovers)
        return;
    if (!callsForRestart(supervisor->spec->rules.restartPolicy, specOf(event.node, nodes).restart,
                         event.exitReason()))
        return;
    const SeenExits seen = supervisor->spec->rules.seenExits;
    if ((seen == SeenExits::AllButPanics && event.reason == ReasonKind::Panic)
        || (seen == SeenExits::AllButKills && event.reason == ReasonKind::Killed))
        return;
    // A group that is being stopped swallows the exits of its members (rule 43).
    const Strategy strategy = supervisor->spec->strategy;
    if (supervisor->stopping > 0 && (strategy == Strategy::OneForAll || strategy == Strategy::RestForOne))
        return;
    place.owesDecision = true;
    supervisor->owed.push_back({event.node, event.incarnation});
    if (!supervisor->isOwing)
        m_owing.push_back(place.parent);
    supervisor->isOwing = true;
}

void InvariantChecker::forgiveChildrenOf(std::uint32_t parent, std::uint32_t fromOrdinal)
{
    if (m_places[parent].supervisor == none)
        return;
    Supervisor &supervisor = m_supervisors[m_places[parent].supervisor];
    supervisor.forgiven = m_last;
    for (std::size_t i = supervisor.firstOwed; i < supervisor.owed.size(); ++i) {
        Place &place = m_places[supervisor.owed[i].node.value];
        if (place.parent == parent && place.ordinal >= fromOrdinal)
            place.owesDecision = false;
    }
}

/// Time has moved on: a supervisor that is not busy has read all its messages.
void InvariantChecker::settleDecisions()
{
    std::erase_if(m_owing, [this](std::uint32_t parent) { return hasSettled(m_places[parent]); });
}

bool InvariantChecker::isOwed(ProcessId process) const
{
    const Place &place = m_places[process.node.value];
    return place.owesDecision && place.incarnation == process.incarnation && isCounted(place);
}

/// Decisions are made in the order of the exits, so a busy supervisor is asked about the first one only:
/// thousands may wait while it starts a large tree.
bool InvariantChecker::hasSettled(const Place &place)
{
    Supervisor &supervisor = m_supervisors[place.supervisor];
    const bool isOver = place.life == Life::Dead || supervisor.ending || supervisor.deaf;
    const bool isBusy = place.life == Life::Starting || supervisor.starting > 0 || supervisor.stopping > 0;
    std::vector<ProcessId> &owed = supervisor.owed;
    std::size_t &first = supervisor.firstOwed;
    for (; first < owed.size() && !isOver; ++first) {
        if (!isOwed(owed[first]))
            continue;
        if (isBusy)
            break;
        if (isPromised(Invariant::RestartDecided, place))
            find(Invariant::RestartDecided,
                 name(owed[first].node.value, owed[first].incarnation)
                     + " ended, and its supervisor neither restarted it nor gave up");
    }
    if (isOver || first == owed.size()) {
        owed.clear();
        first = 0;
        supervisor.isOwing = false;
        return true;
    }
    if (first > 64 && first * 2 > owed.size()) {
        owed.erase(owed.begin(), owed.begin() + static_cast<std::ptrdiff_t>(first));
        first = 0;
    }
    return false;
}

/// At the end of a run: what was decided has been carried out, unless its supervisor is still busy or an
/// operator or a later group restart has taken its place.
void InvariantChecker::expectRestartsDone()
{
    m_isWaiting.assign(m_supervisorCount, false);
    for (std::uint32_t n = 0; n < m_restartDue.size(); ++n)
        if (m_places[n].decision.isValid() && m_restartDue[n] > m_now && isCounted(m_places[n]))
            m_isWaiting[m_places[m_places[n].parent].supervisor] = true;
    for (std::uint32_t n = 0; n < m_places.size(); ++n) {
        const Place &place = m_places[n];
        if (!place.decision.isValid() || !isCounted(place))
            continue;
        const Place &parent = m_places[place.parent];
        const Supervisor &supervisor = m_supervisors[parent.supervisor];
        const bool isForgiven = supervisor.forgiven.isValid() && place.decision < supervisor.forgiven;
        const bool isBusy = parent.life != Life::Running || supervisor.starting > 0 || supervisor.stopping > 0
                            || m_isWaiting[parent.supervisor];
        if (isForgiven || isBusy || supervisor.ending || supervisor.deaf || place.delaysSignals
            || parent.delaysSignals)
            continue;
        if (isPromised(Invariant::RestartDecided, parent))
            find(Invariant::RestartDecided,
                 name(n, place.incarnation) + " was to be restarted, but did not start again");
    }
}

}  // namespace daruma
