#pragma once

#include "engine/policy/restart_limit.h"
#include "engine/policy/role.h"
#include "engine/policy/token_budget.h"

#include <string_view>

namespace daruma {

/// Who denied a restart. `None`: nobody, or the one limit that a supervisor of another shape has.
enum class Guard : std::uint8_t {
    None,
    ChildLimit,
    RoleLimit,
    ColdStart,
    HotLoop,
    ChildMeltdown,
    GroupMeltdown,
    SupervisorMeltdown,
    Quarantine,  ///< its start failed
    SupervisorLimit,
};

constexpr std::string_view toText(Guard guard)
{
    constexpr std::string_view names[] = {
        "",           "restart limit of the child",     "limit of its role",     "cold start",
        "hot loop",   "meltdown of the child",          "meltdown of its group", "meltdown of the supervisor",
        "quarantine", "restart limit of the supervisor"};
    return names[static_cast<std::size_t>(guard)];
}

/// Within which time a guard counts failures. `within` is that of the child's own limit. Never: it counts
/// none.
constexpr Duration windowOf(Guard guard, Duration within)
{
    switch (guard) {
    case Guard::None:
    case Guard::ChildLimit:
    case Guard::SupervisorLimit:
        return within;
    case Guard::RoleLimit:
    case Guard::ColdStart:
    case Guard::SupervisorMeltdown:
        return Duration::seconds(60);
    case Guard::HotLoop:
    case Guard::ChildMeltdown:
        return Duration::seconds(10);
    case Guard::GroupMeltdown:
        return Duration::seconds(30);
    case Guard::Quarantine:
        break;
    }
    return Duration::never();
}

/// What a guard says, from the mildest to the gravest: the gravest of all counts.
enum class GuardVerdict : std::uint8_t { Allowed, Denied, Paused, Escalated };

struct GuardRuling {
    GuardVerdict verdict = GuardVerdict::Allowed;
    Guard guard = Guard::RoleLimit;  ///< … whose count and limit these are
    RestartCount count;
    std::uint32_t limit = 0;
    Duration window;
};

/// A failure of a child, as far as the guards look at it.
struct ChildFailure {
    static constexpr std::uint16_t noGroup = 0xffff;

    std::size_t child = 0;
    Role role = Role::Worker;
    std::uint16_t group = noGroup;
};

/// Several limits that apply to each failure at once, each with a window and a verdict of its own
/// (rust-tokio-supervisor 0.1.3; seed-semantics section 4.3):
///
///   restart limit of the child    more than `max` `within`: denied
///   limit of its role             failures of all children in 60 s, more than `max` or else what the role
///                                 allows: escalated. The explicit limit's own window is not looked at.
///   cold start                    more than 5 in the first 60 s of the supervisor: denied
///   hot loop                      3 of all children in whole seconds later than 10 s ago: paused
///   meltdown                      child 3 in 10 s: denied; group 5 in 30 s: paused; supervisor 10 in 60 s:
///                                 escalated. Not looked at while the bucket of 10 tokens, which gets another
///                                 every 2 s, is empty.
class RestartGuards {
public:
    void reset(std::size_t children, std::size_t groups, Instant now, Duration clockPhase);
    /// One more, behind the others.
    void addChild() { m_children.insert(m_children.end() - 1, ChildCounts{}); }
    /// Counts the failure everywhere, and judges it. `shared`: one child's failures count against all.
    GuardRuling judge(Instant now, const ChildFailure &failure, const RestartLimitSpec &limit, bool shared);
    /// Failures of all children in the last minute.
    std::uint32_t failures(Instant now) const;

private:
    struct ChildCounts {
        RestartWindow limit;
        RestartWindow role;
        RestartWindow hotLoop;
        RestartWindow coldStart;
        RestartWindow meltdown;
    };

    Instant m_createdAt;
    Duration m_clockPhase;
    std::vector<ChildCounts> m_children;  ///< the last one is that of all
    std::vector<RestartWindow> m_groups;
    RestartWindow m_meltdown;
    TokenBudget m_tokens{10, Duration::seconds(2)};
};

}  // namespace daruma
