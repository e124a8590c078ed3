#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/store/database.h"
#include "simulator/store/query.h"
#include "simulator/store/recorder.h"
#include "tests/store/synthetic.h"
#include "tests/store/workspace.h"
#endif

#include <QTest>

using namespace daruma;
using synthetic::must;

class TstRecorder : public QObject {
    Q_OBJECT

private slots:
    void aRunFillsEveryTable_data();
    void aRunFillsEveryTable();
    void theViewsReadWellInTheStockClient_data();
    void theViewsReadWellInTheStockClient();
    void theFileSaysThatItIsOurs();
    void referencesHold();
    void thePolicyDecidesWhatIsKept_data();
    void thePolicyDecidesWhatIsKept();
    void everyRestartOfALongRunIsARow();
    void aLongRunThatNobodyWantsKeepsNoEvents();
    void placesMadeDuringARunGetRows();
    void scenariosAndPlacesAreStoredOnce();
    void runIdsFollowTheOrderOfWriting();
    void capturedRunsCanBeWrittenByAnother();
    void anAbandonedRunLeavesTheOthers();
    void anInterruptedCampaignIsFoundAgain();
    void aWorkerThatIsDoneIsNotDown();
    void twoPlacesWithTheSamePathAreKeptApart();
};

namespace {

/// One small run in a new database.
std::string recordSmallRun(Workspace &workspace, RecordPolicy policy = RecordPolicy::All)
{
    std::string path = workspace.file("runs.db");
    auto recorder = must(Recorder::open(path, policy));
    const Model model = synthetic::poolModel(2);
    must(recorder->beginCampaign(synthetic::campaign()));
    must(synthetic::smallRun(model).record(*recorder,
                                           {.seed = 7, .dialect = "otp", .overrides = "app.within=9s"}));
    must(recorder->finishCampaign());
    return path;
}

}

void TstRecorder::aRunFillsEveryTable_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("rows");
    QTest::newRow("scenario") << "SELECT id, name, length(fingerprint), text FROM scenario"
                              << "1|pool|32|[scenario]\nname = \"pool\"\n";
    QTest::newRow("node") << "SELECT * FROM node"
                          << "1|1|app|supervisor|NULL\n2|1|app/pool[0]|worker|1\n3|1|app/pool[1]|worker|1";
    QTest::newRow("campaign")
        << "SELECT id, scenario_id, first_seed, last_seed, options, rules_version,"
           " started_at LIKE '20__-__-__T__:__:__Z', finished_at >= started_at, host <> ''"
           " FROM campaign"
        << "1|1|1|1|--seeds|1|1|1|1";
    QTest::newRow("run")
        << "SELECT * FROM run"
        << "1|1|1|7|otp|app.within=9s|failed|10000000000|14|1|0123456789abcdeffedcba9876543210|1234|1";
    QTest::newRow("restart") << "SELECT * FROM restart"
                             << "1|6|2000000000|1|2|1|one_for_one|panic:boom|1|1|0|5";
    QTest::newRow("escalation") << "SELECT * FROM escalation"
                                << "1|10|4000000000|1|1|2|panic:boom|2|1|9";
    QTest::newRow("event") << "SELECT * FROM event WHERE seq IN (0, 5, 10, 12, 13)"
                           << "1|0|0|start|1|1|NULL|NULL|NULL\n"
                              "1|5|2000000000|exit|2|1|NULL|panic:boom|2000000000\n"
                              "1|10|4000000000|gave_up|1|1|9|panic:boom|2\n"
                              "1|12|4000000000|violation|NULL|NULL|11|app is down|0\n"
                              "1|13|10000000000|end|NULL|NULL|NULL|NULL|NULL";
    QTest::newRow("event_chunk") << "SELECT run_id, first_seq, events, first_t_ns, last_t_ns FROM event_chunk"
                                 << "1|0|14|0|10000000000";
    QTest::newRow("violation") << "SELECT * FROM violation"
                               << "1|the pool is up|12|4000000000|app is down";
    QTest::newRow("report") << "SELECT * FROM report"
                            << "1|1|failed|NULL|shutdown|NULL|0|0|4000000000|4000000000|operator|deploy";
    // app was down from 4 s to the end at 10 s; its worker from 2 s to 3 s, and from 4 s on.
    QTest::newRow("node_run")
        << "SELECT * FROM node_run"
        << "1|1|1|1|4000000000|6000000000|6000000000\n1|2|2|2|3000000000|7000000000|6000000000";
    QTest::newRow("layout") << "SELECT * FROM layout"
                            << "1|1|1-3";
}

