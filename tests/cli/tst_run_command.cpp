#include "tests/cli/program.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace daruma::cli;

class TestRunCommand : public QObject {
    Q_OBJECT

private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void aRunReadsAsItAlwaysDid_data();
    void aRunReadsAsItAlwaysDid();
    void theExitCodeSaysWhetherExpectationsAreMet_data();
    void theExitCodeSaysWhetherExpectationsAreMet();
    void everyLineOfJsonlIsAnEventWithItsFields();
    void theDocumentHasTheFieldsOfTheContract();
    void standardInputIsAScenario();
    void aRunIsRecordedUnlessNobodyWantsIt();
    void aScenarioThatIsWrongStartsAndWritesNothing();
    void aLongRunIsToldInFortyLines();
    void aLongRunIsToldInLittleMemory_data();
    void aLongRunIsToldInLittleMemory();
    void annotationsNameFileAndLineOfAFailedExpectation();
    void theReproLineRunsAgainAndNoticesAnotherScenario();
    void anotherRunThanTheExpectedOneIsNeitherPrintedNorRecorded();
    void outputThatIsNoTerminalHasNoColours();
    void theNumbersOfEventsAreThoseThatExplainTakes();
    void aPlannedShutdownIsNamedWhereItAloneFailedAnExpectation();
    void aCutRunLeavesExpectationsUndecided();

private:
    Answer run(const QStringList &words, const QByteArray &input = {}) const
    {
        return daruma::cli::daruma(words, m_folder->path(), input);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestRunCommand::aRunReadsAsItAlwaysDid_data()
{
    QTest::addColumn<QString>("scenario");
    QTest::newRow("budgets of two levels are used up") << "db-outage-30s";
    QTest::newRow("a repetition is summed up") << "nested-defaults-blind-band";
    QTest::newRow("failed starts climb up") << "refused-in-init";
    QTest::newRow("a shutdown by command") << "control-must-fail";
}

void TestRunCommand::aRunReadsAsItAlwaysDid()
{
    QFETCH(QString, scenario);
    const Answer answer = run({"run", scenario, "--record", "none"});
    QCOMPARE(answer.code, 0);
    QCOMPARE(answer.err, QString());
    QCOMPARE(differenceFromGolden("run-" + scenario + ".txt", answer.out), QString());
}

void TestRunCommand::theExitCodeSaysWhetherExpectationsAreMet_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    const QStringList control{"run", "control-must-fail", "--record", "none", "--quiet"};
    QTest::newRow("all are met") << control << 0;
    for (const QString plant : {"restart-forgotten", "limit-off-by-one", "stop-order", "orphan-left"})
        QTest::addRow("a rule is broken: %s", qPrintable(plant))
            << control + QStringList{"--plant", plant} << 1;
    QTest::newRow("a limit cuts the run") << control + QStringList{"--limit-events", "10"} << 1;
    QTest::newRow("there is no such scenario") << QStringList{"run", "nowhere.toml"} << 3;
    QTest::newRow("a setting has no value") << control + QStringList{"--set", "supervisor.app"} << 2;
    QTest::newRow("a setting has an unknown key")
        << control + QStringList{"--set", "supervisor.app.colour=1"} << 3;
    QTest::newRow("the seed is no number") << control + QStringList{"--seed", "many"} << 2;
}

void TestRunCommand::theExitCodeSaysWhetherExpectationsAreMet()
{
    QFETCH(QStringList, words);
    QFETCH(int, code);
    const Answer answer = run(words);
    QCOMPARE(answer.code, code);
    QCOMPARE(answer.err.isEmpty(), code < 2);
}

void TestRunCommand::everyLineOfJsonlIsAnEventWithItsFields()
{
    const Answer answer = run({"run", "db-outage-30s", "--format", "jsonl", "--record", "none"});
    const QStringList lines = answer.out.split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 41);
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QJsonObject event = QJsonDocument::fromJson(lines[i].toUtf8()).object();
        QCOMPARE(event["seq"].toInt(-1), i);
        for (const QString field : {"t_ns", "event", "node", "incarnation", "cause"})
            QVERIFY2(event.contains(field), qPrintable(field + " is missing in " + lines[i]));
        QVERIFY(event["cause"].isNull() || event["cause"].toInt() < i);
    }
    QCOMPARE(lines[14],
             QString("{\"seq\":14,\"t_ns\":10000000000,\"event\":\"restart\",\"node\":\"app/db_sup/conn\","
                     "\"incarnation\":1,\"cause\":13,\"reason\":\"panic\",\"strategy\":\"one_for_one\","
                     "\"in_window\":1,\"allowed\":1,\"delay_ns\":0}"));
}

