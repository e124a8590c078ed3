#pragma once

#include "engine/control_plane.h"
#include "engine/lifecycle.h"
#include "engine/supervisor.h"
#include "simulator/kernel/cause.h"
#include "simulator/kernel/event_queue.h"
#include "simulator/kernel/expectation_checker.h"
#include "simulator/kernel/invariant_checker.h"
#include "simulator/kernel/model.h"
#include "simulator/kernel/trace.h"

#include <array>
#include <cstdint>
#include <vector>

namespace daruma {

/// The simulated world: processes, the signals between them, what strikes them. It gives signals to the
/// machines of the engine and carries out their effects. All state is in flat arrays of plain values: a copy
/// is a snapshot, and goes on by itself. `model` must outlive it and its copies.
class World final : public Names {
public:
    explicit World(const Model &model);

    /// A new run. Then `step` until it returns false, and `finish`.
    void begin(std::uint64_t seed, EventSink *sink, const Interventions &interventions = {});
    /// What happens next, with everything that it brings about without delay. False where nothing can happen
    /// any more, at the horizon and at a limit.
    bool step();
    RunResult finish();
    Instant now() const { return m_now; }
    std::uint64_t eventCount() const { return m_trace.size(); }
    bool hasRootEnded() const { return m_lifecycle.report().has_value(); }
    /// As they stand now, in the order of the model's.
    const std::vector<ExpectationResult> &expectations() const { return m_expectations.results(); }
    /// Of a copy, which has none: for its events from here on.
    void setSink(EventSink *sink) { m_trace.setSink(sink); }

    std::string path(NodeId node) const override { return m_nodes.path(node, m_texts); }
    std::string_view text(TextId text) const override { return m_texts[text]; }
    NodeId parent(NodeId node) const override { return m_nodes[node].parent; }
    bool isSupervisor(NodeId node) const override { return m_nodes[node].isSupervisor; }
    const NodeTable &nodes() const { return m_nodes; }
    const TextTable &texts() const { return m_texts; }

private:
    static constexpr std::uint32_t none = 0xffff'ffff;

    enum class State : std::uint8_t { Dead, Starting, Running, Stopping };
    /// What a process's timer is for; which one depends on its state, so one slot is enough.
    enum class Timer : std::uint8_t {
        InitDone,
        LifeOver,
        OutageLifeOver,  ///< the same where an outage gave it that lifetime
        StopDone,
        ShutdownDeadline,
        BackoffOver,
        ExitSignal,
        Select,
        ReloadDone
    };

    struct Process {
        NodeId node;
        std::uint32_t incarnation = 0;
        std::uint32_t parent = none;  ///< index of its supervisor's process
        std::uint32_t parentIncarnation = 0;
        std::uint32_t hint = 0;  ///< where its supervisor keeps it
        std::uint32_t definition = 0;
        std::uint32_t startable = none;  ///< whose behaviour replaces the definition's
        std::uint32_t machine = none;    ///< of a supervisor
        EventId beginEvent;              ///< `start`, then `started`
        EventId stopEvent;               ///< why it is being stopped, or waits
        State state = State::Dead;
        Timer timer = Timer::InitDone;
        bool isSupervisor = false;
        bool deaf = false;            ///< obeys no stop request; only `kill` ends it
        bool sparesChildren = false;  ///< of a supervisor that ends and leaves its children alone
        bool orphaned = false;        ///< its supervisor died while it was starting
        bool hung = false;            ///< does nothing by itself any more
        bool isLeaving = false;       ///< of a supervisor: asked to stop, or stopping by itself
        ExitReason pendingReason = {};
        Instant since;  ///< of its start attempt, then of its start

        ProcessId id() const { return {node, incarnation}; }
    };
    // Events touch processes in any order: each is to be in one line of the cache.
    static_assert(sizeof(Process) <= 64);

    struct NodeState {
        std::uint32_t incarnation = 0;
        std::uint32_t current = none;  ///< index of the process of the latest incarnation
        std::uint32_t lastStarted = 0;
    };

    /// Of a node that others need: what ended its running last, and when.
    struct Needed {
        bool isNeeded = false;
        EventId goneEvent;
        Instant goneAt;
    };

    /// Outages of one node may overlap: each replaces what those before it left.
    struct Outage {
        std::uint32_t fault = 0;
        std::uint32_t previous = none;
        Instant until;
    };

    /// A signal on its way: everything that happens without delay goes through one queue, first in, first
    /// out. Commands are not among them: they are given at once.
    enum class Delivery : std::uint8_t { Signal, StopOrder, KillOrder, Spawn, FailedCall, ReloadOrder };
    struct Ready {
        ProcessId target;
        std::uint32_t process = none;
        Delivery delivery = Delivery::Signal;
        std::uint32_t key = 0;  ///< of a spawn: what is started
        /// Of other deliveries than signals: what they have in common with them.
        daruma::Signal signal;
    };

