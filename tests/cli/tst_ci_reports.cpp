#include "tests/cli/program.h"

#include <QFile>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace daruma::cli;

namespace {

/// The supervisor that gives up is declared on line 8, the expectation that fails on line 20; the names hold
/// all that XML, Markdown and workflow commands read as something else.
constexpr const char *scenario = "[scenario]\n"
                                 "name = 'a <b> & \"c\"'\n"
                                 "horizon = '1h'\n"
                                 "[supervisor.root]\n"
                                 "children = ['inner']\n"
                                 "max_restarts = 0\n"
                                 "\n"
                                 "[supervisor.inner]\n"
                                 "max_restarts = 2\n"
                                 "within = '5s'\n"
                                 "children = ['db']\n"
                                 "[worker.db]\n"
                                 "init_time = 'uniform(100ms, 300ms)'\n"
                                 "[[fault]]\n"
                                 "inject = 'panic'\n"
                                 "into = 'db'\n"
                                 "every = 'exp(1m)'\n"
                                 "# the next line is 20\n"
                                 "\n"
                                 "[[expect]]\n"
                                 "name = \"it's <alive> | 100% & `well`, or: \\\"not\\\"\"\n"
                                 "always = 'up(inner)'\n"
                                 "[[expect]]\n"
                                 "name = 'never seen'\n"
                                 "sometimes = 'restarts(db) > 200'\n";

}

