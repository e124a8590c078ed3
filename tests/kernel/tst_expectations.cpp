// moc cannot read <compare>.
#ifndef Q_MOC_RUN
#include "tests/kernel/expectation_bench.h"
#endif

#include <QTest>

using namespace daruma;
using Bench = ExpectationBench;

class TestExpectations : public QObject {
    Q_OBJECT

private slots:
    void alwaysBeginsAtTheEndOfTheFirstStartUp();
    void alwaysSeesAnInstantOfDowntime();
    void alwaysOfATreeThatCannotStartIsJudgedByItsEnd();
    void alwaysFromALaterMomentForgivesWhatWasBefore();
    void alwaysFromAMomentIsJudgedThereWithoutAnEvent();
    void neverFailsWhenItBecomesTrue();
    void theCauseOfAFindingIsTheEventShownLast();
    void eventuallyIsMetWithinItsTime();
    void eventuallyFailsAtItsDeadlineAndNotBefore();
    void eventuallyWithoutADeadlineEndsWithTheRun();
    void everyRisingEdgeOpensAnObligation();
    void anObligationIsMetAtTheVeryDeadline();
    void theEarliestOfOverlappingObligationsDecides();
    void anObligationThatIsOpenAtTheEndPasses();
    void whatHoldsFromTheOutsetIsNoEdge();
    void aTruthThatLastsNoTimeMeetsAnObligation();
    void finallyLooksAtTheEndOnly();
    void sometimesIsReachedOrNotAndNeverFails();
    void anUptimeCrossesItsBoundAtItsVeryNanosecond_data();
    void anUptimeCrossesItsBoundAtItsVeryNanosecond();
    void aCountInAWindowFallsWithoutAnEvent();
    void aShareOfTheTimeIsExact();
    void aNumberDividedByZeroIsNeitherMoreNorLess();
    void severalPlacesAreUpTogether();
    void aPlaceMadeLaterJoinsItsGroup();
    void stoppingBeginsWithTheRequest();
    void aSupervisorThatGivesUpIsStopping();
    void reasonsAreComparedByKindAndByText();
    void theLifecycleOfTheRootIsANameToCompare();
    void messagesNameTheDecisiveValues();
    void aRunAfterAResetIsJudgedAsTheFirst();
    void withoutExpectationsTheCheckerIsIdle();
};

void TestExpectations::alwaysBeginsAtTheEndOfTheFirstStartUp()
{
    Bench bench;
    bench.expect(ExpectationForm::Always, bench.up("db"));
    bench.run().start("app").up("db").at(5).exit("db").at(9).up("db").up("web").started("app");
    QCOMPARE(bench.end(100), QString());

    Bench late;
    late.expect(ExpectationForm::Always, late.up("db"));
    late.run().start("app").start("db").initFailed("db").started("app");
    QCOMPARE(late.end(100), QString("up(db) was false at the end of the first start-up"));
}

void TestExpectations::alwaysSeesAnInstantOfDowntime()
{
    Bench bench;
    bench.expect(ExpectationForm::Always, bench.up("db"));
    bench.boot().at(50).exit("db").up("db");
    QCOMPARE(bench.end(100), QString("up(db) became false"));
}

void TestExpectations::alwaysOfATreeThatCannotStartIsJudgedByItsEnd()
{
    Bench bench;
    bench.expect(ExpectationForm::Always, bench.up("app"));
    bench.run().start("app").start("db").initFailed("db").initFailed("app");
    QVERIFY(bench.findings.empty());
    QCOMPARE(bench.end(100), QString("up(app) was false at the end of the run"));
}

void TestExpectations::alwaysFromALaterMomentForgivesWhatWasBefore()
{
    Bench bench;
    bench.expect(ExpectationForm::Always, bench.up("db")).from = Instant::fromNs(60 * ms);
    bench.boot().at(50).exit("db").up("db");
    QCOMPARE(bench.end(100), QString());
}

