#include "tests/scenarios/play.h"

using namespace daruma;

class TestFaultTargets : public QObject {
    Q_OBJECT

private slots:
    void aSupervisorThatStopsIsBeyondAPanic_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("expected");
        const QString slow = "[worker.w]\nstop_time = \"4s\"\n";
        const QString panic = "[[fault]]\ninject = \"panic\"\ninto = \"s\"\nat = \"12s\"\n";
        QTest::newRow("one that was asked to stop")
            << slow + panic
                   + "[[command]]\nat = \"10s\"\ndo = \"terminate_child\"\nto = \"app\"\nchild = \"s\"\n"
            << "12s: fault s dropped\n14s: exit s#1 shutdown";
        QTest::newRow("one that gave up")
            << slow + panic + "[[fault]]\ninject = \"kill\"\ninto = \"v\"\nat = \"10s\"\n"
            << "12s: fault s dropped\n14s: exit s#1 shutdown";
        QTest::newRow("one that panicked before")
            << slow + panic + "[[fault]]\ninject = \"panic\"\ninto = \"s\"\nat = \"10s\"\n"
            << "10s: fault s\n12s: fault s dropped\n14s: exit s#1 panic";
        QTest::newRow("one that hangs")
            << slow + panic + "[[fault]]\ninject = \"hang\"\ninto = \"s\"\nat = \"10s\"\n"
            << "10s: fault s\n12s: fault s dropped";
        QTest::newRow("but not one that restarts a child")
            << slow + panic + "[[fault]]\ninject = \"kill\"\ninto = \"u\"\nat = \"10s\"\n"
            << "12s: fault s\n19s: exit s#1 panic";
    }

    void aSupervisorThatStopsIsBeyondAPanic()
    {
        QFETCH(QString, what);
        QFETCH(QString, expected);
        const std::string tree = "[supervisor.app]\nchildren = [\"s\"]\n[supervisor.s]\nmax_restarts = "
                                 "@\nchildren = [\"w\", \"v\", \"u\"]\n[worker.v]\n"
                                 "[worker.u]\ninit_time = [\"0s\", \"5s\"]\n";
        std::string text = tree + what.toStdString();
        text.replace(text.find('@'), 1, what.contains("into = \"u\"") ? "1" : "0");
        TOLD(play(text, {.kinds = "fault exit", .nodes = "s"}), expected.toStdString());
    }

    void theNameOfATableMeansWhereItIsStartedNow()
    {
        // The place app/w is started from [worker.w], then from [worker.other].
        const std::string both = R"toml(
[supervisor.app]
children = ["w"]
[worker.w]
[worker.other]
id = "w"
[[command]]
at = "1s"
do = "terminate_child"
to = "app"
child = "w"
[[command]]
at = "2s"
do = "delete_child"
to = "app"
child = "w"
[[command]]
at = "3s"
do = "start_child"
to = "app"
child = "other"
)toml";
        const auto struck = [&both](const std::string &into) {
            return play(both + "[[fault]]\ninject = \"panic\"\nevery = \"4s\"\ncount = 1\ninto = \"" + into
                            + "\"\n",
                        {.kinds = "fault exit"});
        };
        TOLD(struck("other"), "1s: exit w#1 shutdown\n4s: fault w, exit w#2 panic");
        TOLD(struck("w"), "1s: exit w#1 shutdown\n4s: fault nothing dropped");
        TOLD(struck("app/w"), "1s: exit w#1 shutdown\n4s: fault w, exit w#2 panic");
        // The next run begins with the tables that the file lists.
        const Model model = modelOf(both + "[[fault]]\ninject = \"panic\"\nat = \"500ms\"\ninto = \"w\"\n");
        Simulation simulation(model);
        const Fingerprint first = simulation.run(1).fingerprint;
        QVERIFY(simulation.run(1).fingerprint == first);
    }

    void itDoesSoInNeedsAndExpectationsToo()
    {
        // As above, and user cannot start again once nothing is made from [worker.w].
        const Model model = modelOf(R"toml(
[scenario]
horizon = "1m"
[supervisor.app]
children = ["w", "user"]
[worker.w]
[worker.other]
id = "w"
[worker.user]
needs = ["w"]
[[command]]
at = "1s"
do = "terminate_child"
to = "app"
child = "w"
[[command]]
at = "2s"
do = "delete_child"
to = "app"
child = "w"
[[command]]
at = "3s"
do = "start_child"
to = "app"
child = "other"
[[fault]]
inject = "kill"
into = "user"
at = "10s"
[[expect]]
name = "the old table is nowhere"
never = "up(w)"
from = "4s"
[[expect]]
name = "its place has the new one"
always = "up(other) or time >= 10s"
from = "4s"
)toml");
        Recording first = record(model, 1);
        const Show show{.kinds = "init_failed gave_up violation", .nodes = "app user"};
        TOLD(told(first, show), R"(10s: init_failed user#2 error, gave_up app#1 2/1 over user error)");
        // A second run begins with the old table again.
        Simulation simulation(model);
        const Fingerprint once = simulation.run(1).fingerprint;
        QVERIFY(once == first.result.fingerprint);
        QVERIFY(simulation.run(1).fingerprint == once);
    }
};

QTEST_APPLESS_MAIN(TestFaultTargets)
#include "tst_fault_targets.moc"
