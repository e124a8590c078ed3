// moc cannot read <compare>.
#ifndef Q_MOC_RUN
#include "simulator/kernel/invariant_checker.h"
#include "tests/kernel/event_bench.h"
#endif

#include <QTest>

#include <functional>

using namespace daruma;

namespace {

/// app supervises a, s_sup and b; s_sup supervises x and y. All have started.
struct Bench : EventBench {
    explicit Bench(const std::function<void(Bench &)> &prepare = {})
    {
        children("app", {"a", "s_sup", "b"}).children("s_sup", {"x", "y"});
        if (prepare)
            prepare(*this);
        begin();
        checker = std::make_unique<InvariantChecker>(model);
        listener = [this](const Event &event, EventId id, const NodeTable &table) {
            checker->observe(event, id, table, findings);
        };
        start("app").up("a").start("s_sup").up("x").up("y").started("s_sup").up("b").started("app");
    }

    /// What was found by the end of the run, as `NAME: message`.
    QString verdict()
    {
        checker->finish(Instant::fromNs(now + 1), last, nodes, findings);
        QStringList lines;
        for (const InvariantViolation &violation : checker->violations())
            lines << QString::fromStdString(violation.name + ": " + violation.message);
        return lines.join('\n');
    }

    std::unique_ptr<InvariantChecker> checker;
    std::vector<Finding> findings;
};

using Story = std::function<void(Bench &)>;

}

Q_DECLARE_METATYPE(Story)

class TestInvariants : public QObject {
    Q_OBJECT

private slots:
    void whatOtpDoesIsNoViolation_data();
    void whatOtpDoesIsNoViolation();
    void aBrokenPromiseIsFound_data();
    void aBrokenPromiseIsFound();
    void eachInvariantIsFoundBrokenOnce();
    void aResetForgetsTheRunBefore();
    void everyInvariantHasANameAndASentence();
};

