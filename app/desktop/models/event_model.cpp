#include "app/desktop/models/event_model.h"

#include "app/desktop/models/text.h"

#include <QCoreApplication>
#include <QFutureWatcher>
#include <QtConcurrent/QtConcurrentRun>

#include <algorithm>
#include <atomic>
#include <optional>

namespace daruma {

namespace {

using Rows = std::vector<std::uint32_t>;

/// For each node whether its path contains the text: there are fewer nodes than events.
QString kindText(EventKind kind)
{
    return qt(toText(kind)).replace(u'_', u' ');
}

std::vector<bool> namedNodes(const Run &run, const QString &text)
{
    std::vector<bool> named(run.nodeCount());
    for (std::uint32_t n = 0; n < named.size(); ++n)
        named[n] = qt(run.path(NodeId{n})).contains(text, Qt::CaseInsensitive);
    return named;
}

std::vector<bool> nodesBelow(const Run &run, NodeId top)
{
    std::vector<bool> below(run.nodeCount(), false);
    for (std::uint32_t n = 0; n < below.size(); ++n) {
        const NodeId parent = run.parent(NodeId{n});
        below[n] = NodeId{n} == top || (parent.isValid() && below[parent.value]);
    }
    return below;
}

Rows rowsOf(const Run &run, const EventFilter &filter,
            std::optional<std::pair<std::int64_t, std::int64_t>> range, const std::atomic<bool> &stop)
{
    Rows rows;
    const std::vector<bool> named = namedNodes(run, filter.text);
    const std::vector<bool> below =
        filter.below.isValid() ? nodesBelow(run, filter.below) : std::vector<bool>();
    const Wording wording(run.model(), run.recording());
    // What costs least is looked at first.
    const auto contains = [&](const Event &event) {
        return filter.text.isEmpty() || (event.node.isValid() && named[event.node.value])
               || kindText(event.kind).contains(filter.text, Qt::CaseInsensitive)
               || qt(wording.clause(event)).contains(filter.text, Qt::CaseInsensitive);
    };
    std::uint32_t number = 0;
    for (const Event &event : run.recording().events) {
        const std::uint32_t row = number++;
        if (row % 4096 == 0 && stop)
            return {};
        const bool isInRange =
            !filter.inRange || !range || (event.t >= range->first && event.t <= range->second);
        const bool isKind = (filter.kinds >> static_cast<unsigned>(event.kind)) & 1U;
        if (isInRange && isKind && (below.empty() || (event.node.isValid() && below[event.node.value]))
            && contains(event))
            rows.push_back(row);
    }
    return rows;
}

}

struct EventModel::Job {
    QFutureWatcher<Rows> watcher;
    std::shared_ptr<std::atomic<bool>> stop = std::make_shared<std::atomic<bool>>(false);
};

EventModel::EventModel(Document &document, QObject *parent)
    : QAbstractTableModel(parent)
    , m_document(document)
    , m_job(std::make_unique<Job>())
{
    connect(&m_job->watcher, &QFutureWatcherBase::finished, this, &EventModel::takeFiltered);
    connect(&document, &Document::runChanged, this, &EventModel::refresh);
    connect(&document, &Document::rangeChanged, this, [this] {
        if (m_filter.inRange)
            startFilter();
    });
    refresh();
}

EventModel::~EventModel()
{
    *m_job->stop = true;
    m_job->watcher.waitForFinished();
}

void EventModel::refresh()
{
    *m_job->stop = true;
    m_job->watcher.waitForFinished();
    beginResetModel();
    m_run = m_document.run();
    m_wording = m_run ? std::make_unique<Wording>(m_run->model(), m_run->recording()) : nullptr;
    m_isFiltered = false;
    m_shown.clear();
    m_filter.below = {};
    endResetModel();
    if (!m_filter.isOpen())
        startFilter();
}

int EventModel::rowCount(const QModelIndex &parent) const
{
    if (!m_run || parent.isValid())
        return 0;
    return static_cast<int>(m_isFiltered ? m_shown.size() : m_run->eventCount());
}

int EventModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columnCountOfEvents;
}

QVariant EventModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::EditRole)
        return section == Time ? tr("Time (s)") : headerData(section, orientation, Qt::DisplayRole);
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Number:
        return tr("#");
    case Time:
        return tr("Time");
    case Node:
        return tr("Place");
    case Kind:
        return tr("Event");
    case What:
        return tr("What happened");
    default:
        return {};
    }
}

EventId EventModel::eventAt(int row) const
{
    if (row < 0 || row >= rowCount())
        return {};
    return EventId{m_isFiltered ? m_shown[static_cast<std::size_t>(row)] : static_cast<std::uint32_t>(row)};
}

int EventModel::rowOf(EventId event) const
{
    if (!m_run || !event.isValid())
        return -1;
    if (!m_isFiltered)
        return static_cast<int>(event.value);
    const auto behind = std::upper_bound(m_shown.begin(), m_shown.end(), event.value);
    return static_cast<int>(behind - m_shown.begin()) - 1;
}

QVariant EventModel::data(const QModelIndex &index, int role) const
{
    const EventId id = eventAt(index.row());
    if (!id.isValid())
        return {};
    const Event event = m_run->event(id);
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole)
        switch (index.column()) {
        case Number:
            return id.value;
        case Time:
            return qt(momentText(event.t));
        case Node:
            return event.node.isValid() ? qt(m_run->path(event.node)) : QString();
        case Kind:
            return kindText(event.kind);
        case What:
            return qt(m_wording->clause(event));
        default:
            return {};
        }
    // For tables that are read by programs.
    if (role == Qt::EditRole)
        return index.column() == Time ? QVariant(double(event.t) / 1e9) : data(index, Qt::DisplayRole);
    if (role == Qt::TextAlignmentRole && (index.column() == Number || index.column() == Time))
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role == MarkRole)
        if (const auto mark = markOf(event))
            return int(*mark);
    return {};
}

void EventModel::setFilter(const EventFilter &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    startFilter();
}

bool EventModel::isFiltering() const
{
    return m_job->watcher.isRunning();
}

void EventModel::wait()
{
    m_job->watcher.waitForFinished();
    QCoreApplication::processEvents();
}

void EventModel::startFilter()
{
    *m_job->stop = true;
    m_job->stop = std::make_shared<std::atomic<bool>>(false);
    if (!m_run)
        return;
    if (m_filter.isOpen()) {
        m_job->watcher.setFuture({});
        beginResetModel();
        m_isFiltered = false;
        m_shown.clear();
        endResetModel();
        emit filtered();
        return;
    }
    m_job->watcher.setFuture(
        QtConcurrent::run([run = m_run, filter = m_filter, range = m_document.focus().range,
                           stop = m_job->stop] { return rowsOf(*run, filter, range, *stop); }));
}

void EventModel::takeFiltered()
{
    if (*m_job->stop || m_job->watcher.future().resultCount() == 0)
        return;
    beginResetModel();
    m_isFiltered = true;
    m_shown = m_job->watcher.result();
    endResetModel();
    emit filtered();
}

}
