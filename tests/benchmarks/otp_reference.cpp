#include "tests/benchmarks/programs.h"

/// A real OTP supervisor restarting its children, in an Erlang of its own.

namespace daruma::bench {

namespace {

void restarts(benchmark::State &state, const std::string &strategy)
{
    measureProgram(state, "erl -noshell -pa " DARUMA_ERLANG_FOLDER " -run otp_reference main " + strategy
                              + " " + std::to_string(state.range(0)) + " " + std::to_string(state.range(1)));
}

void otp_restart(benchmark::State &state)
{
    restarts(state, "one_for_one");
}
BENCHMARK(otp_restart)->Args({10, 1'000})->Iterations(1)->UseManualTime();

void otp_one_for_all(benchmark::State &state)
{
    restarts(state, "one_for_all");
}
BENCHMARK(otp_one_for_all)->Args({1'000, 50})->Iterations(1)->UseManualTime();

}  // namespace

}  // namespace daruma::bench
