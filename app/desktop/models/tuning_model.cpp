#include "app/desktop/models/tuning_model.h"

#include "app/desktop/models/text.h"

#include <algorithm>

namespace daruma {

namespace {

/// With as many digits as the interval is sure of.
QString percent(const TargetFigure &figure)
{
    const double width = 100 * figure.interval.width();
    const int digits = width >= 1 ? 1 : width >= 0.1 ? 2 : 3;
    return QStringLiteral("%1 % (%2–%3)")
        .arg(100 * figure.value, 0, 'f', digits)
        .arg(100 * figure.interval.low, 0, 'f', digits)
        .arg(100 * figure.interval.high, 0, 'f', digits);
}

}

TuningModel::TuningModel(QObject *parent)
    : QAbstractTableModel(parent)
{}

void TuningModel::setTuning(std::shared_ptr<const TuneOutcome> tuning)
{
    beginResetModel();
    m_tuning = std::move(tuning);
    m_rows.clear();
    if (m_tuning) {
        const TuneResult &result = m_tuning->result;
        const auto add = [&](const QString &what, const QString &tip, const SettingFigures &figures) {
            m_rows.push_back({what, tip, &figures});
        };
        if (result.best)
            add(result.best->verdict(m_tuning->targets) == Verdict::Met ? tr("recommended")
                                                                        : tr("recommended, not sure"),
                tr("The smallest setting that meets all targets, or reached them in these runs"),
                *result.best);
        if (result.check)
            add(tr("fresh seeds"), tr("The same setting with seeds that had no part in the choice"),
                *result.check);
        if (!result.best && result.nearest)
            add(tr("nearest"), tr("Misses the fewest targets, and by least"), *result.nearest);
        for (const SettingFigures &one : result.alsoSmallest)
            add(tr("as good"), tr("Smaller in one key and larger in another"), one);
        for (const SettingFigures &one : result.front)
            add(tr("a trade"),
                tr("No other setting is better for one target and as good for the others, with the first %L1 "
                   "seeds alone")
                    .arg(result.frontSeeds),
                one);
    }
    endResetModel();
}

std::vector<Override> TuningModel::settingAt(int row) const
{
    return row < 0 || row >= rowCount() ? std::vector<Override>()
                                        : m_tuning->setting(m_rows[std::size_t(row)].figures->setting);
}

QString TuningModel::bestSummary() const
{
    const TuneResult &result = m_tuning->result;
    if (result.best->verdict(m_tuning->targets) != Verdict::Met)
        return tr("No setting is known to meet all targets: the seeds are too few to tell. The smallest that "
                  "reached them in these runs stands first.")
               + openSummary(*result.best);
    if (result.isInterrupted)
        return tr("The smallest setting that meets all targets, found so far and not confirmed.");
    if (!result.check)
        return tr("The smallest setting that meets all targets.");
    const bool isConfirmed = result.check->verdict(m_tuning->targets) == Verdict::Met;
    return (isConfirmed
                ? tr("The smallest setting that meets all targets. The seeds %1..%2, which had no part in "
                     "the choice, confirm it.")
                : tr("The smallest setting that meets all targets. The seeds %1..%2, which had no part in "
                     "the choice, do not confirm it."))
        .arg(m_tuning->freshSeeds.first)
        .arg(m_tuning->freshSeeds.last);
}

QString TuningModel::openSummary(const SettingFigures &figures) const
{
    QString text;
    for (std::size_t i = 0; i < m_tuning->targets.size(); ++i) {
        const Target &target = m_tuning->targets[i];
        const TargetFigure &figure = figures.figures[i];
        if (verdictOf(target, figure) != Verdict::Open)
            continue;
        const std::uint64_t least = leastRunsFor(target);
        const std::uint64_t runs = runsToTell(target, figure);
        if (m_tuning->seeds.size() < least)
            text += tr(" For \"%1\" it takes %L2 seeds at the least.").arg(qt(target.text)).arg(least);
        else if (runs > 0)
            text += tr(" For \"%1\" about %L2 seeds would tell.").arg(qt(target.text)).arg(runs);
        else
            text +=
                tr(" \"%1\" is so close that nobody can say how many seeds would tell.").arg(qt(target.text));
    }
    return text;
}

QString TuningModel::summary() const
{
    if (!m_tuning)
        return {};
    const TuneResult &result = m_tuning->result;
    if (result.best)
        return bestSummary();
    if (!result.nearest)
        return tr("No setting is known yet.");
    return (result.isInterrupted
                ? tr("No setting is known yet to meet all targets. The nearest so far, not confirmed.")
                : tr("No setting meets all targets. The nearest stands first."))
           + openSummary(*result.nearest);
}

int TuningModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int TuningModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() || !m_tuning ? 0 : firstTarget() + int(m_tuning->targets.size());
}

QVariant TuningModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        || section >= columnCount())
        return {};
    if (section == 0)
        return tr("Setting");
    if (section >= firstTarget())
        return qt(m_tuning->targets[std::size_t(section - firstTarget())].text);
    const QString key = qt(m_tuning->axes[std::size_t(section - 1)].key);
    // The word before the first dot says only which kind of table it is.
    return role == Qt::ToolTipRole ? key : key.mid(key.indexOf(u'.') + 1);
}

QVariant TuningModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Row &row = m_rows[std::size_t(index.row())];
    if (index.column() >= firstTarget())
        return target(*row.figures, std::size_t(index.column() - firstTarget()), role);
    if (role == Qt::ToolTipRole)
        return row.tip;
    if (role != Qt::DisplayRole)
        return {};
    if (index.column() == 0)
        return row.what;
    return qt(m_tuning->setting(row.figures->setting)[std::size_t(index.column() - 1)].value);
}

QVariant TuningModel::target(const SettingFigures &figures, std::size_t target, int role) const
{
    const TargetFigure &figure = figures.figures[target];
    const Verdict verdict = verdictOf(m_tuning->targets[target], figure);
    if (role == VerdictRole)
        return int(verdict);
    if (role == Qt::ToolTipRole)
        return tr("in %Ln run(s) that could be judged; with the 95 % interval", nullptr, int(figure.runs));
    if (role != Qt::DisplayRole)
        return {};
    const QString words[] = {tr("missed"), tr("open"), tr("met")};
    return QStringLiteral("%1  %2").arg(words[std::size_t(verdict)],
                                        figure.runs == 0 ? tr("in no run") : percent(figure));
}

}
