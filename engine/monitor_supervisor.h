#pragma once

#include "engine/serial_machine.h"

#include <vector>

namespace daruma {

/// A supervisor that spawns its children and monitors them, and does nothing else: it waits for no start, has
/// no stop protocol but `kill`, and replaces the process in a child's place (rusm-otp 0.1.3, supervisor.rs).
///
/// A value: signals in, effects out. Copying it is taking a snapshot. `spec` must outlive it.
class MonitorSupervisor : public SerialMachine<MonitorSupervisor> {
public:
    struct Record {
        ChildStatus status = ChildStatus::Undefined;
        bool backingOff = false;
        std::uint16_t backoffs = 0;  ///< delays since the last reset
        ProcessId process;
        Instant startedAt;
    };

    /// As new, keeping its memory.
    void reset(const SupervisorSpec &spec, Duration clockPhase);

    const std::vector<Record> &records() const { return m_records; }
    const ChildSpec &specOf(const Record &record) const
    {
        return m_spec->children[static_cast<std::size_t>(&record - m_records.data())];
    }

private:
    friend class SerialMachine<MonitorSupervisor>;

    bool answersWait(const Signal &signal) const;
    void begin(Instant now, const Signal &signal, EffectList &effects);
    void resume(Instant now, const Signal &signal, EffectList &effects);

    void childDown(Instant now, const Signal &signal, EffectList &effects);
    void giveUp(const Signal &signal, RestartCount count, EffectList &effects);
    void restart(std::size_t child, EffectList &effects);
    void delayRestart(Instant now, std::size_t child, EffectList &effects);

    void spawn(SiblingRange range, EffectList &effects);
    void spawnNext(EffectList &effects);
    void terminate(SiblingRange range, std::size_t dead, EffectList &effects);
    void drain(const Signal &signal, EffectList &effects);
    void killAll(EffectList &effects);
    void end(ExitReason reason, EventId cause, EffectList &effects);

    std::size_t find(ProcessId process) const;

    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    std::vector<Record> m_records;
    std::vector<ProcessId> m_targets;  ///< killed, and not yet known to be down
    SiblingRange m_range;
    std::size_t m_cursor = 0;
    bool m_booting = false;
};

}  // namespace daruma
