#pragma once

#include "simulator/kernel/observers.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace daruma {

/// What holds in every run, whatever the scenario expects. The numbers are part of the stored form: new ones
/// are appended.
enum class Invariant : std::uint8_t {
    Accounting,
    OneLiveIncarnation,
    NothingAfterTheEnd,
    StopOrder,
    RestartWithinLimit,
    RestartDecided,
    NoOrphan,
    FailedStartUndone,
};
inline constexpr std::size_t invariantCount = 8;

struct InvariantRow {
    std::string_view name;         ///< `invariant:NAME` in violations
    std::string_view description;  ///< one sentence
};

/// In the order of the enumeration.
std::span<const InvariantRow, invariantCount> invariants();

/// Watches every run in every build, from the stream of events alone. Each invariant is found broken at most
/// once in a run.
///
/// Where OTP lets processes outlive their killed supervisor (otp-semantics rule 50), an event may belong to
/// the leftover or to its successor. The checker then says nothing rather than something wrong: such
/// processes are `uncertain`, and such supervisors `blurred`.
class InvariantChecker {
public:
    /// `model` must outlive it.
    explicit InvariantChecker(const Model &model);

    /// Before each run; keeps its memory.
    void reset();
    /// Every event of the run, in order; `nodes` knows all places that have appeared so far.
    void observe(const Event &event, EventId seq, const NodeTable &nodes, std::vector<Finding> &findings);
    /// At the end of a run that was not cut by a limit: a cut leaves decisions open that would have followed.
    void finish(Instant now, EventId last, const NodeTable &nodes, std::vector<Finding> &findings);

    /// Tells which event a finding became.
    void reported(std::uint32_t code, Instant at, EventId violation);
    const std::vector<InvariantViolation> &violations() const { return m_violations; }

private:
    static constexpr std::uint32_t none = 0xffff'ffff;

    enum class Life : std::uint8_t { Dead, Starting, Running };

    /// The latest incarnation of a place. Trees may be large: what few places need stands elsewhere.
    struct Place {
        std::uint32_t incarnation = 0;
        std::uint32_t parentIncarnation = 0;
        std::uint32_t parent = none;
        std::uint32_t supervisor = none;  ///< index of its Supervisor
        std::uint32_t ordinal = 0;        ///< its place in its supervisor's list
        std::uint32_t removedIn = none;   ///< incarnation of the parent that has deleted it from its list
        EventId decision;                 ///< to restart it, until it starts
        Life life = Life::Dead;
        bool stopAsked : 1 = false;
        bool orphaned : 1 = false;       ///< its supervisor was killed before it ended
        bool uncertain : 1 = false;      ///< whose child it is cannot be told
        bool owesDecision : 1 = false;   ///< its exit calls for a restart or for giving up
        bool isListed : 1 = false;       ///< that incarnation of its parent has it in its list
        bool hasLeftovers : 1 = false;   ///< older incarnations live
        bool delaysSignals : 1 = false;  ///< some fault may delay its exit signals, or its children's
    };
    static_assert(sizeof(Place) == 32);

    /// A process that is not the latest of its place any more.
    struct Leftover {
        ProcessId process;
        Life life = Life::Running;
    };

    struct Stamp {
        std::int64_t at = 0;
        std::uint32_t restarts = 0;
    };

    /// The latest incarnation of a supervisor.
    struct Supervisor {
        const SupervisorSpec *spec = nullptr;
        std::uint32_t promises = allInvariants;
        std::uint32_t alive = 0;     ///< children, the uncertain ones apart
        std::uint32_t starting = 0;  ///< of these
        std::uint32_t stopping = 0;  ///< of these: asked to stop
        std::uint32_t nextOrdinal = 0;
        std::uint32_t firstAdded = none;  ///< children made during the run, as a list
        EventId stopCause;                ///< of the stops that it is at: the same for a whole sequence
        std::uint32_t stopOrdinal = 0;
        EventId forgiven;  ///< decisions before this event need not be carried out any more
        bool ending = false;
        bool gaveUp = false;
        bool blurred = false;
        bool deaf = false;
        bool isOwing = false;         ///< it stands in m_owing
        std::vector<ProcessId> owed;  ///< exits that call for its decision, in their order
        std::size_t firstOwed = 0;    ///< those before are settled
        std::vector<Stamp> stamps;
        std::size_t firstStamp = 0;
        std::uint32_t inWindow = 0;
        DecayingCount decaying;
    };

