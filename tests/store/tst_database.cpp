#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/store/database.h"
#include "simulator/store/node_registry.h"
#include "simulator/store/recorder.h"
#include "simulator/store/sqlite.h"
#include "tests/store/synthetic.h"
#include "tests/store/workspace.h"
#endif

#include <QTest>

#include <cstring>

using namespace daruma;
using synthetic::must;

class TstDatabase : public QObject {
    Q_OBJECT

private slots:
    void init();
    void campaignsAreListed();
    void runsAreFiltered();
    void aRunNamesAllThatMakesItAgain();
    void theFilesOfDialectsComeBackAndAreKeptOnce();
    void aCampaignGoesOnUnderTheDialectsThatItHad();
    void theEventsComeBackAsTheyWere();
    void eventsThatWereNotRecordedAreSaidToBeMissing();
    void aMissingChunkIsSeen();
    void violationsAndReportsComeWithNames();
    void plainRowsForOtherTools();
    void anExportOverwritesNothing();
    void layoutsSurviveAsText_data();
    void layoutsSurviveAsText();
    void whatIsNoLayoutIsRefused();

private:
    std::unique_ptr<Workspace> m_workspace;
    std::string m_path;
    Model m_model = synthetic::poolModel(2);
};

/// A finished campaign of seeds 1 to 3, of which the second failed, and an unfinished one of seed 9.
void TstDatabase::init()
{
    m_workspace = std::make_unique<Workspace>();
    m_path = m_workspace->file("it's 100% (my) runs?.db");
    auto recorder = must(Recorder::open(m_path, RecordPolicy::All));
    must(recorder->beginCampaign(synthetic::campaign(1, 3)));
    synthetic::Run passed = synthetic::smallRun(m_model);
    passed.result.outcome = Outcome::Passed;
    passed.result.expectations.clear();
    must(passed.record(*recorder, synthetic::identity(1)));
    must(synthetic::smallRun(m_model).record(*recorder,
                                             {.seed = 2, .dialect = "elixir", .overrides = "a=1\nb=2"}));
    must(passed.record(*recorder, synthetic::identity(3)));
    must(recorder->finishCampaign());
    recorder = must(Recorder::open(m_path, RecordPolicy::Restarts));
    must(recorder->beginCampaign(synthetic::campaign(9, 9)));
    must(passed.record(*recorder, synthetic::identity(~std::uint64_t{0})));
}

void TstDatabase::campaignsAreListed()
{
    const auto campaigns = must(must(Database::open(m_path)).campaigns());
    QCOMPARE(campaigns.size(), std::size_t{2});
    QCOMPARE(campaigns[0].scenarioName, std::string("pool"));
    QCOMPARE(campaigns[0].lastSeed, std::uint64_t{3});
    QCOMPARE(campaigns[0].runs, std::uint64_t{3});
    QVERIFY(campaigns[0].finishedAt.has_value());
    QCOMPARE(campaigns[1].runs, std::uint64_t{1});
    QVERIFY(!campaigns[1].finishedAt.has_value());
}

void TstDatabase::runsAreFiltered()
{
    Database database = must(Database::open(m_path));
    const auto ids = [&](const RunFilter &filter) {
        QString ids;
        for (const RunRow &run : must(database.runs(filter)))
            ids += QString::number(run.id);
        return ids;
    };
    QCOMPARE(ids({}), QString("1234"));
    QCOMPARE(ids({.campaign = 2}), QString("4"));
    QCOMPARE(ids({.outcome = "failed"}), QString("2"));
    QCOMPARE(ids({.outcome = "passed", .seed = 3}), QString("3"));
    QCOMPARE(ids({.limit = 2, .offset = 1}), QString("23"));
    QCOMPARE(ids({.seed = ~std::uint64_t{0}}), QString("4"));
}

