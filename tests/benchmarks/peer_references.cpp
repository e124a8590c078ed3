#include "tests/benchmarks/programs.h"

/// The pattern of the flat prototype on other simulators, each a program of its own: they allow one
/// simulation in a process, or are no C++.

namespace daruma::bench {

namespace {

[[maybe_unused]] void peer_event(benchmark::State &state, const std::string &program)
{
    measureProgram(state, program + " " + std::to_string(state.range(0)) + " 100000");
}

#ifdef DARUMA_SYSTEMC
void systemc_method_event(benchmark::State &state)
{
    peer_event(state, "SC_COPYRIGHT_MESSAGE=DISABLE " DARUMA_SYSTEMC " method");
}
BENCHMARK(systemc_method_event)->Arg(10)->Arg(100)->Arg(1000)->Iterations(1)->UseManualTime();

void systemc_thread_event(benchmark::State &state)
{
    peer_event(state, "SC_COPYRIGHT_MESSAGE=DISABLE " DARUMA_SYSTEMC " thread");
}
BENCHMARK(systemc_thread_event)->Arg(10)->Arg(100)->Arg(1000)->Iterations(1)->UseManualTime();
#endif

#ifdef DARUMA_SIMGRID
void simgrid_timer_event(benchmark::State &state)
{
    peer_event(state, DARUMA_SIMGRID " timer");
}
BENCHMARK(simgrid_timer_event)->Arg(10)->Arg(100)->Arg(1000)->Iterations(1)->UseManualTime();

void simgrid_actor_event(benchmark::State &state)
{
    peer_event(state, DARUMA_SIMGRID " actor");
}
BENCHMARK(simgrid_actor_event)->Arg(10)->Arg(100)->Arg(1000)->Iterations(1)->UseManualTime();
#endif

#ifdef DARUMA_SIMPY
void simpy_event(benchmark::State &state)
{
    peer_event(state, DARUMA_SIMPY " process");
}
BENCHMARK(simpy_event)->Arg(10)->Arg(100)->Arg(1000)->Iterations(1)->UseManualTime();
#endif

}  // namespace

}  // namespace daruma::bench
