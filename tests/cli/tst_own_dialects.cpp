#include "tests/cli/program.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace daruma::cli;

namespace {

const QByteArray scenario = "[scenario]\ndialect = \"./ours.toml\"\nhorizon = \"1m\"\n"
                            "[supervisor.app]\nchildren = [\"a\", \"in\"]\n[worker.a]\n"
                            "[supervisor.in]\nchildren = []\n"
                            "[[fault]]\ninject = \"panic\"\ninto = \"a\"\nevery = \"1s\"\n";

/// Without a line end behind its last line.
QByteArray dialect(int restarts)
{
    return "name = \"ours\"\ntitle = \"ours\"\nextends = \"otp\"\n\n[defaults]\nwithin = "
           "\"1m\"\nmax_restarts = "
           + QByteArray::number(restarts);
}

QString lastLine(const QString &text)
{
    return text.trimmed().section('\n', -1);
}

}

/// A dialect of the user's own: sub/s.toml names sub/ours.toml, and another ours.toml stands in the current
/// folder.
class TestOwnDialects : public QObject {
    Q_OBJECT

private slots:
    void init();
    void aPathOfTheScenarioBeginsAtItsFolder();
    void aPathOfTheCommandLineBeginsAtTheCurrentFolder_data();
    void aPathOfTheCommandLineBeginsAtTheCurrentFolder();
    void theReproLineLeadsToTheSameFile_data();
    void theReproLineLeadsToTheSameFile();
    void aRunIsMadeWithTheTextThatWasKept_data();
    void aRunIsMadeWithTheTextThatWasKept();
    void theRunsOfACampaignHaveItToo();
    void aFileThatIsTheSameIsNotWorthANote();
    void diffNamesTheLineOfTheDialectThatDiffers();
    void aReproFileIsAScenarioWithComments();
    void aChangedDialectInAReproFileIsRefused();
    void aFileThatIsTooLongIsRefused();
    void whatIsExportedWithAKeptTextSaysSo();
    void aShrunkScenarioComesWithTheDialectOfItsRun();
    void aDialectWithoutANameIsRefused();
    void aFailureThatADefectBringsAboutNamesIt();

private:
    Answer run(const QStringList &words) const { return daruma::cli::daruma(words, m_folder->path()); }
    /// How many restarts the run had.
    QString restarts(const QStringList &words) const
    {
        const Answer answer = run(words);
        const qsizetype at = answer.out.indexOf(" restarts, ");
        return at < 0 ? answer.err : answer.out.left(at).section('\n', -1);
    }
    void write(const QString &name, const QByteArray &content) const
    {
        QFile file(m_folder->filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestOwnDialects::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(QDir(m_folder->path()).mkdir("sub"));
    write("sub/s.toml", scenario);
    write("sub/ours.toml", dialect(2));
    write("ours.toml", dialect(5));
}

void TestOwnDialects::aPathOfTheScenarioBeginsAtItsFolder()
{
    QCOMPARE(restarts({"run", "sub/s.toml", "--record", "none"}), QString("2"));
}

void TestOwnDialects::aPathOfTheCommandLineBeginsAtTheCurrentFolder_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::newRow("--dialect") << QStringList{"--dialect", "./ours.toml"};
    QTest::newRow("the name of a file") << QStringList{"--dialect", "ours.toml"};
    QTest::newRow("without its defects") << QStringList{"--dialect", "./ours.toml:corrected"};
    QTest::newRow("a setting") << QStringList{"--set", "supervisor.app.dialect=./ours.toml"};
    QTest::newRow("a setting in quotes") << QStringList{"--set", "scenario.dialect=\"./ours.toml\""};
}

void TestOwnDialects::aPathOfTheCommandLineBeginsAtTheCurrentFolder()
{
    QFETCH(QStringList, options);
    QCOMPARE(restarts(QStringList{"run", "sub/s.toml", "--record", "none"} + options), QString("5"));
    QCOMPARE(run({"run", "sub/s.toml", "--dialect", "./none.toml"}).code, 3);
}

void TestOwnDialects::theReproLineLeadsToTheSameFile_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("part");
    QTest::newRow("of the scenario") << QStringList{} << " --dialect ./sub/ours.toml ";
    QTest::newRow("of the command line")
        << QStringList{"--dialect", "ours.toml"} << " --dialect ./ours.toml ";
    QTest::newRow("of a setting") << QStringList{"--set", "supervisor.in.dialect=./ours.toml"}
                                  << " --set supervisor.in.dialect=./ours.toml --dialect ./sub/ours.toml ";
}

