#ifndef Q_MOC_RUN
#include "app/desktop/layout/effect_index.h"
#include "app/desktop/layout/lane_picture.h"
#include "simulator/scenario/dialect.h"
#include "simulator/scenario/scenario.h"
#include "tests/scenarios/random_scenario.h"
#endif

#include <QTest>

#include <algorithm>
#include <cmath>
#include <random>

using namespace daruma;

namespace {

/// A lane with so many lives of random lengths, and marks here and there.
Recording flapping(std::uint32_t lives, unsigned seed)
{
    std::mt19937 random(seed);
    const auto upTo = [&](std::uint32_t most) { return static_cast<std::int64_t>(random() % most + 1); };
    Recording run;
    run.nodes.add(NodeId{}, ChildId{run.texts.intern("root")}, run.texts);
    std::int64_t t = 0;
    const auto add = [&](EventKind kind, std::uint32_t incarnation, std::int64_t later) {
        t += later;
        Event event;
        event.kind = kind;
        event.t = t;
        event.node = NodeId{0};
        event.incarnation = incarnation;
        if (kind == EventKind::Exit)
            event.setReason({random() % 3 ? ReasonKind::Panic : ReasonKind::Normal, {}});
        if (const auto before = static_cast<std::uint32_t>(run.events.size()); before > 0 && random() % 4)
            event.cause = EventId{before - static_cast<std::uint32_t>(upTo(before))};
        run.events.push_back(event);
    };
    for (std::uint32_t i = 1; i <= lives; ++i) {
        add(EventKind::Start, i, upTo(5));
        add(EventKind::Started, i, random() % 3 ? 0 : upTo(20));
        if (random() % 500 == 0)
            add(EventKind::Fault, i, upTo(9));
        add(EventKind::Exit, i, upTo(100));
        if (random() % 3 == 0)
            add(EventKind::Backoff, i, 0);
    }
    run.result.end = Instant::fromNs(t + upTo(50));
    return run;
}

struct Part {
    std::int64_t from = 0;
    std::int64_t until = 0;
};

Part stretchOf(const Lane &lane, std::size_t i, Axis axis)
{
    const auto all = lane.stretches();
    return {all[i].at(axis), i + 1 < all.size() ? all[i + 1].at(axis) : lane.end(axis)};
}

/// By looking at every stretch.
std::int64_t timeWithin(const Lane &lane, BarState state, Part part, Axis axis)
{
    std::int64_t time = 0;
    for (std::size_t i = 0; i < lane.stretches().size(); ++i) {
        const Part stretch = stretchOf(lane, i, axis);
        const std::int64_t from = std::max(part.from, stretch.from);
        const std::int64_t until = std::min(part.until, stretch.until);
        if (lane.stretches()[i].isShown && lane.stretches()[i].state == state && until > from)
            time += until - from;
    }
    return time;
}

}

class TestLanePicture : public QObject {
    Q_OBJECT

private:
    static void addRows()
    {
        QTest::addColumn<uint>("lives");
        QTest::addColumn<bool>("byEvent");
        for (const uint lives : {1U, 3U, 40U, 900U, 5000U})
            for (const bool byEvent : {false, true})
                QTest::addRow("%u lives, by %s", lives, byEvent ? "event" : "time") << lives << byEvent;
    }

private slots:
    void everyColumnHasTheShareOfTimeOfEachState_data() { addRows(); }
    void everyColumnHasTheShareOfTimeOfEachState()
    {
        QFETCH(uint, lives);
        QFETCH(bool, byEvent);
        const Axis axis = byEvent ? Axis::Event : Axis::Time;
        const Recording run = flapping(lives, lives);
        const LaneIndex index(run);
        const Lane &lane = index[NodeId{0}];
        for (const double nearer : {1.0, 1.7, 12.0}) {
            ViewWindow window(index.end(axis), 97);
            window.zoom(nearer, 31);
            const std::vector<ColumnShares> columns = sharesOf({&lane}, window, axis, allColumns(window));
            QCOMPARE(columns.size(), std::size_t(97));
            for (int x = 0; x < 97; ++x) {
                const Part part{window.positionAt(x), window.positionAt(x + 1)};
                for (const BarState state : {BarState::Starting, BarState::Running, BarState::Stopping,
                                             BarState::Backoff, BarState::Down}) {
                    const auto length = double(std::max<std::int64_t>(part.until - part.from, 1));
                    const double share = 255 * double(timeWithin(lane, state, part, axis)) / length;
                    QCOMPARE(int(columns[std::size_t(x)][std::size_t(state)]), int(std::lround(share)));
                }
            }
        }
    }

