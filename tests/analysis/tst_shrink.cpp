#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/analysis/document_edits.h"
#include "simulator/analysis/shrink.h"
#include "simulator/kernel/random.h"
#include "tests/analysis/running.h"
#endif

#include <QElapsedTimer>
#include <QTest>

#include <bit>

using namespace daruma;

namespace {

Scenario read(const std::string &text)
{
    auto scenario = readScenario(text, "test.toml");
    if (!scenario)
        qFatal("%s\n%s", toText(scenario.error().front(), "test.toml").c_str(), text.c_str());
    return std::move(*scenario);
}

/// Nothing where the run does not fail.
std::optional<FailureSignature> failureOf(const std::string &text, std::uint64_t seed)
{
    const Scenario scenario = read(text);
    const auto failures = failuresOf(scenario.model, record(scenario.model, seed));
    return failures.empty() ? std::nullopt : std::optional(failures.front().signature);
}

std::optional<ShrinkResult> shrunk(const std::string &text, std::uint64_t seed = 1)
{
    const Scenario scenario = read(text);
    return shrink({scenario, {}, {}, seed});
}

std::string withoutFault(const std::string &text, std::size_t index)
{
    TomlValue document = *scenarioDocument(text);
    removeTableAt(document, "fault", index);
    return scenarioText(document);
}

/// Each remaining fault is needed: without it the failure is gone.
QString oneTooMany(const ShrinkResult &result)
{
    const std::size_t faults = tableCount(*scenarioDocument(result.text), "fault");
    for (std::size_t i = 0; i < faults; ++i)
        if (failureOf(withoutFault(result.text, i), 1) == result.failure.signature)
            return QString("fault %1 is not needed in\n%2").arg(i).arg(result.text.c_str());
    return {};
}

/// Small random trees with fixed faults.
class SmallScenario {
public:
    struct Node {
        std::string name;
        int parent = -1;
        bool isSupervisor = false;
        int maxRestarts = 1;
    };
    struct Strike {
        std::size_t node = 0;
        int second = 0;
    };

    explicit SmallScenario(std::uint64_t seed)
        : m_stream(streamKey(seed, nameHash("small scenario"), Purpose::Swarm))
    {
        const std::size_t count = 3 + below(4);
        nodes.push_back({"app", -1, true, static_cast<int>(below(3))});
        for (std::size_t i = 1; i < count; ++i) {
            int parent = static_cast<int>(below(i));
            while (!nodes[static_cast<std::size_t>(parent)].isSupervisor)
                --parent;
            const bool isSupervisor = i + 1 < count && below(3) == 0;
            nodes.push_back({"n" + std::to_string(i), parent, isSupervisor, static_cast<int>(below(2))});
        }
        for (std::size_t i = 0, faults = 1 + below(3); i < faults; ++i)
            strikes.push_back({below(count), static_cast<int>(5 + 2 * i + below(2))});
    }

    /// With some of the nodes and faults: what is taken out leaves its children to its parent. Empty where
    /// there is no such scenario.
    std::string text(unsigned keptNodes, unsigned keptFaults) const
    {
        std::string text = "[scenario]\nhorizon = \"1m\"\n";
        int roots = 0;
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            if ((keptNodes >> i & 1U) == 0)
                continue;
            roots += parentOf(i, keptNodes) < 0 ? 1 : 0;
            text += nodes[i].isSupervisor ? supervisorText(i, keptNodes) : "[worker." + nodes[i].name + "]\n";
        }
        for (std::size_t i = 0; i < strikes.size(); ++i)
            if (keptFaults >> i & 1U)
                text += "[[fault]]\ninject = \"kill\"\ninto = \"" + nodes[strikes[i].node].name
                        + "\"\nat = \"" + std::to_string(strikes[i].second) + "s\"\n";
        return roots == 1 ? text : "";
    }

    std::vector<Node> nodes;
    std::vector<Strike> strikes;

private:
    std::size_t below(std::size_t bound) { return scaleToBound(draw(m_stream, m_draws++), bound); }

    int parentOf(std::size_t node, unsigned kept) const
    {
        int parent = nodes[node].parent;
        while (parent >= 0 && (kept >> parent & 1U) == 0)
            parent = nodes[static_cast<std::size_t>(parent)].parent;
        return parent;
    }

    /// The children stand in the order in which the whole tree starts them.
    void addChildren(std::size_t of, int above, unsigned kept, std::string &list) const
    {
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            if (nodes[i].parent != static_cast<int>(of))
                continue;
            if (kept >> i & 1U)
                list += "\"" + nodes[i].name + "\", ";
            else
                addChildren(i, above, kept, list);
        }
    }

    std::string supervisorText(std::size_t node, unsigned kept) const
    {
        std::string children;
        addChildren(node, static_cast<int>(node), kept, children);
        return "[supervisor." + nodes[node].name
               + "]\nmax_restarts = " + std::to_string(nodes[node].maxRestarts)
               + "\nwithin = \"5s\"\nchildren = [" + children + "]\n";
    }

    StreamKey m_stream;
    std::uint64_t m_draws = 0;
};

