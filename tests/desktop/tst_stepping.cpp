#ifndef Q_MOC_RUN
#include "app/desktop/models/player.h"
#include "app/desktop/models/text.h"
#include "tests/desktop/shown_window.h"
#endif

#include <QSettings>
#include <QTest>

using namespace daruma;

namespace {

QString kindAt(const Document &document)
{
    return qt(toText(document.run()->event(document.focus().cursor).kind));
}

}

class TestStepping : public QObject, protected ShownWindow {
    Q_OBJECT

private slots:
    void initTestCase() { prepare(); }
    void init() { show(); }
    void cleanup() { m_window.reset(); }

    void keysStepThroughTheRun()
    {
        open("db-outage-30s");
        press(Qt::Key_Home);
        QCOMPARE(document().focus().cursor.value, 0U);
        press(Qt::Key_Right);
        press(Qt::Key_Period);
        QCOMPARE(document().focus().cursor.value, 2U);
        press(Qt::Key_Left);
        QCOMPARE(document().focus().cursor.value, 1U);
        press(Qt::Key_PageDown);
        QCOMPARE(document().now(), std::int64_t{10'000'000'000});
        QVERIFY(document().run()->timeAt(EventId{document().focus().cursor.value + 1}) > document().now());
        press(Qt::Key_PageUp);
        QCOMPARE(document().now(), std::int64_t{0});
        press(Qt::Key_G);
        QCOMPARE(kindAt(document()), QString("fault"));
        press(Qt::Key_R);
        QCOMPARE(kindAt(document()), QString("restart"));
        press(Qt::Key_G, Qt::ShiftModifier);
        QCOMPARE(kindAt(document()), QString("fault"));
        press(Qt::Key_End);
        QCOMPARE(document().focus().cursor.value, document().run()->eventCount() - 1);
        press(Qt::Key_Right);
        QCOMPARE(document().focus().cursor.value, document().run()->eventCount() - 1);
    }

    void theEventsOfOnePlaceAreWalkedAlong()
    {
        open("db-outage-30s");
        document().select(document().run()->find("app/db_sup"));
        const NodeId place = document().focus().node;
        press(Qt::Key_Home);
        int steps = 0;
        for (EventId before; document().focus().cursor != before; ++steps) {
            before = document().focus().cursor;
            press(Qt::Key_Right, Qt::ShiftModifier);
            QCOMPARE(document().run()->event(document().focus().cursor).node, place);
            QVERIFY(steps < 100);
        }
        QVERIFY(steps > 3);
        const EventId last = document().focus().cursor;
        press(Qt::Key_Left, Qt::ShiftModifier);
        QVERIFY(document().focus().cursor < last);
        QCOMPARE(document().run()->event(document().focus().cursor).node, place);
    }

    void betweenTwoEventsOneStepsToTheNearest()
    {
        open("db-outage-30s");
        const auto between = [this] { document().setCursorTime(5'000'000'000); };
        between();
        const EventId before = document().focus().cursor;
        QCOMPARE(document().now(), std::int64_t{5'000'000'000});
        press(Qt::Key_Left);
        QCOMPARE(document().focus().cursor, before);
        QCOMPARE(document().now(), std::int64_t{0});
        press(Qt::Key_Left);
        QCOMPARE(document().focus().cursor.value, before.value - 1);
        between();
        press(Qt::Key_Right);
        QCOMPARE(document().focus().cursor.value, before.value + 1);
        QCOMPARE(document().now(), std::int64_t{10'000'000'000});
        between();
        press(Qt::Key_PageUp);
        QCOMPARE(document().now(), std::int64_t{0});
        between();
        press(Qt::Key_PageDown);
        QCOMPARE(document().now(), std::int64_t{10'000'000'000});
        // Beyond the end there is nothing.
        document().setCursorTime(std::int64_t{1} << 60);
        QCOMPARE(document().focus().cursor, document().run()->lastEvent());
        QVERIFY(document().now() <= document().run()->lanes().end(Axis::Time));
    }

    void causesAreWalkedBackAndForth()
    {
        open("db-outage-30s");
        const EventId end = document().focus().cursor;
        press(Qt::Key_Left, Qt::ControlModifier);
        const EventId cause = document().focus().cursor;
        QCOMPARE(document().run()->event(end).cause.value, cause.value);
        press(Qt::Key_Right, Qt::ControlModifier);
        QCOMPARE(document().run()->event(document().focus().cursor).cause.value, cause.value);
    }

    void playingBeginsAtASpeedThatFitsTheRunAndSkipsIdleTime_data()
    {
        QTest::addColumn<bool>("skips");
        QTest::newRow("idle time passes quickly") << true;
        QTest::newRow("all time passes alike") << false;
    }
    void playingBeginsAtASpeedThatFitsTheRunAndSkipsIdleTime()
    {
        QFETCH(bool, skips);
        for (const char *name : {"db-outage-30s", "nested-defaults-blind-band", "control-must-fail"}) {
            open(name);
            Player player(document());
            player.setSkipsIdle(skips);
            document().setCursor(EventId{0});
            player.play();
            const std::int64_t picture = 16'000'000;
            std::int64_t taken = 0;
            for (; player.isPlaying() && taken < 60'000'000'000; taken += picture)
                player.advance(picture);
            QVERIFY2(!player.isPlaying(), name);
            QVERIFY2(taken < 21'000'000'000, name);
            // Slow enough to be followed: speeds of a running clock, not of a microscope.
            QVERIFY2(taken > 4'000'000'000, name);
            QVERIFY2(player.speed() >= 0.1, name);
        }
        // Ten seconds in which nothing happens, and then a second in which all does.
        open("db-outage-30s");
        Player player(document());
        player.setSkipsIdle(skips);
        document().setCursor(document().run()->lanes().eventAt(0));
        player.play();
        for (int picture = 0; picture < 130; ++picture)
            player.advance(16'000'000);
        QCOMPARE(document().run()->timeAt(document().focus().cursor) > 0, skips);
        // Who chose a speed keeps it.
        player.setSpeed(3);
        player.pause();
        player.play();
        QCOMPARE(player.speed(), 3.0);
    }

    void playingGoesThroughVirtualTimeAndStopsAtTheEnd()
    {
        open("db-outage-30s");
        Player player(document());
        document().setCursor(EventId{0});
        player.setSkipsIdle(false);
        player.setSpeed(1);
        player.play();
        QVERIFY(player.isPlaying());
        player.advance(9'000'000'000);
        // Time goes on where nothing happens.
        QCOMPARE(document().now(), std::int64_t{9'000'000'000});
        QCOMPARE(document().run()->timeAt(document().focus().cursor), std::int64_t{0});
        player.advance(1'500'000'000);
        QCOMPARE(document().now(), std::int64_t{10'500'000'000});
        QCOMPARE(document().run()->timeAt(document().focus().cursor), std::int64_t{10'400'000'000});
        player.advance(90'000'000'000);
        QCOMPARE(document().focus().cursor.value, document().run()->eventCount() - 1);
        QVERIFY(!player.isPlaying());
        player.setSpeed(Player::asFastAsItCan);
        player.play();
        for (int i = 0; i < 200 && player.isPlaying(); ++i)
            player.advance(0);
        QVERIFY(!player.isPlaying());
    }
};

QTEST_MAIN(TestStepping)
#include "tst_stepping.moc"
