#pragma once

#include "engine/exit_reason.h"
#include "engine/spec.h"

namespace daruma {

/// What an operator may ask a supervisor for. Their numbers are part of the fingerprint and of the stored
/// form: new ones are appended.
enum class CommandKind : std::uint8_t {
    StartChild,
    TerminateChild,
    RestartChild,
    DeleteChild,
    WhichChildren,
    CountChildren,
    Shutdown,  ///< not a call: the machines get `StopAsked`
    Reload,
    Control,  ///< any other message
    StartChildLinked,
    GetRestartStrategy,
    GetUptime,
    // Answered by the control plane, which outlives the machine.
    IsAlive,
    Health,
    FinalReport,
    Join,
    // Let through by the control plane, and carried out by the loop.
    AddChild,
    PauseChild,
    ResumeChild,
};

constexpr bool isForControlPlane(CommandKind kind)
{
    return kind == CommandKind::IsAlive || kind == CommandKind::Health || kind == CommandKind::FinalReport
           || kind == CommandKind::Join;
}

/// Whether the control plane insists on who asks, and why, and on a loop that is alive.
constexpr bool needsRequester(CommandKind kind)
{
    return kind == CommandKind::AddChild || kind == CommandKind::PauseChild
           || kind == CommandKind::ResumeChild;
}

enum class SignalKind : std::uint8_t {
    Boot,            ///< start the children; the first signal of every supervisor
    ChildSpawned,    ///< to shapes that do not await starts: what was asked for has begun, as `child`
    ChildStarted,    ///< the start that was asked for succeeded: `child`
    ChildFailed,     ///< … failed with `reason`
    ChildIgnored,    ///< … succeeded without a process
    ChildExited,     ///< the process `child` ended with `reason`
    DeadlinePassed,  ///< the deadline armed last has passed
    BackoffOver,     ///< the delay before the restart of record `hint` is over
    Retry,           ///< the supervisor's own message to itself: try the failed restart of `hint` again
    TurnOver,        ///< what the effects up to `EndTurn` brought about without delay has its turn first
    StopAsked,       ///< the parent's exit signal (or its death): stop the children, then exit with `reason`
    Command,         ///< an operator's call
    OwnerEnded,      ///< the process that owns the supervisor has ended
    Selected,        ///< answer to a `Select`: `hint` is a number drawn from the seed of the run
    ReloadAsked,     ///< the parent's message
    ReloadDone,      ///< `child` has obeyed a `Reload`, and listens again
};

/// One message to a supervisor. `cause` is the event that brought it about and is handed on to the effects.
struct Signal {
    SignalKind kind = SignalKind::Boot;
    CommandKind command = CommandKind::StartChild;
    ExitReason reason = {};
    ProcessId child = {};
    /// Where the record stood when the child was started; records only ever move towards the front.
    std::uint32_t hint = 0;
    EventId cause = {};
    /// Of a command: the id of the child it is about, or the name of the new instance.
    ChildId id = {};
    /// Of start_child: what to start. The engine copies it. Under simple_one_for_one only its `key` is used.
    const ChildSpec *spec = nullptr;
};

}  // namespace daruma
