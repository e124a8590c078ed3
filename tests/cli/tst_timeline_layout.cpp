#include "app/cli/export/markup.h"
#include "app/cli/export/timeline_layout.h"
#include "simulator/scenario/scenario.h"

#include <QTest>

#include <set>

using namespace daruma;

namespace {

constexpr std::int64_t second = 1'000'000'000;

QStringList labels(const TimeAxis &axis)
{
    QStringList list;
    for (const TimeAxis::Tick &tick : axis.ticks())
        list << QString::fromStdString(tick.label);
    return list;
}

struct Case {
    Scenario scenario;
    Recording run;
    Timeline timeline;

    const TimelineLane &lane(const std::string &label) const
    {
        for (const TimelineLane &lane : timeline.lanes)
            if (lane.label == label)
                return lane;
        qFatal("no lane %s", label.c_str());
    }
    QStringList labels() const
    {
        QStringList list;
        for (const TimelineLane &lane : timeline.lanes)
            list << QString(int(lane.depth), '.') + QString::fromStdString(lane.label);
        return list;
    }
};

Case play(const QByteArray &text, std::size_t mostLanes = 60)
{
    auto scenario = readScenario(text.toStdString(), "case");
    if (!scenario)
        qFatal("%s", toText(scenario.error().front(), "case").c_str());
    Case result{std::move(*scenario), {}, {}};
    result.run = record(result.scenario.model, 1);
    result.timeline = timelineOf(result.scenario.model, result.run, mostLanes);
    return result;
}

/// `starting 0-5, running 5-7`, in tenths of a second.
QString bars(const TimelineLane &lane)
{
    QStringList list;
    for (const TimelineBar &bar : lane.bars) {
        const auto name = toText(bar.state);
        list << QStringLiteral("%1 %2-%3")
                    .arg(QString::fromUtf8(name.data(), qsizetype(name.size())))
                    .arg(bar.from / (second / 10))
                    .arg(bar.until / (second / 10));
    }
    return list.join(", ");
}

}

class TestTimelineLayout : public QObject {
    Q_OBJECT

private slots:
    void anAxisWithoutQuietIsLinear();
    void aLongQuietIsCutOutAndStaysInOrder();
    void evenPacesAreNotCut();
    void timesPastTheEndAreTheEnd();
    void theTailTakesItsPixelsWhateverIsCut_data();
    void theTailTakesItsPixelsWhateverIsCut();
    void ticksAreRoundAndApart();
    void ticksOfMillisecondsHaveLabelsOfTheirOwn();
    void stepsAreRound_data();
    void stepsAreRound();

    void barsFollowTheStatesOfANode();
    void aBackoffIsABar();
    void whatLastsWhenTheRunEndsGoesOn();
    void lanesStandInTheOrderOfTheTree();
    void tooManyLanesAreSummedUp();
    void aSummaryOfOneIsTheLaneItself();
    void linksLeadFromTheFaultToTheEnd();
    void foldingKeepsTimeAndCounts();

    void coloursHavePlainValuesBesideTheirVariables();
};

void TestTimelineLayout::coloursHavePlainValuesBesideTheirVariables()
{
    QCOMPARE(
        withPlainValues(".a { --x:#111111; --y:#222; } .b { fill:var(--x); stroke:var(--y) } .c { d:e }"),
        std::string(".a { --x:#111111; --y:#222; } .b { fill:#111111; fill:var(--x); stroke:#222; "
                    "stroke:var(--y) } .c { d:e }"));
    QCOMPARE(withPlainValues("fill:var(--unknown)"), std::string("fill:var(--unknown)"));
    QCOMPARE(withPlainValues(""), std::string());
}

void TestTimelineLayout::anAxisWithoutQuietIsLinear()
{
    const TimeAxis axis({0, 2 * second, 4 * second, 6 * second, 8 * second}, 10 * second, 1000);
    QCOMPARE(axis.pieces().size(), std::size_t{1});
    QCOMPARE(axis.x(0), 0.0);
    QCOMPARE(axis.x(5 * second), 500.0);
    QCOMPARE(axis.x(10 * second), 1000.0);
}

void TestTimelineLayout::aLongQuietIsCutOutAndStaysInOrder()
{
    const std::int64_t hour = 3600 * second;
    const TimeAxis axis({hour, hour + second, hour + 2 * second}, hour + 3 * second, 1000);
    QCOMPARE(axis.pieces().size(), std::size_t{3});
    QVERIFY(axis.pieces()[1].isCut);
    QCOMPARE(axis.pieces()[1].width, TimeAxis::cutWidth);
    // What happens now has nearly all of the room.
    QVERIFY(axis.x(hour + 2 * second) - axis.x(hour) > 500);
    double last = -1;
    for (std::int64_t t = 0; t <= hour + 3 * second; t += second / 2) {
        QVERIFY(axis.x(t) >= last);
        last = axis.x(t);
    }
    QVERIFY(qAbs(axis.x(hour + 3 * second) - 1000) < 1e-6);
}