void TstRecorder::aRunFillsEveryTable()
{
    QFETCH(QString, sql);
    QFETCH(QString, rows);
    Workspace workspace;
    QCOMPARE(rowsOf(recordSmallRun(workspace), sql), rows);
}

void TstRecorder::theViewsReadWellInTheStockClient_data()
{
    QTest::addColumn<QString>("view");
    QTest::addColumn<QString>("rows");
    QTest::newRow("restarts")
        << "restarts"
        << "run|seed|seq|seconds|supervisor|child|incarnation|strategy|reason|in_window|"
           "allowed|delay_seconds\n1|7|6|2.0|app|app/pool[0]|1|one_for_one|panic:boom|1|1|0.0\n";
    QTest::newRow("escalations")
        << "escalations"
        << "run|seed|seq|seconds|supervisor|incarnation|child|reason|in_window|allowed\n"
           "1|7|10|4.0|app|1|app/pool[0]|panic:boom|2|1\n";
    QTest::newRow("downtime")
        << "downtime"
        << "run|seed|node|starts|outages|up_seconds|down_seconds|longest_outage_seconds|"
           "availability\n1|7|app|1|1|4.0|6.0|6.0|0.4\n"
           "1|7|app/pool[0]|2|2|3.0|7.0|6.0|0.3\n";
}

void TstRecorder::theViewsReadWellInTheStockClient()
{
    QFETCH(QString, view);
    QFETCH(QString, rows);
    Workspace workspace;
    const std::string path = recordSmallRun(workspace);
    QCOMPARE(stockClient(path, "SELECT * FROM " + view + " LIMIT 5"), rows);
}

void TstRecorder::theFileSaysThatItIsOurs()
{
    Workspace workspace;
    const std::string path = recordSmallRun(workspace);
    QCOMPARE(rowsOf(path, "PRAGMA application_id"), QString::number(0x44415255));
    QCOMPARE(rowsOf(path, "PRAGMA user_version"), QString("5"));
    QCOMPARE(rowsOf(path, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
                          " AND name NOT LIKE 'sqlite_%' AND NOT strict"),
             QString());
    // Beside the database nothing is left: one file is all there is to copy.
    QCOMPARE(workspace.names(), QStringList{"runs.db"});
}

void TstRecorder::referencesHold()
{
    Workspace workspace;
    QCOMPARE(rowsOf(recordSmallRun(workspace), "PRAGMA foreign_key_check"), QString());
}

void TstRecorder::thePolicyDecidesWhatIsKept_data()
{
    QTest::addColumn<QString>("policy");
    QTest::addColumn<QString>("eventsOfRuns");
    QTest::newRow("all keeps the events of every run") << "all"
                                                       << "1|14\n2|14";
    QTest::newRow("restarts keeps no events") << "restarts"
                                              << "";
    QTest::newRow("failures keeps the events of runs that failed") << "failures"
                                                                   << "1|14";
}

void TstRecorder::thePolicyDecidesWhatIsKept()
{
    QFETCH(QString, policy);
    QFETCH(QString, eventsOfRuns);
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    const Model model = synthetic::poolModel(2);
    auto recorder = must(Recorder::open(path, *recordPolicyFromText(policy.toStdString())));
    must(recorder->beginCampaign(synthetic::campaign()));
    synthetic::Run run = synthetic::smallRun(model);
    must(run.record(*recorder, synthetic::identity(1)));
    run.result.outcome = Outcome::GaveUp;
    must(run.record(*recorder, synthetic::identity(2)));
    must(recorder->finishCampaign());
    QCOMPARE(rowsOf(path, "SELECT run_id, count(*) FROM event GROUP BY run_id"), eventsOfRuns);
    QCOMPARE(rowsOf(path, "SELECT run_id, count(*) FROM restart GROUP BY run_id"), QString("1|1\n2|1"));
}

