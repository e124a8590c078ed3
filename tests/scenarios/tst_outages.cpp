#include "tests/scenarios/play.h"

#include <algorithm>
#include <vector>

using namespace daruma;

namespace {

const std::string pair = R"toml(
[scenario]
horizon = "10m"
[supervisor.app]
max_restarts = 1000
children = ["a", "b"]
)toml";

std::string fault(const std::string &keys)
{
    return "[[fault]]\n" + keys + "\n";
}

}  // namespace

class TestOutages : public QObject {
    Q_OBJECT

private slots:
    void anOutageFailsStartsUntilItIsOver()
    {
        TOLD(play(pair + "[worker.a]\ninit_time = \"2s\"\n[worker.b]\n"
                      + fault("inject = \"outage\"\ninto = \"a\"\nat = \"10s\"\nlasts = \"5s\""),
                  {.kinds = "fault start started exit init_failed", .nodes = "a"}),
             R"(0s: start a#1
                2s: started a#1
                10s: fault a 5s, exit a#1 panic, start a#2
                12s: init_failed a#2 error, start a#3
                14s: init_failed a#3 error, start a#4
                16s: started a#4)");
    }

    void anOutageReplacesWhatItNamesAndSparesWhatWasDrawn()
    {
        // The life that began in the outage stays short; the one of b was drawn before and stays long.
        TOLD(play(pair
                      + "[worker.a]\nlifetime = [\"1m\", \"1m\", \"1m\", \"1m\", \"never\"]\n"
                        "[worker.b]\nlifetime = \"90s\"\ninit_time = [\"0s\", \"5s\"]\n"
                      + fault("inject = \"outage\"\ninto = \"a\"\nat = \"10s\"\nlasts = \"5s\"\n"
                              "behaviour = { lifetime = \"3s\", exit_reason = \"error:down\" }")
                      + fault("inject = \"outage\"\ninto = \"b\"\nwhen = \"a restarts\"\nafter = \"70s\"\n"
                              "count = 1\nlasts = \"1s\"\nbehaviour = { init_time = \"2s\" }"),
                  {.kinds = "fault exit started", .nodes = "a b"}),
             R"(0s: started a#1, started b#1
                10s: fault a 5s, exit a#1 panic, started a#2
                13s: exit a#2 error:down, started a#3
                16s: exit a#3 panic, started a#4
                1m16s: exit a#4 panic, started a#5
                1m20s: fault b 1s, exit b#1 panic
                1m22s: started b#2
                2m52s: exit b#2 panic
                2m57s: started b#3
                4m27s: exit b#3 panic
                4m32s: started b#4
                6m2s: exit b#4 panic
                6m7s: started b#5
                7m37s: exit b#5 panic
                7m42s: started b#6
                9m12s: exit b#6 panic
                9m17s: started b#7)");
    }

    void anOutageCanMakeItsTargetTrapExits()
    {
        TOLD(play(pair + "[worker.a]\n[worker.b]\n"
                      + fault("inject = \"outage\"\ninto = \"a\"\nat = \"10s\"\nlasts = \"1m\"\n"
                              "behaviour = { stop_time = \"3s\", stop_reason = \"error\" }")
                      + "[[command]]\nat = \"20s\"\ndo = \"terminate_child\"\nto = \"app\"\nchild = \"a\"\n",
                  {.kinds = "stop exit"}),
             R"(10s: exit a#1 panic
                20s: stop a#2
                23s: exit a#2 error)");
    }

    void theLengthOfAnOutageIsDrawnEachTime()
    {
        const Recording run =
            runOf(pair + "[worker.a]\n[worker.b]\n"
                  + fault("inject = \"outage\"\ninto = \"a\"\nevery = \"1m\"\n"
                          "lasts = \"uniform(1s, 3s)\"\nbehaviour = { init_time = \"1ms\" }"));
        std::vector<std::int64_t> lengths;
        for (const Event &event : run.events)
            if (event.kind == EventKind::Fault)
                lengths.push_back(event.value);
        QCOMPARE(lengths.size(), std::size_t(10));
        for (const std::int64_t length : lengths)
            QVERIFY(length >= 1'000'000'000 && length <= 3'000'000'000);
        std::sort(lengths.begin(), lengths.end());
        QVERIFY(std::unique(lengths.begin(), lengths.end()) == lengths.end());
    }

    void aShorterOutageDoesNotEndALongerOne()
    {
        TOLD(play(pair + "[worker.a]\ninit_time = \"1s\"\nbackoff = \"4s\"\n[worker.b]\n"
                      + fault(
                          "name = \"long\"\ninject = \"outage\"\ninto = \"a\"\nat = \"10s\"\nlasts = \"20s\"")
                      + fault("name = \"short\"\ninject = \"outage\"\ninto = \"a\"\nat = \"12s\"\n"
                              "lasts = \"5s\"\nbehaviour = { init_time = \"2s\" }"),
                  {.kinds = "fault exit started init_failed", .nodes = "a"}),
             R"(1s: started a#1
                10s: fault a 20s, exit a#1 panic
                12s: fault a 5s
                16s: init_failed a#2 error
                21s: init_failed a#3 error
                26s: init_failed a#4 error
                31s: started a#5)");
    }
};

QTEST_APPLESS_MAIN(TestOutages)
#include "tst_outages.moc"