void TestExpectations::alwaysFromAMomentIsJudgedThereWithoutAnEvent()
{
    Bench bench;
    bench.expect(ExpectationForm::Always, bench.up("db")).from = Instant::fromNs(60 * ms);
    bench.boot().at(50).exit("db");
    QCOMPARE(bench.end(100), QString("up(db) was false at 60ms"));
    QCOMPARE(bench.foundAt, 60 * ms);
}

void TestExpectations::neverFailsWhenItBecomesTrue()
{
    Bench bench;
    const Expression more = bench.compare(StateFunction::Restarts, "db", ExpressionOp::Greater, 1);
    bench.expect(ExpectationForm::Never, more).expression.text = "restarts(db) > 1";
    bench.boot().at(50).exit("db").up("db");
    QVERIFY(bench.findings.empty());
    bench.at(60).exit("db").start("db");
    QCOMPARE(bench.end(100), QString("restarts(db) > 1 became true: restarts(db) = 2"));
}

void TestExpectations::theCauseOfAFindingIsTheEventShownLast()
{
    Bench bench;
    bench.expect(ExpectationForm::Always, bench.up("db"));
    bench.boot().at(50).exit("db");
    QCOMPARE(bench.findings.size(), std::size_t(1));
    QVERIFY(bench.findings.front().cause == bench.last);
    bench.checker->reported(0, Instant::fromNs(50 * ms), EventId{77});
    QVERIFY(bench.checker->results().front().event == EventId{77});
}

void TestExpectations::eventuallyIsMetWithinItsTime()
{
    Bench bench;
    bench.expect(ExpectationForm::Eventually, bench.up("web")).within = Duration::milliseconds(40);
    bench.run().start("app").at(40).up("web").at(41).exit("web");
    QCOMPARE(bench.end(100), QString());
}

void TestExpectations::eventuallyFailsAtItsDeadlineAndNotBefore()
{
    Bench bench;
    bench.expect(ExpectationForm::Eventually, bench.up("web")).within = Duration::milliseconds(40);
    bench.run().start("app").at(41).up("web");
    QCOMPARE(bench.foundAt, 40 * ms);
    QCOMPARE(bench.end(100), QString("up(web) was not true within 40ms of the start of the run"));
}

void TestExpectations::eventuallyWithoutADeadlineEndsWithTheRun()
{
    Bench bench;
    bench.expect(ExpectationForm::Eventually, bench.up("web"));
    bench.run().start("app").up("db");
    QCOMPARE(bench.end(100), QString("up(web) was not true by the end of the run"));

    Bench met;
    met.expect(ExpectationForm::Eventually, met.up("web"));
    met.boot().at(50).exit("web");
    QCOMPARE(met.end(100), QString());
}

void TestExpectations::everyRisingEdgeOpensAnObligation()
{
    Bench bench;
    Expectation &expectation = bench.expect(ExpectationForm::Eventually, bench.up("web"));
    expectation.whenever = Postfix(bench, "down(db)").call(StateFunction::Down, {"db"});
    expectation.within = Duration::milliseconds(10);
    bench.boot().at(50).exit("web").exit("db").at(55).up("web").up("db");
    QVERIFY(bench.findings.empty());
    bench.at(70).exit("web").exit("db").up("db").at(90);
    QCOMPARE(bench.end(100), QString("up(web) was not true within 10ms of down(db)"));
    QCOMPARE(bench.foundAt, 80 * ms);
}

void TestExpectations::anObligationIsMetAtTheVeryDeadline()
{
    Bench bench;
    Expectation &expectation = bench.expect(ExpectationForm::Eventually, bench.up("db"));
    expectation.whenever = Postfix(bench, "down(db)").call(StateFunction::Down, {"db"});
    expectation.within = Duration::milliseconds(10);
    bench.boot().at(50).exit("db").start("db").at(60).started("db");
    QCOMPARE(bench.end(100), QString());
}

