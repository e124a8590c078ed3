#pragma once

#include <cstdint>

namespace daruma {

/// Which state machine runs a supervisor, where the control flow itself differs between systems. Named after
/// their shapes; see engine/supervisor.h for the machine of each.
enum class Shape : std::uint8_t {
    List,         ///< children in start order, each start awaited, one thing at a time
    Monitor,      ///< a loop that spawns and monitors; it waits for nothing but the ends of those it killed
    System,       ///< one start function starts all, and any restart tears down all and calls it again
    Loop,         ///< a loop around exactly one child, with a delay between two runs
    Parallel,     ///< all children at once, none restarted; the first error stops all
    Roster,       ///< a list looked up by id; starts are not awaited, stops are, one message at a time
    Fenced,       ///< attempts with numbers; several guards decide on restarts, and nothing blocks
    Independent,  ///< children that have nothing to do with each other; nothing blocks, and all stop at once
};

/// Whether a supervisor of that shape waits until a child is up before it starts the next (axis A10). Others
/// learn that a start has begun, and of its failure as of any other end.
constexpr bool awaitsStarts(Shape shape)
{
    return shape == Shape::List || shape == Shape::System;
}

/// Whether a stop that is asked for during the first start interrupts it. Others are up first.
constexpr bool stopInterruptsStart(Shape shape)
{
    return shape == Shape::System;
}

/// Whether the machine leaves something to chance, and needs a coin of its own.
constexpr bool leavesToChance(Shape shape)
{
    return shape == Shape::System || shape == Shape::Independent;
}

/// Whether a supervisor of that shape has a control plane that can be asked about it, also when it has ended.
constexpr bool hasControlPlane(Shape shape)
{
    return shape == Shape::Fenced;
}

/// In which order siblings are stopped, one after another (seed-semantics axis A14).
enum class StopOrder : std::uint8_t { ReverseStartOrder, StartOrder };

/// What a supervisor that gives up does with its children (axis A8).
enum class ChildrenAtGiveUp : std::uint8_t { StoppedInOrder, LeftAlone, Killed };

/// Which exits reach the restart decision at all (axis A3).
enum class SeenExits : std::uint8_t {
    All,
    AllButPanics,
    Returns,  ///< neither panics nor kills: what ends so tells nobody
    AllButKills,
};

/// When a count of restarts is too many: beyond the limit, or at it already (axis A5).
enum class TripTest : std::uint8_t { Beyond, At };

/// What becomes of the children of a supervisor whose process ends without stopping them (axis A19).
enum class ChildrenAtDeath : std::uint8_t {
    ExitSignal,      ///< linked: they get its exit reason as a signal
    Orphaned,        ///< they live on
    Aborted,         ///< killed as it is dropped
    WorkersAborted,  ///< … the workers; supervisors live on
};

/// How a supervisor ends that fails itself: a panic in its own code.
enum class OwnFailure : std::uint8_t {
    StopsChildren,  ///< it still stops its children in order, as gen_server's terminate does
    DiesAtOnce,
};

/// Which exits restart a child (axes A2, A3).
enum class RestartPolicy : std::uint8_t {
    ByType,           ///< permanent, transient, temporary
    Always,           ///< every exit, a normal one too
    Failures,         ///< every exit but a normal one
    ByTypeButKilled,  ///< by type, but to be killed is no failure of a transient child
};

/// What becomes of messages that arrive while a supervisor waits for the children it stops (axis A20).
enum class MessagesMeanwhile : std::uint8_t {
    Kept,       ///< served afterwards, in the order of arrival
    Discarded,  ///< read and lost
};

/// How calls about instances of a template are answered (Elixir 1.18, dynamic_supervisor.ex: handle_call/3).
enum class InstanceCalls : std::uint8_t {
    Simple,   ///< as OTP's simple_one_for_one
    Dynamic,  ///< a start that is ignored is answered `ignore`, and any process it does not have `not_found`
};

/// What is done first where a stop and something else are ready at once (axis A26).
enum class Races : std::uint8_t {
    Drawn,      ///< by chance
    StopFirst,  ///< the stop
};

/// What becomes of a child whose start is under way when the start as a whole is interrupted.
enum class InterruptedStart : std::uint8_t {
    Dropped,  ///< killed where it stands
    Awaited,  ///< it may come up, and is stopped like the others
};

/// Which children stay down when a whole system is started again (axis A16).
enum class StaysDown : std::uint8_t {
    /// Transient ones whose last known end was no failure, and temporary ones that have been up.
    EndedOrTemporary,
    /// Those whose last known end was no failure; of temporary ones, any end.
    Ended,
    Temporary,  ///< temporary ones that have been up
};

/// When a restart that failed is tried again (axis A9).
enum class FailedRestart : std::uint8_t { AtOnce, AfterASecond };

/// What becomes of control messages for a child that does not listen (it is down, starting or busy).
enum class ControlPipeKind : std::uint8_t {
    Keeps,  ///< they wait for it, or for its next life; where too many wait, the supervisor waits too
    Drops,
};

/// How long a supervisor that was asked to stop waits for its child.
enum class StopWait : std::uint8_t { ForEver, ByPolicy };

/// With which result a supervisor ends that was asked to stop.
enum class StopResult : std::uint8_t { Ok, OfChild };

/// Whether failures that lie long back still lengthen the delay.
enum class FailureCount : std::uint8_t {
    Kept,
    ResetByHealthyRun,  ///< a run as long as the longest delay begins anew
};

/// How the message of an end finds its child (axis A4).
enum class ExitMatching : std::uint8_t {
    Process,
    Id,  ///< the first child of that id, whichever process it is by now
};

/// What becomes of a supervisor once its limit is exceeded and its children are stopped (axis A7).
enum class AfterGiveUp : std::uint8_t { Ends, LivesOn };

/// Whether a supervisor learns of the end of one below it (axis A17).
enum class NestedEnds : std::uint8_t { Seen, Unseen };

/// Whether it waits for the end of a supervisor that it stops, or only asks for it.
enum class NestedStop : std::uint8_t { Awaited, Asked };

/// What a group restart does with supervisors in the group.
enum class NestedInGroups : std::uint8_t { Restarted, Stopped };

/// What a group restart does with temporary children (axis A16).
enum class TemporariesInGroups : std::uint8_t { Removed, Restarted };

/// The shape of a rest_for_one round (axis A15).
enum class RestRound : std::uint8_t {
    StopsFirst,   ///< stop all, then start all
    Interleaved,  ///< stop one, start it, go on with the next
};

/// What a supervisor does while it waits for the start of a child that was asked for with a timeout.
enum class LinkedStart : std::uint8_t { GoesOn, Blocks };

/// What a window longer than its clock has run does (`RestartLimitSpec::clockAge`).
enum class LongWindow : std::uint8_t { Counts, Forgets };

/// How calls are answered.
enum class Answers : std::uint8_t {
    Terms,      ///< OTP's: not_found, already_present
    Sentences,  ///< errors are sentences that name the child, or the supervisor that has ended
};

/// When whoever asks for a shutdown gets the answer.
enum class ShutdownAnswer : std::uint8_t { WhenEnded, AtOnce };

/// What a restart does with the siblings that run (axis A15).
enum class GroupRestart : std::uint8_t {
    StartsBeside,  ///< new attempts begin while the old ones run on, and nobody looks after those any more
    StopsFirst,    ///< the new attempt of a sibling begins when its old one has ended
};

/// What a child that is a supervisor can do (axis A17).
enum class NestedSupervisors : std::uint8_t { Start, FailToStart };

/// Whether a child that has done its work is started again: as its role says or as its restart type does.
enum class AfterSuccess : std::uint8_t { ByRole, ByType };

/// Whose failures the guards count (axis A5, scope).
enum class GuardCounts : std::uint8_t { Shared, OfEachChild };

/// What becomes of a restart that a guard denied (axis A7).
enum class DeniedRestarts : std::uint8_t { Forgotten, RetriedLater };

/// What follows from a verdict that asks for the next level (axis A18).
enum class Escalation : std::uint8_t { Ignored, EndsTheSupervisor };

/// Restarts that still wait for their delay when their supervisor ends.
enum class DelayedStarts : std::uint8_t { Detached, CalledOff };

/// Which exits count as those of a child that is being stopped (axis A4).
enum class ExitsAtShutdown : std::uint8_t { OfAnyAttempt, OfTheCurrentOne };

/// What is asked for where somebody asks for a shutdown.
enum class ShutdownCall : std::uint8_t { WholeTree, LoopAlone };

/// What becomes of the children where the loop alone is asked to end (axis A8).
enum class LoopShutdown : std::uint8_t { StopsChildren, LeavesChildren };

/// Whose limit it is (axis A5, scope).
enum class LimitScope : std::uint8_t { Supervisor, EachChild };

/// What the limit counts, and when.
enum class Counted : std::uint8_t {
    Failures,  ///< ends that call for a restart, when they happen
    Starts,    ///< starts, the first one too, when they are to happen: after the delay
};

/// What becomes of a child whose restart would exceed the limit, where that does not end its supervisor.
enum class PastLimit : std::uint8_t {
    StaysDown,
    Pauses,  ///< all restarts wait for `SupervisorSpec::pause`, and then the count begins anew
};

/// What a supervisor does that has waited long enough for a child that it asked to stop.
enum class StopTimeout : std::uint8_t { Kills, Leaves };

/// What becomes of a child that is added while the supervisor runs.
enum class AddedChildren : std::uint8_t { Recorded, Started };

/// What becomes of a child that was paused, once it is resumed.
enum class ResumedChildren : std::uint8_t { LeftDown, Started };

/// One point in the space of rules: a choice on every axis that the machines know. The defaults are OTP's.
/// Which axes a shape looks at stands in simulator/scenario/dialect_rules.cpp, where dialects name them.
struct Rules {
    Shape shape = Shape::List;
    StopOrder stopOrder = StopOrder::ReverseStartOrder;
    ChildrenAtGiveUp childrenAtGiveUp = ChildrenAtGiveUp::StoppedInOrder;
    SeenExits seenExits = SeenExits::All;
    TripTest tripTest = TripTest::Beyond;
    ChildrenAtDeath childrenAtDeath = ChildrenAtDeath::ExitSignal;
    OwnFailure ownFailure = OwnFailure::StopsChildren;
    RestartPolicy restartPolicy = RestartPolicy::ByType;
    MessagesMeanwhile messagesMeanwhile = MessagesMeanwhile::Kept;
    InstanceCalls instanceCalls = InstanceCalls::Simple;
    Races races = Races::Drawn;
    InterruptedStart interruptedStart = InterruptedStart::Dropped;
    StaysDown staysDown = StaysDown::EndedOrTemporary;
    FailedRestart failedRestart = FailedRestart::AtOnce;
    ControlPipeKind controlPipe = ControlPipeKind::Keeps;
    StopWait stopWait = StopWait::ForEver;
    StopResult stopResult = StopResult::Ok;
    FailureCount failureCount = FailureCount::Kept;
    ExitMatching exitMatching = ExitMatching::Process;
    AfterGiveUp afterGiveUp = AfterGiveUp::Ends;
    NestedEnds nestedEnds = NestedEnds::Seen;
    NestedStop nestedStop = NestedStop::Awaited;
    NestedInGroups nestedInGroups = NestedInGroups::Restarted;
    TemporariesInGroups temporariesInGroups = TemporariesInGroups::Removed;
    RestRound restRound = RestRound::StopsFirst;
    LinkedStart linkedStart = LinkedStart::GoesOn;
    LongWindow longWindow = LongWindow::Counts;
    Answers answers = Answers::Terms;
    ShutdownAnswer shutdownAnswer = ShutdownAnswer::WhenEnded;
    GroupRestart groupRestart = GroupRestart::StartsBeside;
    NestedSupervisors nestedSupervisors = NestedSupervisors::Start;
    AfterSuccess afterSuccess = AfterSuccess::ByRole;
    GuardCounts guardCounts = GuardCounts::Shared;
    DeniedRestarts deniedRestarts = DeniedRestarts::Forgotten;
    Escalation escalation = Escalation::Ignored;
    DelayedStarts delayedStarts = DelayedStarts::CalledOff;
    ExitsAtShutdown exitsAtShutdown = ExitsAtShutdown::OfTheCurrentOne;
    ShutdownCall shutdownCall = ShutdownCall::WholeTree;  ///< an option of a supervisor, not of its dialect
    LoopShutdown loopShutdown = LoopShutdown::StopsChildren;
    LimitScope limitScope = LimitScope::Supervisor;
    Counted counted = Counted::Failures;
    PastLimit pastLimit = PastLimit::StaysDown;
    StopTimeout stopTimeout = StopTimeout::Kills;
    AddedChildren addedChildren = AddedChildren::Started;
    ResumedChildren resumedChildren = ResumedChildren::Started;

    constexpr bool operator==(const Rules &) const = default;
};

}  // namespace daruma
