#pragma once

#include <cstddef>

namespace daruma {

struct OpenOptions {
    /// How long the lock of another program is waited for.
    int busyTimeoutMs = 5000;
    /// Under `failures`, how much of a run is kept in memory until it is known whether it failed; what is
    /// more is written, and deleted if nobody wants it.
    std::size_t maxWithheldBytes = 64 << 20;
};

}
