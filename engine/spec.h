#pragma once

#include "engine/exit_reason.h"
#include "engine/ids.h"
#include "engine/policy/backoff.h"
#include "engine/policy/restart_limit.h"
#include "engine/policy/role.h"
#include "engine/policy/rules.h"
#include "engine/policy/shutdown_policy.h"
#include "engine/policy/strategy.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace daruma {

/// When a child that ended is started again (OTP supervisor, "restart" of a child specification).
enum class RestartType : std::uint8_t { Permanent, Transient, Temporary };

/// Is a child of that type started again after such an end? (OTP 25, supervisor:do_restart/3; rules 11 to 13)
constexpr bool callsForRestart(RestartType type, ExitReason reason)
{
    return type == RestartType::Permanent || (type == RestartType::Transient && !isNormal(reason));
}

/// The same where a dialect does not leave it to the type.
constexpr bool callsForRestart(RestartPolicy policy, RestartType type, ExitReason reason)
{
    switch (policy) {
    case RestartPolicy::Always:
        return true;
    case RestartPolicy::Failures:
        return !isNormal(reason);
    case RestartPolicy::ByTypeButKilled:
        return callsForRestart(type, reason)
               && (type == RestartType::Permanent || reason.kind != ReasonKind::Killed);
    case RestartPolicy::ByType:
        break;
    }
    return callsForRestart(type, reason);
}

/// Declared type of a child; apart from the default of `shutdown` it matters for counts only (rule 10).
enum class ChildType : std::uint8_t { Worker, Supervisor };

enum class AutoShutdown : std::uint8_t { Never, AnySignificant, AllSignificant };

/// OTP's child specification. `key` is the caller's own name for what is to be started; the engine hands it
/// back in the effect `Start` and never looks at it.
struct ChildSpec {
    ChildId id;
    std::uint32_t key = 0;
    RestartType restart = RestartType::Permanent;
    ChildType type = ChildType::Worker;
    bool significant = false;
    /// Index into `SupervisorSpec::backoffs`, or `noBackoff`.
    std::uint8_t backoff = noBackoff;
    Role role = Role::Worker;
    /// Those of one number share a guard; `noGroup` for none.
    std::uint16_t group = noGroup;
    ShutdownPolicy shutdown = ShutdownPolicy::after(Duration::seconds(5));

    static constexpr std::uint16_t noGroup = 0xffff;
    static constexpr std::uint8_t noBackoff = 0xff;
};

/// OTP's supervisor flags and child specifications, in start order. Immutable while a supervisor refers to
/// it. Under simple_one_for_one `children` holds the one template.
struct SupervisorSpec {
    Strategy strategy = Strategy::OneForOne;
    RestartLimitSpec limit;
    AutoShutdown autoShutdown = AutoShutdown::Never;
    std::uint32_t mostInstances = 0xffff'ffff;  ///< under simple_one_for_one: start_child fails beyond it
    Rules rules;
    BackoffSpec pause;  ///< of `PastLimit::Pauses`
    std::vector<ChildSpec> children;
    std::vector<BackoffSpec> backoffs;
    bool hasDuplicateIds = false;  ///< some child has the id of an earlier one
    /// How long a start may take that is asked for with a timeout, by the key of its specification.
    std::vector<std::pair<std::uint32_t, Duration>> startTimeouts;

    Duration startTimeoutOf(std::uint32_t key) const
    {
        for (const auto &[known, timeout] : startTimeouts)
            if (known == key)
                return timeout;
        return Duration::never();
    }
};

}  // namespace daruma
