#include "tests/cli/program.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace daruma::cli;

namespace {

const QStringList outage{"tune",     "db-outage-30s",
                         "--target", "survives app >= 0.9",
                         "--target", "gives_up app within 60s when fault \"permanent\"",
                         "--seeds",  "1..100"};
const QStringList settings{
    "--vary", "supervisor.app.max_restarts=0,1", "--vary", "supervisor.db_sup.max_restarts=1..12",
    "--vary", "supervisor.db_sup.within=5s,1m",  "--vary", "worker.conn.backoff=1s,5s"};

QString page()
{
    QFile file(DARUMA_SOURCE_DIR "/resources/help/tune.md");
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QString block(const QString &kind)
{
    const QString begin = "```" + kind + "\n";
    const qsizetype from = page().indexOf(begin) + begin.size();
    return page().mid(from, page().indexOf("```\n", from) - from);
}

}

class TestTuneCommand : public QObject {
    Q_OBJECT

private slots:
    void theHelpShowsWhatItsCommandPrints();
    void whatItRecommendsSurvivesTheOutageAndGivesUpInTime();
    void itsCommandsShowTheFiguresThatItTells();
    void whatStaysOpenIsNotConfirmed();
    void neitherTheNumberOfJobsNorARepetitionChangesIt();
    void theDocumentNamesEveryTargetWithItsInterval();
    void whereNoSettingDoesItTheNearestIsNamed();
    void tooFewSeedsAreToldWithTheNumberThatWouldDo();
    void whatIsWrongIsToldBeforeAnythingRuns_data();
    void whatIsWrongIsToldBeforeAnythingRuns();

private:
    Answer run(const QStringList &words) const { return daruma::cli::daruma(words, m_folder.path()); }
    QJsonObject document(const QStringList &words) const
    {
        const Answer answer = run(words + QStringList{"--format", "json"});
        return QJsonDocument::fromJson(answer.out.toUtf8()).object();
    }

