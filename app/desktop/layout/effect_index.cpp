#include "app/desktop/layout/effect_index.h"

#include "simulator/kernel/simulation.h"

#include <numeric>

namespace daruma {

EffectIndex::EffectIndex(const Recording &recording)
{
    // A counting sort: how many each cause has, where they begin, and each in its turn.
    m_ends.resize(recording.events.size());
    for (const Event &event : recording.events)
        if (event.cause.isValid())
            ++m_ends[event.cause.value];
    std::exclusive_scan(m_ends.begin(), m_ends.end(), m_ends.begin(), 0U);
    m_effects.resize(m_ends.empty() ? 0 : recording.events.size());
    std::uint32_t number = 0;
    for (const Event &event : recording.events) {
        if (event.cause.isValid())
            m_effects[m_ends[event.cause.value]++] = EventId{number};
        ++number;
    }
}

std::span<const EventId> EffectIndex::of(EventId cause) const
{
    if (!cause.isValid())
        return {};
    const std::uint32_t first = cause.value == 0 ? 0 : m_ends[cause.value - 1];
    return {m_effects.data() + first, m_ends[cause.value] - first};
}

}