void TestExpectations::theEarliestOfOverlappingObligationsDecides()
{
    Bench bench;
    Expectation &expectation = bench.expect(ExpectationForm::Eventually, bench.up("web"));
    expectation.whenever = Postfix(bench, "down(db)").call(StateFunction::Down, {"db"});
    expectation.within = Duration::milliseconds(10);
    bench.boot().at(50).exit("web").exit("db").at(55).up("db").exit("db").at(62).up("web");
    QVERIFY(!bench.end(100).isEmpty());
    QCOMPARE(bench.foundAt, 60 * ms);
}

void TestExpectations::anObligationThatIsOpenAtTheEndPasses()
{
    Bench bench;
    Expectation &expectation = bench.expect(ExpectationForm::Eventually, bench.up("db"));
    expectation.whenever = Postfix(bench, "down(db)").call(StateFunction::Down, {"db"});
    expectation.within = Duration::milliseconds(60);
    bench.boot().at(50).exit("db");
    QCOMPARE(bench.end(100), QString());
}

void TestExpectations::whatHoldsFromTheOutsetIsNoEdge()
{
    Bench bench;
    Expectation &expectation = bench.expect(ExpectationForm::Eventually, bench.up("db"));
    expectation.whenever = Postfix(bench, "down(db)").call(StateFunction::Down, {"db"});
    expectation.within = Duration::milliseconds(10);
    bench.run().start("app").start("db");
    QCOMPARE(bench.end(100), QString());
}

void TestExpectations::aTruthThatLastsNoTimeMeetsAnObligation()
{
    Bench bench;
    Expectation &expectation =
        bench.expect(ExpectationForm::Eventually, Postfix(bench, "E").call(StateFunction::Starting, {"db"}));
    expectation.whenever = Postfix(bench, "down(db)").call(StateFunction::Down, {"db"});
    expectation.within = Duration::zero();
    bench.boot().at(50).exit("db").up("db");
    QCOMPARE(bench.end(100), QString());
}

void TestExpectations::finallyLooksAtTheEndOnly()
{
    Bench bench;
    bench.expect(ExpectationForm::Finally, bench.up("db"));
    bench.boot().at(50).exit("db").at(60).up("db");
    QCOMPARE(bench.end(100), QString());

    Bench down;
    down.expect(ExpectationForm::Finally, down.up("db"));
    down.boot().at(50).exit("db");
    QVERIFY(down.findings.empty());
    QCOMPARE(down.end(100), QString("up(db) was false at the end of the run"));
}

void TestExpectations::sometimesIsReachedOrNotAndNeverFails()
{
    Bench bench;
    bench.expect(ExpectationForm::Sometimes, Postfix(bench, "E").call(StateFunction::GaveUp, {"app"}));
    bench.boot();
    QCOMPARE(bench.end(100), QString());
    QVERIFY(!bench.checker->results().front().reached);

    Bench reached;
    reached.expect(ExpectationForm::Sometimes, Postfix(reached, "E").call(StateFunction::GaveUp, {"app"}));
    reached.boot().at(50).gaveUp("app");
    QCOMPARE(reached.end(100), QString());
    QVERIFY(reached.checker->results().front().reached);
}

void TestExpectations::anUptimeCrossesItsBoundAtItsVeryNanosecond_data()
{
    QTest::addColumn<int>("op");
    QTest::addColumn<qint64>("found");
    QTest::newRow("less") << int(ExpressionOp::Less) << qint64(30 * ms);
    QTest::newRow("less or equal") << int(ExpressionOp::LessEqual) << qint64(30 * ms + 1);
    QTest::newRow("different") << int(ExpressionOp::NotEqual) << qint64(30 * ms);
}

