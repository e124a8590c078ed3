#pragma once

#include "engine/serial_machine.h"

#include <vector>

namespace daruma {

/// A supervisor that keeps a list of children and looks them up by id: it spawns them without waiting, stops
/// them one after another, and handles one message at a time, whoever waits meanwhile (ash-flare 2.3.2,
/// supervisor/runtime.rs). Of a worker that ends it has two traces that need not agree: the message of those
/// that return, and the handle on which it waits when it stops one.
///
/// A value: signals in, effects out. Copying it is taking a snapshot. `spec` must outlive it.
class RosterSupervisor : public SerialMachine<RosterSupervisor> {
public:
    struct Record {
        ChildStatus status = ChildStatus::Undefined;
        bool backingOff = false;
        bool asked = false;    ///< to end: this process's end is no news
        bool leaving = false;  ///< not in the list any more when this round is over
        std::uint16_t backoffs = 0;
        std::uint32_t number = 0;  ///< of its specification; the hint of all signals about it
        ProcessId process;
        Instant startedAt;
    };

    /// As new, keeping its memory.
    void reset(const SupervisorSpec &spec, Duration clockPhase);
    void handle(Instant now, const Signal &signal, EffectList &effects);
    void abandon(EffectList &effects);

    const std::vector<Record> &records() const { return m_records; }
    const ChildSpec &specOf(const Record &record) const { return specOf(record.number); }

private:
    friend class SerialMachine<RosterSupervisor>;

    /// One step of a round.
    struct Task {
        bool starts = false;
        std::size_t record = 0;
    };
    enum class After : std::uint8_t { Nothing, Up, ReplyOk, ReplyChild, Emptied, Ended };

    /// A start that somebody waits for.
    struct Link {
        Signal command;  ///< `cause` is invalid when there is none
        std::uint32_t number = 0;
        ProcessId process;

        bool isPending() const { return command.cause.isValid(); }
    };

    bool answersWait(const Signal &signal) const;
    void begin(Instant now, const Signal &signal, EffectList &effects);
    void resume(Instant now, const Signal &signal, EffectList &effects);
    void takeUp(Instant now, const Signal &signal, EffectList &effects);
    void endTurn(EffectList &effects);

    void noteEnd(const Signal &signal);
    bool tells(const Signal &signal) const;
    void childEnded(Instant now, const Signal &signal, EffectList &effects);
    void giveUp(const Signal &signal, RestartCount count, EffectList &effects);
    void delayRestart(Instant now, Record &record, EffectList &effects);
    void backoffOver(const Signal &signal, EffectList &effects);
    void restart(std::size_t child, EffectList &effects);
    void remove(std::size_t child, EffectList &effects);

    void planStops(SiblingRange range);
    void planStarts(SiblingRange range);
    void planInterleaved(SiblingRange range);
    bool comesBack(const Record &record) const;
    void run(EffectList &effects);
    void finish(EffectList &effects);
    void start(std::uint32_t number, EffectList &effects);
    void stop(Record &record, EffectList &effects);
    void stopAll(After after, EffectList &effects);
    void drop(const Record &record, EffectList &effects);
    void dropLeaving(EffectList &effects);

    void command(Instant now, const Signal &signal, EffectList &effects);
    void startChild(const Signal &signal, EffectList &effects);
    void startLinked(const Signal &signal, EffectList &effects);
    void linkSpawned(const Signal &signal, EffectList &effects);
    void linkAnswered(Instant now, const Signal &signal, EffectList &effects);
    void answerLink(ReplyKind kind, ExitReason reason, EffectList &effects);
    void terminateChild(const Signal &signal, EffectList &effects);
    void whichChildren(EffectList &effects);

    bool isAboutLink(const Signal &signal) const;
    bool isSupervisor(const Record &record) const { return specOf(record).type == ChildType::Supervisor; }
    const ChildSpec &specOf(std::uint32_t number) const;
    std::uint32_t adopt(const ChildSpec &spec);
    std::size_t match(const Signal &signal) const;
    std::size_t find(ProcessId process) const;
    std::size_t find(ChildId id) const;

    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    std::vector<Record> m_records;
    std::vector<ChildSpec> m_adopted;  ///< specifications that came with commands
    std::vector<Task> m_tasks;
    std::size_t m_nextTask = 0;
    std::size_t m_current = none;  ///< the record whose start is awaited; none: it is the link's
    After m_after = After::Nothing;
    ProcessId m_awaited;  ///< whose end is awaited
    Link m_link;
    std::vector<Signal> m_later;  ///< calls for starts with a timeout, behind the one that is going on
    /// Something was asked to end that may be gone already: then this turn's events cannot be foretold.
    bool m_isUnsure = false;
    Instant m_createdAt;
};

}  // namespace daruma
