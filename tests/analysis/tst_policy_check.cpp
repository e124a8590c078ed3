#include "resources/resources.h"
#include "simulator/analysis/policy_check.h"

#include <QFile>
#include <QTest>

using namespace daruma;

namespace {

Scenario read(const QString &text)
{
    auto scenario = readScenario(text.toStdString(), "tree");
    if (!scenario)
        qFatal("%s", toText(scenario.error().front(), "tree").c_str());
    return std::move(*scenario);
}

/// `NAME at LINE CONTENT` for each finding of that severity.
QStringList found(const QString &text, PolicyFinding::Severity severity)
{
    const QStringList lines = text.split('\n');
    QStringList found;
    for (const PolicyFinding &finding : checkPolicies(read(text)))
        if (finding.severity == severity)
            found << QStringLiteral("%1 at %2")
                         .arg(QString::fromUtf8(finding.check.data(), qsizetype(finding.check.size())),
                              lines.value(finding.line - 1));
    return found;
}

QString onlyMessage(const QString &text, const QString &check)
{
    for (const PolicyFinding &finding : checkPolicies(read(text)))
        if (finding.check == check.toStdString())
            return QString::fromStdString(finding.message);
    return {};
}

/// A supervisor with two workers; what is given goes into their tables.
QString pair(const QString &supervisor, const QString &first, const QString &rest = {})
{
    return "[supervisor.app]\nchildren = [\"a\", \"b\"]\n" + supervisor + "\n[worker.a]\n" + first
           + "\n[worker.b]\n" + rest;
}

/// A supervisor below the root.
QString nested(const QString &inner, const QString &worker = {}, const QString &root = {})
{
    return "[supervisor.app]\nchildren = [\"sup\", \"web\"]\n" + root
           + "\n[supervisor.sup]\nchildren = [\"w\"]\n" + inner + "\n[worker.w]\n" + worker
           + "\n[worker.web]\n";
}

/// The same under the rules of a dialect.
QString under(const QString &dialect, const QString &tree)
{
    return "[scenario]\ndialect = \"" + dialect + "\"\n" + tree;
}

QString flat(int workers, int maxRestarts)
{
    return QStringLiteral("[supervisor.app]\nmax_restarts = %1\nchildren = [\"w\"]\n[worker.w]\ncount = %2\n")
        .arg(maxRestarts)
        .arg(workers);
}

}

class TestPolicyCheck : public QObject {
    Q_OBJECT

private slots:
    void aCheckFindsWhatItIsFor_data();
    void aCheckFindsWhatItIsFor();
    void aCheckIsSilentWhereNothingIsWrong_data();
    void aCheckIsSilentWhereNothingIsWrong();
    void whatMayBeMeantSoIsANote_data();
    void whatMayBeMeantSoIsANote();
    void saneTreesHaveNoFindings_data();
    void saneTreesHaveNoFindings();
    void messagesHoldTheNumbers();
    void everyCheckIsExplainedInTheHelp();
    void everyCheckIsTested();
};

void TestPolicyCheck::aCheckFindsWhatItIsFor_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("finding");
    const auto row = [](const char *name, const QString &text, const char *finding) {
        QTest::newRow(name) << text << QString::fromUtf8(finding);
    };
    row("a delay as long as the widest window", pair("max_restarts = 1", "backoff = \"6s\""),
        "limit-cannot-trip at backoff = \"6s\"");
    row("delays that add up to it",
        pair("max_restarts = 3", "backoff = { first = \"1s\", factor = 2, cap = \"30s\" }"),
        "limit-cannot-trip at backoff = { first = \"1s\", factor = 2, cap = \"30s\" }");
    row("a delay and a start that add up to it",
        pair("max_restarts = 1", "backoff = \"5s\"\ninit_time = \"1s\""),
        "limit-cannot-trip at backoff = \"5s\"");
    row("three starts of two seconds", pair("max_restarts = 3", "init_time = \"2s\""),
        "start-outlasts-window at init_time = \"2s\"");
    row("nine services under the limit of the root", flat(9, 3), "few-deaths-kill-root at max_restarts = 3");
    row("no restart below the root", pair("max_restarts = 0", ""), "no-restart-allowed at max_restarts = 0");
    row("a crash inside the blind band",
        nested("max_restarts = 3", "lifetime = \"600ms\"", "max_restarts = 3"),
        "failure-stays-below at lifetime = \"600ms\"");
    row("a transient supervisor", nested("restart = \"transient\""),
        "transient-supervisor at restart = \"transient\"");
    row("a start as long as a call may take", pair("max_restarts = 1", "init_time = \"uniform(1s, 5s)\""),
        "start-blocks-siblings at init_time = \"uniform(1s, 5s)\"");
    row("a start that hangs at its second attempt", pair("", "init_result = [\"ok\", \"hang\"]"),
        "start-can-hang at init_result = [\"ok\", \"hang\"]");
    row("endless time for a child that never stops",
        pair("", "shutdown = \"infinity\"\nstop_time = \"never\""),
        "stop-can-hang at shutdown = \"infinity\"");
    row("two stops of four seconds in a grace of seven",
        pair("", "stop_time = \"4s\"",
             "stop_time = \"4s\"\n[[command]]\nat = \"1s\"\ndo = \"shutdown\"\n"
             "to = \"app\"\ngrace = \"7s\""),
        "stop-outlasts-grace at grace = \"7s\"");
    row("a supervisor killed before its child has stopped", nested("shutdown = \"1s\"", "stop_time = \"2s\""),
        "stop-leaves-orphans at shutdown = \"1s\"");
    row("a supervisor that stops all with the first failure", under("processmanager-manager", pair("", "")),
        "no-restart-allowed at [supervisor.app]");
    row("a supervisor that never kills",
        under("processmanager", "[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\nstop_time = \"never\"\n"),
        "stop-can-hang at [worker.w]");
    row("a supervisor killed at once", nested("shutdown = \"brutal_kill\"", "stop_time = \"2s\""),
        "stop-leaves-orphans at shutdown = \"brutal_kill\"");
}