void TestRunCommand::theDocumentHasTheFieldsOfTheContract()
{
    const Answer answer = run({"run", "db-outage-30s", "--format", "json", "--record", "none"});
    const QJsonObject document = QJsonDocument::fromJson(answer.out.toUtf8()).object();
    for (const QString field : {"scenario", "seed", "dialect", "outcome", "end_ns", "events", "restarts",
                                "fingerprint", "expectations", "chain", "repro"})
        QVERIFY2(document.contains(field), qPrintable(field));
    QCOMPARE(document["outcome"].toString(), QString("gave_up"));
    QCOMPARE(document["expectations"].toArray().size(), 4);
    const QJsonArray chain = document["chain"].toArray();
    QCOMPARE(chain.first().toObject()["event"].toString(), QString("gave_up"));
    QCOMPARE(chain.last().toObject()["event"].toString(), QString("fault"));
}

void TestRunCommand::standardInputIsAScenario()
{
    const QByteArray text = "[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n";
    const Answer answer = run({"run", "-", "--record", "none"}, text);
    QCOMPARE(answer.code, 0);
    QVERIFY2(answer.err.contains("`--repro FILE` keeps it"), qPrintable(answer.err));
    const Answer recorded = run({"run", "-"}, text);
    QVERIFY2(recorded.err.contains("`daruma replay 'daruma.db#1'` runs it again"), qPrintable(recorded.err));
    QCOMPARE(run({"replay", "daruma.db#1"}).code, 0);
}

void TestRunCommand::aRunIsRecordedUnlessNobodyWantsIt()
{
    run({"run", "db-outage-30s", "--record", "none"});
    QVERIFY(!QFile::exists(m_folder->filePath("daruma.db")));
    const Answer noisy = run({"run", "db-outage-30s"});
    QCOMPARE(noisy.err, QString("recorded as run 1 in %1\n").arg(m_folder->filePath("daruma.db")));
    QCOMPARE(run({"run", "db-outage-30s", "--quiet"}).err, QString());
    QCOMPARE(run({"query", "daruma.db", "select count(*) from run"}).out,
             QString("count(*)\n--------\n       2\n"));
}

void TestRunCommand::aScenarioThatIsWrongStartsAndWritesNothing()
{
    const Answer answer = run({"run", "-"}, "[supervisor.app]\nchildren = [\"w\", \"v\"]\nstrateg = 1\n");
    QCOMPARE(answer.code, 3);
    QCOMPARE(answer.out, QString());
    QVERIFY2(answer.err.contains("<stdin>:3:1: "), qPrintable(answer.err));
    QVERIFY(!QFile::exists(m_folder->filePath("daruma.db")));
}

void TestRunCommand::aLongRunIsToldInFortyLines()
{
    const QByteArray text = "[scenario]\nhorizon = \"1h\"\n[supervisor.app]\nmax_restarts = 100000\n"
                            "children = [\"w\", \"v\"]\n[worker.w]\ncount = 9\nlifetime = \"exp(5s)\"\n"
                            "[worker.v]\nlifetime = \"exp(3s)\"\n";
    const QString out = run({"run", "-", "--record", "none"}, text).out;
    QVERIFY2(out.count(u'\n') <= 50, qPrintable(QString::number(out.count(u'\n'))));
    QVERIFY2(out.contains("lines left out"), qPrintable(out));
}

void TestRunCommand::aLongRunIsToldInLittleMemory_data()
{
    QTest::addColumn<QString>("format");
    QTest::newRow("text") << "text";
    QTest::newRow("json") << "json";
}