void TstDatabase::aRunNamesAllThatMakesItAgain()
{
    Database database = must(Database::open(m_path));
    const RunRow run = must(database.run(2));
    QCOMPARE(run.seed, std::uint64_t{2});
    QCOMPARE(run.dialect, std::string("elixir"));
    QCOMPARE(run.overrides, std::string("a=1\nb=2"));
    QCOMPARE(run.outcome, std::string("failed"));
    QCOMPARE(run.fingerprint, std::string("0123456789abcdeffedcba9876543210"));
    QCOMPARE(run.rulesVersion, 1U);
    QVERIFY(run.hasEvents && !must(database.run(4)).hasEvents);
    QCOMPARE(must(database.run(4)).seed, ~std::uint64_t{0});
    const ScenarioRow scenario = must(database.scenario(run.scenarioId));
    QCOMPARE(scenario.text, synthetic::campaign().scenarioText);
    QCOMPARE(scenario.fingerprint, scenarioFingerprint(scenario.text));
}

void TstDatabase::theFilesOfDialectsComeBackAndAreKeptOnce()
{
    const std::vector<DialectText> files{
        {"../theirs.toml", "theirs.toml", std::string("name = \"a\"\n\0", 12)},
        {"./ours.toml", "sub/ours.toml", "name = \"it's\""}};
    CampaignIdentity identity = synthetic::campaign(4, 4);
    identity.dialectFiles = files;
    auto recorder = must(Recorder::open(m_path, RecordPolicy::Restarts));
    must(recorder->beginCampaign(identity));
    must(recorder->finishCampaign());
    must(recorder->beginCampaign(identity));
    recorder.reset();
    Database database = must(Database::open(m_path));
    QVERIFY(must(database.dialectFiles(3)) == files);
    QVERIFY(must(database.dialectFiles(4)) == files);
    QVERIFY(must(database.dialectFiles(1)).empty());
    auto connection = must(sqlite::Connection::open(m_path, sqlite::Connection::Mode::Read, 0));
    QCOMPARE(must(connection.integer("SELECT count(*) FROM dialect")), std::int64_t{2});
}

void TstDatabase::aCampaignGoesOnUnderTheDialectsThatItHad()
{
    CampaignIdentity identity = synthetic::campaign(4, 8);
    identity.dialectFiles = {{"./ours.toml", "ours.toml", "name = \"ours\""}};
    auto recorder = must(Recorder::open(m_path, RecordPolicy::Restarts));
    const std::int64_t id = must(recorder->beginCampaign(identity));
    CampaignIdentity other = identity;
    other.dialectFiles[0].text += "\n";
    QVERIFY(!must(recorder->resumeCampaign(other)).has_value());
    other.dialectFiles.clear();
    QVERIFY(!must(recorder->resumeCampaign(other)).has_value());
    QCOMPARE(must(recorder->resumeCampaign(identity)), std::optional(id));
}

void TstDatabase::theEventsComeBackAsTheyWere()
{
    const synthetic::Run run = synthetic::smallRun(m_model);
    const StoredEvents stored = must(must(Database::open(m_path)).events(2));
    QCOMPARE(stored.events.size(), run.events.size());
    QVERIFY(std::memcmp(stored.events.data(), run.events.data(), run.events.size() * sizeof(Event)) == 0);
    QCOMPARE(stored.path({1}), std::string("app/pool[0]"));
    QCOMPARE(stored.parent({1}), NodeId{0});
    QVERIFY(!stored.parent({0}).isValid() && stored.isSupervisor({0}));
    QCOMPARE(stored.text(run.events[5].text), std::string_view("boom"));
}

void TstDatabase::eventsThatWereNotRecordedAreSaidToBeMissing()
{
    const auto events = must(Database::open(m_path)).events(4);
    QVERIFY(!events);
    QVERIFY(events.error().code == StoreErrorCode::NotFound);
    QVERIFY(events.error().message.find("no events of run 4") != std::string::npos);
}

void TstDatabase::aMissingChunkIsSeen()
{
    tamper(m_path, "UPDATE run SET events = events + 1 WHERE id = 2");
    const auto events = must(Database::open(m_path)).events(2);
    QVERIFY(!events);
    QVERIFY2(events.error().message.find("run 2: a block of events is missing") != std::string::npos,
             events.error().text().c_str());
}

