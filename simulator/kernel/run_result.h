#pragma once

#include "engine/control_plane.h"
#include "engine/lifecycle.h"
#include "simulator/kernel/event.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace daruma {

/// How a run ended (CONTRACT section 4), the first that applies from the end of the list upwards. A run that
/// ends because a supervisor waits for ever has given up, too.
enum class Outcome : std::uint8_t { Passed, GaveUp, Failed, Truncated };

constexpr std::string_view toText(Outcome outcome)
{
    constexpr std::string_view names[] = {"passed", "gave_up", "failed", "truncated"};
    return names[static_cast<std::size_t>(outcome)];
}

/// The 128-bit XXH3 of the event records.
struct Fingerprint {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    constexpr bool operator==(const Fingerprint &) const = default;
};

/// 32 hex digits.
std::string toText(Fingerprint fingerprint);

/// What became of one expectation in one run.
struct ExpectationResult {
    bool passed = true;
    /// A limit cut the run before this was decided: it has neither passed (`passed` is false) nor failed.
    bool undecided = false;
    /// Of `sometimes` in one run: was it reached? (A run alone never fails it.)
    bool reached = false;
    Instant at;           ///< when it failed; of nothing else
    EventId event = {};   ///< its `violation`
    std::string message;  ///< empty unless it failed
};

/// A broken invariant: a defect of the machine (or of a dialect that breaks its own promise), not of the
/// scenario.
struct InvariantViolation {
    std::string name;
    Instant at;
    EventId event = {};
    std::string message;
};

/// A supervisor that has a control plane, as its latest incarnation left it.
struct NodeControl {
    NodeId node;
    ControlPlane plane;
};

struct RunResult {
    Outcome outcome = Outcome::Passed;
    std::uint64_t seed = 0;
    Instant end;
    EndCause endCause = EndCause::Quiet;
    std::string endText;  ///< of the event `end`
    std::uint64_t events = 0;
    std::uint64_t restarts = 0;  ///< restart decisions
    Fingerprint fingerprint;
    Lifecycle root;  ///< without a report while the root still lives at the end
    std::vector<NodeControl> controls;
    std::vector<ExpectationResult> expectations;  ///< in the order of the model's
    std::vector<InvariantViolation> invariants;

    /// Expectations and invariants alone decide the exit code; a truncated run has failed (CONTRACT section
    /// 4).
    bool hasFailed() const { return outcome == Outcome::Failed || outcome == Outcome::Truncated; }
};

}  // namespace daruma
