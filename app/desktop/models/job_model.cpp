#include "app/desktop/models/job_model.h"

#include "app/desktop/models/archive.h"
#include "simulator/campaign/interval.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QFutureWatcher>
#include <QMutex>
#include <QThread>
#include <QtConcurrent/QtConcurrentRun>

#include <atomic>

namespace daruma {

namespace {

constexpr int refreshMs = 150;
constexpr unsigned long pauseMs = 30;

QString qt(const std::string &text)
{
    return QString::fromStdString(text);
}

QString settingsText(const std::vector<Override> &settings)
{
    QString text;
    for (const Override &one : settings)
        text += (text.isEmpty() ? QString() : QStringLiteral(", ")) + qt(one.key + " = " + one.value);
    return text;
}

unsigned threads()
{
    return unsigned(std::max(QThread::idealThreadCount() - 1, 1));
}

}

/// What the window and the thread that works tell each other.
struct JobModel::Control {
    std::atomic<bool> isStopped{false};
    std::atomic<bool> isPaused{false};
    QMutex mutex;
    /// The rest is guarded by the mutex.
    std::uint64_t done = 0;
    std::uint64_t all = 0;
    std::uint64_t unsuccessful = 0;
    double seconds = 0;
    QString step;
    std::shared_ptr<const Figures> figures;

    /// Called by the thread that works: waits while it is to pause; whether to go on.
    bool goesOn() const
    {
        while (isPaused && !isStopped)
            QThread::msleep(pauseMs);
        return !isStopped;
    }
};

struct JobModel::Job {
    QString title;
    std::shared_ptr<Control> control = std::make_shared<Control>();
    QFutureWatcher<void> watcher;
    /// Once it is done:
    QString problem;
    QString result;
    QString database;
    std::int64_t campaign = 0;
    std::optional<RunSource> scenario;
    RunSource tuned;
    std::shared_ptr<const TuneOutcome> tuning;
};

JobModel::JobModel(Document &document, QObject *parent)
    : QAbstractTableModel(parent)
    , m_document(document)
{
    // Jobs wait for their own threads: they must not take those of other work.
    m_pool.setMaxThreadCount(16);
    m_timer.setInterval(refreshMs);
    connect(&m_timer, &QTimer::timeout, this, &JobModel::refresh);
}

JobModel::~JobModel()
{
    for (const auto &job : m_jobs)
        job->control->isStopped = true;
    m_pool.waitForDone();
}

int JobModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_jobs.size());
}

int JobModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columnCountOfJobs;
}

QVariant JobModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    const QString names[] = {tr("Job"), tr("State"), tr("Progress and result")};
    return section < columnCountOfJobs ? names[section] : QVariant();
}

JobState JobModel::state(int row) const
{
    const Job &job = *m_jobs[std::size_t(row)];
    if (job.watcher.isRunning())
        return job.control->isStopped  ? JobState::Stopping
               : job.control->isPaused ? JobState::Paused
                                       : JobState::Running;
    if (!job.problem.isEmpty())
        return JobState::Failed;
    return job.control->isStopped ? JobState::Stopped : JobState::Done;
}

QString JobModel::progressText(const Job &job) const
{
    if (!job.watcher.isRunning())
        return job.problem.isEmpty() ? job.result : job.problem;
    const QMutexLocker locker(&job.control->mutex);
    const Control &now = *job.control;
    QString text = now.step;
    if (now.all > 0)
        text +=
            (text.isEmpty() ? QString() : QStringLiteral(": ")) + tr("%L1 of %L2").arg(now.done).arg(now.all);
    else if (now.done > 0)
        text += (text.isEmpty() ? QString() : QStringLiteral(", ")) + tr("%L1 runs").arg(now.done);
    if (now.unsuccessful > 0 && now.done > 0) {
        const Interval interval = shareInterval(now.unsuccessful, now.done);
        text += tr(" · unsuccessful %1 % (%2–%3)")
                    .arg(100 * double(now.unsuccessful) / double(now.done), 0, 'f', 2)
                    .arg(100 * interval.low, 0, 'f', 2)
                    .arg(100 * interval.high, 0, 'f', 2);
    }
    if (now.seconds > 0.5)
        text += tr(" · %L1 a second").arg(std::uint64_t(double(now.done) / now.seconds));
    return text;
}