void TestInvariants::whatOtpDoesIsNoViolation_data()
{
    QTest::addColumn<Story>("prepare");
    QTest::addColumn<Story>("story");
    const auto row = [](const char *name, const Story &story, const Story &prepare = {}) {
        QTest::newRow(name) << prepare << story;
    };
    const auto oneForAll = [](Bench &bench) { bench.flags("app").strategy = Strategy::OneForAll; };
    const auto restForOne = [](Bench &bench) { bench.flags("app").strategy = Strategy::RestForOne; };

    row("a crash and its restart", [](Bench &b) { b.at(100).exit("a").restart("a").up("a").at(200); });
    row("a shutdown in reverse order", [](Bench &b) {
        b.at(9).stop("app").stopped("b", 1).stop("s_sup", 1).stopped("y", 2).stopped("x", 2);
        b.exit("s_sup", ReasonKind::Shutdown).stopped("a", 1).exit("app", ReasonKind::Shutdown);
    });
    row("a child that is killed after its deadline", [](Bench &b) {
        b.at(9)
            .stop("b", 1)
            .at(5009)
            .kill("b", 1)
            .exit("b", ReasonKind::Killed)
            .reply("app", CommandKind::TerminateChild);
    });
    row(
        "a group restart that waits for a sibling",
        [](Bench &b) {
            b.at(100)
                .exit("a")
                .restart("a")
                .stop("b", 7)
                .at(150)
                .exit("b", ReasonKind::Shutdown)
                .stop("s_sup", 7);
            b.stopped("y", 8).stopped("x", 8).exit("s_sup", ReasonKind::Shutdown);
            b.up("a").start("s_sup").up("x").up("y").started("s_sup").up("b").at(200);
        },
        oneForAll);
    row(
        "a group restart that swallows the exit of a member",
        [](Bench &b) {
            b.at(100)
                .exit("s_sup", ReasonKind::Killed)
                .exit("x", ReasonKind::Killed)
                .exit("y", ReasonKind::Killed);
            b.exit("b").restart("s_sup").start("s_sup").up("x").up("y").started("s_sup").up("b").at(200);
        },
        restForOne);
    row("a decision that waits for a slow start", [](Bench &b) {
        b.at(100)
            .exit("a")
            .restart("a")
            .start("a")
            .at(120)
            .exit("b")
            .at(150)
            .started("a")
            .restart("b", 2)
            .up("b")
            .at(200);
    });
    row("an exit whose handling an operator forestalls", [](Bench &b) {
        b.at(100).exit("a").restart("a").start("a").at(120).exit("b").at(150).started("a");
        b.reply("app", CommandKind::TerminateChild).at(200);
    });
    row("a run that ends during a delay", [](Bench &b) { b.at(9).exit("a").restart("a", 1, 90).at(50); });
    row("a delayed restart that an operator cancels", [](Bench &b) {
        b.at(9).exit("a").restart("a", 1, 20).at(20).reply("app", CommandKind::TerminateChild).at(50);
    });
    row(
        "a transient child that ends normally",
        [](Bench &b) { b.at(100).exit("a", ReasonKind::Shutdown).at(200); },
        [](Bench &b) { b.spec("a").restart = RestartType::Transient; });
    row(
        "a temporary child that crashes", [](Bench &b) { b.at(100).exit("a").removed("a").at(200); },
        [](Bench &b) { b.spec("a").restart = RestartType::Temporary; });
    row("leftovers of a killed supervisor beside its successor", [](Bench &b) {
        b.at(100).exit("s_sup", ReasonKind::Killed).exit("y", ReasonKind::Killed).restart("s_sup");
        b.start("s_sup").up("x").up("y").started("s_sup").at(600).exitOf("x", 1, ReasonKind::Killed).at(700);
        b.exit("x").restart("x").up("x").at(800);
    });
    row("leftovers that outlive the root", [](Bench &b) {
        b.at(100).exit("app", ReasonKind::Killed).exit("a", ReasonKind::Killed).stopped("y", 1).at(300);
        b.exit("b", ReasonKind::Killed).stopped("x", 1).exit("s_sup", ReasonKind::Killed);
    });
    row("a give-up beyond the limit", [](Bench &b) {
        for (const std::uint32_t n : {1U, 2U, 3U})
            b.at(std::int64_t{100} * n).exit("x").restart("x", n).up("x");
        b.at(400)
            .exit("x")
            .gaveUp("s_sup")
            .stopped("y", 1)
            .exit("s_sup", ReasonKind::Shutdown)
            .restart("s_sup");
        b.start("s_sup").up("x").up("y").started("s_sup").at(500).exit("x").restart("x", 1).up("x").at(600);
    });
    row("stamps in whole seconds, one exactly as old as the window counted", [](Bench &b) {
        b.at(900).exit("a").restart("a", 1).up("a").at(5100).exit("a").restart("a", 2).up("a");
        b.at(6000).exit("a").restart("a", 2).up("a").at(7000);
    });
    row(
        "a clock that is not in phase",
        [](Bench &b) {
            b.at(100).exit("a").restart("a", 1).up("a").at(5950).exit("a").restart("a", 1).up("a").at(7000);
        },
        [](Bench &b) { b.model.clockPhase = Duration::milliseconds(100); });
    row("a failed start that is undone", [](Bench &b) {
        b.at(100)
            .exit("s_sup", ReasonKind::Killed)
            .exit("x", ReasonKind::Killed)
            .exit("y", ReasonKind::Killed);
        b.restart("s_sup").start("s_sup").up("x").start("y").initFailed("y").stopped("x", 1).initFailed(
            "s_sup");
        b.restart("s_sup", 2).start("s_sup").up("x").up("y").started("s_sup").at(200);
    });
    row("an added child is stopped first", [](Bench &b) {
        b.addLater("app", "z");
        b.at(100).up("z").at(200).stop("app").stopped("z", 1).stopped("b", 1);
    });
    row(
        "children of one template are stopped at once", [](Bench &b) { b.at(100).stop("y", 1).stop("x", 1); },
        [](Bench &b) { b.flags("s_sup").strategy = Strategy::SimpleOneForOne; });
    row(
        "an outer clock kills in any order",
        [](Bench &b) {
            b.at(100)
                .command("app", CommandKind::Shutdown)
                .stop("b", 1)
                .at(5000)
                .kill("a", 1)
                .kill("b", 1)
                .kill("x", 1);
        },
        [](Bench &b) {
            b.model.commands.emplace_back();
            b.model.commands.back().kind = CommandKind::Shutdown;
            b.model.commands.back().at = Instant::fromNs(100'000'000);
            b.model.commands.back().grace = Duration::seconds(1);
        });
    row(
        "an exit signal that a fault may delay", [](Bench &b) { b.at(100).exit("a").at(200); },
        [](Bench &b) {
            b.model.faults.emplace_back();
            b.model.faults.back().kind = FaultKind::Delay;
            b.model.faults.back().step = DelayedStep::ExitSignal;
            b.model.faults.back().into = b.selector("a", {"a"});
        });
    row("a child stopped twice in different sequences", [](Bench &b) {
        b.at(100).stopped("a", 1).reply("app", CommandKind::TerminateChild).at(200).stopped("b", 2);
        b.reply("app", CommandKind::TerminateChild);
    });
    row("a child that was deleted and added again moves to the end", [](Bench &b) {
        b.at(100).stopped("a", 1).removed("a").up("a").at(200).stop("app").stopped("a", 9).stopped("b", 9);
    });
}

