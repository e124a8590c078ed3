#pragma once

#include "simulator/scenario/problems.h"
#include "simulator/scenario/scenario.h"
#include "simulator/scenario/toml_tree.h"

#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// The overrides as places of problems.
std::vector<Problems::Source> overrideSources(const std::vector<Override> &overrides,
                                              std::string_view dialectOverride);

/// Writes them into the document, in order. What an override names must exist, but for its last key.
/// `faults` and `expectations` are the names of these, in the order of the file.
void applyOverrides(const std::vector<Override> &overrides, std::string_view dialectOverride,
                    const std::vector<std::string> &faults, const std::vector<std::string> &expectations,
                    TomlValue &document, Problems &problems);

/// Where the document has the key of an override.
struct KeyPlace {
    const TomlValue *table = nullptr;  ///< null: there is no such table
    const TomlValue *value = nullptr;  ///< null: the table does not have the key
};
/// REQUIRES: the document's faults and expectations have their names as a key.
KeyPlace placeOf(const TomlValue &document, std::string_view key);

}
