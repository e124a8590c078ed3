#include "tests/scenarios/play.h"

using namespace daruma;

// Every test and every example of the documentation that the seeds' own files hold, by the name that it has
// there, with its assertions:
//
//   seed                                           tests  examples
//   spry 0.0.4, system.rs                              0         0
//   ash-flare 2.3.2, supervisor/runtime.rs             0         0
//   rust-tokio-supervisor 0.1.3, runtime/lifecycle.rs  0         4  tests/engine/tst_control_plane.cpp:
//       RuntimeControlPlaneState::as_str                              exampleTheLabelOfAlive
//       RuntimeFailureReason::new                                     exampleAFailureByPanic
//       RuntimeExitReport::completed                                  exampleTheStateOfACompletedReport
//       RuntimeControlPlane::new                                      exampleANewControlPlaneIsNotAlive
//   processmanager 0.6.0, restart_supervisor.rs        0         0
//   rusm-otp 0.1.3, supervisor.rs                      4         0  here
//
// Where a test of rusm waits until a name belongs to another process, the run is simply over: nothing happens
// after the restart.

namespace {

/// A child of rusm that idles until somebody kills it.
std::string supervised(const std::string &strategy, const QStringList &children, const std::string &killed)
{
    std::string names;
    std::string tables;
    for (const QString &child : children) {
        names += (names.empty() ? "\"" : ", \"") + child.toStdString() + "\"";
        tables += "[worker." + child.toStdString() + "]\n";
    }
    return "[scenario]\ndialect = \"rusm\"\n[supervisor.sup]\nstrategy = \"" + strategy + "\"\nchildren = ["
           + names + "]\n" + tables + "[[fault]]\ninject = \"kill\"\ninto = \"" + killed
           + "\"\nat = \"1s\"\n[[fault]]\ninject = \"kill\"\ninto = \"sup\"\nat = \"2s\"\n";
}

/// The process that a name belongs to just before the supervisor is killed; 0 where to none. What a process
/// is to rusm's registry, its incarnation is here.
std::uint32_t whereis(const Recording &run, const std::string &name)
{
    std::uint32_t running = 0;
    for (const Event &event : run.events) {
        if (event.t >= 2'000'000'000)
            break;
        if (!event.node.isValid() || run.path(event.node) != "sup/" + name)
            continue;
        if (event.kind == EventKind::Started)
            running = event.incarnation;
        if (event.kind == EventKind::Exit && event.incarnation == running)
            running = 0;
    }
    return running;
}

int countOf(const Recording &run, EventKind kind, const std::string &path)
{
    int count = 0;
    for (const Event &event : run.events)
        count += event.kind == kind && event.node.isValid() && run.path(event.node) == path ? 1 : 0;
    return count;
}

}  // namespace

class TestSeedTests : public QObject {
    Q_OBJECT

private slots:
    // rusm-otp 0.1.3
    void one_for_one_restarts_only_the_failed_child()
    {
        const Recording run = runOf(supervised("one_for_one", {"c0", "c1"}, "c0"));
        QVERIFY2(whereis(run, "c0") > 1, "the failed child is restarted with a fresh pid");
        QVERIFY2(whereis(run, "c1") == 1, "a sibling is left untouched");
    }

    void one_for_all_restarts_every_child()
    {
        const Recording run = runOf(supervised("one_for_all", {"a0", "a1"}, "a0"));
        QVERIFY(whereis(run, "a0") > 1);
        QVERIFY2(whereis(run, "a1") > 1, "every child is restarted, not just the one that died");
    }

    void rest_for_one_restarts_the_failed_and_later_children()
    {
        const Recording run = runOf(supervised("rest_for_one", {"r0", "r1", "r2"}, "r1"));
        QVERIFY2(whereis(run, "r0") == 1, "children before the failure stay");
        QVERIFY2(whereis(run, "r1") > 1, "the failed child restarts");
        QVERIFY2(whereis(run, "r2") > 1, "and every child after it restarts");
    }

    void restart_intensity_stops_the_supervisor()
    {
        const Recording run = runOf("[scenario]\ndialect = \"rusm\"\n[supervisor.sup]\n"
                                    "strategy = \"one_for_one\"\nmax_restarts = 3\nwithin = \"60s\"\n"
                                    "children = [\"crasher\"]\n"
                                    "[worker.crasher]\nlifetime = \"0s\"\nexit_reason = \"panic:boom\"\n");
        QCOMPARE(countOf(run, EventKind::Start, "sup"), countOf(run, EventKind::Exit, "sup"));
        QCOMPARE(countOf(run, EventKind::Start, "sup/crasher"), countOf(run, EventKind::Exit, "sup/crasher"));
        // initial start + 3 restarts, then the supervisor gives up
        QCOMPARE(countOf(run, EventKind::Exit, "sup/crasher"), 4);
        QCOMPARE(countOf(run, EventKind::GaveUp, "sup"), 1);
    }
};

QTEST_APPLESS_MAIN(TestSeedTests)
#include "tst_seed_tests.moc"
