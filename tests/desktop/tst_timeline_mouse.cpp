#ifndef Q_MOC_RUN
#include "app/desktop/views/timeline_metrics.h"
#include "tests/desktop/shown_window.h"
#endif

#include <QApplication>
#include <QScrollBar>
#include <QTest>
#include <QWheelEvent>

#include <random>

using namespace daruma;

/// What the mouse does on the timeline: where one drags, turns and clicks.
class TestTimelineMouse : public QObject, protected ShownWindow {
    Q_OBJECT

    const ViewWindow &shown() { return timeline().window(); }
    int y(int row) { return timeline().laneRect(row).bottom() - 4; }
    static int axisY() { return metrics::minimap + metrics::axis / 2; }
    std::int64_t pixel() { return shown().length() / shown().width() + 1; }

    void drag(QPoint from, QPoint to, Qt::MouseButton button = Qt::LeftButton,
              Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mousePress(&timeline(), button, modifiers, from);
        for (int step = 1; step <= 4; ++step)
            move(from + (to - from) * step / 4, button, modifiers);
        QTest::mouseRelease(&timeline(), button, modifiers, to);
    }
    void move(QPoint to, Qt::MouseButton button, Qt::KeyboardModifiers modifiers)
    {
        QMouseEvent moved(QEvent::MouseMove, to, timeline().mapToGlobal(QPointF(to)), Qt::NoButton, button,
                          modifiers);
        QApplication::sendEvent(&timeline(), &moved);
    }
    void turn(int delta, Qt::KeyboardModifiers modifiers = {})
    {
        const QPointF at(metrics::labels + 300, y(1));
        QWheelEvent turned(at, timeline().mapToGlobal(at), {}, {0, delta}, Qt::NoButton, modifiers,
                           Qt::NoScrollPhase, false);
        QApplication::sendEvent(&timeline(), &turned);
    }
    void openMany()
    {
        RunSource source;
        source.file = "many";
        source.text = "[scenario]\nhorizon = \"60s\"\n[supervisor.app]\nmax_restarts = 100000\nchildren = "
                      "[\"w\"]\n[worker.w]\ncount = 80\nlifetime = \"exp(4s)\"\n";
        document().open(source, EventId{0});
        m_window->wait();
        QVERIFY(document().run());
        QVERIFY(scroll().maximum() > 100);
    }
    QScrollBar &scroll() { return *timeline().findChild<QScrollBar *>(); }

private slots:
    void initTestCase() { prepare(); }
    void init()
    {
        show();
        open("db-outage-30s");
        timeline().fit();
    }
    void cleanup() { m_window.reset(); }

    void theWholeRunAboveIsDraggedThrough()
    {
        timeline().zoom(8);
        const std::int64_t length = shown().length();
        const EventId cursor = document().focus().cursor;
        const int third = metrics::labels + shown().width() / 3;
        drag({metrics::labels + 5, metrics::minimap / 2}, {third, metrics::minimap / 2});
        const std::int64_t pixelAbove = shown().end() / shown().width();
        QVERIFY(std::abs((shown().from() + shown().until()) / 2 - shown().end() / 3)
                <= pixelAbove + 2 * pixel());
        QVERIFY(std::abs(shown().length() - length) <= pixel());
        QCOMPARE(document().focus().cursor, cursor);
        drag({third, metrics::minimap / 2}, {timeline().width() + 500, metrics::minimap / 2});
        QVERIFY(shown().end() - shown().until() <= pixel());
    }

