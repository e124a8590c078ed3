#include "app/desktop/models/document.h"

#include "app/desktop/models/archive.h"
#include "app/desktop/models/prover.h"
#include "app/desktop/models/scenario_edit.h"
#include "simulator/analysis/explain.h"
#include "simulator/scenario/document.h"

#include <QCoreApplication>
#include <QFutureWatcher>
#include <QTimer>
#include <QtConcurrent/QtConcurrentRun>

#include <algorithm>
#include <atomic>
#include <utility>

namespace daruma {

namespace {

using Made = tl::expected<RunPtr, std::vector<Problem>>;

/// What takes longer is given up as soon as another run is wanted; what is quicker is shown, so that there is
/// something to see while a slider moves.
constexpr int patienceMs = 1000;

/// More places than this open with all folded but the root.
constexpr std::size_t mostUnfolded = 400;

std::set<NodeId> allFolded(const Run &run)
{
    std::set<NodeId> folded;
    for (std::uint32_t n = 1; n < run.nodeCount(); ++n)
        if (!run.children(NodeId{n}).empty())
            folded.insert(folded.end(), NodeId{n});
    return folded;
}

/// The same places of another run: mostly they have the same numbers there.
std::set<NodeId> samePlaces(const std::set<NodeId> &places, const Run &before, const Run &now)
{
    std::set<NodeId> same;
    for (const NodeId node : places) {
        const std::string path = before.path(node);
        const bool isSame = node.value < now.nodeCount() && now.path(node) == path;
        if (const NodeId found = isSame ? node : now.find(path); found.isValid())
            same.insert(found);
    }
    return same;
}

class ChangeSource : public QUndoCommand {
public:
    ChangeSource(Document &document, RunSource after, const QString &what, QString key)
        : QUndoCommand(what)
        , m_document(document)
        , m_before(document.source())
        , m_cursor(document.focus().cursor)
        , m_after(std::move(after))
        , m_key(std::move(key))
    {}