void TstRecorder::everyRestartOfALongRunIsARow()
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    const Model model = synthetic::poolModel(10);
    synthetic::Run run(model);
    run.addCycles(20'000, 3);
    run.end(run.events.back().t);
    auto recorder = must(Recorder::open(path, RecordPolicy::All));
    must(recorder->beginCampaign(synthetic::campaign()));
    must(run.record(*recorder, synthetic::identity(1)));
    must(recorder->finishCampaign());
    QCOMPARE(rowsOf(path, "SELECT count(*), count(DISTINCT seq) FROM restart"), QString("20000|20000"));
    // Both tell the same story.
    QCOMPARE(rowsOf(path,
                    "SELECT count(*) FROM restart AS r JOIN event AS e ON e.run_id = 1 AND e.kind = 'restart'"
                    " AND e.seq = r.seq AND e.t_ns = r.t_ns AND e.node = r.child AND e.reason = r.reason"
                    " WHERE r.run_id = 1 AND r.seq < 4000 AND e.seq < 4000"),
             rowsOf(path, "SELECT count(*) FROM restart WHERE seq < 4000"));
    const StoredEvents stored = must(must(Database::open(path)).events(1));
    QCOMPARE(stored.events.size(), run.events.size());
    QVERIFY(std::memcmp(stored.events.data(), run.events.data(), run.events.size() * sizeof(Event)) == 0);
}

void TstRecorder::aLongRunThatNobodyWantsKeepsNoEvents()
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    const Model model = synthetic::poolModel(2);
    synthetic::Run run(model);
    std::uint64_t random = 1;
    // Noise does not compress, so this captures more than is withheld in memory.
    for (int i = 0; i < 50'000; ++i) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        run.add({.t = i,
                 .value = static_cast<std::int64_t>(random),
                 .node = {1},
                 .incarnation = static_cast<std::uint32_t>(random >> 32),
                 .cause = {static_cast<std::uint32_t>(random >> 13)},
                 .kind = EventKind::Unmatched,
                 .a = static_cast<std::uint32_t>(random >> 7),
                 .b = static_cast<std::uint32_t>(random >> 21)});
    }
    run.end(run.events.back().t);
    auto recorder = must(Recorder::open(path, RecordPolicy::Failures, {.maxWithheldBytes = 100'000}));
    must(recorder->beginCampaign(synthetic::campaign()));
    must(run.record(*recorder, synthetic::identity(1)));
    must(recorder->finishCampaign());
    QCOMPARE(rowsOf(path, "SELECT count(*) FROM event_chunk"), QString("0"));
    // Proof that they had been written: the pages that they took are free.
    QVERIFY(rowsOf(path, "SELECT page_count * page_size > 400000 FROM pragma_page_count, pragma_page_size")
            == QString("1"));
    QCOMPARE(rowsOf(path, "SELECT outcome, events FROM run"), QString("passed|50001"));
}

void TstRecorder::placesMadeDuringARunGetRows()
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    const Model model = synthetic::poolModel(1);
    synthetic::Run run(model);
    const NodeId group = run.addNode({0}, "late", true);
    const NodeId worker = run.addNode(group, "worker", false);
    run.add({.node = worker, .incarnation = 1, .kind = EventKind::Start});
    run.add({.node = worker,
             .incarnation = 1,
             .cause = {0},
             .kind = EventKind::Restart,
             .hasReason = 1,
             .other = group});
    run.end(5);
    auto recorder = must(Recorder::open(path, RecordPolicy::All));
    must(recorder->beginCampaign(synthetic::campaign()));
    must(run.record(*recorder, synthetic::identity(1)));
    synthetic::Run plain(model);
    plain.add({.node = {1}, .incarnation = 1, .kind = EventKind::Start});
    plain.end(5);
    must(plain.record(*recorder, synthetic::identity(2)));
    must(run.record(*recorder, synthetic::identity(3)));
    must(recorder->finishCampaign());
    QCOMPARE(rowsOf(path, "SELECT id, path, kind, parent_id FROM node WHERE id > 2"),
             QString("3|app/late|supervisor|1\n4|app/late/worker|worker|3"));
    QCOMPARE(rowsOf(path, "SELECT path FROM event JOIN node ON node.id = node WHERE event.kind <> 'end' "
                          "ORDER BY run_id, seq"),
             QString("app/late/worker\napp/late/worker\napp/pool[0]\napp/late/worker\napp/late/worker"));
    QCOMPARE(
        rowsOf(path, "SELECT run.id, nodes FROM run JOIN layout ON layout.id = layout_id ORDER BY run.id"),
        QString("1|1-4\n2|1-2\n3|1-4"));
    const StoredEvents stored = must(must(Database::open(path)).events(3));
    QCOMPARE(QString::fromStdString(stored.path(worker)), QString("app/late/worker"));
    QCOMPARE(stored.parent(worker), group);
    QVERIFY(stored.isSupervisor(group) && !stored.isSupervisor(worker));
}

void TstRecorder::scenariosAndPlacesAreStoredOnce()
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    for (int i = 0; i < 3; ++i) {
        auto recorder = must(Recorder::open(path, RecordPolicy::All));
        // Another model of the same file, as with other overrides.
        const Model model = synthetic::poolModel(2 + static_cast<std::uint32_t>(i % 2));
        must(recorder->beginCampaign(synthetic::campaign()));
        must(synthetic::smallRun(model).record(*recorder, synthetic::identity(1)));
        must(recorder->finishCampaign());
    }
    QCOMPARE(rowsOf(path, "SELECT (SELECT count(*) FROM scenario), (SELECT count(*) FROM node),"
                          " (SELECT count(*) FROM layout), (SELECT count(*) FROM campaign)"),
             QString("1|4|2|3"));
}

