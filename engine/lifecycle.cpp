#include "engine/lifecycle.h"

namespace daruma {

bool Lifecycle::started(Instant now)
{
    if (m_state != LifecycleState::Starting)
        return false;
    m_state = LifecycleState::Alive;
    m_startedAt = now;
    return true;
}

bool Lifecycle::shutdownAsked(ShutdownRequest request)
{
    if (m_state >= LifecycleState::ShuttingDown)
        return false;
    m_state = LifecycleState::ShuttingDown;
    m_request = request;
    return true;
}

bool Lifecycle::stopping(bool failure)
{
    m_failing = m_failing || failure;
    if (m_state >= LifecycleState::ShuttingDown)
        return false;
    m_state = LifecycleState::ShuttingDown;
    return true;
}

bool Lifecycle::ended(Instant now, ExitReason reason)
{
    if (m_report)
        return false;
    const bool failed = m_failing || m_startedAt.isNever() || !isNormal(reason);
    m_state = failed ? LifecycleState::Failed : LifecycleState::Completed;
    m_report = FinalReport{m_state, reason, m_request, m_startedAt, now};
    return true;
}

}  // namespace daruma
