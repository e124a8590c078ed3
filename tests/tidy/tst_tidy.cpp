#include "tests/tidy/rules.h"

#include <QDirIterator>
#include <QTest>

#include <algorithm>

using namespace daruma::tidy;

namespace {

const QString top = QStringLiteral(DARUMA_SOURCE_DIR);

File read(const QString &path)
{
    QFile file(top + u'/' + path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("cannot read %s", qPrintable(path));
    return {path, QString::fromUtf8(file.readAll())};
}

/// The texts of the project, by name: hidden folders, build folders and recorded data are none.
QList<File> readAll()
{
    static const QStringList endings{"*.h",    "*.cpp",  "*.cmake", "*.txt", "*.md",
                                     "*.toml", "*.json", "*.py",    "*.sh",  "*.erl"};
    QStringList paths{"dev", ".ci/run"};
    for (const char *folder : {"app", "cmake", "engine", "resources", "scenarios", "simulator", "tests"}) {
        QDirIterator files(top + u'/' + folder, endings, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext())
            paths << QDir(top).relativeFilePath(files.next());
    }
    for (const QString &path : QDir(top).entryList(endings, QDir::Files))
        paths << path;
    paths.sort();

    QList<File> files;
    for (const QString &path : paths)
        files << read(path);
    return files;
}

struct Sample {
    QString name;
    QStringList (*rule)(const File &);
    QString path;
    QString text;
};

QList<Sample> breakingSamples()
{
    QList<Sample> samples{
        {"the engine includes the simulator", brokenLayers, "engine/a.h",
         "#include \"simulator/kernel/b.h\""},
        {"the store includes the analysis", brokenLayers, "simulator/store/a.cpp",
         "#include \"simulator/analysis/b.h\""},
        {"an include relative to its own folder", brokenLayers, "engine/a.cpp", "#include \"a.h\""},
        {"Qt in the command line", librariesOutOfPlace, "app/cli/a.cpp", "#include <QString>"},
        {"SQLite outside of the store", librariesOutOfPlace, "simulator/analysis/a.cpp",
         "#include <sqlite3.h>"},
        {"toml++ in a header", librariesOutOfPlace, "simulator/scenario/a.h", "#include <toml++/toml.h>"},
        {"a library in the engine", librariesOutOfPlace, "engine/a.h", "#include <fmt/format.h>"},
        {"501 lines", longFiles, "engine/a.cpp", QString(501, u'\n')},
        {"111 columns", longLines, "engine/a.cpp", QString(111, u'a')},
        {"a note to oneself", leftovers, "README.md",
         QStringLiteral("// TO"
                        "DO: later")},
        {"half a function", leftovers, "engine/a.cpp",
         QStringLiteral("return 0; // st"
                        "ub")},
        {"a header without #pragma once", headersWithoutPragmaOnce, "engine/a.h", "#include <array>\n"},
        {"a tab", untidySpaces, "engine/a.h", "int\ta;\n"},
        {"a space at the end of a line", untidySpaces, "engine/a.h", "int a; \n"},
        {"no line end at the end", untidySpaces, "engine/a.h", "int a;"},
        {"somebody's home", machinePaths, "README.md",
         QStringLiteral("see /ho"
                        "me/jane/daruma")},
        {"a scenario with another name", misnamedScenarios, "scenarios/a.toml", "[scenario]\nname = \"b\"\n"},
        {"a scenario whose root has its name", misnamedScenarios, "scenarios/a.toml",
         "[scenario]\nseed = 1\n[worker.a]\nname = \"a\"\n"},
    };
    for (const char *code :
         {"std::chrono::steady_clock::now();", "x = time(nullptr);", "std::time(&t);", "std::mutex m;",
          "std::thread t;", "std::unordered_map<int, int> m;", "std::map<Node *, int> m;",
          "std::normal_distribution<> d;", "std::random_device d;", "std::mt19937_64 g;", "std::log(x);",
          "y = std::pow (x, 2);", "using std::exp;", "std::atan2(y, x);", "pow(x, 2);"})
        samples << Sample{code, bannedNames, "simulator/kernel/a.cpp", code};
    for (const QString code : {"bool isOtp();", "struct RusmSupervisor {};", "if (dialect == known) {}"})
        samples << Sample{code, dialectNames, "engine/a.h", code};
    return samples;
}

QList<Sample> allowedSamples()
{
    return {
        {"the analysis includes the engine", brokenLayers, "simulator/analysis/a.h",
         "#include \"engine/b.h\""},
        {"tests include anything", brokenLayers, "tests/engine/tst_a.cpp", "#include \"tst_a.moc\""},
        {"SQLite in the store", librariesOutOfPlace, "simulator/store/a.cpp", "#include <sqlite3.h>"},
        {"a banned name in a comment", bannedNames, "engine/a.h",
         "// not std::log(x)\n/* nor\n std::thread */\n"},
        {"a banned name in a literal", bannedNames, "engine/a.cpp", "auto a = \"\\\"std::log(x)\";"},
        {"a function of our own with the name of a banned one", bannedNames, "engine/a.h",
         "Instant time() const;\nauto d = event.time(0);\nDistribution exp(Duration mean);\n"},
        {"a dialect as the source of a rule", dialectNames, "engine/a.h", "/// OTP 25, supervisor.erl"},
        {"a dialect in the reader", dialectNames, "simulator/scenario/a.cpp", "find(otp);"},
        {"a clock in the command line", bannedNames, "app/cli/a.cpp", "std::chrono::steady_clock::now();"},
        {"500 lines", longFiles, "engine/a.cpp", QString(500, u'\n')},
        {"110 columns of two bytes each", longLines, "engine/a.cpp", QString(110, u'ä')},
        {"a long address", longLines, "engine/a.cpp", "// https://" + QString(200, u'a')},
        {"a word within a word", leftovers, "engine/a.cpp", "shackle(stubborn);"},
        {"a node named after a folder", machinePaths, "README.md",
         QStringLiteral("app/wo"
                        "rk/pool")},
        {"a scenario with its name", misnamedScenarios, "scenarios/a.toml",
         "# why\n[scenario]\nabout = \"b\"\nname = \"a\"\n"},
    };
}

void addRows(const QList<Sample> &samples)
{
    QTest::addColumn<Sample>("sample");
    for (const Sample &sample : samples)
        QTest::newRow(qPrintable(sample.name)) << sample;
}

}

Q_DECLARE_METATYPE(Sample)

class TestTidy : public QObject {
    Q_OBJECT

private slots:
    void everyRuleIsKept_data();
    void everyRuleIsKept();
    void breachesAreFound_data();
    void breachesAreFound();
    void whatIsAllowedIsNotFound_data();
    void whatIsAllowedIsNotFound();
    void everyRuleHasASampleThatBreaksIt();
};

void TestTidy::everyRuleIsKept_data()
{
    QTest::addColumn<int>("rule");
    for (int i = 0; i < int(rules().size()); ++i)
        QTest::newRow(rules()[i].name) << i;
}

void TestTidy::everyRuleIsKept()
{
    static const QList<File> files = readAll();
    QVERIFY2(files.size() > 10, "the sources were not found");

    QFETCH(int, rule);
    QStringList breaches;
    for (const File &file : files)
        breaches << rules()[rule].breaches(file);
    QVERIFY2(breaches.isEmpty(), qPrintable('\n' + breaches.join(u'\n')));
}

void TestTidy::breachesAreFound_data()
{
    addRows(breakingSamples());
}

void TestTidy::breachesAreFound()
{
    QFETCH(Sample, sample);
    QCOMPARE(sample.rule({sample.path, sample.text}).size(), 1);
}

void TestTidy::whatIsAllowedIsNotFound_data()
{
    addRows(allowedSamples());
}

void TestTidy::whatIsAllowedIsNotFound()
{
    QFETCH(Sample, sample);
    QCOMPARE(sample.rule({sample.path, sample.text}), QStringList());
}

void TestTidy::everyRuleHasASampleThatBreaksIt()
{
    const QList<Sample> samples = breakingSamples();
    for (const Rule &rule : rules()) {
        const auto breaksIt = [&](const Sample &sample) { return sample.rule == rule.breaches; };
        QVERIFY2(std::any_of(samples.begin(), samples.end(), breaksIt), rule.name);
    }
}

QTEST_APPLESS_MAIN(TestTidy)
#include "tst_tidy.moc"