void TstRecorder::runIdsFollowTheOrderOfWriting()
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    const Model model = synthetic::poolModel(2);
    for (const std::uint64_t first : {10, 20}) {
        auto recorder = must(Recorder::open(path, RecordPolicy::Restarts));
        must(recorder->beginCampaign(synthetic::campaign(first, first + 1)));
        for (const std::uint64_t seed : {first, first + 1})
            must(synthetic::smallRun(model).record(*recorder, synthetic::identity(seed)));
        must(recorder->finishCampaign());
    }
    QCOMPARE(rowsOf(path, "SELECT id, campaign_id, seed FROM run ORDER BY id"),
             QString("1|1|10\n2|1|11\n3|2|20\n4|2|21"));
}

void TstRecorder::capturedRunsCanBeWrittenByAnother()
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    const Model model = synthetic::poolModel(2);
    const synthetic::Run run = synthetic::smallRun(model);
    std::vector<std::unique_ptr<RunCapture>> captures;
    for (const std::uint64_t seed : {1, 2}) {
        captures.push_back(std::make_unique<RunCapture>(RecordPolicy::All));
        captures.back()->begin(model, synthetic::identity(seed));
        run.play(*captures.back());
        static_cast<void>(captures.back()->end(run.result, run, 1));
    }
    auto recorder = must(Recorder::open(path, RecordPolicy::All));
    must(recorder->beginCampaign(synthetic::campaign()));
    for (const auto &capture : captures)
        must(recorder->write(capture->captured()));
    must(recorder->finishCampaign());
    QCOMPARE(rowsOf(path, "SELECT id, seed FROM run"), QString("1|1\n2|2"));
    QCOMPARE(rowsOf(path, "SELECT run_id, count(*) FROM event GROUP BY 1"), QString("1|14\n2|14"));
}

