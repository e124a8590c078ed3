#pragma once

#include "simulator/campaign/statistics.h"
#include "simulator/scenario/scenario.h"
#include "simulator/store/recorder.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace daruma {

/// From the first to the last, both included; first <= last.
struct SeedRange {
    std::uint64_t first = 1;
    std::uint64_t last = 1;

    std::uint64_t size() const { return last - first + 1; }
};

/// A scenario under one setting of its keys.
struct Variant {
    std::shared_ptr<const Scenario> scenario;
    std::string overrides;  ///< all that made it, as `--set` has them, one a line
};

/// One column of a campaign: what runs with each seed.
class Cell {
public:
    virtual ~Cell() = default;
    /// The variant that most runs have, whose names of places and expectations all have.
    virtual const Variant &usual() const = 0;
    /// Of that seed. Called by any thread.
    virtual std::shared_ptr<const Variant> of(std::uint64_t seed) const = 0;
};

/// The same variant whatever the seed.
std::unique_ptr<Cell> fixedCell(Variant variant);

struct SweepPlan {
    std::vector<std::unique_ptr<Cell>> cells;  ///< at least one; each meets all seeds
    SeedRange seeds;
    unsigned jobs = 1;
    /// What of the runs is captured for the recorder.
    RecordPolicy policy = RecordPolicy::None;
    /// So many runs, in the order in which runs are recorded, are in the database already: they are made
    /// again for their figures, and not recorded.
    std::uint64_t recordedRuns = 0;
    bool untilFailure = false;
    /// Until the interval of the root's survival, and of every expectation, is no wider in any cell. It is
    /// looked at after every thousandth seed.
    std::optional<double> precision;
    std::optional<std::chrono::steady_clock::time_point> deadline;
};

enum class SweepEnd : std::uint8_t {
    Complete,
    FailureFound,  ///< and asked to stop there
    Precise,       ///< enough
    OutOfTime,
    Stopped,  ///< by the one who watches
};

struct SweepProgress {
    std::uint64_t runs = 0;  ///< whose figures are in
    std::uint64_t allRuns = 0;
    std::uint64_t unsuccessful = 0;
    std::chrono::nanoseconds elapsed{0};
    /// What these runs have in common so far; may be read while the watcher is called, and no longer.
    const std::vector<CampaignStatistics> *cells = nullptr;
};

struct SweepResult {
    SweepEnd end = SweepEnd::Complete;
    std::vector<CampaignStatistics> cells;
    /// All seeds from the first up to here have been run in every cell; what was run behind them is dropped.
    /// Nothing where not even the first was finished.
    std::optional<std::uint64_t> lastSeed;
    std::uint64_t runs = 0;
};

/// Of the root's survival and of every expectation, in all cells.
double widestInterval(const std::vector<CampaignStatistics> &cells);

/// Watches a sweep; called some times a second by the thread that began it. Returns whether it shall go on.
using SweepWatcher = std::function<bool(const SweepProgress &)>;

/// Runs every seed in every cell: the seeds in their order, and for each the cells in theirs. That is the
/// order in which runs are recorded, by this thread; the simulations run on `jobs` others. Neither the result
/// nor what is recorded depends on their number. `recorder`: none where nothing is recorded; its campaign has
/// begun, and is neither committed nor finished by this.
StoreResult<SweepResult> sweep(const SweepPlan &plan, Recorder *recorder, const SweepWatcher &watcher);

}
