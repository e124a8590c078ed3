#include "simulator/campaign/sweep.h"

#include "engine/contract.h"
#include "simulator/campaign/chunk.h"
#include "simulator/campaign/worker.h"

#include <QtConcurrent/QtConcurrentRun>

#include <algorithm>

namespace daruma {

namespace {

/// How often precision is judged, in seeds: at places that do not depend on who was how fast.
constexpr std::uint64_t precisionBlock = 1'000;
constexpr auto watchInterval = std::chrono::milliseconds(100);

class FixedCell final : public Cell {
public:
    explicit FixedCell(Variant variant)
        : m_variant(std::make_shared<const Variant>(std::move(variant)))
    {}

    const Variant &usual() const override { return *m_variant; }
    std::shared_ptr<const Variant> of(std::uint64_t) const override { return m_variant; }

private:
    std::shared_ptr<const Variant> m_variant;
};

/// Collects what the workers deliver, in order.
class Collector {
public:
    Collector(const SweepPlan &plan, Recorder *recorder, const SweepWatcher &watcher)
        : m_plan(plan)
        , m_recorder(recorder)
        , m_watcher(watcher)
        , m_queue(plan.seeds, plan.jobs, plan.precision ? precisionBlock : plan.seeds.size())
        , m_begun(std::chrono::steady_clock::now())
    {
        for (const auto &cell : plan.cells)
            m_result.cells.emplace_back(cell->usual().scenario->model);
        m_progress.allRuns = plan.seeds.size() * plan.cells.size();
        m_progress.cells = &m_result.cells;
    }

    StoreResult<SweepResult> run()
    {
        QThreadPool pool;
        pool.setMaxThreadCount(static_cast<int>(m_plan.jobs));
        for (unsigned i = 0; i < m_plan.jobs; ++i)
            static_cast<void>(QtConcurrent::run(&pool, [this] { work(); }));
        const StoreResult<void> collected = collect();
        stop();
        pool.waitForDone();
        if (!collected)
            return tl::unexpected(collected.error());
        // Whoever asked it to stop was too late.
        const bool wasAsked = m_result.end == SweepEnd::OutOfTime || m_result.end == SweepEnd::Stopped;
        if (wasAsked && m_result.lastSeed == m_plan.seeds.last)
            m_result.end = SweepEnd::Complete;
        return std::move(m_result);
    }

private:
    void work()
    {
        Worker worker(m_plan, m_stop);
        while (std::optional<Chunk> chunk = m_queue.next()) {
            worker.run(*chunk);
            m_queue.deliver(std::move(*chunk));
        }
    }

    void stop()
    {
        m_stop = true;
        m_queue.close();
    }

    StoreResult<void> collect()
    {
        while (!m_isOver && !m_queue.isDone()) {
            if (std::optional<Chunk> chunk = m_queue.take(watchInterval)) {
                if (auto added = add(*chunk); !added)
                    return added;
            }
            watch();
        }
        return {};
    }

    StoreResult<void> add(Chunk &chunk)
    {
        for (Chunk::Run &run : chunk.runs) {
            if (const auto written = m_recorder->write(run.captured); !written)
                return tl::unexpected(written.error());
        }
        for (std::size_t i = 0; chunk.finished > 0 && i < chunk.cells.size(); ++i)
            m_result.cells[i].add(chunk.cells[i]);
        if (chunk.finished > 0)
            m_result.lastSeed = chunk.seeds.first + (chunk.finished - 1);
        const std::uint64_t runs = chunk.finished * m_plan.cells.size();
        m_result.runs += runs;
        if (chunk.hasFailure)
            end(SweepEnd::FailureFound);
        else if (!chunk.isWhole())
            m_isOver = true;
        else if (m_plan.precision && isEnoughFor(*m_plan.precision))
            end(SweepEnd::Precise);
        return {};
    }

    bool isEnoughFor(double width) const
    {
        const std::uint64_t seeds = *m_result.lastSeed - m_plan.seeds.first + 1;
        return seeds % precisionBlock == 0 && widestInterval(m_result.cells) <= width;
    }

    void end(SweepEnd end)
    {
        m_result.end = end;
        m_isOver = true;
    }

    void watch()
    {
        const auto now = std::chrono::steady_clock::now();
        if (m_stop || now < m_nextWatch)
            return;
        m_nextWatch = now + watchInterval;
        m_progress.runs = m_result.runs;
        m_progress.elapsed = now - m_begun;
        m_progress.unsuccessful = 0;
        for (const CampaignStatistics &cell : m_result.cells)
            m_progress.unsuccessful += cell.unsuccessful();
        const bool isLate = m_plan.deadline && now >= *m_plan.deadline;
        const bool isStopped = m_watcher && !m_watcher(m_progress);
        if (m_isOver || (!isLate && !isStopped))
            return;
        // What is finished without a gap is still taken in.
        m_result.end = isStopped ? SweepEnd::Stopped : SweepEnd::OutOfTime;
        stop();
    }

    const SweepPlan &m_plan;
    Recorder *m_recorder;
    const SweepWatcher &m_watcher;
    ChunkQueue m_queue;
    SweepResult m_result;
    SweepProgress m_progress;
    std::atomic<bool> m_stop = false;
    bool m_isOver = false;
    std::chrono::steady_clock::time_point m_begun;
    std::chrono::steady_clock::time_point m_nextWatch;
};

}

double widestInterval(const std::vector<CampaignStatistics> &cells)
{
    double widest = 0;
    for (const CampaignStatistics &cell : cells) {
        widest = std::max(widest, cell.survivalOf(NodeId{0}).interval().width());
        for (const ExpectationStatistics &one : cell.expectations)
            widest = std::max(widest, Share{one.passed, cell.runs}.interval().width());
    }
    return widest;
}

std::unique_ptr<Cell> fixedCell(Variant variant)
{
    return std::make_unique<FixedCell>(std::move(variant));
}

StoreResult<SweepResult> sweep(const SweepPlan &plan, Recorder *recorder, const SweepWatcher &watcher)
{
    DARUMA_ASSERT(!plan.cells.empty() && plan.jobs > 0 && plan.seeds.first <= plan.seeds.last,
                  "a sweep has something to run, and someone to run it");
    DARUMA_ASSERT((recorder != nullptr) == (plan.policy != RecordPolicy::None),
                  "what is captured is recorded, and nothing else");
    return Collector(plan, recorder, watcher).run();
}

}
