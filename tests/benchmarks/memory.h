#pragma once

#include <cstdint>

namespace daruma::bench {

/// Of this process.
std::int64_t residentBytes();

/// `daruma-bench --memory-of N`: simulates a tree of N workers that live for ever and prints how many bytes
/// the process grew by: by the model and its first run, and by two runs more. A process of its own, because
/// what others have freed would be used again.
int printMemoryOf(std::uint32_t workers);

}  // namespace daruma::bench
