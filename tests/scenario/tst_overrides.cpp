#include "tests/scenario/reading.h"

#include <QTest>

using namespace daruma;
using namespace daruma::test;

namespace {

const std::string text = R"toml([supervisor.app]
children = ["db", "a.b"]

[worker.db]
backoff = "1s"

[worker."a.b"]

[[fault]]
name = "db goes away"
inject = "panic"
into = "db"
at = "1m"

[[expect]]
name = "it lives"
always = "up(app)"
)toml";

}

class Overrides : public QObject {
    Q_OBJECT

private slots:
    void valuesAreTomlOrText_data();
    void valuesAreTomlOrText();
    void mistakesAreToldWithTheirOverride_data();
    void mistakesAreToldWithTheirOverride();
    void laterOnesWin();
    void keysWithDotsStandInQuotes();
    void aTableCanBeWrittenKeyByKey();
};

void Overrides::valuesAreTomlOrText_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::newRow("a number") << "supervisor.app.max_restarts"
                              << "3";
    QTest::newRow("a text without quotes") << "scenario.horizon"
                                           << "5m";
    QTest::newRow("a text with quotes") << "scenario.horizon"
                                        << "\"5m\"";
    QTest::newRow("a list") << "worker.db.init_result"
                            << "[\"ok\", \"error\"]";
    QTest::newRow("a table") << "worker.db.exit_reason"
                             << "{ normal = 0.5 }";
    QTest::newRow("a distribution") << "worker.db.lifetime"
                                    << "exp(1h)";
    QTest::newRow("a key of a fault") << "fault.\"db goes away\".at"
                                      << "2m";
    QTest::newRow("a key of an expectation") << "expect.\"it lives\".from"
                                             << "2m";
    QTest::newRow("true without quotes") << "worker.db.significant"
                                         << "false";
}

void Overrides::valuesAreTomlOrText()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    QCOMPARE(problemsOf(text, {{key.toStdString(), value.toStdString()}}), QString());
}

void Overrides::mistakesAreToldWithTheirOverride_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("message");
    QTest::newRow("an unknown table") << "worker.dbb.lifetime"
                                      << "1s"
                                      << "--set worker.dbb.lifetime: the scenario has no worker \"dbb\"\n"
                                         "    worker.dbb.lifetime=1s\n    ^\n    did you mean \"db\"?\n";
    QTest::newRow("an unknown key")
        << "worker.db.lifetme"
        << "1s"
        << "--set worker.db.lifetme: unknown key `lifetme` in [worker.db]\n"
           "    worker.db.lifetme=1s\n              ^\n    did you mean `lifetime`?\n";
    QTest::newRow("a bad value") << "worker.db.lifetime"
                                 << "[]"
                                 << "--set worker.db.lifetime: `lifetime`: a list has an entry for the first "
                                    "incarnation at least\n"
                                    "    worker.db.lifetime=[]\n                       ^\n";
    QTest::newRow("an unknown kind") << "workers.db.lifetime"
                                     << "1s"
                                     << "--set workers.db.lifetime: a scenario has no `workers`\n"
                                        "    workers.db.lifetime=1s\n    ^\n    did you mean \"worker\"?\n";
    QTest::newRow("an unknown fault")
        << "fault.\"db goes\".at"
        << "1s"
        << "--set fault.\"db goes\".at: the scenario has no fault named \"db goes\"\n"
           "    fault.\"db goes\".at=1s\n    ^\n    did you mean \"db goes away\"?\n";
    QTest::newRow("a table without a key") << "worker.db"
                                           << "1s"
                                           << "--set worker.db: a key is missing behind \"worker.db\"\n"
                                              "    worker.db=1s\n    ^\n";
    QTest::newRow("a quote that is not closed")
        << "fault.\"db.at"
        << "1s"
        << "--set fault.\"db.at: \"fault.\"db.at\" is no key of a scenario\n    fault.\"db.at=1s\n    ^\n"
           "    such as supervisor.app.max_restarts, scenario.horizon or fault.\"NAME\".at\n";
}

void Overrides::mistakesAreToldWithTheirOverride()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, message);
    QCOMPARE(problemsOf(text, {{key.toStdString(), value.toStdString()}}), message);
}

void Overrides::laterOnesWin()
{
    const auto scenario = readScenario(text, "x.toml", {{"scenario.seed", "3"}, {"scenario.seed", "4"}});
    QVERIFY(scenario.has_value());
    QCOMPARE(scenario->model.seed, 4u);
}

void Overrides::keysWithDotsStandInQuotes()
{
    const auto scenario = readScenario(text, "x.toml", {{"worker.\"a.b\".restart", "temporary"}});
    QVERIFY(scenario.has_value());
    QCOMPARE(int(scenario->model.workers[1].spec.restart), int(RestartType::Temporary));
    QVERIFY(problemsOf(text, {{"worker.a.b.restart", "temporary"}}).contains("has no worker \"a\""));
}

void Overrides::aTableCanBeWrittenKeyByKey()
{
    const auto scenario =
        readScenario(text, "x.toml", {{"worker.db.backoff.first", "2s"}, {"worker.db.backoff.factor", "3"}});
    QVERIFY(scenario.has_value());
    const BackoffSpec &backoff = scenario->model.supervisors[0].flags.backoffs.at(0);
    QVERIFY(backoff.first == Duration::seconds(2));
    QCOMPARE(backoff.factorThousandths, 3000u);
}

QTEST_APPLESS_MAIN(Overrides)
#include "tst_overrides.moc"
