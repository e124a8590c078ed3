#pragma once

#include "simulator/analysis/diff.h"

#include <cstdint>
#include <optional>

namespace daruma {

/// Where two runs begin to do different things.
struct Divergence {
    std::int64_t t = 0;
    /// The first event of the left run in that moment that the right one has not, and the other way round. Of
    /// a run that has only fewer, what comes next; the number of its events where nothing does.
    std::uint64_t left = 0;
    std::uint64_t right = 0;
    /// Nothing else happens in any moment of the runs, but in another order.
    bool isOrderAlone = false;
};

/// Compares moment by moment: the order of what happens in one of them does not count, unless there is no
/// other difference; nor do causes, the lifecycle that only some dialects tell, violations, and the limit
/// beside a count of restarts.
std::optional<Divergence> firstDivergence(const RunView &left, const RunView &right);

}
