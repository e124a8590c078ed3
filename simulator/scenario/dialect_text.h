#pragma once

#include <string>

namespace daruma {

/// The file of a dialect that does not ship: what it holds belongs to a run as the scenario's text does.
struct DialectText {
    std::string name;  ///< as the scenario names it, without `:corrected`
    std::string path;  ///< where it was read, from the folder in which the program ran
    std::string text;

    bool operator==(const DialectText &) const = default;
};

}
