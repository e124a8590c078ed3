#include "simulator/store/compressed_events.h"

#include "engine/contract.h"

namespace daruma {

static_assert(EventArchive::blockSize == eventsPerChunk);

void CompressedEvents::add(std::span<const Event> block, const Names &names)
{
    EncodedChunk chunk = m_encoder.encode(block, m_blocks.size() * blockSize, names);
    chunk.data.shrink_to_fit();
    m_blocks.push_back(std::move(chunk.data));
}

EventPagePtr CompressedEvents::read(std::size_t block) const
{
    std::atomic<EventPagePtr> &place = m_latest[block % m_latest.size()];
    if (EventPagePtr page = place.load(); page && page->block == block)
        return page;
    // One for each call: several readers may ask at once.
    EventDecoder decoder;
    DecodedChunk chunk;
    const auto decoded = decoder.decode(m_blocks[block], chunk);
    DARUMA_ASSERT(decoded.has_value(), "a block comes back as it was put away");
    auto page = std::make_shared<const EventPage>(EventPage{block, std::move(chunk.events)});
    place.store(page);
    return page;
}

}