void TestOwnDialects::theReproLineLeadsToTheSameFile()
{
    QFETCH(QStringList, options);
    QFETCH(QString, part);
    const QString line = lastLine(run(QStringList{"run", "sub/s.toml", "--record", "none"} + options).out);
    QVERIFY2(line.startsWith("daruma run sub/s.toml --seed 1" + part), qPrintable(line));
    const Answer again = run({"replay", line});
    QVERIFY2(again.out.startsWith("the same: "), qPrintable(again.out + again.err));
}

void TestOwnDialects::aRunIsMadeWithTheTextThatWasKept_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("isGone");
    for (const bool isGone : {false, true}) {
        const QByteArray end = isGone ? ", and the file is gone" : ", and the file has changed";
        QTest::newRow("of the scenario" + end) << QStringList{} << "sub/ours.toml" << isGone;
        QTest::newRow("of the command line" + end)
            << QStringList{"--dialect", "./ours.toml:corrected"} << "ours.toml" << isGone;
        QTest::newRow("of a setting" + end)
            << QStringList{"--set", "supervisor.in.dialect=./ours.toml"} << "ours.toml" << isGone;
    }
}

void TestOwnDialects::aRunIsMadeWithTheTextThatWasKept()
{
    QFETCH(QStringList, options);
    QFETCH(QString, path);
    QFETCH(bool, isGone);
    QCOMPARE(run(QStringList{"run", "sub/s.toml", "--repro", "kept.repro"} + options).code, 0);
    const QString shown = run({"show", "daruma.db", "1"}).out;
    if (isGone)
        QVERIFY(QFile::remove(m_folder->filePath(path)));
    else
        write(path, dialect(9));
    for (const QString ref : {"daruma.db#1", "kept.repro"}) {
        const QString note =
            QString("%1: the dialect file %2 %3; the run is made with the text that was kept with "
                    "it\n")
                .arg(ref, path,
                     isGone ? "is not there any more" : "differs from what it was when the run was made");
        const Answer replayed = run({"replay", ref});
        QVERIFY2(replayed.out.startsWith("the same: "), qPrintable(replayed.out + replayed.err));
        QCOMPARE(replayed.code, 0);
        QCOMPARE(replayed.err, note);
        QCOMPARE(run({"explain", ref}).err, note);
        QCOMPARE(run({"explain", ref}).code, 0);
        QCOMPARE(run({"diff", ref, ref}).err, note + note);
        QCOMPARE(run({"replay", ref, "--quiet"}).err, QString());
    }
    QCOMPARE(run({"show", "daruma.db", "1"}).out, shown);
}

void TestOwnDialects::theRunsOfACampaignHaveItToo()
{
    QVERIFY(run({"sweep", "sub/s.toml", "--seeds", "1..3", "--jobs", "1"}).code >= 0);
    QVERIFY(QFile::remove(m_folder->filePath("sub/ours.toml")));
    const Answer replayed = run({"replay", "daruma.db#2"});
    QVERIFY2(replayed.out.startsWith("the same: "), qPrintable(replayed.out + replayed.err));
    QVERIFY(replayed.err.startsWith("daruma.db#2: the dialect file sub/ours.toml is not there any more"));
}

void TestOwnDialects::aFileThatIsTheSameIsNotWorthANote()
{
    run({"run", "sub/s.toml", "--repro", "kept.repro"});
    QCOMPARE(run({"replay", "daruma.db#1"}).err, QString());
    QCOMPARE(run({"replay", "kept.repro"}).err, QString());
}

void TestOwnDialects::diffNamesTheLineOfTheDialectThatDiffers()
{
    run({"run", "sub/s.toml"});
    write("sub/ours.toml", dialect(3));
    run({"run", "sub/s.toml"});
    const QString text = run({"diff", "daruma.db#1", "daruma.db#2"}).out;
    QVERIFY2(text.contains("What was set otherwise:\n"
                           "  dialect file ./ours.toml, from line 7 on\n"
                           "    A  max_restarts = 2\n"
                           "    B  max_restarts = 3\n"),
             qPrintable(text));
}

