#pragma once

#include <benchmark/benchmark.h>

#include <string>

namespace daruma::bench {

/// Runs a reference that is a program of its own and measures itself, so that neither its start nor its
/// reading in counts. It prints in one line how many items it did, and the nanoseconds they took.
void measureProgram(benchmark::State &state, const std::string &command);

}  // namespace daruma::bench
