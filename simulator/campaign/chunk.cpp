#include "simulator/campaign/chunk.h"

#include <algorithm>

namespace daruma {

namespace {

constexpr std::chrono::nanoseconds intended = std::chrono::milliseconds(10);
constexpr std::uint64_t mostSeeds = 4'096;
/// Of each worker: enough that it need not wait while the database takes its time, few enough to be kept.
constexpr std::uint64_t chunksAhead = 4;

}

ChunkQueue::ChunkQueue(SeedRange seeds, unsigned jobs, std::uint64_t blockSize)
    : m_seeds(seeds)
    , m_blockSize(blockSize)
    , m_mostOutstanding(chunksAhead * jobs)
{}

std::uint64_t ChunkQueue::sizeOfNext() const
{
    const std::uint64_t leftOfBlock = m_blockSize - m_dealtSeeds % m_blockSize;
    return std::min({m_size, leftOfBlock, m_seeds.size() - m_dealtSeeds});
}

std::optional<Chunk> ChunkQueue::next()
{
    std::unique_lock lock(m_mutex);
    m_mayDeal.wait(lock, [&] { return m_isClosed || m_dealt - m_taken < m_mostOutstanding; });
    if (m_isClosed || m_dealtSeeds == m_seeds.size())
        return std::nullopt;
    Chunk chunk;
    chunk.number = m_dealt++;
    chunk.seeds.first = m_seeds.first + m_dealtSeeds;
    const std::uint64_t size = sizeOfNext();
    chunk.seeds.last = chunk.seeds.first + (size - 1);
    m_dealtSeeds += size;
    return chunk;
}

void ChunkQueue::deliver(Chunk chunk)
{
    const std::lock_guard lock(m_mutex);
    if (chunk.finished > 0) {
        const auto perSeed =
            std::max<std::int64_t>(1, chunk.took.count() / static_cast<std::int64_t>(chunk.finished));
        // Growing in steps: the first runs of a worker are slower than those that follow.
        const auto fitting = static_cast<std::uint64_t>(intended.count() / perSeed);
        m_size = std::clamp<std::uint64_t>(fitting, 1, std::min(mostSeeds, m_size * 4));
    }
    const std::uint64_t number = chunk.number;
    m_waiting.emplace(number, std::move(chunk));
    if (number == m_taken)
        m_delivered.notify_one();
}

std::optional<Chunk> ChunkQueue::take(std::chrono::milliseconds patience)
{
    std::unique_lock lock(m_mutex);
    const auto isThere = [&] { return !m_waiting.empty() && m_waiting.begin()->first == m_taken; };
    if (!m_delivered.wait_for(lock, patience, isThere))
        return std::nullopt;
    Chunk chunk = std::move(m_waiting.begin()->second);
    m_waiting.erase(m_waiting.begin());
    ++m_taken;
    m_mayDeal.notify_all();
    return chunk;
}

void ChunkQueue::close()
{
    const std::lock_guard lock(m_mutex);
    m_isClosed = true;
    m_mayDeal.notify_all();
}

bool ChunkQueue::isDone()
{
    const std::lock_guard lock(m_mutex);
    return m_taken == m_dealt && (m_isClosed || m_dealtSeeds == m_seeds.size());
}

}
