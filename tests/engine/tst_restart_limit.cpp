#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "engine/policy/restart_limit.h"
#endif

#include <QTest>

#include <random>

using namespace daruma;

namespace {

/// OTP's supervisor:add_restart/1, literally: a list of whole seconds.
class ListOfSeconds {
public:
    RestartCount count(std::int64_t ns, std::int64_t period, std::uint32_t max)
    {
        const std::int64_t now = ns / 1'000'000'000;
        std::vector<std::int64_t> kept = {now};
        for (const std::int64_t entry : m_restarts)
            if (entry >= now - period)
                kept.push_back(entry);
        m_restarts = kept;
        return {static_cast<std::uint32_t>(kept.size()), kept.size() <= max};
    }

    std::uint32_t used(std::int64_t ns, std::int64_t period) const
    {
        const std::int64_t oldest = ns / 1'000'000'000 - period;
        return static_cast<std::uint32_t>(std::count_if(
            m_restarts.begin(), m_restarts.end(), [oldest](std::int64_t entry) { return entry >= oldest; }));
    }

private:
    std::vector<std::int64_t> m_restarts;
};

Instant afterMs(std::int64_t ms)
{
    return Instant::start() + Duration::milliseconds(ms);
}

/// Whether the last of the restarts at these moments is allowed.
bool lastIsAllowed(std::initializer_list<std::int64_t> ms, const RestartLimitSpec &spec,
                   Duration phase = Duration::zero(), TripTest trip = TripTest::Beyond)
{
    RestartWindow window;
    bool allowed = true;
    for (const std::int64_t moment : ms)
        allowed = window.count(afterMs(moment), phase, spec, trip).allowed;
    return allowed;
}

}

class TestRestartLimit : public QObject {
    Q_OBJECT

private slots:
    void asManyAsTheLimitAreAllowed_data()  // rule 16
    {
        QTest::addColumn<int>("max");
        QTest::newRow("none") << 0;
        QTest::newRow("one") << 1;
        QTest::newRow("ten") << 10;
        QTest::newRow("many thousands") << 30'000;
    }

