#pragma once

#include <cstdint>

namespace daruma::bench {

/// How often this thread has called operator new.
std::uint64_t allocations();

}  // namespace daruma::bench
