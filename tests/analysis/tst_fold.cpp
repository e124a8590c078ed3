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

QTEST_GUILESS_MAIN(TestFold)

#include "tst_fold.moc"
