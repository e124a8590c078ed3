#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/analysis/explain.h"
#include "tests/analysis/running.h"
#endif

#include <QFile>
#include <QTest>

using namespace daruma;

/// Explanations of runs that fail by what their dialect does.
class TestRuleRemarks : public QObject {
    Q_OBJECT

private slots:
    void theDialectsOwnCauseIsNamed_data();
    void theDialectsOwnCauseIsNamed();
    void withoutTheDefectNobodyIsBlamed_data();
    void withoutTheDefectNobodyIsBlamed();
    void anOrphanThatEndsIsCalledOne();
    void anAttemptBesideAnOlderOneIsNamed();
    void whoeverWaitsForAStartForEverSaysSo();
    void otpHasNoRemarks();
};

namespace {

QByteArray shipped(const QString &name)
{
    QFile file(QStringLiteral(DARUMA_SOURCE_DIR "/scenarios/dialects/") + name + ".toml");
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no scenario %s", qPrintable(name));
    return file.readAll();
}

QStringList explained(const Ran &ran)
{
    const Explainer explainer(ran.model(), ran.run);
    QStringList sentences;
    for (const EventId subject : explainer.subjects())
        for (const Link &link : explainer.chain(subject))
            sentences << QString::fromStdString(link.sentence);
    return sentences;
}

}

void TestRuleRemarks::theDialectsOwnCauseIsNamed_data()
{
    QTest::addColumn<QString>("remark");
    const auto row = [](const char *scenario, const char *remark) { QTest::newRow(scenario) << remark; };
    row("ash-flare-panics-unseen", "; app never learns of it, as nobody tells it of a panic.");
    row("ash-flare-supervisors-unwatched",
        "; app never learns of it, as it does not watch the supervisors below it, and goes on listing web.");
    row("ash-flare-supervisors-left-stopped", "; what a restart of a group stops is started again, but for "
                                              "supervisors: web stays down, and app goes "
                                              "on listing it.");
    row("ash-flare-supervisors-not-awaited", "; web lives on without a supervisor.");
    row("ash-flare-stale-exits",
        "; app finds who has ended by the id alone, and takes db#2, which runs, for db#1.");
    row("ash-flare-lives-on-empty", "; it stops its children, and lives on without any.");
    row("ash-flare-linked-start-blocks",
        "; app waits for the start of slow, which began at 1 s, and looks at nothing else meanwhile.");
    row("rusm-lost-exit", "; app was waiting for the ends of those it had killed, and lost the message.");
    row("rusm-orphans", "; db, web live on without a supervisor.");
    row("processmanager-detached-child", "; job lives on without a supervisor.");
    row("processmanager-endless-shutdown",
        "; it waits without limit for the end of job, which was told to end at 1 s and does not.");
    row("processmanager-full-pipe",
        "; the pipe to its child is full: it waits until a reload has room there, "
        "and hears nothing else that app is told.");
    row("processmanager-hidden-error",
        "; asked to stop, it says that all is well, whatever its child ended with.");
    row("processmanager-manager-unseen-abort",
        "; it waits to be told of the end of db at 31 s, and nobody tells it.");
    row("tokio-added", "; it notes who is added, and starts nobody.");
    row("tokio-resumed", "; it marks who is resumed, and starts nobody.");
    row("tokio-duplicates", "; the new attempts were started beside reader#1, which nobody looks after any "
                            "more.");
    row("tokio-escalation", "; that calls for app to end, and nobody sees to it.");
    row("tokio-paused", "; nobody tries again later.");
    row("tokio-role", "; it is permanent, but after a success its role decides, and a worker stays down.");
    row("tokio-orphan", "; it took place at 1.01 s, when app had ended.");
    row("tokio-loop-shutdown", "; db lives on without a supervisor.");
}

void TestRuleRemarks::theDialectsOwnCauseIsNamed()
{
    QFETCH(QString, remark);
    const Ran ran(shipped(QTest::currentDataTag()).constData());
    const QStringList sentences = explained(ran);
    QVERIFY2(!sentences.filter(remark).isEmpty(), qPrintable(sentences.join('\n')));
}

