#pragma once

#include "engine/effect.h"
#include "engine/mailbox.h"

namespace daruma {

/// What the machines have in common, whatever their shape: like OTP's gen_server they handle one message
/// completely before the next, take only the answer that they wait for out of turn (rules 45 and 73), and owe
/// one reply at most.
///
/// `Machine` provides begin(now, signal, effects), resume(now, signal, effects) and awaitsExitOf(process);
/// one that waits for other answers has its own answersWait(signal).
template <typename Machine> class SerialMachine {
public:
    /// REQUIRES: not ended; a `ChildStarted`, `ChildFailed` or `ChildIgnored` only answers a `Start`.
    void handle(Instant now, const Signal &signal, EffectList &effects)
    {
        DARUMA_ASSERT(!m_ended, "a supervisor that has ended gets no signals");
        if (m_wait == Wait::Nothing)
            machine().begin(now, signal, effects);
        else if (machine().answersWait(signal))
            machine().resume(now, signal, effects);
        else
            return m_mailbox.push(signal);
        while (m_wait == Wait::Nothing && !m_ended && !m_mailbox.isEmpty())
            machine().begin(now, m_mailbox.pop(), effects);
    }

    /// It was killed: whoever waits for an answer gets `Exited`.
    void abandon(EffectList &effects)
    {
        m_ended = true;
        m_wait = Wait::Nothing;
        if (m_command.cause.isValid())
            reply(ReplyKind::Exited, effects);
        while (!m_mailbox.isEmpty()) {
            m_command = m_mailbox.pop();
            if (m_command.kind == SignalKind::Command)
                reply(ReplyKind::Exited, effects);
        }
    }

    bool isEnded() const { return m_ended; }
    bool isWaiting() const { return !m_ended && m_wait != Wait::Nothing; }

    /// The used part of the restart budget.
    std::uint32_t restartsInWindow(Instant now) const
    {
        return m_window.used(now, m_clockPhase, m_spec->limit);
    }

protected:
    enum class Wait : std::uint8_t { Nothing, StartResult, Exit, Delay, Init, Turn };

    void renew(const SupervisorSpec &spec, Duration clockPhase)
    {
        m_spec = &spec;
        m_clockPhase = clockPhase;
        m_mailbox.clear();
        m_window.clear();
        m_ended = false;
        m_wait = Wait::Nothing;
        m_deadlineArmed = false;
        m_command.cause = {};
    }

    RestartCount countRestart(Instant now)
    {
        return m_window.count(now, m_clockPhase, m_spec->limit, m_spec->rules.tripTest);
    }

    bool isSeen(ExitReason reason) const
    {
        switch (m_spec->rules.seenExits) {
        case SeenExits::All:
            break;
        case SeenExits::AllButPanics:
            return reason.kind != ReasonKind::Panic;
        case SeenExits::Returns:
            return reason.kind != ReasonKind::Panic && reason.kind != ReasonKind::Killed;
        case SeenExits::AllButKills:
            return reason.kind != ReasonKind::Killed;
        }
        return true;
    }

    /// Asks the child to end by its policy; the event of the request, which a kill would follow.
    EventId sendStop(ProcessId child, const ShutdownPolicy &policy, EffectList &effects)
    {
        effects.add(policy.brutal ? EffectKind::Kill : EffectKind::Stop, m_cause).child = child;
        return effects.lastEvent();
    }

    void armDeadline(const ShutdownPolicy &policy, EffectList &effects)
    {
        m_deadlineArmed = !policy.brutal && !policy.grace.isNever();
        if (m_deadlineArmed)
            effects.add(EffectKind::ArmDeadline, {}).duration = policy.grace;
    }

    void disarmDeadline(EffectList &effects)
    {
        if (m_deadlineArmed)
            effects.add(EffectKind::DisarmDeadline, {});
        m_deadlineArmed = false;
    }

    void terminated(bool leavesChildren, EffectList &effects)
    {
        effects.append({.kind = EffectKind::Terminated,
                        .leavesChildren = leavesChildren,
                        .reason = m_reason,
                        .cause = m_cause});
        abandon(effects);
    }

    void reply(ReplyKind kind, EffectList &effects, ProcessId child = {}, ExitReason reason = {})
    {
        effects.append({.kind = EffectKind::Reply,
                        .reply = kind,
                        .command = m_command.command,
                        .child = child,
                        .reason = reason,
                        .cause = m_command.cause});
        m_command.cause = {};
    }

    bool answersWait(const Signal &signal)
    {
        switch (signal.kind) {
        case SignalKind::ChildStarted:
        case SignalKind::ChildFailed:
        case SignalKind::ChildIgnored:
            return m_wait == Wait::StartResult;
        case SignalKind::ChildExited:
            return m_wait == Wait::Exit && machine().awaitsExitOf(signal.child);
        case SignalKind::DeadlinePassed:
            return true;
        default:
            return false;
        }
    }

    const SupervisorSpec *m_spec = nullptr;
    Duration m_clockPhase;
    Mailbox m_mailbox;
    RestartWindow m_window;
    bool m_ended = false;
    Wait m_wait = Wait::Nothing;
    bool m_deadlineArmed = false;
    EventId m_cause;      ///< of the current job's effects
    EventId m_stopEvent;  ///< the stop that a kill would follow
    ExitReason m_reason;  ///< with which it ends, or why its boot failed
    Signal m_command;     ///< the call that is being answered; `cause` is invalid when there is none

private:
    Machine &machine() { return static_cast<Machine &>(*this); }
};

}  // namespace daruma
