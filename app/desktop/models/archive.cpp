#include "app/desktop/models/archive.h"

#include "app/desktop/models/document.h"
#include "app/desktop/models/text.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QFutureWatcher>
#include <QtConcurrent/QtConcurrentRun>

#include <algorithm>

namespace daruma {

namespace {

struct Contents {
    QString path;
    std::vector<CampaignRow> campaigns;
};

using Opened = tl::expected<Contents, QString>;
using Source = tl::expected<RunSource, QString>;

std::shared_ptr<Opened> read(const QString &path)
{
    auto database = Database::open(path.toStdString(), patience);
    if (!database)
        return std::make_shared<Opened>(tl::unexpected(qt(database.error().text())));
    auto campaigns = database->campaigns();
    if (!campaigns)
        return std::make_shared<Opened>(tl::unexpected(QString::fromStdString(campaigns.error().text())));
    return std::make_shared<Opened>(Contents{path, std::move(*campaigns)});
}

/// A pattern for LIKE that finds the text as it is, anywhere.
QString patternOf(QString text)
{
    text.replace(u'\\', QLatin1String("\\\\")).replace(u'%', QLatin1String("\\%"));
    text.replace(u'_', QLatin1String("\\_"));
    return sqlText(u'%' + text + u'%') + QLatin1String(" ESCAPE '\\'");
}

}

QString sqlText(const QString &text)
{
    return u'\'' + QString(text).replace(u'\'', QLatin1String("''")).remove(QChar()) + u'\'';
}

namespace {

bool isAll(const QString &text, QLatin1String characters)
{
    return std::all_of(text.begin(), text.end(),
                       [&](QChar one) { return characters.contains(one, Qt::CaseInsensitive); });
}

/// The runs that have the text somewhere. Looking into a column of a million runs takes time: none is looked
/// into that cannot have it.
QString holding(const QString &text)
{
    const QString like = QStringLiteral(" LIKE ") + patternOf(text);
    QStringList any{QStringLiteral("r.overrides") + like, QStringLiteral("r.dialect") + like};
    QStringList outcomes;
    for (const QLatin1String outcome : {QLatin1String("passed"), QLatin1String("gave_up"),
                                        QLatin1String("failed"), QLatin1String("truncated")})
        if (outcome.contains(text, Qt::CaseInsensitive))
            outcomes << sqlText(outcome);
    if (!outcomes.isEmpty())
        any << QStringLiteral("r.outcome IN (%1)").arg(outcomes.join(u','));
    if (isAll(text, QLatin1String("0123456789")))
        any << QStringLiteral("printf('%u', r.seed)") + like;
    if (isAll(text, QLatin1String("0123456789abcdef")))
        any << QStringLiteral("r.fingerprint") + like;
    // Scenarios and violations are few, and are looked through once, not once for each run.
    any << QStringLiteral("r.scenario_id IN (SELECT id FROM scenario WHERE name%1)").arg(like)
        << QStringLiteral("r.id IN (SELECT run_id FROM violation WHERE expectation%1 OR message%1)")
               .arg(like);
    return u'(' + any.join(QLatin1String(" OR ")) + u')';
}

}

QString RunsFilter::where() const
{
    QStringList all;
    if (campaign)
        all << QStringLiteral("r.campaign_id = %1").arg(*campaign);
    if (outcome == QLatin1String("unsuccessful"))
        all << QStringLiteral("r.outcome IN ('failed', 'truncated')");
    else if (!outcome.isEmpty())
        all << QStringLiteral("r.outcome = ") + sqlText(outcome);
    if (!text.isEmpty()) {
        all << holding(text);
    }
    if (!condition.isEmpty())
        all << u'(' + condition + u')';
    return all.isEmpty() ? QStringLiteral("1") : all.join(QLatin1String(" AND "));
}

QString campaignText(const CampaignRow &campaign)
{
    QString seeds = campaign.firstSeed == campaign.lastSeed
                        ? Archive::tr("seed %1").arg(campaign.firstSeed)
                        : Archive::tr("seeds %1..%2").arg(campaign.firstSeed).arg(campaign.lastSeed);
    QString text = Archive::tr("%1: %2, %3, %Ln run(s)", nullptr, int(campaign.runs))
                       .arg(campaign.id)
                       .arg(qt(campaign.scenarioName), seeds);
    if (campaign.state == CampaignState::Running)
        text += Archive::tr(", running");
    else if (campaign.state == CampaignState::Interrupted)
        text += Archive::tr(", interrupted");
    return text;
}

struct Archive::Jobs {
    QFutureWatcher<std::shared_ptr<Opened>> contents;
    QFutureWatcher<std::shared_ptr<Source>> run;
    QFutureWatcher<std::shared_ptr<tl::expected<RunPtr, QString>>> baseline;
};

Archive::Archive(Document &document)
    : QObject(&document)
    , m_document(document)
    , m_jobs(std::make_unique<Jobs>())
{
    connect(&m_jobs->contents, &QFutureWatcherBase::finished, this, &Archive::takeContents);
    connect(&m_jobs->run, &QFutureWatcherBase::finished, this, &Archive::takeRun);
    connect(&m_jobs->baseline, &QFutureWatcherBase::finished, this, &Archive::takeBaseline);
}

Archive::~Archive()
{
    m_jobs->contents.waitForFinished();
    m_jobs->run.waitForFinished();
    m_jobs->baseline.waitForFinished();
}

void Archive::open(const QString &path, std::optional<std::int64_t> run)
{
    m_wantedRun = run;
    m_jobs->contents.setFuture(QtConcurrent::run(read, path));
}

void Archive::openCampaign(const QString &path, std::int64_t campaign)
{
    m_wantedCampaign = campaign;
    open(path);
}

void Archive::refresh()
{
    if (!m_path.isEmpty())
        m_jobs->contents.setFuture(QtConcurrent::run(read, m_path));
}

void Archive::takeContents()
{
    const std::shared_ptr<Opened> result = m_jobs->contents.result();
    if (!*result) {
        m_wantedRun.reset();
        m_wantedCampaign = 0;
        emit failed(result->error());
        return;
    }
    const bool isOther = (*result)->path != m_path;
    m_path = std::move((*result)->path);
    m_campaigns = std::move((*result)->campaigns);
    if (isOther) {
        m_filter = {};
        m_current = 0;
        m_kept = {};
        emit keptChanged();
        emit filterChanged();
    }
    emit opened();
    if (const auto run = std::exchange(m_wantedRun, {}))
        openRun(*run);
    if (const auto campaign = std::exchange(m_wantedCampaign, 0)) {
        setFilter({.campaign = campaign});
        emit statisticsWanted();
    }
}

void Archive::openRun(std::int64_t id)
{
    if (m_path.isEmpty())
        return;
    m_current = id;
    emit currentChanged();
    m_jobs->run.setFuture(QtConcurrent::run(
        [path = m_path, id] { return std::make_shared<Source>(recordedSource(path, id)); }));
}

void Archive::takeRun()
{
    const std::shared_ptr<Source> result = m_jobs->run.result();
    if (!*result)
        emit failed(result->error());
    else
        m_document.open(std::move(**result));
}

void Archive::compareWithRun(std::int64_t id)
{
    m_jobs->baseline.setFuture(QtConcurrent::run([path = m_path, id] {
        using Made = tl::expected<RunPtr, QString>;
        auto source = recordedSource(path, id);
        if (!source)
            return std::make_shared<Made>(tl::unexpected(source.error()));
        auto run = Run::make(std::move(*source));
        if (!run)
            return std::make_shared<Made>(tl::unexpected(
                tr("Run %1 cannot be made again: %2").arg(id).arg(qt(run.error().front().message))));
        return std::make_shared<Made>(std::move(*run));
    }));
}

void Archive::takeBaseline()
{
    const auto result = m_jobs->baseline.result();
    if (!*result)
        return emit failed(result->error());
    m_document.compareWith(**result);
    emit comparisonWanted();
}

void Archive::setFilter(const RunsFilter &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    emit filterChanged();
}

void Archive::showRuns(const RunsFilter &filter)
{
    setFilter(filter);
    emit runsWanted();
}

void Archive::setKept(KeptSeeds kept)
{
    m_kept = std::move(kept);
    m_path.clear();
    m_campaigns.clear();
    m_filter = {};
    m_document.open(m_kept.scenario);
    emit keptChanged();
    emit opened();
}

void Archive::openKept(std::uint64_t seed)
{
    RunSource source = m_kept.scenario;
    source.seed = seed;
    m_document.open(std::move(source));
}

QString Archive::keepSeed()
{
    const RunPtr &run = m_document.run();
    if (!run)
        return tr("Open a scenario first.");
    const QFileInfo scenario(qt(run->source().file));
    if (!scenario.isFile())
        return tr("This scenario is in no file: save it, its seeds stand beside it.");
    const QString path = scenario.path() + u'/' + scenario.completeBaseName() + QStringLiteral(".seeds");
    const auto added = addSeed(path, *run);
    if (!added)
        return added.error();
    if (!*added)
        return tr("Seed %1 is in %2 already.").arg(run->seed()).arg(path);
    if (m_kept.scenario.file == run->source().file) {
        m_kept.seeds.push_back(**added);
        emit keptChanged();
    }
    return tr("Seed %1 is kept in %2.").arg(run->seed()).arg(path);
}

void Archive::showStatistics()
{
    emit statisticsWanted();
}

bool Archive::isBusy() const
{
    return m_jobs->contents.isRunning() || m_jobs->run.isRunning() || m_jobs->baseline.isRunning();
}

void Archive::wait()
{
    // What is taken may begin the next reading.
    do {
        m_jobs->contents.waitForFinished();
        m_jobs->run.waitForFinished();
        m_jobs->baseline.waitForFinished();
        QCoreApplication::processEvents();
    } while (isBusy());
    QCoreApplication::processEvents();
}

}
