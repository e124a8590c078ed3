#pragma once

#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/scenario/scenario.h"
#endif

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QString>
#include <QStringList>

#include <string>
#include <vector>

/// Helpers of the tests that read scenarios.

namespace daruma::test {

inline std::string contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

/// The paths of the files of a folder of the project, ordered by name.
inline QStringList filesIn(const QString &folder, const QString &pattern)
{
    const QDir dir(QStringLiteral(DARUMA_SOURCE_DIR "/") + folder);
    QStringList paths;
    for (const QString &name : dir.entryList({pattern}, QDir::Files, QDir::Name))
        paths << dir.filePath(name);
    return paths;
}

/// All problems as a person sees them.
inline QString shown(const std::vector<Problem> &problems, const std::string &file)
{
    QString text;
    for (const Problem &problem : problems)
        text += QString::fromStdString(toText(problem, file)) + u'\n';
    return text;
}

/// The problems of a text, or nothing where it has none.
inline QString problemsOf(const std::string &text, const std::vector<Override> &overrides = {},
                          std::string_view dialect = {}, const ReadOptions &options = {})
{
    const auto scenario = readScenario(text, "x.toml", overrides, dialect, options);
    return scenario ? QString() : shown(scenario.error(), "x.toml");
}

}
