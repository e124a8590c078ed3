#include "tests/cli/program.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>
#include <sqlite3.h>

using namespace daruma::cli;

namespace {

/// Names that mean something to every format.
constexpr const char *oddScenario = "[scenario]\n"
                                    "name = \"odd <names> & \\\"quotes\\\"\"\n"
                                    "about = \"</title><script>alert(1)</script>\"\n"
                                    "horizon = \"1m\"\n"
                                    "[supervisor.\"a \\\"root\\\" & co\"]\n"
                                    "children = [\"x;y<z>\", \"pool\"]\n"
                                    "[worker.\"x;y<z>\"]\n"
                                    "[worker.pool]\n"
                                    "count = 3\n"
                                    "restart = \"transient\"\n"
                                    "[[fault]]\n"
                                    "name = \"a, \\\"fault\\\"\"\n"
                                    "inject = \"panic\"\n"
                                    "into = \"x;y<z>\"\n"
                                    "at = \"1s\"\n";

/// Two systems that write logs.
constexpr const char *flareScenario = "[scenario]\n"
                                      "dialect = \"ash-flare\"\n"
                                      "horizon = \"1m\"\n"
                                      "[supervisor.app]\n"
                                      "strategy = \"rest_for_one\"\n"
                                      "max_restarts = 1\n"
                                      "children = [\"a\", \"b\", \"loop\"]\n"
                                      "[worker.a]\n"
                                      "[worker.b]\n"
                                      "[supervisor.loop]\n"
                                      "dialect = \"processmanager\"\n"
                                      "children = [\"c\"]\n"
                                      "[worker.c]\n"
                                      "[[fault]]\n"
                                      "inject = \"exit\"\n"
                                      "reason = \"panic:lost\"\n"
                                      "into = \"c\"\n"
                                      "at = \"500ms\"\n"
                                      "[[fault]]\n"
                                      "inject = \"exit\"\n"
                                      "reason = \"error\"\n"
                                      "into = \"b\"\n"
                                      "every = \"1s\"\n"
                                      "count = 2\n"
                                      "[[command]]\n"
                                      "do = \"which_children\"\n"
                                      "to = \"app\"\n"
                                      "at = \"3s\"\n";

/// Splits a line as RFC 4180 has it.
QStringList cells(const QString &line)
{
    QStringList list(QString{});
    bool isQuoted = false;
    for (qsizetype i = 0; i < line.size(); ++i) {
        if (isQuoted && line[i] == u'"' && line.mid(i + 1, 1) == u"\"")
            list.last() += line[++i];
        else if (line[i] == u'"')
            isQuoted = !isQuoted;
        else if (line[i] == u',' && !isQuoted)
            list << QString();
        else
            list.last() += line[i];
    }
    return list;
}

/// How many rows a table has for any program that knows SQLite; -1 where it has none such.
int countOf(const QString &database, const QByteArray &table)
{
    sqlite3 *db = nullptr;
    sqlite3_stmt *statement = nullptr;
    int count = -1;
    if (sqlite3_open_v2(database.toUtf8(), &db, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK
        && sqlite3_prepare_v2(db, "select count(*) from " + table, -1, &statement, nullptr) == SQLITE_OK
        && sqlite3_step(statement) == SQLITE_ROW)
        count = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return count;
}

/// What is wrong with the XML, or nothing.
QString xmlProblem(const QString &text)
{
    QXmlStreamReader reader(text);
    while (!reader.atEnd())
        reader.readNext();
    return reader.hasError() ? reader.errorString() + " in line " + QString::number(reader.lineNumber())
                             : QString();
}

}

class TestExport : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void linesAreThoseOfRun();
    void theTableHasARowForEachEvent();
    void theTableQuotesWhatNeedsIt();
    void aDatabaseHasPlainRows();
    void aDatabaseNeedsAName();
    void theEndingOfTheFileSaysTheFormat();
    void graphsShowLimitsAndStarts();
    void graphsEscapeNames();
    void spansAreOpenTelemetrys();
    void spansAreTracksForPerfetto();
    void theLogStandsBesideTheSpans_data();
    void theLogStandsBesideTheSpans();
    void thePictureIsXml_data();
    void thePictureIsXml();
    void thePictureHasWhatHappened();
    void thePictureStaysSmall();
    void thePageNeedsNothingElse();
    void thePageEscapesNames();
    void thePageTellsWhatFailed();
    void aRecordedRunIsTakenToo();
    void aFileIsWrittenWholeOrNotAtAll();
    void misuseIsRefused_data();
    void misuseIsRefused();

private:
    Answer run(const QStringList &words, const QByteArray &input = {}) const
    {
        return daruma::cli::daruma(words, m_folder.path(), input);
    }
    QString exported(const QString &ref, const QString &format) const
    {
        const Answer answer = run({"export", ref, "--format", format});
        if (answer.code != 0)
            qWarning("%s", qPrintable(answer.err));
        return answer.out;
    }
    void write(const QString &name, const QByteArray &content) const
    {
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

    QTemporaryDir m_folder;
};

void TestExport::initTestCase()
{
    write("odd.toml", oddScenario);
    write("flare.toml", flareScenario);
}

void TestExport::linesAreThoseOfRun()
{
    QCOMPARE(exported("db-outage-30s", "jsonl"),
             run({"run", "db-outage-30s", "--format", "jsonl", "--record", "none"}).out);
}

void TestExport::theTableHasARowForEachEvent()
{
    const QStringList events = exported("db-outage-30s", "jsonl").split('\n', Qt::SkipEmptyParts);
    const QStringList rows = exported("db-outage-30s", "csv").split('\n', Qt::SkipEmptyParts);
    QCOMPARE(rows.size(), events.size() + 1);
    const QStringList header = cells(rows[0]);
    for (qsizetype i = 0; i < events.size(); ++i) {
        const QJsonObject event = QJsonDocument::fromJson(events[i].toUtf8()).object();
        const QStringList row = cells(rows[i + 1]);
        QCOMPARE(row.size(), header.size());
        for (const QString &field : event.keys()) {
            QVERIFY2(header.contains(field), qPrintable(field));
            QCOMPARE(row[header.indexOf(field)], event[field].toVariant().toString());
        }
    }
}

void TestExport::theTableQuotesWhatNeedsIt()
{
    const QString table = exported("odd.toml", "csv");
    QVERIFY(table.contains("\"a, \"\"fault\"\"\""));
}

void TestExport::aDatabaseHasPlainRows()
{
    const Answer answer = run({"export", "db-outage-30s", "--format", "sqlite", "--out", "plain.db"});
    QVERIFY2(answer.code == 0, qPrintable(answer.err));
    QCOMPARE(countOf(m_folder.filePath("plain.db"), "event"),
             int(exported("db-outage-30s", "jsonl").count('\n')));
    QCOMPARE(QDir(m_folder.path()).entryList({"*unfinished*"}), QStringList());
}

void TestExport::theEndingOfTheFileSaysTheFormat()
{
    for (const QString format : {"jsonl", "csv", "dot", "svg", "html"}) {
        const QString name = "by-ending." + format;
        QCOMPARE(run({"export", "db-outage-30s", "--out", name}).code, 0);
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(file.readAll()), run({"export", "db-outage-30s", "--format", format}).out);
    }
    QCOMPARE(run({"export", "db-outage-30s", "--out", "by-ending.db"}).code, 0);
    QVERIFY(countOf(m_folder.filePath("by-ending.db"), "event") > 0);
    QCOMPARE(run({"export", "db-outage-30s", "--out", "q.html", "--format", "svg"}).code, 0);
    QFile picture(m_folder.filePath("q.html"));
    QVERIFY(picture.open(QIODevice::ReadOnly) && picture.readAll().startsWith("<svg"));
}