    void asManyAsTheLimitAreAllowed()
    {
        QFETCH(int, max);
        const RestartLimitSpec spec{static_cast<std::uint32_t>(max), Duration::seconds(5)};
        RestartWindow window;
        for (int i = 1; i <= max; ++i) {
            const RestartCount count = window.count(afterMs(i / 10), {}, spec, TripTest::Beyond);
            QVERIFY(count.allowed);
            QCOMPARE(int(count.inWindow), i);
        }
        const RestartCount beyond = window.count(afterMs(3'000), {}, spec, TripTest::Beyond);
        QVERIFY(!beyond.allowed);
        QCOMPARE(int(beyond.inWindow), max + 1);
    }

    void aTripTestAtTheLimitAllowsOneLess()
    {
        const RestartLimitSpec two{2, Duration::seconds(5)};
        QVERIFY(lastIsAllowed({0}, two, {}, TripTest::At));
        QVERIFY(!lastIsAllowed({0, 1}, two, {}, TripTest::At));
        QVERIFY(!lastIsAllowed({0}, {0, Duration::seconds(5)}, {}, TripTest::At));
    }

    void theWindowRunsBetweenWholeSecondsInclusively_data()  // rules 17 to 19
    {
        QTest::addColumn<qlonglong>("first");
        QTest::addColumn<qlonglong>("second");
        QTest::addColumn<qlonglong>("period");
        QTest::addColumn<qlonglong>("phase");
        QTest::addColumn<bool>("forgotten");
        const auto row = [](const char *name, qlonglong first, qlonglong second, qlonglong period,
                            qlonglong phase, bool forgotten) {
            QTest::newRow(name) << first << second << period << phase << forgotten;
        };
        row("1.85 s apart in neighbouring seconds count both", 100, 1950, 1, 0, false);
        row("1.85 s apart, two seconds on by another phase", 100, 1950, 1, 100, true);
        row("exactly a period in seconds still counts", 900, 2950, 2, 0, false);
        row("a nanosecond's worth before the next second", 0, 2999, 2, 0, false);
        row("at the next second it is forgotten", 0, 3000, 2, 0, true);
        row("just over a period can be too long ago", 999, 3000, 2, 0, true);
        row("a phase of whole seconds changes nothing", 900, 2950, 2, 7000, false);
        row("a phase just before a second splits an instant", 0, 1, 1, 999, false);
        row("the phase moves the boundary", 0, 2000, 1, 999, true);
    }

    void theWindowRunsBetweenWholeSecondsInclusively()
    {
        QFETCH(qlonglong, first);
        QFETCH(qlonglong, second);
        QFETCH(qlonglong, period);
        QFETCH(qlonglong, phase);
        QTEST(lastIsAllowed({first, second}, {1, Duration::seconds(period)}, Duration::milliseconds(phase)),
              "forgotten");
    }

    void theBudgetIsSeenWithoutBeingSpent()
    {
        const RestartLimitSpec spec{3, Duration::seconds(2)};
        RestartWindow window;
        QCOMPARE(window.used(afterMs(0), {}, spec), 0u);
        window.count(afterMs(500), {}, spec, TripTest::Beyond);
        window.count(afterMs(1500), {}, spec, TripTest::Beyond);
        for (int i = 0; i < 3; ++i)
            QCOMPARE(window.used(afterMs(1500), {}, spec), 2u);
        QCOMPARE(window.used(afterMs(2999), {}, spec), 2u);
        QCOMPARE(window.used(afterMs(3000), {}, spec), 1u);
        QCOMPARE(window.used(afterMs(4000), {}, spec), 0u);
    }

    void clearingForgetsEverything()
    {
        const RestartLimitSpec spec{1, Duration::seconds(5)};
        RestartWindow window;
        window.count(afterMs(0), {}, spec, TripTest::Beyond);
        window.clear();
        QCOMPARE(window.used(afterMs(0), {}, spec), 0u);
        QCOMPARE(window.count(afterMs(0), {}, spec, TripTest::Beyond).inWindow, 1u);
    }

    void anEndlessWindowNeverForgets()
    {
        const RestartLimitSpec spec{2, Duration::never()};
        const std::int64_t year = std::int64_t(365) * 24 * 3600 * 1000;
        QVERIFY(lastIsAllowed({0, year}, spec));
        QVERIFY(!lastIsAllowed({0, year, 100 * year}, spec));
    }

    void theEndOfTimeIsAMomentLikeAnother()
    {
        const RestartLimitSpec spec{1, Duration::seconds(5)};
        const Instant last = Instant::fromNs(std::numeric_limits<std::int64_t>::max() - 1);
        RestartWindow window;
        const Duration phase = Duration::milliseconds(999);
        QVERIFY(window.count(last, phase, spec, TripTest::Beyond).allowed);
        QCOMPARE(window.used(last, phase, spec), 1u);
        QVERIFY(!window.count(last, phase, spec, TripTest::Beyond).allowed);
    }

    void itCountsAsOtpsListOfSecondsDoes()
    {
        std::mt19937_64 random(20'240'131);
        for (int sequence = 0; sequence < 3'000; ++sequence) {
            const std::int64_t period = 1 + static_cast<std::int64_t>(random() % 12);
            const auto max = static_cast<std::uint32_t>(random() % 8);
            const std::int64_t phase = static_cast<std::int64_t>(random() % 1'000'000'000);
            const std::uint64_t step = std::uint64_t(1) << (10 + random() % 24);
            RestartWindow window;
            ListOfSeconds list;
            std::int64_t now = 0;
            for (int i = 0; i < 60; ++i) {
                now += static_cast<std::int64_t>(random() % step);
                const RestartLimitSpec spec{max, Duration::seconds(period)};
                const RestartCount expected = list.count(now + phase, period, max);
                const RestartCount count =
                    window.count(Instant::fromNs(now), Duration::nanoseconds(phase), spec, TripTest::Beyond);
                QCOMPARE(count.inWindow, expected.inWindow);
                QCOMPARE(count.allowed, expected.allowed);
                const std::int64_t later = now + static_cast<std::int64_t>(random() % step);
                QCOMPARE(window.used(Instant::fromNs(later), Duration::nanoseconds(phase), spec),
                         list.used(later + phase, period));
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestRestartLimit)
#include "tst_restart_limit.moc"
