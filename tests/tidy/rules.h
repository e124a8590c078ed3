#pragma once

#include <QString>
#include <QStringList>

#include <span>

/// The rules that the sources keep beyond what compilers and clang-format check.
namespace daruma::tidy {

struct File {
    QString path;  ///< from the top of the repository
    QString text;
};

/// A rule lists its breaches in a file as "PATH:LINE: message"; none where it does not apply to the file.
struct Rule {
    const char *name;
    QStringList (*breaches)(const File &file);
};

std::span<const Rule> rules();

QStringList brokenLayers(const File &file);
QStringList librariesOutOfPlace(const File &file);
QStringList bannedNames(const File &file);
QStringList dialectNames(const File &file);
QStringList longFiles(const File &file);
QStringList longLines(const File &file);
QStringList leftovers(const File &file);
QStringList headersWithoutPragmaOnce(const File &file);
QStringList untidySpaces(const File &file);
QStringList machinePaths(const File &file);
QStringList misnamedScenarios(const File &file);

/// The text with its comments and the insides of its literals blanked, line by line as long as before.
QString codeOnly(const QString &text);

}
