#pragma once

#include "engine/spec.h"

#include <optional>

/// What the rules of a supervisor say about the things that policy checks judge by.

namespace daruma {

/// Whether a limit can end a supervisor of that kind at all.
bool canGiveUp(const SupervisorSpec &flags);

/// Whether it ends, and stops all others, with the first failure of a child, whatever limit is set.
bool endsWithFirstFailure(const SupervisorSpec &flags);

/// Whether it asks all children to stop at the same moment, so that their times do not add up.
bool stopsTogether(const SupervisorSpec &flags);

/// How long a child may take to stop below it: its own `needed` time at most, and never() where nothing
/// limits it.
Duration stopBelow(const SupervisorSpec &above, const ChildSpec &child, bool isSupervisor, Duration needed);

/// After how long it kills a supervisor below it that does not end; zero: at once; nothing where it does not
/// kill it at all.
std::optional<Duration> killsSupervisorAfter(const SupervisorSpec &above, const ChildSpec &child);

/// Whether children that do not end by the loss of their supervisor alone outlive it.
bool leavesTrappingChildren(const SupervisorSpec &flags);

/// Whether a child that ends so stays down by its restart type alone, whoever else ends.
bool leavesDown(const Rules &rules, RestartType restart, ExitReason reason);

/// Whether a transient child that is a supervisor is gone for good once that has given up: it ends with
/// `shutdown`, and the one above it takes that for a normal end.
bool losesTransientSupervisor(const SupervisorSpec &above, const SupervisorSpec &below);

}
