#include "tests/benchmarks/goals.h"

#include <fmt/format.h>

namespace daruma::bench {

const std::vector<Goal> &goals()
{
    using enum Judgement;
    static const std::vector<Goal> rows{
        {"an event, 10 nodes, against flat C++", "event/10", "flat_event/10", TimeAtMost, 4},
        {"an event, 100 nodes, against flat C++", "event/100", "flat_event/100", TimeAtMost, 4},
        {"an event, 1,000 nodes, against flat C++", "event/1000", "flat_event/1000", TimeAtMost, 4},
        {"an event, 10 nodes, against ns-3", "event/10", "ns3_event/10", FasterBy, 3},
        {"an event, 100 nodes, against ns-3", "event/100", "ns3_event/100", FasterBy, 3},
        {"an event, 1,000 nodes, against ns-3", "event/1000", "ns3_event/1000", FasterBy, 3},
        {"an event, 10 nodes, against ns-3's priority queue", "event/10", "ns3_priority_queue_event/10",
         Tells},
        {"an event, 100 nodes, against ns-3's priority queue", "event/100", "ns3_priority_queue_event/100",
         Tells},
        {"an event, 1,000 nodes, against ns-3's priority queue", "event/1000",
         "ns3_priority_queue_event/1000", Tells},
        {"an event, 10 nodes, against SystemC methods", "event/10", "systemc_method_event/10", Tells},
        {"an event, 100 nodes, against SystemC methods", "event/100", "systemc_method_event/100", Tells},
        {"an event, 1,000 nodes, against SystemC methods", "event/1000", "systemc_method_event/1000", Tells},
        {"an event, 10 nodes, against SystemC threads", "event/10", "systemc_thread_event/10", Tells},
        {"an event, 100 nodes, against SystemC threads", "event/100", "systemc_thread_event/100", Tells},
        {"an event, 1,000 nodes, against SystemC threads", "event/1000", "systemc_thread_event/1000", Tells},
        {"an event, 10 nodes, against SimGrid timers", "event/10", "simgrid_timer_event/10", Tells},
        {"an event, 100 nodes, against SimGrid timers", "event/100", "simgrid_timer_event/100", Tells},
        {"an event, 1,000 nodes, against SimGrid timers", "event/1000", "simgrid_timer_event/1000", Tells},
        {"an event, 10 nodes, against SimGrid actors", "event/10", "simgrid_actor_event/10", Tells},
        {"an event, 100 nodes, against SimGrid actors", "event/100", "simgrid_actor_event/100", Tells},
        {"an event, 1,000 nodes, against SimGrid actors", "event/1000", "simgrid_actor_event/1000", Tells},
        {"an event, 10 nodes, against SimPy", "event/10", "simpy_event/10", Tells},
        {"an event, 100 nodes, against SimPy", "event/100", "simpy_event/100", Tells},
        {"an event, 1,000 nodes, against SimPy", "event/1000", "simpy_event/1000", Tells},
        {"restarts, one_for_one of 10", "restart/10", "flat_restart/10", RateAtLeast, 5e6},
        {"restarts, against Erlang/OTP (1,000 restarts)", "restart/10", "otp_restart/10/1000", FasterBy, 50},
        {"child restarts, one_for_all of 1,000", "one_for_all/1000", "flat_one_for_all/1000", RateAtLeast,
         20e6},
        {"child restarts, one_for_all of 1,000, against Erlang/OTP", "one_for_all/1000",
         "otp_one_for_all/1000/50", FasterBy, 1},
        {"restarts as rows, end to end", "recorded_restart", "", RateAtLeast, 2e6},
        {"restarts as rows, against raw inserts", "recorded_restart", "raw_insert", TimeAtMost, 1.25},
        {"one restart in 20 events, against unrecorded", "recorded_group", "unrecorded_group", TimeAtMost,
         1.5},
        {"all events recorded", "recorded_all", "event/10", RateAtLeast, 8e6},
        {"bytes of a recorded event", "recorded_all", "", ValueAtMost, 10, "bytes_per_event"},
        {"fingerprint on against off", "hash", "", ValueAtMost, 1.5, "on_over_off"},
        {"seeds of a 20-event scenario", "seeds", "flat_seeds", RateAtLeast, 1e6},
        {"allocations per seed", "seeds", "", ValueAtMost, 0, "allocations"},
        {"seeds, two threads against one", "seeds_on_threads/2", "seeds_on_threads/1", FasterBy, 1.8},
        {"seeds of flat C++, two threads against one", "flat_seeds_on_threads/2", "flat_seeds_on_threads/1",
         Tells},
        {"100,000 seeds of db-outage-30s on all cores, against a loop", "campaign", "campaign_loop", FasterBy,
         1.8},
        {"growth of memory over a campaign, bytes a seed", "campaign_memory", "", ValueAtMost, 1, "growth"},
        {"bytes a child at 1 M children", "memory", "", ValueAtMost, 200, "bytes_per_child"},
        {"growth of memory over further runs, bytes a child", "memory", "", ValueAtMost, 1, "growth"},
        {"snapshot of 1,000 nodes, against memcpy", "snapshot/1000", "memcpy/1000", TimeAtMost, 2},
        {"an event, 100,000 nodes against 100", "event/100000", "event/100", TimeAtMost, 3},
        {"an event, 1 M restarts in the window against 50", "history/1000000", "history/50", TimeAtMost, 1.1},
        {"`daruma run`, wall ms", "start", "", ValueAtMost, 30, "ms"},
        {"reading a shipped scenario, ms", "read", "", ValueAtMost, 2, "ms"},
    };
    return rows;
}

namespace {

constexpr std::string_view perSecond = "items_per_second";

std::string rateText(double rate)
{
    if (rate <= 0)
        return "-";
    return rate >= 1e6 ? fmt::format("{:.2f} M/s", rate / 1e6) : fmt::format("{:.1f} k/s", rate / 1e3);
}

std::string verdict(bool reached)
{
    return reached ? "yes" : "NO";
}

}  // namespace

void GoalReporter::ReportRuns(const std::vector<Run> &runs)
{
    ConsoleReporter::ReportRuns(runs);
    for (const Run &run : runs) {
        // With several repetitions come aggregates alone, with one repetition the run itself.
        const bool isAggregate = run.run_type == Run::RT_Aggregate;
        if (run.error_occurred || (isAggregate && run.aggregate_name != "median"))
            continue;
        std::string name = run.run_name.function_name;
        if (!run.run_name.args.empty())
            name += "/" + run.run_name.args;
        for (const auto &[counter, value] : run.counters)
            m_medians[name][counter] = value;
    }
}

double GoalReporter::value(std::string_view benchmark, std::string_view counter) const
{
    const auto known = m_medians.find(benchmark);
    if (known == m_medians.end())
        return -1;
    const auto value = known->second.find(counter);
    return value == known->second.end() ? -1 : value->second;
}

void GoalReporter::printTable() const
{
    constexpr std::string_view format = "{:<57} | {:>12} | {:>12} | {:>6} | {:>14} | {}\n";
    std::string table;
    for (const Goal &goal : goals()) {
        const double ours = value(goal.ours, perSecond);
        const double reference = value(goal.reference, perSecond);
        const double ratio = ours > 0 && reference > 0 ? reference / ours : 0;
        const std::string ratioText = ratio > 0 ? fmt::format("{:.2f}", ratio) : "-";
        std::string aim;
        bool reached = false;
        std::string oursText = rateText(ours);
        switch (goal.judgement) {
        case Judgement::Tells:
            if (ratio <= 0)
                continue;
            aim = "-";
            break;
        case Judgement::TimeAtMost:
        case Judgement::FasterBy:
            if (ratio <= 0)
                continue;
            aim = goal.judgement == Judgement::TimeAtMost ? fmt::format("<= {}", goal.limit)
                                                          : fmt::format("<= 1/{}", goal.limit);
            reached = goal.judgement == Judgement::TimeAtMost ? ratio <= goal.limit : ratio * goal.limit <= 1;
            break;
        case Judgement::RateAtLeast:
            if (ours <= 0)
                continue;
            aim = ">= " + rateText(goal.limit);
            reached = ours >= goal.limit;
            break;
        case Judgement::ValueAtMost: {
            const double value = this->value(goal.ours, goal.counter);
            if (value < 0)
                continue;
            oursText = fmt::format("{:.2f}", value);
            aim = fmt::format("<= {}", goal.limit);
            reached = value <= goal.limit;
            break;
        }
        }
        table += fmt::format(format, goal.work, oursText, rateText(reference), ratioText, aim,
                             goal.judgement == Judgement::Tells ? "-" : verdict(reached));
    }
    if (!table.empty())
        fmt::print(
            "\nMedians; the ratio is our time for an item over the reference's. A restart is four events of "
            "ours and two\nof flat C++ and the simulators, which know neither rules nor causes.\n{}{}",
            fmt::format(format, "work", "ours", "reference", "ratio", "goal", "reached"), table);
}

}  // namespace daruma::bench
