#ifndef Q_MOC_RUN
#include "simulator/kernel/invariant_checker.h"
#include "simulator/kernel/simulation.h"
#include "simulator/scenario/dialect.h"
#include "simulator/scenario/scenario.h"
#include "tests/scenarios/random_scenario.h"
#endif

#include "resources/resources.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <algorithm>
#include <string>
#include <vector>

using namespace daruma;

namespace {

QString qt(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

const QString folder = QStringLiteral(DARUMA_SOURCE_DIR "/scenarios/dialects/");

/// Trees that broke a promise, made small; each is named after its dialect.
const QString keptFolder = QStringLiteral(DARUMA_SOURCE_DIR "/tests/dialects/kept/");

std::string textOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no file %s", qPrintable(path));
    return file.readAll().toStdString();
}

/// A dialect with every one of its defects mended alone, and as it is.
std::vector<std::string> variantsOf(const Dialect &dialect)
{
    std::vector<std::string> names{dialect.name};
    for (const DialectDefect &defect : dialect.defects)
        names.push_back(dialect.name + ":corrected:" + defect.name);
    return names;
}

std::uint32_t bitOf(const InvariantViolation &violation)
{
    const auto rows = invariants();
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const InvariantRow &one) {
        return violation.name.ends_with(one.name);
    });
    return 1U << static_cast<unsigned>(row - rows.begin());
}

/// The bits of the invariants that a run breaks, whatever its dialect promises.
std::uint32_t brokenIn(const std::string &text, const std::string &dialect, std::uint64_t seed,
                       std::string *told = nullptr)
{
    auto scenario = readScenario(text, "random.toml", {}, dialect);
    if (!scenario)
        qFatal("%s", (toText(scenario.error().front(), "random.toml") + "\n" + text).c_str());
    for (SupervisorDefinition &supervisor : scenario->model.supervisors)
        supervisor.promises = allInvariants;
    Simulation simulation(scenario->model);
    std::uint32_t bits = 0;
    for (const InvariantViolation &violation : simulation.run(seed).invariants) {
        bits |= bitOf(violation);
        if (told)
            *told += violation.name + ": " + violation.message + "\n";
    }
    return bits;
}

}  // namespace

/// What a dialect promises holds in every random tree; what it does not promise is broken somewhere, or it
/// could promise it.
class TestPromises : public QObject {
    Q_OBJECT

private slots:
    void promisesHoldAndTheOthersAreBroken_data()
    {
        QTest::addColumn<QString>("name");
        for (const Resource &resource : dialects())
            QTest::newRow(std::string(resource.name).c_str()) << qt(resource.name);
    }

    void promisesHoldAndTheOthersAreBroken()
    {
        QFETCH(QString, name);
        Dialects known;
        std::vector<Problem> problems;
        const Dialect *dialect = known.find(name.toStdString(), problems);
        QVERIFY(dialect);
        std::vector<std::string> variants = variantsOf(*dialect);
        variants.push_back(dialect->name + ":corrected");
        std::uint32_t broken = 0;
        for (const std::string &variant : variants) {
            const std::uint64_t trees = variant == dialect->name ? 400 : 100;
            for (std::uint64_t seed = 1; seed <= trees; ++seed) {
                const std::string text = RandomScenario(*known.find(variant, problems), seed).text();
                std::string told;
                const std::uint32_t bits = brokenIn(text, variant, seed, &told);
                broken |= bits;
                told.append("seed ").append(std::to_string(seed)).append("\n").append(text);
                QVERIFY2((dialect->promises & bits) == 0, told.c_str());
            }
        }
        for (const DialectDefect &defect : dialect->defects)
            if (!defect.scenario.empty())
                broken |= brokenIn(textOf(folder + qt(defect.scenario) + ".toml"), dialect->name, 1);
        for (const QString &found : QDir(keptFolder).entryList({qt(dialect->name) + "-*.toml"}))
            broken |= brokenIn(textOf(keptFolder + found), dialect->name, 1);
        QStringList kept;
        for (std::size_t i = 0; i < invariants().size(); ++i)
            if (((dialect->promises | broken) >> i & 1U) == 0)
                kept << qt(invariants()[i].name);
        QVERIFY2(kept.isEmpty(), qPrintable("never broken: " + kept.join(", ")));
    }
};

QTEST_APPLESS_MAIN(TestPromises)
#include "tst_promises.moc"
