#include "tests/analysis/running.h"

#ifndef Q_MOC_RUN
#include "simulator/analysis/log_lines.h"
#include "simulator/kernel/duration_text.h"
#endif

using namespace daruma;

namespace {

/// `1s DEBUG app child terminated, child=a reason=Abnormal`; the field `supervisor` is that in front.
QString logOf(const Scenario &scenario, std::uint64_t seed)
{
    const Recording run = record(scenario.model, seed);
    QString text;
    for (const LogLine &line : logLinesOf(scenario, run)) {
        text += QString::fromStdString(toText(Duration::nanoseconds(line.t))) + " "
                + QString::fromLatin1(toText(line.level).data()).toUpper() + " "
                + QString::fromStdString(run.path(line.supervisor)) + " "
                + QString::fromStdString(line.message);
        QString fields;
        for (const LogField &field : line.fields) {
            const QString value = QString::fromStdString(field.value);
            const QString name = QString::fromLatin1(field.name.data(), qsizetype(field.name.size()));
            if (name != "supervisor" || value != run.nodes.name(line.supervisor, run.texts).c_str())
                fields += " " + name + "=" + value;
        }
        text += (fields.isEmpty() ? "" : ",") + fields + "\n";
    }
    return text;
}

QString logOf(const QString &scenario, std::uint64_t seed = 1)
{
    const auto read = readScenario(scenario.toStdString(), "test.toml");
    if (!read)
        qFatal("%s", toText(read.error().front(), "test.toml").c_str());
    return logOf(*read, seed);
}

QString roster(const QString &app, const QString &rest)
{
    return "[scenario]\ndialect = \"ash-flare\"\nhorizon = \"1m\"\n[supervisor.app]\n" + app + rest;
}

QString loop(const QString &worker, const QString &rest = {})
{
    return "[scenario]\ndialect = \"processmanager\"\nhorizon = \"1m\"\n[supervisor.app]\n"
           "children = [\"a\"]\n[worker.a]\n"
           + worker + rest;
}

QString fails(const QString &into, const QString &at, const QString &reason = "error")
{
    return "[[fault]]\ninject = \"exit\"\ninto = \"" + into + "\"\nreason = \"" + reason + "\"\nat = \"" + at
           + "\"\n";
}

QString strikes(const QString &what, const QString &into, const QString &at)
{
    return "[[fault]]\ninject = \"" + what + "\"\ninto = \"" + into + "\"\nat = \"" + at + "\"\n";
}

QString command(const QString &what, const QString &at, const QString &more = {})
{
    return "[[command]]\ndo = \"" + what + "\"\nto = \"app\"\nat = \"" + at + "\"\n" + more;
}

const QString three = "children = [\"a\", \"b\", \"c\"]\n[worker.a]\n[worker.b]\n[worker.c]\n";

}  // namespace

class TestLogLines : public QObject {
    Q_OBJECT

private slots:
    void ashFlareWritesToTheLetterOf_data();
    void ashFlareWritesToTheLetterOf();
    void processmanagerWritesToTheLetterOf_data();
    void processmanagerWritesToTheLetterOf();
    void everySupervisorWritesAsItsOwnDialectDoes();
    void aDialectThatSaysNothingOfItWritesNothing();
    void linesStandInTheOrderOfTheEvents();
};

