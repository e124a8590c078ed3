#pragma once

#include "simulator/campaign/sweep.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace daruma {

/// Successive seeds that one worker runs in a go, and what came of them.
struct Chunk {
    std::uint64_t number = 0;
    SeedRange seeds;
    std::uint64_t finished = 0;  ///< so many of them, in every cell
    bool hasFailure = false;     ///< the last of these failed, and the plan stops there
    std::chrono::nanoseconds took{0};
    std::vector<CampaignStatistics> cells;

    struct Run {
        std::shared_ptr<const Variant> variant;  ///< whose model the captured run points to
        CapturedRun captured;
    };
    std::vector<Run> runs;  ///< to be recorded, in order

    bool isWhole() const { return finished == seeds.size(); }
};

/// Deals chunks to workers and gives them back in their order. A chunk is as large as takes a worker some
/// milliseconds, so that neither cheap runs are all overhead nor dear ones wait for each other.
class ChunkQueue {
public:
    /// No chunk crosses a multiple of `blockSize` seeds, counted from the first.
    ChunkQueue(SeedRange seeds, unsigned jobs, std::uint64_t blockSize);

    /// For a worker. Waits while too many are not taken yet; nothing where there is no more to do.
    std::optional<Chunk> next();
    void deliver(Chunk chunk);
    /// Of the one who collects: the next in order; nothing where it did not come within `patience`.
    std::optional<Chunk> take(std::chrono::milliseconds patience);
    /// Nothing is dealt any more.
    void close();
    /// All that was dealt has been taken, and nothing is dealt any more.
    bool isDone();

private:
    std::uint64_t sizeOfNext() const;

    std::mutex m_mutex;
    std::condition_variable m_mayDeal;
    std::condition_variable m_delivered;
    SeedRange m_seeds;
    std::uint64_t m_blockSize;
    std::uint64_t m_mostOutstanding;
    std::uint64_t m_dealtSeeds = 0;
    std::uint64_t m_dealt = 0;
    std::uint64_t m_taken = 0;
    std::uint64_t m_size = 1;  ///< of a chunk that takes about the intended time
    bool m_isClosed = false;
    std::map<std::uint64_t, Chunk> m_waiting;
};

}
