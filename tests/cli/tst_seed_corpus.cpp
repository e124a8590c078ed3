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

constexpr const char *scenario = "[scenario]\n"
                                 "name = 'poisson'\n"
                                 "horizon = '1h'\n"
                                 "[supervisor.app]\n"
                                 "max_restarts = 2\n"
                                 "within = '5s'\n"
                                 "children = ['db']\n"
                                 "[worker.db]\n"
                                 "init_time = 'uniform(100ms, 300ms)'\n"
                                 "[[fault]]\n"
                                 "inject = 'panic'\n"
                                 "into = 'db'\n"
                                 "every = 'exp(90s)'\n"
                                 "[[expect]]\n"
                                 "name = 'app lives # always'\n"
                                 "always = 'up(app)'\n";

}

class TestSeedCorpus : public QObject {
    Q_OBJECT

private slots:
    void init();
    void failingSeedsAreAddedOnceWithWhatFailed();
    void seedsOfTheCorpusAreRunFirstAndToldApart();
    void theCorpusIsNoPartOfTheFiguresNorOfTheDatabase();
    void aSeedOfTheCorpusThatFailsFailsTheCampaign();
    void theFirstShardAloneRunsTheCorpus();
    void whatIsWrongInTheFileIsToldWithItsPlace();
    void aScenarioThatIsNoFileHasNoCorpus_data();
    void aScenarioThatIsNoFileHasNoCorpus();

private:
    Answer daruma(const QStringList &words) const { return daruma::cli::daruma(words, m_folder->path()); }
    Answer sweep(const QStringList &words) const
    {
        return daruma(QStringList{"sweep", "poisson.toml", "--record", "none"} + words);
    }
    QString corpus() const
    {
        QFile file(m_folder->filePath("poisson.seeds"));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString("none");
    }
    void write(const QString &name, const QByteArray &text) const
    {
        QFile file(m_folder->filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(text);
    }
    QJsonObject document(const QStringList &words) const
    {
        return QJsonDocument::fromJson(sweep(words + QStringList{"--format", "json"}).out.toUtf8()).object();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestSeedCorpus::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    write("poisson.toml", scenario);
}

void TestSeedCorpus::failingSeedsAreAddedOnceWithWhatFailed()
{
    write("poisson.seeds", "# by hand\n7  # because");
    const QJsonArray failing = document({"--seeds", "1..300", "--save-failures"})["failing_seeds"].toArray();
    QVERIFY(failing.size() > 5);
    QString expected = "# by hand\n7  # because\n";
    for (const auto &seed : failing) {
        if (seed.toInt() != 7)
            expected += QString("%1  # app lives # always, rules version 1\n").arg(seed.toInt());
    }
    QCOMPARE(corpus(), expected);
    const Answer again = sweep({"--seeds", "1..300", "--save-failures"});
    QVERIFY2(again.err.contains("0 seeds added to poisson.seeds"), qPrintable(again.err));
    QCOMPARE(corpus(), expected);
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), QStringList({"poisson.seeds", "poisson.toml"}));
}

void TestSeedCorpus::seedsOfTheCorpusAreRunFirstAndToldApart()
{
    const int failing = document({"--seeds", "1..300"})["first_failing_seed"].toInt();
    write("poisson.seeds", QString("1\n%1 # known\n2\n1\n").arg(failing).toUtf8());
    const Answer answer = sweep({"--seeds", "1000..1000"});
    QVERIFY2(answer.out.startsWith(
                 QString("corpus: 3 seeds, 1 still fails\n  seed %1: app lives # always: at ").arg(failing)),
             qPrintable(answer.out));
    const QString line = answer.out.section(u'\n', 2, 2).trimmed();
    QVERIFY2(line.startsWith(QString("daruma run poisson.toml --seed %1 ").arg(failing)), qPrintable(line));
    QCOMPARE(daruma({"replay", line}).code, 0);
    const QJsonObject told = document({"--seeds", "1000..1000"})["corpus"].toObject();
    QCOMPARE(told["seeds"].toInt(), 3);
    QCOMPARE(told["failing"].toArray().size(), 1);
    QCOMPARE(told["failing"].toArray()[0].toObject()["seed"].toInt(), failing);
    QVERIFY(sweep({"--seeds", "1000..1000", "--format", "github"}).out.contains("title=corpus::seed "));
    sweep({"--seeds", "1000..1000", "--junit", "r.xml"});
    QFile report(m_folder->filePath("r.xml"));
    QVERIFY(report.open(QIODevice::ReadOnly));
    QVERIFY(report.readAll().contains("<testsuite name=\"poisson corpus\" tests=\"2\" failures=\"1\""));
}

