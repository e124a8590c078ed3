#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace daruma {

/// The part of a run that a timeline shows: positions (ns, or numbers of events) against columns of pixels.
/// Columns are numbered from the start of the run, and the same column of the same scale always holds the
/// same positions: what was painted of it may be moved when the window pans. All of it is whole numbers; a
/// run may be longer than a scroll bar can count.
class ViewWindow {
public:
    /// Shows all of 0 … `end` on `width` pixels.
    ViewWindow() = default;
    ViewWindow(std::int64_t end, int width);

    bool operator==(const ViewWindow &) const = default;

    std::int64_t from() const { return edge(m_first); }
    /// At most one pixel behind the end.
    std::int64_t until() const { return from() + m_length; }
    std::int64_t length() const { return m_length; }
    std::int64_t end() const { return m_end; }
    int width() const { return m_width; }
    bool isWhole() const { return m_first == 0 && m_length == m_end; }

    /// The number of the column at the left edge.
    std::int64_t firstColumn() const { return m_first; }
    bool hasScaleOf(const ViewWindow &other) const;

    /// Counted from the left edge: of the column that holds a position. What is far outside is told as some
    /// column outside.
    int columnAt(std::int64_t position) const;
    /// The first position of a column; where columns are narrower than positions, the next one.
    std::int64_t positionAt(std::int64_t column) const { return edge(m_first + column); }

    /// The roundest position of a column, as a person would write it.
    std::int64_t roundPositionAt(std::int64_t column) const;

    void resize(int width);
    void fit();
    /// Shows this part to the pixel, widened where it is narrower than can be shown.
    void show(std::int64_t from, std::int64_t until);
    /// What stands under `pixel` stays there. `factor` above 1 goes nearer.
    void zoom(double factor, double pixel);
    /// Positive: to what is later. Moves whole pixels, and at least one.
    void pan(double pixels);
    /// Moves no further than it takes to have the position within a tenth of the edges.
    void reveal(std::int64_t position);

private:
    std::int64_t edge(std::int64_t column) const;
    std::int64_t columnOf(std::int64_t position) const;
    void clamp();

    std::int64_t m_end = 1;
    std::int64_t m_first = 0;
    std::int64_t m_length = 1;
    int m_width = 1;
};

/// A mark of an axis.
struct Tick {
    std::int64_t at = 0;
    std::string label;
};

/// Round moments at least `leastPixels` apart: `10 s`, `250 ms`; of longer runs `2 min 30 s`, `3 h 5 min`.
std::vector<Tick> timeTicks(const ViewWindow &window, int leastPixels);
/// Round numbers of events.
std::vector<Tick> eventTicks(const ViewWindow &window, int leastPixels);

/// A length of time as short as can be, exact enough for `step`: `1.5 s`, `20 ms`, `3 min 20 s`.
std::string shortTime(std::int64_t ns, std::int64_t step = 1);

}
