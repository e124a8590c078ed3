#pragma once

#include "engine/ids.h"

#include <cstdint>
#include <vector>

namespace daruma {

/// The classes of what happens in a run by itself. Everything else in it follows from these and from the
/// tree.
enum class CauseKind : std::uint8_t {
    Strike,        ///< a fault strikes one target once
    Delay,         ///< a delay fault, as a whole
    Command,       ///< an operator's command, as a whole
    Exit,          ///< the lifetime of a process ends
    StartFailure,  ///< `init_result` is anything but ok; what `needs` or an outage brings about is not it
};

/// One of them, named so that it is the same in every run of the model with the same seed: the draws that
/// lead to it depend on these numbers alone.
struct Cause {
    CauseKind kind = CauseKind::Strike;
    std::uint32_t index = 0;   ///< of a strike or delay: of the fault; of a command: its own
    std::uint64_t number = 0;  ///< of a strike: which moment of the fault, from 0; of a process: incarnation
    std::uint64_t path = 0;    ///< hash of the path of the target or the process; 0 otherwise

    constexpr auto operator<=>(const Cause &) const = default;
};

/// A cause that took effect, and the event that tells of it: `fault` (of a delay the first), `command`,
/// `exit`, `init_failed` or `ignored`; of a start that hangs its `start`.
struct OccurredCause {
    Cause cause;
    EventId event;
};

/// A run in which only some causes may take effect. What is suppressed writes no event, and its draws are
/// made all the same, so that nothing else gets other ones. Both lists must outlive the run.
struct Interventions {
    /// In ascending order; null: all.
    const std::vector<Cause> *kept = nullptr;
    /// Where the causes that took effect are added, in the order of their events; null: nowhere.
    std::vector<OccurredCause> *occurred = nullptr;
};

}  // namespace daruma
