#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace daruma::bench {

/// How a goal is judged, from the items a second of our benchmark and of its reference, or from a counter.
enum class Judgement {
    TimeAtMost,   ///< our time for an item over the reference's is at most `limit`
    FasterBy,     ///< the reference's time for an item over ours is at least `limit`
    RateAtLeast,  ///< at least `limit` items a second; the reference is shown beside it
    ValueAtMost,  ///< the counter `counter` of our benchmark is at most `limit`
    Tells,        ///< no goal: the two are shown beside each other
};

/// One line of the table. The goals are those of the project.
struct Goal {
    std::string_view work;
    std::string_view ours;       ///< name of a benchmark
    std::string_view reference;  ///< name of a benchmark, or empty
    Judgement judgement = Judgement::TimeAtMost;
    double limit = 0;
    std::string_view counter = {};
};

const std::vector<Goal> &goals();

/// Prints what Google Benchmark prints, and keeps the medians for the table.
class GoalReporter final : public benchmark::ConsoleReporter {
public:
    void ReportRuns(const std::vector<Run> &runs) override;
    /// The goals whose benchmarks have run. Nothing where none has.
    void printTable() const;

private:
    /// A median, or -1 where there is none.
    double value(std::string_view benchmark, std::string_view counter) const;

    std::map<std::string, std::map<std::string, double, std::less<>>, std::less<>> m_medians;
};

}  // namespace daruma::bench