    struct FaultState {
        std::uint64_t occurrences = 0;  ///< draws of times so far
        std::uint64_t strikes = 0;      ///< draws of chances so far
        std::uint32_t taken = 0;
        std::vector<std::pair<std::int64_t, EventId>> pending;  ///< of `when`: moments to come, ascending
        std::vector<NodeId> targets;
        std::vector<NodeId> triggers;
    };

    /// A call to a supervisor that hangs: it fails when that is gone.
    struct UnheardCall {
        ProcessId supervisor;
        EventId event;
        CommandKind kind = CommandKind::WhichChildren;
    };

    struct ShutdownCall {
        std::uint32_t command = 0;
        EventId event;
        ProcessId supervisor;
        bool isAnswered = false;  ///< whoever asked does not wait for the end
    };

    /// A delivery to a process, to be filled in where it waits: copying it there would stall the processor.
    Ready &post(std::uint32_t process)
    {
        Ready &ready = m_ready.emplace_back();
        ready.process = process;
        ready.target = m_processes[process].id();
        return ready;
    }

    // world.cpp: the loop
    void reset(std::uint64_t seed, EventSink *sink);
    void boot();
    void dispatch(std::uint32_t slot);
    void drainReady();
    void deliver(const Ready &ready);
    std::size_t pickReady();
    void drainRandomly();
    /// Every event is opened, filled in and closed before anything else happens.
    Event &open(EventKind kind, NodeId node, std::uint32_t incarnation, EventId cause)
    {
        Event &event = m_trace.open(m_now.ns(), *this);
        event.kind = kind;
        event.node = node;
        event.incarnation = incarnation;
        event.cause = cause;
        return event;
    }
    EventId close();
    void tellWatchers(const Event &event, EventId id);
    void flushDeferred()
    {
        if (!m_deferred.empty() || !m_findings.empty())
            emitDeferred();
    }
    void emitDeferred();
    void beginInstant(Instant at);
    NodeId waitingForEver() const;
    std::uint64_t orderOfArming();
    void arm(std::uint32_t slot, Instant at);
    // Slots of the event queue: one for each fault, command and grace of a command, then those of processes,
    // which have a second one, for their patience, where something is needed.
    std::uint32_t graceSlot(std::uint32_t command) const
    {
        return static_cast<std::uint32_t>(m_model->faults.size() + m_model->commands.size()) + command;
    }
    std::uint32_t slotOf(std::uint32_t process) const { return m_firstSlot + (process << m_patienceShift); }
    std::uint32_t patienceSlot(std::uint32_t process) const { return slotOf(process) + 1; }
    bool someoneNeeds() const { return m_patienceShift != 0; }
    bool stopped() const { return m_endCause != EndCause::Quiet; }

    // world_causes.cpp
    bool isKept(const Cause &cause) const;
    void occurred(const Cause &cause, EventId event)
    {
        if (m_interventions.occurred)
            m_interventions.occurred->push_back({cause, event});
    }
    Cause causeIn(CauseKind kind, const Process &process) const
    {
        return {kind, 0, process.incarnation, m_nodes[process.node].pathHash};
    }
    InitResult ownInitResult(InitResult drawn, const Process &process);

    // world_processes.cpp, world_leftovers.cpp: what a process does
    std::uint32_t startProcess(std::uint32_t parent, NodeId node, std::uint32_t definition, bool isSupervisor,
                               std::uint32_t startable, std::uint32_t hint, EventId cause);
    std::uint32_t allotProcess(NodeId node);
    std::uint32_t freeProcess();
    void releaseLeftover(std::uint32_t index);
    std::uint32_t processOfWaiting(std::uint32_t supervisor, ProcessId id);
    bool hasSupervisor(const Process &process) const;
    void beginWorker(std::uint32_t index);
    void initDone(std::uint32_t index);
    void started(std::uint32_t index);
    void startEnded(std::uint32_t index, EventKind kind, SignalKind answer, ExitReason reason);
    void lifeOver(std::uint32_t index);
    void askToStop(std::uint32_t index, ExitReason reason, EventId cause);
    void exitProcess(std::uint32_t index, ExitReason reason, EventId cause);
    void ownerEnded(NodeId owner, EventId exit);
    void processTimer(std::uint32_t index);
    void notifyParent(std::uint32_t index, SignalKind kind, ExitReason reason, EventId cause);
    bool isNeeded(NodeId node) const { return someoneNeeds() && m_needed[node.value].isNeeded; }
    void needGone(NodeId node, EventId cause);
    void needChanged(NodeId node);
    void checkPatience(std::uint32_t index);
    void patienceOver(std::uint32_t index);
    void disarmPatience(std::uint32_t index)
    {
        if (someoneNeeds())
            m_queue.disarm(patienceSlot(index));
    }
    bool needsAreMet(const Process &process) const;
    void addNeeds(NodeId node);
    void joinNeeds(NodeId node, const std::string &path);
    const Behaviour &ownBehaviour(const Process &process) const
    {
        return process.startable == none ? m_model->workers[process.definition].behaviour
                                         : *m_model->startables[process.startable].behaviour;
    }
    bool trapsExits(const Process &process) const;
    bool isRunning(NodeId node) const;
    std::uint32_t findProcess(ProcessId id) const;
    template <auto part, auto replaced> const auto &behaviourOf(const Process &process) const;
    template <auto part, auto replaced> auto drawn(const Process &process, Purpose purpose) const;
    template <auto part, auto replaced> bool isOwn(const Process &process) const;

