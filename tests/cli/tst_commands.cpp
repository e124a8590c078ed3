#include "tests/cli/program.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace daruma::cli;

class TestCommands : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void misuseIsExplained_data();
    void misuseIsExplained();
    void aFileThatIsNotThereIsLikeNoOther();
    void everyCommandExplainsItselfWithAnExample_data();
    void everyCommandExplainsItselfWithAnExample();
    void helpIsFoundByOtherWords_data();
    void helpIsFoundByOtherWords();
    void helpPagesHaveNoMarkdown_data();
    void helpPagesHaveNoMarkdown();
    void tablesOfTheHelpAreAligned();
    void aRecordedRunReplaysTheSame_data();
    void aRecordedRunReplaysTheSame();
    void aReplayThatDivergesSaysSo();
    void aReproFileThatIsNotWholeSaysWhy_data();
    void aReproFileThatIsNotWholeSaysWhy();
    void explainGoesBackToTheFault();
    void explainProvesItsCausesInJsonToo();
    void explainRefusesAnEventThatThereIsNot();
    void shrinkWritesAScenarioThatFailsInTheSameWay();
    void diffNamesTheFirstDifference();
    void showListsRunsAndShowsOne();
    void showNamesDialectsThatAreNotTheUsualOne();
    void aMessageStandsInTheTimelineAndInItsEvent();
    void checkTakesADialectAndSettings();
    void aScenarioMayHaveASeed();
    void queryOnlyReads();
    void documentsAreJson_data();
    void documentsAreJson();
    void anOutputThatTakesNothingIsAnError();

private:
    Answer run(const QStringList &words) const { return daruma::cli::daruma(words, m_folder.path()); }

    QTemporaryDir m_folder;
};

void TestCommands::initTestCase()
{
    qputenv("SOURCE_DATE_EPOCH", "1700000000");
    QCOMPARE(run({"run", "db-outage-30s", "--repro", "first.repro"}).code, 0);
    run({"run", "db-outage-30s", "--set", "supervisor.app.max_restarts=2"});
}

