#include "engine/policy/restart_guards.h"

#include <algorithm>

namespace daruma {

namespace {

constexpr Duration minute = Duration::seconds(60);

constexpr RestartLimitSpec within(std::uint32_t max, Duration window)
{
    return {max, window, WindowStamps::Exact, WindowEnd::Inclusive, Duration::never()};
}

constexpr RestartLimitSpec coldStart = within(5, Duration::never());
constexpr RestartLimitSpec hotLoop = {3, Duration::seconds(10), WindowStamps::WholeSeconds,
                                      WindowEnd::Exclusive, Duration::never()};
constexpr RestartLimitSpec childMeltdown = within(3, Duration::seconds(10));
constexpr RestartLimitSpec groupMeltdown = within(5, Duration::seconds(30));
constexpr RestartLimitSpec supervisorMeltdown = within(10, minute);

/// The ruling so far, to which each guard adds: of two that are equally grave the first one counts.
class Hearing {
public:
    Hearing(Instant now, Duration clockPhase)
        : m_now(now)
        , m_clockPhase(clockPhase)
    {}

    void ask(Guard guard, GuardVerdict verdict, RestartWindow &window, const RestartLimitSpec &limit,
             TripTest trips)
    {
        const RestartCount count = window.count(m_now, m_clockPhase, limit, trips);
        if (!count.allowed && verdict > ruling.verdict)
            ruling = {verdict, guard, count, limit.max, std::min(limit.within, minute)};
    }

    GuardRuling ruling;

private:
    Instant m_now;
    Duration m_clockPhase;
};

}

void RestartGuards::reset(std::size_t children, std::size_t groups, Instant now, Duration clockPhase)
{
    m_createdAt = now;
    m_clockPhase = clockPhase;
    m_children.assign(children + 1, {});
    m_groups.assign(groups, {});
    m_meltdown.clear();
    m_tokens = TokenBudget(10, Duration::seconds(2));
}

GuardRuling RestartGuards::judge(Instant now, const ChildFailure &failure, const RestartLimitSpec &limit,
                                 bool shared)
{
    Hearing hearing(now, m_clockPhase);
    ChildCounts &own = m_children[failure.child];
    ChildCounts &counts = shared ? m_children.back() : own;
    const RestartLimitSpec byRole =
        within(limit.isUnlimited() ? failuresAllowed(failure.role) : limit.max, minute);
    const RestartCount count = counts.role.count(now, Duration::zero(), byRole, TripTest::Beyond);
    hearing.ruling = {count.allowed ? GuardVerdict::Allowed : GuardVerdict::Escalated, Guard::RoleLimit,
                      count, byRole.max, minute};
    hearing.ask(Guard::ChildLimit, GuardVerdict::Denied, own.limit, limit, TripTest::Beyond);
    if (now - m_createdAt <= minute)
        hearing.ask(Guard::ColdStart, GuardVerdict::Denied, counts.coldStart, coldStart, TripTest::Beyond);
    hearing.ask(Guard::HotLoop, GuardVerdict::Paused, counts.hotLoop, hotLoop, TripTest::At);
    if (!m_tokens.take(now))
        return hearing.ruling;
    hearing.ask(Guard::ChildMeltdown, GuardVerdict::Denied, own.meltdown, childMeltdown, TripTest::At);
    if (failure.group < m_groups.size())
        hearing.ask(Guard::GroupMeltdown, GuardVerdict::Paused, m_groups[failure.group], groupMeltdown,
                    TripTest::At);
    hearing.ask(Guard::SupervisorMeltdown, GuardVerdict::Escalated, m_meltdown, supervisorMeltdown,
                TripTest::At);
    return hearing.ruling;
}

std::uint32_t RestartGuards::failures(Instant now) const
{
    return m_children.empty() ? 0 : m_children.back().role.used(now, Duration::zero(), within(0, minute));
}

}  // namespace daruma