void TestInvariants::whatOtpDoesIsNoViolation()
{
    QFETCH(const Story, prepare);
    QFETCH(const Story, story);
    Bench bench(prepare);
    story(bench);
    QCOMPARE(bench.verdict(), QString());
    QVERIFY(bench.findings.empty());
}

void TestInvariants::aBrokenPromiseIsFound_data()
{
    QTest::addColumn<Story>("story");
    QTest::addColumn<QString>("verdict");
    const auto row = [](const char *name, const Story &story, const char *verdict) {
        QTest::newRow(name) << story << QString(verdict);
    };
    row(
        "a process that ends twice",
        [](Bench &b) { b.at(9).exit("a").exitOf("a", 1, ReasonKind::Panic).restart("a").up("a"); },
        "accounting: app/a#1 ended, but did not live");
    row(
        "a process that ends without a start", [](Bench &b) { b.at(9).exitOf("a", 7, ReasonKind::Panic); },
        "accounting: app/a#7 ended, but did not live");
    row(
        "a process that has started twice", [](Bench &b) { b.at(9).started("a"); },
        "accounting: app/a#1 has started, but was not starting");
    row(
        "a failed start of what was running", [](Bench &b) { b.at(9).initFailed("a"); },
        "accounting: app/a#1 failed to start, but was not starting");
    row(
        "an incarnation that is left out",
        [](Bench &b) {
            Event event;
            event.node = b.node("a");
            event.incarnation = 3;
            b.at(9).exit("a").restart("a").send(event);
        },
        "accounting: app/a#3 begins after app/a#1");
    row(
        "two incarnations", [](Bench &b) { b.at(9).up("a"); },
        "one-live-incarnation: app/a#2 starts while app/a#1 lives");
    row(
        "a start after the root's end",
        [](Bench &b) {
            b.at(9).stop("app").stopped("b", 1).stop("s_sup", 1).stopped("y", 2).stopped("x", 2);
            b.exit("s_sup", ReasonKind::Shutdown)
                .stopped("a", 1)
                .exit("app", ReasonKind::Shutdown)
                .start("b");
        },
        "nothing-after-the-end: app/b#2 starts, but its supervisor has ended");
    row(
        "stops in start order", [](Bench &b) { b.at(9).stop("app").stopped("a", 1).stopped("b", 1); },
        "stop-order: app/b#1 is asked to stop after a sibling that started earlier");
    row(
        "stops at once", [](Bench &b) { b.at(9).stop("app").stop("b", 1).stop("a", 1); },
        "stop-order: app/a#1 is asked to stop before the sibling asked before it has ended");
    row(
        "a restart beyond the limit",
        [](Bench &b) {
            for (const std::uint32_t n : {1U, 2U, 3U, 4U})
                b.at(std::int64_t{100} * n).exit("a").restart("a", n).up("a");
        },
        "restart-within-limit: app/a#4 is restarted as number 4 in the window; it is number 4 of 3");
    row(
        "a wrong count", [](Bench &b) { b.at(9).exit("a").restart("a", 2).up("a"); },
        "restart-within-limit: app/a#1 is restarted as number 2 in the window; it is number 1 of 3");
    row(
        "a give-up within the limit", [](Bench &b) { b.at(9).exit("a").gaveUp("app"); },
        "restart-within-limit: app#1 gave up at restart 1 in the window, but 3 are allowed");
    row(
        "a crash that nobody answers",
        [](Bench &b) { b.at(9).exit("a").at(10).exit("b").restart("b").up("b"); },
        "restart-decided: app/a#1 ended, and its supervisor neither restarted it nor gave up");
    row(
        "a crash that nobody answers by the end", [](Bench &b) { b.at(9).exit("a"); },
        "restart-decided: app/a#1 ended, and its supervisor neither restarted it nor gave up");
    row(
        "a crash that is forgotten while its supervisor is busy",
        [](Bench &b) {
            b.at(9).exit("a").restart("a").start("a").at(20).exit("b").at(30).started("a").at(40).exit("x");
            b.restart("x").up("x");
        },
        "restart-decided: app/b#1 ended, and its supervisor neither restarted it nor gave up");
    row(
        "a restart that is decided and forgotten", [](Bench &b) { b.at(9).exit("a").restart("a").at(50); },
        "restart-decided: app/a#1 was to be restarted, but did not start again");
    row(
        "a restart that is forgotten after its delay",
        [](Bench &b) { b.at(9).exit("a").restart("a", 1, 20).at(50); },
        "restart-decided: app/a#1 was to be restarted, but did not start again");
    row(
        "an orphan",
        [](Bench &b) {
            b.at(9)
                .stop("app")
                .stopped("b", 1)
                .stop("s_sup", 1)
                .stopped("y", 2)
                .exit("s_sup", ReasonKind::Shutdown);
        },
        "no-orphan: app/s_sup#1 ended and left 1 living children");
    row(
        "a failed start that leaves children",
        [](Bench &b) {
            b.at(9).stop("s_sup").stopped("y", 1).stopped("x", 1).exit("s_sup", ReasonKind::Shutdown);
            b.start("s_sup").up("x").start("y").initFailed("y").initFailed("s_sup");
        },
        "failed-start-undone: app/s_sup#2 failed to start and left living children");
}

