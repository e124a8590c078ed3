#include "simulator/scenario/keys.h"

#include <algorithm>
#include <array>

namespace daruma {

namespace {

using Name = std::string_view;
using V = ValueType;

constexpr std::array<Name, 2> tiesNames{"fifo", "random"};
constexpr std::array<Name, 6> injectNames{"panic", "exit", "kill", "hang", "delay", "outage"};
constexpr std::array<Name, 4> stepNames{"init", "stop", "exit_signal", "reload"};
constexpr std::array<Name, 19> commandNames{"start_child",
                                            "start_child_linked",
                                            "terminate_child",
                                            "restart_child",
                                            "delete_child",
                                            "which_children",
                                            "count_children",
                                            "get_restart_strategy",
                                            "get_uptime",
                                            "reload",
                                            "control",
                                            "is_alive",
                                            "health",
                                            "final_report",
                                            "join",
                                            "add_child",
                                            "pause_child",
                                            "resume_child",
                                            "shutdown"};

constexpr std::array scenarioKeys{
    Key{"name", V::Text},
    Key{"about", V::Text},
    Key{"horizon", V::Duration},
    Key{"seed", V::WholeNumber},
    Key{"dialect", V::Text},
    Key{"ties", V::OneOf, false, tiesNames},
    Key{"clock_phase", V::Duration},
    Key{"finding", V::Text},
};

constexpr std::array supervisorKeys{
    Key{"strategy", V::OneOf, false, strategyNames},
    Key{"max_restarts", V::MaxRestarts},
    Key{"within", V::Within},
    Key{"auto_shutdown", V::OneOf, false, autoShutdownNames},
    Key{"children", V::Names},
    Key{"init_result", V::SupervisorInitResults},
    Key{"restart", V::OneOf, false, restartNames},
    Key{"shutdown", V::Shutdown},
    Key{"significant", V::TrueOrFalse},
    Key{"backoff", V::Backoff},
    Key{"id", V::Text},
    Key{"dialect", V::Text},
    Key{"options", V::Options},
};

constexpr std::array workerKeys{
    Key{"restart", V::OneOf, false, restartNames},
    Key{"shutdown", V::Shutdown},
    Key{"significant", V::TrueOrFalse},
    Key{"count", V::Count},
    Key{"init_time", V::Distributions},
    Key{"init_result", V::InitResults},
    Key{"lifetime", V::Distributions},
    Key{"exit_reason", V::Reasons},
    Key{"stop_time", V::Distributions},
    Key{"stop_reason", V::Reasons},
    Key{"reload_time", V::Distributions},
    Key{"needs", V::Names},
    Key{"patience", V::Distributions},
    Key{"backoff", V::Backoff},
    Key{"id", V::Text},
    Key{"options", V::Options},
};

constexpr std::array behaviourKeys{
    Key{"init_time", V::Distributions},   Key{"init_result", V::InitResults},
    Key{"lifetime", V::Distributions},    Key{"exit_reason", V::Reasons},
    Key{"stop_time", V::Distributions},   Key{"stop_reason", V::Reasons},
    Key{"reload_time", V::Distributions}, Key{"patience", V::Distributions},
};

constexpr std::array backoffKeys{
    Key{"first", V::Duration, true}, Key{"factor", V::Factor},        Key{"cap", V::Duration},
    Key{"jitter", V::Share},         Key{"reset_after", V::Duration},
};

constexpr std::array faultKeys{
    Key{"name", V::Text},           Key{"inject", V::OneOf, true, injectNames},
    Key{"into", V::Text, true},     Key{"reason", V::Reason},
    Key{"at", V::Duration},         Key{"every", V::Distribution},
    Key{"when", V::Text},           Key{"after", V::Distribution},
    Key{"between", V::Moments},     Key{"chance", V::Share},
    Key{"count", V::Count},         Key{"on", V::OneOf, false, stepNames},
    Key{"by", V::Distribution},     Key{"lasts", V::Distribution},
    Key{"behaviour", V::Behaviour}, Key{"pick", V::Count},
};

constexpr std::array commandKeys{
    Key{"at", V::Duration, true},
    Key{"do", V::OneOf, true, commandNames},
    Key{"to", V::Text, true},
    Key{"child", V::Text},
    Key{"behaviour", V::Behaviour},
    Key{"message", V::Text},
    Key{"grace", V::Duration},
    Key{"by", V::Text},
    Key{"why", V::Text},
    Key{"timeout", V::Duration},
};

constexpr std::array expectKeys{
    Key{"name", V::Text},       Key{"always", V::Text},   Key{"never", V::Text},
    Key{"eventually", V::Text}, Key{"finally", V::Text},  Key{"sometimes", V::Text},
    Key{"within", V::Duration}, Key{"whenever", V::Text}, Key{"from", V::Duration},
};

constexpr std::array<Name, 5> initResults{"ok", "error", "ignore", "panic", "hang"};
constexpr std::array<Name, 5> reasons{"normal", "shutdown", "error", "panic", "kill"};

}

const TableKind scenarioTable{"scenario", "[scenario]", scenarioKeys};
const TableKind supervisorTable{"supervisor", "[supervisor.NAME]", supervisorKeys};
const TableKind workerTable{"worker", "[worker.NAME]", workerKeys};
const TableKind faultTable{"fault", "[[fault]]", faultKeys};
const TableKind commandTable{"command", "[[command]]", commandKeys};
const TableKind expectTable{"expect", "[[expect]]", expectKeys};
const TableKind behaviourTable{"behaviour", "behaviour", behaviourKeys};
const TableKind backoffTable{"backoff", "backoff", backoffKeys};

const Key *TableKind::find(std::string_view key) const
{
    const auto found = std::find_if(keys.begin(), keys.end(), [key](const Key &k) { return k.name == key; });
    return found == keys.end() ? nullptr : &*found;
}

std::span<const TableKind *const> tableKinds()
{
    static constexpr std::array kinds{&scenarioTable, &supervisorTable, &workerTable,    &faultTable,
                                      &commandTable,  &expectTable,     &behaviourTable, &backoffTable};
    return kinds;
}

std::span<const std::string_view> initResultNames()
{
    return initResults;
}

std::span<const std::string_view> supervisorInitResultNames()
{
    return std::span(initResults).first(4);
}

std::span<const std::string_view> reasonNames()
{
    return reasons;
}

std::span<const std::string_view> exitFaultReasonNames()
{
    return std::span(reasons).first(4);
}

std::string quotedList(std::span<const std::string_view> names)
{
    std::string list;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0)
            list += i + 1 == names.size() ? " or " : ", ";
        list += "\"" + std::string(names[i]) + "\"";
    }
    return list;
}

}
