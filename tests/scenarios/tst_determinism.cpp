// moc 6.4 cannot read what <compare> brings.
#ifndef Q_MOC_RUN
#include "simulator/kernel/simulation.h"
#include "simulator/scenario/scenario.h"
#endif

#include <QDir>
#include <QFile>
#include <QTest>

#include <clocale>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

using namespace daruma;

namespace {

const QString sources = DARUMA_SOURCE_DIR;
const QString goldenFile = sources + "/tests/scenarios/fingerprints.txt";

std::string contents(const QString &name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

Model modelOf(const std::string &text, const std::vector<Override> &overrides = {})
{
    auto scenario = readScenario(text, "test.toml", overrides);
    if (!scenario)
        qFatal("%s", toText(scenario.error().front(), "test.toml").c_str());
    return std::move(scenario->model);
}

QFileInfoList scenarios()
{
    QFileInfoList files = QDir(sources + "/scenarios").entryInfoList({"*.toml"}, QDir::Files, QDir::Name);
    files.append(QFileInfo(sources + "/tests/scenarios/determinism/everything.toml"));
    files.append(QDir(sources + "/scenarios/dialects").entryInfoList({"*.toml"}, QDir::Files, QDir::Name));
    return files;
}

std::string everything()
{
    return contents(sources + "/tests/scenarios/determinism/everything.toml");
}

/// One line for each scenario, order of ties and seed.
std::string allFingerprints()
{
    std::string lines = "rules " + std::to_string(rulesVersion) + "\n";
    for (const QFileInfo &file : scenarios())
        for (const char *ties : {"fifo", "random"}) {
            const Model model = modelOf(contents(file.filePath()), {{"scenario.ties", ties}});
            Simulation simulation(model);
            for (std::uint64_t seed = 1; seed <= 3; ++seed) {
                const RunResult result = simulation.run(seed);
                lines += file.completeBaseName().toStdString() + " " + ties + " " + std::to_string(seed) + " "
                         + toText(result.fingerprint) + " " + std::to_string(result.events) + "\n";
            }
        }
    return lines;
}

class NullSink final : public EventSink {
public:
    void consume(std::span<const Event> block, const Names &) override { m_events += block.size(); }
    std::size_t m_events = 0;
};

/// The times at which the node's start attempts began and ended, and how: what its own draws decide.
std::vector<std::string> lifeOf(const Recording &recording, std::string_view path)
{
    std::vector<std::string> life;
    for (const Event &event : recording.events)
        if (event.node.isValid() && recording.path(event.node) == path
            && (event.kind == EventKind::Started || event.kind == EventKind::Exit
                || event.kind == EventKind::InitFailed))
            life.push_back(std::string(toText(event.kind)) + " " + std::to_string(event.t) + " "
                           + std::to_string(event.value));
    return life;
}

constexpr const char *independent = R"toml(
[scenario]
horizon = "1h"
[supervisor.app]
max_restarts = 100000
children = ["a", "b"]
[worker.a]
init_time = "exp(20ms)"
lifetime = "exp(20s)"
[worker.b]
init_time = "uniform(1ms, 9ms)"
lifetime = "weibull(30s, 2)"
[[fault]]
name = "strike"
inject = "panic"
into = "b"
every = "exp(1m)"
)toml";

}  // namespace

class TestDeterminism : public QObject {
    Q_OBJECT

private slots:
    void fingerprintsAreThoseOfTheGoldenFile()
    {
        const std::string now = allFingerprints();
        if (qEnvironmentVariableIsSet("DARUMA_UPDATE_GOLDEN")) {
            QFile golden(goldenFile);
            QVERIFY(golden.open(QIODevice::WriteOnly));
            golden.write(now.c_str());
        }
        QVERIFY2(now == contents(goldenFile),
                 ("fingerprints differ: raise rulesVersion if that is meant, and run with "
                  "DARUMA_UPDATE_GOLDEN=1; now:\n"
                  + now)
                     .c_str());
    }

    void recordingChangesNothing()
    {
        const Model model = modelOf(everything());
        Simulation simulation(model);
        const RunResult unrecorded = simulation.run(4);
        NullSink sink;
        const RunResult recorded = simulation.run(4, &sink);
        QCOMPARE(toText(recorded.fingerprint), toText(unrecorded.fingerprint));
        QCOMPARE(sink.m_events, std::size_t(recorded.events));
        QVERIFY(recorded.events > 2000);
    }