void TestInvariants::aBrokenPromiseIsFound()
{
    QFETCH(const Story, story);
    QFETCH(const QString, verdict);
    Bench bench;
    story(bench);
    QCOMPARE(bench.verdict(), verdict);
    QCOMPARE(bench.findings.size(), std::size_t(1));
    QVERIFY(bench.findings.front().code & violationOfInvariant);
}

void TestInvariants::eachInvariantIsFoundBrokenOnce()
{
    Bench bench;
    bench.at(9).exitOf("a", 7, ReasonKind::Panic).exitOf("b", 7, ReasonKind::Panic).started("a");
    QCOMPARE(bench.findings.size(), std::size_t(1));
}

void TestInvariants::aResetForgetsTheRunBefore()
{
    Bench bench;
    bench.at(9).exitOf("a", 7, ReasonKind::Panic);
    bench.findings.clear();
    bench.checker->reset();
    QVERIFY(bench.checker->violations().empty());
    bench.at(9).exitOf("a", 7, ReasonKind::Panic);
    QCOMPARE(bench.findings.size(), std::size_t(1));
}

void TestInvariants::everyInvariantHasANameAndASentence()
{
    for (const InvariantRow &row : invariants()) {
        QVERIFY(!row.name.empty());
        QCOMPARE(row.description.back(), '.');
    }
}

QTEST_APPLESS_MAIN(TestInvariants)
#include "tst_invariants.moc"
