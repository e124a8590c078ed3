#ifndef Q_MOC_RUN  // moc cannot read <compare>
#include "simulator/analysis/causes.h"
#include "tests/analysis/running.h"
#endif

#include <QTest>

using namespace daruma;

namespace {

/// `fault 2s`, `exit conn#2 14s`: what a cause is, where it struck and when.
QString causeText(const Ran &ran, const OccurredCause &one)
{
    const Event &event = ran.run.events[one.event.value];
    return QString::fromStdString(
        std::string(toText(event.kind)) + " " + ran.run.nodes.name(event.node, ran.run.texts) + "#"
        + std::to_string(event.incarnation) + " " + std::to_string(event.t / 1'000'000) + "ms");
}

QStringList texts(const Ran &ran, const std::vector<OccurredCause> &causes)
{
    QStringList list;
    for (const OccurredCause &one : causes)
        list << causeText(ran, one);
    return list;
}

CauseProof proofOf(const Ran &ran, FailureTrials::Budget budget = {})
{
    const auto failures = failuresOf(ran.model(), ran.run);
    return failures.empty() ? CauseProof{}
                            : proveCauses(ran.model(), ran.scenario.model.seed, failures.front(), budget);
}

const char *const threeKills = R"(
[supervisor.app]
max_restarts = 1
within = "5s"
children = ["a", "b"]
[worker.a]
[worker.b]
[[fault]]
name = "early"
inject = "kill"
into = "a"
at = "1s"
[[fault]]
name = "first"
inject = "kill"
into = "a"
at = "20s"
[[fault]]
name = "second"
inject = "kill"
into = "b"
at = "22s"
[[fault]]
name = "too late"
inject = "kill"
into = "a"
at = "1m"
)";

}

class TestCauseProofs : public QObject {
    Q_OBJECT

private slots:
    void whatRunsWithAllItsCausesIsTheSameRun();
    void theCausesAreWhatSufficesAndIsNeeded();
    void aFailureThatIsBuiltInNeedsNoCause();
    void whatAnOutageBringsAboutIsNoCauseOfItsOwn();
    void lifetimesAndStartsThatFailAreCauses();
    void aStartThatHangsIsACause();
    void whatIsNewInAChangedRunDoesNotCount();
    void otherSetsThatSufficeAreNamed();
    void fewerCausesThanTheTraceNamesAreFound();
    void delaysAndCommandsAreTakenAsAWhole();
    void theGiveUpPathBelongsToTheFailure();
    void aSpentBudgetIsSaid();
};

void TestCauseProofs::whatRunsWithAllItsCausesIsTheSameRun()
{
    const Ran ran(threeKills);
    std::vector<OccurredCause> all;
    std::vector<Cause> kept;
    Simulation simulation(ran.model());
    simulation.run(1, nullptr, {nullptr, &all});
    for (const OccurredCause &one : all)
        kept.push_back(one.cause);
    std::sort(kept.begin(), kept.end());
    // The last kill meets nothing, and so is no cause.
    QCOMPARE(all.size(), std::size_t{3});
    const RunResult whole = simulation.run(1);
    QCOMPARE(toText(simulation.run(1, nullptr, {nullptr, nullptr}).fingerprint), toText(whole.fingerprint));
    const RunResult again = simulation.run(1, nullptr, {&kept, nullptr});
    QCOMPARE(again.events + 1, whole.events);
    QCOMPARE(toText(simulation.run(1).fingerprint), toText(whole.fingerprint));
}

void TestCauseProofs::theCausesAreWhatSufficesAndIsNeeded()
{
    const Ran ran(threeKills);
    const CauseProof proof = proofOf(ran);
    QCOMPARE(texts(ran, proof.causes), QStringList({"fault a#2 20000ms", "fault b#1 22000ms"}));
    QVERIFY(proof.isProven && proof.isSmallest && proof.areOthersComplete && proof.isNoReturnEarliest);
    QCOMPARE(proof.isDecisive, std::vector<bool>({true, true}));
    QVERIFY(proof.others.empty());
    QCOMPARE(proof.noReturn, proof.causes.back().event);
    QCOMPARE(proof.failure.signature.path, std::vector<std::string>{"app"});
}

