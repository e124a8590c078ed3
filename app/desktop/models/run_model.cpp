#include "app/desktop/models/run_model.h"

#include "app/desktop/models/run_conditions.h"
#include "app/desktop/models/text.h"
#include "simulator/analysis/wording.h"
#include "simulator/store/query.h"

#include <QCoreApplication>
#include <QFutureWatcher>
#include <QtConcurrent/QtConcurrentRun>

#include <algorithm>

namespace daruma {

namespace {

constexpr int rowsOfPage = 256;
constexpr int keptPages = 64;
/// Pages that were passed while scrolling are not worth a reading.
constexpr qsizetype mostMissing = 4;

constexpr const char *severity = "CASE r.outcome WHEN 'passed' THEN 0 WHEN 'gave_up' THEN 1 "
                                 "WHEN 'failed' THEN 2 ELSE 3 END";
constexpr const char *firstViolation =
    "(SELECT CASE WHEN v.message = '' THEN v.expectation ELSE v.expectation || ': ' || v.message END "
    "FROM violation AS v WHERE v.run_id = r.id ORDER BY v.rowid LIMIT 1)";

std::int64_t integer(const SqlValue &value)
{
    const auto *number = std::get_if<std::int64_t>(&value);
    return number ? *number : 0;
}

QString textOf(const SqlValue &value)
{
    const auto *text = std::get_if<std::string>(&value);
    return text ? qt(*text) : QString();
}

QString columnsOfLine()
{
    return QStringLiteral("r.id, %1, r.seed, r.overrides, r.dialect, r.restarts, r.events, r.end_ns, %2, "
                          "%3 IS NOT NULL, r.campaign_id")
        .arg(QLatin1String(severity), QLatin1String(firstViolation), QLatin1String(rootEndOfRun));
}

}

QString wordOf(RecordedOutcome outcome)
{
    const QString words[] = {RunModel::tr("passed"), RunModel::tr("gave up"), RunModel::tr("failed"),
                             RunModel::tr("truncated")};
    return words[std::size_t(outcome)];
}

QString judgedWordOf(RecordedOutcome outcome)
{
    const QString words[] = {RunModel::tr("passed (met)"), RunModel::tr("gave up (met)"),
                             RunModel::tr("failed (not met)"), RunModel::tr("truncated (cut off)")};
    return words[std::size_t(outcome)];
}

QString meaningOf(RecordedOutcome outcome)
{
    const QString meanings[] = {
        RunModel::tr("Passed: the expectations were met, and the root did not give up."),
        RunModel::tr(
            "Gave up: the root gave up or waits for ever; the expectations, if there are any, were met."),
        RunModel::tr("Failed: an expectation was not met, or an invariant was broken, whatever became of the "
                     "root."),
        RunModel::tr("Truncated: a limit cut the run off before its end.")};
    return meanings[std::size_t(outcome)];
}

struct RunModel::Line {
    std::int64_t id = 0;
    RecordedOutcome outcome = RecordedOutcome::Passed;
    std::uint64_t seed = 0;
    QString settings;
    QString dialect;
    std::int64_t restarts = 0;
    std::int64_t events = 0;
    std::int64_t endNs = 0;
    QString violation;
    bool hasRootEnded = false;
    std::int64_t campaign = 0;
};

struct RunModel::Page {
    int number = 0;
    std::shared_ptr<std::atomic<bool>> stop;  ///< of the listing that it belongs to
    QString problem;
    std::vector<Line> lines;
};

struct RunModel::Listing {
    bool isFirstPage = false;
    QString problem;
    std::vector<Line> lines;
    std::vector<std::int64_t> ids;
    std::shared_ptr<std::vector<RunDot>> dots;
};

struct RunModel::Jobs {
    QFutureWatcher<std::shared_ptr<Listing>> listing;
    QFutureWatcher<std::shared_ptr<Page>> page;
};

namespace {

template <typename Line> Line lineOf(std::span<const SqlValue> row)
{
    Line line;
    line.id = integer(row[0]);
    line.outcome = RecordedOutcome(integer(row[1]));
    line.seed = static_cast<std::uint64_t>(integer(row[2]));
    line.settings = textOf(row[3]).trimmed().replace(u'\n', QLatin1String("  "));
    line.dialect = textOf(row[4]);
    line.restarts = integer(row[5]);
    line.events = integer(row[6]);
    line.endNs = integer(row[7]);
    line.violation = textOf(row[8]);
    line.hasRootEnded = integer(row[9]) != 0;
    line.campaign = integer(row[10]);
    return line;
}

void sortBySeed(std::vector<RunDot> &dots)
{
    std::sort(dots.begin(), dots.end(), [](const RunDot &a, const RunDot &b) {
        return a.seed != b.seed ? a.seed < b.seed : a.id < b.id;
    });
}

/// Giving back the memory of a million rows takes longer than a picture may wait.
template <typename Owner> void dropElsewhere(Owner owner)
{
    static_cast<void>(QtConcurrent::run([owner = std::move(owner)] {}));
}

/// Reads all rows; otherwise what went wrong.
QString readRows(const QString &path, const QString &sql, const std::atomic<bool> &stop,
                 const std::function<void(std::span<const SqlValue>)> &take)
{
    const auto read = query(
        path.toStdString(), sql.toStdString(), [](std::span<const std::string>) {},
        [&](std::span<const SqlValue> row) {
            take(row);
            return !stop;
        },
        patience, &stop);
    return read ? QString() : qt(read.error().text());
}

}

RunModel::RunModel(Archive &archive, QObject *parent)
    : QAbstractTableModel(parent)
    , m_archive(archive)
    , m_jobs(std::make_unique<Jobs>())
    , m_stop(std::make_shared<std::atomic<bool>>(false))
    , m_dots(std::make_shared<std::vector<RunDot>>())
    , m_pages(keptPages)
{
    connect(&m_jobs->listing, &QFutureWatcherBase::finished, this, &RunModel::takeListing);
    connect(&m_jobs->page, &QFutureWatcherBase::finished, this, &RunModel::takePage);
    connect(&archive, &Archive::opened, this, &RunModel::restart);
    connect(&archive, &Archive::filterChanged, this, &RunModel::restart);
    if (!archive.path().isEmpty())
        restart();
}

RunModel::~RunModel()
{
    *m_stop = true;
}

int RunModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_ids.size());
}

int RunModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columnCountOfRuns;
}

QVariant RunModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    const QString names[] = {tr("Run"),    tr("Campaign"), tr("Outcome"),        tr("Root"),
                             tr("Seed"),   tr("Settings"), tr("Dialect"),        tr("Restarts"),
                             tr("Events"), tr("End"),      tr("First violation")};
    return section < columnCountOfRuns ? names[section] : QVariant();
}

QVariant RunModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const int column = index.column();
    if (role == Qt::TextAlignmentRole) {
        const bool isNumber = column == Id || column == Seed || (column >= Restarts && column <= End);
        return int((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != OutcomeRole)
        return {};
    const int number = index.row() / rowsOfPage;
    const Page *page = m_pages.object(number);
    if (!page) {
        m_missing.removeAll(number);
        m_missing.append(number);
        while (m_missing.size() > mostMissing)
            m_missing.removeFirst();
        fetchPage();
        return column == Id && role == Qt::DisplayRole ? QVariant(qint64(runAt(index.row()))) : QVariant();
    }
    const Line &line = page->lines[std::size_t(index.row() % rowsOfPage)];
    if (role == OutcomeRole)
        return int(line.outcome);
    if (role == Qt::ToolTipRole && column == OutcomeColumn)
        return meaningOf(line.outcome);
    if (role == Qt::ToolTipRole && column != Settings && column != Violation && column != Campaign)
        return {};
    return text(line, column);
}

QVariant RunModel::text(const Line &line, int column) const
{
    switch (column) {
    case Id:
        return qint64(line.id);
    case Campaign:
        return campaignText(line.campaign);
    case OutcomeColumn:
        return wordOf(line.outcome);
    case Root:
        return line.hasRootEnded ? tr("gave up") : tr("survived");
    case Seed:
        return QString::number(line.seed);
    case Settings:
        return line.settings;
    case Dialect:
        return line.dialect;
    case Restarts:
        return QStringLiteral("%L1").arg(line.restarts);
    case Events:
        return QStringLiteral("%L1").arg(line.events);
    case End:
        return qt(momentText(line.endNs));
    case Violation:
        return line.violation;
    default:
        return {};
    }
}

QString RunModel::campaignText(std::int64_t id) const
{
    for (const CampaignRow &campaign : m_archive.campaigns())
        if (campaign.id == id)
            return QStringLiteral("%1: %2").arg(id).arg(qt(campaign.scenarioName));
    return QString::number(id);
}

void RunModel::sort(int column, Qt::SortOrder order)
{
    if (column == m_sortColumn && order == m_sortOrder)
        return;
    m_sortColumn = column;
    m_sortOrder = order;
    restart();
}

QString RunModel::order() const
{
    const QString way = m_sortOrder == Qt::DescendingOrder ? QStringLiteral(" DESC") : QString();
    QString byId = QStringLiteral("r.id") + way;
    const char *keys[columnCountOfRuns] = {nullptr,    "r.campaign_id", severity,      rootEndOfRun,
                                           nullptr,    "r.overrides",   "r.dialect",   "r.restarts",
                                           "r.events", "r.end_ns",      firstViolation};
    if (m_sortColumn == Seed)
        return QStringLiteral("r.seed < 0%1, r.seed%1, r.id%1").replace(QLatin1String("%1"), way);
    if (m_sortColumn < 0 || m_sortColumn >= columnCountOfRuns || !keys[m_sortColumn])
        return byId;
    return QLatin1String(keys[m_sortColumn]) + way + QLatin1String(", ") + byId;
}

int RunModel::rowOf(std::int64_t run) const
{
    const auto found = std::find(m_ids.begin(), m_ids.end(), run);
    return found == m_ids.end() ? -1 : int(found - m_ids.begin());
}

void RunModel::restart()
{
    *m_stop = true;
    m_stop = std::make_shared<std::atomic<bool>>(false);
    m_missing.clear();
    m_isComplete = false;
    m_problem.clear();
    m_where = m_archive.filter().where();
    if (!m_archive.path().isEmpty()) {
        list(true);
        return;
    }
    beginResetModel();
    m_ids.clear();
    m_pages.clear();
    m_dots = std::make_shared<std::vector<RunDot>>();
    endResetModel();
    emit listed();
}

void RunModel::list(bool isFirstPage)
{
    const QString columns =
        isFirstPage ? columnsOfLine() : QStringLiteral("r.id, %1, r.seed").arg(QLatin1String(severity));
    const QString sql = QStringLiteral("SELECT %1 FROM run AS r WHERE ").arg(columns) + m_where
                        + QLatin1String(" ORDER BY ") + order()
                        + (isFirstPage ? QStringLiteral(" LIMIT %1").arg(rowsOfPage) : QString());
    m_jobs->listing.setFuture(QtConcurrent::run([=, path = m_archive.path(), stop = m_stop] {
        auto listing = std::make_shared<Listing>();
        listing->isFirstPage = isFirstPage;
        listing->dots = std::make_shared<std::vector<RunDot>>();
        listing->problem = readRows(path, sql, *stop, [&](std::span<const SqlValue> row) {
            listing->ids.push_back(integer(row[0]));
            if (isFirstPage)
                listing->lines.push_back(lineOf<Line>(row));
            else
                listing->dots->push_back(
                    {integer(row[0]), std::uint64_t(integer(row[2])), RecordedOutcome(integer(row[1]))});
        });
        sortBySeed(*listing->dots);
        return listing;
    }));
}

void RunModel::takeListing()
{
    const std::shared_ptr<Listing> listing = m_jobs->listing.result();
    m_problem = listing->problem;
    if (!m_problem.isEmpty()) {
        emit failed(m_problem);
        return;
    }
    const bool isAll = listing->isFirstPage && listing->ids.size() < std::size_t(rowsOfPage);
    if (listing->isFirstPage) {
        beginResetModel();
        m_pages.clear();
        std::swap(m_ids, listing->ids);
        if (isAll)
            for (const Line &line : listing->lines)
                listing->dots->push_back({line.id, line.seed, line.outcome});
        if (!m_ids.empty())
            m_pages.insert(0, new Page{0, m_stop, {}, std::move(listing->lines)});
        endResetModel();
    } else if (listing->ids.size() >= m_ids.size()
               && std::equal(m_ids.begin(), m_ids.end(), listing->ids.begin())) {
        if (listing->ids.size() > m_ids.size()) {
            beginInsertRows({}, int(m_ids.size()), int(listing->ids.size()) - 1);
            std::swap(m_ids, listing->ids);
            endInsertRows();
        }
    } else {
        // Runs were recorded between the two readings.
        beginResetModel();
        m_pages.clear();
        std::swap(m_ids, listing->ids);
        endResetModel();
    }
    dropElsewhere(std::move(listing->ids));
    m_isComplete = isAll || !listing->isFirstPage;
    if (m_isComplete) {
        if (isAll)
            sortBySeed(*listing->dots);
        dropElsewhere(std::exchange(m_dots, std::move(listing->dots)));
    } else {
        list(false);
    }
    emit listed();
}

void RunModel::fetchPage() const
{
    if (m_missing.isEmpty() || m_jobs->page.isRunning())
        return;
    const int number = m_missing.takeLast();
    const std::size_t first = std::size_t(number) * rowsOfPage;
    if (first >= m_ids.size())
        return;
    const auto begin = m_ids.begin() + std::ptrdiff_t(first);
    std::vector<std::int64_t> ids(
        begin, begin + std::ptrdiff_t(std::min<std::size_t>(rowsOfPage, m_ids.size() - first)));
    m_jobs->page.setFuture(
        QtConcurrent::run([number, ids = std::move(ids), stop = m_stop, path = m_archive.path()] {
            auto page = std::make_shared<Page>();
            page->number = number;
            page->stop = stop;
            page->lines.resize(ids.size());
            QStringList list;
            for (const std::int64_t id : ids)
                list << QString::number(id);
            const QString sql = QStringLiteral("SELECT %1 FROM run AS r WHERE r.id IN (").arg(columnsOfLine())
                                + list.join(u',') + u')';
            page->problem = readRows(path, sql, *stop, [&](std::span<const SqlValue> row) {
                const auto at = std::find(ids.begin(), ids.end(), integer(row[0]));
                page->lines[std::size_t(at - ids.begin())] = lineOf<Line>(row);
            });
            return page;
        }));
}

void RunModel::takePage()
{
    const std::shared_ptr<Page> page = m_jobs->page.result();
    const std::size_t first = std::size_t(page->number) * rowsOfPage;
    if (page->stop == m_stop && page->problem.isEmpty() && first + page->lines.size() <= m_ids.size()) {
        const int row = int(first);
        const int last = row + int(page->lines.size()) - 1;
        m_pages.insert(page->number, new Page(std::move(*page)));
        emit dataChanged(index(row, 0), index(last, columnCountOfRuns - 1));
    } else if (page->stop == m_stop && !page->problem.isEmpty()) {
        m_problem = page->problem;
        emit failed(m_problem);
        return;
    }
    fetchPage();
}

void RunModel::wait()
{
    // What is taken may begin the next reading.
    do {
        m_jobs->listing.waitForFinished();
        m_jobs->page.waitForFinished();
        QCoreApplication::processEvents();
    } while (m_jobs->listing.isRunning() || m_jobs->page.isRunning());
    QCoreApplication::processEvents();
}

}
