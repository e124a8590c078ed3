#pragma once

#include "engine/control_pipe.h"
#include "engine/effect.h"
#include "engine/mailbox.h"

#include <array>
#include <optional>

namespace daruma {

/// A loop around exactly one child: run it, and after a failure wait and run it again, for ever; its success
/// ends the loop (processmanager 0.6.0, restart_supervisor.rs). While it waits, for the child or for the
/// delay, it also reads control messages; of two things that are ready in one instant chance takes one.
///
/// A value: signals in, effects out. `spec` must outlive it.
class LoopSupervisor {
public:
    struct Record {
        ChildStatus status = ChildStatus::Undefined;
        bool backingOff = false;
        ProcessId process;
    };

    /// As new, keeping its memory. REQUIRES: one child in `spec`.
    void reset(const SupervisorSpec &spec, Duration clockPhase);
    void handle(Instant now, const Signal &signal, EffectList &effects);
    /// It was killed. It owes nobody an answer: calls are answered as they come.
    void abandon(EffectList &) { m_ended = true; }

    bool isEnded() const { return m_ended; }
    bool isWaiting() const { return !m_ended && (m_state == State::Stopping || m_held); }
    /// There is no budget; failures so far.
    std::uint32_t restartsInWindow(Instant) const { return m_failures; }
    const std::array<Record, 1> &records() const { return m_records; }

private:
    /// What it waits for, beside messages.
    enum class State : std::uint8_t {
        Running,     ///< the child's end
        BackingOff,  ///< the end of the delay
        Stopping,    ///< the child's end, and nothing else
    };

    bool hasNext() const { return m_state == State::BackingOff ? bool(m_delayOver) : bool(m_end); }
    void selectIfReady(EffectList &effects);
    void selected(Instant now, bool takesNext, EffectList &effects);
    void childEnded(Instant now, const Signal &end, EffectList &effects);
    void messageRead(const Signal &signal, EffectList &effects);
    void cutDelayShort(const Signal &signal, EffectList &effects);
    void spawn(EventId cause, EffectList &effects);
    void send(ControlMessage message, EventId cause, EffectList &effects);
    void pump(EffectList &effects);
    void finishStop(EffectList &effects);
    void end(ExitReason reason, EventId cause, EffectList &effects);

    Record &record() { return m_records.front(); }
    const ChildSpec &childSpec() const { return m_spec->children.front(); }

    const SupervisorSpec *m_spec = nullptr;
    std::array<Record, 1> m_records;
    Mailbox m_inbox;                           ///< control messages to this supervisor, unread
    ControlPipe m_pipe;                        ///< to the child
    std::optional<ControlPipe::Entry> m_held;  ///< it waits until this one has room in the pipe
    std::optional<Signal> m_end;               ///< of the child, not yet looked at
    std::optional<EventId> m_delayOver;
    State m_state = State::Running;
    bool m_isBooting = false;
    bool m_isSelecting = false;
    bool m_startsAfterSending = false;
    bool m_ended = false;
    std::uint32_t m_failures = 0;
    Instant m_startedAt;
    EventId m_stopCause;
};

}  // namespace daruma
