#pragma once

#include "simulator/kernel/model.h"
#include "simulator/kernel/run_result.h"

#include <string>
#include <vector>

/// Checkers watch the stream of events; they know nothing of the machines that made it.

namespace daruma {

/// What a checker found: it becomes an event `violation` whose cause is the event it was shown last.
struct Finding {
    std::uint32_t code = 0;  ///< index of the expectation, or violationOfInvariant + number of the invariant
    EventId cause = {};
    std::string message;
};

}  // namespace daruma
