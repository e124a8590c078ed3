#include "resources/resources.h"
#include "simulator/kernel/simulation.h"
#include "simulator/scenario/finding.h"
#include "simulator/scenario/scenario.h"

#include <QElapsedTimer>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

using namespace daruma;

namespace {

QString qt(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

const Resource *shipped(const QString &name)
{
    for (const Resource &resource : shippedScenarios())
        if (qt(resource.name) == name)
            return &resource;
    return nullptr;
}

Scenario read(const QString &name, const std::vector<Override> &overrides = {})
{
    const Resource *resource = shipped(name);
    auto scenario =
        readScenario(std::string(resource->content), std::string(resource->name) + ".toml", overrides);
    if (!scenario)
        qFatal("%s", toText(scenario.error().front(), resource->name).c_str());
    return std::move(*scenario);
}

void addShippedRows()
{
    QTest::addColumn<QString>("name");
    for (const Resource &resource : shippedScenarios())
        QTest::newRow(std::string(resource.name).c_str()) << qt(resource.name);
}

QString failures(const RunResult &result)
{
    QStringList lines;
    for (const ExpectationResult &expectation : result.expectations)
        if (!expectation.passed)
            lines << qt(expectation.message);
    for (const InvariantViolation &violation : result.invariants)
        lines << qt(violation.name + ": " + violation.message);
    return lines.join('\n');
}

QByteArray findingOf(const Scenario &scenario)
{
    const auto sentence = FindingSentence::parse(scenario.finding, scenario.model);
    if (!sentence)
        return QByteArray::fromStdString(sentence.error().message);
    return QByteArray::fromStdString(
        sentence->render(scenario.model, record(scenario.model, scenario.model.seed)));
}

bool gaveUp(const Scenario &scenario, std::string_view path)
{
    const Recording run = record(scenario.model, scenario.model.seed);
    return std::any_of(run.events.begin(), run.events.end(), [&](const Event &event) {
        return event.kind == EventKind::GaveUp && run.path(event.node) == path;
    });
}

using Plant = void (*)(Rules &);

}
Q_DECLARE_METATYPE(Plant)

class TestShipped : public QObject {
    Q_OBJECT

private slots:
    void thereAreSome();
    void everyOneReadsWithoutAWarning_data() { addShippedRows(); }
    void everyOneReadsWithoutAWarning();
    void everyOneMeetsItsExpectations_data() { addShippedRows(); }
    void everyOneMeetsItsExpectations();
    void everyExpectationCanFail_data() { addShippedRows(); }
    void everyExpectationCanFail();
    void everyOneIsQuick_data() { addShippedRows(); }
    void everyOneIsQuick();
    void everyOneSaysWhereItComesFrom_data() { addShippedRows(); }
    void everyOneSaysWhereItComesFrom();
    void theFindingsAreAsRecorded();
    void everyPlantedDefectIsCaught_data();
    void everyPlantedDefectIsCaught();
    void theRemediesInTheCommentsWork_data();
    void theRemediesInTheCommentsWork();
};

void TestShipped::thereAreSome()
{
    QVERIFY(shippedScenarios().size() >= 7);
}

void TestShipped::everyOneReadsWithoutAWarning()
{
    QFETCH(QString, name);
    const Resource *resource = shipped(name);
    const auto scenario = readScenario(std::string(resource->content), name.toStdString() + ".toml");
    if (!scenario)
        QFAIL(toText(scenario.error().front(), resource->name).c_str());
    if (!scenario->warnings.empty())
        QFAIL(toText(scenario->warnings.front(), resource->name).c_str());
    QVERIFY(scenario->model.expectations.size() >= 2);
}

void TestShipped::everyOneMeetsItsExpectations()
{
    QFETCH(QString, name);
    const Scenario scenario = read(name);
    const Recording run = record(scenario.model, scenario.model.seed);
    QCOMPARE(failures(run.result), QString());
    QVERIFY(!run.result.hasFailed());
    QVERIFY(run.result.events > 10);
}

void TestShipped::everyExpectationCanFail()
{
    // With nothing happening at all, whatever is said about the incident must be missed by someone.
    QFETCH(QString, name);
    Scenario scenario = read(name);
    scenario.model.faults.clear();
    for (WorkerDefinition &worker : scenario.model.workers)
        worker.behaviour.lifetime = Distribution::never();
    QVERIFY(record(scenario.model, scenario.model.seed).result.hasFailed());
}

void TestShipped::everyOneIsQuick()
{
    QFETCH(QString, name);
    const Scenario scenario = read(name);
    QElapsedTimer timer;
    timer.start();
    record(scenario.model, scenario.model.seed);
    QVERIFY2(timer.elapsed() < 100, qPrintable(QStringLiteral("%1 ms").arg(timer.elapsed())));
}

void TestShipped::everyOneSaysWhereItComesFrom()
{
    QFETCH(QString, name);
    static const QRegularExpression codes(QStringLiteral("\\([A-G]\\d+( [A-G]\\d+)*\\)$"));
    QVERIFY(codes.match(qt(read(name).about)).hasMatch());
}

void TestShipped::theFindingsAreAsRecorded()
{
    QByteArray findings;
    for (const Resource &resource : shippedScenarios())
        findings += QByteArray::fromStdString(std::string(resource.name)) + ": "
                    + findingOf(read(qt(resource.name))) + '\n';
    QFile golden(QStringLiteral(DARUMA_SOURCE_DIR "/tests/scenarios/findings.txt"));
    if (qEnvironmentVariableIntValue("DARUMA_UPDATE_GOLDEN") == 1) {
        QVERIFY(golden.open(QIODevice::WriteOnly));
        golden.write(findings);
        return;
    }
    QVERIFY(golden.open(QIODevice::ReadOnly));
    const QList<QByteArray> expected = golden.readAll().split('\n');
    const QList<QByteArray> lines = findings.split('\n');
    for (qsizetype i = 0; i < qMax(lines.size(), expected.size()); ++i)
        QVERIFY2(lines.value(i) == expected.value(i), lines.value(i) + "\nexpected: " + expected.value(i)
                                                          + "\n(DARUMA_UPDATE_GOLDEN=1 updates it)");
}

void TestShipped::everyPlantedDefectIsCaught_data()
{
    QTest::addColumn<Plant>("plant");
    QTest::newRow("restart-forgotten")
        << Plant([](Rules &rules) { rules.seenExits = SeenExits::AllButPanics; });
    QTest::newRow("limit-off-by-one") << Plant([](Rules &rules) { rules.tripTest = TripTest::At; });
    QTest::newRow("stop-order") << Plant([](Rules &rules) { rules.stopOrder = StopOrder::StartOrder; });
    QTest::newRow("orphan-left") << Plant(
        [](Rules &rules) { rules.childrenAtGiveUp = ChildrenAtGiveUp::LeftAlone; });
}

void TestShipped::everyPlantedDefectIsCaught()
{
    QFETCH(Plant, plant);
    Scenario scenario = read(QStringLiteral("control-must-fail"));
    for (SupervisorDefinition &supervisor : scenario.model.supervisors)
        plant(supervisor.flags.rules);
    const Recording run = record(scenario.model, scenario.model.seed);
    QVERIFY(run.result.hasFailed());
    // The scenario itself notices, also where no invariant looks.
    QVERIFY(std::any_of(run.result.expectations.begin(), run.result.expectations.end(),
                        [](const ExpectationResult &result) { return !result.passed; }));
}

void TestShipped::theRemediesInTheCommentsWork_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("isGivenUp");
    QTest::newRow("a delay of 5 s is too short") << "db-outage-30s-delayed"
                                                 << "worker.conn.backoff"
                                                 << "5s"
                                                 << "app" << true;
    QTest::newRow("a delay of 6 s outlives the window") << "db-outage-30s-delayed"
                                                        << "worker.conn.backoff"
                                                        << "6s"
                                                        << "app" << false;
    QTest::newRow("a budget of four bears four crashes") << "root-default-budget"
                                                         << "supervisor.app.max_restarts"
                                                         << "4"
                                                         << "app" << false;
    QTest::newRow("below the blind band the root gives up") << "nested-defaults-blind-band"
                                                            << "worker.worker.lifetime"
                                                            << "400ms"
                                                            << "app" << true;
    QTest::newRow("at its lower edge it does not") << "nested-defaults-blind-band"
                                                   << "worker.worker.lifetime"
                                                   << "500ms"
                                                   << "app" << false;
    QTest::newRow("inside it the inner supervisor gives up") << "nested-defaults-blind-band"
                                                             << "worker.worker.lifetime"
                                                             << "1990ms"
                                                             << "app/sup" << true;
    QTest::newRow("above it nobody gives up") << "nested-defaults-blind-band"
                                              << "worker.worker.lifetime"
                                              << "2s"
                                              << "app/sup" << false;
}

void TestShipped::theRemediesInTheCommentsWork()
{
    QFETCH(QString, name);
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, path);
    QFETCH(bool, isGivenUp);
    const Scenario scenario = read(name, {{key.toStdString(), value.toStdString()}});
    QCOMPARE(gaveUp(scenario, path.toStdString()), isGivenUp);
}

QTEST_APPLESS_MAIN(TestShipped)
#include "tst_shipped.moc"
