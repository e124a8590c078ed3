#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/analysis/fold.h"
#endif

#include <QTest>

using namespace daruma;

namespace {

/// `a b (x2)`: what is shown stands as it is, what is summed up as its number of periods.
QString folded(const QString &items)
{
    std::vector<std::uint64_t> signatures;
    for (const QChar c : items)
        signatures.push_back(c.unicode());
    QString text;
    for (const Stretch &stretch : foldRepetition(signatures)) {
        if (stretch.period > 0)
            text += QStringLiteral("(%1x%2)").arg(stretch.repeats).arg(stretch.period);
        else
            text += items.mid(static_cast<qsizetype>(stretch.first), static_cast<qsizetype>(stretch.count));
    }
    return text;
}

}

class TestFold : public QObject {
    Q_OBJECT

private slots:
    void repetitionsAreSummedUp_data();
    void repetitionsAreSummedUp();
    void aListThatComesItemByItemIsFoldedTheSame_data();
    void aListThatComesItemByItemIsFoldedTheSame();
    void aListThatTakesTooManyLinesIsNotShown();
    void aSumKnowsTheRangeOfItsFigures_data();
    void aSumKnowsTheRangeOfItsFigures();
};

void TestFold::repetitionsAreSummedUp_data()
{
    QTest::addColumn<QString>("items");
    QTest::addColumn<QString>("expected");
    QTest::newRow("nothing") << ""
                             << "";
    QTest::newRow("nothing repeats") << "abcdef"
                                     << "abcdef";
    QTest::newRow("too little to save a line") << "aaaa"
                                               << "aaaa";
    QTest::newRow("the first and the last are shown") << "aaaaa"
                                                      << "a(3x1)a";
    QTest::newRow("a period of three") << "xabcabcabcy"
                                       << "xabc(1x3)abcy";
    QTest::newRow("a period that breaks off") << "abababab"
                                                 "a"
                                              << "ab(2x2)aba";
    QTest::newRow("two repetitions") << "aaaaaabbbbbb"
                                     << "a(4x1)ab(4x1)b";
}

void TestFold::repetitionsAreSummedUp()
{
    QFETCH(QString, items);
    QFETCH(QString, expected);
    QCOMPARE(folded(items), expected);
}

void TestFold::aListThatComesItemByItemIsFoldedTheSame_data()
{
    QTest::addColumn<int>("period");
    QTest::addColumn<int>("before");
    QTest::addColumn<int>("behind");
    QTest::addColumn<int>("items");
    for (const int period : {1, 2, 3, 7, 24})
        for (const int items : {1'000, 32'768, 32'769, 100'003, 300'000})
            QTest::addRow("%d items of period %d", items, period) << period << 5 << 3 << items;
    QTest::newRow("two repetitions") << -4 << 2 << 2 << 200'000;
}

void TestFold::aListThatComesItemByItemIsFoldedTheSame()
{
    QFETCH(int, period);
    QFETCH(int, before);
    QFETCH(int, behind);
    QFETCH(int, items);
    std::vector<std::uint64_t> list;
    list.reserve(static_cast<std::size_t>(before) + static_cast<std::size_t>(items)
                 + static_cast<std::size_t>(behind));
    for (int i = 0; i < before; ++i)
        list.push_back(1'000 + static_cast<std::uint64_t>(i));
    // A negative period: the second half has twice as long a one.
    for (int i = 0; i < items; ++i)
        list.push_back(period < 0
                           ? static_cast<std::uint64_t>(i < items / 2 ? i % -period : 10 + i % (-2 * period))
                           : static_cast<std::uint64_t>(i % period));
    for (int i = 0; i < behind; ++i)
        list.push_back(2'000 + static_cast<std::uint64_t>(i));
    constexpr std::size_t mostRows = 90;
    RunningFold<std::size_t> running(mostRows);
    for (std::size_t i = 0; i < list.size(); ++i)
        running.add(list[i], i);
    const auto rows = running.rows();
    QVERIFY(rows);
    std::size_t next = 0;
    for (const Stretch &stretch : foldRepetition(list)) {
        if (stretch.period > 0) {
            QCOMPARE((*rows)[next].period, stretch.period);
            QCOMPARE((*rows)[next].repeats, stretch.repeats);
            QCOMPARE((*rows)[next++].item, stretch.first + stretch.count - 1);
            continue;
        }
        for (std::size_t i = 0; i < stretch.count; ++i) {
            QCOMPARE((*rows)[next].period, std::size_t{0});
            QCOMPARE((*rows)[next++].item, stretch.first + i);
        }
    }
    QCOMPARE(next, rows->size());
}

void TestFold::aListThatTakesTooManyLinesIsNotShown()
{
    for (const std::size_t items : {std::size_t{41}, std::size_t{100'000}}) {
        RunningFold<int> running(40);
        for (std::size_t i = 0; i < items; ++i)
            running.add(i * i, 0);
        QVERIFY(!running.rows());
    }
}

void TestFold::aSumKnowsTheRangeOfItsFigures_data()
{
    QTest::addColumn<int>("items");
    QTest::newRow("a short list") << 10;
    QTest::newRow("a list of which most is dropped on the way") << 200'000;
}

void TestFold::aSumKnowsTheRangeOfItsFigures()
{
    QFETCH(int, items);
    RunningFold<int> running(40);
    for (int i = 0; i < items; ++i)
        running.add(7, i, {{i, i}, {}});
    const auto rows = running.rows();
    QCOMPARE(rows->size(), std::size_t{3});
    QCOMPARE(rows->front().figures.life.high, std::int64_t{0});
    const FoldedFigures &sum = (*rows)[1].figures;
    QCOMPARE(sum.life.low, std::int64_t{1});
    QCOMPARE(sum.life.high, std::int64_t{items - 2});
    QVERIFY(sum.delay.isEmpty());
}

QTEST_GUILESS_MAIN(TestFold)

#include "tst_fold.moc"
