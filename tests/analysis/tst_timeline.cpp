#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/analysis/reply_text.h"
#include "simulator/analysis/timeline.h"
#include "tests/analysis/running.h"
#endif

#include <QTest>

using namespace daruma;

namespace {

QStringList textsOf(const char *scenario)
{
    const Ran ran(scenario);
    QStringList texts;
    for (const TimelineRow &row : timeline(ran.model(), ran.run))
        texts << QString::fromStdString(row.text);
    return texts;
}

}

class TestTimeline : public QObject {
    Q_OBJECT

private slots:
    void strikesOfOneMomentAreSummedUp();
    void strikesThatMeetNothingAreSummedUp();
    void theEndOfTheRootEndsTheStoryOfRepeatedStrikes();
    void eachLineKnowsItsFirstEvent();
    void answersAreToldInWords_data();
    void answersAreToldInWords();
    void whatIsSummedUpKeepsItsFigures_data();
    void whatIsSummedUpKeepsItsFigures();
    void aPauseIsNotSummedUpWithRestarts();
    void whatADialectLimitsByStartsIsToldInStarts();
    void aChildThatStaysDownIsSaidTo_data();
    void aChildThatStaysDownIsSaidTo();
    void leftoversAreTold();
    void aCommandNamesTheChild();
};

void TestTimeline::strikesOfOneMomentAreSummedUp()
{
    const QStringList texts =
        textsOf("[supervisor.app]\nmax_restarts = 100\nchildren = [\"w\"]\n[worker.w]\ncount = 20\n"
                "[[fault]]\nname = \"f\"\ninject = \"kill\"\ninto = \"w\"\nat = \"3s\"\n");
    QVERIFY2(texts.size() < 12, qPrintable(texts.join('\n')));
    QVERIFY2(texts.contains("… the 2 lines above 18 more times, at 3 s"), qPrintable(texts.join('\n')));
    QVERIFY2(texts.contains("… 18 more like this, at 3 s"), qPrintable(texts.join('\n')));
    QVERIFY(texts.contains("the fault \"f\" struck w[0]"));
    QVERIFY(texts.contains("the fault \"f\" struck w[19]"));
}

void TestTimeline::theEndOfTheRootEndsTheStoryOfRepeatedStrikes()
{
    // What outlives the root is told all the same.
    const QStringList texts =
        textsOf("[scenario]\nhorizon = \"1h\"\n[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n"
                "[[fault]]\nname = \"f\"\ninject = \"panic\"\ninto = \"w\"\nevery = \"1s\"\n");
    QCOMPARE(texts.last(), QString("… 3,598 strikes after the end of app meet nothing, until 1 h"));
    QCOMPARE(texts.filter("found nothing").size(), 0);
}

void TestTimeline::strikesThatMeetNothingAreSummedUp()
{
    const QStringList expected{"app is up (21 processes)", "app was given the command shutdown",
                               "stopped w[19], w[18], w[17] and 18 more", "app answered shutdown: done",
                               "… 20 strikes after the end of app meet nothing, at 3 s"};
    QCOMPARE(textsOf("[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\ncount = 20\n"
                     "[[command]]\nat = \"1s\"\ndo = \"shutdown\"\nto = \"app\"\n"
                     "[[fault]]\nname = \"f\"\ninject = \"kill\"\ninto = \"w\"\nat = \"3s\"\n"),
             expected);
}

void TestTimeline::eachLineKnowsItsFirstEvent()
{
    const Ran ran("[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\nlifetime = [\"1s\", \"never\"]\n");
    const std::vector<TimelineRow> rows = timeline(ran.model(), ran.run);
    QCOMPARE(rows.size(), std::size_t{2});
    QVERIFY(ran.run.events[rows[0].event.value].kind == EventKind::Started);
    QVERIFY(ran.run.events[rows[1].event.value].kind == EventKind::Exit);
}

void TestTimeline::answersAreToldInWords_data()
{
    QTest::addColumn<QByteArray>("result");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char *name, const char *result, const char *sentence) {
        QTest::newRow(name) << QByteArray(result) << QString(sentence);
    };
    row("done", "\"ok\"", "app answered X: done");
    row("a child", "[\"ok\", \"app/w#2\"]", "app answered X: app/w#2 is up");
    row("no process", "[\"ok\", \"undefined\"]", "app answered X: done");
    row("unknown child", "[\"error\", \"not_found\"]", "app refused X: there is no such child");
    row("a reason", "[\"error\", \"panic:x\"]", "app refused X: the start failed: panic:x");
    row("there already", "[\"error\", [\"already_started\", \"app/w#1\"]]",
        "app refused X: app/w#1 is there already");
    row("nobody there", "[\"exit\", \"noproc\"]", "X reached nobody: app was not running");
    row("ended meanwhile", "[\"exit\", \"killed\"]", "X had no answer: app ended (killed)");
    row("a list",
        "[[\"a\", 1, \"worker\"], [\"b\", \"restarting\", \"worker\"], [\"c\", \"undefined\", "
        "\"supervisor\"]]",
        "app answered X: 3 children: a, b (restarting), c (not running)");
    row("no children", "[]", "app answered X: 0 children");
    row("counts", "{\"specs\": 3, \"active\": 2, \"supervisors\": 1, \"workers\": 2}",
        "app answered X: 3 children, of which 2 run; 1 supervisor and 2 workers");
    row("something else", "17", "app answered X: 17");
    row("nothing yet", "null", "app answered X: there is none yet");
    row("a sentence", "[\"error\", \"child with id 'g' not found\"]",
        "app refused X: child with id 'g' not found");
}

