#pragma once

#include "engine/time.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace daruma {

/// What is to happen, ordered by (instant, order number); the order numbers must differ.
///
/// A winner tree with one slot for each thing that can be pending: arming, moving and disarming a slot and
/// finding the first are one walk from leaf to root, without allocation, and there is nothing to cancel
/// lazily.
class EventQueue {
public:
    static constexpr std::uint32_t none = 0xffff'ffff;

    /// All slots empty, at least `slotCount` of them.
    void reset(std::uint32_t slotCount)
    {
        m_taken = none;
        std::fill_n(m_keys.begin(), m_size, idle);
        m_size = slotCount;
        if (slotCount > m_capacity || m_capacity == 0)
            grow(slotCount);
        else
            playAll();
    }

    /// Memory for that many slots, so that nothing need be moved on the way there.
    void reserve(std::uint32_t slotCount)
    {
        m_keys.reserve(std::bit_ceil(slotCount));
        m_winners.reserve(std::bit_ceil(slotCount));
    }

    /// At least `slotCount` of them from now on.
    void extend(std::uint32_t slotCount)
    {
        if (slotCount > m_capacity)
            grow(slotCount);
        m_size = std::max(m_size, slotCount);
    }

    void arm(std::uint32_t slot, Instant at, std::uint64_t order)
    {
        if (slot == m_taken)
            m_taken = none;
        m_keys[slot] = (Key(static_cast<std::uint64_t>(at.ns())) << 64) | order;
        settle(slot);
    }

    void disarm(std::uint32_t slot)
    {
        if (slot == m_taken || m_keys[slot] == idle)
            return;
        m_keys[slot] = idle;
        settle(slot);
    }

    bool isArmed(std::uint32_t slot) const { return slot != m_taken && m_keys[slot] != idle; }

    /// When the first is due; Instant::never() when nothing is armed.
    Instant firstTime()
    {
        settleTaken();
        const Key key = m_keys[m_winners[1]];
        return key == idle ? Instant::never() : Instant::fromNs(static_cast<std::int64_t>(key >> 64));
    }

    /// Disarms the first and returns it. REQUIRES: something is armed, and `firstTime` was asked since.
    std::uint32_t take()
    {
        // Mostly it is armed anew at once: its place is settled only when it turns out that it is not.
        m_taken = m_winners[1];
        return m_taken;
    }

private:
    __extension__ using Key = unsigned __int128;
    static constexpr Key idle = ~Key(0);

    /// The winner so far is carried up from the leaf, so that each match waits for nothing but the one below;
    /// and it is chosen by masks, because a processor cannot foresee who wins.
    void settle(std::uint32_t slot)
    {
        std::uint32_t winner = slot;
        std::uint32_t other = slot ^ 1U;
        auto high = static_cast<std::uint64_t>(m_keys[slot] >> 64);
        auto low = static_cast<std::uint64_t>(m_keys[slot]);
        for (std::uint32_t match = (m_capacity + slot) >> 1;; match >>= 1) {
            const Key key = m_keys[other];
            const bool otherWins =
                __builtin_expect_with_probability(key < ((Key(high) << 64) | low), true, 0.5);
            winner = otherWins ? other : winner;
            high = otherWins ? static_cast<std::uint64_t>(key >> 64) : high;
            low = otherWins ? static_cast<std::uint64_t>(key) : low;
            // Above a match that another slot has won before and wins still, nothing changes.
            if ((winner == m_winners[match]) & (winner != slot))
                return;
            m_winners[match] = winner;
            if (match == 1)
                return;
            other = m_winners[match ^ 1U];
        }
    }

    void settleTaken()
    {
        if (m_taken == none)
            return;
        m_keys[m_taken] = idle;
        settle(m_taken);
        m_taken = none;
    }

    void grow(std::uint32_t slotCount)
    {
        m_capacity = std::bit_ceil(std::max(slotCount, 2U));
        m_keys.resize(m_capacity, idle);
        m_winners.resize(m_capacity);
        playAll();
    }

    void playAll()
    {
        for (std::uint32_t match = m_capacity - 1; match > 0; --match) {
            const std::uint32_t below = 2 * match;
            const bool isLowest = below >= m_capacity;
            const std::uint32_t left = isLowest ? below - m_capacity : m_winners[below];
            const std::uint32_t right = isLowest ? left + 1 : m_winners[below + 1];
            m_winners[match] = m_keys[right] < m_keys[left] ? right : left;
        }
    }

    std::uint32_t m_capacity = 0;
    std::uint32_t m_size = 0;
    std::uint32_t m_taken = none;
    std::vector<Key> m_keys;
    /// By match, from 1 at the top: match i is between the winners of matches 2i and 2i + 1, and the lowest
    /// ones between neighbouring slots.
    std::vector<std::uint32_t> m_winners;
};

}  // namespace daruma
