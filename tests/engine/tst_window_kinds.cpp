#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "engine/policy/restart_limit.h"
#endif

#include <QTest>

#include <cmath>
#include <random>

using namespace daruma;

namespace {

Instant afterMs(std::int64_t ms)
{
    return Instant::start() + Duration::milliseconds(ms);
}

RestartLimitSpec specOf(std::uint32_t max, Duration within, WindowKind kind,
                        WindowEnd end = WindowEnd::Inclusive)
{
    return {max, within, WindowStamps::Exact, end, Duration::never(), kind};
}

/// systemd's ratelimit_below(): the same verdicts.
class RateLimit {
public:
    bool below(std::int64_t now, std::int64_t interval, std::uint32_t burst)
    {
        if (!m_hasBegun || now - m_begin > interval) {
            m_hasBegun = true;
            m_begin = now;
            m_number = 0;
        } else if (m_number >= burst) {
            return false;
        }
        ++m_number;
        return true;
    }

private:
    bool m_hasBegun = false;
    std::int64_t m_begin = 0;
    std::uint32_t m_number = 0;
};

}

/// The windows that are not OTP's: one that opens at the first restart, and one that fades.
class TestWindowKinds : public QObject {
    Q_OBJECT

private slots:
    void aFixedWindowAllowsWhatRatelimitBelowAllows()
    {
        std::mt19937_64 random(20'240'229);
        int refused = 0;
        for (int sequence = 0; sequence < 2'000; ++sequence) {
            const auto within = static_cast<std::int64_t>(1 + random() % 2'000);
            const auto burst = static_cast<std::uint32_t>(1 + random() % 6);
            const RestartLimitSpec spec = specOf(burst, Duration::nanoseconds(within), WindowKind::Fixed);
            RestartWindow window;
            RateLimit limit;
            std::int64_t now = 0;
            for (int i = 0; i < 60; ++i) {
                now += static_cast<std::int64_t>(random() % 600);
                const bool allowed = limit.below(now, within, burst);
                QCOMPARE(window.count(Instant::fromNs(now), {}, spec, TripTest::Beyond).allowed, allowed);
                refused += allowed ? 0 : 1;
            }
        }
        QVERIFY(refused > 1'000);
    }

    void aFixedWindowOpensAtTheFirstAndDoesNotSlide()
    {
        const RestartLimitSpec spec = specOf(2, Duration::seconds(10), WindowKind::Fixed);
        RestartWindow window;
        const auto count = [&](std::int64_t ms) {
            return window.count(afterMs(ms), {}, spec, TripTest::Beyond);
        };
        QCOMPARE(count(0).inWindow, 1u);
        QCOMPARE(count(9'900).inWindow, 2u);
        QCOMPARE(count(10'000).inWindow, 3u);
        QVERIFY(!count(10'000).allowed);
        QCOMPARE(window.used(afterMs(10'000), {}, spec), 2u);
        QCOMPARE(window.used(afterMs(10'001), {}, spec), 0u);
        QCOMPARE(count(10'001).inWindow, 1u);
        QCOMPARE(count(20'001).inWindow, 2u);
    }

    void anExclusiveFixedWindowIsOverOnItsLastMoment()
    {
        const RestartLimitSpec spec =
            specOf(1, Duration::seconds(10), WindowKind::Fixed, WindowEnd::Exclusive);
        RestartWindow window;
        window.count(afterMs(0), {}, spec, TripTest::Beyond);
        QVERIFY(!window.count(afterMs(9'999), {}, spec, TripTest::Beyond).allowed);
        QVERIFY(window.count(afterMs(10'000), {}, spec, TripTest::Beyond).allowed);
    }

    void theShareLeftIsHalvedByEachHalfLife()
    {
        const Duration halfLife = Duration::seconds(30);
        QCOMPARE(shareLeft(Duration::zero(), halfLife), ~std::uint64_t(0));
        for (int halvings = 1; halvings < 64; ++halvings)
            QCOMPARE(shareLeft(Duration::seconds(std::int64_t{30} * halvings), halfLife),
                     ~std::uint64_t(0) >> halvings);
        QCOMPARE(shareLeft(Duration::seconds(std::int64_t{30} * 64), halfLife), std::uint64_t(0));
        QCOMPARE(shareLeft(Duration::seconds(1), Duration::zero()), std::uint64_t(0));
        QCOMPARE(shareLeft(Duration::seconds(1), Duration::never()), ~std::uint64_t(0));
    }

    void theShareLeftIsTheSameBitsEverywhere_data()
    {
        QTest::addColumn<qint64>("ageMs");
        QTest::addColumn<quint64>("share");
        QTest::newRow("a millisecond") << qint64(1) << quint64(18'446'317'870'061'440'301U);
        QTest::newRow("a second") << qint64(1'000) << quint64(18'025'419'858'332'131'716U);
        QTest::newRow("half a half-life") << qint64(15'000) << quint64(13'043'817'825'332'782'211U);
        QTest::newRow("a minute and a bit") << qint64(61'234) << quint64(4'482'056'883'616'339'210U);
    }
    void theShareLeftIsTheSameBitsEverywhere()
    {
        QFETCH(qint64, ageMs);
        QFETCH(quint64, share);
        QCOMPARE(quint64(shareLeft(Duration::milliseconds(ageMs), Duration::seconds(30))), share);
    }

    void theShareLeftIsThatOfTheRealFunction()
    {
        std::mt19937_64 random(1'969);
        for (int i = 0; i < 20'000; ++i) {
            const std::int64_t halfLife = 1 + static_cast<std::int64_t>(random() % (std::uint64_t(1) << 45));
            const auto age = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(halfLife * 8));
            const double real = std::exp2(-static_cast<double>(age) / static_cast<double>(halfLife));
            const double mine = std::ldexp(
                static_cast<double>(shareLeft(Duration::nanoseconds(age), Duration::nanoseconds(halfLife))),
                -64);
            QVERIFY2(std::abs(mine - real) <= 1e-9 * real,
                     qPrintable(QString("%1 of %2").arg(age).arg(halfLife)));
        }
    }

    void aClearedWindowBeginsAnewAtAnEarlierTime()
    {
        // The machine of one run serves the next, whose time begins at 0 again.
        for (const WindowKind kind : {WindowKind::Sliding, WindowKind::Fixed, WindowKind::Decaying}) {
            const RestartLimitSpec spec = specOf(1, Duration::seconds(30), kind);
            RestartWindow window;
            window.count(Instant::fromNs(900'000'000'000), {}, spec, TripTest::Beyond);
            window.clear();
            const RestartCount first = window.count(Instant::fromNs(5), {}, spec, TripTest::Beyond);
            QVERIFY(first.allowed);
            QCOMPARE(first.inWindow, 1U);
        }
    }

    void aDecayingCountIsThatOfTheOriginal()
    {
        std::mt19937_64 random(2'011);
        for (int sequence = 0; sequence < 300; ++sequence) {
            const Duration halfLife = Duration::seconds(30);
            DecayingCount count;
            double failures = 0;
            std::int64_t now = 0;
            for (int i = 0; i < 100; ++i) {
                const auto step = static_cast<std::int64_t>(random() % 40'000'000'000);
                now += step;
                failures = failures * std::pow(.5, static_cast<double>(step) / 30e9) + 1;
                count.add(Instant::fromNs(now), halfLife);
                const double distance = std::abs(failures - std::round(failures));
                if (distance > 1e-6)
                    QCOMPARE(count.roundedUp(Instant::fromNs(now), halfLife),
                             static_cast<std::uint32_t>(std::ceil(failures)));
            }
        }
    }

    void failuresAtOnceAreCountedWhole()
    {
        const RestartLimitSpec spec = specOf(5, Duration::seconds(30), WindowKind::Decaying);
        RestartWindow window;
        for (std::uint32_t i = 1; i <= 5; ++i) {
            const RestartCount count = window.count(afterMs(7'000), {}, spec, TripTest::Beyond);
            QCOMPARE(count.inWindow, i);
            QVERIFY(count.allowed);
        }
        QVERIFY(!window.count(afterMs(7'000), {}, spec, TripTest::Beyond).allowed);
        QCOMPARE(window.used(afterMs(7'000), {}, spec), 6u);
        QCOMPARE(window.used(afterMs(37'000), {}, spec), 3u);
        window.clear();
        QCOMPARE(window.used(afterMs(37'000), {}, spec), 0u);
    }

    void aSteadyFailureFindsItsLevelAndTripsOnlyAboveIt()
    {
        // Every T the count becomes count * 2^(-T/30) + 1, whose limit is 1 / (1 - 2^(-T/30)): 5 at 9.66 s.
        const RestartLimitSpec spec = specOf(5, Duration::seconds(30), WindowKind::Decaying);
        const auto trips = [&](std::int64_t everyMs) {
            RestartWindow window;
            for (std::int64_t i = 0; i < 1'000; ++i)
                if (!window.count(afterMs(i * everyMs), {}, spec, TripTest::Beyond).allowed)
                    return true;
            return false;
        };
        QVERIFY(trips(9'650));
        QVERIFY(!trips(9'670));
    }

    void aHugeCountStaysWhereItIs()
    {
        DecayingCount count;
        for (int i = 0; i < 100'000; ++i)
            count.add(afterMs(0), Duration::seconds(1));
        QCOMPARE(count.roundedUp(afterMs(0), Duration::seconds(1)), 100'000u);
        QCOMPARE(count.roundedUp(afterMs(1'000), Duration::seconds(1)), 50'000u);
    }
};

QTEST_APPLESS_MAIN(TestWindowKinds)
#include "tst_window_kinds.moc"