void TestTimeline::answersAreToldInWords()
{
    QFETCH(QByteArray, result);
    QFETCH(QString, sentence);
    QCOMPARE(QString::fromStdString(replySentence("app", "X", result.constData())), sentence);
}

void TestTimeline::whatIsSummedUpKeepsItsFigures_data()
{
    QTest::addColumn<QByteArray>("scenario");
    QTest::addColumn<QString>("line");
    QTest::newRow("delays") << QByteArray("[scenario]\ndialect = \"processmanager\"\nhorizon = \"28s\"\n"
                                          "[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n"
                                          "lifetime = \"10ms\"\n")
                            << "… 6 more like this (delays of 400 ms to 12.8 s), until 12.67 s";
    QTest::newRow("times to failure")
        << QByteArray("[supervisor.app]\nmax_restarts = 100\nchildren = [\"w\"]\n[worker.w]\n"
                      "lifetime = [\"1s\", \"2s\", \"3s\", \"2s\", \"1s\", \"never\"]\n")
        << "… 3 more like this (after 2 s to 3 s), until 8 s";
    QTest::newRow("the same ones are not repeated")
        << QByteArray("[supervisor.app]\nmax_restarts = 100\nchildren = [\"w\"]\n[worker.w]\n"
                      "lifetime = [\"1s\", \"1s\", \"1s\", \"1s\", \"1s\", \"never\"]\n")
        << "… 3 more like this, until 4 s";
}

void TestTimeline::whatIsSummedUpKeepsItsFigures()
{
    QFETCH(QByteArray, scenario);
    QFETCH(QString, line);
    const QStringList texts = textsOf(scenario.constData());
    QVERIFY2(texts.contains(line), qPrintable(texts.join('\n')));
}

void TestTimeline::aPauseIsNotSummedUpWithRestarts()
{
    const QStringList texts =
        textsOf("[scenario]\ndialect = \"suture\"\nhorizon = \"1m\"\n[supervisor.app]\nchildren = [\"w\"]\n"
                "[worker.w]\nlifetime = \"200ms\"\n");
    QCOMPARE(texts.filter(", to be restarted in").size(), 2);
    QVERIFY2(texts.contains("… the 6 lines above once more (delays of 22.2 s), until 19.216 s"),
             qPrintable(texts.join('\n')));
}

void TestTimeline::whatADialectLimitsByStartsIsToldInStarts()
{
    const Ran ran("[scenario]\ndialect = \"systemd\"\n[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n"
                  "restart = \"permanent\"\nlifetime = [\"1s\", \"never\"]\n");
    const auto budget = timeline(ran.model(), ran.run).back().budget;
    QVERIFY(budget && budget->countsStarts);
    QCOMPARE(budget->supervisor, std::string("w"));
    QCOMPARE(budget->used, 2U);
    const Ran otp("[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\nlifetime = [\"1s\", \"never\"]\n");
    QVERIFY(!timeline(otp.model(), otp.run).back().budget->countsStarts);
}

void TestTimeline::aChildThatStaysDownIsSaidTo_data()
{
    QTest::addColumn<QByteArray>("worker");
    QTest::addColumn<QString>("line");
    QTest::newRow("temporary") << QByteArray("restart = \"temporary\"")
                               << "w ended (panic) after 1 s, and stays down: it is temporary";
    QTest::newRow("transient, after a normal end")
        << QByteArray("restart = \"transient\"\nexit_reason = \"normal\"")
        << "w ended (normal) after 1 s, and stays down: it is transient, and that is no failure";
}

void TestTimeline::aChildThatStaysDownIsSaidTo()
{
    QFETCH(QByteArray, worker);
    QFETCH(QString, line);
    for (const char *dialect : {"otp", "systemd"}) {
        const QByteArray text = QByteArray("[scenario]\ndialect = \"") + dialect
                                + "\"\n[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\nlifetime = \"1s\"\n"
                                + worker + "\n";
        const QStringList texts = textsOf(text.constData());
        QVERIFY2(texts.contains(line), qPrintable(texts.join('\n')));
    }
}

void TestTimeline::leftoversAreTold()
{
    const QStringList texts =
        textsOf("[scenario]\ndialect = \"systemd\"\n[supervisor.app]\nchildren = [\"s\"]\n[supervisor.s]\n"
                "restart = \"permanent\"\nchildren = [\"w\"]\n[worker.w]\n"
                "[[fault]]\ninject = \"kill\"\ninto = \"s\"\nat = \"1s\"\n");
    QVERIFY2(texts.contains("s ended (killed) after 1 s, to be restarted in 100 ms; w lives on without a "
                            "supervisor"),
             qPrintable(texts.join('\n')));
    QCOMPARE(texts.last(), QString("w#2 was started beside w#1, which still runs"));
}

void TestTimeline::aCommandNamesTheChild()
{
    const QStringList texts = textsOf(
        "[scenario]\ndialect = \"ash-flare\"\n[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n[worker.x]\n"
        "init_time = \"9s\"\n[[command]]\nat = \"1s\"\ndo = \"terminate_child\"\nto = \"app\"\n"
        "child = \"ghost\"\n[[command]]\nat = \"2s\"\ndo = \"start_child\"\nto = \"app\"\nchild = \"x\"\n");
    const QStringList expected{
        "app was given the command terminate_child of ghost",
        "app refused terminate_child: child with id 'ghost' not found - it may have already terminated",
        "app was given the command start_child of x", "app answered start_child: app/x#1 is being started"};
    QCOMPARE(texts.mid(1, 4), expected);
}

QTEST_GUILESS_MAIN(TestTimeline)

#include "tst_timeline.moc"
