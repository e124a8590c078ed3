#pragma once

#include "engine/effect.h"
#include "engine/mailbox.h"

#include <vector>

namespace daruma {

/// A supervisor whose children are a list in start order: OTP's one_for_one, one_for_all and rest_for_one
/// (OTP 25, stdlib 4.2, supervisor.erl; otp-semantics rules 1 to 58 and 65 to 74).
///
/// A value: signals in, effects out. It does one thing at a time; while it waits for a child's start or end
/// it defers every other signal. Copying it is taking a snapshot. `spec` must outlive it.
class ListSupervisor {
public:
    struct Record {
        std::uint32_t spec = 0;  ///< index into the specification's children, then into the added ones
        ChildStatus status = ChildStatus::Undefined;
        bool backingOff = false;
        bool diedUnseen = false;  ///< its exit was not to be seen (`SeenExits`), so nobody waits for its end
        std::uint16_t backoffs = 0;  ///< delays since the last reset
        ProcessId process;           ///< the last one, also when it no longer lives
        Instant startedAt;
    };

    ListSupervisor() = default;
    ListSupervisor(const SupervisorSpec &spec, Duration clockPhase) { reset(spec, clockPhase); }

    /// As new, keeping its memory.
    void reset(const SupervisorSpec &spec, Duration clockPhase);

    /// REQUIRES: not ended; a `ChildStarted`, `ChildFailed` or `ChildIgnored` only answers a `Start`.
    void handle(Instant now, const Signal &signal, EffectList &effects);

    /// It was killed: whoever waits for an answer gets `Exited`.
    void abandon(EffectList &effects);

    bool isEnded() const { return m_job == Job::Ended; }
    const std::vector<Record> &records() const { return m_records; }
    const ChildSpec &specOf(const Record &record) const;
    std::uint32_t restartsInWindow(Instant now) const
    {
        return m_window.used(now, m_clockPhase, m_spec->limit);
    }

private:
    enum class Job : std::uint8_t {
        Idle,
        Booting,
        BootFailed,
        StoppingGroup,
        StartingGroup,
        StartingOne,
        StoppingOne,
        Ending,
        Ended,
    };
    enum class Wait : std::uint8_t { Nothing, StartResult, Exit };

    bool answersWait(const Signal &signal) const;
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
    void terminated(bool leavesChildren, EffectList &effects);

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
    void reply(ReplyKind kind, EffectList &effects, ProcessId child = {}, ExitReason reason = {});

    std::size_t find(ProcessId process, std::uint32_t hint) const;
    std::size_t find(ChildId id) const;
    void erase(std::size_t child, EventId cause, EffectList &effects);
    void cancelBackoff(std::size_t child, EffectList &effects);

    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    const SupervisorSpec *m_spec = nullptr;
    Duration m_clockPhase;
    std::vector<Record> m_records;
    std::vector<ChildSpec> m_added;
    Mailbox m_mailbox;
    WholeSecondWindow m_window;

    Job m_job = Job::Idle;
    Wait m_wait = Wait::Nothing;
    bool m_deadlineArmed = false;
    std::size_t m_cursor = 0;
    SiblingRange m_range;
    ProcessId m_waitFor;
    EventId m_cause;      ///< of the current job's effects
    EventId m_stopEvent;  ///< the stop that a kill would follow
    ExitReason m_reason;  ///< with which it ends, or why its boot failed
    ChildId m_failed;     ///< the child whose start failed the boot
    Signal m_command;     ///< the call that is being answered; `cause` is invalid when there is none
};

}  // namespace daruma