struct Size {
    std::size_t faults = 0;
    std::size_t nodes = 0;
};

/// The fewest faults, then the fewest nodes, with which it still fails in the same way.
Size smallest(const SmallScenario &scenario, const FailureSignature &wanted)
{
    Size best{99, 99};
    for (unsigned faults = 0; faults < 1U << scenario.strikes.size(); ++faults)
        for (unsigned nodes = 1; nodes < 1U << scenario.nodes.size(); ++nodes) {
            const Size size{static_cast<std::size_t>(std::popcount(faults)),
                            static_cast<std::size_t>(std::popcount(nodes))};
            const bool isBetter =
                size.faults < best.faults || (size.faults == best.faults && size.nodes < best.nodes);
            const std::string text = isBetter ? scenario.text(nodes, faults) : std::string();
            if (text.empty() || !readScenario(text, "test.toml"))
                continue;
            if (failureOf(text, 1) == wanted)
                best = size;
        }
    return best;
}

/// 20 children on 3 levels and 60 faults, of which the two on `a3` and `b3` wear out `app` together.
std::string haystack()
{
    std::string text =
        "[scenario]\nname = \"haystack\"\n[supervisor.app]\nmax_restarts = 1\nwithin = \"5s\"\n"
        "children = [\"a\", \"b\", \"c\", \"d\"]\n";
    std::string workers;
    for (const char *name : {"a", "b", "c", "d"}) {
        std::string children;
        for (int i = 0; i < 4; ++i) {
            children += "\"" + std::string(name) + std::to_string(i) + "\", ";
            workers += "[worker." + std::string(name) + std::to_string(i) + "]\ninit_time = \"10ms\"\n";
        }
        text += "[supervisor." + std::string(name) + "]\nmax_restarts = "
                + (*name == 'a' || *name == 'b' ? "0" : "30") + "\nchildren = [" + children + "]\n";
    }
    text += workers;
    for (int i = 0; i < 58; ++i)
        text += "[[fault]]\ninject = \"panic\"\ninto = \"" + std::string(i % 2 == 0 ? "c" : "d")
                + std::to_string(i % 4) + "\"\nat = \"" + std::to_string(10 * (i + 1)) + "s\"\n";
    return text
           + "[[fault]]\ninject = \"kill\"\ninto = \"a3\"\nat = \"421s\"\n"
             "[[fault]]\ninject = \"panic\"\ninto = \"b3\"\nat = \"424300ms\"\n";
}

}

class TestShrink : public QObject {
    Q_OBJECT

private slots:
    void aRunThatDoesNotFailHasNothingToShrink();
    void sixtyFaultsAreShrunkToTheTwoThatKill();
    void smallTreesAreShrunkToTheirMinimum();
    void whatIsDrawnBecomesFixed();
    void failingStartsBecomeLists();
    void otherExpectationsAreDropped();
    void rulesOfSupervisionStayAsTheyAre();
    void strikesStandApartFromWhatHappensByItself();
    void itSaysTheSameEachTime();
};

void TestShrink::aRunThatDoesNotFailHasNothingToShrink()
{
    QVERIFY(!shrunk("[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n"));
}

void TestShrink::sixtyFaultsAreShrunkToTheTwoThatKill()
{
    QElapsedTimer timer;
    timer.start();
    const auto result = shrunk(haystack());
    QVERIFY(result);
    qInfo("%lld ms, %llu runs", static_cast<long long>(timer.elapsed()),
          static_cast<unsigned long long>(result->runs));
    QCOMPARE(result->faultsBefore, std::size_t{60});
    QCOMPARE(result->nodesBefore, std::size_t{21});
    QCOMPARE(result->faultsAfter, std::size_t{2});
    // b gives up last, and so must be there; what a3 ends in may as well be app itself.
    QCOMPARE(result->nodesAfter, std::size_t{4});
    QVERIFY(result->isComplete);
    QCOMPARE(oneTooMany(*result), QString());
    QVERIFY2(result->text.find("into   = \"a3\"") != std::string::npos
                 && result->text.find("into   = \"b3\"") != std::string::npos,
             result->text.c_str());
    QVERIFY2(timer.elapsed() < 60'000, "not within seconds, even on a busy machine");
}

void TestShrink::smallTreesAreShrunkToTheirMinimum()
{
    int failing = 0;
    for (std::uint64_t seed = 1; failing < 60; ++seed) {
        const SmallScenario scenario(seed);
        const std::string text = scenario.text(~0U, ~0U);
        const auto failure = failureOf(text, 1);
        if (!failure)
            continue;
        ++failing;
        const auto result = shrunk(text);
        QVERIFY(result);
        const Size minimum = smallest(scenario, *failure);
        const QByteArray told = QByteArray::fromStdString("seed " + std::to_string(seed) + "\n" + text
                                                          + "\n-->\n" + result->text);
        QVERIFY2(result->faultsAfter == minimum.faults && result->nodesAfter == minimum.nodes,
                 told.constData());
        QVERIFY2(failureOf(result->text, 1) == failure, told.constData());
        QCOMPARE(oneTooMany(*result), QString());
    }
}

void TestShrink::whatIsDrawnBecomesFixed()
{
    const std::string text =
        "[supervisor.app]\nmax_restarts = 2\nchildren = [\"w\", \"x\"]\n[worker.w]\ncount = "
        "3\nlifetime = \"exp(4s)\"\ninit_time = \"exp(10ms)\"\n[worker.x]\n"
        "[[fault]]\ninject = \"panic\"\ninto = \"x\"\nevery = \"exp(7s)\"\n";
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const auto result = shrunk(text, seed);
        QVERIFY(result);
        QCOMPARE(result->faultsAfter, std::size_t{3});
        QVERIFY2(result->text.find("exp(") == std::string::npos, result->text.c_str());
        QCOMPARE(oneTooMany(*result), QString());
        QVERIFY(failureOf(result->text, 1) == result->failure.signature);
        QVERIFY(failureOf(result->text, 77) == result->failure.signature);
    }
}

