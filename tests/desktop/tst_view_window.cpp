#ifndef Q_MOC_RUN
#include "app/desktop/layout/lane_rows.h"
#include "app/desktop/layout/view_window.h"
#endif

#include <QTest>

#include <cmath>
#include <random>

using namespace daruma;

class TestViewWindow : public QObject {
    Q_OBJECT

private slots:
    void whatIsUnderTheMouseStaysThereWhenZooming()
    {
        std::mt19937_64 random(1);
        for (int i = 0; i < 2000; ++i) {
            ViewWindow window(std::int64_t(random() % 1'000'000'000'000 + 100'000),
                              50 + int(random() % 3000));
            window.zoom(40, double(random() % std::uint64_t(window.width())));
            const double pixel = double(random() % std::uint64_t(window.width()));
            const std::int64_t before = window.positionAt(std::int64_t(pixel));
            const std::int64_t length = window.length();
            window.zoom(1.25, pixel);
            const auto tolerance = 2 * double(length) / window.width() + 2;
            QVERIFY(std::abs(double(window.positionAt(std::int64_t(pixel)) - before)) <= tolerance);
        }
    }

    void theWindowNeverLeavesTheRun()
    {
        std::mt19937_64 random(2);
        for (int i = 0; i < 200; ++i) {
            const auto end = std::int64_t(random() % 1'000'000'000 + 1);
            ViewWindow window(end, 800);
            for (int step = 0; step < 60; ++step) {
                switch (random() % 4) {
                case 0:
                    window.zoom(std::exp(double(random() % 400) / 100 - 2), double(random() % 800));
                    break;
                case 1:
                    window.pan(double(random() % 4000) - 2000);
                    break;
                case 2:
                    window.reveal(std::int64_t(random() % std::uint64_t(end)));
                    break;
                default: {
                    const auto from = std::int64_t(random() % std::uint64_t(end));
                    window.show(from, from + std::int64_t(random() % 100));
                }
                }
                QVERIFY(window.from() >= 0);
                // Of the last pixel a part may lie behind the end.
                QVERIFY(window.until() <= end + window.length() / window.width() + 1);
                QVERIFY(window.length() >= 1);
            }
        }
    }

    void whatIsRevealedIsSeen()
    {
        ViewWindow window(1'000'000, 500);
        window.zoom(50, 100);
        for (const std::int64_t position : {0, 999'999, 400'000, 410'000, 12}) {
            window.reveal(position);
            QVERIFY(position >= window.from() && position <= window.until());
        }
    }

    void panningSlowlyMovesAllTheSame()
    {
        ViewWindow window(1'000, 1'000);
        window.zoom(10, 500);
        const std::int64_t first = window.firstColumn();
        window.pan(0.01);
        QCOMPARE(window.firstColumn(), first + 1);
        window.pan(-0.01);
        QCOMPARE(window.firstColumn(), first);
    }

    void aColumnHoldsTheSamePositionsWhereverTheWindowBegins()
    {
        std::mt19937_64 random(3);
        for (int i = 0; i < 500; ++i) {
            // Of nanoseconds and of centuries.
            const auto end = std::int64_t(random() % (std::uint64_t(1) << (10 + random() % 52)) + 1000);
            ViewWindow window(end, 50 + int(random() % 3000));
            window.zoom(1 + double(random() % 1000), double(random() % std::uint64_t(window.width())));
            const int x = int(random() % std::uint64_t(window.width()));
            const std::int64_t from = window.positionAt(x);
            const std::int64_t until = window.positionAt(x + 1);
            QVERIFY(until >= from);
            if (until > from) {
                QCOMPARE(window.columnAt(from), x);
                QCOMPARE(window.columnAt(until - 1), x);
            }
            const std::int64_t first = window.firstColumn();
            window.pan(double(random() % 200) - 100);
            const int moved = int(window.firstColumn() - first);
            QCOMPARE(window.positionAt(x - moved), from);
            QCOMPARE(window.positionAt(x + 1 - moved), until);
        }
    }

    void ticksAreRoundAndFarEnoughApart_data()
    {
        QTest::addColumn<qint64>("end");
        QTest::addColumn<QStringList>("labels");
        const qint64 second = 1'000'000'000;
        QTest::newRow("nanoseconds") << qint64(40) << QStringList{"0", "10 ns", "20 ns", "30 ns", "40 ns"};
        QTest::newRow("milliseconds") << second / 50 << QStringList{"0", "5 ms", "10 ms", "15 ms", "20 ms"};
        QTest::newRow("seconds") << 12 * second << QStringList{"0", "5 s", "10 s"};
        QTest::newRow("minutes") << 400 * second << QStringList{"0", "2 min", "4 min", "6 min"};
        QTest::newRow("a day") << 86'400 * second << QStringList{"0", "6 h", "12 h", "18 h", "1 d"};
    }
    void ticksAreRoundAndFarEnoughApart()
    {
        QFETCH(qint64, end);
        QFETCH(QStringList, labels);
        const ViewWindow window(end, 500);
        QStringList found;
        int before = -1000;
        for (const Tick &tick : timeTicks(window, 90)) {
            found << QString::fromStdString(tick.label);
            QVERIFY(window.columnAt(tick.at) - before >= 90);
            before = window.columnAt(tick.at);
        }
        QCOMPARE(found, labels);
    }

    void timesAreAsShortAsCanBe_data()
    {
        QTest::addColumn<qint64>("ns");
        QTest::addColumn<qint64>("step");
        QTest::addColumn<QString>("text");
        QTest::newRow("exact") << qint64(1'234'567'890) << qint64(1) << "1.23456789 s";
        QTest::newRow("to the millisecond") << qint64(1'234'567'890) << qint64(1'000'000) << "1.234 s";
        QTest::newRow("no zeros at the end") << qint64(1'500'000'000) << qint64(1'000'000) << "1.5 s";
        QTest::newRow("minutes") << qint64(150'000'000'000) << qint64(1) << "2 min 30 s";
        QTest::newRow("hours") << qint64(7'500'000'000'000) << qint64(1) << "2 h 5 min";
        QTest::newRow("before the start") << qint64(-20'000'000) << qint64(1) << "-20 ms";
    }
    void timesAreAsShortAsCanBe()
    {
        QFETCH(qint64, ns);
        QFETCH(qint64, step);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(shortTime(ns, step)), text);
    }

    void rowsFollowTheTreeAndItsFolds()
    {
        const std::vector<std::vector<NodeId>> below{
            {NodeId{1}, NodeId{4}}, {NodeId{2}, NodeId{3}}, {}, {}, {}};
        const std::vector<QString> names{"app", "db_sup", "conn", "cache", "web"};
        const auto children = [&](NodeId node) -> const std::vector<NodeId> & { return below[node.value]; };
        const auto told = [&](const std::set<NodeId> &folded) {
            QStringList lines;
            for (const LaneRow &row : laneRows(children, folded))
                lines << QString(row.depth, u' ') + names[row.node.value] + (row.isFolded ? "+" : "");
            return lines.join(u'|');
        };
        QCOMPARE(told({}), QString("app| db_sup|  conn|  cache| web"));
        QCOMPARE(told({NodeId{1}}), QString("app| db_sup+| web"));
        QCOMPARE(told({NodeId{0}, NodeId{1}}), QString("app+"));
        QCOMPARE(told({NodeId{2}}), told({}));
    }
};

QTEST_APPLESS_MAIN(TestViewWindow)
#include "tst_view_window.moc"
