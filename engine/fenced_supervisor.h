#pragma once

#include "engine/policy/restart_guards.h"
#include "engine/serial_machine.h"

#include <vector>

namespace daruma {

/// A supervisor whose children are numbered attempts: an exit that is not that of a child's current attempt
/// is stale. Several guards decide on each restart, and a child whose restart is denied stays dead. Nothing
/// blocks: starts are not awaited, and a stop is a request, one deadline shared by all, and an abort
/// (rust-tokio-supervisor 0.1.3).
///
/// A value: signals in, effects out. Copying it is taking a snapshot. `spec` must outlive it.
class FencedSupervisor : public SerialMachine<FencedSupervisor> {
public:
    struct Record {
        ChildStatus status = ChildStatus::Undefined;
        bool backingOff = false;
        bool quarantined = false;   ///< a start failed: it is not started again
        bool awaited = false;       ///< asked to stop, and not known to have ended
        bool paused = false;        ///< by an operator: it is not started again before it is resumed
        bool cancelled = false;     ///< … and its current attempt has been told to stop
        std::uint32_t attempt = 0;  ///< the number of the latest, from 1; never reset
        ProcessId process;          ///< of the current attempt
        EventId stopEvent;          ///< of what asked it to stop
    };

    /// As new, keeping its memory.
    void reset(const SupervisorSpec &spec, Duration clockPhase);
    /// REQUIRES: not ended.
    void handle(Instant now, const Signal &signal, EffectList &effects);

    const std::vector<Record> &records() const { return m_records; }
    const ChildSpec &specOf(const Record &record) const
    {
        return specAt(static_cast<std::size_t>(&record - m_records.data()));
    }
    /// Failures of all children in the last minute.
    std::uint32_t restartsInWindow(Instant now) const { return m_guards.failures(now); }

private:
    enum class Stage : std::uint8_t { Running, Draining, Aborting };

    const ChildSpec &specAt(std::size_t child) const
    {
        const std::size_t listed = m_spec->children.size();
        return child < listed ? m_spec->children[child] : m_added[child - listed];
    }
    Record *find(ChildId id);

    void boot(Instant now, const Signal &signal, EffectList &effects);
    void spawn(std::size_t child, EffectList &effects);
    bool isCurrent(const Signal &signal) const;
    void unmatched(const Signal &signal, EffectList &effects);

    // Restarts
    void childEnded(Instant now, const Signal &signal, EffectList &effects);
    void failed(Instant now, const Signal &signal, EffectList &effects);
    void deny(const Signal &signal, const GuardRuling &ruling, EffectList &effects);
    void restart(const Signal &signal, const GuardRuling &ruling, Duration delay, EffectList &effects);
    void startGroup(std::size_t child, EffectList &effects);
    void ask(std::size_t child, EffectList &effects);
    void abort(std::size_t child, EffectList &effects);
    bool awaitsAny() const;

    // Calls
    void command(const Signal &signal, EffectList &effects);
    void addChild(EffectList &effects);
    std::uint32_t pauseChild(Record *record, EffectList &effects);
    std::uint32_t resumeChild(Record *record, EffectList &effects);

    // Stopping
    void shutDown(ExitReason reason, EventId cause, EffectList &effects);
    void exitWhileStopping(const Signal &signal, EffectList &effects);
    void deadlinePassed(EffectList &effects);
    void abortNext(EffectList &effects);
    void end(EffectList &effects);
    void wait(Duration length, EffectList &effects);

    std::vector<Record> m_records;
    std::vector<ChildSpec> m_added;  ///< of the records behind those of the children that are listed
    std::vector<ChildId> m_pausedUnknown;
    RestartGuards m_guards;
    Stage m_stage = Stage::Running;
    std::size_t m_aborting = 0;  ///< the child whose end after its abort is awaited
};

}  // namespace daruma
