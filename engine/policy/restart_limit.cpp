#include "engine/policy/restart_limit.h"

namespace daruma {

namespace {

std::int64_t wholeSecond(Instant now, Duration clockPhase)
{
    constexpr std::int64_t second = 1'000'000'000;
    // Apart from each other, because their sum may be past the end of 64-bit time.
    return now.ns() / second + clockPhase.ns() / second
           + (now.ns() % second + clockPhase.ns() % second) / second;
}

}  // namespace

RestartCount WholeSecondWindow::count(Instant now, Duration clockPhase, const RestartLimitSpec &spec,
                                      TripTest tripTest)
{
    const std::int64_t second = wholeSecond(now, clockPhase);
    const std::int64_t oldest = second - spec.within.ns() / 1'000'000'000;
    while (m_first < m_entries.size() && m_entries[m_first].second < oldest) {
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
    if (m_entries.empty() || m_entries.back().second != second)
        m_entries.push_back({second, 0});
    ++m_entries.back().restarts;
    ++m_total;
    return {m_total, tripTest == TripTest::Beyond ? m_total <= spec.max : m_total < spec.max};
}

std::uint32_t WholeSecondWindow::used(Instant now, Duration clockPhase, const RestartLimitSpec &spec) const
{
    const std::int64_t oldest = wholeSecond(now, clockPhase) - spec.within.ns() / 1'000'000'000;
    std::uint32_t total = 0;
    for (std::size_t i = m_first; i < m_entries.size(); ++i)
        if (m_entries[i].second >= oldest)
            total += m_entries[i].restarts;
    return total;
}

void WholeSecondWindow::clear()
{
    m_entries.clear();
    m_first = 0;
    m_total = 0;
}

}  // namespace daruma