    void aReusedSimulationRunsLikeANewOne()
    {
        const Model model = modelOf(everything(), {{"scenario.ties", "random"}});
        Simulation reused(model);
        reused.run(11);
        reused.run(12);
        Simulation fresh(model);
        QCOMPARE(toText(reused.run(13).fingerprint), toText(fresh.run(13).fingerprint));
    }

    void differentSeedsGiveDifferentRuns()
    {
        const Model model = modelOf(everything());
        Simulation simulation(model);
        std::map<std::string, int> seen;
        for (std::uint64_t seed = 1; seed <= 20; ++seed)
            ++seen[toText(simulation.run(seed).fingerprint)];
        QCOMPARE(seen.size(), std::size_t(20));
    }

    void localeAndTimeZoneDoNotMatter()
    {
        const Model before = modelOf(everything());
        const std::string expected = toText(Simulation(before).run(5).fingerprint);
        // A comma as the decimal point is what breaks careless parsers of numbers.
        for (const char *name : {"de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"})
            if (std::setlocale(LC_ALL, name))
                break;
        setenv("TZ", "Pacific/Kiritimati", 1);
        const Model after = modelOf(everything());
        QCOMPARE(toText(Simulation(after).run(5).fingerprint), expected);
        std::setlocale(LC_ALL, "C");
    }

    void anUnrelatedChildShiftsNoDrawOfTheOthers()
    {
        std::string more = independent;
        more += "[worker.c]\ninit_time = \"exp(1ms)\"\nlifetime = \"exp(3s)\"\n";
        more.replace(more.find("[\"a\", \"b\"]"), 10, "[\"a\", \"c\", \"b\"]");
        const Recording without = record(modelOf(independent), 7);
        const Recording with = record(modelOf(more), 7);
        // Starts block one another for a moment, so times may move by the other child's starts; what the
        // draws decide, how long each start and each life took, may not.
        const auto lengths = [](const Recording &recording, std::string_view path) {
            std::vector<std::int64_t> all;
            for (const Event &event : recording.events)
                if (event.node.isValid() && recording.path(event.node) == path
                    && event.kind == EventKind::Started)
                    all.push_back(event.value);
            return all;
        };
        const auto a = lengths(without, "app/a");
        auto aWith = lengths(with, "app/a");
        QVERIFY(a.size() > 100);
        aWith.resize(std::min(a.size(), aWith.size()));
        QVERIFY(aWith.size() > 100);
        QVERIFY(std::equal(aWith.begin(), aWith.end(), a.begin()));
    }

    void anUnrelatedFaultShiftsNoDrawOfTheOthers()
    {
        std::string more = independent;
        more +=
            "[[fault]]\nname = \"other\"\ninject = \"panic\"\ninto = \"app/none*\"\nevery = \"exp(5s)\"\n";
        more += "[[command]]\nat = \"59m\"\ndo = \"start_child\"\nto = \"app\"\nchild = "
                "\"none1\"\n[worker.none1]\n";
        const Recording without = record(modelOf(independent), 7);
        const Recording with = record(modelOf(more), 7);
        QVERIFY(lifeOf(without, "app/b").size() > 100);
        QCOMPARE(lifeOf(with, "app/a"), lifeOf(without, "app/a"));
        QCOMPARE(lifeOf(with, "app/b"), lifeOf(without, "app/b"));
    }

    void theSameNumberOfAFaultMeetsTheSameMoment()
    {
        const auto strikes = [](const Recording &recording) {
            std::vector<std::int64_t> times;
            for (const Event &event : recording.events)
                if (event.kind == EventKind::Fault)
                    times.push_back(event.t);
            return times;
        };
        std::string gentle = independent;
        gentle.replace(gentle.find("100000"), 6, "99999");
        QCOMPARE(strikes(record(modelOf(independent), 3)), strikes(record(modelOf(gentle), 3)));
        QVERIFY(strikes(record(modelOf(independent), 3)) != strikes(record(modelOf(independent), 4)));
    }
};

QTEST_APPLESS_MAIN(TestDeterminism)
#include "tst_determinism.moc"
