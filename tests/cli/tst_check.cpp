#include "tests/cli/program.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace daruma::cli;

class TestCheck : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void theExitCodeTellsWhatWasFound_data();
    void theExitCodeTellsWhatWasFound();
    void aFindingNamesFileAndLine();
    void quietLeavesNotesOut();
    void everyFileIsCheckedWhateverTheOthersHold();
    void theDocumentHoldsEverything();
    void annotationsAreEscaped();
    void nothingIsWritten();
    void standardInputIsRead();

private:
    Answer run(const QStringList &words, const QByteArray &input = {}) const
    {
        return daruma::cli::daruma(words, m_folder.path(), input);
    }
    void write(const QString &name, const QByteArray &content) const
    {
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

    QTemporaryDir m_folder;
};

void TestCheck::initTestCase()
{
    write("good.toml", "[supervisor.app]\nmax_restarts = 5\nchildren = [\"a\"]\n[worker.a]\n");
    write("noted.toml", "[supervisor.app]\nchildren = [\"a\", \"b\"]\n[worker.a]\n[worker.b]\n");
    write("found, 100%.toml", "[supervisor.app]\nchildren = [\"a\"]\n[worker.a]\nbackoff = \"1m\"\n");
    write("broken.toml", "[supervisor.app]\nchildren = [\"a\"]\n");
}

void TestCheck::theExitCodeTellsWhatWasFound_data()
{
    QTest::addColumn<QStringList>("files");
    QTest::addColumn<int>("code");
    QTest::newRow("nothing") << QStringList{"good.toml"} << 0;
    QTest::newRow("notes") << QStringList{"noted.toml"} << 0;
    QTest::newRow("findings") << QStringList{"good.toml", "found, 100%.toml"} << 1;
    QTest::newRow("a file that breaks the format") << QStringList{"found, 100%.toml", "broken.toml"} << 3;
    QTest::newRow("no such file") << QStringList{"good.toml", "nothing.toml"} << 3;
    QTest::newRow("no file at all") << QStringList{} << 2;
}

void TestCheck::theExitCodeTellsWhatWasFound()
{
    QFETCH(QStringList, files);
    QFETCH(int, code);
    for (const char *format : {"text", "json", "github"}) {
        const Answer answer = run(QStringList{"check", "--format", format} + files);
        QVERIFY2(answer.code == code,
                 qPrintable(QString(format) + QString::number(answer.code) + answer.err));
    }
}

void TestCheck::aFindingNamesFileAndLine()
{
    const Answer answer = run({"check", "found, 100%.toml"});
    QVERIFY2(answer.out.startsWith("found, 100%.toml:4: a can fail for ever and app never gives up"),
             qPrintable(answer.out));
    QVERIFY(answer.out.endsWith("[limit-cannot-trip]\n"));
}

void TestCheck::quietLeavesNotesOut()
{
    QVERIFY(run({"check", "noted.toml"}).out.contains("noted.toml:1: note: "));
    const Answer quiet = run({"check", "noted.toml", "--quiet"});
    QCOMPARE(quiet.out + quiet.err, QString());
}

void TestCheck::everyFileIsCheckedWhateverTheOthersHold()
{
    const Answer answer = run({"check", "nothing.toml", "broken.toml", "found, 100%.toml"});
    QVERIFY(answer.err.contains("nothing.toml"));
    QVERIFY(answer.err.contains("broken.toml:2:"));
    QVERIFY(answer.out.contains("found, 100%.toml:4:"));
}

void TestCheck::theDocumentHoldsEverything()
{
    const Answer answer =
        run({"check", "good.toml", "found, 100%.toml", "broken.toml", "--format", "json", "--quiet"});
    const QJsonArray files = QJsonDocument::fromJson(answer.out.toUtf8()).object()["files"].toArray();
    QCOMPARE(files.size(), 3);
    QCOMPARE(files[0].toObject()["valid"].toBool(), true);
    QCOMPARE(files[0].toObject()["findings"].toArray().size(), 0);
    const QJsonObject finding = files[1].toObject()["findings"].toArray().at(0).toObject();
    QCOMPARE(finding["line"].toInt(), 4);
    QCOMPARE(finding["check"].toString(), "limit-cannot-trip");
    QCOMPARE(finding["severity"].toString(), "finding");
    QCOMPARE(files[2].toObject()["valid"].toBool(), false);
    QCOMPARE(files[2].toObject()["errors"].toArray().at(0).toObject()["line"].toInt(), 2);
}

void TestCheck::annotationsAreEscaped()
{
    const Answer answer = run({"check", "found, 100%.toml", "broken.toml", "--format", "github"});
    QVERIFY2(
        answer.out.contains("::warning file=found%2C 100%25.toml,line=4,title=limit-cannot-trip::a can fail"),
        qPrintable(answer.out));
    QVERIFY(answer.out.contains("::error file=broken.toml,line=2,"));
}

void TestCheck::nothingIsWritten()
{
    QTemporaryDir folder;
    QCOMPARE(daruma::cli::daruma({"check", "db-outage-30s"}, folder.path()).code, 0);
    QVERIFY(QDir(folder.path()).isEmpty());
}

void TestCheck::standardInputIsRead()
{
    const Answer answer =
        run({"check", "-"}, "[supervisor.app]\nchildren = [\"a\"]\n[worker.a]\nbackoff = \"1m\"\n");
    QCOMPARE(answer.code, 1);
    QVERIFY(answer.out.startsWith("<stdin>:4:"));
}

QTEST_APPLESS_MAIN(TestCheck)
#include "tst_check.moc"
