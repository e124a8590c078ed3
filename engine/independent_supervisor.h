#pragma once

#include "engine/coin.h"
#include "engine/serial_machine.h"

#include <vector>

namespace daruma {

/// A supervisor whose children have nothing to do with each other: each is started, delayed, refused and
/// restarted by itself, and when the supervisor ends all are asked at once. It waits for nothing but the ends
/// of those that it asked (systemd 255, src/core/service.c; suture v4.0.6, supervisor.go).
///
/// A value: signals in, effects out. Copying it is taking a snapshot. `spec` must outlive it.
class IndependentSupervisor : public SerialMachine<IndependentSupervisor> {
public:
    struct Record {
        ChildStatus status = ChildStatus::Undefined;
        bool backingOff = false;     ///< its start waits for a delay of its own, or …
        bool isPaused = false;       ///< … for the end of the pause
        bool isSpawning = false;     ///< asked for, and not known to have begun
        std::uint16_t backoffs = 0;  ///< delays since the last reset
        ProcessId process;
        ExitReason reason;  ///< with which it ended, while it backs off
        Instant startedAt;
        Instant patience;   ///< once it is asked to stop: until when that is waited for
        EventId waitEvent;  ///< the delay that its start waits for
    };

    /// As new, keeping its memory. `chance` is for the jitter of pauses.
    void reset(const SupervisorSpec &spec, Duration clockPhase, std::uint64_t chance);
    /// REQUIRES: not ended.
    void handle(Instant now, const Signal &signal, EffectList &effects);

    bool isWaiting() const { return !m_ended && m_isStopping; }
    const std::vector<Record> &records() const { return m_records; }
    const ChildSpec &specOf(const Record &record) const
    {
        return m_spec->children[static_cast<std::size_t>(&record - m_records.data())];
    }
    /// Of all windows together, where each child has one of its own.
    std::uint32_t restartsInWindow(Instant now) const;

private:
    RestartWindow &windowOf(std::size_t child)
    {
        return m_spec->rules.limitScope == LimitScope::EachChild ? m_windows[child] : m_windows.front();
    }
    RestartCount count(Instant now, std::size_t child)
    {
        return windowOf(child).count(now, m_clockPhase, m_spec->limit, m_spec->rules.tripTest);
    }

    void boot(Instant now, const Signal &signal, EffectList &effects);
    void spawn(std::size_t child, EventId cause, EffectList &effects);
    void spawned(Instant now, const Signal &signal, EffectList &effects);

    // Restarts
    void childEnded(Instant now, const Signal &signal, EffectList &effects);
    void startAgain(Instant now, const Signal &signal, EffectList &effects);
    void failed(Instant now, const Signal &signal, EffectList &effects);
    void refuse(const Signal &signal, RestartCount count, EffectList &effects);
    void decide(const Signal &signal, RestartCount count, Duration delay, EffectList &effects);
    void delay(Instant now, const Signal &signal, RestartCount count, EffectList &effects);
    void wait(std::size_t child, bool forPause, EffectList &effects);
    void waitOver(Instant now, const Signal &signal, EffectList &effects);
    void pause(Instant now, const Signal &signal, RestartCount count, EffectList &effects);
    void resume(const Signal &signal, EffectList &effects);

    // Stopping
    void stopAll(Instant now, const Signal &signal, EffectList &effects);
    void ask(Instant now, std::size_t child, EffectList &effects);
    void patienceOver(Instant now, EffectList &effects);
    void settle(Instant now, EffectList &effects);

    std::vector<Record> m_records;
    std::vector<RestartWindow> m_windows;  ///< of each child, or the one of all
    std::vector<std::size_t> m_paused;     ///< who is to be started after the pause, in the order of ends
    Instant m_pausedUntil;
    Coin m_coin;
    bool m_isPaused = false;
    bool m_isStopping = false;
    bool m_leavesChildren = false;
};

}  // namespace daruma
