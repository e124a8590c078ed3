#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace daruma {

/// Maps virtual time to the width of a picture. It is linear but for long stretches in which nothing happens:
/// these are cut out, so that a second of crashes after an hour of peace can be seen. Pure geometry.
class TimeAxis {
public:
    struct Piece {
        std::int64_t from = 0;  ///< ns
        std::int64_t until = 0;
        double x = 0;
        double width = 0;
        bool isCut = false;
    };
    struct Tick {
        double x = 0;
        std::string label;
    };

    /// `moments`: when something happens, in any order; all in [0, until]. `width` in pixels, at least 100.
    /// Of the width, `tail` pixels show what comes after `until`, at the scale of what comes before.
    TimeAxis(std::vector<std::int64_t> moments, std::int64_t until, double width, double tail = 0);

    /// The last moment that it shows.
    std::int64_t until() const { return m_pieces.back().until; }

    /// REQUIRES: 0 <= t; later than the end is the end.
    double x(std::int64_t t) const;
    const std::vector<Piece> &pieces() const { return m_pieces; }
    /// Nanoseconds for each pixel outside the cuts.
    double scale() const { return m_scale; }
    /// At round times up to the end without the tail, one step for the whole axis, about `spacing` pixels
    /// apart.
    std::vector<Tick> ticks(double spacing = 90) const;

    static constexpr double cutWidth = 44;
    static constexpr std::size_t mostCuts = 4;

private:
    std::vector<Piece> m_pieces;
    std::int64_t m_end = 0;  ///< where the tail begins
    double m_scale = 1;
};

/// The smallest step at or above `least` ns that people count in: 1, 2, 5, 10, … up to seconds, then 15 and
/// 30, minutes, hours and days.
std::int64_t roundStep(double least);

}  // namespace daruma
