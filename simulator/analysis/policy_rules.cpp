#include "simulator/analysis/policy_rules.h"

#include "engine/policy/role.h"

#include <algorithm>

namespace daruma {

bool canGiveUp(const SupervisorSpec &flags)
{
    const Shape shape = flags.rules.shape;
    const bool endsAtTheLimit = shape == Shape::List || shape == Shape::Monitor || shape == Shape::System
                                || (shape == Shape::Roster && flags.rules.afterGiveUp == AfterGiveUp::Ends);
    return endsAtTheLimit && !flags.limit.isUnlimited();
}

bool endsWithFirstFailure(const SupervisorSpec &flags)
{
    return flags.rules.shape == Shape::Parallel;
}

bool stopsTogether(const SupervisorSpec &flags)
{
    switch (flags.rules.shape) {
    case Shape::List:
        return flags.strategy == Strategy::SimpleOneForOne;
    case Shape::Monitor:
    case Shape::Parallel:
    case Shape::Fenced:
    case Shape::Independent:
        return true;
    case Shape::System:
    case Shape::Loop:
    case Shape::Roster:
        break;
    }
    return false;
}

Duration stopBelow(const SupervisorSpec &above, const ChildSpec &child, bool isSupervisor, Duration needed)
{
    switch (above.rules.shape) {
    case Shape::Monitor:
        return Duration::zero();
    case Shape::Roster:
        return isSupervisor && above.rules.nestedStop == NestedStop::Awaited ? needed : Duration::zero();
    case Shape::Loop:
        if (above.rules.stopWait == StopWait::ForEver)
            return needed;
        break;
    default:
        break;
    }
    return child.shutdown.brutal ? Duration::zero() : std::min(child.shutdown.grace, needed);
}

std::optional<Duration> killsSupervisorAfter(const SupervisorSpec &above, const ChildSpec &child)
{
    const Rules &rules = above.rules;
    const bool neverKills =
        rules.shape == Shape::Roster || (rules.shape == Shape::Loop && rules.stopWait == StopWait::ForEver)
        || (rules.shape == Shape::Independent && rules.stopTimeout == StopTimeout::Leaves)
        || (rules.shape == Shape::Fenced && rules.nestedSupervisors == NestedSupervisors::FailToStart);
    if (neverKills)
        return std::nullopt;
    if (child.shutdown.brutal || rules.shape == Shape::Monitor)
        return Duration::zero();
    return child.shutdown.grace;
}

bool leavesTrappingChildren(const SupervisorSpec &flags)
{
    return flags.rules.childrenAtDeath == ChildrenAtDeath::ExitSignal
           || flags.rules.childrenAtDeath == ChildrenAtDeath::Orphaned;
}

bool leavesDown(const Rules &rules, RestartType restart, ExitReason reason)
{
    switch (rules.shape) {
    case Shape::List:
        return !callsForRestart(restart, reason);
    case Shape::Roster:
        return restart == RestartType::Temporary && rules.temporariesInGroups == TemporariesInGroups::Removed;
    case Shape::Fenced:
        return restart == RestartType::Temporary && reason.kind != ReasonKind::Normal;
    case Shape::Loop:
    case Shape::Independent:
        return !callsForRestart(rules.restartPolicy, restart, reason);
    case Shape::Monitor:
    case Shape::System:
    case Shape::Parallel:
        break;
    }
    return false;
}

bool losesTransientSupervisor(const SupervisorSpec &above, const SupervisorSpec &below)
{
    const bool endsWithShutdown = below.rules.shape == Shape::List || below.rules.shape == Shape::Roster;
    if (!endsWithShutdown || !canGiveUp(below))
        return false;
    switch (above.rules.shape) {
    case Shape::List:
        return true;
    case Shape::Roster:
        return above.rules.nestedEnds == NestedEnds::Seen;
    case Shape::Fenced:
        return above.rules.nestedSupervisors == NestedSupervisors::Start;
    case Shape::Monitor:
    case Shape::System:
    case Shape::Loop:
    case Shape::Independent:
        return !callsForRestart(above.rules.restartPolicy, RestartType::Transient,
                                {ReasonKind::Shutdown, {}});
    case Shape::Parallel:
        break;
    }
    return false;
}

}
