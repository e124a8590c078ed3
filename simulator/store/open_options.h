#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace daruma {

struct OpenOptions {
    /// How long the lock of another program is waited for.
    int busyTimeoutMs = 5000;
    /// Seconds since 1970 that stand for the present wherever a date is recorded; default: the clock.
    std::optional<std::int64_t> now;
    /// Under `failures`, how much of a run is kept in memory until it is known whether it failed; what is
    /// more is written, and deleted if nobody wants it.
    std::size_t maxWithheldBytes = 64 << 20;
};

}
