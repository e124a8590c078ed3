#include "app/desktop/models/loader.h"
#include "app/desktop/models/run.h"

#include <QTest>

using namespace daruma;

namespace {

constexpr std::int64_t second = 1'000'000'000;

/// The restarts of a supervisor that were counted in its present life, by OTP's rule, one by one: in whole
/// seconds of its clock, and one that is exactly `within` old still counts.
class CountedRestarts {
public:
    CountedRestarts(const Run &run, NodeId supervisor)
        : m_run(run)
        , m_supervisor(supervisor)
        , m_within(run.model().supervisor(run.recording().nodes[supervisor]).flags.limit.within.ns() / second)
    {}

    void take(EventId id)
    {
        const Event event = m_run.event(id);
        if (event.kind == EventKind::Start && event.node == m_supervisor)
            m_times.clear();
        const bool isRestart = event.kind == EventKind::Restart && event.other == m_supervisor;
        const bool isGiveUp = event.kind == EventKind::GaveUp && event.node == m_supervisor;
        if (isRestart || isGiveUp)
            m_times.push_back(event.t);
    }
    std::uint32_t used(std::int64_t now) const
    {
        return std::uint32_t(std::count_if(m_times.begin(), m_times.end(), [&](std::int64_t t) {
            return stamp(t) >= stamp(now) - m_within;
        }));
    }
    /// Seconds are tried until one has fewer of them.
    Instant freeAt(std::int64_t now) const
    {
        if (used(now) == 0)
            return Instant::never();
        std::int64_t later = stamp(now) + 1;
        while (used(later * second - phase()) == used(now))
            ++later;
        return Instant::fromNs(later * second - phase());
    }

private:
    std::int64_t phase() const { return m_run.model().clockPhase.ns(); }
    std::int64_t stamp(std::int64_t t) const { return (t + phase()) / second; }

    const Run &m_run;
    NodeId m_supervisor;
    std::int64_t m_within;
    std::vector<std::int64_t> m_times;
};

}

/// How full the restart budgets are, behind every event of a run.
class TestGauge : public QObject {
    Q_OBJECT

private slots:
    void itCountsAsTheSupervisorDoes_data()
    {
        QTest::addColumn<QString>("scenario");
        QTest::addColumn<QString>("phase");
        for (const char *name : {"db-outage-30s", "nested-defaults-blind-band", "control-must-fail"})
            for (const char *phase : {"0s", "300ms"})
                QTest::addRow("%s, a clock that is %s ahead", name, phase) << QString(name) << QString(phase);
    }
    void itCountsAsTheSupervisorDoes()
    {
        QFETCH(QString, scenario);
        QFETCH(QString, phase);
        RunSource source = shippedSource(scenario);
        source.overrides.push_back({"scenario.clock_phase", phase.toStdString()});
        const auto made = Run::make(source);
        QVERIFY(made);
        const Run &run = **made;
        int used = 0;
        int freed = 0;
        for (std::uint32_t n = 0; n < run.nodeCount(); ++n) {
            const NodeId node{n};
            if (!run.isSupervisor(node))
                continue;
            CountedRestarts counted(run, node);
            std::uint32_t before = 0;
            for (std::uint32_t i = 0; i < std::min(run.eventCount(), 5000U); ++i) {
                counted.take(EventId{i});
                const std::int64_t now = run.timeAt(EventId{i});
                const auto gauge = run.budget(node, EventId{i}, now);
                QVERIFY(gauge);
                QVERIFY2(gauge->used == counted.used(now) && gauge->freeAt == counted.freeAt(now),
                         qPrintable(QString("event %1: %2, not %3; free at %4, not %5")
                                        .arg(i)
                                        .arg(gauge->used)
                                        .arg(counted.used(now))
                                        .arg(gauge->freeAt.ns())
                                        .arg(counted.freeAt(now).ns())));
                used += gauge->used > before;
                freed += gauge->used < before;
                before = gauge->used;
            }
        }
        QVERIFY(used > 0);
        QVERIFY(freed > 0);
    }
};

QTEST_APPLESS_MAIN(TestGauge)
#include "tst_gauge.moc"
