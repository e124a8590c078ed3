#ifndef Q_MOC_RUN
#include "app/desktop/actions.h"
#include "app/desktop/models/prover.h"
#include "app/desktop/models/tree_model.h"
#include "tests/desktop/shown_window.h"
#endif

#include <QScrollBar>
#include <QSettings>
#include <QTest>

using namespace daruma;

/// The timeline within its window: what mouse and keys do to it, and what it tells.
class TestTimelineView : public QObject, protected ShownWindow {
    Q_OBJECT

private slots:
    void initTestCase() { prepare(); }
    void init() { show(); }
    void cleanup() { m_window.reset(); }

    void aClickLeavesWhatOneLooksAtWhereItIs()
    {
        open("db-outage-30s");
        press(Qt::Key_F);
        timeline().zoom(6);
        timeline().pan(-100'000);
        timeline().pan(800);
        const ViewWindow shown = timeline().window();
        const std::int64_t middle = (shown.from() + shown.until()) / 2;
        QVERIFY(shown.from() > 0 && shown.until() < 10'000'000'000);
        const QRect lane = timeline().laneRect(2);
        QTest::mouseClick(&timeline(), Qt::LeftButton, {}, QPoint(timeline().xOf(middle), lane.bottom() - 5));
        QVERIFY(std::abs(document().now() - middle) < shown.length() / 100);
        QCOMPARE(document().run()->timeAt(document().focus().cursor), std::int64_t{0});
        QVERIFY(timeline().window() == shown);
        bool isThere = true;
        timeline().cursorSign(&isThere);
        QVERIFY(!isThere);
        document().setCursor(EventId{0});
        timeline().pan(800);
        const ViewWindow beyond = timeline().window();
        // It is not there, but one is told where, and goes there with a click.
        bool isAway = false;
        const QRect sign = timeline().cursorSign(&isAway);
        QVERIFY(isAway);
        QVERIFY(timeline().tip(sign.center()).contains("out of view"));
        QTest::mouseClick(&timeline(), Qt::LeftButton, {}, sign.center());
        QVERIFY(!(timeline().window() == beyond));
        timeline().cursorSign(&isAway);
        QVERIFY(!isAway);
        // A key takes what is shown along.
        timeline().pan(2000);
        press(Qt::Key_End);
        timeline().cursorSign(&isAway);
        QVERIFY(!isAway);
    }

    void aRangeIsMarkedFromBelowTheLanesToo()
    {
        open("db-outage-30s");
        press(Qt::Key_F);
        const int below = timeline().laneRect(int(timeline().rows().size()) - 1).bottom() + 20;
        QVERIFY(below < timeline().height() - 60);
        const QPoint from(timeline().xOf(4'000'000'000), below);
        const QPoint until(timeline().xOf(8'000'000'000), below);
        QTest::mousePress(&timeline(), Qt::LeftButton, {}, from);
        QTest::mouseMove(&timeline(), until);
        QTest::mouseRelease(&timeline(), Qt::LeftButton, {}, until);
        QVERIFY(document().focus().range);
        const std::int64_t pixel = timeline().window().length() / timeline().window().width() + 1;
        QVERIFY(std::abs(document().focus().range->first - 4'000'000'000) <= pixel);
        QVERIFY(std::abs(document().focus().range->second - 8'000'000'000) <= pixel);
        // A click there forgets it and moves the cursor alone.
        const NodeId selected = document().focus().node;
        QTest::mouseClick(&timeline(), Qt::LeftButton, {}, QPoint(timeline().xOf(11'000'000'000), below));
        QVERIFY(!document().focus().range);
        QVERIFY(document().now() > 10'000'000'000);
        QCOMPARE(document().focus().node, selected);
        // The legend is no part of the run.
        const std::int64_t now = document().now();
        QTest::mouseClick(&timeline(), Qt::LeftButton, {}, QPoint(from.x(), timeline().height() - 4));
        QCOMPARE(document().now(), now);
    }

    void aTipTellsOfAllMarksOfItsPlace()
    {
        open("db-outage-30s");
        press(Qt::Key_F);
        const QRect lane = timeline().laneRect(2);
        const QString tip = timeline().tip(QPoint(timeline().xOf(10'000'000'000), lane.top() + 6));
        QVERIFY2(tip.contains("restart") && tip.contains("bad end") && tip.contains("1 fault"),
                 qPrintable(tip));
    }

    void thePlainWheelZoomsWhereAllLanesAreShown()
    {
        open("db-outage-30s");
        press(Qt::Key_F);
        const int x = timeline().xOf(8'000'000'000);
        QWheelEvent turn(QPointF(x, 200), timeline().mapToGlobal(QPointF(x, 200)), {}, {0, 480}, Qt::NoButton,
                         Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(&timeline(), &turn);
        QVERIFY(!timeline().window().isWhole());
        QVERIFY(std::abs(timeline().xOf(8'000'000'000) - x) <= 1);
    }

    void whatHangsIsSaidInTheLaneAndInTheTree()
    {
        RunSource source;
        source.file = "hang";
        source.text = R"toml(
[scenario]
horizon = "20s"
[supervisor.app]
children = ["conn", "other"]
max_restarts = 1000
[worker.conn]
[worker.other]
lifetime = "exp(1s)"
[[fault]]
name = "it hangs"
inject = "hang"
into = "app/conn"
at = "6s"
)toml";
        document().open(std::move(source), EventId{0});
        m_window->wait();
        QVERIFY(document().run());
        const NodeId node = document().run()->find("app/conn");
        TreeModel model(document());
        const auto state = [&] { return model.data(model.indexOf(node, TreeModel::State)).toString(); };
        document().setCursorTime(5'000'000'000);
        QCOMPARE(state(), QString("running"));
        document().setCursorTime(7'000'000'000);
        QCOMPARE(state(), QString("hangs"));
        QVERIFY(model.data(model.indexOf(node), Qt::ToolTipRole).toString().contains("since 6 s"));
        press(Qt::Key_F);
        const QRect lane = timeline().laneRect(1);
        const auto tipAt = [&](std::int64_t t) {
            return timeline().tip(QPoint(timeline().xOf(t), lane.bottom() - 5));
        };
        QVERIFY(tipAt(3'000'000'000).contains("running"));
        QVERIFY(tipAt(12'000'000'000).contains("hangs from 6 s"));
        QVERIFY(document().run()->lanes().hasHangs());
        open("db-outage-30s");
        QVERIFY(!document().run()->lanes().hasHangs());
    }

    void noReturnIsExplained()
    {
        open("db-outage-30s");
        const EventId event = document().prover().proof()->noReturn;
        const int x = timeline().xOf(document().run()->timeAt(event));
        QVERIFY(
            timeline().tip(QPoint(x, timeline().laneRect(4).center().y())).contains("nothing saves the run"));
        QVERIFY(!timeline().tip(QPoint(x + 60, timeline().laneRect(4).center().y())).contains("saves"));
    }
};

QTEST_MAIN(TestTimelineView)
#include "tst_timeline_view.moc"