void TestExport::aDatabaseNeedsAName()
{
    const Answer answer = run({"export", "db-outage-30s", "--format", "sqlite"});
    QCOMPARE(answer.code, 2);
    QVERIFY(answer.err.contains("--out"));
}

void TestExport::graphsShowLimitsAndStarts()
{
    const QString dot = exported("db-outage-30s", "dot");
    QVERIFY(dot.contains("[label=\"db_sup\\none_for_one, 1 restart in 5 s\\n2 starts\\ngave up\""));
    QVERIFY(dot.contains("[label=\"conn\\n4 starts\"]"));
    const QString mermaid = exported("db-outage-30s", "mermaid");
    QVERIFY(mermaid.startsWith("flowchart TD\n"));
    QVERIFY(mermaid.contains("([\"conn<br/>4 starts\"])"));
    QVERIFY(mermaid.contains("n0 --- n1"));
}

void TestExport::spansAreOpenTelemetrys()
{
    const QJsonObject root = QJsonDocument::fromJson(exported("odd.toml", "otlp").toUtf8()).object();
    const QJsonObject resource = root["resourceSpans"][0].toObject();
    const QJsonArray spans = resource["scopeSpans"][0]["spans"].toArray();
    QVERIFY(spans.size() > 4);
    QSet<QString> ids;
    for (const QJsonValue span : spans) {
        QCOMPARE(span["traceId"].toString().size(), 32);
        QCOMPARE(span["spanId"].toString().size(), 16);
        const QString parent = span["parentSpanId"].toString();
        QVERIFY(parent.isEmpty() || ids.contains(parent));
        ids << span["spanId"].toString();
        QVERIFY(span["startTimeUnixNano"].toString().toLongLong()
                <= span["endTimeUnixNano"].toString().toLongLong());
    }
}

