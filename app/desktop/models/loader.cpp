#include "app/desktop/models/loader.h"

#include "resources/resources.h"

#include <QCoreApplication>
#include <QFile>

namespace daruma {

namespace {

/// What ReadOptions allows by itself: a larger file is not even read.
constexpr qint64 mostBytes = qint64{1} << 20;

QString tr(const char *text)
{
    return QCoreApplication::translate("Loader", text);
}

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

tl::expected<RunSource, QString> scenarioFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return tl::unexpected(tr("%1 cannot be read: %2").arg(path, file.errorString()));
    if (file.size() > mostBytes)
        return tl::unexpected(tr("%1 has %L2 bytes: no scenario is that long").arg(path).arg(file.size()));
    RunSource source;
    source.file = path.toStdString();
    source.text = file.readAll().toStdString();
    return source;
}

bool isDatabase(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) && file.read(15) == "SQLite format 3";
}

}