void TestExpectations::anUptimeCrossesItsBoundAtItsVeryNanosecond()
{
    QFETCH(const int, op);
    QFETCH(const qint64, found);
    Bench bench;
    bench.expect(ExpectationForm::Always,
                 bench.compare(StateFunction::Uptime, "db", ExpressionOp(op), 20 * ms));
    bench.run().start("app").at(10).up("db").started("app");
    QVERIFY(!bench.end(100).isEmpty());
    QCOMPARE(bench.foundAt, found);
}

void TestExpectations::aCountInAWindowFallsWithoutAnEvent()
{
    Bench bench;
    Expectation &expectation =
        bench.expect(ExpectationForm::Eventually,
                     bench.compare(StateFunction::Restarts, "db", ExpressionOp::Equal, 0, 20 * ms));
    expectation.whenever =
        bench.compare(StateFunction::Restarts, "db", ExpressionOp::GreaterEqual, 2, 20 * ms);
    expectation.within = Duration::milliseconds(20);
    bench.boot().at(50).exit("db").up("db").at(55).exit("db").up("db");
    QCOMPARE(bench.end(200), QString());
    QCOMPARE(bench.checks, (std::vector<std::int64_t>{70 * ms, 75 * ms}));
}

void TestExpectations::aShareOfTheTimeIsExact()
{
    // uptime(db) * 3 > time, up since 20 ms: both sides meet at 30 ms.
    Bench bench;
    Expectation &expectation =
        bench.expect(ExpectationForm::Eventually, Postfix(bench, "E")
                                                      .call(StateFunction::Uptime, {"db"})
                                                      .number(3)(ExpressionOp::Multiply)
                                                      .time()(ExpressionOp::Greater));
    expectation.within = Duration::nanoseconds(30 * ms);
    bench.run().start("app").at(20).up("db");
    QVERIFY(!bench.end(100).isEmpty());

    Bench later;
    later.model.expectations = {};
    Expectation &enough = later.expect(ExpectationForm::Eventually, Postfix(later, "E")
                                                                        .call(StateFunction::Uptime, {"db"})
                                                                        .number(3)(ExpressionOp::Multiply)
                                                                        .time()(ExpressionOp::Greater));
    enough.within = Duration::nanoseconds(30 * ms + 1);
    later.run().start("app").at(20).up("db");
    QCOMPARE(later.end(100), QString());
}

void TestExpectations::aNumberDividedByZeroIsNeitherMoreNorLess()
{
    for (const ExpressionOp op : {ExpressionOp::LessEqual, ExpressionOp::Greater}) {
        Bench bench;
        bench.expect(ExpectationForm::Never, Postfix(bench, "E")
                                                 .call(StateFunction::Incarnation, {"db"})
                                                 .call(StateFunction::Restarts, {"db"})(ExpressionOp::Divide)
                                                 .number(1)(op));
        bench.boot();
        QCOMPARE(bench.end(100), QString());
    }
}

void TestExpectations::severalPlacesAreUpTogether()
{
    Bench bench;
    bench.expect(ExpectationForm::Always, Postfix(bench, "E").call(StateFunction::Up, {"db", "web"}));
    bench.boot().at(50).exit("web");
    QCOMPARE(bench.end(100), QString("E became false"));

    Bench count;
    count.expect(ExpectationForm::Always, Postfix(count, "E")
                                              .call(StateFunction::Running, {"db", "web"})
                                              .number(1)(ExpressionOp::GreaterEqual));
    count.boot().at(50).exit("web");
    QVERIFY(count.findings.empty());
    count.at(60).exit("db");
    QCOMPARE(count.end(100), QString("E became false: running(db) = 0"));
}

void TestExpectations::aPlaceMadeLaterJoinsItsGroup()
{
    Bench bench;
    bench.expect(ExpectationForm::Sometimes,
                 Postfix(bench, "E").call(StateFunction::Running, {}).number(2)(ExpressionOp::Equal));
    bench.boot();
    bench.addLater("app", "later1");
    bench.at(10).up("later1");
    bench.addLater("app", "other");
    bench.at(20).up("other");
    QVERIFY(!bench.checker->results().front().reached);
    bench.addLater("app", "later2");
    bench.at(30).up("later2");
    QVERIFY(bench.checker->results().front().reached);
}

