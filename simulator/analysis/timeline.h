#pragma once

#include "simulator/analysis/wording.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace daruma {

/// How bad a line is, for who paints it.
enum class Tone : std::uint8_t { Quiet, Normal, Strike, Recovery, Bad };

/// One line of a timeline.
struct TimelineRow {
    std::optional<std::int64_t> t;  ///< ns; none of a line that sums others up
    EventId event;                  ///< the first that the line tells; invalid where it sums others up
    std::string text;
    Tone tone = Tone::Normal;
    /// The restart budget of a supervisor after this line, where it takes from one.
    struct BudgetUse {
        std::string supervisor;
        std::uint32_t used = 0;
        std::uint32_t allowed = 0;
        Duration within;
        bool countsStarts = false;  ///< starts, the first one too, and not restarts
    };
    std::optional<BudgetUse> budget;
};

/// What happened in a run, in at most `mostRows` lines: what repeats is summed up, and what goes together (an
/// exit and its restart, the stops of one shutdown) is one line.
std::vector<TimelineRow> timeline(const Model &model, const Recording &run, std::size_t mostRows = 40);

}