    void everyEffectIsFoundAtItsCause_data()
    {
        QTest::addColumn<uint>("lives");
        for (const uint lives : {1U, 40U, 900U})
            QTest::addRow("%u lives", lives) << lives;
    }
    void everyEffectIsFoundAtItsCause()
    {
        QFETCH(uint, lives);
        const Recording run = flapping(lives, lives);
        const EffectIndex index(run);
        std::size_t effects = 0;
        for (std::uint32_t cause = 0; cause < run.events.size(); ++cause) {
            std::vector<EventId> expected;
            for (std::uint32_t i = 0; i < run.events.size(); ++i)
                if (run.events[i].cause == EventId{cause})
                    expected.push_back(EventId{i});
            const auto found = index.of(EventId{cause});
            QCOMPARE(std::vector<EventId>(found.begin(), found.end()), expected);
            effects += expected.size();
        }
        QVERIFY(effects >= lives);
        QVERIFY(index.of(EventId{}).empty());
    }

    void everyStretchThatHasRoomIsABarInItsPlace_data() { addRows(); }
    void everyStretchThatHasRoomIsABarInItsPlace()
    {
        QFETCH(uint, lives);
        QFETCH(bool, byEvent);
        const Axis axis = byEvent ? Axis::Event : Axis::Time;
        const Recording run = flapping(lives, lives + 7);
        const LaneIndex index(run);
        const Lane &lane = index[NodeId{0}];
        ViewWindow window(index.end(axis), 600);
        window.zoom(std::max(1.0, lives / 20.0), 200);
        const LanePicture picture = pictureOf(lane, window, axis);
        QVERIFY(!picture.isDense());
        std::size_t bar = 0;
        for (std::size_t i = 0; i < lane.stretches().size(); ++i) {
            const Part part = stretchOf(lane, i, axis);
            const bool isSeen =
                part.until > part.from && part.from < window.until() && part.until > window.from();
            if (!isSeen)
                continue;
            while (bar < picture.bars.size() && picture.bars[bar].stretch != &lane.stretches()[i])
                ++bar;
            QVERIFY2(bar < picture.bars.size(), "a stretch has no bar");
            QCOMPARE(picture.bars[bar].from, std::max(window.columnAt(part.from), 0));
            QCOMPARE(picture.bars[bar].until,
                     std::clamp(window.columnAt(part.until), picture.bars[bar].from + 1, window.width()));
        }
    }

    void aFoldedSupervisorShowsWhatStandsBelowIt_data()
    {
        QTest::addColumn<bool>("byEvent");
        QTest::newRow("by time") << false;
        QTest::newRow("by event") << true;
    }
    /// Trees at random, at random places and sizes of the window: shares of time by looking at every stretch,
    /// marks by looking at every mark.
    void aFoldedSupervisorShowsWhatStandsBelowIt()
    {
        QFETCH(bool, byEvent);
        const Axis axis = byEvent ? Axis::Event : Axis::Time;
        Dialects known;
        std::vector<Problem> problems;
        std::mt19937 random(7);
        for (std::uint64_t seed = 1; seed <= 25; ++seed) {
            const std::string text = RandomScenario(*known.find("otp", problems), seed).richText();
            const auto scenario = readScenario(text, "random.toml");
            QVERIFY(scenario);
            const Recording run = record(scenario->model, seed);
            const LaneIndex index(run);
            Lanes lanes;
            std::size_t marks = 0;
            for (std::uint32_t n = 0; n < run.nodes.size(); ++n)
                if (random() % 3) {
                    lanes.push_back(&index[NodeId{n}]);
                    marks += lanes.back()->marks().size();
                }
            if (lanes.empty() || index.end(axis) == 0)
                continue;
            const ViewWindow all(index.end(axis), 230);
            std::size_t counted = 0;
            // What happens in the last instant stands at the end of the window, just behind its last column.
            for (const MarkPiece &piece : marksOf(lanes, all, axis, {0, all.width() + leastMarkDistance}))
                counted += piece.count;
            QCOMPARE(counted, marks);
            ViewWindow window(index.end(axis), 61);
            window.zoom(1 + double(random() % 40) / 4, double(random() % 61));
            const std::vector<ColumnShares> columns = sharesOf(lanes, window, axis, allColumns(window));
            for (int x = 0; x < window.width(); ++x) {
                const Part part{window.positionAt(x), window.positionAt(x + 1)};
                const auto length = double(std::max<std::int64_t>(part.until - part.from, 1));
                for (std::size_t state = 0; state < barStateCount; ++state) {
                    std::int64_t time = 0;
                    for (const Lane *lane : lanes)
                        time += timeWithin(*lane, BarState(state), part, axis);
                    const double share = 255 * double(time) / length / double(lanes.size());
                    QVERIFY2(std::abs(columns[std::size_t(x)][state] - share) <= 0.5 + 1e-6,
                             qPrintable(QStringLiteral("seed %1, column %2").arg(seed).arg(x)));
                }
            }
        }
    }

