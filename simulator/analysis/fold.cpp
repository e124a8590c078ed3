#include "simulator/analysis/fold.h"

#include <algorithm>

namespace daruma {

namespace {

constexpr std::size_t longestPeriod = longestFoldedPeriod;

/// How often the period at `first` stands there, one after the other.
std::size_t periodsAt(std::span<const std::uint64_t> signatures, std::size_t first, std::size_t period)
{
    std::size_t end = first + period;
    while (end < signatures.size() && signatures[end] == signatures[end - period])
        ++end;
    return (end - first) / period;
}

}

std::vector<Stretch> foldRepetition(std::span<const std::uint64_t> signatures)
{
    std::vector<Stretch> stretches;
    const auto show = [&stretches](std::size_t first, std::size_t count) {
        if (!stretches.empty() && stretches.back().period == 0)
            stretches.back().count += count;
        else
            stretches.push_back({first, count, 0, 0});
    };
    std::size_t at = 0;
    while (at < signatures.size()) {
        std::size_t best = 0;
        std::size_t saved = 2;
        for (std::size_t period = 1; period <= longestPeriod && at + 3 * period <= signatures.size();
             ++period) {
            const std::size_t periods = periodsAt(signatures, at, period);
            // The line that sums up costs one itself. Of equal savings the shorter period reads better.
            if (periods >= 3 && (periods - 2) * period > saved) {
                best = period;
                saved = (periods - 2) * period;
            }
        }
        if (best == 0) {
            show(at++, 1);
            continue;
        }
        const std::size_t middle = saved / best;
        show(at, best);
        stretches.push_back({at + best, saved, best, middle});
        stretches.push_back({at + best + saved, best, 0, 0});
        at += saved + 2 * best;
    }
    return stretches;
}

}
