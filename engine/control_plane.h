#pragma once

#include "engine/lifecycle.h"
#include "engine/time.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// Why a control loop failed.
struct FailureReason {
    std::string phase;
    std::string reason;
    bool panic = false;
    bool recoverable = false;  ///< the caller can recover with a new supervisor

    bool operator==(const FailureReason &) const = default;
};

/// How a control loop ended.
struct ExitReport {
    LifecycleState state = LifecycleState::Completed;
    std::string phase;
    std::string reason;
    bool recoverable = false;
    Instant completedAt;
    bool panic = false;

    static ExitReport completed(std::string phase, std::string reason, Instant now);
    static ExitReport failed(std::string phase, std::string reason, bool panic, bool recoverable,
                             Instant now);

    /// Nothing unless it failed.
    std::optional<FailureReason> failureReason() const;

    bool operator==(const ExitReport &) const = default;
};

struct HealthReport {
    bool alive = false;
    LifecycleState state = LifecycleState::Starting;
    Instant startedAt;
    Instant lastObservedAt;
    std::optional<FailureReason> failure;
    std::optional<ExitReport> exitReport;

    bool operator==(const HealthReport &) const = default;
};

/// What a request for a shutdown comes to.
struct ShutdownReply {
    std::string invalidTransition;     ///< why it is refused; empty where it is not
    std::optional<ExitReport> report;  ///< the cached one, where everything was over already
};

/// What the callers of a supervisor can read about its control loop, as often as they like, also when it has
/// ended: to the letter of rust-tokio-supervisor 0.1.3, runtime/lifecycle.rs, RuntimeControlPlane. Unlike
/// `Lifecycle` it may go back from shutting down to alive, and the last request for a shutdown counts.
class ControlPlane {
public:
    explicit ControlPlane(Instant now)
        : m_startedAt(now)
        , m_lastObservedAt(now)
    {}

    LifecycleState state() const { return m_state; }
    const std::string &shutdownRequestedBy() const { return m_requestedBy; }
    const std::string &shutdownReason() const { return m_reason; }
    Instant startedAt() const { return m_startedAt; }
    /// To look at it is no observation.
    Instant lastObservedAt() const { return m_lastObservedAt; }

    /// From every state that is not an end.
    void markAlive(Instant now);
    /// Reading it is an observation.
    bool isAlive(Instant now);
    /// Reading it is an observation, after the end too.
    HealthReport health(Instant now);
    /// Both texts have to say something; the requester is looked at first.
    ShutdownReply markShutdownRequested(std::string_view requestedBy, std::string_view reason, Instant now);
    /// Why a command is refused that only a living loop takes, and not from just anybody; empty where it is
    /// not. Who asks is looked at first, then why, then the state. The words for the state are not the
    /// seed's, which ends before them.
    std::string refusal(std::string_view requestedBy, std::string_view reason) const;
    /// The first report wins: whoever comes later gets that one back. Its state is taken as it is.
    const ExitReport &complete(ExitReport report);
    /// Nothing until the end.
    const std::optional<ExitReport> &finalReport() const { return m_report; }

    /// Waits for the end: the report where it is there, or else `caller` is among those that have to be told.
    const std::optional<ExitReport> &join(EventId caller);
    /// Those that wait, in the order in which they came. They wait no longer.
    std::vector<EventId> takeWaiting();

private:
    LifecycleState m_state = LifecycleState::Starting;
    Instant m_startedAt;
    Instant m_lastObservedAt;
    std::optional<ExitReport> m_report;
    std::optional<FailureReason> m_failure;
    std::string m_requestedBy;
    std::string m_reason;
    std::vector<EventId> m_waiting;
};

}  // namespace daruma
