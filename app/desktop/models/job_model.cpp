#include "app/desktop/models/job_model.h"

#include "app/desktop/layout/view_window.h"
#include "app/desktop/models/archive.h"
#include "app/desktop/models/text.h"
#include "simulator/campaign/interval.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QFutureWatcher>
#include <QMutex>
#include <QThread>
#include <QtConcurrent/QtConcurrentRun>

#include <atomic>
#include <cmath>

namespace daruma {

namespace {

constexpr int refreshMs = 150;
constexpr unsigned long pauseMs = 30;
/// Sooner nobody knows how fast it goes.
constexpr double leastForEstimate = 0.5;

QString settingsText(const std::vector<Override> &settings)
{
    QString text;
    for (const Override &one : settings)
        text += (text.isEmpty() ? QString() : QStringLiteral(", ")) + qt(one.key + " = " + one.value);
    return text;
}

/// `12.50 % (10.20–15.10)`.
QString shareText(std::uint64_t count, std::uint64_t runs)
{
    const Interval interval = shareInterval(count, runs);
    return QStringLiteral("%1 (%2–%3)")
        .arg(percentText(double(count) / double(std::max<std::uint64_t>(runs, 1)), 2))
        .arg(100 * interval.low, 0, 'f', 2)
        .arg(100 * interval.high, 0, 'f', 2);
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
    mutable std::atomic<std::uint64_t> pausedMs{0};
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
        while (isPaused && !isStopped) {
            QThread::msleep(pauseMs);
            pausedMs += pauseMs;
        }
        return !isStopped;
    }

    /// How long it worked, without pauses; 0: nobody says.
    double workedSeconds() const { return std::max(seconds - double(pausedMs) / 1e3, 0.0); }
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
        text +=
            (text.isEmpty() ? QString() : QStringLiteral(", ")) + tr("%Ln run(s)", nullptr, int(now.done));
    const double worked = now.workedSeconds();
    if (worked > leastForEstimate && now.done > 0 && now.done < now.all) {
        const double left = worked * double(now.all - now.done) / double(now.done);
        text += tr(" · about %1 left").arg(qt(shortTime(std::int64_t(std::ceil(left)) * 1'000'000'000)));
    }
    if (now.unsuccessful > 0 && now.done > 0)
        text += tr(" · expectations not met in %1").arg(shareText(now.unsuccessful, now.done));
    if (worked > leastForEstimate)
        text += tr(" · %L1 a second").arg(std::uint64_t(double(now.done) / worked));
    return text;
}

QVariant JobModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Job &job = *m_jobs[std::size_t(index.row())];
    if (role == ShareRole) {
        const QMutexLocker locker(&job.control->mutex);
        const bool isKnown = job.control->all > 0 && job.watcher.isRunning();
        return isKnown ? double(job.control->done) / double(job.control->all) : QVariant();
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
    QString settings;
    for (const std::string &one : request.vary)
        settings += u' ' + qt(one);
    job->title = tr("%1. Sweep, seeds %2..%3%4 – %5")
                     .arg(rowCount() + 1)
                     .arg(request.seeds.first)
                     .arg(request.seeds.last)
                     .arg(settings, m_document.title());
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
        job.result =
            tr("%Ln run(s): root survived in %1, expectations not met in %2", nullptr, int(outcome->runs))
                .arg(shareText(outcome->survived, outcome->runs),
                     shareText(outcome->unsuccessful, outcome->runs));
    });
}

void JobModel::shrink(const RunSource &source)
{
    auto job = std::make_unique<Job>();
    job->title = tr("%1. Shrink %2").arg(rowCount() + 1).arg(m_document.title());
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
    job->title = tr("%1. Tune %2").arg(rowCount() + 1).arg(m_document.title());
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
        const QString runs = tr(" (%Ln run(s))", nullptr, int(result.runs));
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
        emit done(row);
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