QVariant JobModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Job &job = *m_jobs[std::size_t(index.row())];
    if (role == ShareRole) {
        const QMutexLocker locker(&job.control->mutex);
        return job.control->all == 0 ? QVariant() : double(job.control->done) / double(job.control->all);
    }
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    const QString states[] = {tr("running"), tr("paused"),  tr("stopping"),
                              tr("done"),    tr("stopped"), tr("failed")};
    switch (index.column()) {
    case What:
        return job.title;
    case State:
        return states[int(state(index.row()))];
    default:
        return progressText(job);
    }
}

void JobModel::begin(std::unique_ptr<Job> job, std::function<void(Job &)> work)
{
    Job &begun = *job;
    const int row = rowCount();
    beginInsertRows({}, row, row);
    m_jobs.push_back(std::move(job));
    endInsertRows();
    connect(&begun.watcher, &QFutureWatcherBase::finished, this, [this, &begun] { finished(begun); });
    // The job outlives its work: the model waits for it.
    begun.watcher.setFuture(QtConcurrent::run(&m_pool, [&begun, work = std::move(work)] { work(begun); }));
    m_timer.start();
    refresh();
}

void JobModel::sweep(CampaignRequest request)
{
    if (request.database.isEmpty())
        request.database = m_folder.filePath(QStringLiteral("sweeps.db"));
    request.jobs = threads();
    auto job = std::make_unique<Job>();
    job->title = tr("Sweep of %1, seeds %2..%3")
                     .arg(m_document.title())
                     .arg(request.seeds.first)
                     .arg(request.seeds.last);
    job->database = request.database;
    begin(std::move(job), [request = std::move(request)](Job &job) {
        const auto watch = [&job](const SweepProgress &now) {
            {
                const QMutexLocker locker(&job.control->mutex);
                job.control->done = now.runs;
                job.control->all = now.allRuns;
                job.control->unsuccessful = now.unsuccessful;
                job.control->seconds = double(now.elapsed.count()) / 1e9;
            }
            return job.control->goesOn();
        };
        const auto outcome = runCampaign(request, watch, [&job](std::shared_ptr<const Figures> figures) {
            const QMutexLocker locker(&job.control->mutex);
            job.control->figures = std::move(figures);
        });
        if (!outcome) {
            job.problem = outcome.error();
            return;
        }
        job.campaign = outcome->campaign;
        const Interval interval = shareInterval(outcome->unsuccessful, outcome->runs);
        job.result =
            tr("%L1 runs, unsuccessful %2 % (%3–%4)")
                .arg(outcome->runs)
                .arg(100 * double(outcome->unsuccessful) / double(std::max<std::uint64_t>(outcome->runs, 1)),
                     0, 'f', 2)
                .arg(100 * interval.low, 0, 'f', 2)
                .arg(100 * interval.high, 0, 'f', 2);
    });
}

void JobModel::shrink(const RunSource &source)
{
    auto job = std::make_unique<Job>();
    job->title = tr("Shrink %1").arg(m_document.title());
    begin(std::move(job), [source](Job &job) {
        const auto shrunk = shrinkRun(source, [&job](const ShrinkResult &now) {
            {
                const QMutexLocker locker(&job.control->mutex);
                job.control->done = now.runs;
                job.control->step = tr("%1 faults, %2 places").arg(now.faultsAfter).arg(now.nodesAfter);
            }
            return job.control->goesOn();
        });
        if (!shrunk) {
            job.problem = shrunk.error();
            return;
        }
        if (!*shrunk)
            return;
        const ShrinkResult &result = **shrunk;
        RunSource made;
        // Beside the other, so that neither is taken for the other's file.
        const QFileInfo whole(qt(source.file));
        made.file = source.file.substr(0, source.file.size() - whole.fileName().toStdString().size())
                    + whole.completeBaseName().toStdString() + "-shrunk.toml";
        made.text = result.text;
        made.dialectFiles = source.dialectFiles;
        made.limits = source.limits;
        job.scenario = std::move(made);
        job.result = tr("faults %1 → %2, places %3 → %4, in %L5 runs")
                         .arg(result.faultsBefore)
                         .arg(result.faultsAfter)
                         .arg(result.nodesBefore)
                         .arg(result.nodesAfter)
                         .arg(result.runs);
    });
}

