#pragma once

#include "app/desktop/models/archive.h"
#include "simulator/campaign/interval.h"

#include <QString>
#include <QStringList>

#include <array>
#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

namespace daruma {

class CampaignStatistics;
struct SweepPlan;

/// How much of the time a place was in order, over all runs.
struct AvailabilityFigure {
    QString path;
    QString scenario;       ///< its name; empty where there is one only
    std::int64_t node = 0;  ///< its number in the database
    double mean = 1;
    Interval interval{0, 1};
    std::uint64_t runsDown = 0;  ///< in which it, or the whole tree, was down
};

/// One setting of a grid.
struct GridCell {
    QStringList overrides;  ///< as the database has them; several where they differ in what is the same here
    std::array<int, 2> at{};
    std::uint64_t runs = 0;
    std::uint64_t survived = 0;  ///< their roots did
};

/// What the runs of a filter have in common.
struct Figures {
    RunsFilter filter;
    std::uint64_t runs = 0;
    std::uint64_t settings = 1;      ///< which the runs have; several are counted together; 0: too many
    std::uint64_t scenarios = 1;     ///< the same of scenarios
    bool isSameForAllSeeds = false;  ///< the runs of each setting are one run
    std::array<std::uint64_t, 4> outcomes{};                       ///< by RecordedOutcome
    std::vector<std::pair<std::int64_t, std::uint64_t>> restarts;  ///< of a run, and how many have so many
    std::uint64_t rootEnded = 0;  ///< runs in which the root ended by what nobody asked for
    std::vector<std::pair<std::int64_t, std::uint64_t>> ends;  ///< when, ns, ascending, and how many then
    std::int64_t horizonNs = 0;                                ///< to which the scenario runs
    std::vector<AvailabilityFigure> availability;              ///< the worst first
    std::array<QString, 2> keys;                               ///< that differ between the runs; empty: none
    std::array<QStringList, 2> values;
    std::vector<GridCell> grid;
    QString problem;  ///< why they could not be read; empty: they could

    std::uint64_t rootSurvived() const { return runs - rootEnded; }
    /// That the root still lived at t, from 0 to 1.
    double survivalAt(std::int64_t t) const;
    double share(std::uint64_t count) const { return runs == 0 ? 0 : double(count) / double(runs); }
    /// Of that share of the runs; as narrow as can be where other seeds would change nothing.
    Interval intervalOf(std::uint64_t count) const;
};

/// Reads them; not for the thread of the windows. Ends early, with a problem, where `stop` is set.
Figures readFigures(const QString &path, const RunsFilter &filter, const std::atomic<bool> &stop);

/// Those that a sweep has counted so far, without reading what it recorded. Moments are those of the
/// histograms: close ones are taken for their mean. It has no runs to lead to.
Figures countedFigures(const SweepPlan &plan, const std::vector<CampaignStatistics> &cells);

/// Bins for a histogram of ascending values: at most `most` of equal width, a round number.
struct Bins {
    double first = 0;
    double width = 1;
    std::vector<std::uint64_t> counts;
};
Bins binsOf(const std::vector<std::pair<std::int64_t, std::uint64_t>> &values, int most);

}
