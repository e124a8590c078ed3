#include "tests/scenarios/play.h"

#include <random>

using namespace daruma;

namespace {

/// A scenario in which everything happens at once, and at whose end the root is told to shut down.
class Disorder {
public:
    explicit Disorder(std::uint32_t seed)
        : m_random(seed)
    {}

    std::string scenario(const std::string &dialect)
    {
        m_text = "[scenario]\nhorizon = \"1h\"\ndialect = \"" + dialect + "\"\n";
        m_text += number(2) == 0 ? "ties = \"random\"\n" : "";
        supervisor("app", "\"a\", \"sub\", \"b\", \"c\"");
        supervisor("sub", number(2) == 0 ? "\"x\", \"y\"" : "\"x\", \"y\", \"deep\"");
        if (m_text.find("\"deep\"") != std::string::npos) {
            supervisor("deep", "\"z\"");
            worker("z");
        }
        for (const char *name : {"a", "b", "c", "x", "y", "later", "linked"})
            worker(name);
        for (const char *reason : {"error", "normal", "panic"})
            fault("exit", "*", std::string("reason = \"") + reason + "\"\n");
        fault("kill", number(3) == 0 ? "*" : "app/*", {});
        m_text += "[[fault]]\ninject = \"delay\"\non = \"exit_signal\"\ninto = \"app/*\"\nchance = 0.5\nby = "
                  "\"uniform(0ms, 300ms)\"\n";
        for (int i = 0; i < 3; ++i) {
            command("start_child", "child = \"later\"\n");
            command("start_child_linked",
                    "child = \"linked\"\ntimeout = \"" + std::to_string(1 + number(400)) + "ms\"\n");
            command("terminate_child",
                    std::string("child = \"") + pick({"later", "linked", "a", "sub"}) + "\"\n");
            command("which_children", {});
        }
        return m_text + "[[command]]\ndo = \"shutdown\"\nto = \"app\"\nat = \"1m\"\n";
    }

private:
    std::uint32_t number(std::uint32_t below) { return static_cast<std::uint32_t>(m_random()) % below; }
    std::string pick(std::initializer_list<const char *> choices)
    {
        return *(choices.begin() + number(static_cast<std::uint32_t>(choices.size())));
    }
    std::string at() { return "at = \"" + std::to_string(number(5000)) + "ms\"\n"; }

    void supervisor(const std::string &name, const std::string &children)
    {
        m_text += "[supervisor." + name + "]\nstrategy = \""
                  + pick({"one_for_one", "one_for_all", "rest_for_one"})
                  + "\"\nmax_restarts = " + std::to_string(number(6)) + "\nchildren = [" + children + "]\n";
    }
    void worker(const std::string &name)
    {
        m_text += "[worker." + name + "]\nrestart = \"" + pick({"permanent", "transient", "temporary"})
                  + "\"\ninit_time = \"uniform(0ms, 300ms)\"\ninit_result = { error = 0.2, panic = 0.05, "
                    "hang = 0.05 }\n";
        m_text += number(4) == 0 ? "backoff = \"200ms\"\n" : "";
    }
    void fault(const std::string &kind, const std::string &into, const std::string &more)
    {
        m_text += "[[fault]]\ninject = \"" + kind + "\"\ninto = \"" + into + "\"\n" + more
                  + "every = \"exp(400ms)\"\ncount = 8\npick = " + std::to_string(1 + number(3)) + "\n";
    }
    void command(const std::string &what, const std::string &more)
    {
        m_text += "[[command]]\ndo = \"" + what + "\"\nto = \"" + (number(3) == 0 ? "sub" : "app") + "\"\n"
                  + at() + more;
    }

    std::mt19937 m_random;
    std::string m_text;
};

}  // namespace

/// Whatever happens to a roster, it serves its mailbox to the end: the last shutdown is obeyed, every call is
/// answered once, and every event has a cause that came before it.
class TestRandomRosters : public QObject {
    Q_OBJECT

private slots:
    void everyCallIsAnsweredAndTheShutdownObeyed_data()
    {
        QTest::addColumn<QString>("dialect");
        QTest::newRow("as it is") << "ash-flare";
        QTest::newRow("without its defects") << "ash-flare:corrected";
        for (const char *defect : {"panics-unseen", "lives-on-empty", "supervisors-unwatched",
                                   "supervisors-left-stopped", "stale-exits", "temporaries-return",
                                   "interleaved-rounds", "linked-start-blocks", "supervisors-not-awaited"})
            QTest::newRow(defect) << QString("ash-flare:corrected:") + defect;
    }
    void everyCallIsAnsweredAndTheShutdownObeyed()
    {
        QFETCH(QString, dialect);
        for (std::uint32_t seed = 0; seed < 60; ++seed) {
            const std::string scenario = Disorder(seed).scenario(dialect.toStdString());
            const Recording recording = runOf(scenario, seed);
            const std::string where = "seed " + std::to_string(seed) + "\n" + scenario;
            QVERIFY2(recording.result.invariants.empty(),
                     (recording.result.invariants.empty()
                          ? where
                          : recording.result.invariants.front().message + "\n" + where)
                         .c_str());
            int open = 0;
            bool isRootGone = false;
            for (std::size_t i = 0; i < recording.events.size(); ++i) {
                const Event &event = recording.events[i];
                QVERIFY2(!event.cause.isValid() || event.cause.value < i, where.c_str());
                open += event.kind == EventKind::Command ? 1 : event.kind == EventKind::Reply ? -1 : 0;
                isRootGone = isRootGone || (event.kind == EventKind::Exit && event.node == NodeId{0});
            }
            QVERIFY2(isRootGone, where.c_str());
            QVERIFY2(open == 0, where.c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestRandomRosters)
#include "tst_random_rosters.moc"
