#include "tests/engine/bench.h"

#include <QTest>

#include <random>

using namespace daruma;

// What holds whatever happens: the bench says "BROKEN" where a supervisor starts what runs, stops what is
// dead, does two things at once, forgets a call, a deadline or a delay, or says anything after its end.

namespace {

/// A supervisor with drawn children and rules, to which drawn things happen.
class Play {
public:
    explicit Play(std::uint64_t seed, const Supervisor *used = nullptr)
        : m_random(seed)
        , m_bench(drawBench())
    {
        if (used)
            m_bench.reuse(*used);
        for (const std::string &name : m_bench.names())
            if (draw(4) == 0)
                drawBehaviour(name);
        note(m_bench.boot());
    }

    void step()
    {
        if (m_bench.isEnded())
            return;
        m_now += draw(4) == 0 ? draw(2'500) : 0;
        m_bench.at(std::to_string(m_now) + "ms");
        const std::vector<std::string> names = m_bench.names();
        const std::string &name = names[draw(names.size())];
        if (draw(5) == 0)
            return ask(name);
        if (draw(400) == 0)
            return note(m_bench.stop());
        if (draw(60) == 0)
            return note(m_bench.strangerExits());
        if (settles(name))
            return;
        if (m_bench.isAlive(name) && draw(3) == 0)
            note(
                m_bench.exits(name, oneOf({"normal", "shutdown", "panic", "error", "killed", "shutdown:x"})));
        if (draw(3) == 0 && !m_bench.isEnded())
            drawBehaviour(name);
    }

    /// Everything that it waits for happens, until it has ended. False where it never does.
    bool end()
    {
        if (!m_bench.isEnded())
            note(m_bench.stop());
        for (int round = 0; round < 2'000 && !m_bench.isEnded(); ++round)
            for (const std::string &name : m_bench.names())
                if (!m_bench.isEnded())
                    settles(name);
        return m_bench.isEnded() && m_bench.calls() == 0;
    }

    const Bench &bench() const { return m_bench; }
    const QByteArray &transcript() const { return m_transcript; }

private:
    std::uint64_t draw(std::uint64_t bound) { return m_random() % bound; }
    const char *oneOf(std::initializer_list<const char *> texts) { return texts.begin()[draw(texts.size())]; }

    Bench drawBench()
    {
        const std::string strategy =
            oneOf({"one_for_one", "one_for_all", "rest_for_one", "simple_one_for_one"});
        m_instances = strategy == "simple_one_for_one";
        std::vector<std::string> children;
        for (std::uint64_t i = m_instances ? 1 : 1 + draw(7); i > 0; --i)
            children.push_back("c" + std::to_string(i) + drawWords());
        Bench bench(strategy, children);
        const auto choice = [this](auto usual, auto rare) { return draw(4) == 0 ? rare : usual; };
        bench.limit(static_cast<std::uint32_t>(choice(5 + draw(100), draw(3))), oneOf({"1s", "5s", "20s"}))
            .autoShutdown(choice(AutoShutdown::Never, AutoShutdown(1 + draw(2))))
            .clockPhase(oneOf({"0ms", "100ms", "999ms"}))
            .rules({.stopOrder = choice(StopOrder::ReverseStartOrder, StopOrder::StartOrder),
                    .childrenAtGiveUp = choice(ChildrenAtGiveUp::StoppedInOrder, ChildrenAtGiveUp::LeftAlone),
                    .seenExits = choice(SeenExits::All, SeenExits::AllButPanics),
                    .tripTest = choice(TripTest::Beyond, TripTest::At)});
        return bench;
    }

    std::string drawWords()
    {
        std::string words = std::string(" ") + oneOf({"permanent", "transient", "temporary"});
        words += oneOf({" grace=200ms", " grace=0ms", " infinity", " brutal_kill"});
        words += oneOf({"", "", "", " significant"});
        return words + oneOf({"", "", " backoff"});
    }

    void drawBehaviour(const std::string &name)
    {
        m_bench.stubborn(name, draw(3) == 0);
        for (std::uint64_t i = draw(3); i > 0; --i) {
            const std::uint64_t choice = draw(10);
            if (choice < 3)
                m_bench.fails(name);
            else if (choice < 4)
                m_bench.ignores(name);
            else if (choice < 7)
                m_bench.slow(name);
        }
    }

    void ask(const std::string &name)
    {
        const std::string command = oneOf({"start_child", "start_child", "terminate_child", "restart_child",
                                           "delete_child", "which_children", "count_children"});
        if (command != "start_child")
            return note(m_bench.ask(command, command.ends_with("children") ? std::string() : name));
        if (!m_instances && draw(2) == 0)
            return note(m_bench.ask(command, name + drawWords()));
        const std::string added = "n" + std::to_string(++m_added);
        if (m_instances)
            drawBehaviour(added);
        note(m_bench.ask(command, m_instances ? added : added + drawWords()));
    }

    /// What is under way for this child goes on.
    bool settles(const std::string &name)
    {
        if (m_bench.isStarting(name)) {
            const std::uint64_t choice = draw(6);
            note(choice == 0   ? m_bench.startIgnored(name)
                 : choice == 1 ? m_bench.startFailed(name)
                               : m_bench.startDone(name));
        } else if (m_bench.isStopping(name) && m_bench.armed() != "never" && draw(2) == 0) {
            note(m_bench.deadline());
            m_now += 200;
        } else if (m_bench.isStopping(name)) {
            note(m_bench.exits(name, oneOf({"shutdown", "normal", "panic", "killed"})));
        } else if (m_bench.isBackingOff(name)) {
            note(m_bench.backoffOver(name));
        } else {
            return false;
        }
        return true;
    }

    void note(const QByteArray &line) { m_transcript += line + '\n'; }

    std::mt19937_64 m_random;
    bool m_instances = false;
    std::uint64_t m_now = 0;
    int m_added = 0;
    QByteArray m_transcript;
    Bench m_bench;
};

constexpr int plays = 2'000;
constexpr int steps = 250;

Play played(std::uint64_t seed, int count = steps, const Supervisor *used = nullptr)
{
    Play play(seed, used);
    for (int i = 0; i < count; ++i)
        play.step();
    return play;
}

}

class TestRandomEnvironments : public QObject {
    Q_OBJECT

private slots:
    void noPromiseIsBrokenAndEveryOneEnds()
    {
        qsizetype length = 0;
        for (std::uint64_t seed = 1; seed <= plays; ++seed) {
            Play play = played(seed);
            const bool ended = play.end();
            const QByteArray message =
                "seed " + QByteArray::number(qulonglong(seed)) + '\n' + play.transcript();
            QVERIFY2(ended, message);
            QVERIFY2(!play.transcript().contains("BROKEN"), message);
            length += play.transcript().size();
        }
        QVERIFY2(length > qsizetype(plays) * 800, "most plays end too early to show anything");
    }

