#include "tests/scenarios/play.h"

using namespace daruma;

// processmanager 0.6.0, process_manager.rs. V14 is the vector of seed-semantics section 7.

namespace {

std::string manager(const std::string &rest)
{
    return "[scenario]\ndialect = \"processmanager-manager\"\nhorizon = \"2m\"\n[supervisor.app]\n" + rest;
}

const std::string three = "children = [\"a\", \"b\", \"c\"]\n";

std::string command(const std::string &name, const std::string &at)
{
    return "[[command]]\ndo = \"" + name + "\"\nto = \"app\"\nat = \"" + at + "\"\n";
}

std::string fault(const std::string &inject, const std::string &into, const std::string &at)
{
    return "[[fault]]\ninject = \"" + inject + "\"\ninto = \"" + into + "\"\nat = \"" + at + "\"\n";
}

std::string played(const std::string &scenario)
{
    return play(scenario,
                {.kinds = "start started exit init_failed stop kill restart gave_up reload reply end"});
}

}  // namespace

class TestProcessmanagerManager : public QObject {
    Q_OBJECT

private slots:
    void allStartAtOnceInOrder()
    {
        TOLD(played(manager(three + "[worker.a]\ninit_time = \"1s\"\n[worker.b]\n[worker.c]\n")),
             R"(0s: start app#1, start a#1, start b#1, started b#1, start c#1, started c#1, started app#1
                1s: started a#1, end quiet)");
    }

    void withoutChildrenItEndsAtOnce()
    {
        TOLD(played(manager("")), "0s: start app#1, started app#1, exit app#1 normal, end quiet");
    }

    void whenTheLastChildHasEndedWellItEndsWell()
    {
        TOLD(played(manager("children = [\"a\", \"b\"]\n"
                            "[worker.a]\nlifetime = \"1s\"\nexit_reason = \"normal\"\n"
                            "[worker.b]\nlifetime = \"2s\"\nexit_reason = \"normal\"\n")),
             R"(0s: start app#1, start a#1, started a#1, start b#1, started b#1, started app#1
                1s: exit a#1 normal
                2s: exit b#1 normal, exit app#1 normal, end quiet)");
    }

    void theFirstErrorStopsAllOthersAndIsTheManagersOwn()
    {
        // Looks at 1 s, 1.010 s and so on: the manager returns at the first one after the last end.
        TOLD(played(manager(three
                            + "[worker.a]\nstop_time = \"5ms\"\nstop_reason = \"error:late\"\n"
                              "[worker.b]\nlifetime = \"1s\"\nexit_reason = \"error:no disk\"\n"
                              "[worker.c]\nstop_time = \"42ms\"\n")),
             R"(0s: start app#1, start a#1, started a#1, start b#1, started b#1, start c#1,
                   started c#1, started app#1
                1s: exit b#1 error:no disk, stop a#1, stop c#1
                1s5ms: exit a#1 error:late
                1s42ms: exit c#1 shutdown
                1s50ms: exit app#1 error:no disk, end quiet)");
    }

    void aPanicComesUpAsAnError_data()
    {
        QTest::addColumn<QString>("reason");
        QTest::addColumn<QString>("error");
        QTest::newRow("with a text") << "panic:boom"
                                     << "error:internal error: process panicked: boom";
        QTest::newRow("with a payload that is no text")
            << "panic"
            << "error:internal error: process panicked: unknown panic";
    }
    void aPanicComesUpAsAnError()
    {
        QFETCH(QString, reason);
        QFETCH(QString, error);
        TOLD(play(manager("children = [\"a\"]\n[worker.a]\nlifetime = \"1s\"\nexit_reason = \""
                          + reason.toStdString() + "\"\n"),
                  {.kinds = "exit", .nodes = "app"}),
             "1s: exit app#1 " + error.toStdString());
    }

    void aFailedStartIsAnErrorToo()
    {
        TOLD(play(manager("children = [\"a\", \"b\"]\n[worker.a]\ninit_time = \"1s\"\n"
                          "init_result = \"error:no port\"\n[worker.b]\nstop_time = \"0s\"\n"),
                  {.kinds = "init_failed stop exit"}),
             R"(1s: init_failed a#1 error:no port, stop b#1, exit b#1 shutdown, exit app#1 error:no port)");
    }

    void v14AChildThatDoesNotObeyIsAbortedAndTheManagerHangs()
    {
        TOLD(played(manager("children = [\"a\", \"b\"]\n[worker.a]\nlifetime = \"1s\"\n"
                            "[worker.b]\nstop_time = \"never\"\n")),
             R"(0s: start app#1, start a#1, started a#1, start b#1, started b#1, started app#1
                1s: exit a#1 panic, stop b#1
                31s: kill b#1, exit b#1 killed, end stuck:app waits for ever)");
    }

    void theGraceIsAnOption()
    {
        TOLD(play(manager("children = [\"a\"]\n[worker.a]\nshutdown = \"2s\"\nstop_time = \"never\"\n")
                      + command("shutdown", "1s"),
                  {.kinds = "stop kill exit reply end"}),
             R"(1s: stop app#1, stop a#1
                3s: kill a#1, exit a#1 killed, end stuck:app waits for ever)");
    }

    void aShutdownStopsAllAtOnceAndEndsWell()
    {
        TOLD(play(manager("children = [\"a\", \"b\"]\n[worker.a]\nstop_time = \"7ms\"\n"
                          "[worker.b]\nstop_time = \"3ms\"\n")
                      + command("shutdown", "1s"),
                  {.kinds = "stop kill exit reply end"}),
             R"(1s: stop app#1, stop a#1, stop b#1
                1s3ms: exit b#1 shutdown
                1s7ms: exit a#1 shutdown, exit app#1 normal, reply app "ok", end quiet)");
    }

    void aShutdownOfAStartingChildMeetsItWhenItListens()
    {
        TOLD(play(manager("children = [\"a\"]\n[worker.a]\ninit_time = \"3s\"\n") + command("shutdown", "1s"),
                  {.kinds = "started stop exit"}),
             R"(0s: started app#1
                1s: stop app#1
                3s: started a#1, stop a#1, exit a#1 shutdown, exit app#1 normal)");
    }

    void aReloadGoesToAllAtOnce()
    {
        TOLD(play(manager("children = [\"a\", \"b\"]\n[worker.a]\nreload_time = \"1s\"\n[worker.b]\n")
                      + command("reload", "1s") + command("reload", "1500ms"),
                  {.kinds = "reload reply"}),
             R"(1s: reply app "ok", reload a#1, reload b#1
                1s500ms: reply app "ok", reload b#1
                2s: reload a#1)");
    }

    void p1AnAbortNobodySeesKeepsTheManagerForEver()
    {
        TOLD(play(manager("children = [\"a\", \"b\"]\n[worker.a]\n"
                          "[worker.b]\nlifetime = \"2s\"\nexit_reason = \"normal\"\n"
                          + fault("kill", "a", "1s")),
                  {.kinds = "exit end"}),
             R"(1s: exit a#1 killed
                2s: exit b#1 normal, end stuck:app waits for ever)");
    }

    void managersNest()
    {
        TOLD(play(manager("children = [\"in\", \"b\"]\n[supervisor.in]\nchildren = [\"a\"]\n"
                          "[worker.a]\nlifetime = \"1s\"\nexit_reason = \"error:x\"\n"
                          "[worker.b]\nstop_time = \"15ms\"\n"),
                  {.kinds = "exit stop end"}),
             R"(1s: exit in/a#1 error:x, exit in#1 error:x, stop b#1
                1s15ms: exit b#1 shutdown
                1s20ms: exit app#1 error:x, end quiet)");
    }

    void aLoopUnderAManagerKeepsItsChildAlive()
    {
        TOLD(play(manager("children = [\"in\"]\n[supervisor.in]\ndialect = \"processmanager\"\n"
                          "children = [\"a\"]\n[worker.a]\nlifetime = [\"1s\", \"never\"]\n")
                      + command("shutdown", "5s"),
                  {.kinds = "start exit stop end"}),
             R"(0s: start app#1, start in#1, start in/a#1
                1s: exit in/a#1 panic
                1s200ms: start in/a#2
                5s: stop app#1, stop in#1, stop in/a#2, exit in/a#2 shutdown, exit in#1 normal,
                   exit app#1 normal, end quiet)");
    }
};

QTEST_APPLESS_MAIN(TestProcessmanagerManager)
#include "tst_processmanager_manager.moc"
