#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/analysis/advice.h"
#include "simulator/analysis/explain.h"
#include "tests/analysis/running.h"
#endif

#include <QTest>

using namespace daruma;

namespace {

QStringList sentences(const Explainer &explainer, EventId event)
{
    QStringList list;
    for (const Link &link : explainer.chain(event))
        list << QString::fromStdString(link.sentence);
    return list;
}

EventId lastOf(const Recording &run, EventKind kind)
{
    for (auto i = static_cast<std::uint32_t>(run.events.size()); i > 0; --i) {
        if (run.events[i - 1].kind == kind)
            return EventId{i - 1};
    }
    return {};
}

const char *const loop = R"(
[supervisor.app]
max_restarts = 9
children = ["w"]
[worker.w]
lifetime = ["10s", "100ms"]
)";

}

class TestExplain : public QObject {
    Q_OBJECT

private slots:
    void aGiveUpNamesTheRestartsThatUsedItsBudgetUp();
    void aLimitOfStartsCountsTheFirstOneInAWindowThatDoesNotSlide();
    void aRunThatHangsHasGivenUpAndIsExplained();
    void whereNoAdviceIsFoundTheReasonIsSaid_data();
    void whereNoAdviceIsFoundTheReasonIsSaid();
    void aCrashLoopIsSummedUp();
    void theBudgetIsFreeAgainWhenTheOldestStampIsOutOfTheWindow();
    void exactStampsAreFreeToTheNanosecond();
    void aGuardIsExplainedByItsOwnWindow_data();
    void aGuardIsExplainedByItsOwnWindow();
    void theBudgetBeginsAnewWithTheSupervisor();
    void aFailedExpectationLeadsToTheFault();
    void aStoppedSiblingNamesWhatStoppedIt();
    void whatWentWellNeedsNoExplanation();
    void namesThatTwoNodesShareAreWrittenAsPaths();
    void adviceIsTheSmallestLimitThatKeepsTheRootAlive();
    void adviceSaysWhatBecameOfTheExpectations();
    void aStartHasAReasonToo();
    void onlyAPlannedShutdownIsNamedAsOne_data();
    void onlyAPlannedShutdownIsNamedAsOne();
};

void TestExplain::aGiveUpNamesTheRestartsThatUsedItsBudgetUp()
{
    const Ran ran(
        "[supervisor.app]\nmax_restarts = 2\nchildren = [\"w\"]\n[worker.w]\nlifetime = \"600ms\"\n");
    const Explainer explainer(ran.model(), ran.run);
    QCOMPARE(explainer.subjects().size(), std::size_t{1});
    const QStringList chain = sentences(explainer, explainer.subjects().front());
    QCOMPARE(chain.first(),
             QString("app gave up at 1.8 s because w ended (panic), and its 2 restarts within 5 s "
                     "were used up at 600 ms, 1.2 s; the next one would have been free at 6 s."));
    QCOMPARE(chain.last(), QString("w ended (panic) at 600 ms, after it had run for 600 ms."));
}

void TestExplain::aLimitOfStartsCountsTheFirstOneInAWindowThatDoesNotSlide()
{
    const Ran ran("[scenario]\ndialect = \"systemd\"\n[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n"
                  "restart = \"permanent\"\nlifetime = \"1s\"\n[[expect]]\nname = \"lives\"\n"
                  "finally = \"up(w)\"\n");
    const Explainer explainer(ran.model(), ran.run);
    const QStringList chain = sentences(explainer, explainer.subjects().front());
    // The expectation is no node: what brought its failure about is named.
    QVERIFY2(chain[0].endsWith("because app left w dead: restart limit of the child."), qPrintable(chain[0]));
    QVERIFY2(chain[1].endsWith("and the 5 starts of w within 10 s were used up at 0 s, 1.1 s, … 4.4 s; that "
                               "window opened at 0 s, and the next one could open after 10 s."),
             qPrintable(chain[1]));
    QVERIFY2(chain[2].contains("(start 6 within 10 s, where 5 are allowed)"), qPrintable(chain[2]));
    QVERIFY2(chain.filter("(start 2 of 5 within 10 s)").size() == 1, qPrintable(chain.join('\n')));
}

