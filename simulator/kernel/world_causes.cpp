#include "simulator/kernel/world.h"

#include <algorithm>

namespace daruma {

bool World::isKept(const Cause &cause) const
{
    const std::vector<Cause> *kept = m_interventions.kept;
    return !kept || std::binary_search(kept->begin(), kept->end(), cause);
}

/// What becomes of a start whose own `init_result` is `drawn`.
InitResult World::ownInitResult(InitResult drawn, const Process &process)
{
    if (drawn.kind == InitResultKind::Ok)
        return drawn;
    const Cause cause = causeIn(CauseKind::StartFailure, process);
    if (!isKept(cause))
        return {};
    // A start that hangs leaves no trace but its beginning.
    occurred(cause, drawn.kind == InitResultKind::Hang ? process.beginEvent : m_trace.next());
    return drawn;
}

}  // namespace daruma