    // world_supervisors.cpp: signals to the machines, and their effects
    void bootSupervisor(std::uint32_t index);
    void give(std::uint32_t index, const Signal &signal);
    void carryOut(std::uint32_t index, const EffectList &effects);
    void postSpawn(std::uint32_t index, const Effect &effect);
    void startChild(std::uint32_t index, std::uint32_t key, ChildId id, std::uint32_t hint, EventId cause);
    void startChildFor(ProcessId supervisor, std::uint32_t index, std::uint32_t key, ChildId id,
                       std::uint32_t hint, EventId cause);
    void startDetached(std::uint32_t index);
    void restartDecided(std::uint32_t index, const Effect &effect);
    void stopChild(const Effect &effect);
    ExitReason asError(ExitReason reason);
    void supervisorExited(std::uint32_t index, ExitReason reason, EventId exit);
    void forgetBackoffs(std::uint32_t index, const Supervisor &machine);
    void signalLinked(std::uint32_t index, const Supervisor &machine, ExitReason reason, EventId exit);
    void startFailed(std::uint32_t index, const Effect &effect);
    void dropStart(std::uint32_t index, EventId cause);
    NodeId childNode(NodeId parent, ChildId id, bool mayUseBlock, std::uint32_t key,
                     SupervisorDefinition::Listed from);
    NodeId addNode(NodeId parent, ChildId id, SupervisorDefinition::Listed from);
    void redefine(NodeId node, SupervisorDefinition::Listed from);
    void askSupervisorToStop(std::uint32_t index, ExitReason reason, EventId cause);
    void lifecycleChanged(EventId cause, ExitReason reason, bool hasReason);
    void postLifecycle(NodeId node, LifecycleState state, EventId cause, ExitReason reason, bool hasReason);

    // world_escalations.cpp: what a supervisor that panics tells
    ExitReason panicOf(const Effect &effect);
    ExitReason failureOfSystem(ExitReason reason);
    std::string startFailureText(const Effect &effect) const;
    std::string payloadText(ExitReason reason, bool isEscalation) const;
    std::string exitText(const Effect &effect) const;
    bool escalates(NodeId node) const;

    // world_reloads.cpp
    void tellToReload(const Effect &effect);
    void reload(std::uint32_t index, EventId cause);
    void reloadDone(std::uint32_t index);
    void forgetReload(ProcessId ended);
    std::uint32_t nextDraw(NodeId node);

    // world_answers.cpp: replies
    void reply(std::uint32_t index, const Effect &effect, const EffectList &effects);
    void failCall(std::uint32_t index, const Effect &effect);
    void callFailed(const Ready &ready);
    std::string reasonText(ExitReason reason) const;
    std::string endedText(NodeId node, std::string_view reason) const;
    std::string errorSentence(const Process &process, const Effect &effect) const;
    std::string rosterText(const Effect &effect, const EffectList &effects) const;
    std::string controlText(const Effect &effect) const;
    std::string processText(ProcessId id) const;
    std::string childrenText(const Effect &effect, const EffectList &effects, bool areInstances) const;
    std::string resultText(std::uint32_t index, const Effect &effect, const EffectList &effects) const;

    // world_control.cpp: control planes
    ControlPlane *controlOf(NodeId node);
    void openControl(NodeId node, EventId start);
    void closeControl(NodeId node, ExitReason reason, EventId exit);
    void controlChanged(NodeId node, EventId cause, ExitReason reason, bool hasReason);
    bool askControl(std::uint32_t command, EventId event, NodeId node);
    bool askForShutdown(std::uint32_t command, EventId event, NodeId node, ControlPlane &plane);
    std::string shutdownResult(NodeId node);

