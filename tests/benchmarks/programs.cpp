#include "tests/benchmarks/programs.h"

#include <cstdint>
#include <cstdio>
#include <memory>

namespace daruma::bench {

void measureProgram(benchmark::State &state, const std::string &command)
{
    std::int64_t items = 0;
    for ([[maybe_unused]] auto turn : state) {
        const std::unique_ptr<std::FILE, int (*)(std::FILE *)> answer(popen(command.c_str(), "r"), pclose);
        long long count = 0;
        double nanoseconds = 0;
        if (!answer || std::fscanf(answer.get(), "%lld %lf", &count, &nanoseconds) != 2 || nanoseconds <= 0)
            return state.SkipWithError("the program did not answer");
        state.SetIterationTime(nanoseconds / 1e9);
        items += count;
    }
    state.SetItemsProcessed(items);
}

}  // namespace daruma::bench
