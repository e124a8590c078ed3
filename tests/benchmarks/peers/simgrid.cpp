#include "tests/benchmarks/peers/peer.h"

#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u.hpp>

/// The pattern of the flat prototype on SimGrid: each worker is a timer that sets the next one, or an actor
/// that sleeps.

namespace daruma::bench {

namespace {

struct Pattern {
    Lives lives;
    double init;
    std::uint64_t events = 0;

    double nextLife(std::uint32_t worker) { return static_cast<double>(lives.next(worker).ns()) / 1e9; }
};

void setTimer(Pattern &pattern, std::uint32_t worker, bool comesUp, double at)
{
    simgrid::kernel::timer::Timer::set(at, [&pattern, worker, comesUp, at] {
        ++pattern.events;
        setTimer(pattern, worker, !comesUp, at + (comesUp ? pattern.nextLife(worker) : pattern.init));
    });
}

void live(Pattern &pattern, std::uint32_t worker)
{
    namespace self = simgrid::s4u::this_actor;
    self::sleep_for(pattern.init * worker);
    for (;;) {
        self::sleep_for(pattern.init);
        ++pattern.events;
        self::sleep_for(pattern.nextLife(worker));
        ++pattern.events;
    }
}

}  // namespace

}  // namespace daruma::bench

int main(int count, char **arguments)
{
    using namespace daruma::bench;
    const PeerTask task = peerTask(count, arguments);
    int engineArguments = 1;
    simgrid::s4u::Engine engine(&engineArguments, arguments);
    auto *zone = simgrid::s4u::create_empty_zone("zone");
    auto *host = zone->create_host("host", 1e9);
    zone->seal();
    Pattern pattern{Lives(task.tree, 1), static_cast<double>(task.tree.init.ns()) / 1e9};
    for (std::uint32_t i = 0; i < task.tree.workers; ++i) {
        if (task.variant == "timer")
            setTimer(pattern, i, true, pattern.init * (i + 1));
        else
            simgrid::s4u::Actor::create("worker", host, [&pattern, i] { live(pattern, i); });
    }
    const double horizon = static_cast<double>(task.tree.horizon.ns()) / 1e9;
    measurePeer(pattern.events, [&] { engine.run_until(horizon); });
    std::fflush(stdout);
    // What the actors left behind is of no interest, and taking it down takes long.
    std::_Exit(0);
}
