#pragma once

#include "engine/ids.h"

#include <cstdint>
#include <span>
#include <vector>

namespace daruma {

struct Recording;

/// What each event brought about: the events that name it as their cause. Eight bytes an event.
class EffectIndex {
public:
    EffectIndex() = default;
    explicit EffectIndex(const Recording &recording);

    /// In their order.
    std::span<const EventId> of(EventId cause) const;

private:
    std::vector<std::uint32_t>
        m_ends;  ///< of each cause, where its effects end; they begin where the last one's do
    std::vector<EventId> m_effects;
};

}
