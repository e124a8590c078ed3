#include "engine/policy/allowed_restarts.h"
#include "simulator/kernel/world.h"

#include <algorithm>

namespace daruma {

void World::boot()
{
    const std::uint32_t root = m_nodes[NodeId{0}].definition;
    const std::uint32_t index = startProcess(none, NodeId{0}, root, true, none, 0, {});
    lifecycleChanged(m_processes[index].beginEvent, {}, false);
    flushDeferred();
    bootSupervisor(index);
}

void World::bootSupervisor(std::uint32_t index)
{
    Process &process = m_processes[index];
    const SupervisorDefinition &definition = m_model->supervisors[process.definition];
    const auto &choice = definition.initResult.at(process.incarnation);
    const InitResult result = ownInitResult(
        choice.isCertain()
            ? choice.first()
            : choice.sample(streamKey(m_streams, m_nodes[process.node].pathHash, Purpose::InitResult),
                            process.incarnation),
        process);
    switch (result.kind) {
    case InitResultKind::Ok:
        break;
    case InitResultKind::Ignore:
        return startEnded(index, EventKind::Ignored, SignalKind::ChildIgnored, {});
    case InitResultKind::Error:
    case InitResultKind::Panic: {
        ExitReason reason{result.kind == InitResultKind::Error ? ReasonKind::Error : ReasonKind::Panic,
                          result.text};
        if (escalates(process.node))
            reason = failureOfSystem(reason);
        return startEnded(index, EventKind::InitFailed, SignalKind::ChildFailed, reason);
    }
    case InitResultKind::Hang:
        return;
    }
    if (m_freeMachines.empty()) {
        m_freeMachines.push_back(static_cast<std::uint32_t>(m_machines.size()));
        m_machines.emplace_back();
        m_startedLast.emplace_back();
    }
    process.machine = m_freeMachines.back();
    m_freeMachines.pop_back();
    std::uint64_t chance = 0;
    if (leavesToChance(definition.flags.rules.shape))
        chance =
            draw(streamKey(m_streams, m_nodes[process.node].pathHash, Purpose::Race), process.incarnation);
    m_machines[process.machine].reset(definition.flags, m_model->clockPhase, chance);
    m_startedLast[process.machine] = none;
    if (hasControlPlane(definition.flags.rules.shape))
        openControl(process.node, process.beginEvent);
    Ready &ready = post(index);
    ready.signal.kind = SignalKind::Boot;
    ready.signal.cause = process.beginEvent;
}

void World::give(std::uint32_t index, const Signal &signal)
{
    // A supervisor whose own init hangs has no machine yet: what is sent to it waits for ever.
    const std::uint32_t machine = m_processes[index].machine;
    if (machine == none)
        return;
    if (m_processes[index].hung) {
        if (signal.kind == SignalKind::Command)
            m_unheard.push_back({m_processes[index].id(), signal.cause, signal.command});
        return;
    }
    m_effects.clear();
    m_effects.nextEvent = m_trace.next().value;
    m_machines[machine].handle(m_now, signal, m_effects);
    carryOut(index, m_effects);
}

void World::askSupervisorToStop(std::uint32_t index, ExitReason reason, EventId cause)
{
    // One that hangs hears nothing.
    m_processes[index].isLeaving = m_processes[index].isLeaving || !m_processes[index].hung;
    give(index, {.kind = SignalKind::StopAsked, .reason = reason, .cause = cause});
}

void World::carryOut(std::uint32_t index, const EffectList &effects)
{
    for (const Effect &effect : effects.effects) {
        Process &process = m_processes[index];
        switch (effect.kind) {
        case EffectKind::Start:
            // A new process takes its turn behind what is already on its way.
            if (m_readyHead == m_ready.size() && m_model->ties == Ties::Fifo)
                startChild(index, effect.key, effect.id, effect.hint, effect.cause);
            else
                postSpawn(index, effect);
            break;
        case EffectKind::Stop:
        case EffectKind::Kill:
            stopChild(effect);
            break;
        case EffectKind::ArmDeadline:
            process.timer = Timer::ShutdownDeadline;
            arm(slotOf(index), m_now + effect.duration);
            break;
        case EffectKind::DisarmDeadline:
            m_queue.disarm(slotOf(index));
            break;
        case EffectKind::Restart:
            restartDecided(index, effect);
            break;
        case EffectKind::Backoff: {
            open(EventKind::Backoff, effect.child.node, effect.child.incarnation, effect.cause).value =
                m_pendingDelay.ns();
            const std::uint32_t waiting = processOfWaiting(index, effect.child);
            Process &child = m_processes[waiting];
            child.timer = Timer::BackoffOver;
            child.hint = effect.hint;
            child.stopEvent = close();
            arm(slotOf(waiting), m_now + m_pendingDelay);
            break;
        }
        case EffectKind::CancelBackoff:
            if (const std::uint32_t child = findProcess(effect.child); child != none) {
                m_queue.disarm(slotOf(child));
                releaseLeftover(child);
            }
            break;
        case EffectKind::DropStart:
            dropStart(index, effect.cause);
            break;
        case EffectKind::GaveUp: {
            const SupervisorSpec &flags = m_model->supervisors[process.definition].flags;
            const Rules &rules = flags.rules;
            const bool ends = rules.afterGiveUp == AfterGiveUp::Ends && effect.guard == Guard::None;
            process.isLeaving = process.isLeaving || ends;
            Event &event = open(EventKind::GaveUp, process.node, process.incarnation, effect.cause);
            event.setReason(effect.reason);
            event.a = effect.count.inWindow;
            event.b = effect.guard == Guard::None ? allowedRestarts(flags.limit, rules.tripTest) : effect.key;
            event.detail = static_cast<std::uint8_t>(effect.guard);
            event.other = effect.child.node;
            const EventId id = close();
            if (ends && process.parent == none && m_lifecycle.stopping(true))
                lifecycleChanged(id, effect.reason, true);
            break;
        }
        case EffectKind::AutoShutdown: {
            process.isLeaving = true;
            open(EventKind::AutoShutdown, process.node, process.incarnation, effect.cause);
            const EventId id = close();
            if (process.parent == none && m_lifecycle.stopping(false))
                lifecycleChanged(id, {}, false);
            break;
        }
        case EffectKind::Removed:
            open(EventKind::Removed, effect.child.node, effect.child.incarnation, effect.cause);
            close();
            break;
        case EffectKind::Unmatched: {
            Event &event =
                open(EventKind::Unmatched, effect.child.node, effect.child.incarnation, effect.cause);
            event.setReason(effect.reason);
            event.other = process.node;
            close();
            break;
        }
        case EffectKind::Reply:
            if (effect.reply == ReplyKind::Exited)
                failCall(index, effect);
            else
                reply(index, effect, effects);
            break;
        case EffectKind::Started:
            started(index);
            if (ControlPlane *plane = m_controls.empty() ? nullptr : controlOf(process.node)) {
                plane->markAlive(m_now);
                controlChanged(process.node, process.beginEvent, {}, false);
            }
            if (process.parent == none && m_lifecycle.started(m_now))
                lifecycleChanged(process.beginEvent, {}, false);
            // A control plane is alive before its loop does anything; no report of that loop follows in
            // these effects, so no number is taken away from one.
            if (hasControlPlane(m_model->supervisors[process.definition].flags.rules.shape))
                flushDeferred();
            break;
        case EffectKind::StartFailed:
            startFailed(index, effect);
            break;
        case EffectKind::Terminated:
            process.sparesChildren = effect.leavesChildren;
            exitProcess(index,
                        effect.payload != PanicPayload::None ? panicOf(effect)
                        : effect.returnsError                ? asError(effect.reason)
                                                             : effect.reason,
                        effect.cause);
            break;
        case EffectKind::Reload:
            tellToReload(effect);
            break;
        case EffectKind::Select:
            process.timer = Timer::Select;
            arm(slotOf(index), m_now);
            break;
        case EffectKind::EndTurn:
            post(index).signal.kind = SignalKind::TurnOver;
            break;
        }
    }
}

void World::postSpawn(std::uint32_t index, const Effect &effect)
{
    Ready &ready = post(index);
    ready.delivery = Delivery::Spawn;
    ready.signal.hint = effect.hint;
    ready.signal.cause = effect.cause;
    ready.key = effect.key;
    ready.signal.id = effect.id;
}

void World::startChild(std::uint32_t index, std::uint32_t key, ChildId id, std::uint32_t hint, EventId cause)
{
    const Process &parent = m_processes[index];
    startChildFor({parent.node, parent.incarnation}, index, key, id, hint, cause);
}

/// Whoever has ended since hears nothing of what it started.
void World::startChildFor(ProcessId supervisor, std::uint32_t index, std::uint32_t key, ChildId id,
                          std::uint32_t hint, EventId cause)
{
    const Process &parent = m_processes[index];
    const SupervisorDefinition &definition = m_model->supervisors[parent.definition];
    const bool listed = key < startableKey;
    const Startable *startable = listed ? nullptr : &m_model->startables[key - startableKey];
    // An instance is made from the template of whoever is asked.
    const bool isInstance = definition.flags.strategy == Strategy::SimpleOneForOne;
    const SupervisorDefinition::Listed from = isInstance ? definition.listed.front()
                                              : listed   ? definition.listed[key]
                                                         : startable->from;
    // The block of places belongs to the table that the scenario lists there; start_child may have put
    // another.
    const bool hasBlock = listed && parent.node.value < m_model->nodes.size()
                          && m_model->nodes[parent.node].definition == parent.definition
                          && m_model->nodes[parent.node].isSupervisor;
    const NodeId node = childNode(parent.node, id, hasBlock, key, from);
    if (!node.isValid())
        return;
    const Node &place = m_nodes[node];
    if (place.definition != from.definition || place.isSupervisor != from.isSupervisor)
        redefine(node, from);
    const std::uint32_t behaviour = startable && startable->behaviour ? key - startableKey : none;
    const std::uint32_t child =
        startProcess(index, node, from.definition, from.isSupervisor, behaviour, hint, cause);
    if (m_processes[index].machine != none)
        m_startedLast[m_processes[index].machine] = child;
    m_processes[child].parentIncarnation = supervisor.incarnation;
    if (!awaitsStarts(definition.flags.rules.shape))
        notifyParent(child, SignalKind::ChildSpawned, {}, m_processes[child].beginEvent);
    if (!from.isSupervisor)
        beginWorker(child);
    else if (definition.flags.rules.nestedSupervisors == NestedSupervisors::Start)
        bootSupervisor(child);
    else
        startEnded(child, EventKind::InitFailed, SignalKind::ChildFailed,
                   {ReasonKind::Error, m_texts.intern("a supervisor has no task factory")});
}

NodeId World::childNode(NodeId parent, ChildId id, bool mayUseBlock, std::uint32_t key,
                        SupervisorDefinition::Listed from)
{
    const Node &above = m_nodes[parent];
    if (mayUseBlock && above.firstChild.isValid())
        return NodeId{above.firstChild.value + key};
    if (const NodeId known = m_nodes.findAdded(parent, id); known.isValid())
        return known;
    for (std::uint32_t i = 0; above.firstChild.isValid() && i < above.childCount; ++i)
        if (m_nodes[NodeId{above.firstChild.value + i}].id == id)
            return NodeId{above.firstChild.value + i};
    return addNode(parent, id, from);
}

NodeId World::addNode(NodeId parent, ChildId id, SupervisorDefinition::Listed from)
{
    if (m_nodes.size() >= m_model->limits.nodes) {
        m_endCause = EndCause::NodeLimit;
        return {};
    }
    const NodeId node = m_nodes.add(parent, id, m_texts);
    m_nodes.addSingly(node);
    // Known before selectors look: the name of a table means what was made from it.
    Node &place = m_nodes.change(node);
    place.definition = from.definition;
    place.isSupervisor = from.isSupervisor;
    m_nodeStates.emplace_back();
    if (someoneNeeds())
        m_needed.emplace_back();
    const std::string path = m_nodes.path(node, m_texts);
    for (std::size_t i = 0; i < m_faults.size(); ++i) {
        const Fault &fault = m_model->faults[i];
        if (fault.into.matches(m_nodes[node], path))
            m_faults[i].targets.push_back(node);
        if (fault.when && fault.when->node.matches(m_nodes[node], path))
            m_faults[i].triggers.push_back(node);
    }
    joinNeeds(node, path);
    addNeeds(node);
    return node;
}

/// Another table than before is started at a place: what means a table by its name no longer means the place,
/// or does so from now on.
void World::redefine(NodeId node, SupervisorDefinition::Listed from)
{
    m_redefined.push_back(node);
    Node &place = m_nodes.change(node);
    place.definition = from.definition;
    place.isSupervisor = from.isSupervisor;
    const std::string path = m_nodes.path(node, m_texts);
    for (const std::uint32_t needy : m_needy)
        for (std::vector<NodeId> &needed : m_needsOf[needy])
            std::erase(needed, node);
    joinNeeds(node, path);
    addNeeds(node);
    if (!m_expectations.isIdle())
        m_expectations.redefine(node, m_nodes);
    const auto update = [&](const Selector &selector, std::vector<NodeId> &nodes) {
        const auto known = std::find(nodes.begin(), nodes.end(), node);
        const bool isMeant = selector.matches(m_nodes[node], path);
        if (isMeant && known == nodes.end())
            nodes.push_back(node);
        else if (!isMeant && known != nodes.end())
            *known = NodeId{};  // not erased: a strike may be on its way through the list
    };
    for (std::size_t i = 0; i < m_faults.size(); ++i) {
        const Fault &fault = m_model->faults[i];
        update(fault.into, m_faults[i].targets);
        if (fault.when)
            update(fault.when->node, m_faults[i].triggers);
    }
}

void World::restartDecided(std::uint32_t index, const Effect &effect)
{
    const Process &process = m_processes[index];
    const SupervisorSpec &flags = m_model->supervisors[process.definition].flags;
    Event &event = open(EventKind::Restart, effect.child.node, effect.child.incarnation, effect.cause);
    event.setReason(effect.reason);
    event.detail = static_cast<std::uint8_t>(flags.strategy);
    event.a = effect.count.inWindow;
    event.b = effect.guard == Guard::None ? allowedRestarts(flags.limit, flags.rules.tripTest) : effect.key;
    event.other = process.node;
    m_pendingDelay = effect.duration;
    if (effect.backoff != ChildSpec::noBackoff) {
        const std::uint64_t path = m_nodes[effect.child.node].pathHash;
        const std::uint64_t random =
            draw(streamKey(m_streams, path, Purpose::Backoff), effect.child.incarnation);
        m_pendingDelay = backoffDelay(flags.backoffs[effect.backoff], effect.earlier, random);
    }
    event.value = m_pendingDelay.ns();
    close();
    ++m_restarts;
}

void World::stopChild(const Effect &effect)
{
    const std::uint32_t index = findProcess(effect.child);
    if (index == none || m_processes[index].state == State::Dead) {
        // Its exit signal may still be on the way (a delayed one is overtaken, as OTP's monitor does).
        if (index != none && m_queue.isArmed(slotOf(index))) {
            m_queue.disarm(slotOf(index));
            notifyParent(index, SignalKind::ChildExited, m_processes[index].pendingReason,
                         m_processes[index].stopEvent);
            releaseLeftover(index);
        }
        return;
    }
    Process &process = m_processes[index];
    const bool kill = effect.kind == EffectKind::Kill;
    open(kill ? EventKind::Kill : EventKind::Stop, process.node, process.incarnation, effect.cause);
    const EventId id = close();
    Ready &ready = post(index);
    ready.delivery = kill ? Delivery::KillOrder : Delivery::StopOrder;
    ready.signal.reason = {ReasonKind::Shutdown, {}};
    ready.signal.cause = id;
}

/// A panic and an abort, as the one who waited for the child reports them (processmanager 0.6.0,
/// process_manager.rs: spawn_child; error.rs).
ExitReason World::asError(ExitReason reason)
{
    if (reason.kind == ReasonKind::Panic) {
        const std::string what(reason.text.isValid() ? m_texts[reason.text] : "unknown panic");
        return {ReasonKind::Error, m_texts.intern("internal error: process panicked: " + what)};
    }
    if (reason.kind == ReasonKind::Killed)
        return {ReasonKind::Error, m_texts.intern("internal error: process cancelled")};
    return reason;
}

/// The end of a supervisor's process, whatever brought it about: whoever waits for an answer learns of it,
/// and what is linked to it gets its reason as an exit signal (rule 50).
void World::supervisorExited(std::uint32_t index, ExitReason reason, EventId exit)
{
    Process &process = m_processes[index];
    const ProcessId self = process.id();
    process.pendingReason = reason;
    if (process.machine != none) {
        Supervisor &machine = m_machines[process.machine];
        const Rules &rules = m_model->supervisors[process.definition].flags.rules;
        const ChildrenAtDeath fate = rules.childrenAtDeath;
        if (!process.sparesChildren && fate != ChildrenAtDeath::Orphaned)
            signalLinked(index, machine, reason, exit);
        if (!machine.isEnded()) {
            m_farewells.clear();
            machine.abandon(m_farewells);
            for (const Effect &effect : m_farewells.effects)
                failCall(index, effect);
            if (rules.delayedStarts == DelayedStarts::CalledOff)
                forgetBackoffs(index, machine);
        }
        for (const UnheardCall &call : m_unheard)
            if (call.supervisor == self)
                failCall(index, {.command = call.kind, .cause = call.event});
        std::erase_if(m_unheard, [self](const UnheardCall &call) { return call.supervisor == self; });
        m_freeMachines.push_back(process.machine);
        process.machine = none;
    }
    if (!m_controls.empty() && controlOf(self.node))
        closeControl(self.node, reason, exit);
    if (!m_shutdowns.empty())
        answerShutdowns(self);
    if (process.parent == none && m_lifecycle.ended(m_now, reason))
        lifecycleChanged(exit, reason, true);
}

void World::signalLinked(std::uint32_t index, const Supervisor &machine, ExitReason reason, EventId exit)
{
    const Process &process = m_processes[index];
    const ChildrenAtDeath fate = m_model->supervisors[process.definition].flags.rules.childrenAtDeath;
    const bool aborts = fate != ChildrenAtDeath::ExitSignal;
    const auto link = [&](std::uint32_t child) {
        if (child == none)
            return;
        const Process &linked = m_processes[child];
        if (linked.state != State::Dead && linked.parent == index
            && linked.parentIncarnation == process.incarnation
            && !(linked.isSupervisor && fate == ChildrenAtDeath::WorkersAborted)) {
            Ready &ready = post(child);
            ready.delivery = aborts ? Delivery::KillOrder : Delivery::StopOrder;
            ready.signal.reason = reason;
            ready.signal.cause = exit;
        }
    };
    machine.forEachRecord([&](const auto &record) {
        if (record.status == ChildStatus::Running)
            link(findProcess(record.process));
    });
    // What a supervisor that hangs started last, it never heard of.
    const std::uint32_t last = m_startedLast[process.machine];
    if (last != none && (m_processes[last].state == State::Starting || process.hung))
        link(last);
}

void World::startFailed(std::uint32_t index, const Effect &effect)
{
    Process &process = m_processes[index];
    const ExitReason reason =
        effect.payload != PanicPayload::None
            ? panicOf(effect)
            : ExitReason{ReasonKind::Shutdown,
                         m_texts.intern("failed_to_start_child:" + idText(effect.id, m_texts) + ":"
                                        + reasonText(effect.reason))};
    process.pendingReason = reason;
    Event &event = open(EventKind::InitFailed, process.node, process.incarnation, effect.cause);
    event.value = (m_now - process.since).ns();
    event.setReason(reason);
    process.state = State::Dead;
    const EventId id = close();
    notifyParent(index, SignalKind::ChildFailed, reason, id);
    supervisorExited(index, reason, id);
}

void World::dropStart(std::uint32_t index, EventId cause)
{
    const std::uint32_t child = m_startedLast[m_processes[index].machine];
    if (child != none && m_processes[child].state != State::Dead)
        stopChild({.kind = EffectKind::Kill, .child = m_processes[child].id(), .cause = cause});
}

}  // namespace daruma