void TestPolicyCheck::aCheckFindsWhatItIsFor()
{
    QFETCH(QString, text);
    QFETCH(QString, finding);
    QCOMPARE(found(text, PolicyFinding::Severity::Finding), QStringList{finding});
}

void TestPolicyCheck::aCheckIsSilentWhereNothingIsWrong_data()
{
    QTest::addColumn<QString>("text");
    const auto row = [](const char *name, const QString &text) { QTest::newRow(name) << text; };
    row("a delay of the nominal window still counts, since both ends do", pair("", "backoff = \"5s\""));
    row("a delay of a child that is never restarted", pair("", "backoff = \"9s\"\nrestart = \"temporary\""));
    row("three starts of less than two seconds", pair("max_restarts = 3", "init_time = \"1999ms\""));
    row("as many deaths as most of the services", flat(7, 3));
    row("siblings of one_for_all, whose deaths count once",
        "[supervisor.app]\nstrategy = \"one_for_all\"\nchildren = [\"w\"]\n[worker.w]\ncount = 9\n");
    row("no restart above children that need none",
        pair("max_restarts = 0", "restart = \"temporary\"", "restart = \"transient\""));
    row("a crash that is too fast for the blind band",
        nested("max_restarts = 3", "lifetime = \"499ms\"", "max_restarts = 3"));
    row("a crash that is too slow for it",
        nested("max_restarts = 3", "lifetime = \"2s\"", "max_restarts = 3"));
    row("a transient supervisor whose end shuts its parent down",
        nested("restart = \"transient\"\nsignificant = true", "", "auto_shutdown = \"any_significant\""));
    row("a slow start without siblings",
        "[supervisor.app]\nchildren = [\"w\"]\nmax_restarts = 1\n[worker.w]\ninit_time = \"5s\"\n");
    row("endless time for a child that stops", pair("", "shutdown = \"infinity\"\nstop_time = \"1s\""));
    row("a child that never stops and is killed", pair("", "stop_time = \"never\""));
    row("two stops of four seconds in a grace of eight",
        pair("", "stop_time = \"4s\"",
             "stop_time = \"4s\"\n[[command]]\nat = \"1s\"\ndo = \"shutdown\"\n"
             "to = \"app\"\ngrace = \"8s\""));
    row("a supervisor with enough time", nested("shutdown = \"2s\"", "stop_time = \"2s\""));
    row("a transient supervisor that never starts at all",
        under("tokio-supervisor", nested("restart = \"transient\"")));
    row("a transient supervisor that does not end when its limit is reached",
        under("ash-flare", nested("restart = \"transient\"")));
    row("two stops of four seconds at the same moment in a grace of seven",
        under("systemd", pair("", "stop_time = \"4s\"",
                              "stop_time = \"4s\"\n[[command]]\nat = \"1s\"\ndo = \"shutdown\"\n"
                              "to = \"app\"\ngrace = \"7s\"")));
    row("a slow start that nobody waits for", under("suture", pair("", "init_time = \"9s\"")));
    row("a child that is aborted, however long it would take",
        under("ash-flare", pair("", "stop_time = \"never\"")));
    row("a finding that can be computed", "[scenario]\nfinding = \"{name(app)} is up\"\n" + pair("", ""));
}

void TestPolicyCheck::aCheckIsSilentWhereNothingIsWrong()
{
    QFETCH(QString, text);
    QCOMPARE(found(text, PolicyFinding::Severity::Finding), QStringList());
}

