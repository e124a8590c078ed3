#include "app/desktop/models/run_conditions.h"

#include "app/desktop/models/run_model.h"

namespace daruma {

namespace {

/// Roots, and how they ended; a join with it finds a run sooner than a look into each run does.
QString failedRoots()
{
    return QStringLiteral("SELECT p.run_id FROM report AS p JOIN node AS n ON n.id = p.node AND "
                          "n.parent_id IS NULL WHERE p.state = 'failed'");
}

}

QString outcomeIs(RecordedOutcome outcome)
{
    constexpr const char *names[] = {"passed", "gave_up", "failed", "truncated"};
    return QStringLiteral("r.outcome = '%1'").arg(QLatin1String(names[std::size_t(outcome)]));
}

QString rootSurvived()
{
    return QStringLiteral("r.id NOT IN (%1)").arg(failedRoots());
}

QString rootEnded()
{
    return QStringLiteral("r.id IN (%1)").arg(failedRoots());
}

QString rootEndedBetween(std::int64_t from, std::int64_t to)
{
    return QStringLiteral("r.id IN (%1 AND p.completed_at_ns >= %2 AND p.completed_at_ns < %3)")
        .arg(failedRoots())
        .arg(from)
        .arg(to);
}

QString restartsBetween(std::int64_t low, std::int64_t high)
{
    return QStringLiteral("r.restarts BETWEEN %1 AND %2").arg(low).arg(high);
}

QString wasDown(const AvailabilityFigure &place)
{
    return QStringLiteral("r.id IN (SELECT run_id FROM node_run WHERE node = %1) OR "
                          "(r.scenario_id = (SELECT scenario_id FROM node WHERE id = %1) AND %2)")
        .arg(place.node)
        .arg(rootEnded());
}

QString hasSetting(const GridCell &cell)
{
    QStringList texts;
    for (const QString &one : cell.overrides)
        texts << sqlText(one);
    return QStringLiteral("r.overrides IN (%1)").arg(texts.join(u','));
}

}
