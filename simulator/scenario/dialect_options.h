#pragma once

#include "simulator/kernel/model.h"
#include "simulator/scenario/dialect.h"
#include "simulator/scenario/table_reader.h"

#include <string_view>
#include <vector>

namespace daruma {

/// The names of all options that `options = { … }` of a node can hold, in the order of their bits in
/// `Dialect::options`. A dialect declares those that it has.
std::vector<std::string_view> dialectOptionNames();

/// Reads the options of a supervisor, those of its own dialect; `owner` is looked up when the tree is there.
void readSupervisorOptions(const TableReader &table, const Dialect &dialect,
                           SupervisorDefinition &supervisor);

/// Reads the options of a worker: those that its supervisor's dialect has for children.
void readWorkerOptions(const TableReader &table, const Dialect &dialect, ChildSpec &spec);

}