void TestCommands::misuseIsExplained_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("says");
    QTest::newRow("a misspelt command") << QStringList{"rum"} << "Did you mean `run`?";
    QTest::newRow("a misspelt option") << QStringList{"run", "x", "--sed", "1"}
                                       << "there is no option `--sed`\nDid you mean `--seed` or `--set`?";
    QTest::newRow("an option before the command") << QStringList{"--quiet", "run"} << "options stand behind";
    QTest::newRow("no scenario") << QStringList{"run"}
                                 << "daruma run: SCENARIO is missing: a file, - for standard input, or the "
                                    "name of a shipped scenario\n"
                                    "For example: daruma run db-outage-30s --seed 7";
    QTest::newRow("one REF of two") << QStringList{"diff", "daruma.db#1"}
                                    << "daruma diff: REF is to be given 2 times, not 1: two of: ";
    QTest::newRow("one argument too many")
        << QStringList{"run", "db-outage-30s", "twice"} << "daruma run: one argument too many: `twice`";
    QTest::newRow("an unknown format")
        << QStringList{"schema", "--format", "xml"}
        << "daruma schema: --format takes text or json, not `xml`\nFor example: --format text";
    QTest::newRow("a misspelt format") << QStringList{"run", "db-outage-30s", "--format", "jason"}
                                       << "--format takes text, json, jsonl or github, not `jason`\nDid you "
                                          "mean `json`?";
    for (const char *option : {"--seed", "--limit-events", "--limit-nodes", "--expect-rules"}) {
        for (const char *value : {"abc", "-1", "1.5", "99999999999999999999999", ""})
            QTest::addRow("%s is \"%s\"", option, value)
                << QStringList{"run", "db-outage-30s", option, value}
                << QString("daruma run: %1 takes a whole number from 0, not `%2`\nFor example: %1 7")
                       .arg(option, value);
    }
    QTest::newRow("an option without its value")
        << QStringList{"run", "db-outage-30s", "--seed"}
        << "daruma run: --seed needs a value: a whole number from 0\nFor example: --seed 7";
    for (const char *value : {"zz", "", "0123456789abcdef0123456789abcdef0"})
        QTest::addRow("a fingerprint that is none: \"%s\"", value)
            << QStringList{"run", "db-outage-30s", "--expect-run", value}
            << QString("--expect-run takes the fingerprint of a repro line, 1 to 32 hex digits, not `%1`")
                   .arg(value);
    QTest::newRow("a page without a format") << QStringList{"export", "db-outage-30s"} << "which format?";
    QTest::newRow("a page with an unknown ending")
        << QStringList{"export", "db-outage-30s", "--out", "x.pdf"} << "the ending of x.pdf tells none";
    QTest::newRow("a run as one JSON object")
        << QStringList{"export", "db-outage-30s", "--format", "json"} << "--format jsonl writes every event";
    QTest::newRow("a file as one JSON object")
        << QStringList{"export", "db-outage-30s", "--out", "x.json"} << "--format jsonl writes every event";
    QTest::newRow("a database without a run") << QStringList{"explain", "daruma.db"} << "daruma.db#1";
    QTest::newRow("nothing to compare with") << QStringList{"replay", "db-outage-30s"} << "no recorded run";
    QTest::newRow("a repro file as a scenario")
        << QStringList{"run", "first.repro"} << "daruma replay first.repro";
    QTest::newRow("a misspelt topic") << QStringList{"help", "determinsm"} << "Did you mean `determinism`?";
    QTest::newRow("the beginning of two commands") << QStringList{"help", "sch"} << "`schema` or `schedule`?";
    QTest::newRow("a topic that nothing is like") << QStringList{"help", "zzz"} << "`daruma help` lists them";
    QTest::newRow("a misspelt dialect") << QStringList{"dialects", "elixr"} << "Did you mean `elixir`?";
}

void TestCommands::misuseIsExplained()
{
    QFETCH(QStringList, words);
    QFETCH(QString, says);
    const Answer answer = run(words);
    QCOMPARE(answer.code, 2);
    QCOMPARE(answer.out, QString());
    QVERIFY2(answer.err.contains(says), qPrintable(answer.err));
}

void TestCommands::aFileThatIsNotThereIsLikeNoOther()
{
    // The ending alone makes no likeness.
    const Answer answer = run({"run", "nope.toml"});
    QCOMPARE(answer.code, 3);
    QVERIFY2(answer.err.contains("`daruma demo` lists the shipped ones."), qPrintable(answer.err));
    QVERIFY(run({"run", "db-outage-30.toml"}).err.contains("Did you mean `db-outage-30s`?"));
}

void TestCommands::everyCommandExplainsItselfWithAnExample_data()
{
    QTest::addColumn<QString>("command");
    for (const QString command : {"run", "sweep", "check", "replay", "explain", "shrink", "diff", "show",
                                  "query", "export", "merge", "schema", "dialects", "help", "demo"})
        QTest::addRow("%s", qPrintable(command)) << command;
}

void TestCommands::everyCommandExplainsItselfWithAnExample()
{
    QFETCH(QString, command);
    const Answer answer = run({command, "--help"});
    QCOMPARE(answer.code, 0);
    QVERIFY2(answer.out.contains(QRegularExpression("Examples?:\n  daruma " + command)),
             qPrintable(answer.out));
    QCOMPARE(run({"help", command}).code, 0);
}

void TestCommands::helpIsFoundByOtherWords_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("begins");
    QTest::newRow("the name of a table") << "expect"
                                         << "Expectations\n============\n";
    QTest::newRow("the beginning of a topic") << "deter"
                                              << "Determinism: the same run again, anywhere\n=";
    QTest::newRow("the beginning of a command") << "schem"
                                                << "Prints";
    QTest::newRow("a key of one table") << "max_restarts"
                                        << "[supervisor.NAME]\n-----------------\n";
    QTest::newRow("a word of OTP") << "intensity"
                                   << "[supervisor.NAME]\n";
    QTest::newRow("a part of a page") << "fault"
                                      << "[[fault]]\n---------\n\nkey ";
    QTest::newRow("what a message names") << "finding"
                                          << "The finding of a scenario\n";
}

