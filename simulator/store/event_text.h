#pragma once

#include "simulator/kernel/event.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The columns `reason` and `value` of the table `event`: what of an event is worth a column depends on its
/// kind.

namespace daruma {

/// `panic:TEXT`; of reply, violation and end their text; nothing where the event has neither.
std::optional<std::string> reasonColumn(const Event &event, std::string_view text);

/// Of started, ignored, exit, stop, restart, backoff and delaying faults: nanoseconds. Of gave_up: restarts
/// in the window. Of command and reply: number of the command; of violation: of the expectation. Else
/// nothing.
std::optional<std::int64_t> valueColumn(const Event &event);

}