void TestRuleRemarks::withoutTheDefectNobodyIsBlamed_data()
{
    theDialectsOwnCauseIsNamed_data();
}

void TestRuleRemarks::withoutTheDefectNobodyIsBlamed()
{
    QFETCH(QString, remark);
    QByteArray text = shipped(QTest::currentDataTag());
    const qsizetype end = text.indexOf('"', text.indexOf("dialect = \"") + 11);
    text.insert(end, ":corrected");
    text += "[[expect]]\nname = \"never met\"\nfinally = \"time < 0s\"\n";
    const QStringList sentences = explained(Ran(text.constData()));
    QVERIFY(!sentences.isEmpty());
    QVERIFY2(sentences.filter(remark).isEmpty(), qPrintable(sentences.join('\n')));
}

void TestRuleRemarks::anOrphanThatEndsIsCalledOne()
{
    const Ran ran("[scenario]\ndialect = \"rusm\"\n[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n"
                  "lifetime = \"10s\"\n[[fault]]\ninject = \"kill\"\ninto = \"app\"\nat = \"1s\"\n"
                  "[[expect]]\nname = \"w\"\nfinally = \"up(w)\"\n");
    const QStringList sentences = explained(ran);
    QVERIFY2(
        sentences.contains("w ended (panic) at 10 s, after it had run for 10 s; it had had no supervisor "
                           "since 1 s."),
        qPrintable(sentences.join('\n')));
}

void TestRuleRemarks::anAttemptBesideAnOlderOneIsNamed()
{
    const Ran ran("[scenario]\ndialect = \"tokio-supervisor\"\n[supervisor.app]\nstrategy = \"one_for_all\"\n"
                  "children = [\"a\", \"b\"]\n[worker.a]\n[worker.b]\n"
                  "[[fault]]\ninject = \"panic\"\ninto = \"a\"\nat = \"1s\"\n"
                  "[[expect]]\nname = \"one b\"\nnever = \"incarnation(b) > 1\"\n");
    const QStringList sentences = explained(ran);
    QVERIFY2(!sentences.filter("; b#2 was started while b#1 still ran.").isEmpty(),
             qPrintable(sentences.join('\n')));
}

void TestRuleRemarks::whoeverWaitsForAStartForEverSaysSo()
{
    const Ran ran("[supervisor.app]\nchildren = [\"a\"]\n[worker.a]\ninit_result = \"hang\"\n"
                  "[[expect]]\nname = \"up\"\nfinally = \"up(app)\"\n");
    const QStringList sentences = explained(ran);
    QVERIFY2(!sentences.filter("; it waits without limit for the start of a, which began at 0 s.").isEmpty(),
             qPrintable(sentences.join('\n')));
}

void TestRuleRemarks::otpHasNoRemarks()
{
    const Ran ran(
        "[supervisor.app]\nstrategy = \"one_for_all\"\nmax_restarts = 2\nchildren = [\"a\", \"s\"]\n"
        "[worker.a]\nlifetime = \"exp(2s)\"\nstop_time = \"200ms\"\n[supervisor.s]\n"
        "children = [\"w\"]\n[worker.w]\nlifetime = \"exp(5s)\"\n"
        "[[fault]]\ninject = \"kill\"\ninto = \"s\"\nat = \"1s\"\n"
        "[[expect]]\nname = \"calm\"\nalways = \"restarts(a) == 0\"\n");
    const Explainer explainer(ran.model(), ran.run);
    for (std::uint32_t i = 0; i < ran.run.events.size(); ++i)
        for (const Link &link : explainer.chain(EventId{i}))
            QVERIFY2(link.sentence.find("; ") == std::string::npos
                         || link.sentence.find("would have been free") != std::string::npos,
                     link.sentence.c_str());
}

QTEST_GUILESS_MAIN(TestRuleRemarks)
#include "tst_rule_remarks.moc"