void TestExplain::aRunThatHangsHasGivenUpAndIsExplained()
{
    const Ran ran("[scenario]\ndialect = \"processmanager-manager\"\n[supervisor.app]\nchildren = [\"w\"]\n"
                  "[worker.w]\nshutdown = \"2s\"\nstop_time = \"never\"\n"
                  "[[command]]\nat = \"1s\"\ndo = \"shutdown\"\nto = \"app\"\n");
    QVERIFY(ran.run.result.endCause == EndCause::Stuck);
    QVERIFY(ran.run.result.outcome == Outcome::GaveUp);
    QVERIFY(!ran.run.result.hasFailed());
    const Explainer explainer(ran.model(), ran.run);
    QCOMPARE(explainer.subjects().size(), std::size_t{1});
    const QString sentence = sentences(explainer, explainer.subjects().front()).first();
    QVERIFY2(
        sentence.startsWith("the run ended, as app waits for ever at 3 s; it waits to be told of the end of "
                            "w at 3 s"),
        qPrintable(sentence));
}

void TestExplain::whereNoAdviceIsFoundTheReasonIsSaid_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("reason");
    QTest::newRow("nothing went wrong") << "[supervisor.app]\nchildren = []\n"
                                        << "";
    QTest::newRow("the root survives")
        << "[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n[[expect]]\nalways = \"down(w)\"\n"
        << "Nothing was tried: larger limits and delays are for a root that gives up, and app does not.";
    QTest::newRow("no limit was exceeded")
        << "[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n[[fault]]\ninject = \"kill\"\ninto = "
           "\"app\"\nat = \"1s\"\n"
        << "Nothing was tried: app did not end because of a limit.";
    QTest::newRow("nothing helps")
        << "[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\nlifetime = \"1ms\"\nbackoff = \"1ms\"\n"
        << "Neither a larger `max_restarts` (up to 1,024) nor a `backoff` (up to 1 min) of those that gave "
           "up "
           "keeps app alive.";
}

void TestExplain::whereNoAdviceIsFoundTheReasonIsSaid()
{
    QFETCH(QString, text);
    QFETCH(QString, reason);
    const Ran ran(text.toUtf8().constData());
    QVERIFY(adviceFor(ran.model(), ran.run).empty());
    QCOMPARE(QString::fromStdString(whyNoAdvice(ran.model(), ran.run)), reason);
}

void TestExplain::aCrashLoopIsSummedUp()
{
    const Ran ran(loop);
    const Explainer explainer(ran.model(), ran.run);
    const QStringList chain = sentences(explainer, explainer.subjects().front());
    QCOMPARE(chain.size(), 7);
    QCOMPARE(chain[3], QString("… and so on, 7 more times since 10.1 s."));
}

