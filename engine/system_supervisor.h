#pragma once

#include "engine/coin.h"
#include "engine/serial_machine.h"

#include <vector>

namespace daruma {

/// A supervisor of a system that is started by one start function, awaited child by child in order, and torn
/// down and started again as a whole (spry 0.0.4, system.rs).
///
/// A value: signals in, effects out. Copying it is taking a snapshot. `spec` must outlive it.
class SystemSupervisor : public SerialMachine<SystemSupervisor> {
public:
    /// How a child ended, as far as a restart of the system looks at it.
    enum class Outcome : std::uint8_t { None, Normal, Aborted, Panicked };

    struct Record {
        ChildStatus status = ChildStatus::Undefined;
        bool backingOff = false;
        bool hasBeenUp = false;
        Outcome lastOutcome = Outcome::None;  ///< of an end by itself: an end in a teardown is not noted
        std::uint16_t backoffs = 0;           ///< delays since the last reset
        ProcessId process;
        Instant startedAt;
    };

    /// As new, keeping its memory. `chance`: the key of its tosses.
    void reset(const SupervisorSpec &spec, Duration clockPhase, std::uint64_t chance);

    const std::vector<Record> &records() const { return m_records; }
    const ChildSpec &specOf(const Record &record) const
    {
        return m_spec->children[static_cast<std::size_t>(&record - m_records.data())];
    }

private:
    friend class SerialMachine<SystemSupervisor>;

    enum class Job : std::uint8_t {
        Idle,
        Starting,
        Interrupted,    ///< the start is given up; the answer of the child under way is awaited
        Restarting,     ///< tears down, to start again
        GivingUpStart,  ///< tears down, to fail its first start
        Ending,         ///< tears down, to end
    };

    bool answersWait(const Signal &signal) const;
    void begin(Instant now, const Signal &signal, EffectList &effects);
    void resume(Instant now, const Signal &signal, EffectList &effects);

    void loop(Instant now, EffectList &effects);
    void stopAsked(Instant now, const Signal &signal, EffectList &effects);
    void childExited(Instant now, const Signal &signal, EffectList &effects);
    void tryRestart(Instant now, EffectList &effects);
    void giveUp(RestartCount count, EffectList &effects);
    bool delayRestart(Instant now, EffectList &effects);
    void tornDown(Instant now, EffectList &effects);
    void delayOver(Instant now, EffectList &effects);
    void end(EffectList &effects);

    void startup(Instant now, EffectList &effects);
    void startNext(Instant now, EffectList &effects);
    void startSettled(Instant now, const Signal &signal, EffectList &effects);
    void startFailed(Instant now, const Signal &signal, EffectList &effects);
    void interrupt(EffectList &effects);
    void interrupted(Instant now, EffectList &effects);
    void failFirstStart(Instant now, EffectList &effects);
    bool reusesId(std::size_t child);
    bool staysDown(std::size_t child) const;

    void teardown(Job job, Instant now, EffectList &effects);
    void teardownNext(Instant now, EffectList &effects);

    bool stopWins() { return m_spec->rules.races == Races::StopFirst || m_coin.toss(); }
    std::size_t find(ProcessId process) const;

    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    /// Why it wants a restart, or cannot start: what an escalation tells.
    struct Trouble {
        StartFailure startFailure = StartFailure::None;
        ExitReason reason;
        ProcessId child;
        ChildId id;
        EventId cause;
    };

    std::vector<Record> m_records;
    Coin m_coin;
    Job m_job = Job::Idle;
    std::size_t m_cursor = 0;
    bool m_booting = false;
    bool m_isStopAsked = false;
    bool m_isDelayed = false;  ///< a restart may not start before the signal `BackoffOver`
    bool m_isPaced = false;    ///< … and this one not before a second after its teardown
    EventId m_stopCause;
    std::size_t m_trigger = none;  ///< the child whose end it restarts for, over all tries
    ProcessId m_triggered;         ///< its process that ended
    Trouble m_trouble;
    PanicPayload m_payload = PanicPayload::None;
};

}  // namespace daruma
