#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

/// A real OTP supervisor restarting its children, in an Erlang of its own. The script measures itself, so
/// that neither the start of Erlang nor that of the tree counts.

namespace daruma::bench {

namespace {

void restarts(benchmark::State &state, const char *strategy, std::int64_t childrenInGroup)
{
    const std::int64_t children = state.range(0);
    const std::int64_t rounds = state.range(1);
    const std::string command = "erl -noshell -pa " DARUMA_ERLANG_FOLDER " -run otp_reference main "
                                + std::string(strategy) + " " + std::to_string(children) + " "
                                + std::to_string(rounds);
    std::int64_t restarted = 0;
    for ([[maybe_unused]] auto turn : state) {
        const std::unique_ptr<std::FILE, int (*)(std::FILE *)> answer(popen(command.c_str(), "r"), pclose);
        char line[32] = {};
        const bool isRead = answer && std::fgets(line, sizeof line, answer.get());
        const double rate = isRead ? std::atof(line) : 0;
        if (rate <= 0)
            return state.SkipWithError("Erlang did not answer");
        state.SetIterationTime(static_cast<double>(rounds * childrenInGroup) / rate);
        restarted += rounds * childrenInGroup;
    }
    state.SetItemsProcessed(restarted);
}

void otp_restart(benchmark::State &state)
{
    restarts(state, "one_for_one", 1);
}
BENCHMARK(otp_restart)->Args({10, 1'000})->Iterations(1)->UseManualTime();

void otp_one_for_all(benchmark::State &state)
{
    restarts(state, "one_for_all", state.range(0));
}
BENCHMARK(otp_one_for_all)->Args({1'000, 50})->Iterations(1)->UseManualTime();

}  // namespace

}  // namespace daruma::bench
