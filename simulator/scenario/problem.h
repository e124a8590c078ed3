#pragma once

#include <string>
#include <string_view>

namespace daruma {

/// What is wrong with a scenario, for people, and where.
struct Problem {
    int line = 0;    ///< from 1; 0 where the place is no line of the file
    int column = 0;  ///< from 1, in characters
    std::string message;
    std::string hint;      ///< what to do about it; may be empty
    std::string lineText;  ///< the line, cut to 120 characters around the place
    int caret = 0;         ///< which character of lineText is meant, from 0
    /// Where an override is to blame: `--set KEY`, which then stands in the place of file, line and column.
    std::string source;
    std::string file;  ///< where it stands in another file than the scenario's: a dialect's
};

/// `FILE:LINE:COLUMN: message`, the line, a caret, and the hint; no line end behind it.
std::string toText(const Problem &problem, std::string_view file);

}