void TestExplain::theBudgetIsFreeAgainWhenTheOldestStampIsOutOfTheWindow()
{
    const Ran ran(loop);
    const Budget budget = budgetAt(ran.model(), ran.run, lastOf(ran.run, EventKind::GaveUp));
    QCOMPARE(budget.used, 10U);
    QCOMPARE(budget.allowed, 9U);
    QCOMPARE(budget.restarts.size(), std::size_t{9});
    // Stamps of second 10 count up to and including second 15.
    QCOMPARE(budget.freeAt.ns(), 16'000'000'000);
}

void TestExplain::exactStampsAreFreeToTheNanosecond()
{
    const std::string tree = "[supervisor.app]\nmax_restarts = 2\nwithin = \"5s\"\nchildren = [\"w\"]\n"
                             "[worker.w]\nlifetime = \"600ms\"\n";
    const auto freeAt = [&](const std::string &dialect) {
        const std::string text = "[scenario]\ndialect = \"" + dialect + "\"\n" + tree;
        const Ran ran(text.c_str());
        return budgetAt(ran.model(), ran.run, lastOf(ran.run, EventKind::GaveUp)).freeAt.ns();
    };
    // One exactly as old as the window no longer counts in the one, and still does in the other.
    QCOMPARE(freeAt("spry"), 5'600'000'000);
    QCOMPARE(freeAt("rusm"), 5'600'000'001);
}

void TestExplain::aGuardIsExplainedByItsOwnWindow_data()
{
    QTest::addColumn<QString>("role");
    QTest::addColumn<QList<int>>("seconds");
    QTest::addColumn<EventKind>("kind");
    QTest::addColumn<QString>("remark");
    QTest::newRow("a restart that is let through")
        << "worker" << QList<int>{1} << EventKind::Restart
        << "(failure 1 of its children within 1 min; 3 are let through)";
    QTest::newRow("hot loop") << "worker" << QList<int>{1, 2, 3} << EventKind::GaveUp
                              << "as that was failure 3 of its children within 10 s, and 3 are too many";
    QTest::newRow("limit of the role") << "worker" << QList<int>{1, 12, 23, 34} << EventKind::GaveUp
                                       << "as that was failure 4 of its children within 1 min, and 3 are let "
                                          "through";
    QTest::newRow("cold start") << "service" << QList<int>{1, 11, 21, 31, 41, 51} << EventKind::GaveUp
                                << "as that was failure 6 of its children in its first minute, and 5 are let "
                                   "through";
    QTest::newRow("meltdown of a group")
        << "" << QList<int>{1, 7, 13, 19, 25} << EventKind::GaveUp
        << "as that was failure 5 of its group within 30 s, and 5 are too many";
}

void TestExplain::aGuardIsExplainedByItsOwnWindow()
{
    QFETCH(QString, role);
    QFETCH(QList<int>, seconds);
    QFETCH(EventKind, kind);
    QFETCH(QString, remark);
    QString options = "role = \"" + role + "\"";
    if (role.isEmpty())
        options = "role = \"service\", group = 1";
    QString text = "[scenario]\ndialect = \"tokio-supervisor\"\n[supervisor.app]\nwithin = \"5s\"\n"
                   "children = [\"w\"]\n[worker.w]\noptions = { "
                   + options + " }\n";
    for (const int second : seconds)
        text += QString("[[fault]]\ninject = \"panic\"\ninto = \"w\"\nat = \"%1s\"\n").arg(second);
    const Ran ran(text.toUtf8().constData());
    const Explainer explainer(ran.model(), ran.run);
    const EventId decision = lastOf(ran.run, kind);
    QVERIFY(decision.isValid());
    const QString sentence = sentences(explainer, decision).first();
    QVERIFY2(sentence.contains(remark), qPrintable(sentence));
}

void TestExplain::theBudgetBeginsAnewWithTheSupervisor()
{
    const Ran ran("[supervisor.app]\nmax_restarts = 1\nchildren = [\"s\"]\n[supervisor.s]\nmax_restarts = 1\n"
                  "children = [\"w\"]\n[worker.w]\nlifetime = \"100ms\"\n");
    const EventId second = lastOf(ran.run, EventKind::Restart);
    QCOMPARE(ran.run.path(ran.run.events[second.value].other), std::string("app/s"));
    QVERIFY(budgetAt(ran.model(), ran.run, second).restarts.empty());
}

void TestExplain::aFailedExpectationLeadsToTheFault()
{
    const Ran ran(
        "[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n[[fault]]\nname = \"bang\"\ninject = \"kill\"\n"
        "into = \"w\"\nat = \"3s\"\n[[expect]]\nname = \"up\"\nalways = \"up(w)\"\n");
    const Explainer explainer(ran.model(), ran.run);
    const QStringList chain = sentences(explainer, explainer.subjects().front());
    QVERIFY2(chain.first().startsWith("the expectation \"up\" failed at 3 s"), qPrintable(chain.first()));
    QCOMPARE(chain.last(), QString("the fault \"bang\" struck w at 3 s."));
}

void TestExplain::aStoppedSiblingNamesWhatStoppedIt()
{
    const Ran ran("[supervisor.app]\nstrategy = \"one_for_all\"\nchildren = [\"a\", \"b\"]\n[worker.a]\n"
                  "lifetime = [\"2s\", \"never\"]\n[worker.b]\n");
    const EventId stopped = lastOf(ran.run, EventKind::Exit);
    const Explainer explainer(ran.model(), ran.run);
    QCOMPARE(sentences(explainer, stopped).first(), QString("b was stopped at 2 s because app restarted a."));
}

void TestExplain::whatWentWellNeedsNoExplanation()
{
    const Ran ran("[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n");
    QVERIFY(Explainer(ran.model(), ran.run).subjects().empty());
    QVERIFY(adviceFor(ran.model(), ran.run).empty());
}

void TestExplain::namesThatTwoNodesShareAreWrittenAsPaths()
{
    const Ran ran(
        "[supervisor.app]\nchildren = [\"x\", \"y\"]\n[supervisor.x]\nchildren = [\"w1\"]\n"
        "[supervisor.y]\nchildren = [\"w2\"]\n[worker.w1]\nid = \"w\"\nlifetime = [\"1s\", \"never\"]\n"
        "[worker.w2]\nid = \"w\"\n");
    const Explainer explainer(ran.model(), ran.run);
    QCOMPARE(sentences(explainer, lastOf(ran.run, EventKind::Exit)).first(),
             QString("app/x/w ended (panic) at 1 s, after it had run for 1 s."));
}

void TestExplain::adviceIsTheSmallestLimitThatKeepsTheRootAlive()
{
    const Ran ran("[supervisor.app]\nmax_restarts = 1\nchildren = [\"w\"]\n[worker.w]\n"
                  "lifetime = [\"1s\", \"100ms\", \"100ms\", \"100ms\", \"never\"]\n");
    const std::vector<Advice> advice = adviceFor(ran.model(), ran.run);
    QVERIFY(!advice.empty());
    QCOMPARE(advice.front().setting(), std::string("supervisor.app.max_restarts=4"));
    QCOMPARE(advice.front().before, std::string("1"));
}

void TestExplain::adviceSaysWhatBecameOfTheExpectations()
{
    const std::string loopThatEnds = "[supervisor.app]\nmax_restarts = 1\nchildren = [\"w\"]\n[worker.w]\n"
                                     "lifetime = [\"1s\", \"100ms\", \"100ms\", \"never\"]\n";
    const auto checked = [&loopThatEnds](const std::string &expectations) {
        const Ran ran((loopThatEnds + expectations).c_str());
        return adviceFor(ran.model(), ran.run);
    };
    QCOMPARE(checked("").front().checked, std::string("app survives"));
    QCOMPARE(checked("[[expect]]\nname = \"lives\"\nfinally = \"up(app)\"\n").front().checked,
             std::string("app survives, and the expectation is met"));
    const auto mixed = checked("[[expect]]\nname = \"calm\"\nalways = \"up(w)\"\n"
                               "[[expect]]\nname = \"gives up\"\nfinally = \"gave_up(app)\"\n");
    QCOMPARE(mixed.front().checked,
             std::string("app survives; 1 expectation still fails: \"calm\"; 1 expectation that this "
                         "run met fails then: \"gives up\""));
    QCOMPARE(mixed.front().caveat, std::string());
    QCOMPARE(mixed.back().key, std::string("backoff"));
    QCOMPARE(mixed.back().caveat,
             std::string("A backoff is an addition: the dialect \"otp\" restarts at once, and has none."));
    const auto groups = inGroups(mixed);
    QCOMPARE(groups.size(), std::size_t{1});
    QCOMPARE(groups.front().sentence, "With any one of these, " + mixed.front().checked + ".");
}

void TestExplain::aStartHasAReasonToo()
{
    const Ran ran(
        "[supervisor.app]\nchildren = [\"s\"]\n[supervisor.s]\nmax_restarts = 0\nchildren = [\"w\"]\n"
        "[worker.w]\nlifetime = [\"1s\", \"never\"]\n");
    const Explainer explainer(ran.model(), ran.run);
    QStringList firsts;
    for (std::uint32_t i = 0; i < ran.run.events.size(); ++i)
        if (ran.run.events[i].kind == EventKind::Started)
            firsts << sentences(explainer, EventId{i}).first();
    const QStringList expected{"w came up at 0 s, as s starts its children when it is started.",
                               "s came up at 0 s, as app starts its children when it is started.",
                               "app came up at 0 s, as the run begins with it.",
                               "w came up at 1 s because app restarted s.",
                               "s came up at 1 s because app restarted it."};
    QCOMPARE(firsts, expected);
}

void TestExplain::onlyAPlannedShutdownIsNamedAsOne_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<bool>("isPlanned");
    const QString shutdown = "[[command]]\nat = \"28m\"\ndo = \"shutdown\"\nto = \"app\"\n";
    QTest::newRow("a shutdown") << shutdown << true;
    QTest::newRow("a fault before the shutdown")
        << shutdown + "[[fault]]\ninject = \"panic\"\ninto = \"w\"\nat = \"1m\"\n"
        << false;
    QTest::newRow("another command")
        << "[[command]]\nat = \"28m\"\ndo = \"terminate_child\"\nto = \"app\"\nchild = \"w\"\n"
        << false;
}

void TestExplain::onlyAPlannedShutdownIsNamedAsOne()
{
    QFETCH(QString, what);
    QFETCH(bool, isPlanned);
    const Ran ran((QString("[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n[[expect]]\nname = \"x\"\n"
                           "always = \"up(w)\"\n")
                   + what)
                      .toUtf8()
                      .constData());
    const EventId violation = ran.run.result.expectations.front().event;
    QVERIFY(violation.isValid());
    QCOMPARE(Explainer(ran.model(), ran.run).shutdownBehind(violation).isValid(), isPlanned);
}

QTEST_GUILESS_MAIN(TestExplain)

#include "tst_explain.moc"
