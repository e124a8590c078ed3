#include "simulator/scenario/finding.h"
#include "simulator/scenario/scenario.h"

#include <QTest>

using namespace daruma;

namespace {

/// conn panics at 10 s, 11 s and 12 s; its supervisor bears one restart, the root another.
constexpr const char *tree = R"toml(
[scenario]
horizon = "100s"
[supervisor.app]
max_restarts = 1
children = ["db", "web"]
[supervisor.db]
max_restarts = 0
children = ["conn"]
[worker.conn]
[worker.web]
count = 2
[worker."odd, name"]
[[fault]]
inject = "panic"
into = "conn"
every = "5s"
between = ["5s", "16s"]
[[command]]
at = "1s"
do = "start_child"
to = "app"
child = "odd, name"
)toml";

const Scenario &scenario()
{
    static const Scenario read = [] {
        auto result = readScenario(tree, "tree");
        if (!result)
            qFatal("%s", toText(result.error().front(), "tree").c_str());
        return std::move(*result);
    }();
    return read;
}

}

class TestFinding : public QObject {
    Q_OBJECT

private slots:
    void aSlotIsComputedFromTheRun_data();
    void aSlotIsComputedFromTheRun();
    void aMistakeIsToldWithItsPlace_data();
    void aMistakeIsToldWithItsPlace();
};

void TestFinding::aSlotIsComputedFromTheRun_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("plain text") << "nothing to compute"
                                << "nothing to compute";
    QTest::newRow("braces") << "{{{name(app)}}}"
                            << "{app}";
    QTest::newRow("a path") << "{path(conn)}"
                            << "app/db/conn";
    QTest::newRow("a name that needs quotes") << "{path(\"odd, name\")}"
                                              << "app/odd, name";
    QTest::newRow("the name of several is what was written") << "{name(web)}"
                                                             << "web";
    QTest::newRow("the first event of a kind") << "{first(gave_up(db))}"
                                               << "10 s";
    QTest::newRow("the last one") << "{last(gave_up(db))}"
                                  << "15 s";
    QTest::newRow("what never happened") << "{first(gave_up(web))}"
                                         << "never";
    QTest::newRow("a difference with what never happened") << "{first(gave_up(web)) - 1s}"
                                                           << "never";
    QTest::newRow("a count") << "{count(fault(conn))}"
                             << "2";
    QTest::newRow("a count by reason") << "{count(exit(conn, panic))} {count(exit(conn, killed))}"
                                       << "2 0";
    QTest::newRow("restarts") << "{restarts(conn)} {restarts(db) + 1}"
                              << "1 2";
    QTest::newRow("a sum of times") << "{last(gave_up(app)) - first(gave_up(db)) + 1m}"
                                    << "1 min 5 s";
    QTest::newRow("time in a state goes on to the horizon") << "{total(down(app))}"
                                                            << "1 min 25 s";
    QTest::newRow("a share") << "{share(up(app))}"
                             << "15.0 %";
    QTest::newRow("the longest stretch") << "{longest(up(conn))}"
                                         << "10 s";
    QTest::newRow("all of several") << "{total(up(web))}"
                                    << "15 s";
    QTest::newRow("the end") << "{end}"
                             << "15 s";
    QTest::newRow("blanks") << "{ first( gave_up( app ) ) - 5s }"
                            << "10 s";
}

void TestFinding::aSlotIsComputedFromTheRun()
{
    QFETCH(QString, text);
    QFETCH(QString, sentence);
    const auto finding = FindingSentence::parse(text.toStdString(), scenario().model);
    QVERIFY2(finding, finding ? "" : finding.error().message.c_str());
    QCOMPARE(QString::fromStdString(finding->render(scenario().model, record(scenario().model, 1))),
             sentence);
}

void TestFinding::aMistakeIsToldWithItsPlace_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("offset");
    QTest::addColumn<QString>("message");
    QTest::newRow("an open brace") << "so {name(app)" << 3 << "never closed";
    QTest::newRow("a lone closing brace") << "so }" << 3 << "closes nothing";
    QTest::newRow("an unknown function") << "{nme(app)}" << 1 << "unknown function \"nme\"";
    QTest::newRow("an unknown node") << "{name(apq)}" << 6 << "did you mean \"app\"?";
    QTest::newRow("an unknown kind") << "{first(crash(app))}" << 7 << "unknown kind of event \"crash\"";
    QTest::newRow("an unknown state") << "{share(dead(app))}" << 7 << "unknown state \"dead\"";
    QTest::newRow("an unknown reason") << "{count(exit(conn, bad))}" << 18 << "unknown reason \"bad\"";
    QTest::newRow("a reason where there is none") << "{count(start(conn, panic))}" << 18 << "take a reason";
    QTest::newRow("a time and a count") << "{end + 3}" << 1 << "add up";
    QTest::newRow("names do not add up") << "{name(app) + name(web)}" << 1 << "add up";
    QTest::newRow("something behind the value") << "{end end}" << 5 << "expected + or -";
    QTest::newRow("a number without a unit behind it") << "{end - 3x}" << 7 << "";
    QTest::newRow("a missing parenthesis") << "{first(exit(conn)}" << 17 << "expected )";
    QTest::newRow("nothing") << "{}" << 1 << "unknown function";
}

void TestFinding::aMistakeIsToldWithItsPlace()
{
    QFETCH(QString, text);
    QFETCH(int, offset);
    QFETCH(QString, message);
    const auto finding = FindingSentence::parse(text.toStdString(), scenario().model);
    QVERIFY(!finding);
    const QString found = QString::fromStdString(finding.error().message);
    QVERIFY2(!found.isEmpty() && found.contains(message), qPrintable(found));
    QVERIFY2(qAbs(int(finding.error().offset) - offset) <= 1,
             qPrintable(QString::number(finding.error().offset)));
}

QTEST_APPLESS_MAIN(TestFinding)
#include "tst_finding.moc"