    void addPlaces(const NodeTable &nodes, std::uint32_t upTo);
    /// Whether its supervisor counts this child: not where that cannot be told.
    bool isCounted(const Place &child) const
    {
        return child.parent != none && !child.uncertain
               && m_places[child.parent].incarnation == child.parentIncarnation
               && m_places[child.parent].supervisor != none;
    }
    Supervisor *supervisorOf(const Place &child)
    {
        return isCounted(child) ? &m_supervisors[m_places[child.parent].supervisor] : nullptr;
    }

    [[gnu::noinline]] void follow(const Event &event, const NodeTable &nodes);
    void start(const Event &event, const NodeTable &nodes);
    void becomeSupervisor(Place &place, NodeId node, const NodeTable &nodes);
    static void takePlaceInList(Place &place, NodeId node, Supervisor &supervisor, const NodeTable &nodes);
    void outliveSuccessor(Place &place, const Event &event);
    void started(const Event &event);
    void startEnded(const Event &event, const NodeTable &nodes);
    void exited(const Event &event, const NodeTable &nodes);
    void ended(Place &place);
    bool leftoverEnded(const Event &event);
    void childrenOutlive(const Place &place, NodeId node, const NodeTable &nodes);
    void oweDecision(Place &place, const Event &event, const NodeTable &nodes);
    void stopAsked(const Event &event, const NodeTable &nodes);
    void restartDecided(const Event &event);
    void gaveUp(const Event &event);
    static void denied(Place &child);
    std::uint32_t countRestart(Supervisor &supervisor);
    static bool isAllowed(std::uint32_t count, const SupervisorSpec &spec);
    void removed(const Event &event);
    void forgiveChildrenOf(std::uint32_t parent, std::uint32_t fromOrdinal);
    void settleDecisions();
    bool hasSettled(const Place &place);
    bool isOwed(ProcessId process) const;
    void expectRestartsDone();
    void isEnding(const Place &place);

    const ChildSpec &specOf(NodeId node, const NodeTable &nodes) const;
    [[gnu::cold]] std::string name(std::uint32_t node, std::uint32_t incarnation) const;
    /// Whether a breach is to be told: the supervisor's dialect promises it, and none has been found before.
    bool isPromised(Invariant invariant, const Place &supervisor) const
    {
        return isNew(invariant) && supervisor.supervisor != none
               && (m_supervisors[supervisor.supervisor].promises >> static_cast<unsigned>(invariant) & 1U)
                      != 0;
    }
    bool isNew(Invariant invariant) const { return !(m_found & (1U << static_cast<unsigned>(invariant))); }
    [[gnu::cold]] void find(Invariant invariant, std::string message);

    const Model *m_model;
    bool m_hasSignalDelays = false;
    std::vector<std::uint32_t> m_delaying;   ///< places that some fault may delay from the start of every run
    Instant m_outerKill = Instant::never();  ///< from here on an outer clock may kill in any order
    std::uint32_t m_fixedSupervisors = 0;
    std::size_t m_fixedPlaces = 0;  ///< those that every run begins with

    std::vector<Place> m_places;
    std::vector<std::uint32_t> m_nextAdded;  ///< by place made during the run: the next child of its parent
    std::vector<bool> m_isWaiting;           ///< by supervisor: some restart that it decided is still to come
    std::vector<std::int64_t> m_restartDue;  ///< by place, as far as any decision was to wait: until when
    std::vector<Supervisor> m_supervisors;
    std::uint32_t m_supervisorCount = 0;
    std::vector<Leftover> m_leftovers;
    std::vector<std::uint32_t> m_owing;  ///< places of supervisors that have decisions to make
    // Of the call that is under way.
    const NodeTable *m_nodes = nullptr;
    std::vector<Finding> *m_findings = nullptr;
    std::int64_t m_now = 0;
    EventId m_last;
    EventId m_lastStrike;
    std::uint64_t m_starts = 0;
    std::uint64_t m_ends = 0;
    bool m_orderUnknown = false;
    std::uint32_t m_found = 0;
    std::vector<InvariantViolation> m_violations;
};

}  // namespace daruma