void TestExport::spansAreTracksForPerfetto()
{
    const QJsonObject root = QJsonDocument::fromJson(exported("odd.toml", "perfetto").toUtf8()).object();
    QStringList names;
    for (const QJsonValue event : root["traceEvents"].toArray())
        names << event["name"].toString();
    for (const char *name : {"thread_name", "startup", "term", "try_restart"})
        QVERIFY2(names.contains(QString(name)), name);
    QVERIFY(names.filter("the fault").size() == 1);
}

void TestExport::theLogStandsBesideTheSpans_data()
{
    QTest::addColumn<QString>("format");
    QTest::newRow("as records of OpenTelemetry, in their spans") << "otlp";
    QTest::newRow("as instants for Perfetto") << "perfetto";
}

void TestExport::theLogStandsBesideTheSpans()
{
    QFETCH(QString, format);
    // Line by line where the document has none.
    QString text = exported("flare.toml", format);
    text.replace("},{\"traceId\"", "},\n{\"traceId\"")
        .replace("},{\"timeUnixNano\"", "},\n{\"timeUnixNano\"");
    QCOMPARE(differenceFromGolden("export-log." + format, text), QString());
}

void TestExport::graphsEscapeNames()
{
    const QString dot = exported("odd.toml", "dot");
    QVERIFY(dot.contains("label=\"a \\\"root\\\" & co\\n"));
    QVERIFY(dot.contains("label=\"pool × 3\\ntransient\""));
    const QString mermaid = exported("odd.toml", "mermaid");
    QVERIFY(mermaid.contains("x#59;y#60;z#62;"));
    QVERIFY(mermaid.contains("a #34;root#34; #38; co"));
}

void TestExport::thePictureIsXml_data()
{
    QTest::addColumn<QString>("ref");
    QTest::newRow("an incident") << "db-outage-30s";
    QTest::newRow("a long one") << "nested-defaults-blind-band";
    QTest::newRow("odd names") << "odd.toml";
}

void TestExport::thePictureIsXml()
{
    QFETCH(QString, ref);
    const QString picture = exported(ref, "svg");
    QVERIFY(!picture.isEmpty());
    QCOMPARE(xmlProblem(picture), QString());
    QVERIFY(picture.contains("prefers-color-scheme: dark"));
    // No network: the one address is the name of the format.
    QCOMPARE(picture.count("http"), qsizetype{1});
}

void TestExport::thePictureHasWhatHappened()
{
    const QString picture = exported("db-outage-30s", "svg");
    QVERIFY(picture.contains("<title>conn #2: running for 200 ms, 10 s to 10.2 s</title>"));
    QCOMPARE(picture.count("<path class=\"gave-up\""), qsizetype{4});  // three, and the legend's
    QVERIFY(picture.contains("class=\"why\""));
    QVERIFY(picture.contains("that time is cut out"));
    QVERIFY(picture.contains("app gave up 600 ms into an outage of 30 s"));
}

