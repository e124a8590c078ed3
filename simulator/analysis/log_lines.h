#pragma once

#include "simulator/kernel/simulation.h"
#include "simulator/scenario/dialect_log.h"
#include "simulator/scenario/scenario.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// A key and a value of a line. `name` belongs to the scenario's dialect.
struct LogField {
    std::string_view name;
    std::string value;
    bool isNumber = false;
};

/// What a supervisor's system writes into its log.
struct LogLine {
    std::size_t event = 0;  ///< the number of the event that it stands with
    std::int64_t t = 0;     ///< ns of virtual time
    NodeId supervisor;
    LogLevel level = LogLevel::Debug;
    std::string message;
    std::vector<LogField> fields;
};

/// The log of a whole run, in the order in which it is written: what the dialect of each supervisor says it
/// writes. No line is put down for what a supervisor did after its end, or would have done.
std::vector<LogLine> logLinesOf(const Scenario &scenario, const Recording &run);

}
