#include "resources/resources.h"
#include "tests/cli/program.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace daruma::cli;

namespace {

QStringList shippedNames()
{
    QStringList names;
    for (const daruma::Resource &resource : daruma::shippedScenarios())
        names << QString::fromUtf8(resource.name.data(), qsizetype(resource.name.size()));
    return names;
}

}

class TestDemo : public QObject {
    Q_OBJECT

private slots:
    void withoutArgumentsTheIncidentsAreListed();
    void namesAreAligned();
    void everyIncidentEndsWithItsFinding_data();
    void everyIncidentEndsWithItsFinding();
    void itNeedsAndWritesNothing();
    void aMisspeltNameIsCorrected();
    void theDocumentHoldsTheFinding();

private:
    Answer run(const QStringList &words) const { return daruma::cli::daruma(words, m_folder.path()); }

    QTemporaryDir m_folder;
};

void TestDemo::withoutArgumentsTheIncidentsAreListed()
{
    const Answer answer = run({});
    QCOMPARE(answer.code, 0);
    for (const QString &name : shippedNames())
        QVERIFY2(answer.out.contains("\n  " + name + " "), qPrintable(name));
    QCOMPARE(answer.out, run({"demo"}).out);
}

void TestDemo::namesAreAligned()
{
    qsizetype column = -1;
    for (const QString &line : run({"demo"}).out.split('\n')) {
        QVERIFY2(line.size() <= 100, qPrintable(line));
        if (!line.startsWith("  ") || line.startsWith("   "))
            continue;
        const qsizetype gap = line.indexOf("  ", 2);
        qsizetype about = gap;
        while (line[about] == u' ')
            ++about;
        if (column < 0)
            column = about;
        QCOMPARE(about, column);
    }
    QVERIFY(column > 0);
}

void TestDemo::everyIncidentEndsWithItsFinding_data()
{
    QTest::addColumn<QString>("name");
    for (const QString &name : shippedNames())
        QTest::newRow(qPrintable(name)) << name;
}

void TestDemo::everyIncidentEndsWithItsFinding()
{
    QFETCH(QString, name);
    const Answer answer = run({"demo", name, "--quiet"});
    QCOMPARE(answer.code, 0);
    QFile golden(QStringLiteral(DARUMA_SOURCE_DIR "/tests/scenarios/findings.txt"));
    QVERIFY(golden.open(QIODevice::ReadOnly));
    const QString prefix = name + ": ";
    for (const QString &line : QString::fromUtf8(golden.readAll()).split('\n'))
        if (line.startsWith(prefix))
            QVERIFY2(answer.out.simplified().endsWith(line.mid(prefix.size())), qPrintable(answer.out));
    QCOMPARE(answer.err, QString());
}

void TestDemo::itNeedsAndWritesNothing()
{
    QTemporaryDir folder;
    const Answer answer =
        daruma::cli::daruma({"demo", "db-outage-30s"}, folder.path(), {}, QProcessEnvironment());
    QCOMPARE(answer.code, 0);
    QVERIFY(QDir(folder.path()).isEmpty());
}

void TestDemo::aMisspeltNameIsCorrected()
{
    const Answer answer = run({"demo", "db-outage-30"});
    QCOMPARE(answer.code, 2);
    QVERIFY(answer.err.contains("Did you mean `db-outage-30s`?"));
}

void TestDemo::theDocumentHoldsTheFinding()
{
    const auto list = QJsonDocument::fromJson(run({"demo", "--format", "json"}).out.toUtf8()).object();
    QCOMPARE(list["incidents"].toArray().size(), shippedNames().size());
    const auto one =
        QJsonDocument::fromJson(run({"demo", "db-outage-30s", "--format", "json"}).out.toUtf8()).object();
    QCOMPARE(one["outcome"].toString(), "gave_up");
    QVERIFY(one["finding"].toString().startsWith("app gave up 600 ms"));
}

QTEST_APPLESS_MAIN(TestDemo)
#include "tst_demo.moc"