void TestExpectations::stoppingBeginsWithTheRequest()
{
    Bench bench;
    bench.expect(ExpectationForm::Finally, Postfix(bench, "E").call(StateFunction::Stopping, {"db"}));
    bench.boot().at(50).stop("db");
    QCOMPARE(bench.end(100), QString());
}

void TestExpectations::aSupervisorThatGivesUpIsStopping()
{
    Bench bench;
    bench.expect(ExpectationForm::Always, bench.up("app"));
    bench.boot().at(50).gaveUp("app");
    QCOMPARE(bench.findings.size(), std::size_t(1));
}

void TestExpectations::reasonsAreComparedByKindAndByText()
{
    const auto isReached = [](ReasonKind kind, const std::string &text) {
        Bench bench;
        bench.expect(ExpectationForm::Finally, Postfix(bench, "E")
                                                   .call(StateFunction::ExitReason, {"db"})
                                                   .name(static_cast<int>(kind), text)(ExpressionOp::Equal));
        bench.boot().at(50).exit("db", ReasonKind::Shutdown, "why");
        return bench.end(100).isEmpty();
    };
    QVERIFY(isReached(ReasonKind::Shutdown, ""));
    QVERIFY(isReached(ReasonKind::Shutdown, "why"));
    QVERIFY(!isReached(ReasonKind::Shutdown, "else"));
    QVERIFY(!isReached(ReasonKind::Panic, ""));
}

void TestExpectations::theLifecycleOfTheRootIsANameToCompare()
{
    Bench bench;
    bench
        .expect(ExpectationForm::Always,
                Postfix(bench, "lifecycle(app) == alive")
                    .call(StateFunction::Lifecycle, {"app"})
                    .name(static_cast<int>(LifecycleState::Alive))(ExpressionOp::Equal))
        .from = Instant::fromNs(ms);
    bench.boot().at(50).lifecycle(LifecycleState::ShuttingDown);
    QCOMPARE(bench.end(100), QString("lifecycle(app) == alive became false: lifecycle(app) = shutting_down"));
}

void TestExpectations::messagesNameTheDecisiveValues()
{
    Bench bench;
    Expression both = Postfix(bench, "up(db) and restarts(web, 1s) <= 1 and time < 1h")
                          .call(StateFunction::Up, {"db"})
                          .call(StateFunction::Restarts, {"web"}, 1000 * ms)
                          .number(1)(ExpressionOp::LessEqual)(ExpressionOp::And)
                          .time()
                          .number(std::int64_t{3600} * 1000 * ms)(ExpressionOp::Less)(ExpressionOp::And);
    bench.expect(ExpectationForm::Always, both);
    bench.boot().at(50).exit("web").up("web").at(60).exit("web").up("web");
    QCOMPARE(bench.end(100), QString("up(db) and restarts(web, 1s) <= 1 and time < 1h became false: "
                                     "up(db) is true, restarts(web, 1s) = 2, time = 60ms"));
}

void TestExpectations::aRunAfterAResetIsJudgedAsTheFirst()
{
    Bench bench;
    bench.expect(ExpectationForm::Always, bench.up("db"));
    bench.boot().at(50).exit("db");
    QVERIFY(!bench.end(100).isEmpty());
    bench.findings.clear();
    bench.checker->reset();
    QVERIFY(bench.checker->results().front().passed);
    bench.at(0).start("app").up("db").up("web").started("app");
    QCOMPARE(bench.end(100), QString());
}

void TestExpectations::withoutExpectationsTheCheckerIsIdle()
{
    Bench bench;
    bench.run();
    QVERIFY(bench.checker->isIdle());
    QVERIFY(bench.checker->nextCheck().isNever());
}

QTEST_APPLESS_MAIN(TestExpectations)
#include "tst_expectations.moc"
