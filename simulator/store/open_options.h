#pragma once

namespace daruma {

struct OpenOptions {
    /// How long the lock of another program is waited for.
    int busyTimeoutMs = 5000;
};

}
