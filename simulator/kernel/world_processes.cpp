#include "simulator/kernel/world.h"

#include <algorithm>

namespace daruma {

namespace {

ExitReason failureOf(InitResult result)
{
    return {result.kind == InitResultKind::Panic ? ReasonKind::Panic : ReasonKind::Error, result.text};
}

}  // namespace

std::uint32_t World::allotProcess(NodeId node)
{
    NodeState &state = m_nodeStates[node.value];
    if (state.current != none) {
        // Two instances may have one name: what the earlier one has to say or to wait for stays its own.
        const Process &latest = m_processes[state.current];
        const auto waits = [&] {
            return m_queue.isArmed(slotOf(state.current))
                   && (hasSupervisor(latest) || latest.timer == Timer::BackoffOver);
        };
        if (latest.state == State::Dead && !waits())
            return state.current;
        m_leftovers.push_back(state.current);
    }
    return freeProcess();
}

std::uint32_t World::freeProcess()
{
    if (!m_freeProcesses.empty()) {
        const std::uint32_t index = m_freeProcesses.back();
        m_freeProcesses.pop_back();
        return index;
    }
    const auto index = static_cast<std::uint32_t>(m_processes.size());
    m_processes.emplace_back();
    m_queue.extend(slotOf(index + 1));
    return index;
}

std::uint32_t World::startProcess(std::uint32_t parent, NodeId node, std::uint32_t definition,
                                  bool isSupervisor, std::uint32_t startable, std::uint32_t hint,
                                  EventId cause)
{
    const std::uint32_t index = allotProcess(node);
    NodeState &state = m_nodeStates[node.value];
    state.current = index;
    Process &process = m_processes[index];
    m_queue.disarm(slotOf(index));
    process = Process{};
    process.node = node;
    process.incarnation = ++state.incarnation;
    process.parent = parent;
    process.parentIncarnation = parent == none ? 0 : m_processes[parent].incarnation;
    process.hint = hint;
    process.definition = definition;
    process.isSupervisor = isSupervisor;
    process.startable = startable;
    process.state = State::Starting;
    process.since = m_now;
    open(EventKind::Start, node, process.incarnation, cause);
    process.beginEvent = close();
    return index;
}

template <auto part, auto replaced> const auto &World::behaviourOf(const Process &process) const
{
    const std::uint32_t node = process.node.value;
    const std::uint32_t latest = node < m_latestOutage.size() ? m_latestOutage[node] : none;
    for (std::uint32_t i = latest; i != none; i = m_outages[i].previous) {
        const Fault &fault = m_model->faults[m_outages[i].fault];
        if (m_now < m_outages[i].until && fault.replaces.*replaced)
            return fault.outage.*part;
    }
    return ownBehaviour(process).*part;
}

/// No outage replaces that part of what it does.
template <auto part, auto replaced> bool World::isOwn(const Process &process) const
{
    return &behaviourOf<part, replaced>(process) == &(ownBehaviour(process).*part);
}

/// What it does by itself, from its own streams.
template <auto part, auto replaced> auto World::drawn(const Process &process, Purpose purpose) const
{
    const auto &entry = behaviourOf<part, replaced>(process).at(process.incarnation);
    // Most need no draw, and to name the stream would cost more than everything else here.
    if (entry.isCertain())
        return entry.first();
    const StreamKey stream = streamKey(m_streams, m_nodes[process.node].pathHash, purpose);
    return entry.sample(stream, process.incarnation);
}

bool World::trapsExits(const Process &process) const
{
    return ownBehaviour(process).trapsExits
           || !isOwn<&Behaviour::stopTime, &Fault::Replaces::stopTime>(process);
}

void World::beginWorker(std::uint32_t index)
{
    Process &process = m_processes[index];
    const Duration length =
        drawn<&Behaviour::initTime, &Fault::Replaces::initTime>(process, Purpose::InitTime)
        + delay(DelayedStep::Init, index);
    if (length.isZero())
        return initDone(index);
    process.timer = Timer::InitDone;
    arm(slotOf(index), m_now + length);
}

void World::initDone(std::uint32_t index)
{
    Process &process = m_processes[index];
    InitResult result =
        drawn<&Behaviour::initResult, &Fault::Replaces::initResult>(process, Purpose::InitResult);
    if (isOwn<&Behaviour::initResult, &Fault::Replaces::initResult>(process))
        result = ownInitResult(result, process);
    if (result.kind == InitResultKind::Ok && someoneNeeds() && !needsAreMet(process))
        result = {InitResultKind::Error, {}};
    switch (result.kind) {
    case InitResultKind::Ok:
        return started(index);
    case InitResultKind::Ignore:
        return startEnded(index, EventKind::Ignored, SignalKind::ChildIgnored, {});
    case InitResultKind::Error:
    case InitResultKind::Panic:
        return startEnded(index, EventKind::InitFailed, SignalKind::ChildFailed, failureOf(result));
    case InitResultKind::Hang:
        return;
    }
}

void World::started(std::uint32_t index)
{
    Process &process = m_processes[index];
    Event &event = open(EventKind::Started, process.node, process.incarnation, process.beginEvent);
    event.value = (m_now - process.since).ns();
    process.state = State::Running;
    process.since = m_now;
    m_nodeStates[process.node.value].lastStarted = process.incarnation;
    process.beginEvent = close();
    if (!process.isSupervisor) {
        const Duration life =
            drawn<&Behaviour::lifetime, &Fault::Replaces::lifetime>(process, Purpose::Lifetime);
        const bool isItsOwn = isOwn<&Behaviour::lifetime, &Fault::Replaces::lifetime>(process);
        process.timer = isItsOwn ? Timer::LifeOver : Timer::OutageLifeOver;
        if (!life.isNever())
            arm(slotOf(index), m_now + life);
    }
    notifyParent(index, SignalKind::ChildStarted, {}, process.beginEvent);
    if (isNeeded(process.node))
        needChanged(process.node);
    if (process.orphaned)
        askToStop(index, process.pendingReason, process.stopEvent);
}

/// A start attempt that leaves no process behind.
void World::startEnded(std::uint32_t index, EventKind kind, SignalKind answer, ExitReason reason)
{
    Process &process = m_processes[index];
    process.state = State::Dead;
    Event &event = open(kind, process.node, process.incarnation, process.beginEvent);
    event.value = (m_now - process.since).ns();
    if (kind == EventKind::InitFailed)
        event.setReason(reason);
    const EventId id = close();
    notifyParent(index, answer, reason, id);
    if (process.parent == none && m_lifecycle.ended(m_now, reason))
        lifecycleChanged(id, reason, kind == EventKind::InitFailed);
}

void World::lifeOver(std::uint32_t index)
{
    const Process &process = m_processes[index];
    const ExitReason reason =
        drawn<&Behaviour::exitReason, &Fault::Replaces::exitReason>(process, Purpose::ExitReason);
    exitProcess(index, reason, process.beginEvent);
}

/// The exit signal of its supervisor: `shutdown`, or `killed` when that was killed itself.
void World::askToStop(std::uint32_t index, ExitReason reason, EventId cause)
{
    Process &process = m_processes[index];
    if (process.isSupervisor)
        return askSupervisorToStop(index, reason, cause);
    if (process.state == State::Stopping || process.deaf)
        return;
    if (!trapsExits(process))
        return exitProcess(index, reason, cause);
    process.stopEvent = cause;
    process.pendingReason = reason;
    if (process.state == State::Starting) {
        process.orphaned = true;
        return;
    }
    const Duration length =
        drawn<&Behaviour::stopTime, &Fault::Replaces::stopTime>(process, Purpose::StopTime)
        + delay(DelayedStep::Stop, index);
    if (length.isNever()) {
        process.deaf = true;
        return;
    }
    if (reason.kind == ReasonKind::Shutdown)
        process.pendingReason =
            drawn<&Behaviour::stopReason, &Fault::Replaces::stopReason>(process, Purpose::StopReason);
    process.timer = Timer::StopDone;
    if (length.isZero()) {
        m_queue.disarm(slotOf(index));
        return exitProcess(index, process.pendingReason, cause);
    }
    process.state = State::Stopping;
    disarmPatience(index);
    arm(slotOf(index), m_now + length);
    if (isNeeded(process.node))
        needGone(process.node, cause);
}

void World::exitProcess(std::uint32_t index, ExitReason reason, EventId cause)
{
    Process &process = m_processes[index];
    if (m_reloads > 0)
        forgetReload({process.node, process.incarnation});
    const bool starting = process.state == State::Starting;
    const bool ran = process.state == State::Running;
    Event &event = open(EventKind::Exit, process.node, process.incarnation, cause);
    event.value = starting ? -1 : (m_now - process.since).ns();
    event.setReason(reason);
    process.state = State::Dead;
    m_queue.disarm(slotOf(index));
    disarmPatience(index);
    const EventId exit = close();
    // The supervisor hears of it first, then what is linked to it: the order that BEAM shows.
    const Duration late = starting ? Duration::zero() : delay(DelayedStep::ExitSignal, index);
    if (late.isZero()) {
        notifyParent(index, starting ? SignalKind::ChildFailed : SignalKind::ChildExited, reason, exit);
    } else {
        process.timer = Timer::ExitSignal;
        process.pendingReason = reason;
        process.stopEvent = exit;
        arm(slotOf(index), m_now + late);
    }
    if (process.isSupervisor)
        supervisorExited(index, reason, exit);
    if (!m_owned.empty())
        ownerEnded(m_processes[index].node, exit);
    const Process &ended = m_processes[index];
    const bool isLatest = m_nodeStates[ended.node.value].current == index;
    if (ran && isLatest && isNeeded(ended.node))
        needGone(ended.node, exit);
    if (!isLatest)
        releaseLeftover(index);
}

void World::ownerEnded(NodeId owner, EventId exit)
{
    for (const auto &[one, owned] : m_owned) {
        const std::uint32_t index = one == owner ? m_nodeStates[owned.value].current : none;
        if (index == none || m_processes[index].state == State::Dead)
            continue;
        Ready &ready = post(index);
        ready.signal.kind = SignalKind::OwnerEnded;
        ready.signal.cause = exit;
    }
}

bool World::hasSupervisor(const Process &process) const
{
    return process.parent != none && m_processes[process.parent].incarnation == process.parentIncarnation
           && m_processes[process.parent].state != State::Dead;
}

void World::processTimer(std::uint32_t index)
{
    const Process &process = m_processes[index];
    switch (process.timer) {
    case Timer::InitDone:
        return initDone(index);
    case Timer::LifeOver:
        if (const Cause cause = causeIn(CauseKind::Exit, process); isKept(cause)) {
            occurred(cause, m_trace.next());
            lifeOver(index);
        }
        return;
    case Timer::OutageLifeOver:
        return lifeOver(index);
    case Timer::StopDone:
        return exitProcess(index, process.pendingReason, process.stopEvent);
    case Timer::ShutdownDeadline:
        return give(index, {.kind = SignalKind::DeadlinePassed, .cause = process.stopEvent});
    case Timer::Select: {
        const StreamKey stream = streamKey(m_seed, m_nodes[process.node].pathHash, Purpose::Select);
        return give(index, {.kind = SignalKind::Selected,
                            .hint = static_cast<std::uint32_t>(draw(stream, nextDraw(process.node)) >> 32),
                            .cause = process.beginEvent});
    }
    case Timer::ReloadDone:
        return reloadDone(index);
    case Timer::BackoffOver:
        if (hasSupervisor(process))
            notifyParent(index, SignalKind::BackoffOver, {}, process.stopEvent);
        else
            startDetached(index);
        return releaseLeftover(index);
    case Timer::ExitSignal:
        notifyParent(index, SignalKind::ChildExited, process.pendingReason, process.stopEvent);
        return releaseLeftover(index);
    }
}

void World::notifyParent(std::uint32_t index, SignalKind kind, ExitReason reason, EventId cause)
{
    const Process &process = m_processes[index];
    if (process.parent == none) {
        if (kind == SignalKind::ChildFailed || kind == SignalKind::ChildIgnored)
            m_startFailure = kind == SignalKind::ChildIgnored ? "ignored" : reasonText(reason);
        return;
    }
    const Process &parent = m_processes[process.parent];
    if (parent.incarnation != process.parentIncarnation || parent.state == State::Dead)
        return;
    Ready &ready = post(process.parent);
    ready.signal.kind = kind;
    ready.signal.reason = reason;
    ready.signal.child = process.id();
    ready.signal.hint = process.hint;
    ready.signal.cause = cause;
}

// Needs
// -------------------------------------------------------------------------------------------------------

bool World::isRunning(NodeId node) const
{
    const NodeState &state = m_nodeStates[node.value];
    return state.current != none && m_processes[state.current].state == State::Running;
}

bool World::needsAreMet(const Process &process) const
{
    constexpr std::uint32_t noTable = 0xffff'ffff;
    const auto &needed = m_needsOf[process.definition];
    for (std::size_t i = 0; i < needed.size(); ++i) {
        const Selector &need = m_model->workers[process.definition].needs[i];
        const bool isGlob = need.definition == noTable && need.text.find_first_of("*?") != std::string::npos;
        if (needed[i].empty() && !isGlob)
            return false;
        if (!std::all_of(needed[i].begin(), needed[i].end(), [this](NodeId n) { return isRunning(n); }))
            return false;
    }
    return true;
}

/// The node no longer runs, or no longer does its work because it obeys a stop.
void World::needGone(NodeId node, EventId cause)
{
    m_needed[node.value].goneAt = m_now;
    m_needed[node.value].goneEvent = cause;
    needChanged(node);
}

void World::needChanged(NodeId node)
{
    const auto check = [this](NodeId needing) {
        const std::uint32_t index = m_nodeStates[needing.value].current;
        if (index != none && m_processes[index].state == State::Running && !m_processes[index].isSupervisor)
            checkPatience(index);
    };
    const auto [first, last] =
        std::equal_range(m_needs.begin(), m_needs.end(), std::pair{node, NodeId{}},
                         [](const auto &a, const auto &b) { return a.first < b.first; });
    for (auto need = first; need != last; ++need)
        check(need->second);
    for (std::size_t i = 0; i < m_addedNeeds.size(); ++i)
        if (m_addedNeeds[i].first == node)
            check(m_addedNeeds[i].second);
}

/// Each need is borne for the patience from the moment at which it went: the one that went first counts.
void World::checkPatience(std::uint32_t index)
{
    Process &process = m_processes[index];
    if (process.hung)
        return;
    const Needed *missing = nullptr;
    for (const auto &needed : m_needsOf[process.definition])
        for (const NodeId node : needed) {
            const Needed &state = m_needed[node.value];
            const bool isGone = !isRunning(node) && state.goneEvent.isValid();
            if (isGone && (!missing || state.goneAt < missing->goneAt))
                missing = &state;
        }
    if (!missing)
        return disarmPatience(index);
    m_missingEvent.resize(m_processes.size());
    if (m_queue.isArmed(patienceSlot(index)) && m_missingEvent[index] == missing->goneEvent)
        return;
    const Duration patience =
        drawn<&Behaviour::patience, &Fault::Replaces::patience>(process, Purpose::Patience);
    if (patience.isNever())
        return;
    m_missingEvent[index] = missing->goneEvent;
    arm(patienceSlot(index), std::max(m_now, missing->goneAt + patience));
}

void World::patienceOver(std::uint32_t index)
{
    exitProcess(index, {ReasonKind::Panic, {}}, m_missingEvent[index]);
}

/// A place that was made, or given to another table, while the tree runs has the needs of its table.
void World::addNeeds(NodeId node)
{
    if (m_nodes[node].isSupervisor || m_model->worker(m_nodes[node]).needs.empty())
        return;
    for (const auto &needed : m_needsOf[m_nodes[node].definition])
        for (const NodeId one : needed) {
            m_needed[one.value].isNeeded = true;
            m_addedNeeds.emplace_back(one, node);
        }
}

/// A place that was made while the tree runs may be what others need.
void World::joinNeeds(NodeId node, const std::string &path)
{
    for (const std::uint32_t needy : m_needy)
        for (std::size_t i = 0; i < m_needsOf[needy].size(); ++i) {
            if (!m_model->workers[needy].needs[i].matches(m_nodes[node], path))
                continue;
            m_needsOf[needy][i].push_back(node);
            m_needed[node.value].isNeeded = true;
            for (std::uint32_t n = 0; n < m_nodes.size(); ++n)
                if (!m_nodes[{n}].isSupervisor && m_nodes[{n}].definition == needy && n != node.value)
                    m_addedNeeds.emplace_back(node, NodeId{n});
        }
}

std::uint32_t World::findProcess(ProcessId id) const
{
    if (!id.isValid())
        return none;
    const std::uint32_t current = m_nodeStates[id.node.value].current;
    if (current != none && m_processes[current].incarnation == id.incarnation)
        return current;
    for (const std::uint32_t index : m_leftovers)
        if (m_processes[index].node == id.node && m_processes[index].incarnation == id.incarnation)
            return index;
    return none;
}

}  // namespace daruma
