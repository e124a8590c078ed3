#pragma once

#include "engine/serial_machine.h"

#include <vector>

namespace daruma {

/// A supervisor of any number of instances of one template: OTP's simple_one_for_one (OTP 25, stdlib 4.2,
/// supervisor.erl, the `?is_simple` clauses; otp-semantics rules 59 to 64). A machine of its own because its
/// control flow differs from the list's: no order, no records of what does not run, one stop for all.
///
/// Two defects of OTP 25.2.3 are not copied: its wrong count of active children after a cancelled retry (rule
/// 63), and the entry without a process that `ignore` leaves on a restart (rule 64); an ignored instance is
/// forgotten, as OTP's manual says.
class InstanceSupervisor : public SerialMachine<InstanceSupervisor> {
public:
    struct Record {
        std::uint32_t key = 0;
        ChildId name;
        ChildStatus status = ChildStatus::Undefined;  ///< `Undefined` marks a free slot
        bool backingOff = false;
        bool diedUnseen = false;  ///< its exit was not to be seen (`SeenExits`), so nobody waits for its end
        std::uint16_t backoffs = 0;
        ProcessId process;  ///< the one that last ran; a restarting instance keeps it (rule 63)
        ProcessId attempt;  ///< the last one that was begun, which reports of a failed restart name
        std::uint64_t born = 0;
        Instant startedAt;
    };

    void reset(const SupervisorSpec &spec, Duration clockPhase);

    const std::vector<Record> &records() const { return m_records; }
    const ChildSpec &specOf(const Record &) const { return m_spec->children.front(); }

private:
    bool isDynamic() const { return m_spec->rules.instanceCalls == InstanceCalls::Dynamic; }

    friend class SerialMachine<InstanceSupervisor>;

    enum class Job : std::uint8_t { Idle, Restarting, StartingOne, StoppingOne, StoppingAll };

    bool awaitsExitOf(ProcessId process) const
    {
        return m_job == Job::StoppingAll || process == m_records[m_cursor].process;
    }
    void begin(Instant now, const Signal &signal, EffectList &effects);
    void resume(Instant now, const Signal &signal, EffectList &effects);

    void childExited(Instant now, const Signal &signal, EffectList &effects);
    void decideRestart(Instant now, std::size_t child, const Signal &signal, EffectList &effects);
    void startAgain(std::size_t child, EffectList &effects);
    void startAsked(const Signal &signal, EffectList &effects);
    void startSettled(Instant now, const Signal &signal, EffectList &effects);
    void terminateAsked(const Signal &signal, EffectList &effects);
    void deadlinePassed(EffectList &effects);
    void end(ExitReason reason, EventId cause, EffectList &effects);
    void command(const Signal &signal, EffectList &effects);
    void list(EffectList &effects);
    void count(EffectList &effects);

    const ShutdownPolicy &policy() const { return m_spec->children.front().shutdown; }
    bool isGone(const Record &record);
    std::size_t find(ProcessId process, std::uint32_t hint) const;
    std::size_t findAttempt(const Signal &signal) const;
    std::size_t allot();
    void forget(std::size_t child);
    std::vector<std::uint32_t> oldestFirst() const;

    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    std::vector<Record> m_records;
    std::vector<std::uint32_t> m_free;
    Job m_job = Job::Idle;
    std::size_t m_cursor = 0;
    std::size_t m_stopping = 0;  ///< processes that are still awaited
    std::uint64_t m_births = 0;
};

}  // namespace daruma
