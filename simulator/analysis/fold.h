#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace daruma {

/// A stretch of a long list: items to be shown one by one, or periods to be summed up.
struct Stretch {
    std::size_t first = 0;
    std::size_t count = 0;   ///< items
    std::size_t period = 0;  ///< 0: show the items; otherwise `count` is `repeats` times this
    std::size_t repeats = 0;
};

/// Finds what repeats: equal signatures in periods of at most 24 items. The first and the last period of a
/// repetition are shown, what lies between them is summed up.
std::vector<Stretch> foldRepetition(std::span<const std::uint64_t> signatures);

}
