#include "tests/store/workspace.h"

#include "simulator/store/query.h"
#include "simulator/store/sqlite.h"

#include <QDir>
#include <QProcess>

using namespace daruma;

namespace {

QString textOf(const SqlValue &value)
{
    struct Text {
        QString operator()(std::monostate) const { return "NULL"; }
        QString operator()(std::int64_t number) const { return QString::number(number); }
        QString operator()(double number) const { return QString::number(number); }
        QString operator()(const std::string &text) const { return QString::fromStdString(text); }
        QString operator()(const std::vector<std::byte> &bytes) const
        {
            return QString("%1 bytes").arg(bytes.size());
        }
    };
    return std::visit(Text(), value);
}

}

QStringList Workspace::names() const
{
    return QDir(folder()).entryList(QDir::Files, QDir::Name);
}

QString rowsOf(const std::string &path, const QString &sql)
{
    const auto result = query(path, sql.toStdString());
    if (!result)
        return QString::fromStdString(result.error().text());
    QStringList lines;
    for (const auto &row : result->rows) {
        QStringList values;
        for (const SqlValue &value : row)
            values << textOf(value);
        lines << values.join('|');
    }
    return lines.join('\n');
}

QString stockClient(const std::string &path, const QString &sql)
{
    QProcess process;
    process.start("sqlite3", {"-header", QString::fromStdString(path), sql});
    process.waitForFinished();
    return QString::fromUtf8(process.readAllStandardOutput() + process.readAllStandardError());
}

void tamper(const std::string &path, const QString &sql)
{
    auto connection = sqlite::Connection::open(path, sqlite::Connection::Mode::Write, 1000);
    if (!connection)
        qFatal("%s", connection.error().text().c_str());
    if (const auto done = connection->execute(sql.toStdString()); !done)
        qFatal("%s", done.error().text().c_str());
}
