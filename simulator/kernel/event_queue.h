#pragma once

#include "engine/time.h"

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

    /// All slots empty, at least `slots` of them.
    void reset(std::uint32_t slots)
    {
        m_taken = none;
        grow(slots);
        for (std::uint32_t slot = 0; slot < m_size; ++slot)
            m_keys[slot] = idle;
        for (std::uint32_t i = m_capacity - 1; i > 0; --i)
            m_winners[i] = m_winners[2 * i];
        m_size = slots;
    }

    std::uint32_t addSlot()
    {
        if (m_size == m_capacity)
            grow(m_size + 1);
        return m_size++;
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
        auto high = static_cast<std::uint64_t>(m_keys[slot] >> 64);
        auto low = static_cast<std::uint64_t>(m_keys[slot]);
        for (std::uint32_t i = m_capacity + slot; i > 1; i >>= 1) {
            const std::uint32_t other = m_winners[i ^ 1U];
            const Key key = m_keys[other];
            const bool otherWins = key < ((Key(high) << 64) | low);
            const std::uint64_t mask = std::uint64_t(0) - std::uint64_t(otherWins);
            winner ^= (winner ^ other) & static_cast<std::uint32_t>(mask);
            high ^= (high ^ static_cast<std::uint64_t>(key >> 64)) & mask;
            low ^= (low ^ static_cast<std::uint64_t>(key)) & mask;
            // Above a match that another slot has won before and wins still, nothing changes.
            if ((winner == m_winners[i >> 1]) & (winner != slot))
                return;
            m_winners[i >> 1] = winner;
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

    void grow(std::uint32_t slots)
    {
        const std::uint32_t capacity = std::bit_ceil(slots < 2 ? 2U : slots);
        if (capacity <= m_capacity)
            return;
        m_capacity = capacity;
        m_keys.resize(capacity, idle);
        m_winners.resize(std::size_t(2) * capacity);
        for (std::uint32_t i = 0; i < capacity; ++i)
            m_winners[capacity + i] = i;
        for (std::uint32_t i = capacity - 1; i > 0; --i) {
            const std::uint32_t left = m_winners[2 * i];
            const std::uint32_t right = m_winners[2 * i + 1];
            m_winners[i] = m_keys[right] < m_keys[left] ? right : left;
        }
    }

    std::uint32_t m_capacity = 0;
    std::uint32_t m_size = 0;
    std::uint32_t m_taken = none;
    std::vector<Key> m_keys;
    std::vector<std::uint32_t> m_winners;
};

}  // namespace daruma