void JobModel::tune(TuneRequest request)
{
    request.jobs = threads();
    auto job = std::make_unique<Job>();
    job->title = tr("Tune %1").arg(m_document.title());
    job->tuned = request.source;
    begin(std::move(job), [request = std::move(request)](Job &job) {
        auto outcome = runTune(request, [&job](const TuneProgress &now) {
            {
                const char *steps[] = {QT_TR_NOOP("searching"), QT_TR_NOOP("searching what comes close"),
                                       QT_TR_NOOP("checking with fresh seeds"),
                                       QT_TR_NOOP("searching the nearest")};
                const QMutexLocker locker(&job.control->mutex);
                job.control->done = now.settled;
                job.control->all = now.settings;
                job.control->step = tr(steps[std::size_t(now.step)]);
            }
            return job.control->goesOn();
        });
        if (!outcome) {
            job.problem = outcome.error();
            return;
        }
        const TuneResult &result = outcome->result;
        const QString runs = tr(" (%L1 runs)").arg(result.runs);
        if (!result.best) {
            job.result = result.nearest
                             ? tr("no setting meets all targets; the nearest: %1")
                                       .arg(settingsText(outcome->setting(result.nearest->setting)))
                                   + runs
                             : tr("no setting is known yet") + runs;
        } else {
            const bool isMet = result.best->verdict(outcome->targets) == Verdict::Met;
            const bool isConfirmed = result.check && result.check->verdict(outcome->targets) == Verdict::Met;
            job.result = settingsText(outcome->setting(result.best->setting))
                         + (isMet && isConfirmed ? tr(", confirmed by fresh seeds")
                            : isMet              ? tr(", not confirmed by fresh seeds")
                                                 : tr(", with too few seeds to be sure"))
                         + runs;
        }
        if (result.best || result.nearest)
            job.tuning = std::make_shared<const TuneOutcome>(std::move(*outcome));
    });
}

void JobModel::setPaused(int row, bool isPaused)
{
    m_jobs[std::size_t(row)]->control->isPaused = isPaused;
    refresh();
}

void JobModel::stop(int row)
{
    m_jobs[std::size_t(row)]->control->isStopped = true;
    refresh();
}

bool JobModel::hasResult(int row) const
{
    const Job &job = *m_jobs[std::size_t(row)];
    return !job.watcher.isRunning() && (job.campaign > 0 || job.scenario || job.tuning);
}

void JobModel::openResult(int row)
{
    if (row < 0 || row >= rowCount() || !hasResult(row))
        return;
    const Job &job = *m_jobs[std::size_t(row)];
    if (job.campaign > 0)
        m_document.archive().openCampaign(job.database, job.campaign);
    else if (job.scenario)
        m_document.goOnWith(*job.scenario, job.title);
    else
        emit tuningWanted(row);
}

std::shared_ptr<const Figures> JobModel::figures(int row) const
{
    Control &control = *m_jobs[std::size_t(row)]->control;
    const QMutexLocker locker(&control.mutex);
    return control.figures;
}

std::shared_ptr<const TuneOutcome> JobModel::tuning(int row) const
{
    const Job &job = *m_jobs[std::size_t(row)];
    return job.watcher.isRunning() ? nullptr : job.tuning;
}

void JobModel::takeSettings(int row, const std::vector<Override> &settings)
{
    const Job &job = *m_jobs[std::size_t(row)];
    if (m_document.source().file != job.tuned.file)
        m_document.open(job.tuned);
    m_document.finishChange();
    m_document.undoStack().beginMacro(settingsText(settings));
    for (const Override &one : settings)
        m_document.change(qt(one.key), qt(one.value));
    m_document.undoStack().endMacro();
}

void JobModel::finished(Job &job)
{
    const auto at =
        std::find_if(m_jobs.begin(), m_jobs.end(), [&](const auto &one) { return one.get() == &job; });
    const int row = int(at - m_jobs.begin());
    refresh();
    if (state(row) == JobState::Done)
        openResult(row);
}

void JobModel::refresh()
{
    if (!m_jobs.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCountOfJobs - 1));
    if (!isBusy())
        m_timer.stop();
}

bool JobModel::isBusy() const
{
    return std::any_of(m_jobs.begin(), m_jobs.end(),
                       [](const auto &job) { return job->watcher.isRunning(); });
}

void JobModel::wait()
{
    while (isBusy()) {
        for (const auto &job : m_jobs)
            job->watcher.waitForFinished();
        QCoreApplication::processEvents();
    }
    QCoreApplication::processEvents();
}

}
