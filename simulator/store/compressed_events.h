#pragma once

#include "simulator/kernel/event_log.h"
#include "simulator/store/event_codec.h"

#include <array>
#include <atomic>
#include <vector>

namespace daruma {

/// Events in memory in the form that databases have them in: two to four bytes each.
class CompressedEvents final : public EventArchive {
public:
    void add(std::span<const Event> block, const Names &names) override;
    EventPagePtr read(std::size_t block) const override;

private:
    std::vector<std::vector<std::byte>> m_blocks;
    EventEncoder m_encoder;
    mutable std::array<std::atomic<EventPagePtr>, 8> m_latest;  ///< that were read, by their last digit
};

}