void TestLogLines::ashFlareWritesToTheLetterOf_data()
{
    QTest::addColumn<QString>("scenario");
    QTest::addColumn<QString>("log");
    QTest::newRow("a restart, and too many")
        << roster("max_restarts = 1\n" + three, fails("b", "1s") + fails("b", "2s"))
        << "1s DEBUG app child terminated, child=b reason=Abnormal\n"
           "1s DEBUG app restarting worker, worker=b\n"
           "1s DEBUG app worker restarted, worker=b\n"
           "2s DEBUG app child terminated, child=b reason=Abnormal\n"
           "2s ERROR app restart intensity exceeded, shutting down\n"
           "2s DEBUG app shut down child, child=a\n"
           "2s DEBUG app shut down child, child=b\n"
           "2s DEBUG app shut down child, child=c\n";
    QTest::newRow("one_for_all") << roster("strategy = \"one_for_all\"\n" + three, fails("b", "1s", "normal"))
                                 << "1s DEBUG app child terminated, child=b reason=Normal\n"
                                    "1s DEBUG app restarting all children (one_for_all)\n"
                                    "1s DEBUG app child restarted, child=a\n"
                                    "1s DEBUG app child restarted, child=b\n"
                                    "1s DEBUG app child restarted, child=c\n";
    QTest::newRow("rest_for_one, at the position that a child has by then")
        << roster("strategy = \"rest_for_one\"\n" + three,
                  command("terminate_child", "1s", "child = \"a\"\n") + fails("b", "2s"))
        << "1s DEBUG app terminated child, child=a\n"
           "2s DEBUG app child terminated, child=b reason=Abnormal\n"
           "2s DEBUG app restarting from position (rest_for_one), position=0\n"
           "2s DEBUG app child restarted, child=b\n"
           "2s DEBUG app child restarted, child=c\n";
    QTest::newRow("those that are not restarted")
        << roster("children = [\"t\", \"n\"]\n[worker.t]\nrestart = \"temporary\"\n"
                  "[worker.n]\nrestart = \"transient\"\n",
                  fails("t", "1s") + fails("n", "2s", "normal"))
        << "1s DEBUG app child terminated, child=t reason=Abnormal\n"
           "1s DEBUG app not restarting child, child=t policy=Temporary reason=Abnormal\n"
           "2s DEBUG app child terminated, child=n reason=Normal\n"
           "2s DEBUG app not restarting child, child=n policy=Transient reason=Normal\n";
    QTest::newRow("a panic, which nobody sees, and a shutdown that is done with the dead one too")
        << roster(three, strikes("panic", "b", "1s") + command("shutdown", "2s")
                             + "[[fault]]\ninject = \"delay\"\ninto = \"c\"\non = \"exit_signal\"\n"
                               "by = \"50ms\"\n")
        << "2s DEBUG app shut down child, child=a\n"
           "2s DEBUG app shut down child, child=b\n"
           "2s50ms DEBUG app shut down child, child=c\n";
    QTest::newRow("children that come while it runs")
        << roster("children = []\n[worker.w]\n", command("start_child", "1s", "child = \"w\"\n")
                                                     + command("start_child", "2s", "child = \"w\"\n")
                                                     + fails("w", "3s") + command("shutdown", "4s"))
        << "1s DEBUG app dynamically started child, child=w\n"
           "3s DEBUG app child terminated, child=w reason=Abnormal\n"
           "3s DEBUG app restarting worker, worker=w\n"
           "3s DEBUG app worker restarted, worker=w\n"
           "4s DEBUG app shut down child, child=w\n";
    const QString linked = "child = \"%1\"\ntimeout = \"2500ms\"\n";
    QTest::newRow("linked starts, and the end that a failed one posts besides")
        << roster("children = []\n[worker.u]\ninit_time = \"1s\"\n[worker.e]\ninit_result = \"error:no "
                  "license\"\n"
                  "[worker.p]\ninit_result = \"panic\"\n[worker.h]\ninit_result = \"hang\"\n",
                  command("start_child_linked", "1s", linked.arg("u"))
                      + command("start_child_linked", "3s", linked.arg("e"))
                      + command("start_child_linked", "4s", linked.arg("p"))
                      + command("start_child_linked", "5s", linked.arg("h")) + command("shutdown", "10s"))
        << "2s DEBUG app linked child started successfully, child=u\n"
           "3s ERROR app linked child initialization failed, child=e reason=no license\n"
           "3s DEBUG app child terminated, child=e reason=Abnormal\n"
           "3s WARN app terminated child not found in list, child=e\n"
           "4s ERROR app linked child panicked during initialization, child=p\n"
           "7s500ms ERROR app linked child initialization timed out, child=h timeout_secs=2\n"
           "10s DEBUG app shut down child, child=u\n";
    QTest::newRow("a nested supervisor, asked and not awaited, and what it writes itself")
        << roster("children = [\"a\", \"sub\", \"b\"]\n",
                  "[worker.a]\n[worker.b]\n[supervisor.sub]\nchildren = [\"x\"]\n[worker.x]\n"
                      + fails("x", "1s") + command("shutdown", "2s"))
        << "1s DEBUG app/sub child terminated, child=x reason=Abnormal\n"
           "1s DEBUG app/sub restarting worker, worker=x\n"
           "1s DEBUG app/sub worker restarted, worker=x\n"
           "2s DEBUG app shut down child, child=a\n"
           "2s DEBUG app shut down child, child=sub\n"
           "2s DEBUG app shut down child, child=b\n"
           "2s DEBUG app/sub shut down child, child=x\n";
    QTest::newRow("a nested supervisor that is restarted for the child of its id")
        << roster("children = [\"sub\", \"second\"]\n",
                  "[supervisor.sub]\nid = \"db\"\nchildren = []\n[worker.second]\nid = \"db\"\n"
                      + fails("second", "1s"))
        << "1s DEBUG app child terminated, child=db reason=Abnormal\n"
           "1s DEBUG app restarting supervisor, child_supervisor=db\n"
           "1s DEBUG app supervisor restarted, child_supervisor=db\n";
    QTest::newRow("one that is struck down says nothing, and its parent neither")
        << roster("children = [\"sub\"]\n",
                  "[supervisor.sub]\nchildren = [\"x\"]\n[worker.x]\n" + strikes("panic", "sub", "1s"))
        << "";
}

