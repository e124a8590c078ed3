#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/kernel/simulation.h"
#include "simulator/scenario/scenario.h"
#include "simulator/store/recorder.h"
#include "tests/store/synthetic.h"
#include "tests/store/workspace.h"
#endif

#include <QTest>

using namespace daruma;
using synthetic::must;

/// Health and exit reports of supervisors, as the database keeps them.
class TstReports : public QObject {
    Q_OBJECT

private slots:
    void theRootsReportIsOneRow_data();
    void theRootsReportIsOneRow();
    void everySupervisorWithAControlPlaneHasARow();
};

namespace {

const QString columns = "state, phase, reason, recoverable, panic, started_at_ns / 1000000,"
                        " last_observed_at_ns / 1000000, completed_at_ns / 1000000, requested_by,"
                        " shutdown_reason";

QString recorded(const QString &text, const QString &sql)
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    const auto scenario = readScenario(text.toStdString(), "test.toml");
    if (!scenario)
        qFatal("%s", toText(scenario.error().front(), "test.toml").c_str());
    auto recorder = must(Recorder::open(path, RecordPolicy::Restarts));
    must(recorder->beginCampaign(synthetic::campaign()));
    recorder->beginRun(scenario->model, synthetic::identity(1));
    Simulation simulation(scenario->model);
    const RunResult result = simulation.run(1, recorder.get());
    must(recorder->endRun(result, simulation, 0));
    must(recorder->finishCampaign());
    return rowsOf(path, sql);
}

QString tree(const QString &dialect, const QString &more)
{
    return "[scenario]\ndialect = \"" + dialect
           + "\"\nhorizon = \"1m\"\n[supervisor.app]\nchildren = [\"a\"]\n[worker.a]\nstop_time = \"1s\"\n"
           + more;
}

QString command(const QString &what, const QString &at, const QString &more = {})
{
    return "[[command]]\ndo = \"" + what + "\"\nto = \"app\"\nat = \"" + at + "\"\n" + more;
}

QString shutdown(const QString &at, const QString &why = "deploy")
{
    return command("shutdown", at, "by = \"operator\"\nwhy = \"" + why + "\"\n");
}

}

void TstReports::theRootsReportIsOneRow_data()
{
    QTest::addColumn<QString>("scenario");
    QTest::addColumn<QString>("row");
    const QString tokio = "tokio-supervisor";
    QTest::newRow("alive, and never looked at")
        << tree(tokio, "") << "alive|NULL|NULL|NULL|NULL|0|0|NULL|NULL|NULL";
    QTest::newRow("a look at its health is an observation")
        << tree(tokio, command("health", "5s") + command("is_alive", "7s"))
        << "alive|NULL|NULL|NULL|NULL|0|7000|NULL|NULL|NULL";
    QTest::newRow("shutting down") << tree(tokio, shutdown("59500ms"))
                                   << "shutting_down|NULL|NULL|NULL|NULL|0|59500|NULL|operator|deploy";
    QTest::newRow("completed") << tree(tokio, shutdown("5s"))
                               << "completed|shutdown|deploy|0|0|0|6000|6000|operator|deploy";
    QTest::newRow("looked at after the end") << tree(tokio, shutdown("5s") + command("health", "20s"))
                                             << "completed|shutdown|deploy|0|0|0|20000|6000|operator|deploy";
    QTest::newRow("the exit report is written once")
        << tree(tokio, shutdown("5s") + shutdown("20s", "again"))
        << "completed|shutdown|deploy|0|0|0|6000|6000|operator|deploy";
    QTest::newRow("the last request before the end counts")
        << tree(tokio, shutdown("5s") + shutdown("5500ms", "now"))
        << "completed|shutdown|now|0|0|0|6000|6000|operator|now";
    QTest::newRow("a blank request is none")
        << tree(tokio, shutdown("5s", " ")) << "alive|NULL|NULL|NULL|NULL|0|0|NULL|NULL|NULL";
    QTest::newRow("a panic of the loop")
        << tree(tokio, "[[fault]]\ninject = \"panic\"\ninto = \"app\"\nat = \"5s\"\n")
        << "failed|watchdog|runtime control loop panic|1|1|0|5000|5000|NULL|NULL";
    QTest::newRow("a killed loop")
        << tree(tokio, "[[fault]]\ninject = \"kill\"\ninto = \"app\"\nat = \"5s\"\n")
        << "failed|watchdog|runtime control loop cancelled|1|0|0|5000|5000|NULL|NULL";
    QTest::newRow("no control plane, alive")
        << tree("otp", "") << "alive|NULL|NULL|NULL|NULL|0|0|NULL|NULL|NULL";
    QTest::newRow("no control plane, shutting down")
        << tree("otp", shutdown("59500ms"))
        << "shutting_down|NULL|NULL|NULL|NULL|0|60000|NULL|operator|deploy";
    QTest::newRow("no control plane, completed")
        << tree("otp", shutdown("5s")) << "completed|NULL|shutdown|NULL|0|0|6000|6000|operator|deploy";
    QTest::newRow("no control plane, failed")
        << tree("otp", "lifetime = \"100ms\"\n") << "failed|NULL|shutdown|NULL|0|0|200|200|NULL|NULL";
    QTest::newRow("no control plane, never up")
        << tree("otp", "init_result = \"error\"\n")
        << "failed|NULL|shutdown:failed_to_start_child:a:error|NULL|0|NULL|0|0|NULL|NULL";
}

void TstReports::theRootsReportIsOneRow()
{
    QFETCH(QString, scenario);
    QFETCH(QString, row);
    QCOMPARE(recorded(scenario, "SELECT " + columns + " FROM report"), row);
}

void TstReports::everySupervisorWithAControlPlaneHasARow()
{
    const QString text = "[scenario]\nhorizon = \"1m\"\n[supervisor.app]\nmax_restarts = 3\n"
                         "children = [\"otp\", \"rts\"]\n"
                         "[supervisor.otp]\nchildren = [\"a\"]\n[worker.a]\n"
                         "[supervisor.rts]\ndialect = \"tokio-supervisor\"\nchildren = [\"b\"]\n[worker.b]\n"
                         "[[fault]]\ninject = \"panic\"\ninto = \"rts\"\nat = \"5s\"\n";
    QCOMPARE(recorded(text, "SELECT path, state, started_at_ns / 1000000 FROM report"
                            " JOIN node ON node.id = report.node ORDER BY report.node"),
             QString("app|alive|0\napp/rts|alive|5000"));
}

QTEST_GUILESS_MAIN(TstReports)
#include "tst_reports.moc"
