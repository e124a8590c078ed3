#include "simulator/campaign/tune.h"

#include "engine/contract.h"
#include "simulator/campaign/target_tally.h"

#include <QtConcurrent/QtConcurrentMap>

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace daruma {

namespace {

/// Of one task: some milliseconds of short runs.
constexpr std::uint64_t seedsOfTask = 128;
/// Blocks of seeds after which it is asked whether a setting can still be good; each is so much longer.
constexpr std::uint64_t growth = 8;
/// Settings that are looked at together; the memory for their figures is bounded by it.
constexpr std::size_t mostTogether = 256;
/// The front is made of so many runs of each group at most, and of so many seeds.
constexpr std::uint64_t frontRuns = 200'000;
constexpr std::uint64_t leastFrontSeeds = 10;
constexpr std::uint64_t mostFrontSeeds = 200;
/// Those that are nearest by these are run with all seeds, so that the nearest is not the luckiest: of each
/// group so many runs at most, and so many settings.
constexpr std::uint64_t finalRuns = 400'000;
constexpr std::uint64_t leastFinalists = 4;
constexpr std::uint64_t mostFinalists = 16;

/// A setting under work.
struct Candidate {
    SettingId setting = 0;
    std::vector<std::shared_ptr<const Scenario>> scenarios;  ///< by group
    std::vector<TargetTally> tallies;                        ///< by group
    bool isOut = false;
};

struct Task {
    Candidate *candidate = nullptr;
    std::size_t group = 0;
    SeedRange seeds;
    std::optional<TargetTally> tally;
};

class Tuner {
public:
    explicit Tuner(const TunePlan &plan)
        : m_plan(plan)
        , m_groups(faultGroups(plan.targets))
        , m_begun(std::chrono::steady_clock::now())
    {
        m_pool.setMaxThreadCount(static_cast<int>(plan.jobs));
        m_targetsOf.resize(m_groups.size());
        for (const Target &target : plan.targets) {
            const auto group = std::find(m_groups.begin(), m_groups.end(), target.fault) - m_groups.begin();
            m_groupOf.push_back(static_cast<std::size_t>(group));
            m_placeInGroup.push_back(m_targetsOf[m_groupOf.back()].size());
            m_targetsOf[m_groupOf.back()].push_back(&target);
        }
        m_result.settings = std::accumulate(plan.axes.begin(), plan.axes.end(), std::size_t{1},
                                            [](std::size_t a, std::size_t b) { return a * b; });
    }

    TuneResult run()
    {
        search(Verdict::Met);
        if (!m_result.best && !m_result.isInterrupted) {
            m_step = TuneStep::SearchingReaching;
            search(Verdict::Open);
        }
        m_result.settled = m_settled;
        if (m_result.best && !m_result.isInterrupted) {
            beginStep(TuneStep::Checking, 1);
            auto checked = judge({m_result.best->setting}, m_plan.freshSeeds, std::nullopt);
            if (!checked.empty())
                m_result.check = std::move(checked.front());
        }
        if (!m_result.best && !m_result.isInterrupted)
            findNearest();
        if (!m_result.best && m_result.isInterrupted) {
            m_result.nearest = m_soFar;
            m_result.nearestSeeds = m_soFarSeeds;
        }
        return std::move(m_result);
    }

private:
    void beginStep(TuneStep step, std::uint64_t settings)
    {
        m_step = step;
        m_settled = 0;
        m_settingsOfStep = settings;
    }

    std::vector<std::size_t> ranksOf(SettingId setting) const
    {
        std::vector<std::size_t> ranks(m_plan.axes.size());
        for (std::size_t i = ranks.size(); i-- > 0; setting /= m_plan.axes[i])
            ranks[i] = setting % m_plan.axes[i];
        return ranks;
    }

    std::size_t sizeOf(SettingId setting) const
    {
        const auto ranks = ranksOf(setting);
        return std::accumulate(ranks.begin(), ranks.end(), std::size_t{0});
    }

    bool isAtLeast(SettingId large, SettingId small) const
    {
        const auto a = ranksOf(large);
        const auto b = ranksOf(small);
        return std::equal(a.begin(), a.end(), b.begin(), std::greater_equal<>());
    }

    /// Settings of one size, smallest first: none of them is on every axis at least as large as another.
    std::map<std::size_t, std::vector<SettingId>> bySize() const
    {
        std::map<std::size_t, std::vector<SettingId>> sizes;
        for (SettingId setting = 0; setting < m_result.settings; ++setting)
            sizes[sizeOf(setting)].push_back(setting);
        return sizes;
    }

    void search(Verdict wanted)
    {
        std::vector<SettingFigures> good;
        beginStep(m_step, m_result.settings);
        for (const auto &[size, settings] : bySize()) {
            std::vector<SettingId> open;
            for (const SettingId setting : settings) {
                const bool isCovered =
                    std::any_of(good.begin(), good.end(), [&](const SettingFigures &smaller) {
                        return isAtLeast(setting, smaller.setting);
                    });
                if (!isCovered)
                    open.push_back(setting);
            }
            m_settled += settings.size() - open.size();
            std::vector<SettingFigures> judged = judge(open, m_plan.seeds, wanted);
            for (SettingFigures &one : judged) {
                if (one.verdict(m_plan.targets) >= wanted)
                    good.push_back(std::move(one));
            }
            if (m_result.isInterrupted)
                break;
        }
        if (good.empty())
            return;
        m_result.best = good.front();
        m_result.alsoSmallest.assign(good.begin() + 1, good.end());
    }

    /// Runs the settings with these seeds. Leaves out those that can no longer get the verdict `wanted`.
    std::vector<SettingFigures> judge(const std::vector<SettingId> &settings, SeedRange seeds,
                                      std::optional<Verdict> wanted)
    {
        std::vector<SettingFigures> judged;
        for (std::size_t begin = 0; begin < settings.size(); begin += mostTogether) {
            const std::size_t end = std::min(settings.size(), begin + mostTogether);
            std::vector<Candidate> candidates;
            for (std::size_t i = begin; i < end; ++i)
                candidates.push_back(candidateOf(settings[i]));
            std::uint64_t done = 0;
            for (std::uint64_t block = 1; done < seeds.size() && !m_result.isInterrupted; block *= growth) {
                const std::uint64_t count = std::min(block, seeds.size() - done);
                runBlock(candidates, {seeds.first + done, seeds.first + done + count - 1});
                done += count;
                keepNearest(candidates, done);
                for (Candidate &one : candidates)
                    one.isOut =
                        one.isOut
                        || (wanted && !m_plan.isExhaustive && !canBecome(one, *wanted, seeds.size() - done));
            }
            if (m_result.isInterrupted)
                break;
            for (const Candidate &one : candidates) {
                if (!one.isOut)
                    judged.push_back(figuresOf(one));
            }
            m_settled += candidates.size();
        }
        m_result.judged += judged.size();
        return judged;
    }

    /// Of those that all had these seeds.
    void keepNearest(const std::vector<Candidate> &candidates, std::uint64_t seeds)
    {
        if (m_result.isInterrupted || seeds < m_soFarSeeds)
            return;
        for (const Candidate &one : candidates) {
            if (one.isOut)
                continue;
            SettingFigures figures = figuresOf(one);
            if (!m_soFar || seeds > m_soFarSeeds || missesOf(figures) < missesOf(*m_soFar)) {
                m_soFar = std::move(figures);
                m_soFarSeeds = seeds;
            }
        }
    }

    Candidate candidateOf(SettingId setting)
    {
        Candidate candidate;
        candidate.setting = setting;
        for (std::size_t group = 0; group < m_groups.size(); ++group) {
            candidate.scenarios.push_back(m_plan.load(setting, group));
            candidate.tallies.emplace_back(candidate.scenarios.back()->model, m_targetsOf[group]);
        }
        return candidate;
    }

    void runBlock(std::vector<Candidate> &candidates, SeedRange seeds)
    {
        std::vector<Task> tasks;
        for (Candidate &candidate : candidates) {
            for (std::size_t group = 0; group < m_groups.size() && !candidate.isOut; ++group) {
                for (std::uint64_t at = 0; at < seeds.size(); at += seedsOfTask) {
                    const std::uint64_t count = std::min(seedsOfTask, seeds.size() - at);
                    tasks.push_back(
                        {&candidate, group, {seeds.first + at, seeds.first + at + count - 1}, {}});
                }
            }
        }
        // In parts, so that whoever watches is asked in between.
        const std::size_t part = 64 * static_cast<std::size_t>(m_plan.jobs);
        for (std::size_t begin = 0; begin < tasks.size() && !m_result.isInterrupted; begin += part) {
            const auto first = tasks.begin() + static_cast<std::ptrdiff_t>(begin);
            const auto last =
                tasks.begin() + static_cast<std::ptrdiff_t>(std::min(tasks.size(), begin + part));
            QtConcurrent::blockingMap(&m_pool, first, last, [this](Task &task) { run(task); });
            for (auto task = first; task != last; ++task) {
                task->candidate->tallies[task->group].add(*task->tally);
                m_result.runs += task->seeds.size();
                task->tally.reset();
            }
            watch();
        }
    }

    void run(Task &task) const
    {
        task.tally.emplace(task.candidate->scenarios[task.group]->model, m_targetsOf[task.group]);
        task.tally->run(task.seeds);
    }

    void watch()
    {
        const TuneProgress progress{m_result.runs, std::chrono::steady_clock::now() - m_begun, m_step,
                                    m_settled, m_settingsOfStep};
        m_result.isInterrupted = m_plan.watcher && !m_plan.watcher(progress);
    }

    bool canBecome(const Candidate &candidate, Verdict wanted, std::uint64_t more) const
    {
        for (std::size_t i = 0; i < m_plan.targets.size(); ++i) {
            const Target &target = m_plan.targets[i];
            const TargetTally &tally = candidate.tallies[m_groupOf[i]];
            TargetFigure best = tally.bestFigure(m_placeInGroup[i], more);
            // The spread of what is to come is not known: the mean alone decides, until nothing is to come.
            if (target.kind == TargetKind::Available && more > 0)
                best.interval = {best.value, best.value};
            if (verdictOf(target, best) < wanted)
                return false;
        }
        return true;
    }

    SettingFigures figuresOf(const Candidate &candidate) const
    {
        SettingFigures figures;
        figures.setting = candidate.setting;
        for (std::size_t i = 0; i < m_plan.targets.size(); ++i)
            figures.figures.push_back(candidate.tallies[m_groupOf[i]].figure(m_placeInGroup[i]));
        return figures;
    }

    void findNearest()
    {
        const std::uint64_t seeds = std::min(
            m_plan.seeds.size(), std::clamp(frontRuns / m_result.settings, leastFrontSeeds, mostFrontSeeds));
        std::vector<SettingId> all;
        for (const auto &[size, settings] : bySize())
            all.insert(all.end(), settings.begin(), settings.end());
        const std::uint64_t finalists = std::min<std::uint64_t>(
            all.size(), std::clamp(finalRuns / m_plan.seeds.size(), leastFinalists, mostFinalists));
        beginStep(TuneStep::SearchingNearest, all.size() + finalists);
        auto judged = judge(all, {m_plan.seeds.first, m_plan.seeds.first + seeds - 1}, std::nullopt);
        if (m_result.isInterrupted)
            return;
        m_result.frontSeeds = seeds;
        for (const SettingFigures &one : judged) {
            const bool isBeaten = std::any_of(judged.begin(), judged.end(), [&](const SettingFigures &other) {
                return &other != &one && beats(other, one, &other < &one);
            });
            if (!isBeaten)
                m_result.front.push_back(one);
        }
        const auto isNearer = [this](const SettingFigures &a, const SettingFigures &b) {
            return missesOf(a) < missesOf(b);
        };
        std::stable_sort(judged.begin(), judged.end(), isNearer);
        if (seeds < m_plan.seeds.size()) {
            std::vector<SettingId> nearest;
            for (std::size_t i = 0; i < finalists; ++i)
                nearest.push_back(judged[i].setting);
            judged = judge(nearest, m_plan.seeds, std::nullopt);
        }
        if (m_result.isInterrupted)
            return;
        m_result.finalists = judged.size();
        m_result.nearestSeeds = m_plan.seeds.size();
        const auto orderOf = [this](const SettingFigures &one) {
            return std::tuple(missesOf(one), sizeOf(one.setting), one.setting);
        };
        m_result.nearest = *std::min_element(
            judged.begin(), judged.end(),
            [&](const SettingFigures &a, const SettingFigures &b) { return orderOf(a) < orderOf(b); });
    }

    /// As good for every target, and better for one, or equal and smaller.
    static bool beats(const SettingFigures &a, const SettingFigures &b, bool isSmaller)
    {
        bool isBetter = isSmaller;
        for (std::size_t i = 0; i < a.figures.size(); ++i) {
            if (a.figures[i].value < b.figures[i].value)
                return false;
            isBetter = isBetter || a.figures[i].value > b.figures[i].value;
        }
        return isBetter;
    }

    /// How many targets, and by how much.
    std::pair<int, double> missesOf(const SettingFigures &one) const
    {
        std::pair<int, double> misses{0, 0};
        for (std::size_t i = 0; i < m_plan.targets.size(); ++i) {
            if (verdictOf(m_plan.targets[i], one.figures[i]) != Verdict::Missed)
                continue;
            ++misses.first;
            misses.second += m_plan.targets[i].share - one.figures[i].value;
        }
        return misses;
    }

    const TunePlan &m_plan;
    std::vector<std::string> m_groups;
    std::vector<std::size_t> m_groupOf;       ///< by target
    std::vector<std::size_t> m_placeInGroup;  ///< by target
    std::vector<std::vector<const Target *>> m_targetsOf;
    TuneResult m_result;
    QThreadPool m_pool;
    std::chrono::steady_clock::time_point m_begun;
    TuneStep m_step = TuneStep::Searching;
    std::uint64_t m_settled = 0;  ///< in this step
    std::uint64_t m_settingsOfStep = 0;
    std::optional<SettingFigures> m_soFar;
    std::uint64_t m_soFarSeeds = 0;
};

}

std::vector<std::string> faultGroups(const std::vector<Target> &targets)
{
    std::vector<std::string> groups;
    const bool hasPlain = std::any_of(targets.begin(), targets.end(),
                                      [](const Target &target) { return target.fault.empty(); });
    if (hasPlain)
        groups.emplace_back();
    for (const Target &target : targets) {
        if (std::find(groups.begin(), groups.end(), target.fault) == groups.end())
            groups.push_back(target.fault);
    }
    return groups;
}

Verdict SettingFigures::verdict(const std::vector<Target> &targets) const
{
    Verdict worst = Verdict::Met;
    for (std::size_t i = 0; i < targets.size(); ++i)
        worst = std::min(worst, verdictOf(targets[i], figures[i]));
    return worst;
}

TuneResult tune(const TunePlan &plan)
{
    DARUMA_ASSERT(!plan.targets.empty() && plan.load && plan.jobs > 0, "there is something to tune");
    return Tuner(plan).run();
}

}
