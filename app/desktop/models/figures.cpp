#include "app/desktop/models/figures.h"

#include "simulator/store/query.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace daruma {

namespace {

/// Of a grid more cannot be told apart.
constexpr qsizetype mostValues = 60;

std::int64_t integer(const SqlValue &value)
{
    const auto *number = std::get_if<std::int64_t>(&value);
    return number ? *number : 0;
}

double real(const SqlValue &value)
{
    const auto *number = std::get_if<double>(&value);
    return number ? *number : double(integer(value));
}

QString textOf(const SqlValue &value)
{
    const auto *text = std::get_if<std::string>(&value);
    return text ? QString::fromStdString(*text) : QString();
}

class Reader {
public:
    Reader(const QString &path, const RunsFilter &filter, const std::atomic<bool> &stop)
        : m_path(path.toStdString())
        , m_where(filter.where())
        , m_stop(stop)
    {
        figures.filter = filter;
    }

    Figures figures;

    void read()
    {
        readOutcomes();
        readRestarts();
        readGrid();
        readHorizon();
        readEnds();
        readAvailability();
    }

private:
    /// WHERE stands for the condition.
    void ask(const char *sql, const std::function<void(std::span<const SqlValue>)> &row)
    {
        if (!figures.problem.isEmpty())
            return;
        const std::string text =
            QString::fromLatin1(sql).replace(QLatin1String("WHERE"), m_where).toStdString();
        const auto read = query(
            m_path, text, [](std::span<const std::string>) {},
            [&](std::span<const SqlValue> values) {
                row(values);
                return !m_stop;
            },
            {}, &m_stop);
        if (!read)
            figures.problem = QString::fromStdString(read.error().text());
    }

    void readOutcomes()
    {
        ask("SELECT CASE r.outcome WHEN 'passed' THEN 0 WHEN 'gave_up' THEN 1 WHEN 'failed' THEN 2 ELSE 3 "
            "END,"
            " count(*) FROM run AS r where WHERE GROUP BY r.outcome",
            [&](std::span<const SqlValue> row) {
                figures.outcomes[std::size_t(integer(row[0]))] = std::uint64_t(integer(row[1]));
                figures.runs += std::uint64_t(integer(row[1]));
            });
    }

    void readRestarts()
    {
        ask("SELECT r.restarts, count(*) FROM run AS r where WHERE GROUP BY 1 ORDER BY 1",
            [&](std::span<const SqlValue> row) {
                figures.restarts.emplace_back(integer(row[0]), std::uint64_t(integer(row[1])));
            });
    }

    void readEnds()
    {
        ask("SELECT p.completed_at_ns FROM run AS r CROSS JOIN report AS p ON p.run_id = r.id"
            " JOIN node AS n ON n.id = p.node AND n.parent_id IS NULL"
            " where p.state = 'failed' AND p.completed_at_ns IS NOT NULL AND WHERE",
            [&](std::span<const SqlValue> row) { figures.ends.push_back(integer(row[0])); });
        std::sort(figures.ends.begin(), figures.ends.end());
    }

    /// Of the scenario that most of the runs have; what is down when nothing happens any more stays down to
    /// there.
    void readHorizon()
    {
        std::string text;
        std::string overrides;
        std::string dialect;
        std::int64_t latest = 0;
        ask("SELECT s.text, r.overrides, r.dialect FROM run AS r JOIN scenario AS s ON s.id = r.scenario_id"
            " where WHERE LIMIT 1",
            [&](std::span<const SqlValue> row) {
                text = textOf(row[0]).toStdString();
                overrides = textOf(row[1]).toStdString();
                dialect = textOf(row[2]).toStdString();
            });
        ask("SELECT max(r.end_ns) FROM run AS r where WHERE",
            [&](std::span<const SqlValue> row) { latest = integer(row[0]); });
        std::vector<Override> settings;
        for (const QString &line : QString::fromStdString(overrides).split(u'\n', Qt::SkipEmptyParts))
            if (auto setting = parseOverride(line.toStdString()))
                settings.push_back(std::move(*setting));
        const auto scenario = readScenario(text, "scenario", settings, dialect, {});
        figures.horizonNs = scenario ? scenario->model.horizon.ns() : latest;
    }

