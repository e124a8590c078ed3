#pragma once

#include "simulator/campaign/histogram.h"
#include "simulator/campaign/interval.h"
#include "simulator/kernel/model.h"
#include "simulator/store/run_capture.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What many runs of one scenario have in common. All sums are whole numbers, so the same runs give the same
/// statistics in whatever order and on however many threads they were added up.

namespace daruma {

/// A mean of shares, and how far it can be trusted.
class ShareMoments {
public:
    /// `part` of `whole`. REQUIRES: 0 <= part <= whole, 0 < whole.
    void add(std::int64_t part, std::int64_t whole);
    void add(const ShareMoments &other);

    std::uint64_t count() const { return m_count; }
    /// REQUIRES: something was added.
    double mean() const;
    /// Of the mean, from the spread of the values. From 0 to 1 where fewer than two values were added.
    Interval interval() const;

private:
    std::uint64_t m_count = 0;
    /// In units of 2^-32.
    __extension__ unsigned __int128 m_sum = 0;
    __extension__ unsigned __int128 m_squares = 0;
};

/// How a share of the runs was counted.
struct Share {
    std::uint64_t count = 0;
    std::uint64_t runs = 0;

    double value() const { return runs == 0 ? 0 : static_cast<double>(count) / static_cast<double>(runs); }
    Interval interval() const { return shareInterval(count, runs); }
};

/// Of one place of the scenario; places that `start_child` makes have none.
struct NodeStatistics {
    /// The share of the time, from the beginning of the run to its horizon, in which it is running: what is
    /// down when nothing happens any more stays down. Of a truncated run, up to where it was cut.
    ShareMoments availability;
    Histogram restarts;  ///< start attempts after the first, by run
    Histogram
        longestOutage;   ///< ns, of the runs in which it had one; one that never ends lasts to the horizon
    Histogram recovery;  ///< ns from an exit to the next successful start, of every outage that ended
    /// ns from the beginning of the run to the first time it gave up, of the runs in which it did. The root
    /// gives up in this sense by whatever ends it that nobody asked for, a failed start included.
    Histogram giveUp;
    std::uint64_t survived = 0;  ///< runs in which it was started and not left down at the end

    void add(const NodeStatistics &other);
};

struct ExpectationStatistics {
    std::uint64_t passed = 0;
    std::uint64_t failed = 0;
    std::uint64_t undecided = 0;  ///< the run was cut before
    std::uint64_t reached = 0;    ///< of `sometimes`
    std::optional<std::uint64_t> firstFailingSeed;
};

/// A `sometimes` that no run reached has failed (CONTRACT section 1).
bool isNeverReached(const Expectation &expectation, const ExpectationStatistics &statistics);

class CampaignStatistics {
public:
    explicit CampaignStatistics(const Model &model);

    /// One run of the model, or of one that differs from it in numbers alone.
    void add(const CapturedRun &run);
    /// Statistics of the same model, of seeds behind those of these.
    void add(const CampaignStatistics &other);

    std::uint64_t runs = 0;
    std::uint64_t passed = 0;
    std::uint64_t gaveUp = 0;
    std::uint64_t failed = 0;
    std::uint64_t truncated = 0;
    std::uint64_t failedAndEnded = 0;  ///< of those that failed: in which the root gave up as well
    bool isOneRun = true;              ///< all have the same fingerprint: seeds change nothing
    std::uint64_t neverUp = 0;         ///< in which the tree could not start
    std::uint64_t events = 0;
    std::uint64_t restarts = 0;  ///< decisions
    Histogram restartsOfRun;
    /// Runs that failed or were cut (RunResult::hasFailed), the first of them in the order of the seeds.
    static constexpr std::size_t mostFailingSeeds = 1'000;
    std::vector<std::uint64_t> failingSeeds;
    std::vector<ExpectationStatistics> expectations;  ///< as the model's
    std::map<std::string, std::uint64_t> invariants;  ///< broken, by name: in how many runs
    std::vector<NodeStatistics> nodes;                ///< as the model's

    std::uint64_t unsuccessful() const { return failed + truncated; }
    /// In which a supervisor did not give up, and a worker was not left down at the end.
    Share survivalOf(NodeId node) const;
    Share giveUpOf(NodeId node) const { return {nodes[node.value].giveUp.count(), runs}; }

private:
    void addOutcome(const RunResult &result);
    void addExpectations(const RunResult &result);
    void addNodes(const CapturedRun &run);
    void addGiveUps(const CapturedRun &run);
    void addGiveUp(NodeId node, std::int64_t t);

    Fingerprint m_first;  ///< of the first run
    std::vector<bool> m_isSupervisor;
    std::vector<std::uint64_t> m_gaveUpInRun;  ///< by node: the number of the last run in which it did
};

/// The runs of each setting are one and the same run, whatever their seeds; there are settings of several
/// runs.
bool isSameForAllSeeds(const std::vector<CampaignStatistics> &cells);

}