void TestPolicyCheck::whatMayBeMeantSoIsANote_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("note");
    QTest::newRow("half of the workers") << flat(2, 1) << "few-deaths-kill-root at max_restarts = 1";
    QTest::newRow("a nested limit of 0 that hands crashes up")
        << nested("max_restarts = 0") << "no-restart-allowed at max_restarts = 0";
    QTest::newRow("nested default limits")
        << nested("max_restarts = 1") << "failure-stays-below at max_restarts = 1";
    QTest::newRow("a stop longer than what Kubernetes grants")
        << pair("", "stop_time = \"31s\"\nshutdown = \"1m\"") << "stop-outlasts-grace at [supervisor.app]";
}

void TestPolicyCheck::whatMayBeMeantSoIsANote()
{
    QFETCH(QString, text);
    QFETCH(QString, note);
    QCOMPARE(found(text, PolicyFinding::Severity::Finding), QStringList());
    const QStringList notes = found(text, PolicyFinding::Severity::Note);
    QVERIFY2(notes.contains(note), qPrintable(notes.join('\n')));
}

void TestPolicyCheck::saneTreesHaveNoFindings_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing but defaults") << pair("", "");
    QTest::newRow("a web application") << QStringLiteral(R"toml(
[supervisor.app]
max_restarts = 10
within = "1m"
children = ["repo", "endpoint", "jobs", "telemetry"]
[supervisor.jobs]
strategy = "rest_for_one"
max_restarts = 5
within = "10s"
children = ["queue", "runner"]
[supervisor.endpoint]
children = ["acceptor"]
strategy = "simple_one_for_one"
[worker.repo]
init_time = "uniform(100ms, 300ms)"
lifetime = "exp(1d)"
stop_time = "2s"
[worker.queue]
init_time = "50ms"
[worker.runner]
count = 4
restart = "transient"
stop_time = "exp(1s)"
[worker.acceptor]
restart = "temporary"
[worker.telemetry]
[[command]]
at = "30m"
do = "shutdown"
to = "app"
grace = "30s"
)toml");
}

void TestPolicyCheck::saneTreesHaveNoFindings()
{
    QFETCH(QString, text);
    QCOMPARE(found(text, PolicyFinding::Severity::Finding), QStringList());
}

void TestPolicyCheck::messagesHoldTheNumbers()
{
    QCOMPARE(
        onlyMessage(flat(9, 3), "few-deaths-kill-root"),
        QStringLiteral("4 of 9 workers that die at the same moment, each only once, make app give up, and "
                       "everything with it: its limit is 3 restarts in 5 s, for all children together "
                       "(w[0], w[1], w[2] and w[3])"));
    QCOMPARE(onlyMessage(pair("max_restarts = 3", "backoff = \"2s\""), "limit-cannot-trip"),
             QStringLiteral(
                 "a can fail for ever and app never gives up: with its delays, 4 failures take at least "
                 "6 s, longer than the window of 5 s"));
    QCOMPARE(
        onlyMessage(under("systemd", pair("", "stop_time = \"40s\"", "stop_time = \"50s\"")),
                    "stop-outlasts-grace"),
        QStringLiteral("to stop app takes up to 50 s, its children all at once; what runs it may kill it "
                       "earlier (Kubernetes after 30 s)"));
    QCOMPARE(
        onlyMessage(nested("max_restarts = 3", "", "max_restarts = 3"), "failure-stays-below"),
        QStringLiteral("a child of sup that fails between 500 ms and 2 s after each start makes sup give up "
                       "again and again, and app never notices"));
}

void TestPolicyCheck::everyCheckIsExplainedInTheHelp()
{
    QFile help(QStringLiteral(DARUMA_SOURCE_DIR "/resources/help/checks.md"));
    QVERIFY(help.open(QIODevice::ReadOnly));
    const QString text = QString::fromUtf8(help.readAll());
    for (const PolicyCheck &check : policyChecks()) {
        const auto name = QString::fromUtf8(check.name.data(), qsizetype(check.name.size()));
        QVERIFY2(text.contains("## `" + name + "`"), qPrintable(name));
    }
}

void TestPolicyCheck::everyCheckIsTested()
{
    QFile self(QStringLiteral(DARUMA_SOURCE_DIR "/tests/analysis/tst_policy_check.cpp"));
    QVERIFY(self.open(QIODevice::ReadOnly));
    const QString text = QString::fromUtf8(self.readAll());
    for (const PolicyCheck &check : policyChecks()) {
        const auto name = QString::fromUtf8(check.name.data(), qsizetype(check.name.size()));
        QVERIFY2(text.contains('"' + name + " at "), qPrintable(name));
    }
}

QTEST_APPLESS_MAIN(TestPolicyCheck)
#include "tst_policy_check.moc"
