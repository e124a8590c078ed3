#ifndef Q_MOC_RUN
#include "simulator/kernel/simulation.h"
#include "simulator/scenario/dialect.h"
#include "simulator/scenario/scenario.h"
#endif

#include "resources/resources.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace daruma;

namespace {

const QString folder = QStringLiteral(DARUMA_SOURCE_DIR "/scenarios/dialects");

QString textOf(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

/// What of the scenario does not hold under a dialect.
QStringList failuresOf(const QString &name, const QString &dialect)
{
    QFile file(folder + "/" + name + ".toml");
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no scenario %s", qPrintable(file.fileName()));
    const auto scenario =
        readScenario(file.readAll().toStdString(), file.fileName().toStdString(), {}, dialect.toStdString());
    if (!scenario)
        return {textOf(toText(scenario.error().front(), name.toStdString()))};
    const Recording recording = record(scenario->model, 1);
    QStringList failures;
    for (const ExpectationResult &expectation : recording.result.expectations)
        if (!expectation.passed)
            failures << textOf(expectation.message);
    for (const InvariantViolation &violation : recording.result.invariants)
        failures << "invariant: " + textOf(violation.name) + ": " + textOf(violation.message);
    return failures;
}

void addDefectRows()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QString>("defect");
    QTest::addColumn<QString>("scenario");
    Dialects known;
    for (const Resource &resource : dialects()) {
        std::vector<Problem> problems;
        const Dialect *dialect = known.find(std::string(resource.name), problems);
        if (!dialect)
            qFatal("%s", toText(problems.front(), resource.name).c_str());
        for (const DialectDefect &defect : dialect->defects)
            if (!defect.scenario.empty())
                QTest::newRow((dialect->name + ": " + defect.name).c_str())
                    << textOf(dialect->name) << textOf(defect.name) << textOf(defect.scenario);
    }
}

}  // namespace

/// Every defect that a dialect copies has a scenario whose expectations say what users believe: it fails
/// under the dialect, and holds where this one defect is mended.
class TestDefects : public QObject {
    Q_OBJECT

private slots:
    void theScenarioShowsTheDefect_data() { addDefectRows(); }
    void theScenarioShowsTheDefect()
    {
        QFETCH(QString, dialect);
        QFETCH(QString, scenario);
        const QStringList failures = failuresOf(scenario, dialect);
        QVERIFY(!failures.isEmpty());
        for (const QString &failure : failures)
            QVERIFY2(!failure.startsWith("invariant"), qPrintable(failure));
    }

    void theScenarioIsCleanWithoutTheDefect_data() { addDefectRows(); }
    void theScenarioIsCleanWithoutTheDefect()
    {
        QFETCH(QString, dialect);
        QFETCH(QString, defect);
        QFETCH(QString, scenario);
        QCOMPARE(failuresOf(scenario, dialect + ":corrected:" + defect).join('\n'), QString());
        QCOMPARE(failuresOf(scenario, dialect + ":corrected").join('\n'), QString());
    }

    void everyScenarioBelongsToADefectOrHoldsInADialectWithout()
    {
        QStringList named;
        Dialects known;
        for (const Resource &resource : dialects()) {
            std::vector<Problem> problems;
            const Dialect *dialect = known.find(std::string(resource.name), problems);
            for (const DialectDefect &defect : dialect->defects)
                named << textOf(defect.scenario) + ".toml";
            const QString name = textOf(resource.name);
            const QStringList own = QDir(folder).entryList({name + "-*.toml"});
            for (const QString &file : dialect->defects.empty() ? own : QStringList()) {
                QCOMPARE(failuresOf(file.chopped(5), name).join('\n'), QString());
                named << file;
            }
        }
        for (const QString &file : QDir(folder).entryList({"*.toml"}))
            QVERIFY2(named.contains(file), qPrintable(file));
    }
};

QTEST_APPLESS_MAIN(TestDefects)
#include "tst_defects.moc"
