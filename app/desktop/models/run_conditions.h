#pragma once

#include "app/desktop/models/figures.h"

#include <QString>

/// Which runs lie behind a figure, as SQL conditions over `r`, a row of `run`.

namespace daruma {

enum class RecordedOutcome : std::uint8_t;

/// When the root ended by what nobody asked for, ns; NULL where it did not.
inline constexpr const char *rootEndOfRun =
    "(SELECT p.completed_at_ns FROM report AS p JOIN node AS n ON n.id = p.node AND n.parent_id IS NULL "
    "WHERE p.run_id = r.id AND p.state = 'failed')";

QString outcomeIs(RecordedOutcome outcome);
QString rootSurvived();
QString rootEnded();
/// In [from, to), ns.
QString rootEndedBetween(std::int64_t from, std::int64_t to);
/// Both included.
QString restartsBetween(std::int64_t low, std::int64_t high);
/// The place, or the whole tree.
QString wasDown(const AvailabilityFigure &place);
QString hasSetting(const GridCell &cell);

}