    void theCursorIsDraggedAlongTheAxis()
    {
        document().select(document().run()->find("app/web"));
        const ViewWindow before = shown();
        const int from = timeline().xOf(10'050'000'000);
        const int until = timeline().xOf(10'450'000'000);
        QTest::mousePress(&timeline(), Qt::LeftButton, {}, {from, axisY()});
        QVERIFY(std::abs(timeline().xOf(document().now()) - from) <= std::abs(until - from));
        move({until, axisY()}, Qt::LeftButton, {});
        QCOMPARE(document().focus().cursor,
                 document().run()->lanes().eventAt(shown().positionAt(until - metrics::labels)));
        QTest::mouseRelease(&timeline(), Qt::LeftButton, {}, {until, axisY()});
        QVERIFY(!document().focus().range);
        QVERIFY(shown() == before);
        QCOMPARE(document().focus().node, document().run()->find("app/web"));
        // What is let go is held no longer.
        const EventId cursor = document().focus().cursor;
        move({metrics::labels + 10, axisY()}, Qt::NoButton, {});
        QCOMPARE(document().focus().cursor, cursor);
    }

    void whatIsShownIsDraggedAlong_data()
    {
        QTest::addColumn<int>("button");
        QTest::addColumn<int>("modifiers");
        QTest::newRow("with the middle button") << int(Qt::MiddleButton) << int(Qt::NoModifier);
        QTest::newRow("with Shift") << int(Qt::LeftButton) << int(Qt::ShiftModifier);
    }
    void whatIsShownIsDraggedAlong()
    {
        QFETCH(int, button);
        QFETCH(int, modifiers);
        timeline().zoom(8);
        timeline().pan(-100'000);
        timeline().pan(300);
        const std::int64_t first = shown().firstColumn();
        const Focus before = document().focus();
        const QPoint from(metrics::labels + 400, y(1));
        drag(from, from - QPoint(120, 0), Qt::MouseButton(button), Qt::KeyboardModifiers(modifiers));
        QCOMPARE(shown().firstColumn(), first + 120);
        drag(from, from + QPoint(80, 30), Qt::MouseButton(button), Qt::KeyboardModifiers(modifiers));
        QCOMPARE(shown().firstColumn(), first + 40);
        QVERIFY(document().focus() == before);
    }

    void theWheelScrollsZoomsAndPans()
    {
        openMany();
        timeline().zoom(4);
        const ViewWindow before = shown();
        turn(-240);
        QCOMPARE(scroll().value(), 120);
        QVERIFY(shown() == before);
        turn(240);
        QCOMPARE(scroll().value(), 0);
        turn(-240, Qt::ShiftModifier);
        QCOMPARE(shown().firstColumn(), before.firstColumn() + 120);
        QCOMPARE(shown().length(), before.length());
        turn(240, Qt::ShiftModifier);
        QCOMPARE(shown().firstColumn(), before.firstColumn());
        turn(480, Qt::ControlModifier);
        QVERIFY(shown().length() < before.length() * 6 / 10);
        QCOMPARE(scroll().value(), 0);
    }

    void aDoubleClickGoesToALifeFoldsAndShowsAll()
    {
        const auto doubleClick = [&](QPoint place) {
            QTest::mouseDClick(&timeline(), Qt::LeftButton, {}, place);
        };
        const Lane &lane = document().run()->lanes()[document().run()->find("app/db_sup/conn")];
        const int x = timeline().xOf(10'100'000'000);
        doubleClick({x, y(2)});
        const std::int64_t clicked =
            ViewWindow(shown().end(), shown().width()).positionAt(x - metrics::labels);
        const Stretch *life = lane.after(document().run()->lanes().eventAt(clicked));
        const Stretch *next = lane.next(life->event);
        QVERIFY(next);
        QVERIFY(!shown().isWhole());
        QVERIFY(shown().from() <= life->t && shown().until() >= next->t);
        QVERIFY(shown().length() < (next->t - life->t) * 13 / 10);
        doubleClick({metrics::labels + 300, axisY()});
        QVERIFY(shown().isWhole());
        const std::size_t all = timeline().rows().size();
        doubleClick({metrics::labels - 20, y(1)});
        QVERIFY(timeline().rows().size() < all);
        QTest::qWait(QApplication::doubleClickInterval() + 20);
        doubleClick({metrics::labels - 20, y(1)});
        QCOMPARE(timeline().rows().size(), all);
    }

    /// Where something is painted it is found again, wherever one looks and however much is scrolled.
    void whatIsPaintedIsFoundThere_data()
    {
        QTest::addColumn<int>("axis");
        QTest::newRow("by time") << int(Axis::Time);
        QTest::newRow("by event") << int(Axis::Event);
    }
    void whatIsPaintedIsFoundThere()
    {
        QFETCH(int, axis);
        openMany();
        timeline().setAxis(Axis(axis));
        const Run &run = *document().run();
        const auto positionOf = [&](EventId event) {
            return axis == int(Axis::Time) ? run.timeAt(event) : std::int64_t(event.value);
        };
        std::mt19937 random(3);
        const auto upTo = [&](int most) { return int(random() % unsigned(most)); };
        int marks = 0;
        for (int i = 0; i < 300; ++i) {
            timeline().fit();
            timeline().zoom(1 + upTo(6));
            timeline().pan(upTo(4000) - 2000);
            scroll().setValue(upTo(scroll().maximum() + 1));
            const QPoint place(metrics::labels + upTo(shown().width()), 60 + upTo(timeline().height() - 130));
            int row = 0;
            while (!timeline().laneRect(row).contains(place))
                ++row;
            timeline().lookAt(place);
            const NodeId node = timeline().rows()[std::size_t(row)].node;
            QCOMPARE(document().focus().node, node);
            // A mark nearby is meant before what is below it.
            const EventId cursor = document().focus().cursor;
            bool isMarkNear = false;
            bool isMark = false;
            for (const LaneMark &mark :
                 run.lanes()[node].marksIn(0, run.lanes().end(Axis(axis)) + 1, Axis(axis))) {
                const int away = std::abs(timeline().xOf(positionOf(mark.event)) - place.x());
                isMarkNear |= away < metrics::near;
                isMark |= mark.event == cursor && away <= metrics::near + 1;
            }
            QVERIFY(isMark || !isMarkNear);
            marks += isMark;
            if (isMark)
                continue;
            const int column = place.x() - metrics::labels;
            const std::int64_t position =
                axis == int(Axis::Time) ? shown().roundPositionAt(column) : shown().positionAt(column);
            EventId last{0};
            while (last < run.lastEvent() && positionOf(EventId{last.value + 1}) <= position)
                ++last.value;
            QCOMPARE(cursor, last);
        }
        QVERIFY2(marks > 20 && marks < 280, qPrintable(QString::number(marks)));
    }
};

QTEST_MAIN(TestTimelineMouse)
#include "tst_timeline_mouse.moc"