void TestCauseProofs::aFailureThatIsBuiltInNeedsNoCause()
{
    const Ran ran("[supervisor.app]\nchildren = [\"a\", \"b\"]\n[worker.a]\nneeds = [\"b\"]\n[worker.b]\n"
                  "lifetime = \"1s\"\n");
    const CauseProof proof = proofOf(ran);
    QVERIFY(proof.isProven && proof.isSmallest);
    QVERIFY(proof.causes.empty());
    QVERIFY(!proof.noReturn.isValid());
}

void TestCauseProofs::whatAnOutageBringsAboutIsNoCauseOfItsOwn()
{
    const char *const outage = "[supervisor.app]\nmax_restarts = 3\nchildren = [\"db\"]\n[worker.db]\n"
                               "[[fault]]\ninject = \"outage\"\ninto = \"db\"\nat = \"10s\"\nlasts = "
                               "\"30s\"\n%1\n";
    for (const char *behaviour : {"", "behaviour = { lifetime = \"200ms\" }"}) {
        const Ran ran(QString(outage).arg(behaviour).toStdString().c_str());
        const CauseProof proof = proofOf(ran);
        QCOMPARE(texts(ran, proof.all), QStringList{"fault db#1 10000ms"});
        QCOMPARE(texts(ran, proof.causes), QStringList{"fault db#1 10000ms"});
        QVERIFY(proof.isProven);
    }
}

void TestCauseProofs::lifetimesAndStartsThatFailAreCauses()
{
    const Ran ran("[supervisor.app]\nmax_restarts = 2\nchildren = [\"w\"]\n[worker.w]\nlifetime = [\"1s\", "
                  "\"500ms\", \"500ms\", \"never\"]\ninit_result = [\"ok\", \"error\", \"ok\"]\n");
    const CauseProof proof = proofOf(ran);
    QCOMPARE(texts(ran, proof.causes),
             QStringList({"exit w#1 1000ms", "init_failed w#2 1000ms", "exit w#3 1500ms"}));
    QVERIFY(proof.isProven && proof.isSmallest);
}

void TestCauseProofs::aStartThatHangsIsACause()
{
    const Ran ran("[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\ninit_result = \"hang\"\n[[expect]]\n"
                  "name = \"comes up\"\neventually = \"up(app)\"\nwithin = \"1m\"\n");
    const CauseProof proof = proofOf(ran);
    QCOMPARE(texts(ran, proof.causes), QStringList{"start w#1 0ms"});
    QVERIFY(proof.isProven);
}

void TestCauseProofs::whatIsNewInAChangedRunDoesNotCount()
{
    // Without the kill of `a` its first life would end by itself a little later, and lead to the same end.
    const Ran ran("[supervisor.app]\nmax_restarts = 0\nchildren = [\"a\"]\n[worker.a]\nlifetime = \"11s\"\n"
                  "[[fault]]\ninject = \"kill\"\ninto = \"a\"\nat = \"10s\"\n");
    const CauseProof proof = proofOf(ran);
    QCOMPARE(texts(ran, proof.causes), QStringList{"fault a#1 10000ms"});
    QVERIFY(proof.isProven);
    QCOMPARE(proof.isDecisive, std::vector<bool>{true});
}

void TestCauseProofs::otherSetsThatSufficeAreNamed()
{
    const Ran ran("[supervisor.app]\nmax_restarts = 9\nchildren = [\"a\", \"b\"]\n[worker.a]\n[worker.b]\n"
                  "[[fault]]\ninject = \"kill\"\ninto = \"a\"\nat = \"1s\"\n"
                  "[[fault]]\ninject = \"kill\"\ninto = \"b\"\nat = \"2s\"\n"
                  "[[expect]]\nname = \"calm\"\nfinally = \"restarts(a) + restarts(b) == 0\"\n");
    const CauseProof proof = proofOf(ran);
    QVERIFY(proof.isProven && proof.isSmallest && proof.areOthersComplete);
    QCOMPARE(proof.causes.size(), std::size_t{1});
    QCOMPARE(proof.isDecisive, std::vector<bool>{false});
    QCOMPARE(proof.others.size(), std::size_t{1});
    QVERIFY(texts(ran, proof.others.front()) != texts(ran, proof.causes));
    QCOMPARE(texts(ran, {proof.all.front()}), QStringList{"fault a#1 1000ms"});
    QCOMPARE(proof.noReturn, proof.all.front().event);
}

