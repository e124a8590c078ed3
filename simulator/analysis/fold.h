#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace daruma {

constexpr std::size_t longestFoldedPeriod = 24;

/// A stretch of a long list: items to be shown one by one, or periods to be summed up.
struct Stretch {
    std::size_t first = 0;
    std::size_t count = 0;   ///< items
    std::size_t period = 0;  ///< 0: show the items; otherwise `count` is `repeats` times this
    std::size_t repeats = 0;
};

/// The least and the greatest of some figures; below 0 where there are none.
struct FoldedRange {
    std::int64_t low = -1;
    std::int64_t high = -1;

    bool isEmpty() const { return low < 0; }
    void include(const FoldedRange &other)
    {
        if (other.isEmpty())
            return;
        low = isEmpty() ? other.low : std::min(low, other.low);
        high = std::max(high, other.high);
    }
};

/// What may differ where everything else repeats, in ns.
struct FoldedFigures {
    FoldedRange life;   ///< how long something ran before it ended
    FoldedRange delay;  ///< of a restart

    void include(const FoldedFigures &other)
    {
        life.include(other.life);
        delay.include(other.delay);
    }
};

/// Finds what repeats: equal signatures in periods of at most `longestFoldedPeriod` items. The first and the
/// last period of a repetition are shown, what lies between them is summed up.
std::vector<Stretch> foldRepetition(std::span<const std::uint64_t> signatures);

/// Folds a list of any length that comes item by item, for who shows it only if that takes few lines. What a
/// repetition has too much of is dropped on the way, so the memory does not grow with the list.
template <typename Item> class RunningFold {
public:
    /// `mostRows`: lines, one for each item that is shown and one for each sum.
    explicit RunningFold(std::size_t mostRows)
        : m_mostRows(mostRows)
    {}

    void add(std::uint64_t signature, const Item &item, const FoldedFigures &figures = {})
    {
        if (m_isTooLong)
            return;
        m_signatures.push_back(signature);
        m_items.push_back(item);
        m_figures.push_back(figures);
        if (m_items.size() < m_compactAt)
            return;
        compact();
        m_compactAt = std::max(mostItems, 2 * m_items.size());
    }

    struct Row {
        Item item;                ///< to be shown, or the last one of what is summed up
        std::size_t period = 0;   ///< 0: show the item
        std::size_t repeats = 0;  ///< of a sum: how often the period stands there again
        FoldedFigures figures;    ///< of the item, or of all that is summed up
    };
    /// The rows, or nothing where they are more than `mostRows`.
    std::optional<std::vector<Row>> rows() const;

private:
    static constexpr std::size_t mostItems = 1U << 15;
    /// Behind so many items it is known whether one begins a repetition.
    static constexpr std::size_t lookAhead = 3 * longestFoldedPeriod;
    /// What is left of a repetition that is dropped: far more than any other period could share with it, so
    /// that the rest is folded in the same way.
    static constexpr std::size_t leftOfRepetition = 10 * longestFoldedPeriod;

    /// Items of a repetition that are not there any more; they stood before the item at `at`.
    struct Dropped {
        std::size_t at = 0;
        std::size_t count = 0;
        FoldedFigures figures;
    };

    void compact();
    FoldedFigures figuresOf(std::size_t first, std::size_t end) const;
    static std::size_t countRows(std::span<const Stretch> stretches, std::size_t end);

    std::size_t m_mostRows;
    bool m_isTooLong = false;
    std::size_t m_compactAt = mostItems;
    std::vector<std::uint64_t> m_signatures;
    std::vector<Item> m_items;
    std::vector<FoldedFigures> m_figures;  ///< of the items
    std::vector<Dropped> m_dropped;
};

template <typename Item> FoldedFigures RunningFold<Item>::figuresOf(std::size_t first, std::size_t end) const
{
    FoldedFigures all;
    for (std::size_t i = first; i < end; ++i)
        all.include(m_figures[i]);
    return all;
}

/// Rows of the items before `end`.
template <typename Item>
std::size_t RunningFold<Item>::countRows(std::span<const Stretch> stretches, std::size_t end)
{
    std::size_t rows = 0;
    for (const Stretch &stretch : stretches) {
        if (stretch.first < end)
            rows += stretch.period > 0 ? 1 : std::min(stretch.count, end - stretch.first);
    }
    return rows;
}

template <typename Item> void RunningFold<Item>::compact()
{
    const std::vector<Stretch> stretches = foldRepetition(m_signatures);
    if (countRows(stretches, m_items.size() - lookAhead) > m_mostRows) {
        m_isTooLong = true;
        m_signatures = {};
        m_items = {};
        m_figures = {};
        m_dropped = {};
        return;
    }
    std::vector<std::uint64_t> signatures;
    std::vector<Item> items;
    std::vector<FoldedFigures> figures;
    std::vector<Dropped> dropped;
    auto earlier = m_dropped.begin();
    for (const Stretch &stretch : stretches) {
        const std::size_t end = stretch.first + stretch.count;
        std::size_t spared = stretch.count;
        std::size_t lost = 0;
        if (stretch.period > 0 && stretch.count > leftOfRepetition + stretch.period) {
            lost = (stretch.count - leftOfRepetition) / stretch.period * stretch.period;
            spared -= lost;
        }
        FoldedFigures lostFigures = figuresOf(stretch.first, end - spared);
        for (; earlier != m_dropped.end() && earlier->at < end; ++earlier) {
            lost += earlier->count;
            lostFigures.include(earlier->figures);
        }
        if (lost > 0)
            dropped.push_back({items.size(), lost, lostFigures});
        for (std::size_t i = end - spared; i < end; ++i) {
            signatures.push_back(m_signatures[i]);
            items.push_back(m_items[i]);
            figures.push_back(m_figures[i]);
        }
    }
    m_signatures = std::move(signatures);
    m_items = std::move(items);
    m_figures = std::move(figures);
    m_dropped = std::move(dropped);
}

template <typename Item>
std::optional<std::vector<typename RunningFold<Item>::Row>> RunningFold<Item>::rows() const
{
    const std::vector<Stretch> stretches = foldRepetition(m_signatures);
    if (m_isTooLong || countRows(stretches, m_items.size()) > m_mostRows)
        return std::nullopt;
    std::vector<Row> rows;
    auto dropped = m_dropped.begin();
    for (const Stretch &stretch : stretches) {
        const std::size_t end = stretch.first + stretch.count;
        std::size_t lost = 0;
        FoldedFigures lostFigures;
        for (; dropped != m_dropped.end() && dropped->at < end; ++dropped) {
            lost += dropped->count;
            lostFigures.include(dropped->figures);
        }
        if (stretch.period > 0) {
            lostFigures.include(figuresOf(stretch.first, end));
            rows.push_back(
                {m_items[end - 1], stretch.period, stretch.repeats + lost / stretch.period, lostFigures});
            continue;
        }
        for (std::size_t i = stretch.first; i < end; ++i)
            rows.push_back({m_items[i], 0, 0, m_figures[i]});
    }
    return rows;
}

}