void TestLogLines::ashFlareWritesToTheLetterOf()
{
    QFETCH(QString, scenario);
    QFETCH(QString, log);
    QCOMPARE(logOf(scenario), log);
}

void TestLogLines::processmanagerWritesToTheLetterOf_data()
{
    QTest::addColumn<QString>("scenario");
    QTest::addColumn<QString>("log");
    const QString begin = "WARN app Child failed; restarting after backoff: Internal { message: \"";
    QTest::newRow("errors, after longer and longer delays")
        << loop("lifetime = [\"1s\", \"1s\", \"1s\", \"1s\", \"never\"]\nexit_reason = \"error:out of "
                "\\\"ink\\\"\"\n")
        << "1s " + begin + "out of \\\"ink\\\"\" }, child=a failures=1 backoff=200ms\n" + "2s200ms " + begin
               + "out of \\\"ink\\\"\" }, child=a failures=2 backoff=400ms\n" + "3s600ms " + begin
               + "out of \\\"ink\\\"\" }, child=a failures=3 backoff=800ms\n" + "5s400ms " + begin
               + "out of \\\"ink\\\"\" }, child=a failures=4 backoff=1.6s\n";
    QTest::newRow("a panic with a text")
        << loop("", "[[fault]]\ninject = \"exit\"\nreason = \"panic:lost\"\ninto = \"a\"\nat = \"1s\"\n")
        << "1s " + begin
               + "restart supervisor child `a` join failure: task 1 panicked with message \\\"lost\\\"\" }, "
                 "child=a "
                 "failures=1 backoff=200ms\n";
    QTest::newRow("a panic without one, and an abort")
        << loop("", strikes("panic", "a", "1s") + strikes("kill", "a", "2s"))
        << "1s " + begin
               + "restart supervisor child `a` join failure: task 1 panicked\" }, child=a failures=1 "
                 "backoff=200ms\n2s "
               + begin
               + "restart supervisor child `a` join failure: task 2 was cancelled\" }, child=a failures=2 "
                 "backoff=400ms\n";
    QTest::newRow("a success, a shutdown")
        << loop("lifetime = \"5s\"\nexit_reason = \"normal\"\n", command("shutdown", "1s")) << "";
    QTest::newRow("a nested supervisor, whose name is that of its type")
        << "[scenario]\ndialect = \"processmanager\"\nhorizon = \"1m\"\n[supervisor.app]\nchildren = "
           "[\"in\"]\n"
           "[supervisor.in]\nchildren = [\"a\"]\n[worker.a]\n"
               + strikes("panic", "in", "1s")
        << "1s " + begin
               + "restart supervisor child `RestartSupervisor` join failure: task 1 panicked\" }, "
                 "child=RestartSupervisor failures=1 backoff=200ms\n";
}

void TestLogLines::processmanagerWritesToTheLetterOf()
{
    QFETCH(QString, scenario);
    QFETCH(QString, log);
    QCOMPARE(logOf(scenario), log);
}

void TestLogLines::everySupervisorWritesAsItsOwnDialectDoes()
{
    QCOMPARE(logOf("[supervisor.app]\nchildren = [\"flare\", \"plain\"]\n"
                   "[supervisor.flare]\ndialect = \"ash-flare\"\nchildren = [\"a\"]\n[worker.a]\n"
                   "[supervisor.plain]\nchildren = [\"b\"]\n[worker.b]\n"
                   + fails("a", "1s") + fails("b", "2s")),
             QString("1s DEBUG app/flare child terminated, child=a reason=Abnormal\n"
                     "1s DEBUG app/flare restarting worker, worker=a\n"
                     "1s DEBUG app/flare worker restarted, worker=a\n"));
}

void TestLogLines::aDialectThatSaysNothingOfItWritesNothing()
{
    QCOMPARE(logOf("[supervisor.app]\nchildren = [\"a\"]\n[worker.a]\n" + fails("a", "1s")), QString());
}

void TestLogLines::linesStandInTheOrderOfTheEvents()
{
    const auto read = readScenario(roster("strategy = \"one_for_all\"\nmax_restarts = 1000\n" + three,
                                          "[[fault]]\ninject = \"exit\"\nreason = \"error\"\n"
                                          "into = \"app/*\"\n"
                                          "every = \"exp(2s)\"\n")
                                       .toStdString(),
                                   "test.toml");
    QVERIFY(read.has_value());
    const Recording run = record(read->model, 1);
    const std::vector<LogLine> lines = logLinesOf(*read, run);
    QVERIFY2(lines.size() > 50, qPrintable(logOf(*read, 1)));
    for (std::size_t i = 1; i < lines.size(); ++i) {
        QVERIFY(lines[i - 1].event <= lines[i].event);
        QCOMPARE(lines[i].t, run.events[lines[i].event].t);
    }
}

QTEST_APPLESS_MAIN(TestLogLines)
#include "tst_log_lines.moc"
