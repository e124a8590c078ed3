#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "engine/policy/attempt_backoff.h"
#include "engine/policy/restart_guards.h"
#endif

#include <QTest>

using namespace daruma;

// seed-semantics section 4.3

namespace {

constexpr RestartLimitSpec unlimited{RestartLimitSpec::unlimited, Duration::seconds(60), WindowStamps::Exact,
                                     WindowEnd::Inclusive, Duration::never()};

Instant at(std::int64_t ms)
{
    return Instant::start() + Duration::milliseconds(ms);
}

/// Guards of three children in two groups, and what they say to one failure after the other.
class Failing {
public:
    explicit Failing(RestartLimitSpec limit = unlimited, bool shared = true)
        : m_limit(limit)
        , m_shared(shared)
    {
        m_guards.reset(3, 2, Instant::start(), Duration::zero());
    }

    QString child(std::size_t child, std::int64_t ms, Role role = Role::Service,
                  std::uint16_t group = ChildFailure::noGroup)
    {
        const GuardRuling ruling = m_guards.judge(at(ms), {child, role, group}, m_limit, m_shared);
        if (ruling.verdict == GuardVerdict::Allowed)
            return "allowed";
        const std::string_view names[] = {"", "denied", "paused", "escalated"};
        const std::string_view guard = toText(ruling.guard);
        return QString("%1: %2 %3/%4")
            .arg(QString::fromLatin1(names[static_cast<std::size_t>(ruling.verdict)].data()),
                 QString::fromUtf8(guard.data(), qsizetype(guard.size())))
            .arg(ruling.count.inWindow)
            .arg(ruling.limit);
    }

private:
    RestartGuards m_guards;
    RestartLimitSpec m_limit;
    bool m_shared;
};

}

