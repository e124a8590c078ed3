#include "simulator/campaign/target_tally.h"

#include "simulator/kernel/simulation.h"
#include "simulator/store/run_capture.h"

#include <algorithm>
#include <map>
#include <optional>

namespace daruma {

namespace {

/// When faults first struck, and when supervisors gave up; keeps what statistics need, too.
class RunWatch final : public EventSink {
public:
    RunWatch()
        : m_capture(RecordPolicy::None)
    {}

    void begin(const Model &model, std::uint64_t seed)
    {
        m_capture.begin(model, RunIdentity{seed, {}, {}});
        m_strikes.assign(model.faults.size(), std::nullopt);
        m_giveUps.clear();
    }

    void consume(std::span<const Event> block, const Names &names) override
    {
        for (const Event &event : block) {
            if (event.kind == EventKind::Fault && event.detail == 0 && event.a < m_strikes.size()) {
                if (!m_strikes[event.a])
                    m_strikes[event.a] = event.t;
            } else if (event.kind == EventKind::GaveUp) {
                m_giveUps.push_back({event.node, event.t});
            }
        }
        m_capture.consume(block, names);
    }

    CapturedRun &end(const RunResult &result, const Names &names)
    {
        // What ends the root is its give-up, whatever it was.
        const std::optional<FinalReport> &root = result.root.report();
        if (root && root->state == LifecycleState::Failed)
            m_giveUps.push_back({NodeId{0}, root->completedAt.ns()});
        return m_capture.end(result, names, 0);
    }

    std::optional<std::int64_t> strikeOf(std::size_t fault) const { return m_strikes[fault]; }
    std::optional<std::int64_t> firstGiveUp(NodeId node, std::int64_t from) const
    {
        std::optional<std::int64_t> first;
        for (const GiveUp &one : m_giveUps) {
            if (one.node == node && one.t >= from && (!first || one.t < *first))
                first = one.t;
        }
        return first;
    }

private:
    struct GiveUp {
        NodeId node;
        std::int64_t t = 0;
    };

    RunCapture m_capture;
    std::vector<std::optional<std::int64_t>> m_strikes;
    std::vector<GiveUp> m_giveUps;
};

std::optional<std::size_t> faultNamed(const Model &model, const std::string &name)
{
    for (std::size_t i = 0; i < model.faults.size(); ++i) {
        if (model.texts[model.faults[i].name] == name)
            return i;
    }
    return std::nullopt;
}

/// From where the time of a give-up is measured; nothing where the run cannot be judged.
std::optional<std::int64_t> beginOf(const Target &target, const Model &model, const RunWatch &watch)
{
    if (target.fault.empty())
        return 0;
    const auto fault = faultNamed(model, target.fault);
    return fault ? watch.strikeOf(*fault) : std::nullopt;
}

}

TargetTally::TargetTally(const Model &model, const std::vector<const Target *> &targets)
    : m_model(&model)
    , m_targets(&targets)
    , m_statistics(model)
{
    for (const Target *target : targets) {
        std::vector<Place> places;
        for (const NodeId node : nodesOf(*target, model))
            places.push_back({node, {}});
        m_places.push_back(std::move(places));
    }
}

void TargetTally::run(SeedRange seeds)
{
    Simulation simulation(*m_model);
    RunWatch watch;
    for (std::uint64_t i = 0; i < seeds.size(); ++i) {
        watch.begin(*m_model, seeds.first + i);
        const RunResult result = simulation.run(seeds.first + i, &watch);
        m_statistics.add(watch.end(result, simulation));
        for (std::size_t t = 0; t < m_places.size(); ++t) {
            const Target &target = *(*m_targets)[t];
            const auto begin = beginOf(target, *m_model, watch);
            if (target.kind != TargetKind::GivesUp || !begin)
                continue;
            for (Place &place : m_places[t]) {
                const auto at = watch.firstGiveUp(place.node, *begin);
                ++place.giveUps.judged;
                place.giveUps.inTime += at && *at - *begin <= target.within.ns();
            }
        }
    }
}

void TargetTally::add(const TargetTally &other)
{
    m_statistics.add(other.m_statistics);
    for (std::size_t t = 0; t < m_places.size(); ++t) {
        for (std::size_t i = 0; i < m_places[t].size(); ++i) {
            m_places[t][i].giveUps.judged += other.m_places[t][i].giveUps.judged;
            m_places[t][i].giveUps.inTime += other.m_places[t][i].giveUps.inTime;
        }
    }
}

TargetFigure TargetTally::figureOf(const Target &target, const Place &place, std::uint64_t more) const
{
    Share share;
    switch (target.kind) {
    case TargetKind::Survives:
        share = m_statistics.survivalOf(place.node);
        break;
    case TargetKind::GivesUp:
        share = {place.giveUps.inTime, place.giveUps.judged};
        break;
    case TargetKind::Available: {
        const ShareMoments &moments = m_statistics.nodes[place.node.value].availability;
        const auto count = static_cast<double>(moments.count());
        const double sum = moments.count() == 0 ? 0 : moments.mean() * count;
        const double all = count + static_cast<double>(more);
        return {all == 0 ? 0 : (sum + static_cast<double>(more)) / all, moments.interval(),
                moments.count() + more};
    }
    }
    share.count += more;
    share.runs += more;
    return {share.value(), share.interval(), share.runs};
}

TargetFigure TargetTally::bestFigure(std::size_t target, std::uint64_t more) const
{
    std::optional<TargetFigure> worst;
    for (const Place &place : m_places[target]) {
        const TargetFigure one = figureOf(*(*m_targets)[target], place, more);
        if (!worst || one.value < worst->value
            || (one.value == worst->value && one.interval.low < worst->interval.low))
            worst = one;
    }
    return worst.value_or(TargetFigure{});
}

TargetFigure TargetTally::figure(std::size_t target) const
{
    return bestFigure(target, 0);
}

}
