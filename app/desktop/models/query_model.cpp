#include "app/desktop/models/query_model.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFutureWatcher>
#include <QtConcurrent/QtConcurrentRun>

namespace daruma {

struct QueryModel::Answer {
    QueryResult result;
    QString problem;
    bool isCut = false;
    double seconds = 0;
};

struct QueryModel::Job {
    QFutureWatcher<std::shared_ptr<Answer>> watcher;
};

QueryModel::QueryModel(QObject *parent)
    : QAbstractTableModel(parent)
    , m_job(std::make_unique<Job>())
    , m_stop(std::make_shared<std::atomic<bool>>(false))
{
    connect(&m_job->watcher, &QFutureWatcherBase::finished, this, &QueryModel::take);
}

QueryModel::~QueryModel()
{
    stop();
}

int QueryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_result.rows.size());
}

int QueryModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_result.columns.size());
}

QVariant QueryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    return QString::fromStdString(m_result.columns[std::size_t(section)]);
}

QVariant QueryModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const SqlValue &value = m_result.rows[std::size_t(index.row())][std::size_t(index.column())];
    const bool isNumber =
        std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
    if (role == Qt::TextAlignmentRole)
        return int((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::EditRole && role != Qt::ToolTipRole)
        return {};
    if (const auto *number = std::get_if<std::int64_t>(&value))
        return QString::number(*number);
    if (const auto *number = std::get_if<double>(&value))
        return QString::number(*number, 'g', 10);
    if (const auto *text = std::get_if<std::string>(&value)) {
        const QString line = QString::fromStdString(*text);
        // A row of the table is one line; as a file and beside the mouse it is as it is.
        return role == Qt::DisplayRole ? QString(line).replace(u'\n', u' ') : line;
    }
    if (const auto *bytes = std::get_if<std::vector<std::byte>>(&value))
        return tr("%Ln byte(s)", nullptr, int(bytes->size()));
    return {};
}

int QueryModel::columnOf(const char *name) const
{
    for (std::size_t i = 0; i < m_result.columns.size(); ++i)
        if (m_result.columns[i] == name)
            return int(i);
    return -1;
}

void QueryModel::ask(const QString &path, const QString &sql)
{
    stop();
    m_stop = std::make_shared<std::atomic<bool>>(false);
    m_job->watcher.setFuture(QtConcurrent::run([path, sql, stop = m_stop] {
        auto answer = std::make_shared<Answer>();
        QElapsedTimer clock;
        clock.start();
        const auto read = query(
            path.toStdString(), sql.toStdString(),
            [&](std::span<const std::string> columns) {
                answer->result.columns.assign(columns.begin(), columns.end());
            },
            [&](std::span<const SqlValue> row) {
                answer->isCut = answer->result.rows.size() == mostRows;
                if (!answer->isCut)
                    answer->result.rows.emplace_back(row.begin(), row.end());
                return !answer->isCut && !*stop;
            },
            {}, stop.get());
        if (!read)
            answer->problem = QString::fromStdString(read.error().text());
        answer->seconds = double(clock.nsecsElapsed()) / 1e9;
        return answer;
    }));
}

void QueryModel::stop()
{
    *m_stop = true;
}

bool QueryModel::isAsking() const
{
    return m_job->watcher.isRunning();
}

void QueryModel::wait()
{
    while (isAsking()) {
        m_job->watcher.waitForFinished();
        QCoreApplication::processEvents();
    }
    QCoreApplication::processEvents();
}

void QueryModel::take()
{
    const std::shared_ptr<Answer> answer = m_job->watcher.result();
    // Rows of the question before would be taken for the answer to this one.
    beginResetModel();
    m_result = answer->problem.isEmpty() ? std::move(answer->result) : QueryResult{};
    m_isCut = answer->isCut;
    m_seconds = answer->seconds;
    endResetModel();
    if (answer->problem.isEmpty())
        emit answered();
    else
        emit failed(answer->problem);
}

}