void TestOwnDialects::aReproFileIsAScenarioWithComments()
{
    run({"run", "sub/s.toml", "--repro", "kept.repro", "--record", "none"});
    QFile file(m_folder->filePath("kept.repro"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    QVERIFY(text.endsWith("# ---\n" + scenario));
    QVERIFY2(text.contains("# dialect-file: ./ours.toml\n# dialect-path: sub/ours.toml\n# dialect-bytes: 87\n"
                           "# dialect-fingerprint: "),
             text.constData());
    QVERIFY(
        text.contains("\n#| name = \"ours\"\n#| title = \"ours\"\n#| extends = \"otp\"\n#| \n#| [defaults]\n"
                      "#| within = \"1m\"\n#| max_restarts = 2\n# rules: "));
}

void TestOwnDialects::aChangedDialectInAReproFileIsRefused()
{
    run({"run", "sub/s.toml", "--repro", "kept.repro", "--record", "none"});
    QFile file(m_folder->filePath("kept.repro"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    write("other.repro", file.readAll().replace("#| max_restarts = 2", "#| max_restarts = 4"));
    const Answer answer = run({"replay", "other.repro"});
    QCOMPARE(answer.code, 3);
    QVERIFY2(
        answer.err.startsWith("other.repro: the dialect \"./ours.toml\" in this repro file was changed: "),
        qPrintable(answer.err));
}

void TestOwnDialects::aFileThatIsTooLongIsRefused()
{
    write("sub/ours.toml", dialect(2) + "\n" + QByteArray(1 << 20, '#'));
    const Answer answer = run({"run", "sub/s.toml"});
    QCOMPARE(answer.code, 3);
    QVERIFY2(answer.err.contains("more than the 1048576 bytes that one may have"), qPrintable(answer.err));
}

void TestOwnDialects::whatIsExportedWithAKeptTextSaysSo()
{
    run({"run", "sub/s.toml"});
    write("sub/ours.toml", dialect(9));
    const QString note =
        "daruma.db#1: the dialect file sub/ours.toml differs from what it was when the run was made";
    QVERIFY(run({"export", "daruma.db#1", "--format", "csv"}).err.startsWith(note));
    QVERIFY(run({"export", "daruma.db#1", "--format", "sqlite", "--out", "o.db"}).err.startsWith(note));
}

void TestOwnDialects::aShrunkScenarioComesWithTheDialectOfItsRun()
{
    run({"run", "sub/s.toml"});
    const Answer same = run({"shrink", "daruma.db#1", "--out", "sub/same.toml"});
    QVERIFY2(!QFile::exists(m_folder->filePath("sub/same.dialect.toml")), qPrintable(same.err));
    write("sub/ours.toml", dialect(9));
    const Answer shrunk = run({"shrink", "daruma.db#1", "--out", "sub/small.toml"});
    QVERIFY2(shrunk.err.startsWith("daruma.db#1: the dialect file sub/ours.toml differs"),
             qPrintable(shrunk.err));
    QVERIFY2(shrunk.err.contains("wrote sub/small.dialect.toml: the dialect ./ours.toml as it was"),
             qPrintable(shrunk.err));
    QCOMPARE(restarts({"run", "sub/small.toml", "--record", "none"}), QString("2"));
    const Answer printed = run({"shrink", "daruma.db#1"});
    QVERIFY2(printed.err.contains("--out FILE writes"), qPrintable(printed.err));
    QVERIFY(printed.out.contains("./ours.toml"));
}

void TestOwnDialects::aDialectWithoutANameIsRefused()
{
    for (const QString command : {"run", "check"}) {
        const Answer answer = run({command, "sub/s.toml", "--dialect", ""});
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.err.contains("--dialect takes NAME, not ``"), qPrintable(answer.err));
    }
}

void TestOwnDialects::aFailureThatADefectBringsAboutNamesIt()
{
    const QString folder = DARUMA_SOURCE_DIR "/scenarios/dialects/";
    const Answer failed = run({"run", folder + "spry-dropped-start.toml", "--record", "none"});
    QVERIFY2(failed.out.contains("a defect of the dialect brings this about: `dropped-start`. S6: "),
             qPrintable(failed.out));
    QVERIFY(!failed.out.contains("and of nothing"));
    // What the operator orders is no defect.
    write("planned.toml", "[scenario]\ndialect = \"spry\"\n[supervisor.app]\nchildren = [\"w\"]\n[worker.w]\n"
                          "[[command]]\nat = \"1s\"\ndo = \"shutdown\"\nto = \"app\"\n"
                          "[[expect]]\nalways = \"up(app)\"\n");
    const Answer planned = run({"run", "planned.toml", "--record", "none"});
    QVERIFY2(planned.out.contains("hint: it failed because of the shutdown"), qPrintable(planned.out));
    QVERIFY(!planned.out.contains("a defect of the dialect"));
}

QTEST_GUILESS_MAIN(TestOwnDialects)
#include "tst_own_dialects.moc"
