#include "tests/cli/program.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace daruma::cli;

namespace {

/// Panics by chance, which only a limit above one in five seconds bears for long.
constexpr const char *scenario = "[scenario]\n"
                                 "name = 'poisson'\n"
                                 "horizon = '1h'\n"
                                 "[supervisor.app]\n"
                                 "max_restarts = 1\n"
                                 "within = '5s'\n"
                                 "children = ['db']\n"
                                 "[worker.db]\n"
                                 "[[fault]]\n"
                                 "inject = 'panic'\n"
                                 "into = 'db'\n"
                                 "every = 'exp(5m)'\n"
                                 "[[expect]]\n"
                                 "name = 'app lives'\n"
                                 "always = 'up(app)'\n";

QString shown(const QString &name)
{
    return QStringLiteral(DARUMA_SOURCE_DIR "/scenarios/dialects/%1.toml").arg(name);
}

}

class TestCompareCommand : public QObject {
    Q_OBJECT

private slots:
    void init();
    void aComparisonReadsAsItAlwaysDid_data();
    void aComparisonReadsAsItAlwaysDid();
    void neitherTheNumberOfJobsNorARepetitionChangesIt();
    void aDefectIsNamedByTheRuleThatPartsTheRuns_data();
    void aDefectIsNamedByTheRuleThatPartsTheRuns();
    void aDialectThatRefusesTheScenarioIsARow();
    void settingsThatPlayNoPartDoTheSame();
    void labelsHoldNoMoreOfAKeyThanTellsItFromTheOthers();
    void oneRunDoesNotJudgeASometimes();
    void theRunsOfARowAreThoseThatRunMakes();
    void whatIsWrongIsToldBeforeAnythingRuns_data();
    void whatIsWrongIsToldBeforeAnythingRuns();

private:
    Answer compare(const QStringList &words) const
    {
        return daruma::cli::daruma(QStringList{"compare"} + words, m_folder->path());
    }
    QJsonObject document(const QStringList &words) const
    {
        const Answer answer = compare(words + QStringList{"--format", "json"});
        return QJsonDocument::fromJson(answer.out.toUtf8()).object();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestCompareCommand::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QFile file(m_folder->filePath("poisson.toml"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(scenario);
}

void TestCompareCommand::aComparisonReadsAsItAlwaysDid_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("golden");
    const QString dialects = "otp,elixir,ash-flare,ash-flare:corrected,processmanager";
    QTest::newRow("dialects") << QStringList{"db-outage-30s", "--dialect", dialects}
                              << "compare-dialects.txt";
    QTest::newRow("dialects, as a document")
        << QStringList{"db-outage-30s", "--dialect", "otp,ash-flare,processmanager", "--format", "json"}
        << "compare-dialects.json";
    QTest::newRow("two keys") << QStringList{"db-outage-30s", "--set", "supervisor.app.max_restarts=1,10",
                                             "--set", "worker.conn.backoff=1s,6s"}
                              << "compare-settings.txt";
    QTest::newRow("many seeds") << QStringList{"poisson.toml", "--set", "supervisor.app.max_restarts=1,2,20",
                                               "--seeds", "1..200"}
                                << "compare-seeds.txt";
}

void TestCompareCommand::aComparisonReadsAsItAlwaysDid()
{
    QFETCH(QStringList, words);
    QFETCH(QString, golden);
    const Answer answer = compare(words);
    QCOMPARE(answer.err, QString());
    QCOMPARE(answer.code, 0);
    QCOMPARE(differenceFromGolden(golden, answer.out), QString());
}

void TestCompareCommand::neitherTheNumberOfJobsNorARepetitionChangesIt()
{
    const QStringList words{"poisson.toml", "--set", "supervisor.app.max_restarts=1..3", "--seeds", "1..300"};
    const Answer one = compare(words + QStringList{"--jobs", "1"});
    QVERIFY(one.out.contains("max_restarts=2 parts from max_restarts=1 first with seed "));
    QCOMPARE(compare(words + QStringList{"--jobs", "3"}).out, one.out);
}

void TestCompareCommand::aDefectIsNamedByTheRuleThatPartsTheRuns_data()
{
    QTest::addColumn<QString>("scenario");
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QString>("rule");
    QTest::newRow("a panic that nobody sees") << "ash-flare-panics-unseen"
                                              << "ash-flare"
                                              << "seen_exits";
    QTest::newRow("a supervisor that lives on") << "ash-flare-lives-on-empty"
                                                << "ash-flare"
                                                << "after_give_up";
    QTest::newRow("the order of stops") << "ash-flare-stopped-in-start-order"
                                        << "ash-flare"
                                        << "stop_order";
    QTest::newRow("exits found by id") << "ash-flare-stale-exits"
                                       << "ash-flare"
                                       << "exits_found_by";
    QTest::newRow("orphans") << "rusm-orphans"
                             << "rusm"
                             << "children_at_death";
    QTest::newRow("normal exits") << "rusm-normal-exits"
                                  << "rusm"
                                  << "restarts";
}

void TestCompareCommand::aDefectIsNamedByTheRuleThatPartsTheRuns()
{
    QFETCH(QString, scenario);
    QFETCH(QString, dialect);
    QFETCH(QString, rule);
    const QJsonObject json =
        document({shown(scenario), "--dialect", QStringLiteral("%1,%1:corrected").arg(dialect)});
    const QJsonObject parting = json["rows"].toArray()[1].toObject()["parting"].toObject();
    QVERIFY(parting["proven"].toBool());
    QCOMPARE(parting["rules"].toArray().size(), 1);
    QCOMPARE(parting["rules"].toArray()[0].toObject()["name"].toString(), rule);
}

void TestCompareCommand::aDialectThatRefusesTheScenarioIsARow()
{
    const QJsonArray rows =
        document({"db-outage-30s", "--dialect", "processmanager,otp,elixir"})["rows"].toArray();
    QCOMPARE(rows.size(), 3);
    QVERIFY(rows[0].toObject()["refused"].toString().contains("the dialect \"processmanager\" has no"));
    QVERIFY(rows[1].toObject()["refused"].isNull());
    // What the others are compared with is the first that can run it.
    QCOMPARE(document({"db-outage-30s", "--dialect", "processmanager,otp"})["first"].toString(),
             QString("otp"));
    const Answer none = compare({"db-outage-30s", "--dialect", "processmanager,processmanager:corrected"});
    QCOMPARE(none.code, 3);
    QCOMPARE(none.out, QString());
    QVERIFY2(none.err.contains("exactly 1 child"), qPrintable(none.err));
}

void TestCompareCommand::settingsThatPlayNoPartDoTheSame()
{
    const QStringList words{"poisson.toml", "--set", "supervisor.app.max_restarts=1000,2000", "--seeds",
                            "1..50"};
    const Answer answer = compare(words);
    QVERIFY2(answer.out.contains("max_restarts=2000 does the same as max_restarts=1000, event for event"),
             qPrintable(answer.out));
    const QJsonArray rows = document(words)["rows"].toArray();
    QVERIFY(rows[1].toObject()["parting"].isNull());
    QVERIFY(rows[0].toObject()["restarts"].toInt() > 0);
    QCOMPARE(rows[1].toObject()["restarts"], rows[0].toObject()["restarts"]);
}

void TestCompareCommand::labelsHoldNoMoreOfAKeyThanTellsItFromTheOthers()
{
    QFile file(m_folder->filePath("two.toml"));
    QVERIFY(file.open(QIODevice::WriteOnly)
            && file.write(
                   "[supervisor.app]\nchildren = ['web']\n[supervisor.web]\nchildren = ['w']\n[worker.w]\n")
                   > 0);
    file.close();
    const QStringList settings{"two.toml", "--set", "supervisor.app.max_restarts=1,2", "--set",
                               "supervisor.web.max_restarts=3"};
    const Answer one = compare(settings + QStringList{"--dialect", "otp,elixir"});
    QVERIFY2(one.out.contains("\n  elixir max_restarts=2  "), qPrintable(one.out));
    const Answer two = compare(QStringList(settings).replaceInStrings("=3", "=3,4")
                               + QStringList{"--dialect", "otp,elixir"});
    QVERIFY2(two.out.contains("\n  elixir app.max_restarts=2 web.max_restarts=4  "), qPrintable(two.out));
}

void TestCompareCommand::oneRunDoesNotJudgeASometimes()
{
    QFile file(m_folder->filePath("sometimes.toml"));
    QVERIFY(file.open(QIODevice::WriteOnly)
            && file.write("[supervisor.app]\nchildren = ['w']\n[worker.w]\n"
                          "[[expect]]\nsometimes = 'gave_up(app)'\n")
                   > 0);
    file.close();
    const Answer one = compare({"sometimes.toml", "--dialect", "otp,elixir"});
    QVERIFY2(one.out.contains("1 of 1") && !one.out.contains("not met"), qPrintable(one.out));
    // Of a campaign it is never reached.
    const Answer many = compare({"sometimes.toml", "--dialect", "otp,elixir", "--seeds", "1..3"});
    QVERIFY2(many.out.contains("under otp not reached in any run: \"sometimes gave_up(app)\""),
             qPrintable(many.out));
}

void TestCompareCommand::theRunsOfARowAreThoseThatRunMakes()
{
    const QJsonArray rows =
        document({"poisson.toml", "--seed", "7", "--dialect", "otp,rusm"})["rows"].toArray();
    const QStringList dialects{"otp", "rusm"};
    for (int i = 0; i < 2; ++i) {
        const Answer run = daruma::cli::daruma({"run", "poisson.toml", "--seed", "7", "--dialect",
                                                dialects[i], "--record", "none", "--format", "json"},
                                               m_folder->path());
        const QJsonObject json = QJsonDocument::fromJson(run.out.toUtf8()).object();
        QVERIFY(json["restarts"].toInt() > 0);
        QCOMPARE(rows[i].toObject()["restarts"], json["restarts"]);
    }
}

void TestCompareCommand::whatIsWrongIsToldBeforeAnythingRuns_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("said");
    QTest::newRow("nothing to compare") << QStringList{"poisson.toml"} << 2 << "nothing to compare";
    QTest::newRow("one dialect") << QStringList{"poisson.toml", "--dialect", "otp"} << 2
                                 << "nothing to compare";
    QTest::newRow("a dialect that nobody knows")
        << QStringList{"poisson.toml", "--dialect", "otp,elixr"} << 3 << "did you mean \"elixir\"";
    QTest::newRow("a value that cannot be")
        << QStringList{"poisson.toml", "--set", "supervisor.app.within=5s,5"} << 3 << "within";
    QTest::newRow("seeds that are no range")
        << QStringList{"poisson.toml", "--dialect", "otp,rusm", "--seeds", "x"} << 2 << "FIRST..LAST";
}

void TestCompareCommand::whatIsWrongIsToldBeforeAnythingRuns()
{
    QFETCH(QStringList, words);
    QFETCH(QString, said);
    const Answer answer = compare(words);
    QTEST(answer.code, "code");
    QVERIFY2(answer.err.contains(said), qPrintable(answer.err));
    QCOMPARE(answer.out, QString());
}

QTEST_GUILESS_MAIN(TestCompareCommand)
#include "tst_compare_command.moc"
