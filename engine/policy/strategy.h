#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace daruma {

enum class Strategy : std::uint8_t { OneForOne, OneForAll, RestForOne, SimpleOneForOne };

constexpr std::string_view toText(Strategy strategy)
{
    constexpr std::string_view names[] = {"one_for_one", "one_for_all", "rest_for_one", "simple_one_for_one"};
    return names[static_cast<std::size_t>(strategy)];
}

/// A half-open range of siblings in start order.
struct SiblingRange {
    std::size_t first = 0;
    std::size_t last = 0;
};

/// A strategy is the range of siblings that a restart of `child` touches (OTP rules 26 to 28).
constexpr SiblingRange restartRange(Strategy strategy, std::size_t child, std::size_t siblings)
{
    switch (strategy) {
    case Strategy::OneForAll:
        return {0, siblings};
    case Strategy::RestForOne:
        return {child, siblings};
    case Strategy::OneForOne:
    case Strategy::SimpleOneForOne:
        break;
    }
    return {child, child + 1};
}

}  // namespace daruma
