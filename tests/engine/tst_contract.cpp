#include "engine/contract.h"

#include <QTest>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace daruma;

namespace {

struct Ending {
    int signal = 0;  ///< that ended the process; 0 where it returned
    QByteArray errors;
};

/// How a process ends that does this, and what it writes to standard error.
template <typename Work> Ending endingOf(Work work)
{
    int ends[2] = {};
    if (pipe(ends) != 0)
        qFatal("no pipe");
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        std::signal(SIGABRT, SIG_DFL);
        work();
        _exit(0);
    }
    close(ends[1]);

    Ending ending;
    char buffer[4096];
    for (ssize_t count = 0; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;)
        ending.errors.append(buffer, count);
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    ending.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return ending;
}

}

class TestContract : public QObject {
    Q_OBJECT

private slots:
    void aKeptPromiseIsSilentAndEvaluatedOnce();
    void aBrokenPromiseAbortsAndNamesItsPlace();
    void anUnreachablePlaceAborts();
    void theReproLineIsPrintedUntilItIsForgotten();
    void aLongReproLineIsCut();
};

void TestContract::aKeptPromiseIsSilentAndEvaluatedOnce()
{
    int evaluated = 0;
    DARUMA_ASSERT(++evaluated == 1, "the first time");
    QCOMPARE(evaluated, 1);
}

void TestContract::aBrokenPromiseAbortsAndNamesItsPlace()
{
    const Ending ending = endingOf([] { DARUMA_ASSERT(1 + 1 == 3, "sums are right"); });
    QCOMPARE(ending.signal, SIGABRT);
    QVERIFY2(ending.errors.contains("sums are right\n  at tests/engine/tst_contract.cpp:"), ending.errors);
    QVERIFY2(ending.errors.contains("1 + 1 == 3"), ending.errors);
    QVERIFY2(!ending.errors.contains("reproduce"), ending.errors);
}

void TestContract::anUnreachablePlaceAborts()
{
    const Ending ending = endingOf([] { DARUMA_UNREACHABLE("no such strategy"); });
    QCOMPARE(ending.signal, SIGABRT);
    QVERIFY2(ending.errors.contains("no such strategy"), ending.errors);
}

void TestContract::theReproLineIsPrintedUntilItIsForgotten()
{
    const auto breakAfter = [](std::string_view line) {
        return endingOf([line] {
            setContractContext("daruma run a --seed 7");
            setContractContext(line);
            DARUMA_UNREACHABLE("here");
        });
    };
    QVERIFY(breakAfter("daruma run b --seed 8").errors.endsWith("reproduce with: daruma run b --seed 8\n"));
    QVERIFY(!breakAfter("").errors.contains("reproduce"));
}

void TestContract::aLongReproLineIsCut()
{
    const Ending ending = endingOf([] {
        setContractContext(std::string(maxContractContext + 1, 'x'));
        DARUMA_UNREACHABLE("here");
    });
    QCOMPARE(ending.signal, SIGABRT);
    QCOMPARE(ending.errors.count('x'), qsizetype(maxContractContext));
}

QTEST_APPLESS_MAIN(TestContract)
#include "tst_contract.moc"
