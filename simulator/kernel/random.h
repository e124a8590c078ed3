#pragma once

#include "engine/mix_bits.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Counter-based randomness. A draw is a pure function of (seed, name, purpose, counter): there is no
/// generator whose state a new node, a new fault or a draw elsewhere could advance. So two policies meet the
/// same faults, and what shrinking leaves in a scenario behaves as before.

namespace daruma {

/// What a stream is for; streams of different purposes are independent.
/// The numbers are part of every fingerprint: one that has been released is never changed or given to another
/// purpose, because recorded runs would replay differently. New purposes take the next free number.
enum class Purpose : std::uint8_t {
    InitTime = 1,
    InitResult = 2,
    Lifetime = 3,
    ExitReason = 4,
    StopTime = 5,
    StopReason = 6,
    ReloadTime = 7,
    Backoff = 8,
    FaultTime = 9,
    FaultChance = 10,
    FaultDelay = 11,
    FaultAfter = 12,
    OutageLength = 13,
    Ties = 14,
    Swarm = 15,
    Patience = 16,
    FaultPick = 17,
    Race = 18,
    Select = 19,
};

/// Names one stream. Made by streamKey; keep it next to the state that counts the draws.
struct StreamKey {
    std::uint64_t value = 0;

    constexpr bool operator==(const StreamKey &) const = default;
};

/// What all streams of one seed have in common.
struct SeedKey {
    std::uint64_t value = 0;

    constexpr SeedKey() = default;
    constexpr explicit SeedKey(std::uint64_t seed)
        : value(mixBits(seed + goldenGamma))
    {}
};

/// `nameHash` is the path hash of a node, the name hash of a fault, or 0 for what belongs to the whole run.
constexpr StreamKey streamKey(SeedKey seed, std::uint64_t nameHash, Purpose purpose)
{
    // Each part is mixed before the next joins, so that no sum of parts can make two keys meet.
    const std::uint64_t key = mixBits((seed.value ^ nameHash) + goldenGamma);
    return StreamKey{mixBits((key ^ static_cast<std::uint64_t>(purpose)) + goldenGamma)};
}
constexpr StreamKey streamKey(std::uint64_t seed, std::uint64_t nameHash, Purpose purpose)
{
    return streamKey(SeedKey(seed), nameHash, purpose);
}

/// The draw number `counter` of a stream, uniform over all 64-bit numbers.
/// Within one stream no two counters give the same number.
constexpr std::uint64_t draw(StreamKey key, std::uint64_t counter)
{
    return mixBits(key.value + (counter + 1) * goldenGamma);
}

/// The hash of a text: XXH3, 64 bits. The same on every platform.
std::uint64_t nameHash(std::string_view text);

/// The path hash above the root: extendPathHash(rootlessPathHash, id of the root) is the root's.
inline constexpr std::uint64_t rootlessPathHash = 0;

/// The hash of a node's path is this chain along the ids from the root, so that a node's hash is made from
/// its parent's without building the text. An id that contains "/" is not confused with two ids.
inline std::uint64_t extendPathHash(std::uint64_t parentHash, std::string_view segment)
{
    return mixBits(mixBits(parentHash + goldenGamma) ^ nameHash(segment));
}

/// A uniform whole number in [0, bound), or 0 if bound is 0. The bias is below bound / 2^64.
constexpr std::uint64_t scaleToBound(std::uint64_t random, std::uint64_t bound)
{
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(random) * bound) >> 64);
}

/// A probability as a whole number of 2^-63: 0 never happens and 1 always does, without a special case.
class Chance {
public:
    /// Never happens.
    constexpr Chance() = default;

    static constexpr Chance always() { return Chance(one); }
    static constexpr Chance never() { return Chance(0); }

    /// Whether a number can be a probability: in [0, 1], and not NaN.
    static constexpr bool isValid(double probability) { return probability >= 0.0 && probability <= 1.0; }
    /// The nearest multiple of 2^-63. REQUIRES: isValid(probability).
    static Chance fromDouble(double probability);
    /// The nearest multiple of 2^-63 that is not larger. REQUIRES: 0 < denominator, numerator <= denominator.
    static Chance fromRatio(std::uint32_t numerator, std::uint32_t denominator);

    constexpr bool isNever() const { return m_threshold == 0; }
    constexpr bool isAlways() const { return m_threshold == one; }
    double toDouble() const;

    /// Grows with the chance: whatever happens for a chance happens, for the same draw, for each larger one.
    constexpr bool happens(std::uint64_t random) const { return (random >> 1) < m_threshold; }
    constexpr bool happens(StreamKey key, std::uint64_t counter) const { return happens(draw(key, counter)); }

    /// The probability in units of 2^-63.
    constexpr std::uint64_t threshold() const { return m_threshold; }

    constexpr auto operator<=>(const Chance &) const = default;

private:
    static constexpr std::uint64_t one = std::uint64_t{1} << 63;

    constexpr explicit Chance(std::uint64_t threshold)
        : m_threshold(threshold)
    {}

    std::uint64_t m_threshold = 0;
};

/// A choice among a few entries by their probabilities, such as { normal = 0.9, panic = 0.1 }.
/// What the probabilities leave of 1 goes to a default entry.
class WeightedChoice {
public:
    /// What is wrong with these weights, for people; nothing if they can be used. `firstBad` is the entry.
    struct Problem {
        std::size_t firstBad = 0;
        std::string message;
    };
    static std::optional<Problem> validate(std::span<const double> weights);

    /// Always picks 0.
    WeightedChoice() = default;
    /// `defaultIndex` may be one of the entries or another number. REQUIRES: validate(weights) finds nothing.
    WeightedChoice(std::span<const double> weights, std::size_t defaultIndex);

    /// The index of an entry, or the default index. An entry of weight 0 is never picked.
    std::size_t pick(std::uint64_t random) const
    {
        const std::uint64_t place = random >> 1;
        for (std::size_t i = 0; i < m_ends.size(); ++i) {
            if (place < m_ends[i])
                return i;
        }
        return m_defaultIndex;
    }
    std::size_t pick(StreamKey key, std::uint64_t counter) const { return pick(draw(key, counter)); }

    bool operator==(const WeightedChoice &) const = default;

private:
    std::vector<std::uint64_t> m_ends;  // cumulative, in units of 2^-63
    std::size_t m_defaultIndex = 0;
};

}  // namespace daruma
