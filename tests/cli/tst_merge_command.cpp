#include "tests/cli/program.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace daruma::cli;

namespace {

/// Places and reasons appear as the seeds go by: a worker that is started later, and restarts of many kinds.
constexpr const char *scenario = "[scenario]\n"
                                 "name = 'poisson'\n"
                                 "horizon = '2h'\n"
                                 "[supervisor.root]\n"
                                 "max_restarts = 5\n"
                                 "within = '1h'\n"
                                 "children = ['app', 'late']\n"
                                 "[supervisor.app]\n"
                                 "max_restarts = 2\n"
                                 "within = '5s'\n"
                                 "children = ['db', 'web']\n"
                                 "[supervisor.late]\n"
                                 "strategy = 'one_for_all'\n"
                                 "children = ['cache']\n"
                                 "[worker.db]\n"
                                 "init_time = 'uniform(100ms, 300ms)'\n"
                                 "[worker.web]\n"
                                 "needs = ['db']\n"
                                 "patience = '150ms'\n"
                                 "[worker.cache]\n"
                                 "[[fault]]\n"
                                 "inject = 'panic'\n"
                                 "into = 'db'\n"
                                 "every = 'exp(5m)'\n"
                                 "[[fault]]\n"
                                 "inject = 'kill'\n"
                                 "into = 'cache'\n"
                                 "every = 'exp(10h)'\n"
                                 "[[expect]]\n"
                                 "name = 'app lives'\n"
                                 "always = 'up(app)'\n";

const QStringList comparedRows{
    "SELECT id, scenario_id, first_seed, last_seed, options, rules_version FROM campaign",
    "SELECT id, campaign_id, scenario_id, seed, dialect, overrides, outcome, end_ns, events, restarts, "
    "fingerprint, layout_id FROM run",
    "SELECT * FROM restart_kind",
    "SELECT * FROM restart_row",
    "SELECT * FROM escalation",
    "SELECT * FROM node_run",
    "SELECT * FROM violation",
    "SELECT * FROM report",
    "SELECT * FROM node",
    "SELECT * FROM layout",
    "SELECT run_id, first_seq, events, first_t_ns, last_t_ns, hex(data) FROM event_chunk",
    "SELECT id, name, fingerprint FROM scenario"};

}

