#pragma once

#include "engine/serial_machine.h"

#include <vector>

namespace daruma {

/// A supervisor whose children are a list in start order: OTP's one_for_one, one_for_all and rest_for_one
/// (OTP 25, stdlib 4.2, supervisor.erl; otp-semantics rules 1 to 58 and 65 to 74).
///
/// A value: signals in, effects out. It does one thing at a time; while it waits for a child's start or end
/// it defers every other signal. Copying it is taking a snapshot. `spec` must outlive it.
class ListSupervisor : public SerialMachine<ListSupervisor> {
public:
    struct Record {
        Instant startedAt;
        ProcessId process;           ///< the last one, also when it no longer lives
        std::uint32_t spec = 0;      ///< index into the specification's children, then into the added ones
        std::uint16_t backoffs = 0;  ///< delays since the last reset
        ChildStatus status = ChildStatus::Undefined;
        bool backingOff : 1 = false;
        bool diedUnseen : 1 = false;  ///< its exit was not to be seen (`SeenExits`): nobody waits for its end
    };
    static_assert(sizeof(Record) == 24, "a supervisor may have very many");

    ListSupervisor() = default;
    ListSupervisor(const SupervisorSpec &spec, Duration clockPhase) { reset(spec, clockPhase); }

    /// As new, keeping its memory.
    void reset(const SupervisorSpec &spec, Duration clockPhase);

    const std::vector<Record> &records() const { return m_records; }
    const ChildSpec &specOf(const Record &record) const;

private:
    friend class SerialMachine<ListSupervisor>;

    enum class Job : std::uint8_t {
        Idle,
        Booting,
        BootFailed,
        StoppingGroup,
        StartingGroup,
        StartingOne,
        StoppingOne,
        Ending,
    };

    bool awaitsExitOf(ProcessId process) const { return process == m_waitFor; }
    void begin(Instant now, const Signal &signal, EffectList &effects);
    void resume(Instant now, const Signal &signal, EffectList &effects);

    void childExited(Instant now, const Signal &signal, EffectList &effects);
    void retry(Instant now, const Signal &signal, EffectList &effects);
    void decideRestart(Instant now, std::size_t child, const Signal &signal, EffectList &effects);
    void performRestart(std::size_t child, EffectList &effects);
    void autoShutdown(const ChildSpec &gone, EventId cause, EffectList &effects);

    void beginStops(Job job, SiblingRange range);
    void runStops(EffectList &effects);
    bool stopWaits(std::size_t child, EffectList &effects);
    void stopped(std::size_t child, EffectList &effects);
    void stopsDone(EffectList &effects);
    void end(ExitReason reason, EventId cause, bool stopChildren, EffectList &effects);

    void runStarts(EffectList &effects);
    void startSettled(Instant now, const Signal &signal, EffectList &effects);
    void startsDone(EffectList &effects);
    void startFailed(const Signal &signal, EffectList &effects);
    void oneSettled(Instant now, const Signal &signal, EffectList &effects);

    void command(const Signal &signal, EffectList &effects);
    void startChild(const Signal &signal, EffectList &effects);
    void restartChild(const Signal &signal, EffectList &effects);
    void terminateChild(const Signal &signal, EffectList &effects);
    void deleteChild(const Signal &signal, EffectList &effects);
    void whichChildren(EffectList &effects);
    void countChildren(EffectList &effects);

    std::size_t find(ProcessId process, std::uint32_t hint) const;
    std::size_t find(ChildId id) const;
    void erase(std::size_t child, EventId cause, EffectList &effects);
    void cancelBackoff(std::size_t child, EffectList &effects);

    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    std::vector<Record> m_records;
    std::vector<ChildSpec> m_added;
    Job m_job = Job::Idle;
    std::size_t m_cursor = 0;
    SiblingRange m_range;
    ProcessId m_waitFor;
    ChildId m_failed;  ///< the child whose start failed the boot
};

}  // namespace daruma
