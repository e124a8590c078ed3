#pragma once

#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <string>

/// A folder that goes away, and short ways to look into databases.
class Workspace {
public:
    std::string file(const char *name) const { return m_folder.filePath(name).toStdString(); }
    QString folder() const { return m_folder.path(); }
    QStringList names() const;

private:
    QTemporaryDir m_folder;
};

/// The result of a query as `a|b|c` lines, without their names; NULL as such. An error as its text.
QString rowsOf(const std::string &path, const QString &sql);

/// What `sqlite3 -header FILE SQL` prints.
QString stockClient(const std::string &path, const QString &sql);

/// Changes a database as no Daruma would.
void tamper(const std::string &path, const QString &sql);
