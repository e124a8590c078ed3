#pragma once

#include "simulator/scenario/faults.h"

#include <string>
#include <vector>

namespace daruma {

/// Reads [[expect]] tables into model.expectations.
void readExpectations(const std::vector<PlacedTable> &tables, const std::vector<std::string> &names,
                      const SelectorTable &selectors, Model &model, Problems &problems);

}
