#pragma once

#include "simulator/store/sqlite.h"

namespace daruma {

/// Gives a connection the events (CONTRACT section 4) as a table of that name: one row for each event in the
/// chunks, read only. Conditions on run_id, seq and t_ns choose the chunks that are read, so a query about
/// one run, or about a part of it, decodes no more than that. The connection must keep its address until it
/// is closed.
StoreResult<void> registerEventTable(sqlite::Connection &connection, const char *name = "event");

}
