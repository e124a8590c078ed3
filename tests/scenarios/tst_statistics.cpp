// moc 6.4 cannot read what <compare> brings.
#ifndef Q_MOC_RUN
#include "simulator/kernel/simulation.h"
#include "simulator/scenario/scenario.h"
#include "tests/kernel/statistics.h"
#endif

#include <QTest>

#include <cmath>
#include <string>
#include <vector>

using namespace daruma;

namespace {

Model modelOf(const std::string &text)
{
    auto scenario = readScenario(text, "test.toml");
    if (!scenario)
        qFatal("%s", toText(scenario.error().front(), "test.toml").c_str());
    return std::move(scenario->model);
}

/// The share of time that the worker at the path was up.
double availability(const Recording &recording, std::string_view path)
{
    std::int64_t up = 0;
    std::int64_t since = -1;
    for (const Event &event : recording.events) {
        if (!event.node.isValid() || recording.path(event.node) != path)
            continue;
        if (event.kind == EventKind::Started)
            since = event.t;
        if (event.kind == EventKind::Exit) {
            up += event.t - since;
            since = -1;
        }
    }
    if (since >= 0)
        up += recording.result.end.ns() - since;
    return double(up) / double(recording.result.end.ns());
}

}  // namespace

class TestStatistics : public QObject {
    Q_OBJECT

private slots:
    void availabilityIsMtbfOverMtbfPlusMttr()
    {
        // A life of 90 s on average and a repair of 10 s: up 90 % of the time. Over n cycles the share has a
        // standard deviation of about A (1 - A) / sqrt(n), the repair being constant.
        const Recording recording = record(modelOf(R"toml(
[scenario]
horizon = "1000000s"
[supervisor.app]
max_restarts = 1000000
children = ["a"]
[worker.a]
init_time = "10s"
lifetime = "exp(90s)"
)toml"),
                                           1);
        const double expected = 90.0 / (90.0 + 10.0);
        const double cycles = double(recording.result.restarts);
        QVERIFY(cycles > 9000);
        const double deviation = expected * (1 - expected) / std::sqrt(cycles);
        const double found = availability(recording, "app/a");
        QVERIFY2(std::abs(found - expected) < 3.3 * deviation,
                 qPrintable(QString("found %1, expected %2").arg(found).arg(expected)));
    }

    void aDelayedRestartIsARepairTimeToo()
    {
        const Recording recording = record(modelOf(R"toml(
[scenario]
horizon = "1000000s"
[supervisor.app]
max_restarts = 1000000
children = ["a"]
[worker.a]
backoff = "30s"
lifetime = "exp(60s)"
)toml"),
                                           2);
        const double expected = 60.0 / 90.0;
        const double deviation = expected * (1 - expected) / std::sqrt(double(recording.result.restarts));
        QVERIFY(std::abs(availability(recording, "app/a") - expected) < 3.3 * deviation);
    }

    void faultsThatComeExponentiallyFillWindowsLikePoisson()
    {
        const Recording recording = record(modelOf(R"toml(
[scenario]
horizon = "1200000s"
[supervisor.app]
max_restarts = 1000000
children = ["a"]
[worker.a]
[[fault]]
inject = "panic"
into = "a"
every = "exp(20s)"
)toml"),
                                           3);
        // In a window of a minute there are k faults with probability 3^k / k! e^-3.
        constexpr std::size_t windows = 20'000;
        std::vector<std::size_t> faults(windows, 0);
        for (const Event &event : recording.events)
            if (event.kind == EventKind::Fault && std::size_t(event.t / 60'000'000'000) < windows)
                ++faults[std::size_t(event.t / 60'000'000'000)];
        std::vector<double> counts(11, 0);
        for (const std::size_t k : faults)
            ++counts[std::min<std::size_t>(k, 10)];
        std::vector<double> expected(11, 0);
        double probability = std::exp(-3.0);
        double rest = 1;
        for (std::size_t k = 0; k < 10; ++k) {
            expected[k] = probability * double(windows);
            rest -= probability;
            probability *= 3.0 / double(k + 1);
        }
        expected[10] = rest * double(windows);
        QVERIFY(statistics::countsFit(counts, expected));
    }

    void resultsOfStartsComeWithTheirChances()
    {
        const Recording recording = record(modelOf(R"toml(
[scenario]
horizon = "100000s"
[supervisor.app]
max_restarts = 1000000
children = ["a"]
[worker.a]
init_result = ["ok", { error = 0.25, panic = 0.05 }]
lifetime = "5s"
)toml"),
                                           4);
        std::vector<double> counts(3, 0);
        for (const Event &event : recording.events) {
            if (!event.node.isValid() || recording.path(event.node) != "app/a" || event.incarnation == 1)
                continue;
            if (event.kind == EventKind::Started)
                ++counts[0];
            if (event.kind == EventKind::InitFailed)
                ++counts[event.reason == ReasonKind::Error ? 1 : 2];
        }
        const double all = counts[0] + counts[1] + counts[2];
        QVERIFY(all > 20'000);
        QVERIFY(statistics::countsFit(counts, std::vector<double>{0.7 * all, 0.25 * all, 0.05 * all}));
    }
};

QTEST_APPLESS_MAIN(TestStatistics)
#include "tst_statistics.moc"
