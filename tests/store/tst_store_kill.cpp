#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/store/database.h"
#include "simulator/store/recorder.h"
#include "tests/store/synthetic.h"
#include "tests/store/workspace.h"
#endif

#include <QTest>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace daruma;
using synthetic::must;

class TstStoreKill : public QObject {
    Q_OBJECT

private slots:
    void aKilledRecorderLeavesWholeRuns();
    void aCampaignGoesOnAsLongAsItsProcessDoes();
    void aCampaignHasOneWriterAtATime();
    void whoLostItsCampaignWritesNothingMore();
    void aCampaignIsRecordedInOneWay();
};

namespace {

/// Records small and large runs until it is killed.
[[noreturn]] void recordForEver(const std::string &path)
{
    const Model model = synthetic::poolModel(10);
    const synthetic::Run small = synthetic::smallRun(model);
    synthetic::Run large(model);
    large.addCycles(5'000, 3);
    large.end(large.events.back().t);
    auto recorder = must(Recorder::open(path, RecordPolicy::All));
    must(recorder->beginCampaign(synthetic::campaign()));
    for (std::uint64_t seed = 1;; ++seed) {
        must((seed % 8 == 0 ? large : small).record(*recorder, synthetic::identity(seed)));
        if (seed % 16 == 0)
            must(recorder->commit());
    }
}

}

void TstStoreKill::aKilledRecorderLeavesWholeRuns()
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    int grown = 0;
    QString before = "0";
    for (int round = 0; round < 40; ++round) {
        const pid_t child = fork();
        QVERIFY(child >= 0);
        if (child == 0)
            recordForEver(path);
        usleep(static_cast<useconds_t>(1'000 + round * 7'919 % 60'000));
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        QVERIFY(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        if (!workspace.names().contains("runs.db"))
            continue;
        auto database = Database::open(path);
        if (!database) {
            // Killed before there was a table.
            QVERIFY2(database.error().message.find("is empty") != std::string::npos,
                     database.error().text().c_str());
            continue;
        }
        const QString runs = rowsOf(path, "SELECT count(*) FROM run");
        grown += runs != before;
        before = runs;
    }
    QVERIFY2(grown > 10, std::to_string(grown).c_str());
    for (const CampaignRow &campaign : must(must(Database::open(path)).campaigns()))
        QCOMPARE(campaign.state, CampaignState::Interrupted);
    must(must(Database::open(path)).check());
    QCOMPARE(rowsOf(path, "PRAGMA foreign_key_check"), QString());
    QCOMPARE(rowsOf(path, "SELECT count(*) FROM run WHERE events <>"
                          " (SELECT sum(events) FROM event_chunk WHERE run_id = run.id)"
                          " OR restarts <> (SELECT count(*) FROM restart WHERE run_id = run.id)"),
             QString("0"));
    QCOMPARE(rowsOf(path, "SELECT count(*) FROM event_chunk WHERE run_id NOT IN (SELECT id FROM run)"),
             QString("0"));
    QCOMPARE(rowsOf(path, "SELECT count(*) FROM restart WHERE run_id NOT IN (SELECT id FROM run)"),
             QString("0"));
}

void TstStoreKill::aCampaignGoesOnAsLongAsItsProcessDoes()
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    const auto state = [&path] { return must(must(Database::open(path)).campaigns()).back().state; };
    auto recorder = must(Recorder::open(path, RecordPolicy::All));
    must(recorder->beginCampaign(synthetic::campaign()));
    QCOMPARE(state(), CampaignState::Running);
    must(recorder->finishCampaign());
    QCOMPARE(state(), CampaignState::Finished);
    must(recorder->beginCampaign(synthetic::campaign()));
    recorder.reset();
    QCOMPARE(state(), CampaignState::Interrupted);
    recorder = must(Recorder::open(path, RecordPolicy::All));
    must(recorder->resumeCampaign(synthetic::campaign()));
    QCOMPARE(state(), CampaignState::Running);
}

void TstStoreKill::aCampaignHasOneWriterAtATime()
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    const pid_t child = fork();
    QVERIFY(child >= 0);
    if (child == 0)
        recordForEver(path);
    QTRY_VERIFY_WITH_TIMEOUT(rowsOf(path, "SELECT count(*) > 10 FROM run") == "1", 20'000);
    auto recorder = must(Recorder::open(path, RecordPolicy::All));
    const auto refused = recorder->resumeCampaign(synthetic::campaign());
    ::kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, StoreErrorCode::Locked);
    const std::string told = "process " + std::to_string(child) + " still records campaign 1";
    QVERIFY2(refused.error().message.find(told) != std::string::npos, refused.error().message.c_str());
    recorder = must(Recorder::open(path, RecordPolicy::All));
    QCOMPARE(must(recorder->resumeCampaign(synthetic::campaign())), std::optional<std::int64_t>(1));
}

void TstStoreKill::whoLostItsCampaignWritesNothingMore()
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    const Model model = synthetic::poolModel(2);
    auto recorder = must(Recorder::open(path, RecordPolicy::All));
    must(recorder->beginCampaign(synthetic::campaign(1, 3)));
    must(synthetic::smallRun(model).record(*recorder, synthetic::identity(1)));
    must(recorder->commit());
    // As if a process of another machine had resumed it.
    tamper(path, "UPDATE campaign SET writer = '7 7', host = 'elsewhere'");
    const auto lost = synthetic::smallRun(model).record(*recorder, synthetic::identity(2));
    QVERIFY(!lost);
    QCOMPARE(lost.error().code, StoreErrorCode::Locked);
    QVERIFY2(lost.error().message.find("process 7 of elsewhere") != std::string::npos,
             lost.error().message.c_str());
    recorder.reset();
    QCOMPARE(rowsOf(path, "SELECT seed FROM run"), QString("1"));
    QCOMPARE(rowsOf(path, "SELECT writer, host FROM campaign"), QString("7 7|elsewhere"));
    // Nobody can see whether that one lives: who resumes takes over.
    recorder = must(Recorder::open(path, RecordPolicy::All));
    QCOMPARE(must(recorder->resumeCampaign(synthetic::campaign(1, 3))), std::optional<std::int64_t>(1));
    QCOMPARE(must(must(Database::open(path)).campaigns()).back().state, CampaignState::Running);
    must(synthetic::smallRun(model).record(*recorder, synthetic::identity(2)));
    must(recorder->finishCampaign());
    QCOMPARE(rowsOf(path, "SELECT seed FROM run"), QString("1\n2"));
}

void TstStoreKill::aCampaignIsRecordedInOneWay()
{
    Workspace workspace;
    const std::string path = workspace.file("runs.db");
    must(must(Recorder::open(path, RecordPolicy::Restarts))->beginCampaign(synthetic::campaign()));
    auto other = must(Recorder::open(path, RecordPolicy::All));
    const auto refused = other->resumeCampaign(synthetic::campaign());
    QVERIFY(!refused);
    QVERIFY2(refused.error().text().find("campaign 1 records `restarts`") != std::string::npos,
             refused.error().text().c_str());
    auto same = must(Recorder::open(path, RecordPolicy::Restarts));
    QCOMPARE(must(same->resumeCampaign(synthetic::campaign())), std::optional<std::int64_t>(1));
    QCOMPARE(must(must(Database::open(path)).campaigns()).front().record,
             std::optional<std::string>("restarts"));
}

QTEST_APPLESS_MAIN(TstStoreKill)
#include "tst_store_kill.moc"