void TestSeedCorpus::theCorpusIsNoPartOfTheFiguresNorOfTheDatabase()
{
    const QStringList words{"sweep", "poisson.toml", "--seeds", "1..50", "--format", "json"};
    const Answer without = daruma(words + QStringList{"--db", "without.db"});
    write("poisson.seeds", "3\n600\n601\n");
    const Answer with = daruma(words + QStringList{"--db", "with.db"});
    QJsonObject document = QJsonDocument::fromJson(with.out.toUtf8()).object();
    QVERIFY(document.contains("corpus"));
    document.remove("corpus");
    QCOMPARE(document, QJsonDocument::fromJson(without.out.toUtf8()).object());
    const QString sql = "SELECT id, seed, fingerprint FROM run";
    QCOMPARE(daruma({"query", "with.db", sql}).out, daruma({"query", "without.db", sql}).out);
}

void TestSeedCorpus::aSeedOfTheCorpusThatFailsFailsTheCampaign()
{
    const int failing = document({"--seeds", "1..300"})["first_failing_seed"].toInt();
    const QString passing = QString("%1..%1").arg(failing - 1);
    QCOMPARE(sweep({"--seeds", passing}).code, 0);
    write("poisson.seeds", QByteArray::number(failing));
    QCOMPARE(sweep({"--seeds", passing}).code, 1);
    const Answer mended = sweep({"--seeds", passing, "--set", "supervisor.app.max_restarts=100"});
    QCOMPARE(mended.code, 0);
    QVERIFY2(mended.out.startsWith("corpus: 1 seed, all pass now\n"), qPrintable(mended.out));
}

void TestSeedCorpus::theFirstShardAloneRunsTheCorpus()
{
    write("poisson.seeds", "1\n");
    QVERIFY(sweep({"--seeds", "1..9", "--shard", "1/2"}).out.startsWith("corpus: 1 seed, "));
    QVERIFY(!sweep({"--seeds", "1..9", "--shard", "2/2"}).out.contains("corpus"));
}

void TestSeedCorpus::whatIsWrongInTheFileIsToldWithItsPlace()
{
    write("poisson.seeds", "1\n\n  seven # lucky\n# fine\n12 13\n99999999999999999999\n-3\n8\n");
    const Answer answer = sweep({"--seeds", "1..2"});
    QCOMPARE(answer.code, 3);
    QCOMPARE(answer.out, QString());
    for (const char *said : {"poisson.seeds:3:3: this is no seed", "poisson.seeds:5:3: only a comment",
                             "poisson.seeds:6:1: this is no seed: it is larger", "poisson.seeds:7:1: "})
        QVERIFY2(answer.err.contains(QLatin1String(said)), qPrintable(answer.err));
}

void TestSeedCorpus::aScenarioThatIsNoFileHasNoCorpus_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("a shipped one") << "db-outage-30s";
    QTest::newRow("standard input") << "-";
}

void TestSeedCorpus::aScenarioThatIsNoFileHasNoCorpus()
{
    QFETCH(QString, name);
    write("db-outage-30s.seeds", "1\n");
    const QStringList words{"sweep", name, "--seeds", "1..2", "--record", "none"};
    const Answer saved =
        daruma::cli::daruma(words + QStringList{"--save-failures"}, m_folder->path(), scenario);
    QCOMPARE(saved.code, 2);
    QVERIFY2(saved.err.contains("is no file, so there is no place beside it"), qPrintable(saved.err));
    const Answer answer = daruma::cli::daruma(words, m_folder->path(), scenario);
    QVERIFY2(!answer.out.contains("corpus"), qPrintable(answer.out));
}

QTEST_GUILESS_MAIN(TestSeedCorpus)
#include "tst_seed_corpus.moc"
