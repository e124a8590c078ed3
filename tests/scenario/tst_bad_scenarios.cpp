#include "tests/scenario/reading.h"

#include <QFileInfo>
#include <QSet>
#include <QTest>

using namespace daruma;
using namespace daruma::test;

/// Each NAME.toml in tests/scenario/bad breaks one rule; NAME.txt is what the user then reads.
/// DARUMA_UPDATE_GOLDEN=1 writes the .txt files: read their difference before you commit it.
class BadScenarios : public QObject {
    Q_OBJECT

private slots:
    void eachIsAnsweredAsWritten_data();
    void eachIsAnsweredAsWritten();
    void everyAnswerBelongsToAFile();
    void everyPlaceLiesInTheFile();
};

void BadScenarios::eachIsAnsweredAsWritten_data()
{
    QTest::addColumn<QString>("path");
    for (const QString &path : filesIn("tests/scenario/bad", "*.toml"))
        QTest::newRow(qPrintable(QFileInfo(path).completeBaseName().replace(u'_', u' '))) << path;
}

void BadScenarios::eachIsAnsweredAsWritten()
{
    QFETCH(QString, path);
    const std::string name = QFileInfo(path).fileName().toStdString();
    const auto scenario = readScenario(contentOf(path), name);
    QVERIFY2(!scenario, "it was read without a problem");
    const QString answer = shown(scenario.error(), name);
    const QString goldenPath = path.chopped(5) + ".txt";
    if (qEnvironmentVariableIsSet("DARUMA_UPDATE_GOLDEN")) {
        QFile golden(goldenPath);
        QVERIFY(golden.open(QIODevice::WriteOnly));
        golden.write(answer.toUtf8());
    }
    QCOMPARE(answer, QString::fromStdString(contentOf(goldenPath)));
}

void BadScenarios::everyAnswerBelongsToAFile()
{
    const QStringList answers = filesIn("tests/scenario/bad", "*.txt");
    QVERIFY(answers.size() >= 60);
    for (const QString &answer : answers)
        QVERIFY2(QFileInfo::exists(answer.chopped(4) + ".toml"), qPrintable(answer));
}

void BadScenarios::everyPlaceLiesInTheFile()
{
    for (const QString &path : filesIn("tests/scenario/bad", "*.toml")) {
        const std::string text = contentOf(path);
        const QStringList lines = QString::fromStdString(text).split(u'\n');
        const auto scenario = readScenario(text, "x.toml");
        QVERIFY(!scenario);
        for (const Problem &problem : scenario.error()) {
            if (problem.line == 0)
                continue;
            QVERIFY2(problem.line <= lines.size(), qPrintable(path));
            QVERIFY2(problem.column <= lines[problem.line - 1].size() + 1, qPrintable(path));
            QVERIFY(problem.caret <= QString::fromStdString(problem.lineText).size());
        }
    }
}

QTEST_APPLESS_MAIN(BadScenarios)
#include "tst_bad_scenarios.moc"
