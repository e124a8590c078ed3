#pragma once

#include "simulator/scenario/dialect.h"
#include "simulator/scenario/problems.h"
#include "simulator/scenario/toml_tree.h"

#include <functional>
#include <string>
#include <vector>

namespace daruma {

/// Reads the tables of a dialect file into `dialect`. `correct` names the defects to mend ("*": all of them);
/// `takeBase` is called first where the file extends another dialect, and puts that one there.
void readDialectTables(const TomlValue &document, const std::vector<std::string> &correct,
                       const std::function<void(const std::string &base)> &takeBase, Dialect &dialect,
                       Problems &problems);

}
