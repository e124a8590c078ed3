#include "simulator/campaign/worker.h"

namespace daruma {

namespace {

/// Worlds kept beside those of the cells' usual variants.
constexpr std::size_t mostSpareWorlds = 64;
/// Of a run, between two looks at whether it shall stop: well under a millisecond.
constexpr unsigned stepsUnwatched = 4'096;

}

Worker::Worker(const SweepPlan &plan, const std::atomic<bool> &stop)
    : m_plan(plan)
    , m_stop(stop)
    , m_capture(plan.policy)
{}

void Worker::run(Chunk &chunk)
{
    const auto began = std::chrono::steady_clock::now();
    for (const auto &cell : m_plan.cells)
        chunk.cells.emplace_back(cell->usual().scenario->model);
    for (std::uint64_t i = 0; i < chunk.seeds.size() && !chunk.hasFailure && !m_stop; ++i) {
        if (!runSeed(chunk, chunk.seeds.first + i)) {
            // Some cells may have the seed and others not: nothing of such a chunk is of use.
            chunk.finished = 0;
            break;
        }
        ++chunk.finished;
    }
    chunk.took = std::chrono::steady_clock::now() - began;
}

/// Whether it was run to its end in every cell.
bool Worker::runSeed(Chunk &chunk, std::uint64_t seed)
{
    bool hasFailed = false;
    for (std::size_t i = 0; i < m_plan.cells.size(); ++i) {
        const std::shared_ptr<const Variant> variant = m_plan.cells[i]->of(seed);
        const Model &model = variant->scenario->model;
        const std::uint64_t number = (seed - m_plan.seeds.first) * m_plan.cells.size() + i;
        const bool isKept = m_plan.policy != RecordPolicy::None && number >= m_plan.recordedRuns;
        RunCapture &capture = isKept ? m_capture : m_figures;
        World &world = worldOf(variant);
        capture.begin(model,
                      isKept ? RunIdentity{seed, model.dialect, variant->overrides} : RunIdentity{seed});
        const auto began =
            isKept ? std::chrono::steady_clock::now() : std::chrono::steady_clock::time_point();
        world.begin(seed, &capture);
        if (!runToEnd(world))
            return false;
        const RunResult result = world.finish();
        const auto took = isKept ? std::chrono::steady_clock::now() - began : std::chrono::nanoseconds(0);
        CapturedRun &run = capture.end(result, world, took.count());
        chunk.cells[i].add(run);
        hasFailed = hasFailed || result.hasFailed();
        if (isKept)
            chunk.runs.push_back({variant, std::move(run)});
    }
    chunk.hasFailure = hasFailed && m_plan.untilFailure;
    return true;
}

bool Worker::runToEnd(World &world)
{
    for (unsigned steps = 1; world.step(); ++steps) {
        if (steps % stepsUnwatched == 0 && m_stop)
            return false;
    }
    return true;
}

World &Worker::worldOf(const std::shared_ptr<const Variant> &variant)
{
    const auto known = m_places.find(variant.get());
    if (known != m_places.end())
        return *known->second.world;
    if (m_places.size() >= m_plan.cells.size() + mostSpareWorlds)
        m_places.clear();
    Place place{variant, std::make_unique<World>(variant->scenario->model)};
    return *m_places.emplace(variant.get(), std::move(place)).first->second.world;
}

}