void TstRecorder::anAbandonedRunLeavesTheOthers()
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    const Model model = synthetic::poolModel(10);
    synthetic::Run large(model);
    large.addCycles(20'000, 3);
    {
        auto recorder = must(Recorder::open(path, RecordPolicy::All));
        must(recorder->beginCampaign(synthetic::campaign()));
        must(synthetic::smallRun(model).record(*recorder, synthetic::identity(1)));
        recorder->beginRun(model, synthetic::identity(2));
        large.play(*recorder);
        recorder->beginRun(model, synthetic::identity(3));
        const synthetic::Run run = synthetic::smallRun(model);
        run.play(*recorder);
        must(recorder->endRun(run.result, run, 1));
        recorder->beginRun(model, synthetic::identity(4));
        large.play(*recorder);
    }
    QCOMPARE(rowsOf(path, "SELECT id, seed FROM run"), QString("1|1\n2|3"));
    QCOMPARE(rowsOf(path, "SELECT count(*) FROM restart"), QString("2"));
    QCOMPARE(rowsOf(path, "PRAGMA foreign_key_check"), QString());
}

void TstRecorder::anInterruptedCampaignIsFoundAgain()
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    const Model model = synthetic::poolModel(2);
    {
        auto recorder = must(Recorder::open(path, RecordPolicy::Restarts));
        must(recorder->beginCampaign(synthetic::campaign(1, 2)));
        must(synthetic::smallRun(model).record(*recorder, synthetic::identity(1)));
    }
    auto recorder = must(Recorder::open(path, RecordPolicy::Restarts));
    QVERIFY(!must(recorder->resumeCampaign(synthetic::campaign(1, 3))));
    QCOMPARE(must(recorder->resumeCampaign(synthetic::campaign(1, 2))), std::optional<std::int64_t>(1));
    const auto done = must(must(Database::open(path)).runs({.campaign = 1}));
    QCOMPARE(done.size(), std::size_t{1});
    QCOMPARE(done[0].seed, std::uint64_t{1});
    must(synthetic::smallRun(model).record(*recorder, synthetic::identity(2)));
    must(recorder->finishCampaign());
    QVERIFY(!must(recorder->resumeCampaign(synthetic::campaign(1, 2))));
    QCOMPARE(rowsOf(path, "SELECT campaign_id, seed FROM run"), QString("1|1\n1|2"));
}

void TstRecorder::aWorkerThatIsDoneIsNotDown()
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    const Model model = synthetic::poolModel(2);
    synthetic::Run run(model);
    for (const std::uint32_t worker : {1U, 2U})
        run.add({.node = {worker}, .incarnation = 1, .kind = EventKind::Started});
    run.add({.t = 5, .node = {1}, .incarnation = 1, .kind = EventKind::Exit, .hasReason = 1});
    run.add({.t = 5,
             .node = {2},
             .incarnation = 1,
             .kind = EventKind::Exit,
             .reason = ReasonKind::Killed,
             .hasReason = 1});
    run.end(20);
    auto recorder = must(Recorder::open(path, RecordPolicy::Restarts));
    must(recorder->beginCampaign(synthetic::campaign()));
    must(run.record(*recorder, synthetic::identity(1)));
    must(recorder->finishCampaign());
    QCOMPARE(rowsOf(path, "SELECT node, up_ns, down_ns FROM node_run"), QString("3|5|15"));
}

void TstRecorder::twoPlacesWithTheSamePathAreKeptApart()
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    Model model = synthetic::poolModel(0);
    const auto add = [&](NodeId parent, std::string_view id) {
        return model.nodes.add(parent, {model.texts.intern(id), ChildId::noIndex}, model.texts);
    };
    const NodeId whole = add({0}, "a/b");
    const NodeId half = add({0}, "a");
    const NodeId rest = add(half, "b");
    synthetic::Run run(model);
    for (const NodeId node : {whole, rest}) {
        run.add({.node = node, .incarnation = 1, .kind = EventKind::Started});
        run.add({.node = node,
                 .incarnation = 1,
                 .kind = EventKind::Exit,
                 .reason = ReasonKind::Panic,
                 .hasReason = 1});
    }
    run.end(20);
    auto recorder = must(Recorder::open(path, RecordPolicy::Restarts));
    must(recorder->beginCampaign(synthetic::campaign()));
    must(run.record(*recorder, synthetic::identity(1)));
    must(recorder->finishCampaign());
    QCOMPARE(rowsOf(path, "SELECT node FROM downtime ORDER BY 1"), QString("app/a/b\napp/a/b #2"));
}

QTEST_APPLESS_MAIN(TstRecorder)
#include "tst_recorder.moc"