class TestRestartGuards : public QObject {
    Q_OBJECT

private slots:
    void theThirdFailureInTenSecondsIsAHotLoop()
    {
        Failing failing;
        QCOMPARE(failing.child(0, 0), "allowed");
        QCOMPARE(failing.child(1, 5'000), "allowed");
        QCOMPARE(failing.child(2, 9'999), "paused: hot loop 3/3");
    }

    void aHotLoopIsCountedInWholeSecondsLaterThanTenSecondsAgo()
    {
        Failing failing;
        failing.child(0, 999);
        failing.child(1, 5'000);
        QCOMPARE(failing.child(2, 10'000), "allowed");
        Failing later;
        later.child(0, 1'000);
        later.child(1, 5'000);
        QCOMPARE(later.child(2, 10'999), "paused: hot loop 3/3");
    }

    void theFailuresOfAllCountAgainstARole()
    {
        Failing failing;
        for (int i = 0; i < 3; ++i)
            QCOMPARE(failing.child(0, 70'000 + i * 6'000, Role::Worker), "allowed");
        QCOMPARE(failing.child(1, 88'000, Role::Service), "allowed");
        QCOMPARE(failing.child(2, 94'000, Role::Worker), "escalated: limit of its role 5/3");
    }

    void eachRoleHasItsLimit()
    {
        QCOMPARE(failuresAllowed(Role::Service), 10U);
        QCOMPARE(failuresAllowed(Role::Worker), 3U);
        QCOMPARE(failuresAllowed(Role::Job), 1U);
        QCOMPARE(failuresAllowed(Role::Sidecar), 5U);
        QCOMPARE(failuresAllowed(Role::Supervisor), 3U);
    }

    void anExplicitLimitTakesThePlaceOfTheRoles()
    {
        RestartLimitSpec limit = unlimited;
        limit.max = 1;
        limit.within = Duration::seconds(1);
        Failing failing(limit);
        QCOMPARE(failing.child(0, 0, Role::Service), "allowed");
        // The child's own window of 1 s is over, the minute of the role is not.
        QCOMPARE(failing.child(0, 20'000, Role::Service), "escalated: limit of its role 2/1");
    }

    void theMinuteOfARoleIncludesItsEnd()
    {
        Failing failing;
        failing.child(0, 0, Role::Job);
        QCOMPARE(failing.child(0, 60'000, Role::Job), "escalated: limit of its role 2/1");
        Failing later;
        later.child(0, 0, Role::Job);
        QCOMPARE(later.child(0, 60'001, Role::Job), "allowed");
    }

    void theSixthFailureOfTheFirstMinuteIsDenied()
    {
        Failing failing;
        for (int i = 1; i <= 5; ++i)
            QCOMPARE(failing.child(0, std::int64_t{i} * 7'000), "allowed");
        QCOMPARE(failing.child(0, 42'000), "denied: cold start 6/5");
        QCOMPARE(failing.child(0, 61'000), "allowed");
    }

    void aChildMeltsDownAtItsThirdFailureExactlyTenSecondsApart()
    {
        Failing failing;
        failing.child(0, 0);
        failing.child(0, 5'000);
        QCOMPARE(failing.child(0, 10'000), "denied: meltdown of the child 3/3");
        Failing later;
        later.child(0, 0);
        later.child(0, 5'000);
        QCOMPARE(later.child(0, 10'001), "allowed");
    }

    void aGroupMeltsDownAtItsFifthFailure()
    {
        Failing failing;
        for (int i = 0; i < 4; ++i)
            QCOMPARE(failing.child(std::size_t(i) % 3, std::int64_t{i} * 7'000, Role::Service, 1), "allowed");
        QCOMPARE(failing.child(1, 28'000, Role::Service, 1), "paused: meltdown of its group 5/5");
        QCOMPARE(failing.child(2, 70'000, Role::Service, 0), "allowed");
    }

    void theSupervisorMeltsDownAtItsTenthFailure()
    {
        Failing failing;
        for (int i = 0; i < 9; ++i)
            QCOMPARE(failing.child(std::size_t(i) % 3, 70'000 + i * 6'000), "allowed");
        QCOMPARE(failing.child(0, 124'000), "escalated: meltdown of the supervisor 10/10");
    }

    void withoutTokensNobodyMeltsDown()
    {
        Failing failing(unlimited, false);
        for (int i = 0; i < 10; ++i)
            failing.child(1, i);
        QCOMPARE(failing.child(0, 20), "allowed");
        QCOMPARE(failing.child(0, 30), "allowed");
        QCOMPARE(failing.child(0, 40), "paused: hot loop 3/3");
    }

    void aTokenComesBackEveryTwoSeconds()
    {
        TokenBudget tokens(10, Duration::seconds(2));
        for (int i = 0; i < 10; ++i)
            QVERIFY(tokens.take(at(0)));
        QVERIFY(!tokens.take(at(1'999)));
        QVERIFY(tokens.take(at(2'000)));
        QVERIFY(!tokens.take(at(3'999)));
        for (int i = 0; i < 10; ++i)
            QVERIFY(tokens.take(at(1'000'000)));
        QVERIFY(!tokens.take(at(1'000'000)));
    }

    void countsOfEachChildLeaveTheOthersAlone()
    {
        Failing failing(unlimited, false);
        failing.child(0, 1'000, Role::Worker);
        failing.child(0, 2'000, Role::Worker);
        QCOMPARE(failing.child(1, 3'000, Role::Worker), "allowed");
        QCOMPARE(failing.child(0, 4'000, Role::Worker), "paused: hot loop 3/3");
    }

    void delaysDoubleUpToASecond()
    {
        const BackoffSpec spec{Duration::milliseconds(10), Duration::seconds(1), Duration::never(), 2000, 0};
        QList<qint64> delays;
        for (const std::uint32_t attempt : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U, 9U, 1000U})
            delays << attemptDelay(spec, attempt).ns() / 1'000'000;
        QCOMPARE(delays, (QList<qint64>{10, 20, 40, 80, 160, 320, 640, 1000, 1000, 1000}));
    }

    void jitterIsAlwaysTheSame_data()
    {
        QTest::addColumn<int>("base");
        QTest::addColumn<int>("delay");
        const std::pair<int, int> table[] = {{10, 1},    {20, 8},    {40, 27},   {80, 38},
                                             {100, 44},  {160, 15},  {200, 197}, {320, 308},
                                             {400, 134}, {640, 406}, {800, 173}, {1000, 540}};
        for (const auto &[base, delay] : table)
            QTest::addRow("%d ms become %d", base, delay) << base << delay;
    }
    void jitterIsAlwaysTheSame()
    {
        QFETCH(int, base);
        QFETCH(int, delay);
        for (const std::uint32_t jitter : {1U, 500U, 1000U}) {
            const BackoffSpec spec{Duration::milliseconds(base), Duration::never(), Duration::never(), 2000,
                                   jitter};
            QCOMPARE(attemptDelay(spec, 1).ns(), Duration::milliseconds(delay).ns());
        }
    }
};

QTEST_APPLESS_MAIN(TestRestartGuards)
#include "tst_restart_guards.moc"
