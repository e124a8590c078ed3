#include "simulator/kernel/world.h"

#include <algorithm>

namespace daruma {

void World::tellToReload(const Effect &effect)
{
    const std::uint32_t index = findProcess(effect.child);
    if (index == none || m_processes[index].state == State::Dead)
        return;
    open(EventKind::Reload, effect.child.node, effect.child.incarnation, effect.cause);
    const EventId id = close();
    Ready &ready = post(index);
    ready.delivery = Delivery::ReloadOrder;
    ready.signal.cause = id;
}

/// A supervisor passes it on and listens again; a worker is busy with it for a while.
void World::reload(std::uint32_t index, EventId cause)
{
    const Process process = m_processes[index];
    if (process.isSupervisor) {
        give(index, {.kind = SignalKind::ReloadAsked, .cause = cause});
        return notifyParent(index, SignalKind::ReloadDone, {}, cause);
    }
    const StreamKey stream = streamKey(m_seed, m_nodes[process.node].pathHash, Purpose::ReloadTime);
    const Distribution &time = ownBehaviour(process).reloadTime.at(process.incarnation);
    const Duration length = time.sample(stream, nextDraw(process.node)) + delay(DelayedStep::Reload, index);
    if (process.hung || length.isNever())
        return;
    if (length.isZero())
        return notifyParent(index, SignalKind::ReloadDone, {}, cause);
    // Its own clock is that of its life: this one belongs to a shadow of the same name.
    const std::uint32_t shadow = freeProcess();
    m_processes[shadow] = process;
    m_processes[shadow].state = State::Dead;
    m_processes[shadow].timer = Timer::ReloadDone;
    m_processes[shadow].stopEvent = cause;
    m_leftovers.push_back(shadow);
    ++m_reloads;
    arm(slotOf(shadow), m_now + length);
}

void World::reloadDone(std::uint32_t index)
{
    --m_reloads;
    notifyParent(index, SignalKind::ReloadDone, {}, m_processes[index].stopEvent);
    releaseLeftover(index);
}

/// A clock that nobody needs any more would keep the run from ending.
void World::forgetReload(ProcessId ended)
{
    const auto shadow = std::find_if(m_leftovers.begin(), m_leftovers.end(), [&](std::uint32_t index) {
        const Process &process = m_processes[index];
        return process.node == ended.node && process.incarnation == ended.incarnation
               && process.state == State::Dead && process.timer == Timer::ReloadDone;
    });
    if (shadow == m_leftovers.end())
        return;
    --m_reloads;
    m_queue.disarm(slotOf(*shadow));
    releaseLeftover(*shadow);
}

std::uint32_t World::nextDraw(NodeId node)
{
    if (node.value >= m_draws.size())
        m_draws.resize(m_nodes.size());
    return m_draws[node.value]++;
}

}  // namespace daruma
