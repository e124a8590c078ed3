#include "tests/cli/poisson.h"
#include "tests/cli/program.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <memory>

using namespace daruma::cli;

namespace {

/// All rows that do not speak of wall time, dates or machines.
const QStringList comparedRows{
    "SELECT id, scenario_id, first_seed, last_seed, options, rules_version FROM campaign",
    "SELECT id, campaign_id, scenario_id, seed, dialect, overrides, outcome, end_ns, events, restarts, "
    "fingerprint, layout_id FROM run",
    "SELECT * FROM restart",
    "SELECT * FROM escalation",
    "SELECT * FROM node_run",
    "SELECT * FROM violation",
    "SELECT * FROM report",
    "SELECT * FROM node",
    "SELECT id, name, fingerprint FROM scenario"};

}

class TestSweepCommand : public QObject {
    Q_OBJECT

private slots:
    void init();
    void aCampaignReadsAsItAlwaysDid_data();
    void aCampaignReadsAsItAlwaysDid();
    void theDocumentHasTheFieldsOfTheContract();
    void neitherOutputNorDatabaseDependOnTheNumberOfJobs_data();
    void neitherOutputNorDatabaseDependOnTheNumberOfJobs();
    void aKilledCampaignGoesOnToTheSameRows();
    void aCampaignThatGoesOnIsNotResumed();
    void theExitCodeSaysWhatBecameOfIt_data();
    void theExitCodeSaysWhatBecameOfIt();
    void theFirstFailureEndsItAtTheSameSeedOnAnyNumberOfJobs();
    void precisionEndsItAtTheSameSeedOnAnyNumberOfJobs();
    void whatItToldOfOutcomesAddsUp();
    void shardsTogetherAreTheWhole();
    void aShardIsReadFromTheJobArray_data();
    void aShardIsReadFromTheJobArray();
    void whatIsWrongIsToldBeforeAnythingRuns_data();
    void whatIsWrongIsToldBeforeAnythingRuns();
    void anInterruptedCampaignKeepsAndReportsWhatIsFinished();

private:
    Answer sweep(const QStringList &words) const
    {
        return daruma::cli::daruma(QStringList{"sweep", "poisson.toml"} + words, m_folder->path());
    }
    QStringList rows(const QString &database) const;
    bool holdsEachRunOnce(const QString &database, int seeds, int runs) const;

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestSweepCommand::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QFile file(m_folder->filePath("poisson.toml"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(poisson);
}

QStringList TestSweepCommand::rows(const QString &database) const
{
    QStringList all;
    for (const QString &sql : comparedRows) {
        const Answer answer = daruma::cli::daruma({"query", database, sql}, m_folder->path());
        all << (answer.code == 0 ? answer.out : answer.err);
    }
    return all;
}

bool TestSweepCommand::holdsEachRunOnce(const QString &database, int seeds, int runs) const
{
    const QString sql = QString("SELECT min(seed) = 1 AND max(seed) = %1 AND count(DISTINCT seed) = %1 "
                                "AND count(*) = %2 AS held FROM run")
                            .arg(seeds)
                            .arg(runs);
    return daruma::cli::daruma({"query", database, sql}, m_folder->path()).out.contains(u'1');
}

void TestSweepCommand::aCampaignReadsAsItAlwaysDid_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("golden");
    QTest::newRow("one setting") << QStringList{} << "sweep-one.txt";
    QTest::newRow("a grid of two keys")
        << QStringList{"--set", "supervisor.app.max_restarts=1..3", "--set", "supervisor.app.within=1s,30s"}
        << "sweep-grid.txt";
    QTest::newRow("as a document") << QStringList{"--format", "json"} << "sweep-one.json";
}

void TestSweepCommand::aCampaignReadsAsItAlwaysDid()
{
    QFETCH(QStringList, words);
    QFETCH(QString, golden);
    const Answer answer = sweep(QStringList{"--seeds", "1..300", "--record", "none"} + words);
    QCOMPARE(answer.code, 1);
    QCOMPARE(answer.err, QString());
    QCOMPARE(differenceFromGolden(golden, answer.out), QString());
}

void TestSweepCommand::theDocumentHasTheFieldsOfTheContract()
{
    const Answer answer = sweep({"--seeds", "1..300", "--record", "none", "--format", "json"});
    const QJsonObject document = QJsonDocument::fromJson(answer.out.toUtf8()).object();
    for (const char *field : {"scenario", "seeds", "runs", "passed", "failed", "gave_up", "truncated",
                              "restarts", "events", "first_failing_seed", "expectations", "nodes"})
        QVERIFY2(document.contains(QLatin1String(field)), field);
    QCOMPARE(document["runs"].toInt(), 300);
    QCOMPARE(document["passed"].toInt() + document["failed"].toInt() + document["gave_up"].toInt()
                 + document["truncated"].toInt(),
             300);
    const QJsonObject expectation = document["expectations"].toArray()[0].toObject();
    QCOMPARE(expectation["name"].toString(), QString("app lives"));
    QCOMPARE(expectation["passed"].toInt() + expectation["failed"].toInt(), 300);
    QVERIFY(expectation["low"].toDouble() < expectation["share"].toDouble());
    QVERIFY(expectation["share"].toDouble() < expectation["high"].toDouble());
    const QJsonObject node = document["nodes"].toArray()[1].toObject();
    QCOMPARE(node["path"].toString(), QString("app/db"));
    QVERIFY(node["availability"].toObject()["mean"].toDouble() > 0.5);
}

void TestSweepCommand::neitherOutputNorDatabaseDependOnTheNumberOfJobs_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::newRow("one setting") << QStringList{};
    QTest::newRow("a grid") << QStringList{"--set", "supervisor.app.max_restarts=1..3"};
    QTest::newRow("a swarm") << QStringList{"--swarm"};
    QTest::newRow("every event of what fails") << QStringList{"--record", "failures"};
}