void TestRunCommand::aLongRunIsToldInLittleMemory()
{
    QFETCH(QString, format);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("a sanitizer's shadow takes terabytes of addresses");
#endif
    // As they are, these events would take 192 MB.
    constexpr int events = 4'000'000;
    QFile file(m_folder->filePath("long.toml"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("[scenario]\nname = \"long\"\nhorizon = \"100000h\"\n"
               "[supervisor.app]\nmax_restarts = 1000000\nchildren = [\"w\"]\n"
               "[worker.w]\nlifetime = \"exp(10ms)\"\n");
    file.close();
    QProcess shell;
    shell.setWorkingDirectory(m_folder->path());
    shell.start("sh",
                {"-c", QStringLiteral("ulimit -v 160000 && exec '" DARUMA_BIN_DIR
                                      "/daruma' run long.toml --record none --limit-events %1 --format %2")
                           .arg(events)
                           .arg(format)});
    QVERIFY(shell.waitForFinished(120'000));
    QCOMPARE(shell.readAllStandardError(), QByteArray());
    QCOMPARE(shell.exitCode(), 1);  // a truncated run counts as failed
    QVERIFY(shell.readAllStandardOutput().contains("truncated"));
}

void TestRunCommand::annotationsNameFileAndLineOfAFailedExpectation()
{
    const QByteArray text =
        "[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n\n[[expect]]\nname = \"it falls\"\n"
        "finally = \"down(w)\"\n";
    const Answer answer = run({"run", "-", "--record", "none", "--format", "github"}, text);
    QCOMPARE(answer.code, 1);
    QVERIFY2(answer.out.startsWith("::error file=<stdin>,line=5,title=it falls::failed at "),
             qPrintable(answer.out));
}

void TestRunCommand::theReproLineRunsAgainAndNoticesAnotherScenario()
{
    const Answer first = run({"run", "db-outage-30s", "--record", "none", "--seed", "7", "--set",
                              "fault.\"the database is down\".lasts=300ms"});
    const QString line = first.out.trimmed().section(u'\n', -1);
    QVERIFY2(line.startsWith("daruma run db-outage-30s --seed 7 --set 'fault.\"the"), qPrintable(line));
    QCOMPARE(run({"replay", line}).code, 0);
    QString other = line;
    other.replace("run db-outage-30s", "run refused-in-init");
    other.remove(other.indexOf("--set"), other.indexOf("--dialect") - other.indexOf("--set"));
    const Answer refused = run({"replay", other});
    QCOMPARE(refused.code, 4);
    QVERIFY2(refused.err.contains("another scenario"), qPrintable(refused.err));
}

void TestRunCommand::anotherRunThanTheExpectedOneIsNeitherPrintedNorRecorded()
{
    const QString line = run({"run", "db-outage-30s", "--record", "none"}).out.trimmed().section(u'\n', -1);
    QStringList words = line.split(u' ').mid(1);
    const Answer same = run(words);
    QCOMPARE(same.code, 0);
    QVERIFY(QFile::remove(m_folder->filePath("daruma.db")));
    words[words.indexOf("--seed") + 1] = "2";
    words += {"--set", "supervisor.app.max_restarts=2"};
    const Answer other = run(words);
    QCOMPARE(other.code, 4);
    QCOMPARE(other.out, QString());
    QVERIFY2(other.err.startsWith("db-outage-30s: this run is another than the line was made from"),
             qPrintable(other.err));
    QVERIFY(!QFile::exists(m_folder->filePath("daruma.db")));
}

void TestRunCommand::theNumbersOfEventsAreThoseThatExplainTakes()
{
    const QString out = run({"run", "db-outage-30s", "--record", "none", "--numbers"}).out;
    const QRegularExpressionMatch line = QRegularExpression("#(\\d+) +10.4 s  conn ended").match(out);
    QVERIFY2(line.hasMatch(), qPrintable(out));
    const QString why = run({"explain", "db-outage-30s", "--seq", line.captured(1)}).out;
    QVERIFY2(why.startsWith("  conn ended (panic) at 10.4 s"), qPrintable(why));
}

void TestRunCommand::aPlannedShutdownIsNamedWhereItAloneFailedAnExpectation()
{
    const QByteArray text = "[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n"
                            "[[command]]\nat = \"28m\"\ndo = \"shutdown\"\nto = \"app\"\n"
                            "[[expect]]\nname = \"x\"\nalways = \"up(w)\"\n";
    const QString out = run({"run", "-", "--record", "none"}, text).out.simplified();
    const QString idiom = "time < 28m implies (up(w))";
    QVERIFY2(out.contains("write always = '" + idiom + "'"), qPrintable(out));
    // What the hint says is what helps.
    QByteArray mended = text;
    mended.replace("\"up(w)\"", ('"' + idiom + '"').toUtf8());
    const Answer answer = run({"run", "-", "--record", "none"}, mended);
    QCOMPARE(answer.code, 0);
    QVERIFY(!answer.out.contains("hint"));
}

void TestRunCommand::aCutRunLeavesExpectationsUndecided()
{
    const QStringList words{"run", "db-outage-30s", "--record", "none", "--limit-events", "10"};
    const Answer text = run(words);
    QCOMPARE(text.code, 1);
    QVERIFY2(text.out.contains("4 of 4 expectations undecided; cut short: the limit is 10 events a run"),
             qPrintable(text.out));
    QVERIFY(!text.out.contains("FAILED"));
    const QJsonObject document =
        QJsonDocument::fromJson(run(words + QStringList{"--format", "json"}).out.toUtf8()).object();
    QCOMPARE(document["outcome"].toString(), QString("truncated"));
    for (const QJsonValue one : document["expectations"].toArray()) {
        QVERIFY(one["passed"].isNull());
        QVERIFY(one["t_ns"].isNull());
    }
}

void TestRunCommand::outputThatIsNoTerminalHasNoColours()
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("TERM", "xterm-256color");
    const Answer answer =
        daruma::cli::daruma({"run", "db-outage-30s", "--record", "none"}, m_folder->path(), {}, environment);
    QVERIFY(!answer.out.contains(u'\x1b'));
    for (const QChar c : answer.out)
        QVERIFY2(c.unicode() < 128, qPrintable(answer.out));
}

QTEST_GUILESS_MAIN(TestRunCommand)

#include "tst_run_command.moc"
