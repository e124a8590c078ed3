#pragma once

#include "engine/exit_reason.h"
#include "engine/lifecycle.h"
#include "engine/policy/strategy.h"
#include "engine/signal.h"
#include "engine/time.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace daruma {

/// The kinds of events (CONTRACT section 3). Their numbers are part of the fingerprint and of the stored
/// form: new ones are appended.
enum class EventKind : std::uint8_t {
    Start,
    Started,
    InitFailed,
    Ignored,
    Exit,
    Stop,
    Kill,
    Restart,
    Backoff,
    GaveUp,
    AutoShutdown,
    Removed,
    Fault,
    Command,
    Reply,
    Violation,
    Unmatched,
    Reload,
    Lifecycle,
    End,
};
inline constexpr std::size_t eventKindCount = 20;

constexpr std::string_view toText(EventKind kind)
{
    constexpr std::string_view names[] = {"start",         "started",   "init_failed", "ignored",   "exit",
                                          "stop",          "kill",      "restart",     "backoff",   "gave_up",
                                          "auto_shutdown", "removed",   "fault",       "command",   "reply",
                                          "violation",     "unmatched", "reload",      "lifecycle", "end"};
    return names[static_cast<std::size_t>(kind)];
}

/// One event of a run: 48 bytes, hashed and stored as it lies (little-endian), so every byte is named.
///
/// What the general fields mean, by kind (unnamed: zero or invalid):
///   Restart       reason: of the exit; detail: Strategy; value: delay in ns; a: restarts in the window,
///                 this one included; b: allowed; other: the supervisor
///   Backoff       value: delay in ns
///   GaveUp        node: the supervisor; reason: of the exit that was too many; a: in the window; b: allowed;
///                 other: the child; detail: 0, or the Guard that denied this one restart
///   Exit          reason; value: how long it ran in ns (-1 where it had not started)
///   InitFailed    reason; Ignored, Started: value: how long the start took in ns
///   Stop          value: how long it may take in ns (-1: without limit)
///   Fault         a: index of the fault; detail: 1 where it was dropped; value: of a delay, in ns
///   Command       a: index of the command; detail: its CommandKind
///   Reply         a: index of the command; detail: its kind; reason.text: the result as JSON
///   Violation     a: index of the expectation, or violationOfInvariant + Invariant; reason.text: message
///   Unmatched     reason
///   Lifecycle     detail: LifecycleState; reason: why; text may name who asked
///   End           reason.text: why the run ended
struct Event {
    std::int64_t t = 0;
    std::int64_t value = 0;
    NodeId node = {};
    std::uint32_t incarnation = 0;
    EventId cause = {};
    TextId text = {};
    EventKind kind = EventKind::Start;
    ReasonKind reason = ReasonKind::Normal;
    std::uint8_t hasReason = 0;
    std::uint8_t detail = 0;
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    NodeId other = {};

    ExitReason exitReason() const { return {reason, text}; }
    void setReason(ExitReason why)
    {
        reason = why.kind;
        text = why.text;
        hasReason = 1;
    }
};
static_assert(sizeof(Event) == 48, "the record is hashed as it lies in memory: it must have no padding");

inline constexpr std::uint32_t violationOfInvariant = 0x8000'0000;

/// Why a run is over. Quiet: nothing can happen any more. Stuck: neither, but some supervisor waits
/// for an answer that can never come.
enum class EndCause : std::uint8_t {
    Quiet,
    Horizon,
    StartFailed,
    EventLimit,
    InstantLimit,
    NodeLimit,
    Stuck,
};

}  // namespace daruma
