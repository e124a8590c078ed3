#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/analysis/diff.h"
#include "simulator/analysis/timeline.h"
#include "tests/analysis/running.h"
#endif

#include <QTest>

using namespace daruma;

namespace {

RunView viewOf(const Ran &ran)
{
    return {ran.model(), ran.run.events, ran.run};
}

}

class TestDiff : public QObject {
    Q_OBJECT

private slots:
    void aRunIsTheSameAsItself();
    void equalEventsOfDifferentPlacesDiffer();
    void placesWithOtherNumbersAndTheSamePathsAreTheSame();
    void whereOneRunGoesOnItDiffersAtTheEndOfTheOther();
    void whatFollowsIsCountedFromTheFirstDifferenceOn();
    void pathsStandInTheirNaturalOrder_data();
    void pathsStandInTheirNaturalOrder();
    void aTimelineKeepsToItsLines();
};

void TestDiff::pathsStandInTheirNaturalOrder_data()
{
    QTest::addColumn<QByteArray>("less");
    QTest::addColumn<QByteArray>("more");
    QTest::newRow("numbers by their size") << QByteArray("app/conn[2]") << QByteArray("app/conn[10]");
    QTest::newRow("a parent before its children") << QByteArray("app") << QByteArray("app/a");
    QTest::newRow("letters as they are") << QByteArray("a1") << QByteArray("b0");
    QTest::newRow("the second number where the first is the same")
        << QByteArray("a[1]/b[9]") << QByteArray("a[1]/b[11]");
    QTest::newRow("equal numbers of different lengths") << QByteArray("a01") << QByteArray("a1");
}

void TestDiff::pathsStandInTheirNaturalOrder()
{
    QFETCH(QByteArray, less);
    QFETCH(QByteArray, more);
    QVERIFY(naturallyLess(less.constData(), more.constData()));
    QVERIFY(!naturallyLess(more.constData(), less.constData()));
    QVERIFY(!naturallyLess(less.constData(), less.constData()));
}

void TestDiff::aRunIsTheSameAsItself()
{
    const Ran ran("[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\nlifetime = \"exp(1s)\"\n");
    const Ran again("[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\nlifetime = \"exp(1s)\"\n");
    QCOMPARE(firstDifference(viewOf(ran), viewOf(again)), std::optional<std::uint64_t>());
    QVERIFY(countDifferences(viewOf(ran), viewOf(again), 0).empty());
}

void TestDiff::equalEventsOfDifferentPlacesDiffer()
{
    const Ran one("[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n");
    const Ran other("[supervisor.app]\nchildren = [\"v\"]\n[worker.v]\n");
    const auto at = firstDifference(viewOf(one), viewOf(other));
    QVERIFY(at.has_value());
    QCOMPARE(one.run.path(one.run.events[*at].node), std::string("app/w"));
}

void TestDiff::placesWithOtherNumbersAndTheSamePathsAreTheSame()
{
    const Ran one("[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n");
    Ran renumbered("[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n");
    const NodeId added =
        renumbered.run.nodes.add(NodeId{0}, renumbered.run.nodes[NodeId{1}].id, renumbered.run.texts);
    for (Event &event : renumbered.run.events) {
        if (event.node == NodeId{1})
            event.node = added;
    }
    QCOMPARE(firstDifference(viewOf(one), viewOf(renumbered)), std::optional<std::uint64_t>());
}

void TestDiff::whereOneRunGoesOnItDiffersAtTheEndOfTheOther()
{
    const Ran ran("[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n");
    Ran shorter("[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n");
    shorter.run.events.pop_back();
    QCOMPARE(firstDifference(viewOf(ran), viewOf(shorter)),
             std::optional<std::uint64_t>(ran.run.events.size() - 1));
}

void TestDiff::whatFollowsIsCountedFromTheFirstDifferenceOn()
{
    const Ran one("[scenario]\nhorizon = \"10s\"\n[supervisor.app]\nmax_restarts = 9\nchildren = [\"w\"]\n"
                  "[worker.w]\nlifetime = [\"1s\", \"never\"]\n");
    const Ran two("[scenario]\nhorizon = \"10s\"\n[supervisor.app]\nmax_restarts = 9\nchildren = [\"w\"]\n"
                  "[worker.w]\nlifetime = [\"1s\", \"1s\", \"never\"]\n");
    const auto at = firstDifference(viewOf(one), viewOf(two));
    QVERIFY(at.has_value());
    const auto counts = countDifferences(viewOf(one), viewOf(two), *at);
    QCOMPARE(counts.size(), std::size_t{4});
    for (const CountDifference &count : counts) {
        QCOMPARE(count.path, std::string("app/w"));
        QCOMPARE(count.right - count.left, std::uint64_t{1});
    }
}

void TestDiff::aTimelineKeepsToItsLines()
{
    const Ran ran("[scenario]\nhorizon = \"30m\"\n[supervisor.app]\nmax_restarts = 100000\n"
                  "children = [\"w\", \"v\"]\n[worker.w]\ncount = 5\nlifetime = \"exp(5s)\"\n[worker.v]\n"
                  "lifetime = \"exp(3s)\"\n[[expect]]\nname = \"w\"\nnever = \"restarts(w[2]) > 100\"\n");
    for (const std::size_t most : {40, 60}) {
        const std::vector<TimelineRow> rows = timeline(ran.model(), ran.run, most);
        QVERIFY2(rows.size() <= most, qPrintable(QString::number(rows.size())));
        const auto isViolation = [](const TimelineRow &row) { return row.tone == Tone::Bad; };
        QVERIFY(std::any_of(rows.begin(), rows.end(), isViolation));
    }
}

QTEST_GUILESS_MAIN(TestDiff)

#include "tst_diff.moc"
