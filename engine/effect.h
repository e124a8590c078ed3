#pragma once

#include "engine/policy/restart_guards.h"
#include "engine/signal.h"

#include <vector>

namespace daruma {

enum class EffectKind : std::uint8_t {
    Start,           ///< start a child: `key`, `id`, `hint`
    Stop,            ///< send `child` the exit signal `shutdown`
    Kill,            ///< send `child` the signal `kill`
    ArmDeadline,     ///< `DeadlinePassed` after `duration`, in place of an earlier deadline
    DisarmDeadline,  ///< forget the deadline
    Restart,  ///< report: a restart of `child` was decided; `count`, `reason`; `backoff` of its spec or none
    Backoff,  ///< `BackoffOver` for `hint` after the delay of the `Restart` before; `earlier` delays so far
    CancelBackoff,  ///< forget the delay of `hint`
    DropStart,      ///< kill the child whose start is under way; its answer is still awaited
    GaveUp,         ///< report: the limit is exceeded because of `child`
    AutoShutdown,   ///< report: significant children are gone
    Removed,        ///< report: the record of `child` is deleted
    Unmatched,      ///< report: an exit of `child` that no record knows
    Reply,          ///< answer of the command that is `cause`
    Started,        ///< this supervisor is up
    StartFailed,    ///< … could not start because child `id` failed with `reason`; it is gone
    Terminated,     ///< … has ended with `reason`
    Reload,         ///< tell `child` to reload
    Select,         ///< `Selected` once all that this instant has in store has happened
    EndTurn,        ///< `TurnOver` behind what is on its way; no event
};

/// Does the effect become an event of its own? A `Stop` to a child that is already dead does not either, but
/// nothing that is counted follows it in the same list.
constexpr bool isEvent(EffectKind kind)
{
    return kind != EffectKind::ArmDeadline && kind != EffectKind::DisarmDeadline
           && kind != EffectKind::CancelBackoff && kind != EffectKind::DropStart && kind != EffectKind::Select
           && kind != EffectKind::EndTurn;
}

/// Why a start of all children failed.
enum class StartFailure : std::uint8_t {
    None,
    Child,        ///< `id`, with `reason`
    ReusedId,     ///< `id` is that of an earlier one
    Interrupted,  ///< by a stop that was asked for
};

/// What a supervisor that panics tells whoever catches it (axis A18).
enum class PanicPayload : std::uint8_t {
    None,
    Startup,         ///< its first start failed: `startFailure`
    TooManyRestarts  ///< for the exit of `child` with `reason`, or for a `startFailure`
};

/// The answer to a command, in OTP's terms (otp-semantics section J).
enum class ReplyKind : std::uint8_t {
    Ok,
    OkChild,         ///< {ok, Child}: `child`
    OkUndefined,     ///< {ok, undefined}
    AlreadyStarted,  ///< {error, {already_started, Child}}: `child`
    AlreadyPresent,
    NotFound,
    Running,
    Restarting,
    SimpleOneForOne,  ///< {error, simple_one_for_one}
    Failed,           ///< {error, Reason}: `reason`
    OkIfDead,         ///< ok, or {error, not_found} where `child` is a living process
    Children,         ///< which_children: `hint` rows of `EffectList::rows` from `key`
    Counts,           ///< count_children: `EffectList::counts[key]`
    Ignored,          ///< ignore
    MaxChildren,      ///< {error, max_children}
    Exited,           ///< the call failed because the supervisor ended, with the reason it ended with
    TimedOut,         ///< the child was not up in time
    Roster,           ///< as `Children`, with restart types in the place of processes
    Strategy,
    Uptime,        ///< `duration`
    ChildAdded,    ///< a child was added, or at least noted: `id`
    ChildControl,  ///< what a child is told to be: `id`, bits of `ChildControl` in `hint`, attempt `earlier`
};

/// Bits of the reply `ChildControl`.
struct ChildControl {
    static constexpr std::uint32_t wasPaused = 1;
    static constexpr std::uint32_t isPaused = 2;
    static constexpr std::uint32_t cancelDelivered = 4;  ///< to its current attempt
    static constexpr std::uint32_t isRunning = 8;
    static constexpr std::uint32_t isCancelling = 16;
};

enum class ChildStatus : std::uint8_t { Undefined, Restarting, Running };

/// One line of which_children.
struct ChildRow {
    ChildId id = {};
    ProcessId process = {};
    ChildStatus status = ChildStatus::Undefined;
    ChildType type = ChildType::Worker;
    RestartType restart = RestartType::Permanent;
};

/// The answer of count_children.
struct ChildCounts {
    std::uint32_t specs = 0;
    std::uint32_t active = 0;
    std::uint32_t supervisors = 0;
    std::uint32_t workers = 0;
};

struct Effect {
    EffectKind kind = EffectKind::Start;
    ReplyKind reply = ReplyKind::Ok;
    CommandKind command = CommandKind::StartChild;
    std::uint8_t backoff = ChildSpec::noBackoff;
    /// Of `Terminated`: living children are left alone instead of dying with their supervisor.
    bool leavesChildren = false;
    /// Of `StartFailed` and `Terminated`: what its reason tells beyond a plain panic.
    PanicPayload payload = PanicPayload::None;
    StartFailure startFailure = StartFailure::None;
    /// Of `Terminated`: what `reason` says of a child is told as an error that the supervisor returns.
    bool returnsError = false;
    /// Of `Restart` and `GaveUp`: whose `count` it is, where it is not that of the supervisor's one limit.
    /// Then `key` restarts were allowed, and `duration` is the delay.
    Guard guard = Guard::None;
    std::uint32_t key = 0;
    std::uint32_t hint = 0;
    ProcessId child = {};
    ExitReason reason = {};
    ChildId id = {};
    EventId cause = {};
    RestartCount count = {};
    std::uint32_t earlier = 0;
    Duration duration = {};
};

/// Effects in the order in which they are to be carried out. The caller owns it, sets `nextEvent` before each
/// `handle` and clears it after; so a supervisor knows the number that each of its reports will get, and can
/// name it as the cause of what follows.
struct EffectList {
    std::vector<Effect> effects;
    std::vector<ChildRow> rows;
    std::vector<ChildCounts> counts;
    std::uint32_t nextEvent = 0;

    /// Appends an effect to be filled in where it stays: copying it there would stall the processor.
    Effect &add(EffectKind kind, EventId cause)
    {
        Effect &effect = effects.emplace_back();
        effect.kind = kind;
        effect.cause = cause;
        nextEvent += isEvent(kind) ? 1 : 0;
        return effect;
    }
    /// The number of the event that the effect added last will be. REQUIRES: it will be one.
    EventId lastEvent() const { return EventId{nextEvent - 1}; }

    /// Appends and returns the number of the event that the effect will be.
    EventId append(const Effect &effect)
    {
        effects.push_back(effect);
        return isEvent(effect.kind) ? EventId{nextEvent++} : EventId{};
    }
    void clear()
    {
        effects.clear();
        rows.clear();
        counts.clear();
    }
};

}  // namespace daruma
