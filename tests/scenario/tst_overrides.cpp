#include "tests/scenario/reading.h"

#include <QTest>

using namespace daruma;
using namespace daruma::test;

namespace {

const std::string text = R"toml([supervisor.app]
children = ["db", "a.b", "pool"]

[worker.db]
backoff = "1s"

[worker."a.b"]

[worker.pool]
count = 3

[[fault]]
name = "db goes away"
inject = "panic"
into = "db"
at = "1m"

[[fault]]
name = 'Störung "eins" = schlimm'
inject = "panic"
into = "pool[2]"
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
    void aSettingEndsItsKeyAtTheFirstEqualsOutsideOfQuotes();
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
    QTest::newRow("a quote in quotes") << "fault.\"Störung \\\"eins\\\" = schlimm\".at"
                                       << "2m";
    QTest::newRow("quotes of the other kind") << "fault.'Störung \"eins\" = schlimm'.at"
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
    QTest::newRow("a table without its kind")
        << "db.lifetime"
        << "1s"
        << "--set db.lifetime: a scenario has no `db`\n"
           "    db.lifetime=1s\n    ^\n    did you mean worker.db.lifetime?\n";
    QTest::newRow("a misspelt table without its kind")
        << "pol.lifetime"
        << "1s"
        << "--set pol.lifetime: a scenario has no `pol`\n"
           "    pol.lifetime=1s\n    ^\n    did you mean worker.pool.lifetime?\n";
    QTest::newRow("a fault without its kind")
        << "\"db goes away\".at"
        << "1s"
        << "--set \"db goes away\".at: a scenario has no `db goes away`\n"
           "    \"db goes away\".at=1s\n    ^\n    did you mean fault.\"db goes away\".at?\n";
    QTest::newRow("a key without its table")
        << "max_restarts"
        << "3"
        << "--set max_restarts: a scenario has no `max_restarts`\n"
           "    max_restarts=3\n    ^\n    did you mean supervisor.app.max_restarts?\n";
    QTest::newRow("a key of the scenario without its table")
        << "horizon"
        << "3h"
        << "--set horizon: a scenario has no `horizon`\n"
           "    horizon=3h\n    ^\n    did you mean scenario.horizon?\n";
    QTest::newRow("something else")
        << "frobnicate.it"
        << "3"
        << "--set frobnicate.it: a scenario has no `frobnicate`\n    frobnicate.it=3\n    ^\n"
           "    keys are scenario.KEY, supervisor.NAME.KEY, worker.NAME.KEY, fault.\"NAME\".KEY and "
           "expect.\"NAME\".KEY\n";
    QTest::newRow("one place of many")
        << "worker.pool[2].lifetime"
        << "1s"
        << "--set worker.pool[2].lifetime: the scenario has no worker \"pool[2]\"\n"
           "    worker.pool[2].lifetime=1s\n    ^\n    \"pool[2]\" is a place made from [worker.pool], whose "
           "places have all keys in common: worker.pool.lifetime\n";
    QTest::newRow("a supervisor as a worker")
        << "worker.app.max_restarts"
        << "3"
        << "--set worker.app.max_restarts: the scenario has no worker \"app\"\n"
           "    worker.app.max_restarts=3\n    ^\n    did you mean supervisor.app.max_restarts?\n";
    QTest::newRow("a worker that is not there")
        << "worker.zebra.lifetime"
        << "3s"
        << "--set worker.zebra.lifetime: the scenario has no worker \"zebra\"\n"
           "    worker.zebra.lifetime=3s\n    ^\n    there is worker.db, worker.\"a.b\", worker.pool\n";
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
           "    a part is empty, or its quotes are not closed; keys are such as supervisor.app.max_restarts "
           "or "
           "fault.\"db goes away\".at\n";
}

void Overrides::mistakesAreToldWithTheirOverride()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, message);
    QCOMPARE(problemsOf(text, {{key.toStdString(), value.toStdString()}}), message);
}

void Overrides::aSettingEndsItsKeyAtTheFirstEqualsOutsideOfQuotes()
{
    const auto keyOf = [](std::string_view setting) {
        const auto override = parseOverride(setting);
        return override ? override->key : std::string("none");
    };
    QCOMPARE(keyOf("worker.db.init_result=a=b"), std::string("worker.db.init_result"));
    QCOMPARE(keyOf("fault.\"a=b\".at=2m"), std::string("fault.\"a=b\".at"));
    QCOMPARE(keyOf("fault.\"a\\\"=b\".at=2m"), std::string("fault.\"a\\\"=b\".at"));
    QCOMPARE(keyOf("fault.\"a.at=2m"), std::string("fault.\"a.at"));
    QCOMPARE(keyOf("worker.it's.at='2m'"), std::string("worker.it's.at"));
    QCOMPARE(keyOf("=2m"), std::string("none"));
    QCOMPARE(keyOf("worker.db"), std::string("none"));
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
