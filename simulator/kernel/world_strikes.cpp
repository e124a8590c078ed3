#include "simulator/kernel/world.h"

#include <algorithm>
#include <iterator>

namespace daruma {

namespace {

/// A fault's draws for one target depend on the fault and on the target's path alone.
std::uint64_t streamName(const Fault &fault, const Node &node)
{
    return fault.nameHash ^ mixBits(node.pathHash);
}

bool isBetween(const Fault &fault, Instant now)
{
    return fault.from <= now && now <= fault.until;
}

}  // namespace

void World::armStrikes()
{
    for (std::uint32_t i = 0; i < m_model->faults.size(); ++i) {
        const Fault &fault = m_model->faults[i];
        if (fault.kind == FaultKind::Delay)
            continue;
        if (fault.at)
            m_queue.arm(i, *fault.at, strikeOrder(fault.place));
        else if (fault.every)
            armNext(i);
    }
    const auto faults = static_cast<std::uint32_t>(m_model->faults.size());
    for (std::uint32_t i = 0; i < m_model->commands.size(); ++i)
        m_queue.arm(faults + i, m_model->commands[i].at, strikeOrder(m_model->commands[i].place));
}

std::uint64_t World::strikeOrder(std::uint32_t place) const
{
    if (m_model->ties == Ties::Fifo)
        return place;
    // Shuffled with the deadlines of the same instant (World::orderOfArming).
    const std::uint64_t random = draw(streamKey(m_streams, 2, Purpose::Ties), place);
    return (random >> 34) << 32 | 0x8000'0000U | place;
}

void World::armNext(std::uint32_t index)
{
    const Fault &fault = m_model->faults[index];
    FaultState &state = m_faults[index];
    if (state.taken >= fault.count)
        return;
    const StreamKey stream = streamKey(m_streams, fault.nameHash, Purpose::FaultTime);
    const Instant from = state.occurrences == 0 ? fault.from : m_now;
    const Instant next = from + fault.every->sample(stream, state.occurrences++);
    if (next <= fault.until && !next.isNever())
        m_queue.arm(index, next, strikeOrder(fault.place));
}

void World::strike(std::uint32_t index)
{
    const Fault &fault = m_model->faults[index];
    FaultState &state = m_faults[index];
    EventId cause;
    if (fault.when) {
        cause = state.pending.front().second;
        state.pending.erase(state.pending.begin());
        if (!state.pending.empty())
            m_queue.arm(index, Instant::fromNs(state.pending.front().first), strikeOrder(fault.place));
    }
    if (state.taken < fault.count) {
        const std::uint64_t occurrence = state.strikes++;
        bool took = false;
        // By index: a strike may lead to new places, which join only the next time.
        const std::size_t targets = state.targets.size();
        const std::vector<bool> isPicked = pickTargets(fault, state, occurrence);
        bool isAimless = true;
        for (std::size_t i = 0; i < targets; ++i) {
            if (!isPicked.empty() && !isPicked[i])
                continue;
            const NodeId node = state.targets[i];
            if (!node.isValid())
                continue;
            isAimless = false;
            const StreamKey stream =
                streamKey(m_streams, streamName(fault, m_nodes[node]), Purpose::FaultChance);
            if (!fault.chance.happens(stream, occurrence))
                continue;
            took = true;
            strikeNode(index, node, occurrence, cause);
        }
        if (isAimless) {
            took = true;
            // It brings nothing about, so it is no cause; where only named ones are kept, it is not there.
            if (!m_interventions.kept)
                emitFault(index, {}, 0, true, Duration::zero(), cause);
        }
        state.taken += took ? 1 : 0;
    }
    if (fault.every)
        armNext(index);
}

/// Each target draws a number of its own, and the smallest are picked: so a place that is added or taken away
/// changes nothing between the others. Empty where all are struck.
std::vector<bool> World::pickTargets(const Fault &fault, const FaultState &state,
                                     std::uint64_t occurrence) const
{
    const std::size_t targets = state.targets.size();
    if (fault.pick >= targets)
        return {};
    std::vector<std::pair<std::uint64_t, std::size_t>> draws;
    draws.reserve(targets);
    for (std::size_t i = 0; i < targets; ++i) {
        if (!state.targets[i].isValid())
            continue;
        const std::uint64_t name = streamName(fault, m_nodes[state.targets[i]]);
        draws.emplace_back(draw(streamKey(m_streams, name, Purpose::FaultPick), occurrence), i);
    }
    if (fault.pick >= draws.size())
        return {};
    const auto end = draws.begin() + fault.pick;
    std::nth_element(draws.begin(), end, draws.end());
    std::vector<bool> isPicked(targets);
    std::for_each(draws.begin(), end, [&](const auto &drawn) { isPicked[drawn.second] = true; });
    return isPicked;
}

EventId World::emitFault(std::uint32_t index, NodeId node, std::uint32_t incarnation, bool dropped,
                         Duration length, EventId cause)
{
    Event &event = open(EventKind::Fault, node, incarnation, cause);
    event.a = index;
    event.detail = dropped ? 1 : 0;
    event.value = length.isNever() ? -1 : length.ns();
    return close();
}

void World::strikeNode(std::uint32_t index, NodeId node, std::uint64_t occurrence, EventId cause)
{
    const Fault &fault = m_model->faults[index];
    const Cause own{CauseKind::Strike, index, occurrence, m_nodes[node].pathHash};
    if (!isKept(own))
        return;
    const std::uint32_t target = m_nodeStates[node.value].current;
    const State state = target == none ? State::Dead : m_processes[target].state;
    const std::uint32_t incarnation = m_nodeStates[node.value].incarnation;
    if (fault.kind == FaultKind::Outage) {
        const StreamKey stream =
            streamKey(m_streams, streamName(fault, m_nodes[node]), Purpose::OutageLength);
        const Duration length = fault.lasts.sample(stream, occurrence);
        beginOutage(index, node, m_now + length);
        const EventId id = emitFault(index, node, incarnation, false, length, cause);
        occurred(own, id);
        if (state == State::Running)
            endByFault(target, {ReasonKind::Panic, {}}, id);
        return;
    }
    // A kill reaches every living process, everything else only one that runs (oracle/README.md): a
    // supervisor that stops its children, or hangs, handles nothing else any more.
    const bool isBusy = target != none && m_processes[target].isSupervisor
                        && (m_processes[target].isLeaving || m_processes[target].hung);
    const bool reached = fault.kind == FaultKind::Kill || fault.kind == FaultKind::Hang
                             ? state != State::Dead
                             : state == State::Running && !isBusy;
    const EventId id = emitFault(index, node, incarnation, !reached, Duration::zero(), cause);
    if (!reached)
        return;
    occurred(own, id);
    switch (fault.kind) {
    case FaultKind::Kill:
        return exitProcess(target, {ReasonKind::Killed, {}}, id);
    case FaultKind::Panic:
    case FaultKind::Exit:
        return endByFault(target, fault.reason, id);
    case FaultKind::Hang:
        return hang(target);
    case FaultKind::Delay:
    case FaultKind::Outage:
        break;
    }
}

void World::beginOutage(std::uint32_t fault, NodeId node, Instant until)
{
    if (m_latestOutage.size() <= node.value)
        m_latestOutage.resize(m_nodes.size(), none);
    std::uint32_t &latest = m_latestOutage[node.value];
    const auto hasNoUse = [&](const Outage &outage) {
        return outage.until <= m_now || (outage.fault == fault && outage.until <= until);
    };
    while (latest != none && hasNoUse(m_outages[latest])) {
        m_freeOutages.push_back(latest);
        latest = m_outages[latest].previous;
    }
    const Outage outage{fault, latest, until};
    if (m_freeOutages.empty()) {
        latest = static_cast<std::uint32_t>(m_outages.size());
        m_outages.push_back(outage);
    } else {
        latest = m_freeOutages.back();
        m_freeOutages.pop_back();
        m_outages[latest] = outage;
    }
}

void World::endByFault(std::uint32_t target, ExitReason reason, EventId cause)
{
    const Process &process = m_processes[target];
    const bool stopsChildren =
        process.isSupervisor
        && m_model->supervisors[process.definition].flags.rules.ownFailure == OwnFailure::StopsChildren;
    if (stopsChildren)
        askSupervisorToStop(target, reason, cause);
    else
        exitProcess(target, reason, cause);
}

/// From now on it does nothing by itself and obeys nothing; a process that does not trap exits still dies of
/// its supervisor's exit signal, and `kill` ends it in any case. A supervisor traps exits.
void World::hang(std::uint32_t target)
{
    Process &process = m_processes[target];
    m_queue.disarm(slotOf(target));
    disarmPatience(target);
    process.hung = true;
    process.deaf = process.isSupervisor || trapsExits(process);
}

void World::trigger(const Event &event, EventId id)
{
    for (std::uint32_t i = 0; i < m_faults.size(); ++i) {
        const Fault &fault = m_model->faults[i];
        FaultState &state = m_faults[i];
        if (!fault.when || fault.when->event != event.kind || !isBetween(fault, m_now))
            continue;
        if (std::find(state.triggers.begin(), state.triggers.end(), event.node) == state.triggers.end())
            continue;
        // Where chance decides, one that waits may still leave its place to a later one.
        const std::size_t waiting = fault.chance.isAlways() ? state.pending.size() : 0;
        if (state.taken + waiting >= fault.count)
            continue;
        const StreamKey stream = streamKey(m_streams, fault.nameHash, Purpose::FaultAfter);
        const Instant at = m_now + fault.when->after.sample(stream, state.occurrences++);
        if (at.isNever())
            continue;
        const std::pair entry{at.ns(), id};
        const auto later = [](std::int64_t t, const auto &pending) { return t < pending.first; };
        state.pending.insert(std::upper_bound(state.pending.begin(), state.pending.end(), at.ns(), later),
                             entry);
        m_queue.arm(i, Instant::fromNs(state.pending.front().first), strikeOrder(fault.place));
    }
}

Duration World::drawDelay(DelayedStep step, std::uint32_t index)
{
    const auto &delays = m_delays[static_cast<std::size_t>(step)];
    const NodeId node = m_processes[index].node;
    const std::uint32_t incarnation = m_processes[index].incarnation;
    Duration total;
    for (const std::uint32_t i : delays) {
        const Fault &fault = m_model->faults[i];
        FaultState &state = m_faults[i];
        if (!isBetween(fault, m_now) || state.taken >= fault.count
            || std::find(state.targets.begin(), state.targets.end(), node) == state.targets.end())
            continue;
        const std::uint64_t name = streamName(fault, m_nodes[node]);
        if (!fault.chance.happens(streamKey(m_streams, name, Purpose::FaultChance), incarnation))
            continue;
        const Duration by = fault.by.sample(streamKey(m_streams, name, Purpose::FaultDelay), incarnation);
        const Cause own{CauseKind::Delay, i, 0, 0};
        if (!isKept(own))
            continue;
        const EventId id = emitFault(i, node, incarnation, false, by, {});
        if (state.taken++ == 0)
            occurred(own, id);
        total = total + by;
    }
    return total;
}

// Commands
// ----------------------------------------------------------------------------------------------------

void World::command(std::uint32_t index)
{
    const Cause own{CauseKind::Command, index, 0, 0};
    if (!isKept(own))
        return;
    occurred(own, m_trace.next());
    const Command &command = m_model->commands[index];
    std::vector<NodeId> targets = m_redefined.empty() ? command.to.nodes : std::vector<NodeId>{};
    const std::size_t known = m_redefined.empty() ? m_model->nodes.size() : 0;
    for (auto n = static_cast<std::uint32_t>(known); n < m_nodes.size(); ++n)
        if (m_nodes[{n}].isSupervisor && command.to.matches(m_nodes[{n}], path({n})))
            targets.push_back({n});
    if (targets.empty())
        targets.push_back({});
    for (const NodeId node : targets) {
        const std::uint32_t incarnation = node.isValid() ? m_nodeStates[node.value].incarnation : 0;
        Event &event = open(EventKind::Command, node, incarnation, {});
        event.a = index;
        event.detail = static_cast<std::uint8_t>(command.kind);
        const EventId id = close();
        m_given.emplace_back(id, index);
        commandTo(index, id, node);
    }
}

std::uint32_t World::commandOf(EventId event) const
{
    const auto given = std::lower_bound(m_given.begin(), m_given.end(), std::pair{event, 0U});
    DARUMA_ASSERT(given != m_given.end() && given->first == event, "only commands are answered");
    return given->second;
}

void World::commandTo(std::uint32_t index, EventId event, NodeId node)
{
    const Command &command = m_model->commands[index];
    if (!m_controls.empty() && askControl(index, event, node))
        return;
    const std::uint32_t target = node.isValid() ? m_nodeStates[node.value].current : none;
    if (target == none || m_processes[target].state == State::Dead || !m_processes[target].isSupervisor)
        return answerCall(index, event, node, endedText(node, "noproc"));
    if (command.kind == CommandKind::Shutdown)
        return shutdown(index, event, target);
    if (isForControlPlane(command.kind))
        return;
    Signal signal;
    signal.kind = SignalKind::Command;
    signal.command = command.kind;
    signal.id = command.child;
    signal.cause = event;
    const SupervisorSpec &flags = m_model->supervisors[m_processes[target].definition].flags;
    const bool hasInstances = flags.strategy == Strategy::SimpleOneForOne;
    if (command.startable != none) {
        const Startable &startable = m_model->startables[command.startable];
        if (hasInstances != startable.isInstance)
            return answerCall(index, event, node, "[\"error\", \"invalid_child_spec\"]");
        signal.spec = &startable.spec;
    }
    if (hasInstances && command.kind == CommandKind::TerminateChild) {
        // A caller knows an instance by the process that started last under that name.
        const NodeId child = m_nodes.findAdded(node, command.child);
        if (child.isValid() && m_nodeStates[child.value].lastStarted > 0)
            signal.child = {child, m_nodeStates[child.value].lastStarted};
    }
    give(target, signal);
}

/// The parent's exit signal `shutdown` for the root, an orderly stop (gen_server:stop) for any other.
void World::shutdown(std::uint32_t index, EventId event, std::uint32_t target)
{
    const Command &command = m_model->commands[index];
    const Process &process = m_processes[target];
    const ProcessId supervisor{process.node, process.incarnation};
    const bool isRoot = process.parent == none;
    if (!command.grace.isNever() && !m_queue.isArmed(graceSlot(index)))
        arm(graceSlot(index), m_now + command.grace);
    // Whoever starts the root waits until it is up, and only then can stop it.
    const Shape shape = m_model->supervisors[process.definition].flags.rules.shape;
    if (isRoot && process.state == State::Starting && !stopInterruptsStart(shape)) {
        m_heldShutdowns.push_back({index, event, supervisor});
        return;
    }
    const ShutdownAnswer answer = m_model->supervisors[process.definition].flags.rules.shutdownAnswer;
    m_shutdowns.push_back({index, event, supervisor, answer == ShutdownAnswer::AtOnce});
    if (answer == ShutdownAnswer::AtOnce)
        answerCall(index, event, process.node, "\"ok\"");
    if (isRoot && m_lifecycle.shutdownAsked({command.by, command.why}))
        lifecycleChanged(event, {}, false);
    open(EventKind::Stop, process.node, process.incarnation, event).value =
        command.grace.isNever() ? -1 : command.grace.ns();
    const EventId id = close();
    askSupervisorToStop(target, {ReasonKind::Shutdown, {}}, id);
}

void World::releaseShutdowns()
{
    const std::uint32_t root = m_nodeStates[0].current;
    if (m_processes[root].state == State::Starting)
        return;
    const std::vector<ShutdownCall> held = std::move(m_heldShutdowns);
    m_heldShutdowns.clear();
    for (const ShutdownCall &call : held) {
        if (m_processes[root].state == State::Dead) {
            answerCall(call.command, call.event, NodeId{0}, endedText(NodeId{0}, "noproc"));
            forgetGrace(call.command);
        } else {
            shutdown(call.command, call.event, root);
        }
    }
    flushDeferred();
    drainReady();
}

void World::answerCall(std::uint32_t index, EventId event, NodeId node, std::string_view result)
{
    const std::uint32_t incarnation = node.isValid() ? m_nodeStates[node.value].incarnation : 0;
    Event &reply = open(EventKind::Reply, node, incarnation, event);
    reply.a = index;
    reply.detail = static_cast<std::uint8_t>(m_model->commands[index].kind);
    reply.text = m_texts.intern(result);
    close();
}

void World::answerShutdowns(ProcessId ended)
{
    std::vector<ShutdownCall> answered;
    for (const ShutdownCall &call : m_shutdowns)
        if (call.supervisor == ended)
            answered.push_back(call);
    std::erase_if(m_shutdowns, [ended](const ShutdownCall &call) { return call.supervisor == ended; });
    for (const ShutdownCall &call : answered) {
        if (!call.isAnswered)
            answerCall(call.command, call.event, ended.node, shutdownResult(ended.node));
        forgetGrace(call.command);
    }
}

/// A clock that nobody needs any more would keep the run from ending.
void World::forgetGrace(std::uint32_t command)
{
    const auto isThis = [command](const ShutdownCall &call) { return call.command == command; };
    if (std::none_of(m_shutdowns.begin(), m_shutdowns.end(), isThis)
        && std::none_of(m_heldShutdowns.begin(), m_heldShutdowns.end(), isThis))
        m_queue.disarm(graceSlot(command));
}

/// The outer clock has run out: everything below the supervisor dies at once, and nobody restarts anything.
void World::graceOver(std::uint32_t index)
{
    // A glob may have asked several supervisors.
    std::vector<ShutdownCall> calls;
    const auto isThis = [index](const ShutdownCall &one) { return one.command == index; };
    std::copy_if(m_shutdowns.begin(), m_shutdowns.end(), std::back_inserter(calls), isThis);
    std::copy_if(m_heldShutdowns.begin(), m_heldShutdowns.end(), std::back_inserter(calls), isThis);
    for (const ShutdownCall &call : calls)
        killAll(call.supervisor.node, call.event);
}

void World::killAll(NodeId top, EventId cause)
{
    std::vector<std::uint32_t> doomed;
    for (std::uint32_t i = 0; i < m_processes.size(); ++i) {
        NodeId above = m_processes[i].node;
        while (above.isValid() && above != top)
            above = m_nodes[above].parent;
        if (above == top && m_processes[i].state != State::Dead)
            doomed.push_back(i);
    }
    std::sort(doomed.begin(), doomed.end(),
              [this](std::uint32_t a, std::uint32_t b) { return m_processes[a].node < m_processes[b].node; });
    for (const std::uint32_t i : doomed) {
        if (m_processes[i].state == State::Dead)
            continue;
        open(EventKind::Kill, m_processes[i].node, m_processes[i].incarnation, cause);
        exitProcess(i, {ReasonKind::Killed, {}}, close());
    }
}

}  // namespace daruma
