#pragma once

#include "simulator/kernel/model.h"
#include "simulator/scenario/problems.h"
#include "simulator/scenario/selectors.h"
#include "simulator/scenario/toml_tree.h"

#include <cstdint>
#include <string>
#include <vector>

namespace daruma {

/// The names of all faults, in the order of the file: given ones, and ones made of inject, into and the time.
/// Asked for before overrides are applied, so that a fault keeps its name and its random streams under them.
std::vector<std::string> faultNames(const TomlValue &document);

/// The same for expectations, whose default is what they say: `always up(app)`, shortened where it is long.
std::vector<std::string> expectationNames(const TomlValue &document);

/// A fault or a command of the file.
struct PlacedTable {
    const TomlValue *table = nullptr;
    Place place;
    std::uint32_t order = 0;  ///< among faults and commands
};

/// Reads [[fault]] tables into model.faults.
void readFaults(const std::vector<PlacedTable> &tables, const std::vector<std::string> &names,
                const SelectorTable &selectors, Model &model, Problems &problems);

/// A selector at byte `offset` of a text; one that can never match is a problem.
Selector readSelector(const TomlValue &value, std::size_t offset, std::string_view text,
                      const SelectorTable &selectors, Problems &problems);

}
