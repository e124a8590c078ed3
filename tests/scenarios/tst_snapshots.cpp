
// moc 6.4 cannot read what <compare> brings.
#ifndef Q_MOC_RUN
#include "simulator/kernel/world.h"
#include "simulator/scenario/scenario.h"
#endif

#include <QFile>
#include <QTest>

#include <memory>
#include <string>
#include <vector>

using namespace daruma;

namespace {

Model everything(const char *ties)
{
    QFile file(QString(DARUMA_SOURCE_DIR) + "/tests/scenarios/determinism/everything.toml");
    if (!file.open(QIODevice::ReadOnly))
        qFatal("the scenario cannot be read");
    auto scenario = readScenario(file.readAll().toStdString(), "everything.toml", {{"scenario.ties", ties}});
    if (!scenario)
        qFatal("%s", toText(scenario.error().front(), "everything.toml").c_str());
    return std::move(scenario->model);
}

class Collector final : public EventSink {
public:
    void consume(std::span<const Event> block, const Names &names) override
    {
        for (const Event &event : block)
            lines.push_back(std::to_string(event.t) + " " + std::string(toText(event.kind)) + " "
                            + (event.node.isValid() ? names.path(event.node) : "") + " "
                            + std::string(names.text(event.text)));
    }

    std::vector<std::string> lines;
};

RunResult goOn(World &world)
{
    while (world.step()) {}
    return world.finish();
}

}  // namespace

/// A copy of a world is a snapshot of the run.
class TestSnapshots : public QObject {
    Q_OBJECT

private slots:
    void aCopyGoesOnAsItsOriginalDoes_data();
    void aCopyGoesOnAsItsOriginalDoes();
    void aCopyHandsOnTheEventsFromThenOn();
};

void TestSnapshots::aCopyGoesOnAsItsOriginalDoes_data()
{
    QTest::addColumn<QString>("ties");
    QTest::newRow("what happens at once in the order of the file") << "fifo";
    QTest::newRow("what happens at once in an order that the seed draws") << "random";
}

void TestSnapshots::aCopyGoesOnAsItsOriginalDoes()
{
    QFETCH(QString, ties);
    const Model model = everything(ties.toUtf8().constData());
    World world(model);
    world.begin(1, nullptr);
    const RunResult whole = goOn(world);

    auto original = std::make_unique<World>(model);
    original->begin(1, nullptr);
    std::vector<World> copies;
    for (std::size_t steps = 0; original->step(); ++steps)
        if (steps % 16 == 0)
            copies.push_back(*original);
    QVERIFY(copies.size() > 10);
    QCOMPARE(toText(original->finish().fingerprint), toText(whole.fingerprint));
    // Whatever a copy still shared with its original would be gone by now.
    original.reset();
    for (World &copy : copies) {
        const RunResult result = goOn(copy);
        QCOMPARE(toText(result.fingerprint), toText(whole.fingerprint));
        QCOMPARE(result.events, whole.events);
        QVERIFY(result.outcome == whole.outcome);
    }
    // And a world that has been copied from another run starts anew as well as any.
    copies.front() = copies.back();
    copies.front().begin(1, nullptr);
    QCOMPARE(toText(goOn(copies.front()).fingerprint), toText(whole.fingerprint));
}

void TestSnapshots::aCopyHandsOnTheEventsFromThenOn()
{
    const Model model = everything("fifo");
    Collector all;
    World world(model);
    world.begin(1, &all);
    for (int i = 0; i < 20; ++i)
        QVERIFY(world.step());
    World copy = world;
    Collector later;
    copy.setSink(&later);
    goOn(copy);
    goOn(world);
    QVERIFY(later.lines.size() > 10);
    QVERIFY(later.lines.size() < all.lines.size());
    QVERIFY(std::equal(later.lines.rbegin(), later.lines.rend(), all.lines.rbegin()));
}

QTEST_APPLESS_MAIN(TestSnapshots)
#include "tst_snapshots.moc"
