#include "tests/benchmarks/goals.h"
#include "tests/benchmarks/memory.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

/// Runs the benchmarks as Google Benchmark does, and prints at the end how they stand against the goals.
/// Several repetitions in random order, so that what disturbs the machine disturbs both of a pair.

int main(int count, char **arguments)
{
    if (count == 3 && std::string_view(arguments[1]) == "--memory-of")
        return daruma::bench::printMemoryOf(
            static_cast<std::uint32_t>(std::strtoul(arguments[2], nullptr, 10)));
    std::vector<std::string> defaults{"--benchmark_repetitions=5", "--benchmark_min_time=0.1",
                                      "--benchmark_enable_random_interleaving=true",
                                      "--benchmark_display_aggregates_only=true"};
    std::vector<char *> words{arguments[0]};
    for (std::string &word : defaults)
        words.push_back(word.data());
    words.insert(words.end(), arguments + 1, arguments + count);
    int wordCount = static_cast<int>(words.size());
    words.push_back(nullptr);
    benchmark::Initialize(&wordCount, words.data());
    if (benchmark::ReportUnrecognizedArguments(wordCount, words.data()))
        return 1;
    daruma::bench::GoalReporter reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
    reporter.printTable();
    if (constexpr std::string_view missing = DARUMA_MISSING_PEERS; !missing.empty())
        std::printf("For all comparisons install Debian's %s, and configure again.\n", missing.data());
    return 0;
}
