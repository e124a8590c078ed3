#ifndef Q_MOC_RUN
#include "app/desktop/models/document.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/timeline_view.h"
#endif

#include <QApplication>
#include <QScrollBar>
#include <QTest>

#include <random>

using namespace daruma;

namespace {

/// Lanes that are dense, lanes that are bars, and more of them than there is room for.
RunSource mixture()
{
    RunSource source;
    source.file = "mixture";
    source.text = R"toml(
[scenario]
horizon = "60s"
[supervisor.app]
children = ["often", "seldom", "group"]
max_restarts = 1000000
within = "1s"
[supervisor.group]
children = ["inner"]
max_restarts = 1000000
within = "1s"
[worker.often]
count = 12
lifetime = "exp(40ms)"
[worker.seldom]
count = 12
lifetime = "exp(3s)"
init_time = "200ms"
[worker.inner]
count = 5
lifetime = "exp(300ms)"
[[fault]]
name = "one hangs after many lives"
inject = "hang"
into = "app/often[2]"
at = "20s"
)toml";
    return source;
}

/// A few lanes, and below them much room.
RunSource few()
{
    RunSource source;
    source.file = "few";
    source.text = R"toml(
[scenario]
horizon = "60s"
[supervisor.app]
children = ["often", "seldom"]
max_restarts = 1000000
within = "1s"
[worker.often]
lifetime = "exp(40ms)"
[worker.seldom]
lifetime = "exp(3s)"
)toml";
    return source;
}

QImage picture(TimelineView &timeline)
{
    QImage image(timeline.size(), QImage::Format_RGB32);
    timeline.render(&image);
    return image;
}

/// The same with nothing kept of what was painted before.
QImage paintedAnew(TimelineView &timeline)
{
    QEvent changed(QEvent::PaletteChange);
    QApplication::sendEvent(&timeline, &changed);
    return picture(timeline);
}

}

class TestTimelinePicture : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        prepareLook();
        applyTheme(ThemeChoice::Light);
    }

    void whatIsMovedLooksLikeWhatIsPaintedAnew_data()
    {
        QTest::addColumn<bool>("byEvent");
        QTest::addColumn<double>("nearer");
        QTest::addColumn<bool>("isFew");
        for (const bool isFew : {false, true})
            for (const bool byEvent : {false, true})
                for (const double nearer : {1.5, 6.0, 40.0, 900.0, 30'000.0})
                    QTest::addRow("%s, %s, %g times nearer", isFew ? "few lanes" : "many lanes",
                                  byEvent ? "events" : "time", nearer)
                        << byEvent << nearer << isFew;
    }
    void whatIsMovedLooksLikeWhatIsPaintedAnew()
    {
        QFETCH(bool, byEvent);
        QFETCH(double, nearer);
        QFETCH(bool, isFew);
        Document document;
        TimelineView timeline(document);
        timeline.resize(700, 420);
        timeline.show();
        document.open(isFew ? few() : mixture(), EventId{0});
        document.wait();
        QVERIFY(document.run());
        timeline.setAxis(byEvent ? Axis::Event : Axis::Time);
        timeline.zoom(nearer);
        timeline.pan(timeline.window().width() * nearer / 3);
        auto *scroll = timeline.findChild<QScrollBar *>();
        QCOMPARE(scroll->maximum() == 0, isFew);

        std::mt19937 random(7);
        const auto upTo = [&](int most) { return int(random() % unsigned(most)); };
        for (int step = 0; step < 40; ++step) {
            switch (random() % 8) {
            case 0:
                scroll->setValue(upTo(scroll->maximum() + 1));
                break;
            case 1:
                timeline.pan(upTo(2000) - 1000);
                break;
            case 2:
                timeline.pan(upTo(40) - 20);
                scroll->setValue(std::min(scroll->value() + 3, scroll->maximum()));
                break;
            case 3:
                document.fold(NodeId{isFew ? 0U : 25U}, step % 2);
                break;
            case 4:
                timeline.zoom(step % 2 ? 1.3 : 1 / 1.3);
                break;
            default:
                timeline.pan(upTo(60) - 30);
            }
            const QImage moved = picture(timeline);
            if (moved != paintedAnew(timeline)) {
                moved.save(QStringLiteral("moved.png"));
                picture(timeline).save(QStringLiteral("anew.png"));
                QFAIL(qPrintable(QStringLiteral("step %1: see moved.png and anew.png").arg(step)));
            }
        }
    }
};

QTEST_MAIN(TestTimelinePicture)
#include "tst_timeline_picture.moc"