    void undo() override
    {
        setObsolete(m_isRefused);
        m_document.apply(m_before, m_cursor);
    }
    void redo() override { m_document.apply(m_after); }
    bool isSetting() const { return !m_key.isEmpty(); }
    /// It is forgotten when it is undone.
    void refuse() const { m_isRefused = true; }

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
    EventId m_cursor;
    RunSource m_after;
    QString m_key;
    mutable bool m_isRefused = false;
};

}

struct Document::Job {
    QFutureWatcher<std::shared_ptr<Made>> watcher;
    std::atomic<bool> isUnwanted{false};
    QTimer patience;
};

Document::Document(QObject *parent)
    : QObject(parent)
    , m_job(std::make_unique<Job>())
    , m_prover(new Prover(this))
    , m_archive(new Archive(*this))
{
    connect(&m_job->watcher, &QFutureWatcherBase::finished, this, &Document::made);
    m_job->patience.setSingleShot(true);
    m_job->patience.setInterval(patienceMs);
    connect(&m_job->patience, &QTimer::timeout, this, [this] { m_job->isUnwanted = m_isOutdated; });
    connect(&m_undo, &QUndoStack::indexChanged, this, [this](int index) {
        // What merges into the change before it leaves the index as it is.
        if (index != m_changeIndex)
            ++m_change;
        m_changeIndex = index;
    });
}

Document::~Document()
{
    m_job->isUnwanted = true;
    m_job->watcher.waitForFinished();
}

void Document::open(RunSource source, EventId at)
{
    m_undo.clear();
    m_forks.clear();
    m_forkCount = 0;
    m_isOpening = true;
    m_isBaselineChosen = false;
    setBaseline(nullptr);
    m_filed.insert_or_assign(source.file, source);
    apply(std::move(source), at);
}

QString Document::title() const
{
    return m_run ? QString::fromStdString(m_run->model().name) : QString();
}

bool Document::isBusy() const
{
    return m_isMaking;
}

void Document::wait()
{
    while (isBusy()) {
        m_job->watcher.waitForFinished();
        QCoreApplication::processEvents();
    }
    m_prover->wait();
    QCoreApplication::processEvents();
}

void Document::apply(RunSource source, EventId at)
{
    m_source = std::move(source);
    m_wantedCursor = at;
    if (!isBusy())
        return start();
    m_isOutdated = true;
    m_job->isUnwanted = m_isOpening || !m_job->patience.isActive();
}

void Document::start()
{
    m_isOutdated = false;
    m_isMaking = true;
    m_job->isUnwanted = false;
    m_job->patience.start();
    emit busyChanged(true);
    // Undo goes back to a run that is still there.
    const auto known = std::find_if(m_forks.begin(), m_forks.end(), [this](const Fork &fork) {
        return fork.run->source().isSameAs(m_source);
    });
    if (known != m_forks.end())
        return m_job->watcher.setFuture(QtFuture::makeReadyFuture(std::make_shared<Made>(known->run)));
    m_job->watcher.setFuture(QtConcurrent::run([source = m_source, isUnwanted = &m_job->isUnwanted] {
        return std::make_shared<Made>(Run::make(source, *isUnwanted));
    }));
}

void Document::made()
{
    m_isMaking = false;
    if (m_isOutdated)
        return start();
    const std::shared_ptr<Made> result = m_job->watcher.result();
    emit busyChanged(false);
    if (!*result)
        return refuse(result->error());
    const std::vector<Problem> refused = std::exchange(m_refused, {});
    m_isRefused = !refused.empty();
    if (refused.empty())
        emit problemsChanged((*result)->get()->scenario().warnings);
    take(**result);
    if (!refused.empty())
        emit problemsChanged(refused);
}

/// The run stays the one before. A setting that is refused is taken back, so that it stands in nobody's way;
/// a text stays, to be mended where it is edited. Of a file that was to be opened there is no run.
void Document::refuse(const std::vector<Problem> &problems)
{
    m_isRefused = true;
    const int last = m_undo.index() - 1;
    const auto *change = last >= 0 ? static_cast<const ChangeSource *>(m_undo.command(last)) : nullptr;
    if (m_isOpening && m_run) {
        m_run.reset();
        m_focus = {};
        m_prover->prove(nullptr);
        emit runChanged();
        emit forksChanged();
        emit cursorChanged();
        emit selectionChanged();
    } else if (!m_isOpening && change && change->isSetting()) {
        change->refuse();
        m_refused = problems;
        return m_undo.undo();
    }
    emit problemsChanged(problems);
}

void Document::take(RunPtr run)
{
    const std::int64_t now = this->now();
    const std::string selected = m_run && m_focus.node.isValid() ? m_run->path(m_focus.node) : std::string();
    const bool isSameFile = m_run && (!m_isOpening || m_run->source().file == run->source().file);
    std::set<NodeId> folded = isSameFile                        ? samePlaces(m_focus.folded, *m_run, *run)
                              : run->nodeCount() > mostUnfolded ? allFolded(*run)
                                                                : std::set<NodeId>();
    m_run = std::move(run);
    const bool isWanted = m_wantedCursor.isValid() && m_wantedCursor.value < m_run->eventCount();
    if (m_isOpening) {
        m_focus = {};
        m_focus.cursor = isWanted ? m_wantedCursor : initialCursor();
        m_focus.now = m_run->timeAt(m_focus.cursor);
    } else {
        // The same moment and the same place of another run.
        m_focus.now =
            isWanted ? m_run->timeAt(m_wantedCursor) : std::min(now, m_run->lanes().end(Axis::Time));
        m_focus.cursor = isWanted ? m_wantedCursor : m_run->lanes().eventAt(m_focus.now);
        m_focus.node = m_run->find(selected);
    }
    m_focus.folded = std::move(folded);
    m_wantedCursor = {};
    m_isOpening = false;
    remember();
    m_prover->prove(m_run);
    emit runChanged();
    emit forksChanged();
    emit cursorChanged();
    emit selectionChanged();
}

/// Adds the run to the forks. One that is there already is not added again, and of the steps of a slider only
/// the latest is kept.
void Document::remember()
{
    const auto isOfThisChange = [this] {
        return m_forks.size() > 1 && m_latestChange == m_change && m_undo.canUndo();
    };
    const auto known = std::find_if(m_forks.begin(), m_forks.end(), [this](const Fork &fork) {
        return fork.run->source().isSameAs(m_run->source());
    });
    if (known != m_forks.end()) {
        m_run = known->run;
        if (isOfThisChange() && known + 1 != m_forks.end())
            m_forks.pop_back();
        m_latestChange = -1;
        return;
    }
    const QString title = m_undo.canUndo() ? m_undo.undoText() : tr("as the file has it");
    if (isOfThisChange()) {
        m_forks.back().title = title;
        m_forks.back().run = m_run;
        return;
    }
    m_latestChange = m_change;
    m_forks.push_back({m_forkCount++, title, m_run});
    std::uint64_t events = 0;
    for (const Fork &fork : m_forks)
        events += fork.run->eventCount();
    while (m_forks.size() > 2 && (m_forks.size() > mostForks || events > mostForkEvents)) {
        events -= m_forks[1].run->eventCount();
        m_forks.erase(m_forks.begin() + 1);
    }
}

EventId Document::initialCursor() const
{
    const std::vector<EventId> subjects = m_run->explainer().subjects();
    return subjects.empty() ? m_run->lastEvent() : subjects.front();
}

void Document::setCursor(EventId cursor)
{
    if (m_run && cursor.isValid() && cursor.value < m_run->eventCount())
        moveCursor(cursor, m_run->timeAt(cursor));
}

void Document::setCursorTime(std::int64_t t)
{
    if (!m_run)
        return;
    const std::int64_t now = std::clamp<std::int64_t>(t, 0, m_run->lanes().end(Axis::Time));
    moveCursor(m_run->lanes().eventAt(now), now);
}

void Document::moveCursor(EventId cursor, std::int64_t now)
{
    if (cursor == m_focus.cursor && now == m_focus.now)
        return;
    m_focus.cursor = cursor;
    m_focus.now = now;
    emit cursorChanged();
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

void Document::fold(NodeId node, bool isFolded)
{
    if (isFolded ? m_focus.folded.insert(node).second : m_focus.folded.erase(node) > 0)
        emit foldsChanged();
}

void Document::foldAll(bool isFolded)
{
    m_focus.folded = isFolded && m_run ? allFolded(*m_run) : std::set<NodeId>();
    emit foldsChanged();
}

NodeId Document::shown(NodeId node) const
{
    NodeId shown = node;
    for (NodeId up = node; m_run && up.isValid(); up = m_run->parent(up))
        if (up != node && m_focus.folded.contains(up))
            shown = up;
    return shown;
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
    push(std::move(source), tr("%1 = %2").arg(key, value), key);
}

void Document::reset(const QString &key)
{
    RunSource source = m_source;
    if (std::erase_if(source.overrides, [&](const Override &one) { return one.key == key.toStdString(); }))
        push(std::move(source), tr("%1 as the file has it").arg(key), key);
}

void Document::resetAll()
{
    if (m_source.overrides.empty())
        return;
    RunSource source = m_source;
    source.overrides.clear();
    push(std::move(source), tr("all settings as the file has them"), {});
}

void Document::push(RunSource source, const QString &what, const QString &key)
{
    source.recordedFingerprint.clear();
    if (!m_isBaselineChosen && !m_baseline)
        setBaseline(m_run);
    const QString hold = key.isEmpty() ? key : QStringLiteral("%1 %2").arg(m_hold).arg(key);
    m_undo.push(new ChangeSource(*this, std::move(source), what, hold));
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
    if (const auto document = scenarioDocument(source.text); document && m_run)
        source.overrides = settingsOver(m_run->textDocument(), *document, std::move(source.overrides));
    push(std::move(source), what, {});
}

void Document::goOnWith(RunSource source, const QString &what)
{
    source.recordedIn.clear();
    source.recordedId = 0;
    source.recordedRules.reset();
    if (source.isSameAs(m_source))
        return;
    push(std::move(source), what, {});
}

const RunSource *Document::filed(const std::string &file) const
{
    const auto known = m_filed.find(file);
    return known == m_filed.end() ? nullptr : &known->second;
}

void Document::noteFiled(const std::string &text)
{
    RunSource source = m_source;
    source.text = text;
    source.overrides.clear();
    m_filed.insert_or_assign(source.file, std::move(source));
}

RunPtr Document::filedRun() const
{
    const RunSource *filed = this->filed(m_source.file);
    for (const Fork &fork : m_forks)
        if (filed && fork.run->source().isSameAs(*filed))
            return fork.run;
    return {};
}

void Document::replaceAll(const QString &text, const QString &what)
{
    RunSource source = m_source;
    source.text = text.toStdString();
    source.overrides.clear();
    source.dialect.clear();
    push(std::move(source), what, {});
}

void Document::goBackTo(const Fork &fork)
{
    if (fork.run == m_run)
        return;
    const RunPtr before = m_run;
    push(fork.run->source(), tr("back to %1: %2").arg(fork.number).arg(fork.title), {});
    compareWith(before);
}

void Document::compareWith(RunPtr baseline)
{
    m_isBaselineChosen = true;
    setBaseline(std::move(baseline));
}

void Document::setBaseline(RunPtr baseline)
{
    if (m_baseline == baseline)
        return;
    m_baseline = std::move(baseline);
    emit baselineChanged();
}

}