    // world_strikes.cpp: faults and commands
    void armStrikes();
    void strike(std::uint32_t fault);
    std::vector<bool> pickTargets(const Fault &fault, const FaultState &state,
                                  std::uint64_t occurrence) const;
    void strikeNode(std::uint32_t fault, NodeId node, std::uint64_t occurrence, EventId cause);
    EventId emitFault(std::uint32_t fault, NodeId node, std::uint32_t incarnation, bool dropped,
                      Duration length, EventId cause);
    void beginOutage(std::uint32_t fault, NodeId node, Instant until);
    void endByFault(std::uint32_t target, ExitReason reason, EventId cause);
    void hang(std::uint32_t target);
    std::uint64_t strikeOrder(std::uint32_t place) const;
    void armNext(std::uint32_t fault);
    void trigger(const Event &event, EventId id);
    Duration delay(DelayedStep step, std::uint32_t index)
    {
        return m_delays[static_cast<std::size_t>(step)].empty() ? Duration::zero() : drawDelay(step, index);
    }
    Duration drawDelay(DelayedStep step, std::uint32_t index);
    void command(std::uint32_t index);
    void commandTo(std::uint32_t index, EventId event, NodeId node);
    void shutdown(std::uint32_t index, EventId event, std::uint32_t process);
    void answerCall(std::uint32_t command, EventId event, NodeId node, std::string_view result);
    void releaseShutdowns();
    void answerShutdowns(ProcessId ended);
    void forgetGrace(std::uint32_t command);
    std::uint32_t commandOf(EventId event) const;
    void graceOver(std::uint32_t command);
    void killAll(NodeId top, EventId cause);

    const Model *m_model;
    NodeTable m_nodes;
    TextTable m_texts;
    Trace m_trace;
    ExpectationChecker m_expectations;
    InvariantChecker m_invariants;
    Lifecycle m_lifecycle;

    Interventions m_interventions;
    std::uint64_t m_seed = 0;
    SeedKey m_streams;
    Instant m_now;
    EndCause m_endCause = EndCause::Quiet;
    std::string m_startFailure;
    std::uint64_t m_restarts = 0;
    std::uint64_t m_mostEvents = 0;  ///< before a limit cuts the run, if time stands still
    std::uint64_t m_armed = 0;
    std::uint64_t m_tieDraws = 0;
    bool m_gaveUp = false;

    EventQueue m_queue;
    std::uint32_t m_firstSlot = 0;      ///< of processes
    std::uint32_t m_patienceShift = 0;  ///< 1 where processes have two slots
    std::vector<Process> m_processes;
    std::vector<std::uint32_t> m_freeProcesses;
    std::vector<std::uint32_t> m_leftovers;  ///< living processes that are not their node's latest
    std::vector<NodeState> m_nodeStates;
    std::vector<Supervisor> m_machines;
    std::vector<std::uint32_t> m_startedLast;  ///< by machine: the child's process
    std::vector<std::uint32_t> m_freeMachines;
    std::vector<FaultState> m_faults;
    std::array<std::vector<std::uint32_t>, 4> m_delays;  ///< indices of delay faults, by step
    std::uint32_t m_triggerKinds = 0;                    ///< kinds of events that set off some fault, as bits
    std::uint32_t m_watchedKinds = 0;                    ///< … or that some expectation may be about
    std::vector<std::uint32_t> m_latestOutage;  ///< by node, as far as any was struck: index of an outage
    std::vector<Outage> m_outages;
    std::vector<std::uint32_t> m_freeOutages;
    std::vector<std::pair<EventId, std::uint32_t>> m_given;  ///< the commands so far, ascending
    std::vector<UnheardCall> m_unheard;
    std::uint32_t m_reloads = 0;         ///< workers that are busy with one
    std::vector<std::uint32_t> m_draws;  ///< of a place: of a choice or of a reload's time
    std::vector<NodeControl> m_controls;
    std::vector<ShutdownCall> m_shutdowns;
    std::vector<ShutdownCall> m_heldShutdowns;       ///< asked while the root was starting
    std::vector<NodeId> m_redefined;                 ///< places where another table was started than listed
    std::vector<std::pair<NodeId, NodeId>> m_owned;  ///< (owner, supervisor)
    std::vector<std::pair<NodeId, NodeId>> m_needs;  ///< (needed, needing), sorted
    std::vector<std::pair<NodeId, NodeId>> m_addedNeeds;
    std::vector<std::uint32_t> m_needy;  ///< definitions of workers that need something
    /// What each need of a definition names, by definition and need: places made later join.
    std::vector<std::vector<std::vector<NodeId>>> m_needsOf;
    std::vector<Needed> m_needed;         ///< by node, where someone needs something
    std::vector<EventId> m_missingEvent;  ///< … and by process: what took away a need

    std::vector<Ready> m_ready;
    std::size_t m_readyHead = 0;
    EffectList m_effects;
    EffectList m_farewells;         ///< answers of a machine that was killed
    Duration m_pendingDelay;        ///< of the restart that was decided last
    std::vector<Event> m_deferred;  ///< events that wait until the current effects are carried out
    std::vector<Finding> m_findings;
};

}  // namespace daruma
