#pragma once

#include "simulator/campaign/chunk.h"
#include "simulator/kernel/world.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>

namespace daruma {

/// Runs chunks, one after another, in worlds that it resets for each run.
class Worker {
public:
    /// Both must outlive it. Once `stop` is set, a chunk ends before its next run, and a run within it.
    Worker(const SweepPlan &plan, const std::atomic<bool> &stop);

    void run(Chunk &chunk);

private:
    struct Place {
        std::shared_ptr<const Variant> variant;
        std::unique_ptr<World> world;
    };

    bool runSeed(Chunk &chunk, std::uint64_t seed);
    World &worldOf(const std::shared_ptr<const Variant> &variant);
    bool runToEnd(World &world);

    const SweepPlan &m_plan;
    const std::atomic<bool> &m_stop;
    std::map<const Variant *, Place> m_places;
    RunCapture m_capture;
    RunCapture m_figures{RecordPolicy::None};
};

}