void TestShrink::failingStartsBecomeLists()
{
    const auto result =
        shrunk("[supervisor.app]\nmax_restarts = 1\nchildren = [\"w\"]\n[worker.w]\ninit_result = "
               "[\"ok\", { error = 1.0 }]\nlifetime = [\"3s\", \"never\"]\n");
    QVERIFY(result);
    QCOMPARE(QString::fromStdString(result->text),
             QString("# Shrunk from test, seed 1: app ends, as app gives up.\n\n"
                     "[scenario]\nname    = \"test\"\nhorizon = \"1s\"\n\n"
                     "[supervisor.app]\nmax_restarts = 1\nchildren     = [\"w\"]\n\n"
                     "[worker.w]\ninit_result = [\"ok\", \"error\"]\n\n"
                     "[[fault]]\ninject = \"panic\"\ninto   = \"w\"\nat     = \"1s\"\n"));
}

void TestShrink::otherExpectationsAreDropped()
{
    const auto result =
        shrunk("[supervisor.app]\nmax_restarts = 5\nchildren = [\"w\", \"x\"]\n[worker.w]\n"
               "[worker.x]\n[[fault]]\nname = \"bang\"\ninject = \"kill\"\ninto = \"x\"\nat = "
               "\"7s\"\n[[expect]]\nname = \"calm\"\nnever = \"restarts(x) > 0\"\n[[expect]]\n"
               "always = \"up(app)\"\n");
    QVERIFY(result);
    QCOMPARE(result->failure.signature.name, std::string("calm"));
    QVERIFY2(result->text.find("up(app)") == std::string::npos, result->text.c_str());
    QVERIFY2(result->text.find("\"bang\"") != std::string::npos, result->text.c_str());
    QCOMPARE(result->nodesAfter, std::size_t{2});
}

void TestShrink::rulesOfSupervisionStayAsTheyAre()
{
    const auto result = shrunk(
        "[supervisor.app]\nstrategy = \"one_for_all\"\nmax_restarts = 1\nwithin = \"10s\"\nchildren = "
        "[\"w\", \"x\"]\n[worker.w]\nrestart = \"transient\"\n[worker.x]\n[[fault]]\ninject = \"kill\"\n"
        "into = \"w\"\nat = \"7s\"\n[[fault]]\ninject = \"kill\"\ninto = \"w\"\nat = \"13s\"\n");
    QVERIFY(result);
    QVERIFY2(result->text.find("max_restarts = 1") != std::string::npos
                 && result->text.find("within       = \"10s\"") != std::string::npos,
             result->text.c_str());
    QCOMPARE(result->faultsAfter, std::size_t{2});
}

void TestShrink::strikesStandApartFromWhatHappensByItself()
{
    // b is needed by c, which may not fail to start: any strike at c while b starts again ends it all.
    const std::string text = "[supervisor.app]\nmax_restarts = 0\nchildren = [\"s\", \"t\"]\n"
                             "[supervisor.s]\nmax_restarts = 9\nchildren = [\"b\"]\n"
                             "[supervisor.t]\nmax_restarts = 1\nchildren = [\"c\"]\n"
                             "[worker.b]\ninit_time = \"100ms\"\n[worker.c]\nneeds = [\"b\"]\n"
                             "[[fault]]\ninject = \"panic\"\ninto = \"b\"\nat = \"17s\"\n"
                             "[[fault]]\ninject = \"panic\"\ninto = \"c\"\nat = \"17s93ms\"\n";
    const auto result = shrunk(text);
    QVERIFY(result);
    QVERIFY2(result->text.find("\"1.05s\"") != std::string::npos, result->text.c_str());
    QVERIFY2(result->text.find("has to come before") == std::string::npos, result->text.c_str());
    QVERIFY(failureOf(result->text, 1) == result->failure.signature);
}

void TestShrink::itSaysTheSameEachTime()
{
    QCOMPARE(shrunk(haystack())->text, shrunk(haystack())->text);
}

QTEST_APPLESS_MAIN(TestShrink)
#include "tst_shrink.moc"
