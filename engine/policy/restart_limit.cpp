#include "engine/policy/restart_limit.h"

#include <limits>

namespace daruma {

namespace {

constexpr std::int64_t second = 1'000'000'000;

std::int64_t stampOf(Instant now, Duration clockPhase, WindowStamps stamps)
{
    if (stamps == WindowStamps::Exact)
        return now.ns();
    // Apart from each other, because their sum may be past the end of 64-bit time.
    return now.ns() / second + clockPhase.ns() / second
           + (now.ns() % second + clockPhase.ns() % second) / second;
}

/// The oldest stamp that counts.
std::int64_t oldestOf(std::int64_t stamp, Instant now, const RestartLimitSpec &spec)
{
    if (spec.within.isNever())
        return std::numeric_limits<std::int64_t>::min();
    if (!spec.clockAge.isNever() && spec.within > spec.clockAge
        && spec.within - spec.clockAge > now - Instant::start())
        return stamp;
    const std::int64_t span =
        spec.stamps == WindowStamps::Exact ? spec.within.ns() : spec.within.ns() / second;
    return spec.end == WindowEnd::Inclusive ? stamp - span : stamp - span + 1;
}

RestartCount judged(std::uint32_t count, const RestartLimitSpec &spec, TripTest tripTest)
{
    const bool allowed = tripTest == TripTest::Beyond ? count <= spec.max : count < spec.max;
    return {count, allowed || spec.isUnlimited()};
}

}  // namespace

RestartCount RestartWindow::count(Instant now, Duration clockPhase, const RestartLimitSpec &spec,
                                  TripTest tripTest)
{
    if (spec.kind == WindowKind::Decaying) {
        m_decaying.add(now, spec.within);
        return judged(m_decaying.roundedUp(now, spec.within), spec, tripTest);
    }
    const std::int64_t stamp = stampOf(now, clockPhase, spec.stamps);
    const std::int64_t oldest = oldestOf(stamp, now, spec);
    forget(oldest);
    // A lifetime needs no stamps but one, and a fixed window none but the moment at which it opened.
    const bool isOneEntry = spec.within.isNever() || spec.kind == WindowKind::Fixed;
    if (m_entries.empty() || (m_entries.back().stamp != stamp && !isOneEntry))
        m_entries.push_back({stamp, 0});
    const RestartCount count = judged(m_total + 1, spec, tripTest);
    if (!count.allowed && spec.kind == WindowKind::Fixed)
        return count;
    ++m_entries.back().restarts;
    ++m_total;
    return count;
}

void RestartWindow::forget(std::int64_t oldest)
{
    while (m_first < m_entries.size() && m_entries[m_first].stamp < oldest) {
        m_total -= m_entries[m_first].restarts;
        ++m_first;
    }
    if (m_first == m_entries.size()) {
        m_entries.clear();
        m_first = 0;
    } else if (m_first > 16 && m_first * 2 > m_entries.size()) {
        m_entries.erase(m_entries.begin(), m_entries.begin() + static_cast<std::ptrdiff_t>(m_first));
        m_first = 0;
    }
}

std::uint32_t RestartWindow::used(Instant now, Duration clockPhase, const RestartLimitSpec &spec) const
{
    if (spec.kind == WindowKind::Decaying)
        return m_decaying.roundedUp(now, spec.within);
    const std::int64_t oldest = oldestOf(stampOf(now, clockPhase, spec.stamps), now, spec);
    std::uint32_t total = 0;
    for (std::size_t i = m_first; i < m_entries.size(); ++i)
        if (m_entries[i].stamp >= oldest)
            total += m_entries[i].restarts;
    return total;
}

void RestartWindow::clear()
{
    m_entries.clear();
    m_first = 0;
    m_total = 0;
    m_decaying.clear();
}

}  // namespace daruma
