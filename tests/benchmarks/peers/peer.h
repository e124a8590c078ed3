#pragma once

#include "tests/benchmarks/lives.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string_view>

namespace daruma::bench {

/// What a program with another simulator is asked for: PROGRAM VARIANT WORKERS RESTARTS.
struct PeerTask {
    std::string_view variant;
    FlatTree tree;
};

inline PeerTask peerTask(int count, char **arguments)
{
    if (count != 4) {
        std::fprintf(stderr, "usage: %s VARIANT WORKERS RESTARTS\n", arguments[0]);
        std::exit(2);
    }
    const auto number = [&](int i) {
        return static_cast<std::uint32_t>(std::strtoul(arguments[i], nullptr, 10));
    };
    return {arguments[1], restartingTree(number(2), number(3))};
}

/// Runs the simulation, which counts its events, and prints these and the processor's nanoseconds.
template <typename Simulate> void measurePeer(const std::uint64_t &events, Simulate simulate)
{
    const std::clock_t begun = std::clock();
    simulate();
    const double seconds = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
    std::printf("%llu %.0f\n", static_cast<unsigned long long>(events), seconds * 1e9);
}

}  // namespace daruma::bench
