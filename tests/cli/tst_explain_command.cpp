#include "tests/cli/program.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace daruma::cli;

class TestExplainCommand : public QObject {
    Q_OBJECT

private slots:
    void causesThatOnlySetTheTimesStandApart();
    void theSameProofIsToldOnce();
    void whatFailedLaterIsNamed();
    void restartsOfOneMomentAreToldOnce();

private:
    QString explain(const QByteArray &scenario) const
    {
        QFile file(m_folder.filePath("s.toml"));
        if (!file.open(QIODevice::WriteOnly) || file.write(scenario) < 0)
            return {};
        file.close();
        const Answer answer = daruma::cli::daruma({"explain", "s.toml"}, m_folder.path());
        return answer.code == 0 ? answer.out : answer.err;
    }

    /// The second and the third end fill the window; the first is only what they follow.
    const QByteArray m_threeEnds =
        "[supervisor.app]\nmax_restarts = 1\nwithin = '6s'\nchildren = ['db']\n"
        "[worker.db]\nlifetime = ['10s', '20s', '4s']\n"
        "[[expect]]\nname = 'open'\nalways = 'not gave_up(app)'\n"
        "[[expect]]\nwhenever = 'down(db)'\neventually = 'up(db)'\nwithin = '10s'\n";
    QTemporaryDir m_folder;
};

void TestExplainCommand::causesThatOnlySetTheTimesStandApart()
{
    const QString text = explain(m_threeEnds);
    QVERIFY2(text.contains("What it takes\n"
                           "  db ended by itself (panic) at 30 s, after it had run for 20 s\n"
                           "  db ended by itself (panic) at 34 s, after it had run for 4 s\n"
                           "  And these, which set when the lives began that end there:\n"
                           "  db ended by itself (panic) at 10 s, after it had run for 10 s\n"
                           "  With these 3 alone the expectation \"open\" fails"),
             qPrintable(text));
}

void TestExplainCommand::theSameProofIsToldOnce()
{
    const QString text = explain(m_threeEnds);
    QCOMPARE(text.count("The budgets on the way"), 1);
    QVERIFY2(text.contains(
                 "The same: with the same 3 causes alone app ends, as app gives up. All else is as told"),
             qPrintable(text));
}

void TestExplainCommand::whatFailedLaterIsNamed()
{
    const QString text = explain(m_threeEnds);
    const QString begin = "Failed as well\n  at 44 s: up(db) was not true within 10s of down(db); --seq ";
    QVERIFY2(text.contains(begin), qPrintable(text));
    const QString seq = text.mid(text.indexOf(begin) + begin.size()).section(u' ', 0, 0);
    const Answer one = daruma::cli::daruma({"explain", "s.toml", "--seq", seq}, m_folder.path());
    QVERIFY2(one.out.contains("failed at 44 s"), qPrintable(one.out));
}

void TestExplainCommand::restartsOfOneMomentAreToldOnce()
{
    const QString text = explain("[supervisor.app]\nmax_restarts = 2\nchildren = ['db']\n"
                                 "[worker.db]\nlifetime = '10s'\ninit_result = ['ok', 'error']\n");
    QVERIFY2(
        text.simplified().contains("its 2 restarts within 5 s were used up in one moment, at 10 s; the next"),
        qPrintable(text));
    QVERIFY2(text.simplified().contains("(restart of db at 10 s, 2 times)"), qPrintable(text));
}

QTEST_GUILESS_MAIN(TestExplainCommand)
#include "tst_explain_command.moc"
