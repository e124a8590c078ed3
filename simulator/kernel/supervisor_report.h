#pragma once

#include "simulator/kernel/run_result.h"
#include "simulator/kernel/sink.h"

#include <optional>
#include <string>
#include <vector>

namespace daruma {

/// Health and exit report of a supervisor at the end of a run (CONTRACT section 4, `report`). Texts are empty
/// where nobody said anything.
struct SupervisorReport {
    NodeId node;
    LifecycleState state = LifecycleState::Starting;
    std::string phase;                ///< of a control plane's exit report
    std::string reason;               ///< of the end
    std::optional<bool> recoverable;  ///< of a control plane's exit report
    std::optional<bool> panic;        ///< nothing while it lives
    std::optional<Instant> startedAt;
    Instant lastObservedAt;
    std::optional<Instant> completedAt;
    std::string requestedBy;
    std::string shutdownReason;
};

/// The root's, then those of the other supervisors that have a control plane, in the order in which they were
/// started first. What a control plane says goes before what the run alone knows.
std::vector<SupervisorReport> supervisorReports(const RunResult &result, const Names &names);

/// `panic`, or `panic:TEXT`.
std::string reasonText(ExitReason reason, const Names &names);

}  // namespace daruma
