#pragma once

#include "simulator/campaign/sweep.h"
#include "simulator/campaign/target.h"

#include <cstdint>
#include <vector>

namespace daruma {

/// Counts what runs of one model say about targets. Figures are the same in whatever parts the seeds were
/// counted.
class TargetTally {
public:
    /// `targets`: those that are judged by these runs. Both must outlive it.
    TargetTally(const Model &model, const std::vector<const Target *> &targets);

    /// Runs the model with these seeds.
    void run(SeedRange seeds);
    /// Of other seeds.
    void add(const TargetTally &other);

    std::uint64_t runs() const { return m_statistics.runs; }
    /// Of the place that is farthest from it.
    TargetFigure figure(std::size_t target) const;
    /// What it would be if `more` runs followed that are all good; of an availability, the mean alone.
    TargetFigure bestFigure(std::size_t target, std::uint64_t more) const;

private:
    struct GiveUps {
        std::uint64_t judged = 0;  ///< runs in which the fault struck
        std::uint64_t inTime = 0;
    };
    struct Place {
        NodeId node;
        GiveUps giveUps;
    };

    TargetFigure figureOf(const Target &target, const Place &place, std::uint64_t more) const;

    const Model *m_model;
    const std::vector<const Target *> *m_targets;
    CampaignStatistics m_statistics;
    std::vector<std::vector<Place>> m_places;  ///< by target
};

}