    /// Runs in which a place was never out of order have no row: there it was up to the end of the root, and
    /// to the horizon where the root did not end.
    void readAvailability()
    {
        const double horizon = double(std::max<std::int64_t>(figures.horizonNs, 1));
        const double runs = double(figures.runs);
        double sum = runs - double(figures.ends.size());
        double squares = sum;
        for (const std::int64_t end : figures.ends) {
            const double share = std::min(1.0, double(end) / horizon);
            sum += share;
            squares += share * share;
        }
        const QString sql =
            QStringLiteral(
                "SELECT n.id, n.path, coalesce(d.share, 0), coalesce(d.square, 0), coalesce(d.usual, 0),"
                " coalesce(d.usual_square, 0), coalesce(d.alone, 0) FROM node AS n LEFT JOIN"
                " (SELECT node, sum(share) AS share, sum(share * share) AS square, sum(usual) AS usual,"
                " sum(usual * usual) AS usual_square, sum(usual = 1.0) AS alone FROM"
                " (SELECT u.node, min(1.0, u.up_ns * 1.0 / %1) AS share, coalesce((SELECT min(1.0,"
                " p.completed_at_ns * 1.0 / %1) FROM report AS p JOIN node AS m ON m.id = p.node AND"
                " m.parent_id IS NULL where p.run_id = r.id AND p.state = 'failed'), 1.0) AS usual"
                " FROM run AS r CROSS JOIN node_run AS u ON u.run_id = r.id where WHERE) GROUP BY node) AS d"
                " ON d.node = n.id where n.scenario_id IN (SELECT DISTINCT r.scenario_id FROM run AS r"
                " where WHERE)")
                .arg(std::max<std::int64_t>(figures.horizonNs, 1));
        ask(sql.toLatin1().constData(), [&](std::span<const SqlValue> row) {
            AvailabilityFigure figure;
            figure.node = integer(row[0]);
            figure.path = textOf(row[1]);
            figure.runsDown = std::uint64_t(integer(row[6])) + figures.ends.size();
            figure.mean = (real(row[2]) + sum - real(row[4])) / runs;
            const double square = (real(row[3]) + squares - real(row[5])) / runs;
            if (figures.runs > 1) {
                const double variance = std::max(0.0, square - figure.mean * figure.mean) * runs / (runs - 1);
                const double half = deviationsOf95Percent * std::sqrt(variance / runs);
                figure.interval = {std::max(0.0, figure.mean - half), std::min(1.0, figure.mean + half)};
            }
            if (figure.runsDown > 0)
                figures.availability.push_back(figure);
        });
        std::stable_sort(
            figures.availability.begin(), figures.availability.end(),
            [](const AvailabilityFigure &a, const AvailabilityFigure &b) { return a.mean < b.mean; });
    }

    struct Group {
        QString overrides;
        std::map<QString, QString> settings;
        std::uint64_t runs = 0;
        std::uint64_t survived = 0;
    };

    void readGrid()
    {
        std::vector<Group> groups;
        ask("SELECT r.overrides, count(*), sum(NOT EXISTS (SELECT 1 FROM report AS p JOIN node AS n"
            " ON n.id = p.node AND n.parent_id IS NULL where p.run_id = r.id AND p.state = 'failed'))"
            " FROM run AS r where WHERE GROUP BY r.overrides ORDER BY min(r.id) LIMIT 10001",
            [&](std::span<const SqlValue> row) {
                Group group{
                    textOf(row[0]), {}, std::uint64_t(integer(row[1])), std::uint64_t(integer(row[2]))};
                for (const QString &line : group.overrides.split(u'\n', Qt::SkipEmptyParts))
                    if (const qsizetype at = line.indexOf(u'='); at > 0)
                        group.settings[line.left(at)] = line.mid(at + 1);
                groups.push_back(std::move(group));
            });
        std::map<QString, QStringList> values;
        for (const Group &group : groups)
            for (const auto &[key, value] : group.settings)
                if (!values[key].contains(value) && values[key].size() <= mostValues)
                    values[key] << value;
        std::vector<QString> varied;
        for (const auto &[key, all] : values)
            if (all.size() > 1 && all.size() <= mostValues)
                varied.push_back(key);
        if (varied.empty() || varied.size() > 2)
            return;
        for (std::size_t i = 0; i < varied.size(); ++i) {
            figures.keys[i] = varied[i];
            figures.values[i] = values[varied[i]];
        }
        for (const Group &group : groups) {
            GridCell cell{group.overrides, {0, 0}, group.runs, group.survived};
            for (std::size_t i = 0; i < varied.size(); ++i) {
                const auto value = group.settings.find(varied[i]);
                cell.at[i] =
                    value == group.settings.end() ? -1 : int(values[varied[i]].indexOf(value->second));
            }
            if (cell.at[0] >= 0 && cell.at[1] >= 0)
                figures.grid.push_back(std::move(cell));
        }
    }

    std::string m_path;
    QString m_where;
    const std::atomic<bool> &m_stop;
};

}

double Figures::survivalAt(std::int64_t t) const
{
    const auto ended = std::upper_bound(ends.begin(), ends.end(), t) - ends.begin();
    return runs == 0 ? 1 : 1 - double(ended) / double(runs);
}

Figures readFigures(const QString &path, const RunsFilter &filter, const std::atomic<bool> &stop)
{
    Reader reader(path, filter, stop);
    reader.read();
    return std::move(reader.figures);
}

Bins binsOf(const std::vector<std::pair<std::int64_t, std::uint64_t>> &values, int most)
{
    Bins bins;
    if (values.empty())
        return bins;
    const auto low = double(values.front().first);
    const auto high = double(values.back().first);
    // 1, 2 or 5 times a power of ten; whole numbers are not split.
    double width = 1;
    for (int step = 0; std::floor(high / width) - std::floor(low / width) + 1 > most; ++step)
        width *= step % 3 == 1 ? 2.5 : 2;
    bins.width = width;
    bins.first = std::floor(low / width) * width;
    bins.counts.resize(std::size_t(std::floor(high / width) - std::floor(low / width)) + 1);
    for (const auto &[value, count] : values)
        bins.counts[std::min(std::size_t((double(value) - bins.first) / width), bins.counts.size() - 1)] +=
            count;
    return bins;
}

}