void TestTimelineLayout::evenPacesAreNotCut()
{
    std::vector<std::int64_t> moments(100);
    for (std::size_t i = 0; i < moments.size(); ++i)
        moments[i] = static_cast<std::int64_t>(i) * 6 * second;
    QCOMPARE(TimeAxis(moments, 600 * second, 800).pieces().size(), std::size_t{1});
}

void TestTimelineLayout::timesPastTheEndAreTheEnd()
{
    const TimeAxis axis({}, second, 500);
    QCOMPARE(axis.x(5 * second), 500.0);
}

void TestTimelineLayout::theTailTakesItsPixelsWhateverIsCut_data()
{
    QTest::addColumn<qint64>("first");
    QTest::newRow("all through the run") << qint64{0};
    QTest::newRow("after a long quiet, which is cut out") << 10 * qint64{second};
    QTest::newRow("at the end alone") << 12 * qint64{second};
}

void TestTimelineLayout::theTailTakesItsPixelsWhateverIsCut()
{
    QFETCH(qint64, first);
    const std::int64_t end = 12 * second;
    std::vector<std::int64_t> moments;
    for (std::int64_t t = first; t < end; t += second / 10)
        moments.push_back(t);
    const TimeAxis axis(moments, end, 1000, 30);
    QVERIFY(qAbs(axis.x(end) - 970) < 1);
    QVERIFY(axis.until() > end);
    QVERIFY(qAbs(axis.x(axis.until()) - 1000) < 1e-6);
    for (const TimeAxis::Tick &tick : axis.ticks())
        QVERIFY(tick.x <= axis.x(end));
}

void TestTimelineLayout::ticksAreRoundAndApart()
{
    const TimeAxis axis({0, 3 * second, 6 * second, 9 * second}, 10 * second, 1000);
    QCOMPARE(labels(axis),
             QStringList({"0 s", "1 s", "2 s", "3 s", "4 s", "5 s", "6 s", "7 s", "8 s", "9 s", "10 s"}));
    const auto ticks = axis.ticks();
    for (std::size_t i = 1; i < ticks.size(); ++i)
        QVERIFY(ticks[i].x - ticks[i - 1].x >= 45);
}

void TestTimelineLayout::ticksOfMillisecondsHaveLabelsOfTheirOwn()
{
    const std::int64_t ms = second / 1000;
    const TimeAxis axis({10 * second, 10 * second + ms, 10 * second + 2 * ms}, 10 * second + 3 * ms, 1000);
    const QStringList list = labels(axis);
    QCOMPARE(std::set<QString>(list.begin(), list.end()).size(), std::size_t(list.size()));
    QVERIFY(list.contains("10.002 s"));
}

void TestTimelineLayout::stepsAreRound_data()
{
    QTest::addColumn<double>("least");
    QTest::addColumn<qint64>("step");
    QTest::newRow("a nanosecond at least") << 0.2 << qint64{1};
    QTest::newRow("three become five") << 3.0 << qint64{5};
    QTest::newRow("an exact step is kept") << 2e6 << qint64{2'000'000};
    QTest::newRow("twelve seconds become fifteen") << 12e9 << qint64{15 * second};
    QTest::newRow("forty seconds become a minute") << 40e9 << qint64{60 * second};
    QTest::newRow("more than a day is doubled") << 100'000e9 << qint64{172'800 * second};
}

void TestTimelineLayout::stepsAreRound()
{
    QFETCH(double, least);
    QFETCH(qint64, step);
    QCOMPARE(qint64(roundStep(least)), step);
}

void TestTimelineLayout::barsFollowTheStatesOfANode()
{
    const Case played = play(R"toml(
[scenario]
horizon = "4s"
[supervisor.app]
children = ["a"]
[worker.a]
init_time = "500ms"
lifetime = ["1s", "never"]
stop_time = "300ms"
[[command]]
at = "3s"
do = "terminate_child"
to = "app"
child = "a"
)toml");
    QCOMPARE(bars(played.lane("a")),
             "starting 0-5, running 5-15, starting 15-20, running 20-30, stopping 30-33");
    QCOMPARE(played.lane("a").starts, 2U);
    QCOMPARE(played.lane("a").lastState, BarState::Down);
}

