#include "tests/scenarios/play.h"

using namespace daruma;

// Elixir 1.18: lib/elixir/lib/supervisor.ex, dynamic_supervisor.ex and partition_supervisor.ex.

namespace {

const std::string dynamic = R"toml(
[scenario]
dialect = "elixir"
horizon = "1m"
[supervisor.app]
strategy = "simple_one_for_one"
options = { max_children = 2 }
children = ["conn"]
[worker.conn]
stop_time = "1s"
)toml";

std::string command(const std::string &at, const std::string &what, const std::string &child,
                    const std::string &more = {})
{
    return "[[command]]\nat = \"" + at + "\"\ndo = \"" + what + "\"\nto = \"app\"\n"
           + (child.empty() ? "" : "child = \"" + child + "\"\n") + more + "\n";
}

}  // namespace

class TestElixir : public QObject {
    Q_OBJECT

private slots:
    void threeRestartsInFiveSecondsAreAllowed()
    {
        TOLD(play("[scenario]\ndialect = \"elixir\"\n[supervisor.app]\nchildren = [\"a\"]\n[worker.a]\n"
                  "lifetime = \"1s\"\n",
                  {.kinds = "restart gave_up"}),
             R"(1s: restart a#1 1/3
                2s: restart a#2 2/3
                3s: restart a#3 3/3
                4s: gave_up app#1 4/3 over a panic)");
    }

    void aDynamicSupervisorRefusesMoreThanItsMost()
    {
        TOLD(play(dynamic + command("1s", "start_child", "x") + command("2s", "start_child", "y")
                      + command("3s", "start_child", "z") + command("4s", "terminate_child", "x")
                      + command("6s", "start_child", "z"),
                  {.kinds = "reply"}),
             "1s: reply app [\"ok\", \"app/x#1\"]\n"
             "2s: reply app [\"ok\", \"app/y#1\"]\n"
             "3s: reply app [\"error\", \"max_children\"]\n"
             "5s: reply app \"ok\"\n"
             "6s: reply app [\"ok\", \"app/z#1\"]");
    }

    void whatItDoesNotHaveIsNotFound()
    {
        TOLD(play(dynamic + command("1s", "start_child", "x", "behaviour = { init_result = \"ignore\" }")
                      + command("2s", "start_child", "y",
                                "behaviour = { lifetime = \"5s\", "
                                "exit_reason = \"normal\" }")
                      + command("2s", "terminate_child", "never") + command("10s", "terminate_child", "conn"),
                  {.kinds = "reply"}),
             "1s: reply app \"ignore\"\n"
             "2s: reply app [\"ok\", \"app/y#1\"], reply app [\"error\", \"not_found\"]\n"
             "10s: reply app [\"error\", \"not_found\"]");
    }

    void itsChildrenAreStoppedAllAtOnce()
    {
        TOLD(play(dynamic + command("1s", "start_child", "x") + command("2s", "start_child", "y")
                      + command("10s", "shutdown", ""),
                  {.kinds = "stop exit"}),
             R"(10s: stop app#1, stop x#1, stop y#1
                11s: exit x#1 shutdown, exit y#1 shutdown, exit app#1 shutdown)");
    }

    void partitionsShareOneLimit()
    {
        TOLD(
            play("[scenario]\ndialect = \"elixir\"\n[supervisor.app]\nchildren = [\"part\"]\n"
                 "[worker.part]\ncount = 4\n[[fault]]\ninject = \"panic\"\ninto = \"part[*]\"\nat = \"1s\"\n",
                 {.kinds = "restart gave_up"}),
            R"(1s: restart part[0]#1 1/3, restart part[1]#1 2/3, restart part[2]#1 3/3,
                gave_up app#1 4/3 over part[3] panic)");
    }
};

QTEST_APPLESS_MAIN(TestElixir)
#include "tst_elixir.moc"
