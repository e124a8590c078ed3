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

std::vector<Event> CompressedEvents::read(std::size_t block) const
{
    const auto decoded = m_decoder.decode(m_blocks[block], m_chunk);
    DARUMA_ASSERT(decoded.has_value(), "a block comes back as it was put away");
    return std::move(m_chunk.events);
}

}
