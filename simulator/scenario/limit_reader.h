#pragma once

#include "simulator/scenario/dialect.h"
#include "simulator/scenario/table_reader.h"

namespace daruma {

/// Reads `max_restarts` and `within` into a limit, as far as the table has them and the dialect takes them.
void readLimit(const TableReader &table, const Dialect &dialect, RestartLimitSpec &limit);

}
