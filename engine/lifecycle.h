#pragma once

#include "engine/exit_reason.h"
#include "engine/time.h"

#include <optional>
#include <string_view>

namespace daruma {

/// The states of a root, or of any supervisor with a control plane. They only ever go forward.
enum class LifecycleState : std::uint8_t { Starting, Alive, ShuttingDown, Completed, Failed };

constexpr std::string_view toText(LifecycleState state)
{
    constexpr std::string_view names[] = {"starting", "alive", "shutting_down", "completed", "failed"};
    return names[static_cast<std::size_t>(state)];
}

constexpr bool isTerminal(LifecycleState state)
{
    return state == LifecycleState::Completed || state == LifecycleState::Failed;
}

/// Who asked for a shutdown, and why; both may be unknown.
struct ShutdownRequest {
    TextId by = {};
    TextId why = {};
};

/// How a tree ended. Written once, when it ends; read as often as one likes.
struct FinalReport {
    LifecycleState state = LifecycleState::Completed;  ///< completed or failed
    ExitReason reason = {};
    ShutdownRequest request;
    Instant startedAt = Instant::never();  ///< never: it did not come up
    Instant completedAt = {};
};

/// The life of a root supervisor. It is completed when it ended on request or by auto_shutdown, and failed
/// when it gave up, could not start or was killed.
class Lifecycle {
public:
    LifecycleState state() const { return m_state; }
    const ShutdownRequest &request() const { return m_request; }
    /// Never: it did not come up, or not yet.
    Instant startedAt() const { return m_startedAt; }
    /// Nothing until the tree has ended.
    const std::optional<FinalReport> &report() const { return m_report; }

    /// Each returns whether the state changed.
    bool started(Instant now);
    bool shutdownAsked(ShutdownRequest request);
    /// Where the last request counts, and not the first one.
    void requestReplaced(ShutdownRequest request) { m_request = request; }
    /// It stops by itself; `failure` where it gave up.
    bool stopping(bool failure);
    bool ended(Instant now, ExitReason reason);

private:
    LifecycleState m_state = LifecycleState::Starting;
    bool m_failing = false;
    Instant m_startedAt = Instant::never();
    ShutdownRequest m_request;
    std::optional<FinalReport> m_report;
};

}  // namespace daruma