    void theDrawnPlaysReachWhatTheyAreMeantToTest_data()
    {
        QTest::addColumn<QByteArray>("effect");
        for (const char *effect :
             {"start failed", "give up", "auto shutdown", "remove", "unmatched", "kill", "wait no more",
              "end shutdown leaving children", "reply exited", "reply restarting", "reply already_present",
              "reply already_started", "reply ok undefined", "reply failed", "reply simple_one_for_one"})
            QTest::newRow(effect) << QByteArray(effect);
    }

    void theDrawnPlaysReachWhatTheyAreMeantToTest()
    {
        QFETCH(QByteArray, effect);
        bool reached = false;
        for (std::uint64_t seed = 1; seed <= plays && !reached; ++seed)
            reached = played(seed).transcript().contains(effect);
        QVERIFY(reached);
    }

    void theSameThingsHaveTheSameEffects()
    {
        for (std::uint64_t seed = 1; seed <= 300; ++seed)
            QCOMPARE(played(seed).transcript(), played(seed).transcript());
    }

    void aCopyIsASnapshotThatGoesOnAlike()
    {
        for (std::uint64_t seed = 1; seed <= 300; ++seed) {
            Play play = played(seed, static_cast<int>(seed % steps));
            Play copy = play;
            for (int i = 0; i < steps; ++i)
                play.step();
            const bool ended = play.end();
            for (int i = 0; i < steps; ++i)
                copy.step();
            QCOMPARE(copy.end(), ended);
            QCOMPARE(copy.transcript(), play.transcript());
        }
    }

    void aMachineThatIsUsedAgainBehavesAsANewOne()
    {
        for (std::uint64_t seed = 1; seed <= 300; ++seed) {
            const Play before = played(seed + 1'000, static_cast<int>(seed % steps));
            const Play again = played(seed, steps, &before.bench().supervisor());
            QCOMPARE(again.transcript(), played(seed).transcript());
        }
    }
};

QTEST_APPLESS_MAIN(TestRandomEnvironments)
#include "tst_random_environments.moc"