void TestCauseProofs::fewerCausesThanTheTraceNamesAreFound()
{
    // Two kills wear the limit out; the shutdown of the operator alone takes the root down as well.
    const Ran ran("[supervisor.app]\nmax_restarts = 1\nchildren = [\"a\"]\n[worker.a]\n"
                  "[[fault]]\ninject = \"kill\"\ninto = \"a\"\nat = \"1s\"\n"
                  "[[fault]]\ninject = \"kill\"\ninto = \"a\"\nat = \"2s\"\n"
                  "[[fault]]\ninject = \"outage\"\ninto = \"a\"\nat = \"1500ms\"\nlasts = \"1s\"\n"
                  "[[expect]]\nname = \"lives\"\nfinally = \"up(app)\"\n");
    const CauseProof proof = proofOf(ran);
    QVERIFY(proof.isProven && proof.isSmallest);
    QCOMPARE(texts(ran, proof.causes), QStringList{"fault a#2 1500ms"});
}

void TestCauseProofs::delaysAndCommandsAreTakenAsAWhole()
{
    const Ran ran("[scenario]\nhorizon = \"1m\"\n[supervisor.app]\nchildren = [\"a\", \"b\"]\n[worker.a]\n"
                  "[worker.b]\n"
                  "[[fault]]\ninject = \"delay\"\ninto = \"a\"\non = \"init\"\nby = \"2s\"\n"
                  "[[command]]\nat = \"9s\"\ndo = \"terminate_child\"\nto = \"app\"\nchild = \"a\"\n"
                  "[[command]]\nat = \"10s\"\ndo = \"restart_child\"\nto = \"app\"\nchild = \"a\"\n"
                  "[[expect]]\nname = \"quick\"\nwhenever = \"incarnation(a) == 2\"\neventually = "
                  "\"up(a)\"\nwithin = \"1s\"\n");
    const CauseProof proof = proofOf(ran);
    QCOMPARE(texts(ran, proof.causes),
             QStringList({"fault a#1 0ms", "command app#1 9000ms", "command app#1 10000ms"}));
    QVERIFY(proof.isProven && proof.isSmallest);
}

void TestCauseProofs::theGiveUpPathBelongsToTheFailure()
{
    const Ran ran("[supervisor.app]\nmax_restarts = 0\nchildren = [\"x\", \"y\"]\n[supervisor.x]\n"
                  "max_restarts = 0\nchildren = [\"a\"]\n[supervisor.y]\nmax_restarts = 0\nchildren = "
                  "[\"b\"]\n[worker.a]\n[worker.b]\n"
                  "[[fault]]\ninject = \"kill\"\ninto = \"b\"\nat = \"3s\"\n"
                  "[[fault]]\ninject = \"kill\"\ninto = \"a\"\nat = \"2s\"\n");
    const CauseProof proof = proofOf(ran);
    QCOMPARE(proof.failure.signature.path, std::vector<std::string>({"x", "app"}));
    QCOMPARE(texts(ran, proof.causes), QStringList{"fault a#1 2000ms"});
}

void TestCauseProofs::aSpentBudgetIsSaid()
{
    const Ran ran(threeKills);
    for (std::uint64_t runs = 0; runs < 4; ++runs) {
        const CauseProof proof = proofOf(ran, {runs, 1'000'000});
        QVERIFY(!proof.isProven && !proof.isSmallest && !proof.isNoReturnEarliest);
        QVERIFY(proof.runs <= runs);
    }
    QVERIFY(proofOf(ran, {1'000, 1'000'000}).isProven);
    QVERIFY(!proofOf(ran, {1'000, 30}).isProven);
}

QTEST_APPLESS_MAIN(TestCauseProofs)
#include "tst_cause_proofs.moc"
