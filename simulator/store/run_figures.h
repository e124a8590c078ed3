#pragma once

#include "simulator/store/database.h"

#include <atomic>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

/// What recorded runs have in common, from their rows alone: the one place that says how survival, restarts,
/// settings and availability are counted, for `show --campaign` as for the window.

namespace daruma {

namespace sqlite {
class Connection;
}

struct FiguresWish {
    std::string where = "true";  ///< the runs, as SQL over `r`, a row of `run`; trusted
    /// The lengths too: when roots ended, to which moment the scenario runs, how long places were in order.
    bool hasTimes = true;
    /// Of more settings nothing is told but their sum.
    std::size_t mostSettings = std::numeric_limits<std::size_t>::max();
    const std::atomic<bool> *stop = nullptr;  ///< another thread sets it to be rid of the reading
};

/// How much of the time a place was in order, over all runs of its scenario.
struct PlaceFigures {
    std::int64_t node = 0;  ///< its number in the database
    std::string scenario;   ///< its name
    std::string path;
    double mean = 1;
    double deviation = 0;        ///< of the mean
    std::uint64_t runs = 0;      ///< of its scenario
    std::uint64_t runsDown = 0;  ///< in which it, or the whole tree, was out of order
};

struct RunFigures {
    CampaignSummary::Setting all;  ///< the sum of all settings, without names
    /// By dialect and overrides, in the order of their first runs; empty where they are too many.
    std::vector<CampaignSummary::Setting> settings;
    std::vector<std::pair<std::int64_t, std::uint64_t>> restarts;  ///< of a run, and how many have so many
    /// When roots ended by what nobody asked for, ns, ascending, and how many did then.
    std::vector<std::pair<std::int64_t, std::uint64_t>> rootEnds;
    std::int64_t horizonNs = 0;          ///< to which the scenario runs; the latest of several
    std::vector<PlaceFigures> places;    ///< that were out of order at all; the worst first
    std::vector<std::string> scenarios;  ///< the names of those that were run; with times only
};

/// A run lasts to the horizon of its scenario, one that was cut to where it was. A place is in order up to
/// the end of the root, but for the time that its row misses; where nothing happens any more, what runs goes
/// on and what is down stays down.
StoreResult<RunFigures> runFigures(const std::string &path, const FiguresWish &wish,
                                   OpenOptions options = {});
/// The same without times, on a connection that is open already.
StoreResult<RunFigures> runCounts(sqlite::Connection &connection, const FiguresWish &wish);

}
