#include "app/desktop/models/loader.h"

#include "app/desktop/models/text.h"
#include "resources/resources.h"
#include "simulator/campaign/folder_lock.h"
#include "simulator/store/run_recipe.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QStringDecoder>

#include <algorithm>

namespace daruma {

namespace {

/// What ReadOptions allows by itself: a larger file is not even read.
constexpr qint64 mostBytes = qint64{1} << 20;

/// What somebody begins with who begins anew.
constexpr const char *newScenarioText = R"toml([scenario]
about   = "What this is about."
horizon = "10m"

[supervisor.app]
max_restarts = 3
within       = "5s"
children     = ["db", "web"]

[worker.db]

[worker.web]

[[fault]]
inject    = "outage"
into      = "db"
at        = "1m"
lasts     = "30s"
behaviour = { lifetime = "200ms" }

[[expect]]
always = "up(app)"
)toml";

class Loader {
    Q_DECLARE_TR_FUNCTIONS(Loader)
};

}

RunSource shippedSource(const QString &name)
{
    RunSource source;
    source.file = name.toStdString();
    for (const Resource &resource : shippedScenarios())
        if (resource.name == source.file)
            source.text = std::string(resource.content);
    return source;
}

RunSource newSource(const QString &name)
{
    RunSource source;
    source.file = name.toStdString();
    source.text = newScenarioText;
    return source;
}

tl::expected<RunSource, QString> scenarioFile(const QString &path)
{
    if (QFileInfo(path).isDir())
        return tl::unexpected(Loader::tr("%1 is a folder, not a file").arg(path));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return tl::unexpected(Loader::tr("%1 cannot be read: %2").arg(path, file.errorString()));
    if (file.size() > mostBytes)
        return tl::unexpected(Loader::tr("%1 has %L2 bytes; a scenario has at most %L3")
                                  .arg(path)
                                  .arg(file.size())
                                  .arg(mostBytes));
    RunSource source;
    source.file = path.toStdString();
    const QByteArray content = file.readAll();
    // What is shown otherwise than it is would be written otherwise than it was.
    QStringDecoder decoder(QStringDecoder::Utf8);
    const QString text = decoder(content);
    if (decoder.hasError() || content.contains('\0'))
        return tl::unexpected(Loader::tr("%1 is no text in UTF-8, and so no scenario").arg(path));
    source.text = content.toStdString();
    return source;
}

FileKind kindOf(const QString &path)
{
    QFile file(path);
    const QByteArray beginning = file.open(QIODevice::ReadOnly) ? file.read(15) : QByteArray();
    if (beginning == "SQLite format 3" || path.endsWith(QLatin1String(".db")))
        return FileKind::Database;
    if (isRepro(beginning.toStdString()) || path.endsWith(QLatin1String(".repro")))
        return FileKind::Repro;
    return path.endsWith(QLatin1String(".seeds")) ? FileKind::Seeds : FileKind::Scenario;
}

namespace {

RunSource sourceOf(RunRecipe recipe)
{
    RunSource source;
    source.file = std::move(recipe.scenario);
    source.text = std::move(recipe.text);
    for (const std::string &setting : recipe.overrides)
        if (auto override = parseOverride(setting))
            source.overrides.push_back(std::move(*override));
    source.dialect = std::move(recipe.dialect);
    source.dialectFiles = std::move(recipe.dialectFiles);
    source.seed = recipe.seed;
    source.limits = recipe.options.limits;
    source.recordedFingerprint = std::move(recipe.fingerprint);
    source.recordedRules = recipe.rules;
    return source;
}

tl::expected<QByteArray, QString> contentOf(const QString &path, qint64 most)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return tl::unexpected(Loader::tr("%1 cannot be read: %2").arg(path, file.errorString()));
    if (file.size() > most)
        return tl::unexpected(Loader::tr("%1 has %L2 bytes: that is too long").arg(path).arg(file.size()));
    return file.readAll();
}

}

tl::expected<RunSource, QString> reproSource(const QString &path)
{
    // The scenario, and the files of its dialects.
    const auto content = contentOf(path, 8 * mostBytes);
    if (!content)
        return tl::unexpected(content.error());
    if (!isRepro(content->toStdString()))
        return tl::unexpected(
            Loader::tr("%1 is no .repro file: it does not begin with `# daruma repro`").arg(path));
    auto recipe = readRepro(path.toStdString(), content->toStdString());
    if (!recipe)
        return tl::unexpected(qt(recipe.error().message + "\n" + recipe.error().hint));
    return sourceOf(std::move(*recipe));
}

tl::expected<RunSource, QString> recordedSource(const QString &path, std::int64_t run)
{
    auto database = Database::open(path.toStdString());
    if (!database)
        return tl::unexpected(qt(database.error().text()));
    auto recipe = recipeOf(*database, run);
    if (!recipe)
        return tl::unexpected(qt(recipe.error().text()));
    const bool hasEvents = recipe->hasEvents;
    RunSource source = sourceOf(std::move(*recipe));
    source.recordedId = run;
    if (hasEvents)
        source.recordedIn = path.toStdString();
    return source;
}

tl::expected<KeptSeeds, QString> keptSeeds(const QString &path)
{
    const auto content = contentOf(path, mostBytes);
    if (!content)
        return tl::unexpected(content.error());
    auto seeds = readCorpus(content->toStdString());
    if (!seeds)
        return tl::unexpected(qt(toText(seeds.error().front(), path.toStdString())));
    const QString beside = path.left(path.lastIndexOf(u'.')) + QStringLiteral(".toml");
    auto scenario = scenarioFile(beside);
    if (!scenario)
        return tl::unexpected(Loader::tr("The seeds of %1 belong to the scenario beside them.").arg(path)
                              + u'\n' + scenario.error());
    if (!seeds->empty())
        scenario->seed = seeds->front().seed;
    return KeptSeeds{std::move(*scenario), std::move(*seeds)};
}

tl::expected<std::optional<CorpusSeed>, QString> addSeed(const QString &path, const Run &run)
{
    const FolderLock lock(QFileInfo(path).path().toStdString());
    const auto before = QFileInfo::exists(path) ? contentOf(path, mostBytes) : QByteArray();
    if (!before)
        return tl::unexpected(before.error());
    const auto known = readCorpus(before->toStdString());
    if (!known)
        return tl::unexpected(qt(toText(known.error().front(), path.toStdString())));
    const auto isHere = [&run](const CorpusSeed &one) { return one.seed == run.seed(); };
    if (std::any_of(known->begin(), known->end(), isHere))
        return std::nullopt;
    CorpusSeed added{run.seed(), failureNames(run.model(), run.result())};
    if (added.comment.empty())
        added.comment = "nothing failed";
    for (const Override &setting : run.source().overrides)
        added.comment +=
            (&setting == run.source().overrides.data() ? ", " : " ") + setting.key + "=" + setting.value;
    added.comment += ", rules version " + std::to_string(rulesVersion);
    const QByteArray text = QByteArray::fromStdString(corpusWith(before->toStdString(), {added}));
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
        return tl::unexpected(Loader::tr("%1 cannot be written: %2").arg(path, file.errorString()));
    return added;
}

}