void TestSweepCommand::neitherOutputNorDatabaseDependOnTheNumberOfJobs()
{
    QFETCH(QStringList, words);
    const QStringList seeds{"--seeds", "1..400"};
    const Answer one = sweep(seeds + words + QStringList{"--jobs", "1", "--db", "one.db"});
    const Answer three = sweep(seeds + words + QStringList{"--jobs", "3", "--db", "three.db"});
    QCOMPARE(one.code, 1);
    QCOMPARE(three.out, one.out);
    QCOMPARE(rows("three.db"), rows("one.db"));
    QVERIFY(holdsEachRunOnce("one.db", 400, words.contains("--set") ? 1'200 : 400));
}

void TestSweepCommand::aKilledCampaignGoesOnToTheSameRows()
{
    // Runs of some milliseconds each, so that kills hit the middle.
    const QStringList words{"sweep", "poisson.toml",         "--seeds", "1..600",
                            "--set", "scenario.horizon=48h", "--set",   "supervisor.app.max_restarts=50"};
    const Answer whole = daruma::cli::daruma(words + QStringList{"--db", "whole.db"}, m_folder->path());
    QVERIFY2(whole.code == 0 || whole.code == 1, qPrintable(whole.err));
    int killed = 0;
    for (int i = 0; i < 5; ++i) {
        QProcess process;
        process.setWorkingDirectory(m_folder->path());
        process.start(DARUMA_BIN_DIR "/daruma", words + QStringList{"--db", "killed.db", "--resume"});
        QVERIFY(process.waitForStarted());
        if (!process.waitForFinished(60 + 60 * i)) {
            process.kill();
            process.waitForFinished();
            ++killed;
        }
    }
    QVERIFY2(killed >= 2, "the campaign is too short to be killed");
    const Answer last =
        daruma::cli::daruma(words + QStringList{"--db", "killed.db", "--resume"}, m_folder->path());
    QCOMPARE(last.out, whole.out);
    QCOMPARE(rows("killed.db"), rows("whole.db"));
    QVERIFY(holdsEachRunOnce("killed.db", 600, 600));
}

void TestSweepCommand::aCampaignThatGoesOnIsNotResumed()
{
    QProcess first;
    first.setWorkingDirectory(m_folder->path());
    const QStringList words{"sweep", "poisson.toml", "--seeds", "1..10000000", "--db", "two.db"};
    first.start(DARUMA_BIN_DIR "/daruma", words);
    QVERIFY(first.waitForStarted());
    QVERIFY(!first.waitForFinished(700));
    const auto process = static_cast<pid_t>(first.processId());
    const Answer second = daruma::cli::daruma(words + QStringList{"--resume"}, m_folder->path());
    ::kill(process, SIGINT);
    QVERIFY(first.waitForFinished(20'000));
    QCOMPARE(second.code, 3);
    QVERIFY2(second.err.contains(QString("two.db: process %1 still records campaign 1").arg(process)),
             qPrintable(second.err));
    QCOMPARE(first.exitCode(), 130);
    const Answer doubles = daruma::cli::daruma(
        {"query", "two.db", "SELECT count(*) - count(DISTINCT seed) AS doubles FROM run", "--format", "json"},
        m_folder->path());
    QVERIFY2(doubles.out.simplified().contains("\"rows\": [ [ 0 ] ]"), qPrintable(doubles.out));
}

void TestSweepCommand::theExitCodeSaysWhatBecameOfIt_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::newRow("a run fails") << QStringList{"--seeds", "1..300"} << 1;
    QTest::newRow("all runs pass, but one thing is never reached")
        << QStringList{"--seeds", "1..3", "--set", "supervisor.app.max_restarts=100"} << 1;
    QTest::newRow("all is well") << QStringList{"--seeds", "1..300", "--set",
                                                "supervisor.app.max_restarts=100"}
                                 << 0;
    QTest::newRow("the time is over before anything failed")
        << QStringList{"--seeds", "1..100000000", "--time-budget",
                       "300ms",   "--set",        "supervisor.app.max_restarts=100"}
        << 6;
}

void TestSweepCommand::theExitCodeSaysWhatBecameOfIt()
{
    QFETCH(QStringList, words);
    const Answer answer = sweep(words + QStringList{"--record", "none"});
    QTEST(answer.code, "code");
}

void TestSweepCommand::theFirstFailureEndsItAtTheSameSeedOnAnyNumberOfJobs()
{
    const QStringList words{"--seeds", "1..100000", "--until-failure", "--record", "none"};
    const Answer one = sweep(words + QStringList{"--jobs", "1"});
    QVERIFY2(one.out.contains("stopped at the first failure, seed "), qPrintable(one.out));
    QVERIFY(one.out.contains("1 failed"));
    QCOMPARE(sweep(words + QStringList{"--jobs", "4"}).out, one.out);
}

void TestSweepCommand::precisionEndsItAtTheSameSeedOnAnyNumberOfJobs()
{
    const QStringList words{"--seeds", "1..100000", "--precision", "0.03", "--record", "none"};
    const Answer one = sweep(words + QStringList{"--jobs", "1"});
    const auto end = QRegularExpression("precise enough after seed (\\d+)000\n").match(one.out);
    QVERIFY2(end.hasMatch(), qPrintable(one.out));
    QVERIFY(end.captured(1).toInt() > 1);
    QCOMPARE(sweep(words + QStringList{"--jobs", "4"}).out, one.out);
    // A thousand seeds are too few for one per cent.
    const Answer wide = sweep({"--seeds", "1..1000", "--precision", "1%", "--record", "none"});
    QVERIFY2(wide.out.contains(QRegularExpression("not precise enough with all seeds: the widest interval is "
                                                  "[0-9.]+ % wide, and --precision asks for 1 %\n")),
             qPrintable(wide.out));
}

void TestSweepCommand::whatItToldOfOutcomesAddsUp()
{
    QFile file(m_folder->filePath("never.toml"));
    QVERIFY(file.open(QIODevice::WriteOnly)
            && file.write("[supervisor.app]\nmax_restarts = 0\nchildren = ['w']\n[worker.w]\n"
                          "init_result = { error = 0.2 }\nlifetime = 'exp(2h)'\n"
                          "[[expect]]\nalways = 'up(app)'\n")
                   > 0);
    file.close();
    const QStringList words{"sweep", "never.toml", "--seeds", "1..200", "--record", "none"};
    const Answer text = daruma::cli::daruma(words, m_folder->path());
    const auto outcomes =
        QRegularExpression("200 runs: (\\d+) passed, (\\d+) failed \\(in (\\d+) of these app gave up\\)\n"
                           ".*; in (\\d+) runs it never came up\n")
            .match(text.out);
    QVERIFY2(outcomes.hasMatch(), qPrintable(text.out));
    QCOMPARE(outcomes.captured(2), outcomes.captured(3));
    QVERIFY(outcomes.captured(4).toInt() > 10);
    const Answer document = daruma::cli::daruma(words + QStringList{"--format", "json"}, m_folder->path());
    QCOMPARE(QJsonDocument::fromJson(document.out.toUtf8()).object()["never_up"].toInt(),
             outcomes.captured(4).toInt());
}

void TestSweepCommand::shardsTogetherAreTheWhole()
{
    const auto runsOf = [](const Answer &answer) {
        return QJsonDocument::fromJson(answer.out.toUtf8()).object()["runs"].toInt();
    };
    const QStringList words{"--seeds", "11..110", "--record", "none", "--format", "json"};
    int runs = 0;
    int restarts = 0;
    for (const char *shard : {"1/3", "2/3", "3/3"}) {
        const Answer part = sweep(words + QStringList{"--shard", QLatin1String(shard)});
        runs += runsOf(part);
        restarts += QJsonDocument::fromJson(part.out.toUtf8()).object()["restarts"].toInt();
    }
    QCOMPARE(runs, 100);
    QCOMPARE(restarts, QJsonDocument::fromJson(sweep(words).out.toUtf8()).object()["restarts"].toInt());
}

void TestSweepCommand::aShardIsReadFromTheJobArray_data()
{
    QTest::addColumn<QStringList>("variables");
    QTest::addColumn<bool>("isUsage");
    QTest::addColumn<QString>("said");
    QTest::newRow("Slurm, from 0") << QStringList{"SLURM_ARRAY_TASK_ID=1", "SLURM_ARRAY_TASK_COUNT=4",
                                                  "SLURM_ARRAY_TASK_MIN=0"}
                                   << false << "seeds 26..50";
    QTest::newRow("Slurm, from 1") << QStringList{"SLURM_ARRAY_TASK_ID=1", "SLURM_ARRAY_TASK_COUNT=4",
                                                  "SLURM_ARRAY_TASK_MIN=1"}
                                   << false << "seeds 1..25";
    QTest::newRow("Kubernetes") << QStringList{"JOB_COMPLETION_INDEX=3", "JOB_COMPLETIONS=4"} << false
                                << "seeds 76..100";
    QTest::newRow("Open MPI") << QStringList{"OMPI_COMM_WORLD_RANK=0", "OMPI_COMM_WORLD_SIZE=4"} << false
                              << "seeds 1..25";
    QTest::newRow("GNU parallel") << QStringList{"PARALLEL_SEQ=4", "DARUMA_SHARDS=4"} << false
                                  << "seeds 76..100, shard 4/4 of 1..100";
    QTest::newRow("an array that counts by two")
        << QStringList{"SLURM_ARRAY_TASK_ID=6", "SLURM_ARRAY_TASK_COUNT=4", "SLURM_ARRAY_TASK_MIN=0"} << true
        << "SLURM_ARRAY_TASK_ID is 6, which is none of 4 shards\nAn array of jobs has to count in steps of 1";
    QTest::newRow("more jobs than shards")
        << QStringList{"PARALLEL_SEQ=7", "DARUMA_SHARDS=3"} << true
        << "PARALLEL_SEQ is 7, which is none of 3 shards\nDARUMA_SHARDS has to be the number of jobs.";
    QTest::newRow("the number of shards is missing")
        << QStringList{"PARALLEL_SEQ=4"} << true << "DARUMA_SHARDS is not set";
    QTest::newRow("no job array") << QStringList{} << true << "this is no job";
}

void TestSweepCommand::aShardIsReadFromTheJobArray()
{
    QFETCH(QStringList, variables);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &variable : variables)
        environment.insert(variable.section(u'=', 0, 0), variable.section(u'=', 1));
    const Answer answer =
        daruma::cli::daruma({"sweep", "poisson.toml", "--seeds", "1..100", "--shard", "auto", "--record",
                             "none", "--set", "supervisor.app.max_restarts=100"},
                            m_folder->path(), {}, environment);
    QFETCH(QString, said);
    QVERIFY2((answer.out + answer.err).contains(said), qPrintable(answer.out + answer.err));
    // `a busy hour` need not be reached in a quarter of the seeds.
    QFETCH(bool, isUsage);
    QCOMPARE(answer.code == 2, isUsage);
}

void TestSweepCommand::whatIsWrongIsToldBeforeAnythingRuns_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("said");
    QTest::newRow("no seeds") << QStringList{} << 2 << "--seeds";
    QTest::newRow("seeds that are no range") << QStringList{"--seeds", "1-10"} << 2 << "FIRST..LAST";
    QTest::newRow("seeds backwards") << QStringList{"--seeds", "10..1"} << 2 << "smaller than the first";
    QTest::newRow("a shard beyond the last")
        << QStringList{"--seeds", "1..10", "--shard", "5/4"} << 2 << "I/N";
    QTest::newRow("more shards than seeds")
        << QStringList{"--seeds", "1..2", "--shard", "1/4"} << 2 << "only 2 seeds";
    QTest::newRow("a key that does not exist")
        << QStringList{"--seeds", "1..2", "--set", "supervisor.app.max_restart=1..3"} << 3
        << "did you mean `max_restarts`";
    QTest::newRow("one value of several is wrong")
        << QStringList{"--seeds", "1..2", "--set", "supervisor.app.within=5s,5"} << 3 << "within";
    QTest::newRow("an empty range") << QStringList{"--seeds", "1..2", "--set",
                                                   "supervisor.app.max_restarts=3..1"}
                                    << 2 << "empty range";
    QTest::newRow("too many settings") << QStringList{"--seeds", "1..2",
                                                      "--set",   "supervisor.app.max_restarts=1..5000",
                                                      "--set",   "scenario.seed=1..5000"}
                                       << 2 << "more than 10000";
    QTest::newRow("a time without a unit")
        << QStringList{"--seeds", "1..2", "--time-budget", "60"} << 2 << "--time-budget";
    QTest::newRow("no jobs") << QStringList{"--seeds", "1..2", "--jobs", "0"} << 2
                             << "--jobs takes a whole number from 1 to 1024, not `0`";
    QTest::newRow("seeds that are too large")
        << QStringList{"--seeds", "18446744073709551614..18446744073709551615"} << 2
        << "seeds go from 0 to 9223372036854775807";
    QTest::newRow("no precision") << QStringList{"--seeds", "1..2", "--precision", "0"} << 2
                                  << "--precision takes a share from 0.000001 to 1, not `0`\nFor example: "
                                     "--precision 0.01";
    QTest::newRow("an empty value") << QStringList{"--seeds", "1..2", "--set",
                                                   "supervisor.app.max_restarts=1,"}
                                    << 2 << "has an empty value";
    QTest::newRow("a value twice") << QStringList{"--seeds", "1..2", "--set",
                                                  "supervisor.app.max_restarts=1,2,1"}
                                   << 2 << "has the value 1 twice";
    QTest::newRow("one seed and many")
        << QStringList{"--seeds", "1..2", "--seed", "7"} << 2 << "there is no option `--seed`";
    QTest::newRow("nothing to resume") << QStringList{"--seeds", "1..2", "--record", "none", "--resume"} << 2
                                       << "nothing that --resume could go on with";
}

void TestSweepCommand::whatIsWrongIsToldBeforeAnythingRuns()
{
    QFETCH(QStringList, words);
    QFETCH(QString, said);
    const Answer answer = sweep(words);
    QTEST(answer.code, "code");
    QVERIFY2(answer.err.contains(said), qPrintable(answer.err));
    QCOMPARE(answer.out, QString());
    QVERIFY(!QFile::exists(m_folder->filePath("daruma.db")));
}

void TestSweepCommand::anInterruptedCampaignKeepsAndReportsWhatIsFinished()
{
    QProcess process;
    process.setWorkingDirectory(m_folder->path());
    const QStringList words{"sweep", "poisson.toml", "--seeds", "1..10000000"};
    process.start(DARUMA_BIN_DIR "/daruma", words);
    QVERIFY(process.waitForStarted());
    QVERIFY(!process.waitForFinished(700));
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(20'000));
    QCOMPARE(process.exitCode(), 130);
    const QString out = QString::fromUtf8(process.readAllStandardOutput());
    const auto told = QRegularExpression("interrupted after seed (\\d+)\n").match(out);
    QVERIFY2(told.hasMatch(), qPrintable(out));
    const Answer count =
        daruma::cli::daruma({"query", "daruma.db", "SELECT count(*) AS runs FROM run"}, m_folder->path());
    QVERIFY2(count.out.contains(told.captured(1)), qPrintable(count.out + count.err));
    const Answer shown = daruma::cli::daruma({"show", "daruma.db"}, m_folder->path());
    QVERIFY2(shown.out.contains("interrupted"), qPrintable(shown.out.left(300)));
    const QString notes = QString::fromUtf8(process.readAllStandardError());
    QVERIFY2(notes.contains("the same command with --resume goes on with it"), qPrintable(notes));
}

QTEST_GUILESS_MAIN(TestSweepCommand)
#include "tst_sweep_command.moc"