class TestCiReports : public QObject {
    Q_OBJECT

private slots:
    void init();
    void reportsAreValidJunit_data();
    void reportsAreValidJunit();
    void theSchemaRefusesWhatIsNoReport();
    void aReportHasACaseForEachExpectationAndForTheFirstFailingSeeds();
    void aReportTellsTheWholeOfAnExpectation();
    void aReportDoesNotDependOnTheNumberOfJobs();
    void whatIsReachedInARestOfTheSeedsIsNotJudgedBefore();
    void annotationsStandWhereTheSupervisorThatGaveUpIsDeclared_data();
    void annotationsStandWhereTheSupervisorThatGaveUpIsDeclared();
    void annotationsOfAGridAreFewAndSayHowManyAreLeftOut();
    void aSummaryIsAddedToTheFileOfTheStep();
    void aSummaryIsAddedToTheFileThatIsNamed();

private:
    Answer daruma(const QStringList &words, const QStringList &variables = {}) const
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const QString &variable : variables)
            environment.insert(variable.section(u'=', 0, 0), variable.section(u'=', 1));
        return daruma::cli::daruma(words, m_folder->path(), {}, environment);
    }
    QString textOf(const QString &name) const
    {
        QFile file(m_folder->filePath(name));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString("no " + name);
    }
    /// What the validator finds; empty where the report is valid.
    QString problemsOf(const QString &name) const;

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestCiReports::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QFile file(m_folder->filePath("s.toml"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(scenario);
}

QString TestCiReports::problemsOf(const QString &name) const
{
    QProcess process;
    process.setWorkingDirectory(m_folder->path());
    process.start("xmllint",
                  {"--noout", "--nonet", "--schema", DARUMA_SOURCE_DIR "/tests/cli/junit.xsd", name});
    if (!process.waitForFinished(20'000))
        return "xmllint does not end";
    const QString said = QString::fromUtf8(process.readAllStandardError());
    return process.exitCode() == 0 ? QString() : "problems: " + said;
}

void TestCiReports::reportsAreValidJunit_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("suites");
    const QStringList sweep{"sweep", "s.toml", "--record", "none", "--junit", "r.xml"};
    QTest::newRow("of a campaign") << sweep + QStringList{"--seeds", "1..300"} << 1;
    QTest::newRow("of a grid, a suite for each setting")
        << sweep + QStringList{"--seeds", "1..100", "--set", "supervisor.inner.max_restarts=1..3"} << 3;
    QTest::newRow("of runs that a limit cut")
        << sweep + QStringList{"--seeds", "1..20", "--limit-events", "30"} << 1;
    QTest::newRow("of a campaign in which all is well")
        << sweep + QStringList{"--seeds", "1..5", "--set", "supervisor.inner.max_restarts=999"} << 1;
    QTest::newRow("of one run") << QStringList{"export", "s.toml", "--out", "r.xml"} << 1;
}

void TestCiReports::reportsAreValidJunit()
{
    if (QStandardPaths::findExecutable("xmllint").isEmpty())
        QSKIP("xmllint (libxml2-utils) is not installed");
    QFETCH(QStringList, words);
    QFETCH(int, suites);
    const Answer answer = daruma(words);
    QVERIFY2(answer.code == 0 || answer.code == 1, qPrintable(answer.err));
    QCOMPARE(problemsOf("r.xml"), QString());
    const QString report = textOf("r.xml");
    QCOMPARE(report.count("<testsuite "), suites);
    // The counts are those of the cases.
    const auto head =
        QRegularExpression("<testsuites [^>]*tests=\"(\\d+)\" failures=\"(\\d+)\" errors=\"(\\d+)\"")
            .match(report);
    QVERIFY(head.hasMatch());
    QCOMPARE(head.captured(1).toInt(), report.count("<testcase "));
    QCOMPARE(head.captured(2).toInt(), report.count("<failure "));
    QCOMPARE(head.captured(3).toInt(), report.count("<error "));
}

void TestCiReports::theSchemaRefusesWhatIsNoReport()
{
    if (QStandardPaths::findExecutable("xmllint").isEmpty())
        QSKIP("xmllint (libxml2-utils) is not installed");
    QCOMPARE(daruma({"export", "s.toml", "--out", "r.xml"}).code, 0);
    QString report = textOf("r.xml");
    for (const auto &[what, instead] :
         {std::pair{"<testcase ", "<testcase colour=\"red\" "}, std::pair{"&lt;alive&gt;", "<alive>"},
          std::pair{"</testsuite>", ""}}) {
        QFile file(m_folder->filePath("broken.xml"));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        QVERIFY(report.contains(QLatin1String(what)));
        file.write(QString(report).replace(QLatin1String(what), QLatin1String(instead)).toUtf8());
        file.close();
        QVERIFY2(!problemsOf("broken.xml").isEmpty(), what);
    }
}

void TestCiReports::aReportHasACaseForEachExpectationAndForTheFirstFailingSeeds()
{
    const Answer answer =
        daruma({"sweep", "s.toml", "--seeds", "1..300", "--record", "none", "--junit", "r.xml"});
    const QString report = textOf("r.xml");
    QVERIFY2(report.contains("name=\"it&#39;s &lt;alive&gt; | 100% &amp; `well`, or: &quot;not&quot;\" "
                             "file=\"s.toml\" line=\"20\""),
             qPrintable(report.left(2000)));
    QVERIFY(report.contains("<failure type=\"sometimes\" message=\"reached in none of 300 runs\">"));
    QVERIFY(report.contains("name=\"invariants\" time=\"0\"/>"));
    // The first failing seed is the one that the text names; its line runs it again.
    const QString first = answer.out.section("first with seed ", 1).section(u'\n', 0, 0);
    QVERIFY2(report.contains(QString("name=\"seed %1\" time=\"0\">").arg(first)), qPrintable(first));
    const QString line = answer.out.trimmed().section(u'\n', -1);
    QVERIFY(report.contains(line));
    QCOMPARE(report.count("name=\"seed "), 20);
    QVERIFY2(report.contains(QRegularExpression("<system-out>\\d+ seeds failed; the first 20 are cases")),
             qPrintable(report.right(300)));
}

void TestCiReports::aReportTellsTheWholeOfAnExpectation()
{
    QFile file(m_folder->filePath("late.toml"));
    QVERIFY(
        file.open(QIODevice::WriteOnly)
        && file.write("[supervisor.app]\nmax_restarts = 0\nchildren = ['w']\n[worker.w]\nlifetime = '1m'\n"
                      "[[expect]]\nwhenever = 'down(w)'\neventually = 'up(w)'\nwithin = '10s'\n")
               > 0);
    file.close();
    daruma({"sweep", "late.toml", "--seeds", "1..2", "--record", "none", "--junit", "r.xml"});
    QVERIFY2(textOf("r.xml").contains("late.toml:6: whenever down(w) eventually up(w) within 10s\n"),
             qPrintable(textOf("r.xml")));
}

void TestCiReports::aReportDoesNotDependOnTheNumberOfJobs()
{
    const QStringList words{"sweep", "s.toml", "--seeds", "1..200", "--record", "none"};
    daruma(words + QStringList{"--jobs", "1", "--junit", "one.xml"});
    daruma(words + QStringList{"--jobs", "3", "--junit", "three.xml"});
    QCOMPARE(textOf("three.xml"), textOf("one.xml"));
    QVERIFY(textOf("one.xml").startsWith("<?xml"));
}

void TestCiReports::whatIsReachedInARestOfTheSeedsIsNotJudgedBefore()
{
    daruma(
        {"sweep", "s.toml", "--seeds", "1..300", "--record", "none", "--until-failure", "--junit", "r.xml"});
    QVERIFY2(textOf("r.xml").contains("<skipped message=\"reached in none of "),
             qPrintable(textOf("r.xml").left(1500)));
}

void TestCiReports::annotationsStandWhereTheSupervisorThatGaveUpIsDeclared_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("line");
    QTest::newRow("a campaign, its expectation")
        << QStringList{"sweep", "--seeds", "1..300"}
        << "::error file=s.toml,line=20,title=it's <alive> | 100%25 & `well`%2C or%3A \"not\"::failed in ";
    QTest::newRow("a campaign") << QStringList{"sweep", "--seeds", "1..300"}
                                << "::error file=s.toml,line=8,title=root/inner gave up::in ";
    QTest::newRow("a campaign, what is never reached")
        << QStringList{"sweep", "--seeds", "1..300"}
        << "::error file=s.toml,line=23,title=never seen::reached in none of 300 runs";
    QTest::newRow("a run") << QStringList{"run", "--seed", "FAILING"}
                           << "::error file=s.toml,line=8,title=inner gave up::at ";
    QTest::newRow("a run that was to give up") << QStringList{"run", "--seed", "FAILING", "--set",
                                                              "expect.\"it's <alive> | 100% & `well`, or: "
                                                              "\\\"not\\\"\".always=\"restarts(db) >= 0\""}
                                               << "::notice file=s.toml,line=8,title=inner gave up::at ";
}

void TestCiReports::annotationsStandWhereTheSupervisorThatGaveUpIsDeclared()
{
    QFETCH(QStringList, words);
    QFETCH(QString, line);
    const QString failing = daruma({"sweep", "s.toml", "--seeds", "1..300", "--record", "none"})
                                .out.section("first with seed ", 1)
                                .section(u'\n', 0, 0);
    words.replaceInStrings("FAILING", failing);
    words.insert(1, "s.toml");
    const Answer answer = daruma(words + QStringList{"--record", "none", "--format", "github"});
    QVERIFY2(answer.out.startsWith(line) || answer.out.contains("\n" + line),
             qPrintable(answer.out + answer.err));
    for (const QString &one : answer.out.split(u'\n', Qt::SkipEmptyParts))
        QVERIFY2(one.startsWith("::"), qPrintable(one));
}

void TestCiReports::annotationsOfAGridAreFewAndSayHowManyAreLeftOut()
{
    const Answer answer = daruma({"sweep", "s.toml", "--seeds", "1..60", "--record", "none", "--format",
                                  "github", "--set", "supervisor.inner.max_restarts=0", "--set",
                                  "supervisor.inner.within=1s,2s,3s,4s,5s,6s,7s,8s,9s,10s,11s,12s"});
    QCOMPARE(answer.out.count("gave up::supervisor.inner.within=1s: in "), 2);  // of inner and of root
    QCOMPARE(answer.out.count("line=8,title=root/inner gave up::"), 5);
    QVERIFY2(answer.out.contains(",title=daruma::and 14 more\n"), qPrintable(answer.out));
}

void TestCiReports::aSummaryIsAddedToTheFileOfTheStep()
{
    const QStringList step{"GITHUB_STEP_SUMMARY=" + m_folder->filePath("step.md")};
    daruma({"check", "s.toml", "--format", "github"}, step);
    daruma({"sweep", "s.toml", "--seeds", "1..300", "--record", "none", "--format", "github"}, step);
    daruma({"run", "s.toml", "--record", "none", "--format", "github"}, step);
    const QString summary = textOf("step.md");
    QVERIFY2(summary.startsWith("### daruma check\n"), qPrintable(summary));
    QVERIFY(summary.contains("### ❌ a &lt;b> &amp; \"c\"\n\nseeds 1..300, dialect otp, 300 runs\n"));
    QVERIFY(summary.contains("| ❌ | it's &lt;alive> \\| 100% &amp; \\`well\\`, or: \"not\" | "));
    QVERIFY(summary.contains(QRegularExpression("```\ndaruma run s.toml --seed \\d+ .*\n```\n")));
    QVERIFY(summary.contains("seed 1, dialect otp"));
    // Without annotations nothing is added.
    daruma({"run", "s.toml", "--record", "none"}, step);
    QCOMPARE(textOf("step.md"), summary);
}

void TestCiReports::aSummaryIsAddedToTheFileThatIsNamed()
{
    daruma({"run", "s.toml", "--record", "none", "--summary", "own.md"});
    QVERIFY(textOf("own.md").startsWith("### "));
    const Answer answer = daruma({"run", "s.toml", "--record", "none", "--summary", "none/own.md"});
    QCOMPARE(answer.code, 2);
    QVERIFY2(answer.err.contains("none/own.md: No such file"), qPrintable(answer.err));
}

QTEST_GUILESS_MAIN(TestCiReports)
#include "tst_ci_reports.moc"