void TestCommands::helpIsFoundByOtherWords()
{
    QFETCH(QString, word);
    QFETCH(QString, begins);
    const Answer answer = run({"help", word});
    QCOMPARE(answer.code, 0);
    QVERIFY2(answer.out.startsWith(begins), qPrintable(answer.out.left(200)));
}

void TestCommands::helpPagesHaveNoMarkdown_data()
{
    QTest::addColumn<QString>("topic");
    for (const char *topic : {"causes", "checks", "ci", "clusters", "command-line", "database", "determinism",
                              "expectations", "incidents", "scenario", "shrink"})
        QTest::addRow("%s", topic) << topic;
}

void TestCommands::helpPagesHaveNoMarkdown()
{
    QFETCH(QString, topic);
    const QString page = run({"help", topic}).out;
    QVERIFY(page.size() > 500);
    static const QRegularExpression marks("^(\\||#|```)|\\*\\*", QRegularExpression::MultilineOption);
    QVERIFY2(!marks.match(page).hasMatch(), qPrintable(marks.match(page).captured()));
    for (const QString &line : page.split(u'\n')) {
        QVERIFY2(line.size() <= 100 || line.startsWith("    "), qPrintable(line));
        QVERIFY2(!line.endsWith(u' '), qPrintable(line));
    }
}

void TestCommands::tablesOfTheHelpAreAligned()
{
    const QStringList lines = run({"help", "exit-codes"}).out.split(u'\n');
    QCOMPARE(lines.mid(3, 4),
             (QStringList{"code  means", "----  " + QString(88, u'-'), "0     all expectations are met",
                          "1     an expectation or an invariant failed, the run was "
                          "truncated, or `check` found something"}));
}

void TestCommands::aRecordedRunReplaysTheSame_data()
{
    QTest::addColumn<QStringList>("ref");
    const QString line = run({"run", "db-outage-30s", "--record", "none"}).out.trimmed().section(u'\n', -1);
    QTest::newRow("a run of a database") << QStringList{"daruma.db#2"};
    QTest::newRow("a repro file") << QStringList{"first.repro"};
    QTest::newRow("a repro line") << QStringList{line};
    QTest::newRow("a repro line in many words") << line.split(u' ');
}

void TestCommands::aRecordedRunReplaysTheSame()
{
    QFETCH(QStringList, ref);
    const Answer answer = run(QStringList{"replay"} + ref);
    QCOMPARE(answer.err, QString());
    QCOMPARE(answer.code, 0);
    QVERIFY2(answer.out.startsWith("the same: "), qPrintable(answer.out));
}

