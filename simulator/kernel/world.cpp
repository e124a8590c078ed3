#include "simulator/kernel/world.h"

#include <algorithm>

namespace daruma {

namespace {

/// Lanes of one instant, in the high bits of the order number: strikes by their place in the file, then
/// deadlines and behaviours by the order in which they were armed (CONTRACT section 2).
constexpr std::uint64_t behindStrikes = std::uint64_t(1) << 62;

/// `about`: the reason of a failed start, or the path of who waits.
std::string endText(EndCause cause, const std::string &about)
{
    switch (cause) {
    case EndCause::Quiet:
        return "quiet";
    case EndCause::Horizon:
        return "horizon";
    case EndCause::StartFailed:
        return "start_failed:" + about;
    case EndCause::EventLimit:
        return "limit:events_per_run";
    case EndCause::InstantLimit:
        return "limit:events_per_instant";
    case EndCause::NodeLimit:
        return "limit:nodes";
    case EndCause::Stuck:
        return "stuck:" + about + " waits for ever";
    }
    DARUMA_UNREACHABLE("every end has a text");
}

}  // namespace

World::World(const Model &model)
    : m_model(&model)
    , m_nodes(model.nodes)
    , m_texts(model.texts)
    , m_expectations(model)
    , m_invariants(model)
    , m_faults(model.faults.size())
{
    for (std::uint32_t i = 0; i < model.faults.size(); ++i) {
        const Fault &fault = model.faults[i];
        m_faults[i].targets = fault.into.nodes;
        if (fault.kind == FaultKind::Delay)
            m_delays[static_cast<std::size_t>(fault.step)].push_back(i);
        if (fault.when) {
            m_faults[i].triggers = fault.when->node.nodes;
            m_triggerKinds |= 1U << static_cast<unsigned>(fault.when->event);
        }
    }
    m_watchedKinds = m_expectations.isIdle() ? m_triggerKinds : 0xffff'ffff;
    for (std::uint32_t n = 0; n < m_nodes.size(); ++n)
        if (m_nodes[{n}].isSupervisor)
            for (const NodeId owner : m_model->supervisor(m_nodes[{n}]).owner.nodes)
                m_owned.emplace_back(owner, NodeId{n});
    for (std::uint32_t n = 0; n < m_nodes.size(); ++n)
        if (!m_nodes[{n}].isSupervisor)
            for (const Selector &need : model.worker(m_nodes[{n}]).needs)
                for (const NodeId needed : need.nodes)
                    m_needs.emplace_back(needed, NodeId{n});
    std::sort(m_needs.begin(), m_needs.end());
    m_needsOf.resize(model.workers.size());
    for (std::uint32_t i = 0; i < model.workers.size(); ++i) {
        for (const Selector &need : model.workers[i].needs)
            m_needsOf[i].push_back(need.nodes);
        if (!model.workers[i].needs.empty())
            m_needy.push_back(i);
    }
    m_firstSlot = graceSlot(static_cast<std::uint32_t>(model.commands.size()));
    m_patienceShift = m_needy.empty() ? 0 : 1;
    m_processes.reserve(m_nodes.size());
    m_queue.reserve(slotOf(static_cast<std::uint32_t>(m_nodes.size())));
}

void World::reset(std::uint64_t seed, EventSink *sink)
{
    m_nodes.truncate(m_model->nodes.size());
    for (const NodeId node : m_redefined)
        if (node.value < m_nodes.size())
            m_nodes.change(node) = m_model->nodes[node];
    const bool targetsMoved = !m_redefined.empty();
    m_redefined.clear();
    m_texts.truncate(m_model->texts.size());
    m_trace.reset(sink);
    m_expectations.reset();
    m_invariants.reset();
    m_lifecycle = Lifecycle();
    m_seed = seed;
    m_streams = SeedKey(seed);
    beginInstant(Instant::start());
    m_endCause = EndCause::Quiet;
    m_startFailure.clear();
    m_restarts = m_armed = m_tieDraws = 0;
    m_gaveUp = false;

    m_queue.reset(m_firstSlot);
    m_processes.clear();
    m_freeProcesses.clear();
    m_leftovers.clear();
    m_nodeStates.assign(m_model->nodes.size(), NodeState{});
    if (someoneNeeds())
        m_needed.assign(m_model->nodes.size(), Needed{});
    for (const auto &[needed, needing] : m_needs)
        m_needed[needed.value].isNeeded = true;
    m_freeMachines.resize(m_machines.size());
    for (std::uint32_t i = 0; i < m_freeMachines.size(); ++i)
        m_freeMachines[i] = static_cast<std::uint32_t>(m_machines.size()) - 1 - i;
    for (std::size_t i = 0; i < m_faults.size(); ++i) {
        FaultState &state = m_faults[i];
        state.occurrences = 0;
        state.strikes = 0;
        state.taken = 0;
        state.pending.clear();
        const Fault &fault = m_model->faults[i];
        state.targets.resize(fault.into.nodes.size());
        if (fault.when)
            state.triggers.resize(fault.when->node.nodes.size());
        if (targetsMoved) {
            state.targets = fault.into.nodes;
            if (fault.when)
                state.triggers = fault.when->node.nodes;
        }
    }
    m_addedNeeds.clear();
    for (const std::uint32_t needy : m_needy)
        for (std::size_t i = 0; i < m_needsOf[needy].size(); ++i)
            m_needsOf[needy][i].resize(m_model->workers[needy].needs[i].nodes.size());
    for (const std::uint32_t needy : targetsMoved ? m_needy : std::vector<std::uint32_t>{})
        for (std::size_t i = 0; i < m_needsOf[needy].size(); ++i)
            m_needsOf[needy][i] = m_model->workers[needy].needs[i].nodes;
    m_latestOutage.clear();
    m_outages.clear();
    m_freeOutages.clear();
    m_given.clear();
    m_unheard.clear();
    m_reloads = 0;
    m_draws.clear();
    m_controls.clear();
    m_shutdowns.clear();
    m_heldShutdowns.clear();
    m_ready.clear();
    m_readyHead = 0;
    m_effects.clear();
    m_deferred.clear();
    m_findings.clear();
}

void World::begin(std::uint64_t seed, EventSink *sink, const Interventions &interventions)
{
    m_interventions = interventions;
    reset(seed, sink);
    armStrikes();
    boot();
    flushDeferred();
    drainReady();
}

bool World::step()
{
    // Whoever watches the run may lower its limit, to end it here.
    if (!stopped() && m_trace.size() >= m_model->limits.eventsPerRun)
        m_endCause = EndCause::EventLimit;
    if (stopped())
        return false;
    const Instant next = m_queue.firstTime();
    const Instant check = m_expectations.nextCheck();
    if (std::min(next, check) > m_model->horizon) {
        if (!next.isNever()) {
            m_endCause = EndCause::Horizon;
            m_now = m_model->horizon;
        }
        return false;
    }
    // Checks stand last in their instant: whatever happens in it may still make an expectation true.
    const Instant at = std::min(next, check);
    if (at != m_now)
        beginInstant(at);
    if (check < next) {
        m_expectations.timePassed(m_now, m_texts, m_findings);
        flushDeferred();
        return true;
    }
    dispatch(m_queue.take());
    flushDeferred();
    if (m_model->ties == Ties::Random)
        drainRandomly();
    else
        drainReady();
    if (!m_heldShutdowns.empty())
        releaseShutdowns();
    return true;
}

void World::beginInstant(Instant at)
{
    m_now = at;
    const Limits &limits = m_model->limits;
    // Not beyond the end of 64 bits, whatever the limits are.
    const std::uint64_t left = limits.eventsPerRun - std::min(limits.eventsPerRun, m_trace.size());
    m_mostEvents = m_trace.size() + std::min(left, limits.eventsPerInstant);
}

void World::dispatch(std::uint32_t slot)
{
    if (slot >= m_firstSlot) {
        const std::uint32_t index = (slot - m_firstSlot) >> m_patienceShift;
        return slot == slotOf(index) ? processTimer(index) : patienceOver(index);
    }
    const auto faults = static_cast<std::uint32_t>(m_model->faults.size());
    if (slot < faults)
        strike(slot);
    else if (slot < graceSlot(0))
        command(slot - faults);
    else
        graceOver(slot - graceSlot(0));
}

void World::drainReady()
{
    while (m_readyHead < m_ready.size() && !stopped()) {
        deliver(m_ready[m_readyHead++]);
        if (m_readyHead >= 4096) {
            m_ready.erase(m_ready.begin(), m_ready.begin() + static_cast<std::ptrdiff_t>(m_readyHead));
            m_readyHead = 0;
        }
    }
    m_ready.clear();
    m_readyHead = 0;
}

/// One legal schedule among all: deliveries to one process keep their order, everything else may overtake,
/// also what the same instant's timers set off.
void World::drainRandomly()
{
    while (m_readyHead < m_ready.size() && !stopped()) {
        const std::size_t chosen = pickReady();
        if (chosen == m_ready.size()) {
            dispatch(m_queue.take());
        } else {
            const Ready ready = m_ready[chosen];
            m_ready.erase(m_ready.begin() + static_cast<std::ptrdiff_t>(chosen));
            deliver(ready);
        }
        flushDeferred();
    }
    m_ready.clear();
    m_readyHead = 0;
}

std::size_t World::pickReady()
{
    std::vector<std::size_t> candidates;
    for (std::size_t i = m_readyHead; i < m_ready.size(); ++i) {
        const auto sameTarget = [&](const Ready &earlier) { return earlier.process == m_ready[i].process; };
        const auto from = m_ready.begin() + static_cast<std::ptrdiff_t>(m_readyHead);
        if (std::none_of(from, m_ready.begin() + static_cast<std::ptrdiff_t>(i), sameTarget))
            candidates.push_back(i);
    }
    if (m_queue.firstTime() == m_now)
        candidates.push_back(m_ready.size());
    const std::uint64_t random = draw(streamKey(m_streams, 0, Purpose::Ties), m_tieDraws++);
    return candidates[scaleToBound(random, candidates.size())];
}

/// `ready` may lie in the queue, and is not to be used any more once something has been posted.
void World::deliver(const Ready &ready)
{
    if (ready.delivery == Delivery::FailedCall)
        return callFailed(ready);
    const Process &process = m_processes[ready.process];
    if (process.id() != ready.target || process.state == State::Dead)
        return;
    switch (ready.delivery) {
    case Delivery::Signal:
        give(ready.process, ready.signal);
        break;
    case Delivery::StopOrder:
        askToStop(ready.process, ready.signal.reason, ready.signal.cause);
        break;
    case Delivery::Spawn:
        startChild(ready.process, ready.key, ready.signal.id, ready.signal.hint, ready.signal.cause);
        break;
    case Delivery::ReloadOrder:
        reload(ready.process, ready.signal.cause);
        break;
    case Delivery::FailedCall:
        break;
    case Delivery::KillOrder:
        exitProcess(ready.process, {ReasonKind::Killed, {}}, ready.signal.cause);
        break;
    }
    flushDeferred();
}

EventId World::close()
{
    const Event &event = m_trace.last();
    const EventId id = m_trace.lastId();
    m_invariants.observe(event, id, m_nodes, m_findings);
    if (m_watchedKinds & (1U << static_cast<unsigned>(event.kind)))
        tellWatchers(event, id);
    if (m_trace.size() >= m_mostEvents)
        m_endCause =
            m_trace.size() >= m_model->limits.eventsPerRun ? EndCause::EventLimit : EndCause::InstantLimit;
    return id;
}

void World::tellWatchers(const Event &event, EventId id)
{
    if (!m_expectations.isIdle())
        m_expectations.observe(event, id, m_nodes, m_texts, m_findings);
    if (m_triggerKinds & (1U << static_cast<unsigned>(event.kind)))
        trigger(event, id);
}

/// Violations and changes of the lifecycle become events only between two lists of effects: the machines
/// count on the numbers that their own reports will get.
void World::emitDeferred()
{
    for (const Event &event : m_deferred) {
        m_trace.open(m_now.ns(), *this) = event;
        close();
    }
    m_deferred.clear();
    if (m_findings.empty())
        return;
    for (const Finding &finding : m_findings) {
        Event &violation = open(EventKind::Violation, NodeId{0}, m_nodeStates[0].incarnation, finding.cause);
        violation.a = finding.code;
        violation.text = m_texts.intern(finding.message);
        const EventId id = m_trace.lastId();
        if (finding.code & violationOfInvariant)
            m_invariants.reported(finding.code, m_now, id);
        else
            m_expectations.reported(finding.code, m_now, id);
    }
    m_findings.clear();
}

RunResult World::finish()
{
    const EventId last{static_cast<std::uint32_t>(m_trace.size() - 1)};
    const bool cut = stopped() && m_endCause != EndCause::Horizon;
    if (cut) {
        m_expectations.cut();
    } else {
        m_expectations.finish(m_now, last, m_texts, m_findings);
        m_invariants.finish(m_now, last, m_nodes, m_findings);
    }
    flushDeferred();
    if (!cut && !m_startFailure.empty())
        m_endCause = EndCause::StartFailed;
    RunResult result;
    const NodeId waiting = m_endCause == EndCause::Quiet ? waitingForEver() : NodeId{};
    if (waiting.isValid())
        m_endCause = EndCause::Stuck;
    result.endText = endText(m_endCause, waiting.isValid() ? path(waiting) : m_startFailure);
    open(EventKind::End, NodeId{0}, m_nodeStates[0].incarnation, {}).text = m_texts.intern(result.endText);

    result.seed = m_seed;
    result.end = m_now;
    result.endCause = m_endCause;
    result.events = m_trace.size();
    result.restarts = m_restarts;
    result.fingerprint = m_trace.finish(*this);
    result.root = m_lifecycle;
    result.controls = m_controls;
    result.expectations = m_expectations.results();
    result.invariants = m_invariants.violations();
    const bool failed = !result.invariants.empty()
                        || std::any_of(result.expectations.begin(), result.expectations.end(),
                                       [](const ExpectationResult &one) { return !one.passed; });
    const bool rootFailed = result.root.report() && result.root.report()->state == LifecycleState::Failed;
    const bool truncated = m_endCause == EndCause::EventLimit || m_endCause == EndCause::InstantLimit
                           || m_endCause == EndCause::NodeLimit;
    // Nobody would call it running, either: whatever becomes of its children, nothing is done about it.
    const bool hangs = m_endCause == EndCause::Stuck;
    result.outcome = truncated             ? Outcome::Truncated
                     : failed              ? Outcome::Failed
                     : rootFailed || hangs ? Outcome::GaveUp
                                           : Outcome::Passed;
    return result;
}

/// Nothing can happen any more: which supervisor waits for an answer all the same? Of several the
/// deepest, since those above it may only wait for its end.
NodeId World::waitingForEver() const
{
    NodeId deepest;
    std::uint32_t depth = 0;
    for (const Process &process : m_processes) {
        const bool waits = process.machine != none && process.state != State::Dead && !process.hung
                           && m_machines[process.machine].isWaiting();
        if (!waits)
            continue;
        std::uint32_t above = 1;
        for (NodeId node = m_nodes[process.node].parent; node.isValid(); node = m_nodes[node].parent)
            ++above;
        if (above > depth || (above == depth && process.node < deepest)) {
            deepest = process.node;
            depth = above;
        }
    }
    return deepest;
}

void World::arm(std::uint32_t slot, Instant at)
{
    if (at.isNever())
        m_queue.disarm(slot);
    else
        m_queue.arm(slot, at, orderOfArming());
}

std::uint64_t World::orderOfArming()
{
    const std::uint64_t number = m_armed++;
    if (m_model->ties == Ties::Fifo)
        return behindStrikes | number;
    // The low bits keep the numbers apart, from those of strikes, too; the high ones shuffle.
    const std::uint64_t random = draw(streamKey(m_streams, 1, Purpose::Ties), number);
    return (random >> 34) << 32 | (number & 0x7fff'ffff);
}

}  // namespace daruma
