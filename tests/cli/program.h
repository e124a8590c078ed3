#pragma once

#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>
#include <QString>
#include <QStringList>

namespace daruma::cli {

/// What a user sees of one call.
struct Answer {
    int code = -1;
    QString out;
    QString err;
};

/// Runs the program as a user would, in `folder`, with `input` on its standard input.
inline Answer daruma(const QStringList &words, const QString &folder, const QByteArray &input = {},
                     const QProcessEnvironment &environment = QProcessEnvironment::systemEnvironment())
{
    QProcess process;
    process.setWorkingDirectory(folder);
    process.setProcessEnvironment(environment);
    process.start(DARUMA_BIN_DIR "/daruma", words);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(60'000) || process.exitStatus() != QProcess::NormalExit)
        return {};
    return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

/// Compares with tests/cli/golden/NAME. With DARUMA_UPDATE_GOLDEN=1 it writes that file instead. Gives the
/// first line that differs, or an empty text.
inline QString differenceFromGolden(const QString &name, const QString &text)
{
    QFile file(DARUMA_SOURCE_DIR "/tests/cli/golden/" + name);
    if (qEnvironmentVariableIntValue("DARUMA_UPDATE_GOLDEN") == 1) {
        if (!file.open(QIODevice::WriteOnly) || file.write(text.toUtf8()) < 0)
            return file.fileName() + " cannot be written";
        return {};
    }
    if (!file.open(QIODevice::ReadOnly))
        return file.fileName() + " is missing; DARUMA_UPDATE_GOLDEN=1 writes it";
    const QStringList expected = QString::fromUtf8(file.readAll()).split(u'\n');
    const QStringList found = text.split(u'\n');
    for (qsizetype i = 0; i < qMax(expected.size(), found.size()); ++i) {
        if (expected.value(i) != found.value(i) || i >= expected.size() || i >= found.size())
            return QStringLiteral("%1:%2: expected \"%3\", found \"%4\" (DARUMA_UPDATE_GOLDEN=1 updates it)")
                .arg(name)
                .arg(i + 1)
                .arg(expected.value(i), found.value(i));
    }
    return {};
}

}
