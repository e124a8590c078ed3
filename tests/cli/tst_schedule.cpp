#include "tests/cli/program.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace daruma::cli;

class TestSchedule : public QObject {
    Q_OBJECT

private slots:
    void theDelaysAreThoseOfTheDialect_data();
    void theDelaysAreThoseOfTheDialect();
    void peopleReadThemAsASeries();
    void jitterMakesTwoBounds();
    void mistakesAreTold_data();
    void mistakesAreTold();

private:
    Answer run(const QStringList &words) const
    {
        return daruma::cli::daruma(QStringList{"schedule"} + words, m_folder.path());
    }

    QTemporaryDir m_folder;
};

void TestSchedule::theDelaysAreThoseOfTheDialect_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<QList<int>>("milliseconds");
    QTest::newRow("as it comes") << "processmanager"
                                 << QList<int>{200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000};
    QTest::newRow("what is set replaces that part alone")
        << "processmanager first=5s count=4" << QList<int>{5000, 10000, 20000, 30000};
    QTest::newRow("a first delay beyond the cap is cut")
        << "processmanager first=1m count=2" << QList<int>{30000, 30000};
    QTest::newRow("factor 1 repeats the first")
        << "processmanager factor=1 count=3" << QList<int>{200, 200, 200};
    QTest::newRow("a fixed delay for a dialect without one")
        << "otp backoff=5s count=3" << QList<int>{5000, 5000, 5000};
    QTest::newRow("a jitter that is the same draw each time")
        << "tokio-supervisor jitter=0.5 count=3" << QList<int>{1, 8, 27};
    QTest::newRow("a fixed delay that then grows")
        << "otp backoff=1s factor=3 count=3" << QList<int>{1000, 3000, 9000};
}

void TestSchedule::theDelaysAreThoseOfTheDialect()
{
    QFETCH(QString, words);
    QFETCH(QList<int>, milliseconds);
    const Answer answer = run(QStringList{"--format", "json", "--dialect"} + words.split(' '));
    QVERIFY2(answer.code == 0, qPrintable(answer.err));
    QList<int> delays;
    for (const QJsonValue row : QJsonDocument::fromJson(answer.out.toUtf8()).object()["delays"].toArray())
        delays << int(row.toObject()["delay_ns"].toInteger() / 1'000'000);
    QCOMPARE(delays, milliseconds);
}

void TestSchedule::peopleReadThemAsASeries()
{
    const Answer answer = run({"--dialect", "processmanager", "count=3"});
    QCOMPARE(answer.out, QString("  failure             delay     delays so far\n"
                                 "        1            200 ms            200 ms\n"
                                 "        2            400 ms            600 ms\n"
                                 "        3            800 ms             1.4 s\n"));
}

void TestSchedule::jitterMakesTwoBounds()
{
    const Answer answer = run({"--dialect", "otp", "backoff={ first = \"1s\", jitter = 0.5 }", "count=1"});
    QVERIFY2(answer.out.contains("1 s to 1.5 s"), qPrintable(answer.out));
    const Answer sums = run({"--dialect", "otp", "backoff={ first = \"1s\", jitter = 0.5 }", "count=2"});
    QVERIFY2(sums.out.contains("2 s to 3 s"), qPrintable(sums.out));
}

void TestSchedule::mistakesAreTold_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("message");
    QTest::newRow("no dialect") << QStringList{} << 2 << QString("--dialect");
    QTest::newRow("an unknown dialect")
        << QStringList{"--dialect", "processmanger"} << 3 << QString("did you mean");
    QTest::newRow("a dialect without a backoff")
        << QStringList{"--dialect", "otp"} << 2 << QString("has no backoff of its own");
    QTest::newRow("a dialect with a pause in its place")
        << QStringList{"--dialect", "suture"} << 2
        << QString("it restarts at once, and past its limit all restarts wait for a pause of 15 s to 22.5 s");
    QTest::newRow("an unknown setting")
        << QStringList{"--dialect", "otp", "fctor=2"} << 2 << QString("Did you mean `factor`?");
    QTest::newRow("no setting") << QStringList{"--dialect", "otp", "5s"} << 2 << QString("KEY=VALUE");
    QTest::newRow("a factor below 1")
        << QStringList{"--dialect", "processmanager", "factor=0.5"} << 2 << QString("`factor` lies between");
    QTest::newRow("no delays") << QStringList{"--dialect", "processmanager", "count=0"} << 2
                               << QString("`count` is a whole number");
}

void TestSchedule::mistakesAreTold()
{
    QFETCH(QStringList, words);
    QFETCH(int, code);
    QFETCH(QString, message);
    const Answer answer = run(words);
    QCOMPARE(answer.code, code);
    QVERIFY2(answer.err.contains(message), qPrintable(answer.err));
}

QTEST_APPLESS_MAIN(TestSchedule)
#include "tst_schedule.moc"
