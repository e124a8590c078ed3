#pragma once

#include "engine/serial_machine.h"

#include <vector>

namespace daruma {

/// Children that run side by side and are never restarted: one that ends well is forgotten, the first that
/// fails stops all others at once, and when none is active any more the supervisor ends, with that first
/// error (processmanager 0.6.0, process_manager.rs). After its own error it is deaf until every stop has been
/// seen to be over, which it looks for every 10 ms.
///
/// A value: signals in, effects out. `spec` must outlive it.
class ParallelSupervisor : public SerialMachine<ParallelSupervisor> {
public:
    struct Record {
        ChildStatus status = ChildStatus::Undefined;
        bool backingOff = false;
        bool listens = false;     ///< it has started, and is not busy with a message
        bool isStopping = false;  ///< it was asked, or is to be asked when it listens
        bool isAsked = false;
        std::uint32_t reloads = 0;  ///< that it has not read yet
        ProcessId process;
        Instant killAt = Instant::never();
    };

    /// As new, keeping its memory.
    void reset(const SupervisorSpec &spec, Duration clockPhase);

    bool isWaiting() const;
    const std::vector<Record> &records() const { return m_records; }

private:
    friend class SerialMachine<ParallelSupervisor>;

    bool answersWait(const Signal &signal) const { return signal.kind == SignalKind::ChildSpawned; }
    void begin(Instant now, const Signal &signal, EffectList &effects);
    void resume(Instant now, const Signal &signal, EffectList &effects);

    void spawnNext(Instant now, EffectList &effects);
    void childEnded(Instant now, const Signal &signal, EffectList &effects);
    void stopAll(Instant now, EventId cause, EffectList &effects);
    void reloadAll(EventId cause, EffectList &effects);
    void deliver(Record &record, EffectList &effects);
    void killLate(Instant now, EffectList &effects);
    /// Ends where nothing is active; else arms the next deadline.
    void settle(Instant now, EffectList &effects);

    bool isAnyRunning() const;

    std::vector<Record> m_records;
    std::size_t m_cursor = 0;  ///< the child that is being spawned
    std::size_t m_active = 0;  ///< children whose end has not been seen
    bool m_hasFailed = false;
    bool m_isBlocked = false;  ///< by the stop that its first error set off
    Instant m_blockedSince;
    Instant m_blockedUntil;  ///< when the last end so far is looked for
    EventId m_lastEnd;
};

}  // namespace daruma
