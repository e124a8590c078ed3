#include "tests/cli/program.h"

#include <QDir>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <memory>

using namespace daruma::cli;

/// A run that is broken off, from outside.
class TestInterruption : public QObject {
    Q_OBJECT

private slots:
    void init();
    void anInterruptedRunSaysHowFarItCameAndLeavesAGoodFile_data();
    void anInterruptedRunSaysHowFarItCameAndLeavesAGoodFile();
    void aRunWithoutEventsEndsAtTheSecondRequest();
    void whoeverInterruptsAnotherCommandIsToldSo_data();
    void whoeverInterruptsAnotherCommandIsToldSo();
    void aKilledRunIsShownAsInterrupted();

private:
    Answer run(const QStringList &words) const { return daruma::cli::daruma(words, m_folder->path()); }
    QStringList files() const { return QDir(m_folder->path()).entryList(QDir::Files, QDir::Name); }
    void writeScenario(const char *name, const QByteArray &worker) const;
    void start(QProcess &process, const QStringList &words) const;
    /// Until it has written something, so that it is in the midst of its run.
    bool waitUntilItRecords() const;

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestInterruption::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    writeScenario("long.toml", "lifetime = \"exp(10ms)\"\n");
}

void TestInterruption::writeScenario(const char *name, const QByteArray &worker) const
{
    QFile file(m_folder->filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("[scenario]\nname = \"long\"\nhorizon = \"100000h\"\n"
               "[supervisor.app]\nmax_restarts = 1000000\nchildren = [\"w\"]\n[worker.w]\n"
               + worker);
}

void TestInterruption::start(QProcess &process, const QStringList &words) const
{
    process.setWorkingDirectory(m_folder->path());
    process.start(DARUMA_BIN_DIR "/daruma", words);
    QVERIFY(process.waitForStarted());
}

bool TestInterruption::waitUntilItRecords() const
{
    const QString log = m_folder->filePath("daruma.db-wal");
    return QTest::qWaitFor([&] { return QFileInfo(log).size() > 4'000'000; }, 30'000);
}

void TestInterruption::anInterruptedRunSaysHowFarItCameAndLeavesAGoodFile_data()
{
    QTest::addColumn<int>("signal");
    QTest::addColumn<QString>("format");
    QTest::newRow("Ctrl-C") << SIGINT << "text";
    QTest::newRow("a polite kill") << SIGTERM << "json";
    QTest::newRow("while events are printed") << SIGINT << "jsonl";
}

void TestInterruption::anInterruptedRunSaysHowFarItCameAndLeavesAGoodFile()
{
    QFETCH(int, signal);
    QFETCH(QString, format);
    QCOMPARE(run({"run", "db-outage-30s", "--quiet"}).code, 0);
    QProcess process;
    process.setStandardOutputFile(m_folder->filePath("out"));
    start(process, {"run", "long.toml", "--format", format});
    QVERIFY(waitUntilItRecords());
    ::kill(static_cast<pid_t>(process.processId()), signal);
    QVERIFY(process.waitForFinished(30'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 130);
    const QString said = QString::fromUtf8(process.readAllStandardError());
    static const QRegularExpression how(
        "^interrupted after [0-9,]+ events, .* s of virtual time; what there is of it is kept as run 2 in "
        "daruma.db\n$");
    QVERIFY2(how.match(said).hasMatch(), qPrintable(said));
    QCOMPARE(files(), (QStringList{"daruma.db", "long.toml", "out"}));
    const QString shown = run({"show", "daruma.db"}).out;
    QVERIFY2(shown.contains("truncated") && shown.contains("UTC, interrupted"), qPrintable(shown));
    QCOMPARE(shown.count("interrupted"), 1);
    QCOMPARE(run({"replay", "daruma.db#1"}).code, 0);
    const Answer again = run({"replay", "daruma.db#2", "--quiet"});
    QVERIFY2(again.out.startsWith("the same: "), qPrintable(again.out));
}

void TestInterruption::aRunWithoutEventsEndsAtTheSecondRequest()
{
    // A fault that never takes place makes a world busy with nothing.
    writeScenario("mute.toml", "[[fault]]\ninject = \"panic\"\ninto = \"w\"\nevery = \"1ns\"\nchance = 0\n");
    QProcess process;
    start(process, {"run", "mute.toml"});
    QTest::qWait(300);
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(!process.waitForFinished(700));
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(2'000));
    QCOMPARE(process.exitCode(), 130);
    QVERIFY(run({"show", "daruma.db"}).out.contains("0 runs"));
}

void TestInterruption::whoeverInterruptsAnotherCommandIsToldSo_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::newRow("export") << QStringList{"export", "long.toml", "--format", "csv"};
    QTest::newRow("explain") << QStringList{"explain", "long.toml"};
    QTest::newRow("diff") << QStringList{"diff", "long.toml", "long.toml"};
}

void TestInterruption::whoeverInterruptsAnotherCommandIsToldSo()
{
    QFETCH(QStringList, words);
    QProcess process;
    process.setStandardOutputFile(QProcess::nullDevice());
    start(process, words);
    QTest::qWait(300);
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(10'000));
    QCOMPARE(process.exitCode(), 130);
    QCOMPARE(process.readAllStandardError(), QByteArray("interrupted\n"));
}

void TestInterruption::aKilledRunIsShownAsInterrupted()
{
    QProcess process;
    start(process, {"run", "long.toml"});
    QVERIFY(waitUntilItRecords());
    const QString meanwhile = run({"show", "daruma.db"}).out;
    QVERIFY2(meanwhile.contains("UTC, running\n"), qPrintable(meanwhile));
    process.kill();
    QVERIFY(process.waitForFinished(30'000));
    const QString shown = run({"show", "daruma.db"}).out;
    QVERIFY2(shown.contains("0 runs") && shown.contains("UTC, interrupted\n"), qPrintable(shown));
    QCOMPARE(files(), (QStringList{"daruma.db", "long.toml"}));
}

QTEST_GUILESS_MAIN(TestInterruption)
#include "tst_interruption.moc"
