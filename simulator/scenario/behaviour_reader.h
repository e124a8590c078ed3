#pragma once

#include "engine/policy/backoff.h"
#include "simulator/kernel/behaviour.h"
#include "simulator/kernel/model.h"
#include "simulator/kernel/text_table.h"
#include "simulator/scenario/table_reader.h"

#include <optional>

namespace daruma {

/// Reads the behaviours that stand in a table: those of [worker.NAME], or a `behaviour` table. What is not
/// given is as in defaultBehaviour().
/// `isWhole`: there is nothing else that these keys would add to, as those of an outage do.
Behaviour readBehaviour(const TableReader &table, TextTable &texts, bool isWhole = true);

/// Which behaviours a table sets, for an outage.
Fault::Replaces replacedBehaviours(const TableReader &table);

/// The `init_result` of a supervisor.
ByIncarnation<Choice<InitResult>> readSupervisorInitResult(const TableReader &table, TextTable &texts);

/// The `reason` of an injected exit.
std::optional<ExitReason> readFaultReason(const TableReader &table, TextTable &texts);

/// The key `backoff`: a duration, or a table; what the table leaves out is as in `base`.
std::optional<BackoffSpec> readBackoff(const TableReader &table, std::string_view key = "backoff",
                                       const std::optional<BackoffSpec> &base = {});

/// The `behaviour = { … }` of a fault or a command, as a reader of its own.
std::optional<TableReader> behaviourTableOf(const TableReader &table);

}
