#include "simulator/kernel/world.h"

#include <algorithm>

namespace daruma {

namespace {

void setReason(Event &event, ExitReason reason)
{
    event.reason = reason.kind;
    event.text = reason.text;
    event.hasReason = 1;
}

ExitReason failureOf(InitResult result)
{
    return {result.kind == InitResultKind::Panic ? ReasonKind::Panic : ReasonKind::Error, result.text};
}

}  // namespace

std::uint32_t World::allotProcess(NodeId node)
{
    NodeState &state = m_nodeStates[node.value];
    if (state.current != none) {
        if (m_processes[state.current].state == State::Dead)
            return state.current;
        m_leftovers.push_back(state.current);
    }
    if (!m_freeProcesses.empty()) {
        const std::uint32_t index = m_freeProcesses.back();
        m_freeProcesses.pop_back();
        return index;
    }
    const auto index = static_cast<std::uint32_t>(m_processes.size());
    Process &process = m_processes.emplace_back();
    process.slot = m_queue.addSlot();
    m_owners.push_back({SlotKind::Process, index});
    return index;
}

std::uint32_t World::startProcess(std::uint32_t parent, NodeId node, std::uint32_t definition,
                                  bool isSupervisor, const Behaviour *behaviour, std::uint32_t hint,
                                  EventId cause)
{
    const std::uint32_t index = allotProcess(node);
    NodeState &state = m_nodeStates[node.value];
    state.current = index;
    Process &process = m_processes[index];
    m_queue.disarm(process.slot);
    const std::uint32_t slot = process.slot;
    const std::uint32_t patienceSlot = process.patienceSlot;
    process = Process{};
    process.slot = slot;
    process.patienceSlot = patienceSlot;
    process.node = node;
    process.incarnation = ++state.incarnation;
    process.parent = parent;
    process.parentIncarnation = parent == none ? 0 : m_processes[parent].incarnation;
    process.hint = hint;
    process.definition = definition;
    process.isSupervisor = isSupervisor;
    process.behaviour = behaviour;
    process.state = State::Starting;
    process.since = m_now;
    open(EventKind::Start, node, process.incarnation, cause);
    process.startEvent = close();
    return index;
}

template <typename Part>
const Part &World::behaviourOf(const Process &process, Part Behaviour::*part,
                               bool Fault::Replaces::*replaced) const
{
    const NodeState &state = m_nodeStates[process.node.value];
    if (state.outage != none && m_now < state.outageUntil && m_model.faults[state.outage].replaces.*replaced)
        return m_model.faults[state.outage].outage.*part;
    return process.behaviour->*part;
}

void World::beginWorker(std::uint32_t index)
{
    Process &process = m_processes[index];
    const Distribution &time =
        behaviourOf(process, &Behaviour::initTime, &Fault::Replaces::initTime).at(process.incarnation);
    const StreamKey stream = streamKey(m_seed, m_nodes[process.node].pathHash, Purpose::InitTime);
    const Duration length = time.sample(stream, process.incarnation) + delay(DelayedStep::Init, index);
    if (length.isZero())
        return initDone(index);
    process.timer = Timer::InitDone;
    arm(process.slot, m_now + length);
}

void World::initDone(std::uint32_t index)
{
    Process &process = m_processes[index];
    const auto &choice =
        behaviourOf(process, &Behaviour::initResult, &Fault::Replaces::initResult).at(process.incarnation);
    InitResult result = choice.pick(streamKey(m_seed, m_nodes[process.node].pathHash, Purpose::InitResult),
                                    process.incarnation);
    if (result.kind == InitResultKind::Ok && !needsAreMet(process))
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
    Event &event = open(EventKind::Started, process.node, process.incarnation, process.startEvent);
    event.value = (m_now - process.since).ns();
    process.state = State::Running;
    process.since = m_now;
    m_nodeStates[process.node.value].lastStarted = process.incarnation;
    process.runEvent = close();
    if (!process.isSupervisor) {
        const StreamKey stream = streamKey(m_seed, m_nodes[process.node].pathHash, Purpose::Lifetime);
        const Duration life = behaviourOf(process, &Behaviour::lifetime, &Fault::Replaces::lifetime)
                                  .at(process.incarnation)
                                  .sample(stream, process.incarnation);
        process.timer = Timer::LifeOver;
        if (!life.isNever())
            arm(process.slot, m_now + life);
    }
    notifyParent(index, SignalKind::ChildStarted, {}, process.runEvent);
    if (m_nodeStates[process.node.value].isNeeded)
        needChanged(process.node, process.runEvent);
    if (process.orphaned)
        askToStop(index, process.pendingReason, process.stopEvent);
}

/// A start attempt that leaves no process behind.
void World::startEnded(std::uint32_t index, EventKind kind, SignalKind answer, ExitReason reason)
{
    Process &process = m_processes[index];
    process.state = State::Dead;
    Event &event = open(kind, process.node, process.incarnation, process.startEvent);
    event.value = (m_now - process.since).ns();
    if (kind == EventKind::InitFailed)
        setReason(event, reason);
    const EventId id = close();
    notifyParent(index, answer, reason, id);
}

void World::lifeOver(std::uint32_t index)
{
    const Process &process = m_processes[index];
    const StreamKey stream = streamKey(m_seed, m_nodes[process.node].pathHash, Purpose::ExitReason);
    const ExitReason reason = behaviourOf(process, &Behaviour::exitReason, &Fault::Replaces::exitReason)
                                  .at(process.incarnation)
                                  .pick(stream, process.incarnation);
    exitProcess(index, reason, process.runEvent);
}

/// The exit signal of its supervisor: `shutdown`, or `killed` when that was killed itself.
void World::askToStop(std::uint32_t index, ExitReason reason, EventId cause)
{
    Process &process = m_processes[index];
    if (process.isSupervisor) {
        give(index, {.kind = SignalKind::StopAsked, .reason = reason, .cause = cause});
        return;
    }
    if (process.state == State::Stopping || process.deaf)
        return;
    const std::uint32_t n = process.incarnation;
    const bool traps = process.behaviour->trapsExits;
    if (!traps)
        return exitProcess(index, reason, cause);
    process.stopEvent = cause;
    process.pendingReason = reason;
    if (process.state == State::Starting) {
        process.orphaned = true;
        return;
    }
    const std::uint64_t path = m_nodes[process.node].pathHash;
    const Duration length = behaviourOf(process, &Behaviour::stopTime, &Fault::Replaces::stopTime)
                                .at(n)
                                .sample(streamKey(m_seed, path, Purpose::StopTime), n)
                            + delay(DelayedStep::Stop, index);
    if (length.isNever()) {
        process.deaf = true;
        return;
    }
    if (reason.kind == ReasonKind::Shutdown)
        process.pendingReason = behaviourOf(process, &Behaviour::stopReason, &Fault::Replaces::stopReason)
                                    .at(n)
                                    .pick(streamKey(m_seed, path, Purpose::StopReason), n);
    process.state = State::Stopping;
    process.timer = Timer::StopDone;
    if (length.isZero()) {
        m_queue.disarm(process.slot);
        return exitProcess(index, process.pendingReason, cause);
    }
    arm(process.slot, m_now + length);
}

void World::exitProcess(std::uint32_t index, ExitReason reason, EventId cause)
{
    Process &process = m_processes[index];
    const bool starting = process.state == State::Starting;
    Event &event = open(EventKind::Exit, process.node, process.incarnation, cause);
    event.value = starting ? -1 : (m_now - process.since).ns();
    setReason(event, reason);
    process.state = State::Dead;
    m_queue.disarm(process.slot);
    if (process.patienceSlot != none)
        m_queue.disarm(process.patienceSlot);
    const EventId exit = close();
    // The supervisor hears of it first, then what is linked to it: the order that BEAM shows.
    const Duration late = starting ? Duration::zero() : delay(DelayedStep::ExitSignal, index);
    if (late.isZero()) {
        notifyParent(index, starting ? SignalKind::ChildFailed : SignalKind::ChildExited, reason, exit);
    } else {
        process.timer = Timer::ExitSignal;
        process.pendingReason = reason;
        process.stopEvent = exit;
        arm(process.slot, m_now + late);
    }
    if (process.isSupervisor)
        supervisorExited(index, reason, exit);
    const Process &ended = m_processes[index];
    if (m_nodeStates[ended.node.value].isNeeded)
        needChanged(ended.node, exit);
    if (m_nodeStates[ended.node.value].current != index) {
        m_leftovers.erase(std::find(m_leftovers.begin(), m_leftovers.end(), index));
        m_freeProcesses.push_back(index);
    }
}

void World::processTimer(std::uint32_t index)
{
    const Process &process = m_processes[index];
    switch (process.timer) {
    case Timer::InitDone:
        return initDone(index);
    case Timer::LifeOver:
        return lifeOver(index);
    case Timer::StopDone:
        return exitProcess(index, process.pendingReason, process.stopEvent);
    case Timer::ShutdownDeadline:
        return give(index, {.kind = SignalKind::DeadlinePassed, .cause = process.stopEvent});
    case Timer::BackoffOver:
        return notifyParent(index, SignalKind::BackoffOver, {}, process.stopEvent);
    case Timer::ExitSignal:
        return notifyParent(index, SignalKind::ChildExited, process.pendingReason, process.stopEvent);
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
    ready.kind = kind;
    ready.reason = reason;
    ready.child = {process.node, process.incarnation};
    ready.hint = process.hint;
    ready.cause = cause;
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
    for (const Selector &need : m_model.workers[process.definition].needs)
        for (const NodeId needed : need.nodes)
            if (!isRunning(needed))
                return false;
    return true;
}

void World::needChanged(NodeId node, EventId cause)
{
    const auto [first, last] =
        std::equal_range(m_needs.begin(), m_needs.end(), std::pair{node, NodeId{}},
                         [](const auto &a, const auto &b) { return a.first < b.first; });
    for (auto need = first; need != last; ++need) {
        const std::uint32_t index = m_nodeStates[need->second.value].current;
        if (index != none && m_processes[index].state == State::Running)
            checkPatience(index, cause);
    }
}

void World::checkPatience(std::uint32_t index, EventId cause)
{
    Process &process = m_processes[index];
    const bool waiting = process.patienceSlot != none && m_queue.isArmed(process.patienceSlot);
    if (needsAreMet(process)) {
        if (waiting)
            m_queue.disarm(process.patienceSlot);
        return;
    }
    if (waiting)
        return;
    const Duration patience =
        behaviourOf(process, &Behaviour::patience, &Fault::Replaces::patience)
            .at(process.incarnation)
            .sample(streamKey(m_seed, m_nodes[process.node].pathHash, Purpose::Patience),
                    process.incarnation);
    if (patience.isNever())
        return;
    if (process.patienceSlot == none) {
        process.patienceSlot = m_queue.addSlot();
        m_owners.push_back({SlotKind::Patience, index});
    }
    process.missingEvent = cause;
    arm(process.patienceSlot, m_now + patience);
}

void World::patienceOver(std::uint32_t index)
{
    exitProcess(index, {ReasonKind::Panic, {}}, m_processes[index].missingEvent);
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