void TstDatabase::violationsAndReportsComeWithNames()
{
    Database database = must(Database::open(m_path));
    QVERIFY(must(database.violations(1)).empty());
    const auto violations = must(database.violations(2));
    QCOMPARE(violations.size(), std::size_t{1});
    QCOMPARE(violations[0].expectation, std::string("the pool is up"));
    QCOMPARE(violations[0].seq, std::optional<std::int64_t>(12));
    const auto reports = must(database.reports(2));
    QCOMPARE(reports.size(), std::size_t{1});
    QCOMPARE(reports[0].path, std::string("app"));
    QCOMPARE(reports[0].state, std::string("failed"));
    QCOMPARE(reports[0].requestedBy, std::optional<std::string>("operator"));
    QVERIFY(!reports[0].phase);
}

void TstDatabase::plainRowsForOtherTools()
{
    const std::string out = m_workspace->file("it's plain.db");
    must(exportPlain(m_path, out));
    QCOMPARE(stockClient(out, "SELECT count(*), min(run_id), max(run_id) FROM event"),
             QString("count(*)|min(run_id)|max(run_id)\n42|1|3\n"));
    QCOMPARE(stockClient(out, "SELECT * FROM event WHERE run_id = 2 AND seq = 5"),
             QString("run_id|seq|t_ns|kind|node|incarnation|cause|reason|value\n"
                     "2|5|2000000000|exit|2|1||panic:boom|2000000000\n"));
    QCOMPARE(stockClient(out, "PRAGMA integrity_check; PRAGMA foreign_key_check"),
             QString("integrity_check\nok\n"));
    QVERIFY(stockClient(out, "SELECT * FROM event_chunk").contains("no such table"));
    QCOMPARE(stockClient(out, "SELECT count(*) FROM downtime"), QString("count(*)\n8\n"));
    QCOMPARE(rowsOf(out, "SELECT kind FROM event WHERE run_id = 2 AND seq = 5"), QString("exit"));
    const auto opened = Database::open(out);
    QVERIFY(!opened);
    QVERIFY2(opened.error().text().find("`daruma query` and any SQLite tool read it") != std::string::npos,
             opened.error().text().c_str());
    QCOMPARE(rowsOf(m_path, "SELECT count(*) FROM event_chunk"), QString("3"));
}

void TstDatabase::anExportOverwritesNothing()
{
    const auto exported = exportPlain(m_path, m_path);
    QVERIFY(!exported);
    QVERIFY(exported.error().message.find("exists already") != std::string::npos);
    QVERIFY(!exportPlain(m_path, m_workspace->file("no/such/folder.db")));
}

void TstDatabase::layoutsSurviveAsText_data()
{
    QTest::addColumn<std::vector<std::int64_t>>("nodes");
    QTest::addColumn<QString>("text");
    using Nodes = std::vector<std::int64_t>;
    QTest::newRow("no place") << Nodes{} << "";
    QTest::newRow("one") << Nodes{5} << "5";
    QTest::newRow("a range") << Nodes{1, 2, 3} << "1-3";
    QTest::newRow("ranges and single ones") << Nodes{1, 2, 9, 4, 5, 6, 3} << "1-2 9 4-6 3";
    QTest::newRow("one twice") << Nodes{1, 1} << "1 1";
}

void TstDatabase::layoutsSurviveAsText()
{
    QFETCH(std::vector<std::int64_t>, nodes);
    QFETCH(QString, text);
    QCOMPARE(QString::fromStdString(layoutText(nodes)), text);
    QCOMPARE(layoutFromText(text.toStdString()), std::optional(nodes));
}

void TstDatabase::whatIsNoLayoutIsRefused()
{
    for (const char *text :
         {"-", "x", "1-", "3-1", "1,2", "1--2", "-1", "1-99999999999999", "99999999999999999999"})
        QVERIFY2(!layoutFromText(text), text);
}

QTEST_APPLESS_MAIN(TstDatabase)
#include "tst_database.moc"