void TestExport::thePictureStaysSmall()
{
    write("crowd.toml", "[scenario]\nhorizon = \"1h\"\n[supervisor.app]\nmax_restarts = 100000\n"
                        "children = [\"w\"]\n[worker.w]\ncount = 300\nlifetime = \"exp(10s)\"\n");
    const QString picture = exported("crowd.toml", "svg");
    QCOMPARE(xmlProblem(picture), QString());
    QVERIFY2(picture.size() < 2'000'000, qPrintable(QString::number(picture.size())));
    QVERIFY(picture.contains("too short to be drawn apart"));
    QVERIFY(picture.contains("have no lane of their own"));
}

void TestExport::thePageNeedsNothingElse()
{
    const QString page = exported("db-outage-30s", "html");
    QVERIFY(page.startsWith("<!doctype html>"));
    QCOMPARE(page.count("<svg "), qsizetype{1});
    for (const char *outside : {"<link", "<script", "src=", "@import", "url("})
        QVERIFY2(!page.contains(outside), outside);
    for (const char *part : {"gave up", "Why", "What would have helped", "Expectations", "Restarts",
                             "The scenario", "daruma run db-outage-30s --seed 1"})
        QVERIFY2(page.contains(part), part);
}

void TestExport::thePageEscapesNames()
{
    const QString page = exported("odd.toml", "html");
    QVERIFY(!page.contains("<script>"));
    QVERIFY(page.contains("&lt;script&gt;alert(1)"));
    QVERIFY(page.contains("odd &lt;names&gt; &amp; &quot;quotes&quot;"));
}

void TestExport::thePageTellsWhatFailed()
{
    write("failing.toml",
          "[supervisor.app]\nmax_restarts = 0\nchildren = [\"a\"]\n[worker.a]\nlifetime = \"1s\"\n"
          "[[expect]]\nname = \"it lives\"\nalways = \"up(a)\"\n");
    const QString page = exported("failing.toml", "html");
    QVERIFY(page.contains("<td class=\"no\">✗</td><td>it lives</td>"));
    QVERIFY(page.contains("up(a) became false"));
}

void TestExport::aRecordedRunIsTakenToo()
{
    QCOMPARE(run({"run", "db-outage-30s", "--db", "runs.db"}).code, 0);
    QCOMPARE(exported("runs.db#1", "svg"), exported("db-outage-30s", "svg"));
    const Answer whole = run({"export", "runs.db", "--format", "sqlite", "--out", "whole.db"});
    QVERIFY2(whole.code == 0, qPrintable(whole.err));
}

void TestExport::aFileIsWrittenWholeOrNotAtAll()
{
    const Answer answer = run({"export", "db-outage-30s", "--format", "svg", "--out", "picture.svg"});
    QCOMPARE(answer.code, 0);
    QCOMPARE(answer.out, QString());
    QFile file(m_folder.filePath("picture.svg"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(QString::fromUtf8(file.readAll()), exported("db-outage-30s", "svg"));

    const Answer refused =
        run({"export", "db-outage-30s", "--format", "svg", "--out", "nowhere/picture.svg"});
    QCOMPARE(refused.code, 2);
    QVERIFY(refused.err.contains("nowhere/picture.svg"));
    QVERIFY(run({"export", "odd.tom", "--format", "svg", "--out", "none.svg"}).code == 3);
    QVERIFY(!QFile::exists(m_folder.filePath("none.svg")));
}

void TestExport::misuseIsRefused_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::newRow("no format") << QStringList{"export", "db-outage-30s"} << 2;
    QTest::newRow("an unknown format") << QStringList{"export", "db-outage-30s", "--format", "png"} << 2;
    QTest::newRow("no reference") << QStringList{"export", "--format", "svg"} << 2;
    QTest::newRow("no such scenario") << QStringList{"export", "nothing", "--format", "svg"} << 3;
    QTest::newRow("a run that is not there") << QStringList{"export", "runs.db#99", "--format", "svg"} << 3;
}

void TestExport::misuseIsRefused()
{
    QFETCH(QStringList, words);
    QFETCH(int, code);
    const Answer answer = run(words);
    QVERIFY2(answer.code == code, qPrintable(QString::number(answer.code) + answer.err));
    QVERIFY(!answer.err.isEmpty());
    QCOMPARE(answer.out, QString());
}

QTEST_APPLESS_MAIN(TestExport)
#include "tst_export.moc"