class TestMergeCommand : public QObject {
    Q_OBJECT

private slots:
    void init();
    void shardsJoinedAreTheCampaignOfOneMachine_data();
    void shardsJoinedAreTheCampaignOfOneMachine();
    void theFiguresOfTheWholeAreToldFromItsRows();
    void killedShardsThatWereResumedJoinToTheSame();
    void mergingAgainChangesNothing_data();
    void mergingAgainChangesNothing();
    void whatDoesNotBelongTogetherIsRefused_data();
    void whatDoesNotBelongTogetherIsRefused();
    void anUnfinishedShardIsRefusedWithTheCommandThatFinishesIt();
    void otherCampaignsAreTakenAsTheyAreEachOnce();
    void aKilledMergeLeavesTheFileAsItWas();

private:
    Answer daruma(const QStringList &words) const { return daruma::cli::daruma(words, m_folder->path()); }
    void shard(const QString &which, const QString &database, const QStringList &words = {}) const
    {
        const Answer answer = daruma(QStringList{"sweep", "poisson.toml", "--seeds", "1..90", "--shard",
                                                 which, "--db", database, "--jobs", "2"}
                                     + words);
        QVERIFY2(answer.code == 0 || answer.code == 1, qPrintable(answer.err));
    }
    QStringList rows(const QString &database) const
    {
        QStringList all;
        for (const QString &sql : comparedRows) {
            const Answer answer = daruma({"query", database, sql});
            all << (answer.code == 0 ? answer.out : answer.err);
        }
        return all;
    }
    QByteArray bytes(const QString &name) const
    {
        QFile file(m_folder->filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("none");
    }
    void write(const QString &name, const QByteArray &text) const
    {
        QFile file(m_folder->filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(text);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestMergeCommand::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    write("poisson.toml", scenario);
}

void TestMergeCommand::shardsJoinedAreTheCampaignOfOneMachine_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::newRow("one setting") << QStringList{};
    QTest::newRow("a grid") << QStringList{"--set", "supervisor.app.max_restarts=1..3"};
    QTest::newRow("every event of what fails") << QStringList{"--record", "failures"};
}

void TestMergeCommand::shardsJoinedAreTheCampaignOfOneMachine()
{
    QFETCH(QStringList, words);
    const QStringList sweep{"sweep", "poisson.toml", "--seeds", "1..90"};
    daruma(sweep + words + QStringList{"--jobs", "1", "--db", "one.db"});
    daruma(sweep + words + QStringList{"--jobs", "2", "--db", "two.db"});
    for (const char *which : {"1/3", "2/3", "3/3"})
        shard(which, QString("shard-%1.db").arg(which[0]), words);
    // The order in which they are named makes no difference.
    const Answer merged = daruma({"merge", "whole.db", "shard-3.db", "shard-1.db", "shard-2.db"});
    QCOMPARE(merged.code, 0);
    QVERIFY2(merged.out.contains("1 campaign, 1 of them joined from shards"), qPrintable(merged.out));
    QCOMPARE(rows("two.db"), rows("one.db"));
    QCOMPARE(rows("whole.db"), rows("one.db"));
    QVERIFY(rows("one.db").at(1).count('\n') > 90);
    QVERIFY(rows("one.db").at(2).count('\n') > 2);
    QCOMPARE(rows("one.db").at(10).count('\n') > 5, words.contains("failures"));
    // It counts as the campaign of that command.
    const Answer again = daruma(sweep + words + QStringList{"--db", "whole.db", "--resume"});
    QVERIFY2(again.err.contains("the campaign is complete"), qPrintable(again.err));
    QCOMPARE(QDir(m_folder->path()).entryList({"*merging*"}), QStringList());
}

void TestMergeCommand::theFiguresOfTheWholeAreToldFromItsRows()
{
    const QStringList words{"--set", "supervisor.app.max_restarts=1,2"};
    for (const char *which : {"1/2", "2/2"})
        shard(which, QString("shard-%1.db").arg(which[0]), words);
    daruma({"merge", "whole.db", "shard-1.db", "shard-2.db"});
    const auto document = [this](const QStringList &all) {
        return QJsonDocument::fromJson(daruma(all + QStringList{"--format", "json"}).out.toUtf8()).object();
    };
    const QJsonObject made =
        document(QStringList{"sweep", "poisson.toml", "--seeds", "1..90", "--record", "none"} + words);
    const QJsonObject told = document({"show", "whole.db", "--campaign", "1"});
    for (const char *key : {"runs", "passed", "failed", "gave_up", "restarts", "first_failing_seed"})
        QCOMPARE(told[key], made[key]);
    const QJsonArray settings = told["settings"].toArray();
    const QJsonArray cells = made["cells"].toArray();
    QCOMPARE(settings.size(), 2);
    double failed = 0;
    for (int i = 0; i < 2; ++i) {
        QCOMPARE(settings[i]["failed"], cells[i]["failed"]);
        QCOMPARE(settings[i]["survived"]["low"], cells[i]["nodes"][0]["survival"]["low"]);
        failed += cells[i]["expectations"][0]["failed"].toDouble();
    }
    QVERIFY(failed > 0);
    QCOMPARE(told["violations"][0]["runs"].toDouble(), failed);
    const Answer text = daruma({"show", "whole.db", "--campaign", "1"});
    QVERIFY2(text.out.contains(QString("180 runs: %1 passed").arg(told["passed"].toInt())),
             qPrintable(text.out + text.err));
    const Answer list = daruma({"show", "whole.db", "--failed", "--format", "jsonl"});
    QCOMPARE(list.out.count(u'\n'), told["failed"].toInt());
    QCOMPARE(list.out.count("\"outcome\":\"failed\""), told["failed"].toInt());
    QCOMPARE(daruma({"show", "whole.db", "--campaign", "2"}).code, 3);
    QCOMPARE(daruma({"show", "whole.db", "--campaign", "1", "--failed"}).code, 2);
}

void TestMergeCommand::killedShardsThatWereResumedJoinToTheSame()
{
    const QStringList sweep{"sweep", "poisson.toml",         "--seeds", "1..450",
                            "--set", "scenario.horizon=96h", "--set",   "supervisor.app.max_restarts=50"};
    daruma(sweep + QStringList{"--db", "one.db"});
    int killed = 0;
    for (const char *which : {"1/3", "2/3", "3/3"}) {
        const QStringList words =
            sweep + QStringList{"--shard", which, "--db", QString("shard-%1.db").arg(which[0]), "--resume"};
        for (int i = 0; i < 2; ++i) {
            QProcess process;
            process.setWorkingDirectory(m_folder->path());
            process.start(DARUMA_BIN_DIR "/daruma", words);
            QVERIFY(process.waitForStarted());
            if (!process.waitForFinished(40 + 40 * i)) {
                process.kill();
                process.waitForFinished();
                ++killed;
            }
        }
        daruma(words);
    }
    QVERIFY2(killed >= 3, qPrintable(QString("only %1 of 6 were killed").arg(killed)));
    const Answer merged = daruma({"merge", "whole.db", "shard-1.db", "shard-2.db", "shard-3.db"});
    QVERIFY2(merged.code == 0, qPrintable(merged.err));
    QCOMPARE(rows("whole.db"), rows("one.db"));
}

void TestMergeCommand::mergingAgainChangesNothing_data()
{
    QTest::addColumn<QStringList>("inputs");
    QTest::newRow("all of them") << QStringList{"shard-1.db", "shard-2.db"};
    QTest::newRow("the result among them") << QStringList{"shard-2.db", "whole.db", "shard-1.db"};
    QTest::newRow("one of them") << QStringList{"shard-2.db"};
    QTest::newRow("a copy of the result") << QStringList{"copy.db"};
    QTest::newRow("nothing but itself") << QStringList{"whole.db"};
}

void TestMergeCommand::mergingAgainChangesNothing()
{
    shard("1/2", "shard-1.db");
    shard("2/2", "shard-2.db");
    QCOMPARE(daruma({"merge", "whole.db", "shard-1.db", "shard-2.db"}).code, 0);
    QVERIFY(QFile::copy(m_folder->filePath("whole.db"), m_folder->filePath("copy.db")));
    const QByteArray before = bytes("whole.db");
    QFETCH(QStringList, inputs);
    const Answer again = daruma(QStringList{"merge", "whole.db"} + inputs);
    QCOMPARE(again.code, 0);
    QVERIFY2(again.out.contains("90 runs of 1 campaign; it held all of that already"), qPrintable(again.out));
    QCOMPARE(bytes("whole.db"), before);
}

void TestMergeCommand::whatDoesNotBelongTogetherIsRefused_data()
{
    QTest::addColumn<QString>("change");
    QTest::addColumn<QString>("said");
    QTest::newRow("a shard is missing") << "none"
                                        << "shard 2/2 is in none of the files";
    QTest::newRow("two shards are missing") << "most"
                                            << "shards 2/3, 3/3 are in none of the files";
    QTest::newRow("another text of the scenario")
        << "scenario"
        << "do not belong together: their scenarios poisson are different texts";
    QTest::newRow("other options") << "--set supervisor.app.max_restarts=9"
                                   << "max_restarts=9 --dialect otp`";
    QTest::newRow("other seeds") << "--seeds 1..80"
                                 << "seeds 1..90 and 1..80";
    QTest::newRow("shards that overlap") << "--shard 3/3"
                                         << "2 shards and 3, which overlap";
    QTest::newRow("a shard that ended early") << "--until-failure"
                                              << "before its last, 90: what --until-failure";
    QTest::newRow("a file that is no database") << "text"
                                                << "shard-2.db";
}

void TestMergeCommand::whatDoesNotBelongTogetherIsRefused()
{
    QFETCH(QString, change);
    shard(change == "most" ? "1/3" : "1/2", "shard-1.db");
    QStringList inputs{"shard-1.db", "shard-2.db"};
    const bool isMissing = change == "none" || change == "most";
    if (isMissing)
        inputs.removeLast();
    else if (change == "text")
        write("shard-2.db", QByteArray(4096, 'x'));
    else if (change == "scenario")
        write("poisson.toml", QByteArray(scenario) + "# another\n");
    if (!QFile::exists(m_folder->filePath("shard-2.db")) && !isMissing) {
        QStringList words{"sweep", "poisson.toml", "--db", "shard-2.db"};
        if (change.startsWith("--"))
            words += change.split(u' ');
        if (!change.startsWith("--seeds"))
            words += {"--seeds", "1..90"};
        if (!change.startsWith("--shard"))
            words += {"--shard", "2/2"};
        daruma(words);
    }
    const Answer merged = daruma(QStringList{"merge", "whole.db"} + inputs);
    QFETCH(QString, said);
    QCOMPARE(merged.code, 3);
    QVERIFY2(merged.err.contains(said), qPrintable(merged.err));
    QVERIFY(!QFile::exists(m_folder->filePath("whole.db")));
}

void TestMergeCommand::anUnfinishedShardIsRefusedWithTheCommandThatFinishesIt()
{
    shard("1/2", "shard-1.db");
    QProcess process;
    process.setWorkingDirectory(m_folder->path());
    // Long enough that a campaign without time is not done before it is looked at.
    const QStringList slow{
        "--seeds", "1..90", "--set", "scenario.horizon=300h", "--set", "supervisor.app.max_restarts=50"};
    daruma(QStringList{"sweep", "poisson.toml", "--shard", "1/2", "--db", "slow-1.db"} + slow);
    daruma(QStringList{"sweep", "poisson.toml", "--shard", "2/2", "--db", "slow-2.db", "--time-budget", "1us"}
           + slow);
    const Answer merged = daruma({"merge", "whole.db", "slow-1.db", "slow-2.db"});
    QCOMPARE(merged.code, 3);
    QVERIFY2(merged.err.contains("slow-2.db: shard 2/2 of poisson is not finished"), qPrintable(merged.err));
    const QString begin = "This finishes it: daruma ";
    QString command = merged.err.mid(merged.err.indexOf(begin) + begin.size()).section(u'\n', 0, 0);
    QCOMPARE(command,
             QString("sweep poisson.toml --set scenario.horizon=300h --set supervisor.app.max_restarts=50 "
                     "--dialect otp --seeds 1..90 --shard 2/2 --db slow-2.db --resume"));
    const Answer finished = daruma(command.split(u' '));
    QVERIFY2(finished.code == 0 || finished.code == 1, qPrintable(finished.err));
    QCOMPARE(daruma({"merge", "whole.db", "slow-1.db", "slow-2.db"}).code, 0);
}

void TestMergeCommand::otherCampaignsAreTakenAsTheyAreEachOnce()
{
    // The same run twice in one database is two runs; the same database twice is one.
    daruma({"run", "poisson.toml", "--db", "runs.db", "--seed", "4"});
    daruma({"run", "poisson.toml", "--db", "runs.db", "--seed", "4"});
    shard("1/2", "runs.db");
    shard("2/2", "shard-2.db");
    daruma({"run", "db-outage-30s", "--db", "other.db"});
    daruma({"run", "db-outage-30s", "--db", "whole.db", "--seed", "9"});
    const Answer merged = daruma({"merge", "whole.db", "runs.db", "shard-2.db", "other.db", "runs.db"});
    QVERIFY2(merged.code == 0, qPrintable(merged.err));
    const Answer list =
        daruma({"query", "whole.db",
                "SELECT campaign.id, name, first_seed, last_seed, (SELECT count(*) FROM run WHERE "
                "campaign_id = campaign.id) AS runs FROM campaign JOIN scenario ON scenario.id = scenario_id",
                "--format", "json"});
    const QString squeezed = QString(list.out).remove(QRegularExpression("[\\s\"]"));
    QVERIFY2(squeezed.contains("[1,db-outage-30s,9,9,1]") && squeezed.contains("[2,poisson,4,4,1]")
                 && squeezed.contains("[3,poisson,4,4,1]") && squeezed.contains("[4,poisson,1,90,90]")
                 && squeezed.contains("[5,db-outage-30s,1,1,1]") && !squeezed.contains("[6,"),
             qPrintable(list.out));
    // Runs replay, events and all.
    QCOMPARE(daruma({"replay", "whole.db#2"}).code, 0);
    QCOMPARE(daruma({"replay", "whole.db#94"}).code, 0);
    QCOMPARE(daruma({"show", "whole.db", "94", "--format", "jsonl"}).out,
             daruma({"show", "other.db", "1", "--format", "jsonl"}).out);
    QVERIFY(daruma({"merge", "whole.db", "runs.db", "other.db"}).out.contains("held all of that already"));
}

void TestMergeCommand::aKilledMergeLeavesTheFileAsItWas()
{
    for (const char *which : {"1/2", "2/2"})
        shard(which, QString("shard-%1.db").arg(which[0]), {"--record", "all"});
    daruma({"run", "db-outage-30s", "--db", "whole.db"});
    const QStringList before = rows("whole.db");
    const QStringList words{"merge", "whole.db", "shard-1.db", "shard-2.db"};
    int killed = 0;
    for (int i = 0; i < 12 && rows("whole.db") == before; ++i) {
        QProcess process;
        process.setWorkingDirectory(m_folder->path());
        process.start(DARUMA_BIN_DIR "/daruma", words);
        QVERIFY(process.waitForStarted());
        if (!process.waitForFinished(2 + 3 * i)) {
            process.kill();
            process.waitForFinished();
            ++killed;
        }
        const QStringList now = rows("whole.db");
        QVERIFY2(now == before || now.at(0).contains("90"), qPrintable(now.join(u'\n').left(500)));
    }
    QVERIFY2(killed > 0, "a merge is too short to be killed");
    QVERIFY(daruma(words).out.contains("91 runs of 2 campaigns"));
    QCOMPARE(QDir(m_folder->path()).entryList({"*merging*"}), QStringList());
    QCOMPARE(daruma({"replay", "whole.db#91"}).code, 0);
}

QTEST_GUILESS_MAIN(TestMergeCommand)
#include "tst_merge_command.moc"
