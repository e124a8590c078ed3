#include "tests/cli/poisson.h"
#include "tests/cli/program.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace daruma::cli;

/// Campaigns with more than one setting: grids, and swarms.
class TestSweepGrids : public QObject {
    Q_OBJECT

private slots:
    void init();
    void everySettingOfAGridMeetsTheSameFaults();
    void aGridNamesWhatFailedUnderWhichSetting();
    void whereSeedsChangeNothingItIsSaid_data();
    void whereSeedsChangeNothingItIsSaid();
    void aSwarmDrawsWhatItsReproLinesSay();
    void aSwarmDrawsFrequencyAndLengthEachForItself();

private:
    Answer sweep(const QStringList &words) const
    {
        return daruma::cli::daruma(QStringList{"sweep", "poisson.toml"} + words, m_folder->path());
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestSweepGrids::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QFile file(m_folder->filePath("poisson.toml"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(poisson);
}

void TestSweepGrids::everySettingOfAGridMeetsTheSameFaults()
{
    // The limit plays no part here, so both settings have to do exactly the same.
    const Answer answer = sweep({"--seeds", "1..50", "--record", "none", "--format", "json", "--set",
                                 "supervisor.app.max_restarts=1000,2000"});
    const QJsonArray cells = QJsonDocument::fromJson(answer.out.toUtf8()).object()["cells"].toArray();
    QCOMPARE(cells.size(), 2);
    QJsonObject first = cells[0].toObject();
    QJsonObject second = cells[1].toObject();
    QCOMPARE(first.take("settings").toObject()["supervisor.app.max_restarts"].toString(), QString("1000"));
    QCOMPARE(second.take("settings").toObject()["supervisor.app.max_restarts"].toString(), QString("2000"));
    QVERIFY(first["restarts"].toInt() > 0);
    QCOMPARE(first, second);
}

void TestSweepGrids::aGridNamesWhatFailedUnderWhichSetting()
{
    // One setting under which nothing is ever restarted, and one under which some runs fail.
    const Answer answer = sweep({"--seeds", "1..50", "--record", "none", "--set",
                                 "fault.\"panic db every exp(5m)\".every=never,exp(20s)"});
    QCOMPARE(answer.code, 1);
    const QRegularExpression told(
        "  FAILED app lives: failed under 1 of 2 settings\n"
        "      every=exp\\(20s\\): failed in \\d+ of 50 runs, first with seed \\d+\n"
        "  FAILED a busy hour: failed under 1 of 2 settings\n"
        "      every=never: reached in none of 50 runs\n");
    QVERIFY2(answer.out.contains(told), qPrintable(answer.out + answer.err));
    const Answer good =
        sweep({"--seeds", "1..50", "--record", "none", "--set", "supervisor.app.max_restarts=1000,2000"});
    QVERIFY2(good.out.contains("  ok     app lives: met under every setting\n"), qPrintable(good.out));
}

void TestSweepGrids::whereSeedsChangeNothingItIsSaid_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<bool>("isSaid");
    const QStringList steady{"sweep", "db-outage-30s", "--seeds", "1..20"};
    QTest::newRow("one setting") << steady << true;
    QTest::newRow("a grid") << steady + QStringList{"--set", "supervisor.app.max_restarts=1,5"} << true;
    QTest::newRow("chance in it") << steady + QStringList{"--set", "worker.conn.lifetime=exp(20s)"} << false;
    QTest::newRow("one seed") << QStringList{"sweep", "db-outage-30s", "--seeds", "1..1"} << false;
}

/// By the sweep, and by what it recorded.
void TestSweepGrids::whereSeedsChangeNothingItIsSaid()
{
    QFETCH(QStringList, words);
    QFETCH(bool, isSaid);
    const QString line = QStringLiteral("are all the same: seeds change nothing here\n");
    const Answer swept = daruma::cli::daruma(words + QStringList{"--db", "same.db"}, m_folder->path());
    QVERIFY2(swept.out.contains(line) == isSaid, qPrintable(swept.out));
    const Answer shown = daruma::cli::daruma({"show", "same.db", "--campaign", "1"}, m_folder->path());
    QVERIFY2(shown.out.contains(line) == isSaid, qPrintable(shown.out + shown.err));
}

void TestSweepGrids::aSwarmDrawsWhatItsReproLinesSay()
{
    QFile file(m_folder->filePath("poisson.toml"));
    QVERIFY(file.open(QIODevice::Append));
    file.write("[[fault]]\n"
               "name = 'slow \"start\"'\n"
               "inject = 'delay'\n"
               "on = 'init'\n"
               "into = 'app/*'\n"
               "by = 'uniform(1s, 3s)'\n"
               "[[fault]]\n"
               "inject = 'outage'\n"
               "into = 'db'\n"
               "at = '10m'\n"
               "lasts = 'exp(10s)'\n");
    file.close();
    const Answer answer = sweep({"--seeds", "1..200", "--swarm", "--format", "json"});
    const QString repro = QJsonDocument::fromJson(answer.out.toUtf8()).object()["repro"].toString();
    QVERIFY2(repro.startsWith("daruma run poisson.toml --seed "), qPrintable(answer.out + answer.err));
    QVERIFY(repro.contains("scenario.ties=random"));
    // The line names what the run has to be, so it would be refused were it another.
    const Answer again = daruma::cli::daruma({"replay", repro}, m_folder->path());
    QVERIFY2(again.code == 0, qPrintable(again.err));
    const Answer drawn = daruma::cli::daruma({"query", "daruma.db", "SELECT overrides FROM run ORDER BY id"},
                                             m_folder->path());
    for (const char *setting : {"\"slow \\\"start\\\"\".chance=0", ".by=uniform(4s, 12s)",
                                ".every=exp(1m15s)", ".lasts=exp(40s)", ".at=40m", ".into=\"app/web\""})
        QVERIFY2(drawn.out.contains(QLatin1String(setting)), setting);
}

void TestSweepGrids::aSwarmDrawsFrequencyAndLengthEachForItself()
{
    QFile file(m_folder->filePath("outage.toml"));
    QVERIFY(file.open(QIODevice::WriteOnly)
            && file.write("[supervisor.app]\nmax_restarts = 3\nwithin = '1m'\nchildren = ['w']\n[worker.w]\n"
                          "[[fault]]\nname = 'A'\ninject = 'outage'\ninto = 'w'\nevery = 'exp(10m)'\n"
                          "lasts = 'exp(10s)'\n"
                          "[[fault]]\nname = 'off'\ninject = 'panic'\ninto = 'w'\nat = '1m'\nchance = 0\n"
                          "[[expect]]\nalways = 'up(app)'\n")
                   > 0);
    file.close();
    const QStringList words{"sweep", "outage.toml", "--seeds", "1..400", "--swarm"};
    const Answer text = daruma::cli::daruma(words, m_folder->path());
    QVERIFY2(text.out.contains("dialect otp, seeds 1..400, swarm\n"), qPrintable(text.out));
    QVERIFY2(
        text.out.contains(QRegularExpression("\nswarm, seeds 1\\.\\.400\n +fault +failed where.*\n  A  ")),
        qPrintable(text.out));
    const Answer drawn =
        daruma::cli::daruma({"query", "daruma.db", "SELECT overrides FROM run"}, m_folder->path());
    QSet<QString> pairs;
    int on = 0;
    for (const QString &line : drawn.out.split(u'\n')) {
        const auto every = QRegularExpression("every=([^ \\\\]+)").match(line).captured(1);
        const auto lasts = QRegularExpression("lasts=([^ \\\\]+)").match(line).captured(1);
        if (!every.isEmpty() && !lasts.isEmpty())
            pairs.insert(every + lasts);
        on += line.contains("ties=random") && !line.contains("fault.A.chance=0");
    }
    // Four values that differ from the scenario's of each.
    QCOMPARE(pairs.size(), 16);
    const Answer document =
        daruma::cli::daruma(words + QStringList{"--record", "none", "--format", "json"}, m_folder->path());
    const QJsonObject json = QJsonDocument::fromJson(document.out.toUtf8()).object();
    const QJsonArray faults = json["swarm"]["faults"].toArray();
    QCOMPARE(faults.size(), 1);
    QCOMPARE(faults[0]["on"]["runs"].toInt(), on);
    QCOMPARE(faults[0]["on"]["failed"].toInt(), json["failed"].toInt());
    QVERIFY(json["failed"].toInt() > 0);
    QCOMPARE(faults[0]["off"]["failed"].toInt(), 0);
}

QTEST_GUILESS_MAIN(TestSweepGrids)
#include "tst_sweep_grids.moc"
