#include "app/desktop/models/document.h"

#include "simulator/analysis/explain.h"

#include <QCoreApplication>
#include <QFutureWatcher>
#include <QtConcurrent/QtConcurrentRun>

#include <algorithm>

namespace daruma {

namespace {

using Made = tl::expected<RunPtr, std::vector<Problem>>;

class ChangeSource : public QUndoCommand {
public:
    ChangeSource(Document &document, RunSource after, const QString &what, QString key)
        : QUndoCommand(what)
        , m_document(document)
        , m_before(document.source())
        , m_after(std::move(after))
        , m_key(std::move(key))
    {}

    void undo() override { m_document.apply(m_before); }
    void redo() override { m_document.apply(m_after); }

    /// A slider that is dragged is one change, not one for each of its steps.
    int id() const override { return m_key.isEmpty() ? -1 : 1; }
    bool mergeWith(const QUndoCommand *other) override
    {
        const auto *next = static_cast<const ChangeSource *>(other);
        if (next->m_key != m_key)
            return false;
        m_after = next->m_after;
        setText(next->text());
        return true;
    }

private:
    Document &m_document;
    RunSource m_before;
    RunSource m_after;
    QString m_key;
};

}

struct Document::Job {
    QFutureWatcher<std::shared_ptr<Made>> watcher;
};

Document::Document(QObject *parent)
    : QObject(parent)
    , m_job(std::make_unique<Job>())
{
    connect(&m_job->watcher, &QFutureWatcherBase::finished, this, &Document::made);
}

Document::~Document()
{
    m_job->watcher.waitForFinished();
}

void Document::open(RunSource source, EventId at)
{
    m_undo.clear();
    m_forks.clear();
    m_isOpening = true;
    m_wantedCursor = at;
    if (m_baseline) {
        m_baseline.reset();
        emit baselineChanged();
    }
    apply(std::move(source));
}

QString Document::title() const
{
    return m_run ? QString::fromStdString(m_run->model().name) : QString();
}

bool Document::isBusy() const
{
    return m_job->watcher.isRunning();
}

void Document::wait()
{
    while (isBusy() || m_isOutdated) {
        m_job->watcher.waitForFinished();
        QCoreApplication::processEvents();
    }
    QCoreApplication::processEvents();
}

void Document::apply(RunSource source)
{
    m_source = std::move(source);
    if (isBusy())
        m_isOutdated = true;
    else
        start();
}

void Document::start()
{
    m_isOutdated = false;
    emit busyChanged(true);
    m_job->watcher.setFuture(
        QtConcurrent::run([source = m_source] { return std::make_shared<Made>(Run::make(source)); }));
}

void Document::made()
{
    if (m_isOutdated)
        return start();
    const std::shared_ptr<Made> result = m_job->watcher.result();
    emit busyChanged(false);
    if (!*result) {
        emit problemsChanged(result->error());
        return;
    }
    emit problemsChanged((*result)->get()->scenario().warnings);
    take(**result);
}

void Document::take(RunPtr run)
{
    const std::int64_t now = this->now();
    const std::string selected = m_run && m_focus.node.isValid() ? m_run->path(m_focus.node) : std::string();
    m_run = std::move(run);
    if (m_isOpening) {
        m_focus = {};
        m_focus.cursor = m_wantedCursor.isValid() && m_wantedCursor.value < m_run->eventCount()
                             ? m_wantedCursor
                             : initialCursor();
    } else {
        // The same moment and the same place of another run.
        m_focus.cursor = m_run->lanes().eventAt(now);
        m_focus.node = m_run->find(selected);
    }
    m_isOpening = false;
    m_forks.push_back({m_undo.canUndo() ? m_undo.undoText() : tr("as the file has it"), m_run});
    emit runChanged();
    emit forksChanged();
    emit cursorChanged();
    emit selectionChanged();
}

EventId Document::initialCursor() const
{
    const Explainer explainer(m_run->model(), m_run->recording());
    const std::vector<EventId> subjects = explainer.subjects();
    return subjects.empty() ? m_run->lastEvent() : subjects.front();
}

void Document::setCursor(EventId cursor)
{
    if (!m_run || cursor == m_focus.cursor || !cursor.isValid() || cursor.value >= m_run->eventCount())
        return;
    m_focus.cursor = cursor;
    emit cursorChanged();
}

void Document::setCursorTime(std::int64_t t)
{
    if (m_run)
        setCursor(m_run->lanes().eventAt(std::max<std::int64_t>(t, 0)));
}

void Document::select(NodeId node)
{
    if (node == m_focus.node)
        return;
    m_focus.node = node;
    emit selectionChanged();
}

void Document::setRange(std::optional<std::pair<std::int64_t, std::int64_t>> range)
{
    if (range == m_focus.range)
        return;
    m_focus.range = range;
    emit rangeChanged();
}

void Document::change(const QString &key, const QString &value)
{
    RunSource source = m_source;
    const std::string name = key.toStdString();
    const auto known = std::find_if(source.overrides.begin(), source.overrides.end(),
                                    [&](const Override &one) { return one.key == name; });
    if (known != source.overrides.end())
        known->value = value.toStdString();
    else
        source.overrides.push_back({name, value.toStdString()});
    source.recordedFingerprint.clear();
    m_undo.push(new ChangeSource(*this, std::move(source), tr("%1 = %2").arg(key, value), key));
}

QString Document::changed(const QString &key) const
{
    for (const Override &one : m_source.overrides)
        if (one.key == key.toStdString())
            return QString::fromStdString(one.value);
    return {};
}

void Document::replaceText(const QString &text, const QString &what)
{
    RunSource source = m_source;
    source.text = text.toStdString();
    source.recordedFingerprint.clear();
    m_undo.push(new ChangeSource(*this, std::move(source), what, {}));
}

void Document::compareWith(RunPtr baseline)
{
    m_baseline = std::move(baseline);
    emit baselineChanged();
}

}