void TestTimelineLayout::aBackoffIsABar()
{
    const Case played = play(R"toml(
[scenario]
horizon = "4s"
[supervisor.app]
children = ["a"]
[worker.a]
lifetime = ["1s", "never"]
backoff = "2s"
)toml");
    QVERIFY2(bars(played.lane("a")).startsWith("running 0-10, backoff 10-30, running 30-"),
             qPrintable(bars(played.lane("a"))));
}

void TestTimelineLayout::whatLastsWhenTheRunEndsGoesOn()
{
    Case played =
        play("[supervisor.app]\nmax_restarts = 0\nchildren = [\"a\"]\n[worker.a]\nlifetime = \"1s\"\n");
    QCOMPARE(played.timeline.until, second);
    extend(played.timeline, 2 * second);
    QCOMPARE(bars(played.lane("a")), "running 0-10, down 10-20");
    QCOMPARE(bars(played.lane("app")), "running 0-10, down 10-20");

    Case alive = play("[scenario]\nhorizon = \"1s\"\n[supervisor.app]\nchildren = [\"a\"]\n[worker.a]\n");
    extend(alive.timeline, alive.timeline.until + second);
    QCOMPARE(alive.lane("a").bars.size(), std::size_t{1});
    QCOMPARE(alive.lane("a").bars.front().until, alive.timeline.until);
}

void TestTimelineLayout::lanesStandInTheOrderOfTheTree()
{
    const Case played =
        play("[supervisor.app]\nchildren = [\"s\", \"z\"]\n[supervisor.s]\nchildren = [\"b\", \"a\"]\n"
             "[worker.a]\n[worker.b]\n[worker.z]\n");
    QCOMPARE(played.labels(), QStringList({"app", ".s", "..b", "..a", ".z"}));
}

void TestTimelineLayout::tooManyLanesAreSummedUp()
{
    // The one to which something happens keeps its lane.
    const Case played =
        play("[supervisor.app]\nchildren = [\"s\", \"z\"]\n[supervisor.s]\nchildren = [\"w\"]\n"
             "[worker.w]\ncount = 50\n[worker.z]\n"
             "[[fault]]\ninject = \"panic\"\ninto = \"w[30]\"\nat = \"1s\"\n",
             3);
    QCOMPARE(played.labels(), QStringList({"app", ".s", "..w[30]", "..… 49 more", ".z"}));
    QCOMPARE(played.timeline.hiddenNodes, std::size_t{49});
}

void TestTimelineLayout::aSummaryOfOneIsTheLaneItself()
{
    const Case played = play("[supervisor.app]\nchildren = [\"a\", \"b\"]\n[worker.a]\n[worker.b]\n", 2);
    QCOMPARE(played.labels(), QStringList({"app", ".a", ".b"}));
    QCOMPARE(played.timeline.hiddenNodes, std::size_t{0});
}

void TestTimelineLayout::linksLeadFromTheFaultToTheEnd()
{
    const Case played = play("[supervisor.app]\nmax_restarts = 0\nchildren = [\"a\"]\n[worker.a]\n"
                             "[[fault]]\ninject = \"panic\"\ninto = \"a\"\nat = \"1s\"\n");
    QVERIFY(!played.timeline.links.empty());
    std::set<std::size_t> lanes;
    for (const TimelineLink &link : played.timeline.links)
        lanes.insert({link.fromLane, link.toLane});
    QCOMPARE(lanes, std::set<std::size_t>({0, 1}));
}

void TestTimelineLayout::foldingKeepsTimeAndCounts()
{
    Case played =
        play("[scenario]\nhorizon = \"100s\"\n[supervisor.app]\nmax_restarts = 1000\nchildren = [\"a\"]\n"
             "[worker.a]\nlifetime = \"10ms\"\nbackoff = \"10ms\"\n");
    const TimelineLane before = played.lane("a");
    QVERIFY(before.bars.size() > 5000);
    const TimeAxis axis(momentsOf(played.timeline), played.timeline.until, 800);
    const std::size_t folded = foldToFit(played.timeline, axis, 1.0);
    const TimelineLane &after = played.lane("a");
    QVERIFY(after.bars.size() < 900);
    QVERIFY(after.marks.size() < 400);
    std::size_t bars = 0;
    std::int64_t at = 0;
    for (const TimelineBar &bar : after.bars) {
        QCOMPARE(bar.from, at);
        at = bar.until;
        bars += bar.folded;
    }
    QCOMPARE(bars, before.bars.size());
    QVERIFY(folded > 4900 && folded <= bars);
    QCOMPARE(at, before.bars.back().until);
    std::uint32_t marks = 0;
    for (const TimelineMark &mark : after.marks)
        marks += mark.count;
    QCOMPARE(std::size_t{marks}, before.marks.size());
}

QTEST_APPLESS_MAIN(TestTimelineLayout)
#include "tst_timeline_layout.moc"