void TestCommands::aReplayThatDivergesSaysSo()
{
    QFile file(m_folder.filePath("first.repro"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QByteArray text = file.readAll();
    text.replace("# seed: 1\n", "# set: supervisor.app.max_restarts=4\n# seed: 1\n");
    QFile changed(m_folder.filePath("changed.repro"));
    QVERIFY(changed.open(QIODevice::WriteOnly));
    changed.write(text);
    changed.close();
    const Answer answer = run({"replay", "changed.repro"});
    QCOMPARE(answer.code, 4);
    QVERIFY2(answer.out.startsWith("another run: "), qPrintable(answer.out));
}

void TestCommands::aReproFileThatIsNotWholeSaysWhy_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::addColumn<int>("kept");
    QTest::addColumn<QString>("message");
    QTest::newRow("a changed scenario")
        << QByteArray("max_restarts = 1") << QByteArray("max_restarts = 4") << -1 << "was changed";
    QTest::newRow("a newer format") << QByteArray("repro 1\n") << QByteArray("repro 2\n") << -1
                                    << "has format 2, this program knows format 1";
    QTest::newRow("cut off in the scenario") << QByteArray() << QByteArray() << -100 << "is cut off: ";
    QTest::newRow("cut off in the head")
        << QByteArray() << QByteArray() << 60 << "is cut off before the line";
}

void TestCommands::aReproFileThatIsNotWholeSaysWhy()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QFETCH(int, kept);
    QFETCH(QString, message);
    QFile file(m_folder.filePath("first.repro"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QByteArray text = file.readAll();
    if (!from.isEmpty())
        text.replace(from, to);
    if (kept != -1)
        text.truncate(kept < 0 ? text.size() + kept : kept);
    QFile changed(m_folder.filePath("not-whole.repro"));
    QVERIFY(changed.open(QIODevice::WriteOnly));
    changed.write(text);
    changed.close();
    const Answer answer = run({"replay", "not-whole.repro"});
    QCOMPARE(answer.code, 3);
    QVERIFY2(answer.err.startsWith("not-whole.repro: ") && answer.err.contains(message),
             qPrintable(answer.err));
}

void TestCommands::explainGoesBackToTheFault()
{
    const Answer answer = run({"explain", "daruma.db#1"});
    QCOMPARE(answer.code, 0);
    QCOMPARE(differenceFromGolden("explain-db-outage-30s.txt", answer.out), QString());
    const QString chain = run({"explain", "daruma.db#1", "--budget", "0"}).out;
    QVERIFY(!chain.isEmpty() && answer.out.startsWith(chain) && answer.out.size() > chain.size());
}

void TestCommands::explainProvesItsCausesInJsonToo()
{
    const auto proofOf = [this](const QStringList &more) {
        const Answer answer = run(QStringList{"explain", "daruma.db#1", "--format", "json"} + more);
        const QJsonArray proofs =
            QJsonDocument::fromJson(answer.out.toUtf8()).object().value("proofs").toArray();
        return proofs.at(0).toObject();
    };
    const QJsonObject proof = proofOf({});
    QCOMPARE(proof["failure"].toString(), QString("root_ended"));
    QCOMPARE(proof["give_up_path"].toArray(), QJsonArray({"db_sup", "app"}));
    QVERIFY(proof["proven"].toBool() && proof["smallest"].toBool());
    QCOMPARE(proof["causes"].toArray().size(), 1);
    const QJsonObject cause = proof["causes"].toArray().at(0).toObject();
    QCOMPARE(cause["node"].toString(), QString("app/db_sup/conn"));
    QVERIFY(cause["decisive"].toBool());
    QCOMPARE(proof["point_of_no_return"].toObject()["seq"], cause["seq"]);
    QVERIFY(!proofOf({"--budget", "1"})["proven"].toBool());
    QVERIFY(run({"explain", "daruma.db#1", "--budget", "1"}).out.contains("(--budget N)"));
}

void TestCommands::explainRefusesAnEventThatThereIsNot()
{
    QCOMPARE(run({"explain", "daruma.db#1", "--seq", "40"}).code, 0);
    QCOMPARE(run({"explain", "daruma.db#1", "--seq", "41"}).code, 2);
}

void TestCommands::shrinkWritesAScenarioThatFailsInTheSameWay()
{
    const Answer answer = run({"shrink", "daruma.db#1", "--out", "smallest.toml"});
    QCOMPARE(answer.code, 0);
    QCOMPARE(answer.out, QString());
    QVERIFY2(
        answer.err.contains(QRegularExpression("^from 2 faults to 1, from 5 nodes to 3, in \\d+ runs\n$")),
        qPrintable(answer.err));
    QCOMPARE(run({"explain", "smallest.toml", "--format", "json"}).out.count("\"give_up_path\""), 1);
    const Answer printed = run({"shrink", "daruma.db#1"});
    QCOMPARE(differenceFromGolden("shrink-db-outage-30s.txt", printed.out), QString());
    QFile file(m_folder.filePath("smallest.toml"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(QString(file.readAll()), printed.out);
    QCOMPARE(run({"shrink", "control-must-fail"}).code, 2);
    QCOMPARE(run({"shrink", "daruma.db#1", "--out", "/nowhere/x.toml"}).code, 2);
}

void TestCommands::diffNamesTheFirstDifference()
{
    const Answer answer = run({"diff", "daruma.db#1", "daruma.db#2"});
    QCOMPARE(answer.code, 0);
    QCOMPARE(differenceFromGolden("diff.txt", answer.out), QString());
    QVERIFY(run({"diff", "daruma.db#1", "first.repro"}).out.startsWith("the same: "));
}

void TestCommands::showListsRunsAndShowsOne()
{
    QCOMPARE(differenceFromGolden("show.txt", run({"show", "daruma.db"}).out), QString());
    QCOMPARE(run({"show", "daruma.db", "1", "--format", "jsonl"}).out,
             run({"run", "db-outage-30s", "--record", "none", "--format", "jsonl"}).out);
    QCOMPARE(run({"show", "daruma.db#1"}).out, run({"show", "daruma.db", "1"}).out);
    QCOMPARE(run({"show", "daruma.db", "9"}).code, 3);
}

void TestCommands::showNamesDialectsThatAreNotTheUsualOne()
{
    run({"run", "db-outage-30s", "--db", "dialects.db", "--dialect", "elixir"});
    run({"run", "db-outage-30s", "--db", "dialects.db"});
    const QStringList lines = run({"show", "dialects.db"}).out.split('\n');
    QVERIFY2(lines.value(1).endsWith("events  dialect  set"), qPrintable(lines.value(1)));
    QVERIFY2(lines.value(2).endsWith("  elixir"), qPrintable(lines.value(2)));
    QVERIFY2(lines.value(4).endsWith("events  set"), qPrintable(lines.value(4)));
}

void TestCommands::aMessageStandsInTheTimelineAndInItsEvent()
{
    QFile file(m_folder.filePath("control.toml"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(
        "[scenario]\ndialect = \"processmanager\"\nhorizon = \"1m\"\n[supervisor.app]\n"
        "children = [\"a\"]\n[worker.a]\n"
        "[[command]]\ndo = \"control\"\nto = \"app\"\nat = \"1s\"\nmessage = \"flush \\\"all\\\"\"\n"
        "[[command]]\ndo = \"control\"\nto = \"app\"\nat = \"2s\"\nmessage = \"rotate\"\nby = \"ops\"\n");
    file.close();
    const QString text = run({"run", "control.toml", "--record", "none"}).out;
    QVERIFY2(text.contains("app was given the command control \"flush \"all\"\""), qPrintable(text));
    QVERIFY2(text.contains("app was given the command control \"rotate\" by ops"), qPrintable(text));
    const QString events = run({"run", "control.toml", "--record", "none", "--format", "jsonl"}).out;
    QVERIFY2(events.contains(",\"command\":\"control\",\"message\":\"flush \\\"all\\\"\"}"),
             qPrintable(events));
}

void TestCommands::checkTakesADialectAndSettings()
{
    const Answer plain = run({"check", "db-outage-30s"});
    const Answer otherDialect = run({"check", "db-outage-30s", "--dialect", "elixr"});
    QCOMPARE(otherDialect.code, 3);
    QVERIFY2(otherDialect.err.contains("the dialect \"elixr\" is not known"), qPrintable(otherDialect.err));
    const Answer set = run({"check", "db-outage-30s", "--set", "supervisor.app.max_restart=1"});
    QCOMPARE(set.code, 3);
    QVERIFY2(set.err.contains("max_restart"), qPrintable(set.err));
    const Answer delayed = run({"check", "db-outage-30s", "--set", "worker.conn.backoff=10m"});
    QVERIFY2(delayed.out != plain.out, qPrintable(delayed.out));
    QCOMPARE(run({"check", "db-outage-30s", "--set", "nonsense"}).code, 2);
}

void TestCommands::aScenarioMayHaveASeed()
{
    const QString chain = run({"explain", "db-outage-30s", "--seed", "7", "--format", "json"}).out;
    QCOMPARE(QJsonDocument::fromJson(chain.toUtf8()).object()["seed"].toInt(), 7);
    const auto diff = [&](const QStringList &seeds) {
        const QString text =
            run(QStringList{"diff", "db-outage-30s", "db-outage-30s", "--format", "json"} + seeds).out;
        const QJsonObject document = QJsonDocument::fromJson(text.toUtf8()).object();
        return QString("%1 %2").arg(document["a"]["seed"].toInt()).arg(document["b"]["seed"].toInt());
    };
    QCOMPARE(diff({"--seed", "3"}), QString("3 3"));
    QCOMPARE(diff({"--seed", "3", "--seed", "4"}), QString("3 4"));
    const QStringList seeds{"--seed", "1", "--seed", "2", "--seed", "3"};
    QCOMPARE(run(QStringList{"diff", "db-outage-30s", "db-outage-30s"} + seeds).code, 2);
    const Answer recorded = run({"explain", "daruma.db#1", "--seed", "2"});
    QCOMPARE(recorded.code, 2);
    QVERIFY2(recorded.err.contains("--seed is for a scenario: daruma.db#1 is a run, with the seed 1"),
             qPrintable(recorded.err));
}

void TestCommands::queryOnlyReads()
{
    const Answer answer = run({"query", "daruma.db", "select seed, outcome from run order by id"});
    QCOMPARE(answer.out, QString("seed  outcome\n----  -------\n   1  gave_up\n   1  failed\n"));
    QCOMPARE(run({"query", "daruma.db", "delete from run"}).code, 2);
    const Answer missing = run({"query", "nowhere.db", "select 1"});
    QCOMPARE(missing.code, 3);
    QVERIFY2(!missing.err.contains("another file with --db"), qPrintable(missing.err));
    const Answer unknown = run({"query", "daruma.db", "select * from runs"});
    QVERIFY2(unknown.err.contains("no such table: runs")
                 && unknown.err.contains(QRegularExpression("There are campaign, .*event, .*run, .*\\.\n")),
             qPrintable(unknown.err));
}

void TestCommands::documentsAreJson_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::newRow("replay") << QStringList{"replay", "daruma.db#1"};
    QTest::newRow("explain") << QStringList{"explain", "daruma.db#1"};
    QTest::newRow("diff") << QStringList{"diff", "daruma.db#1", "daruma.db#2"};
    QTest::newRow("show") << QStringList{"show", "daruma.db"};
    QTest::newRow("show one run") << QStringList{"show", "daruma.db", "1"};
    QTest::newRow("query") << QStringList{"query", "daruma.db", "select * from run"};
    QTest::newRow("schema") << QStringList{"schema"};
    QTest::newRow("dialects") << QStringList{"dialects"};
    QTest::newRow("one dialect") << QStringList{"dialects", "otp"};
    QTest::newRow("help") << QStringList{"help"};
}

void TestCommands::documentsAreJson()
{
    QFETCH(QStringList, words);
    const Answer answer = run(words + QStringList{"--format", "json", "--quiet"});
    QCOMPARE(answer.code, 0);
    QVERIFY2(QJsonDocument::fromJson(answer.out.toUtf8()).isObject(), qPrintable(answer.out));
}

void TestCommands::anOutputThatTakesNothingIsAnError()
{
    QProcess process;
    process.setStandardOutputFile("/dev/full");
    process.start(DARUMA_BIN_DIR "/daruma", {"schema"});
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitCode(), 5);
    QVERIFY(process.readAllStandardError().contains("No space left"));
}

QTEST_GUILESS_MAIN(TestCommands)

#include "tst_commands.moc"
