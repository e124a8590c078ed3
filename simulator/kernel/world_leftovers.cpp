#include "simulator/kernel/world.h"

#include <algorithm>

namespace daruma {

/// Of a process that has ended and is not its node's latest: it may be used again when nothing of it waits.
void World::releaseLeftover(std::uint32_t index)
{
    const Process &process = m_processes[index];
    if (m_nodeStates[process.node.value].current == index || m_queue.isArmed(slotOf(index)))
        return;
    m_leftovers.erase(std::find(m_leftovers.begin(), m_leftovers.end(), index));
    m_freeProcesses.push_back(index);
}

/// The process of an instance that waits for its restart while a newer one has its name.
std::uint32_t World::processOfWaiting(std::uint32_t supervisor, ProcessId id)
{
    if (const std::uint32_t known = findProcess(id); known != none)
        return known;
    const std::uint32_t index = freeProcess();
    Process &process = m_processes[index];
    process = Process{};
    process.node = id.node;
    process.incarnation = id.incarnation;
    process.parent = supervisor;
    process.parentIncarnation = m_processes[supervisor].incarnation;
    m_leftovers.push_back(index);
    return index;
}

/// Nobody will restart what still waits for it, and a clock that nobody needs keeps the run from ending.
void World::forgetBackoffs(std::uint32_t index, const Supervisor &machine)
{
    const auto forget = [this](std::uint32_t child) {
        m_queue.disarm(slotOf(child));
        releaseLeftover(child);
    };
    machine.forEachRecord([&](const auto &record) {
        const std::uint32_t child = record.backingOff ? findProcess(record.process) : none;
        if (child != none && m_processes[child].state == State::Dead)
            forget(child);
    });
    // A delay may be that of an earlier process than the record's last.
    const std::vector<std::uint32_t> leftovers = m_leftovers;
    for (const std::uint32_t child : leftovers) {
        const Process &waiting = m_processes[child];
        if (waiting.state == State::Dead && waiting.timer == Timer::BackoffOver && waiting.parent == index
            && waiting.parentIncarnation == m_processes[index].incarnation)
            forget(child);
    }
}

}  // namespace daruma