    void noMarkIsLostAndTheMostImportantIsShown_data() { addRows(); }
    void noMarkIsLostAndTheMostImportantIsShown()
    {
        QFETCH(uint, lives);
        QFETCH(bool, byEvent);
        const Axis axis = byEvent ? Axis::Event : Axis::Time;
        const Recording run = flapping(lives, lives + 3);
        const LaneIndex index(run);
        const Lane &lane = index[NodeId{0}];
        const ViewWindow window(index.end(axis), 300);
        const std::vector<MarkPiece> pieces = pictureOf(lane, window, axis).marks;
        std::size_t total = 0;
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            total += pieces[i].count;
            if (i > 0)
                QVERIFY(pieces[i].x - pieces[i - 1].x >= leastMarkDistance);
        }
        QCOMPARE(total, lane.marks().size());
        // However many share its place, a fault is never covered by what is usual.
        for (const LaneMark &mark : lane.marks()) {
            if (mark.kind != MarkKind::Fault)
                continue;
            const int x = window.columnAt(mark.at(axis));
            const bool isShown = std::any_of(pieces.begin(), pieces.end(), [&](const MarkPiece &piece) {
                return piece.kind >= mark.kind && std::abs(piece.x - x) <= leastMarkDistance;
            });
            QVERIFY(isShown);
        }
    }

    void whatIsPaintedOfAPartIsThatOfTheWhole_data() { addRows(); }
    void whatIsPaintedOfAPartIsThatOfTheWhole()
    {
        QFETCH(uint, lives);
        QFETCH(bool, byEvent);
        const Axis axis = byEvent ? Axis::Event : Axis::Time;
        const Recording run = flapping(lives, lives + 11);
        const LaneIndex index(run);
        const Lanes lane{&index[NodeId{0}]};
        ViewWindow window(index.end(axis), 211);
        window.zoom(3, 100);
        const auto shares = sharesOf(lane, window, axis, allColumns(window));
        const auto marks = marksOf(lane, window, axis, allColumns(window));
        for (const int moved : {-40, -7, 1, 30}) {
            ViewWindow other = window;
            other.pan(moved);
            const int shift = int(other.firstColumn() - window.firstColumn());
            const ColumnRange common{50, 120};
            const auto part = sharesOf(lane, other, axis, {common.from - shift, common.until - shift});
            QVERIFY(std::equal(part.begin(), part.end(), shares.begin() + common.from));
            QStringList here;
            QStringList there;
            const auto told = [](const MarkPiece &mark, int x) {
                return QStringLiteral("%1 %2 %3 %4")
                    .arg(x)
                    .arg(int(mark.kind))
                    .arg(mark.count)
                    .arg(mark.event.value);
            };
            for (const MarkPiece &mark : marks)
                if (mark.x >= common.from && mark.x < common.until)
                    here << told(mark, mark.x);
            for (const MarkPiece &mark :
                 marksOf(lane, other, axis, {common.from - shift, common.until - shift}))
                there << told(mark, mark.x + shift);
            QCOMPARE(there, here);
        }
    }

    void theStateBehindAnEventIsThatOfAllEventsUpToIt()
    {
        Dialects known;
        std::vector<Problem> problems;
        for (std::uint64_t seed = 1; seed <= 40; ++seed) {
            const std::string text = RandomScenario(*known.find("otp", problems), seed).richText();
            const auto scenario = readScenario(text, "random.toml");
            QVERIFY(scenario);
            const Recording run = record(scenario->model, seed);
            const LaneIndex index(run);
            std::vector<LaneFollower> followers(run.nodes.size());
            for (std::uint32_t i = 0; i < run.events.size(); ++i) {
                const Event &event = run.events[i];
                if (event.node.isValid())
                    followers[event.node.value].follow(event);
                for (std::uint32_t n = 0; n < followers.size(); ++n) {
                    const Stretch *stretch = index[NodeId{n}].after(EventId{i});
                    QCOMPARE(stretch && stretch->isShown, followers[n].isOpen());
                    if (!followers[n].isOpen())
                        continue;
                    QCOMPARE(int(stretch->state), int(followers[n].state()));
                    QCOMPARE(std::uint32_t(stretch->incarnation), followers[n].incarnation());
                }
            }
        }
    }

    void theEventOfAMomentIsTheLastOneUpToIt()
    {
        const Recording run = flapping(700, 5);
        const LaneIndex index(run);
        for (std::int64_t t = -3; t < run.result.end.ns() + 3; t += 7) {
            EventId expected;
            for (std::uint32_t i = 0; i < run.events.size() && run.events[i].t <= t; ++i)
                expected = EventId{i};
            QCOMPARE(index.eventAt(t).value, expected.value);
        }
    }
};

QTEST_APPLESS_MAIN(TestLanePicture)
#include "tst_lane_picture.moc"