    QTemporaryDir m_folder;
};

void TestTuneCommand::theHelpShowsWhatItsCommandPrints()
{
    QProcess shell;
    shell.setWorkingDirectory(m_folder.path());
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("PATH", DARUMA_BIN_DIR ":" + environment.value("PATH"));
    shell.setProcessEnvironment(environment);
    shell.start("sh", {"-c", block("sh")});
    QVERIFY(shell.waitForFinished(120'000));
    const QString out = QString::fromUtf8(shell.readAllStandardOutput());
    if (qEnvironmentVariableIntValue("DARUMA_UPDATE_GOLDEN") == 1) {
        QString text = page();
        text.replace("```text\n" + block("text"), "```text\n" + out);
        QFile file(DARUMA_SOURCE_DIR "/resources/help/tune.md");
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text.toUtf8()) > 0);
        return;
    }
    QCOMPARE(out, block("text"));
    QCOMPARE(shell.exitCode(), 0);
}

void TestTuneCommand::whatItRecommendsSurvivesTheOutageAndGivesUpInTime()
{
    const QJsonObject json = document(outage + settings);
    const QJsonObject best = json["best"].toObject();
    QCOMPARE(best["verdict"].toString(), QString("met"));
    QVERIFY(json["confirmed"].toBool());
    QStringList words{"run", "db-outage-30s", "--record", "none", "--format", "json"};
    const QJsonObject chosen = best["settings"].toObject();
    for (auto it = chosen.begin(); it != chosen.end(); ++it)
        words << "--set" << it.key() + "=" + it.value().toString();
    const auto outcomeOf = [this](const QStringList &all) {
        return QJsonDocument::fromJson(run(all).out.toUtf8()).object();
    };
    // The expectations of the scenario say that the application gives up: they fail where it does not.
    const QJsonArray survived = outcomeOf(words)["expectations"].toArray();
    QCOMPARE(survived[0].toObject()["passed"].toBool(), false);
    words[4] = "--format=jsonl";
    words.removeAt(5);
    words << "--set"
          << "fault.permanent.chance=1"
          << "--set"
          << "fault.\"the database is down\".chance=0";
    const Answer permanent = run(words);
    double gaveUp = 0;
    for (const QString &line : permanent.out.split(u'\n')) {
        const QJsonObject event = QJsonDocument::fromJson(line.toUtf8()).object();
        if (event["event"].toString() == "gave_up" && event["node"].toString() == "app")
            gaveUp = event["t_ns"].toDouble() / 1e9;
    }
    QVERIFY2(gaveUp > 10 && gaveUp <= 70, qPrintable(QString::number(gaveUp)));
}

/// A fault that is on, and that a target names: the other targets are judged with it.
void TestTuneCommand::itsCommandsShowTheFiguresThatItTells()
{
    QFile file(m_folder.filePath("on.toml"));
    QVERIFY(file.open(QIODevice::WriteOnly)
            && file.write("[supervisor.app]\nmax_restarts = 3\nwithin = '30s'\nchildren = ['db']\n"
                          "[worker.db]\nlifetime = 'exp(1m)'\n"
                          "[[fault]]\nname = 'reboot'\ninject = 'outage'\ninto = 'db'\nat = '10m'\n"
                          "lasts = '5s'\nchance = 0.7\n"
                          "[[fault]]\nname = 'poison'\ninject = 'panic'\ninto = 'db'\nat = '5m'\n")
                   > 0);
    file.close();
    const QStringList words{"tune",     "on.toml",
                            "--target", "survives app >= 0.05",
                            "--target", "gives_up app within 1m >= 0.2 when fault \"reboot\"",
                            "--vary",   "supervisor.app.max_restarts=4..12",
                            "--seeds",  "1..300"};
    const QJsonObject json = document(words);
    const QJsonArray targets = json["best"].toObject()["targets"].toArray();
    const QJsonArray commands = json["commands"].toArray();
    QCOMPARE(targets.size(), 2);
    QCOMPARE(commands.size(), 2);
    const auto swept = [this](const QString &command) {
        QProcess shell;
        shell.setWorkingDirectory(m_folder.path());
        shell.start("sh", {"-c", DARUMA_BIN_DIR "/" + command + " --record none --format json"});
        shell.waitForFinished(60'000);
        return QJsonDocument::fromJson(shell.readAllStandardOutput()).object();
    };
    const QJsonObject plain = swept(commands[0].toString());
    QCOMPARE(plain["nodes"][0]["survival"]["mean"].toDouble(), targets[0].toObject()["share"].toDouble());
    QVERIFY2(commands[1].toString().endsWith(" --set fault.poison.chance=0"),
             qPrintable(commands[1].toString()));
    const QString text = run(words).out;
    QVERIFY2(text.contains("For what is asked when fault \"reboot\", these faults are on and off:\n"
                           + commands[1].toString()),
             qPrintable(text));
}

void TestTuneCommand::whatStaysOpenIsNotConfirmed()
{
    QStringList words = outage;
    words[3] = "survives app >= 0.999";
    const Answer answer = run(words + settings);
    QVERIFY2(answer.out.contains("which had no part in the choice, do not settle it"),
             qPrintable(answer.out));
    QVERIFY(!document(words + settings)["confirmed"].toBool());
}

void TestTuneCommand::neitherTheNumberOfJobsNorARepetitionChangesIt()
{
    const Answer one = run(outage + settings + QStringList{"--jobs", "1"});
    QCOMPARE(one.code, 0);
    QCOMPARE(run(outage + settings + QStringList{"--jobs", "3"}).out, one.out);
}

void TestTuneCommand::theDocumentNamesEveryTargetWithItsInterval()
{
    const QJsonObject json = document(outage + settings);
    QCOMPARE(json["settings"].toInt(), 96);
    QCOMPARE(json["fresh_seeds"].toObject()["first"].toInt(), 101);
    QCOMPARE(json["fresh_seeds"].toObject()["last"].toInt(), 200);
    const QJsonArray targets = json["best"].toObject()["targets"].toArray();
    QCOMPARE(targets.size(), 2);
    for (const auto &value : targets) {
        const QJsonObject target = value.toObject();
        QCOMPARE(target["runs"].toInt(), 100);
        QVERIFY(target["low"].toDouble() > 0.9 && target["low"].toDouble() < target["share"].toDouble());
    }
}

void TestTuneCommand::whereNoSettingDoesItTheNearestIsNamed()
{
    const QStringList few{"--vary", "supervisor.db_sup.max_restarts=1..6", "--vary",
                          "worker.conn.backoff=0s,1s"};
    const Answer answer = run(outage + few);
    QCOMPARE(answer.code, 1);
    QVERIFY2(answer.out.contains("No setting meets all targets. The nearest:"), qPrintable(answer.out));
    QVERIFY(answer.out.contains(QRegularExpression("survives app >= 0.9 +0 % .* missed")));
    const QJsonObject json = document(outage + few);
    QVERIFY(json["best"].isNull());
    QVERIFY(!json["nearest"].isNull());
}

void TestTuneCommand::tooFewSeedsAreToldWithTheNumberThatWouldDo()
{
    QStringList words = outage;
    words[3] = "survives app >= 0.999";
    const Answer answer = run(words + settings);
    QCOMPARE(answer.code, 1);
    QVERIFY2(answer.out.contains("the seeds are too few to tell"), qPrintable(answer.out));
    QVERIFY2(answer.out.contains("survives app >= 0.999: 3,838 seeds"), qPrintable(answer.out));
}

void TestTuneCommand::whatIsWrongIsToldBeforeAnythingRuns_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("said");
    const QStringList vary{"--vary", "supervisor.app.max_restarts=1..3"};
    const auto target = [](const char *text) { return QStringList{"--target", text}; };
    QTest::newRow("no target") << vary << 2 << "--target";
    QTest::newRow("nothing to vary") << target("survives app >= 0.9") << 2 << "--vary";
    QTest::newRow("a target that is none") << target("survives app") + vary << 2 << "`>=` is expected";
    QTest::newRow("a node that is not there")
        << target("survives ap >= 0.9") + vary << 3 << "no place is called \"ap\"";
    QTest::newRow("a worker cannot give up")
        << target("gives_up conn within 1s") + vary << 3 << "only supervisors give up";
    QTest::newRow("a fault that is not there")
        << target("survives app >= 0.9 when fault \"flood\"") + vary << 3 << "\"the database is down\"";
    QTest::newRow("a key that does not exist")
        << target("survives app >= 0.9") + QStringList{"--vary", "supervisor.app.max_restart=1..3"} << 3
        << "did you mean `max_restarts`";
    QTest::newRow("the last value is wrong")
        << target("survives app >= 0.9") + vary + QStringList{"--vary", "supervisor.app.within=5s,5"} << 3
        << "within";
    QTest::newRow("a value twice") << QStringList{"--target", "survives app >= 0.9", "--vary",
                                                  "supervisor.app.max_restarts=1,1"}
                                   << 2 << "has the value 1 twice";
    QTest::newRow("a key twice") << target("survives app >= 0.9") + vary + vary << 2 << "there twice";
    QTest::newRow("too many settings") << target("survives app >= 0.9")
                                              + QStringList{"--vary", "supervisor.app.max_restarts=1..5000",
                                                            "--vary", "scenario.seed=1..5000"}
                                       << 2 << "more than 10000";
}

void TestTuneCommand::whatIsWrongIsToldBeforeAnythingRuns()
{
    QFETCH(QStringList, words);
    QFETCH(QString, said);
    const Answer answer = run(QStringList{"tune", "db-outage-30s"} + words);
    QTEST(answer.code, "code");
    QVERIFY2(answer.err.contains(said), qPrintable(answer.err));
    QCOMPARE(answer.out, QString());
}

QTEST_GUILESS_MAIN(TestTuneCommand)
#include "tst_tune_command.moc"
