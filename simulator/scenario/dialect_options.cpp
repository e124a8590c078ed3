#include "simulator/scenario/dialect_options.h"

#include "simulator/scenario/behaviour_reader.h"
#include "simulator/scenario/keys.h"
#include "simulator/scenario/name_hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace daruma {

namespace {

/// One option: of a supervisor by its own dialect, or of a child by its supervisor's.
struct Option {
    std::string_view name;
    void (*ofSupervisor)(const TomlValue &value, SupervisorDefinition &supervisor, Problems &problems);
    void (*ofChild)(const TomlValue &value, ChildSpec &spec, Problems &problems);
};

void readOwner(const TomlValue &value, SupervisorDefinition &, Problems &problems)
{
    if (!value.isText())
        problems.error(value.place,
                       fmt::format("`owner` takes the name of a node, not {}", describe(value.type)));
}

void readMaxChildren(const TomlValue &value, SupervisorDefinition &supervisor, Problems &problems)
{
    if (value.isInteger() && value.integer >= 0 && value.integer < 0xffff'ffff)
        supervisor.flags.mostInstances = static_cast<std::uint32_t>(value.integer);
    else
        problems.error(value.place, "`max_children` takes a whole number, 0 or more");
}

/// How long the host has been up at virtual time 0.
void readHostUptime(const TomlValue &value, SupervisorDefinition &supervisor, Problems &problems)
{
    const auto uptime = readDuration(value, "host_uptime", problems);
    if (uptime && supervisor.flags.rules.longWindow == LongWindow::Forgets)
        supervisor.flags.limit.clockAge = *uptime;
}

/// With the jitter of the dialect.
void readPause(const TomlValue &value, SupervisorDefinition &supervisor, Problems &problems)
{
    if (const auto pause = readDuration(value, "pause", problems))
        supervisor.flags.pause.first = *pause;
}

std::optional<std::size_t> choiceOf(const TomlValue &value, std::string_view option,
                                    std::span<const std::string_view> choices, Problems &problems)
{
    const auto found = std::find(choices.begin(), choices.end(), value.text);
    if (value.isText() && found != choices.end())
        return static_cast<std::size_t>(found - choices.begin());
    problems.error(value.place, fmt::format("`{}` is {}", option, quotedList(choices)));
    return {};
}

void readRole(const TomlValue &value, ChildSpec &spec, Problems &problems)
{
    if (const auto role = choiceOf(value, "role", roleNames, problems))
        spec.role = static_cast<Role>(*role);
}

void readGroup(const TomlValue &value, ChildSpec &spec, Problems &problems)
{
    if (value.isInteger() && value.integer >= 0 && value.integer < ChildSpec::noGroup)
        spec.group = static_cast<std::uint16_t>(value.integer);
    else
        problems.error(value.place, fmt::format("`group` takes a whole number below {}, the same for all of "
                                                "one group",
                                                ChildSpec::noGroup));
}

void readShutdownCall(const TomlValue &value, SupervisorDefinition &supervisor, Problems &problems)
{
    static constexpr std::array<std::string_view, 2> calls{"tree", "loop"};
    if (const auto call = choiceOf(value, "shutdown", calls, problems))
        supervisor.flags.rules.shutdownCall = static_cast<ShutdownCall>(*call);
}

constexpr std::array options{
    Option{"owner", readOwner, nullptr},
    Option{"max_children", readMaxChildren, nullptr},
    Option{"host_uptime", readHostUptime, nullptr},
    Option{"role", nullptr, readRole},
    Option{"group", nullptr, readGroup},
    Option{"shutdown", readShutdownCall, nullptr},
    Option{"pause", readPause, nullptr},
};

/// Calls `read` with every option of the table that the dialect declares and that `isMeant`.
template <typename IsMeant, typename Read>
void readOptions(const TableReader &table, const Dialect &dialect, IsMeant isMeant, Read read)
{
    const TomlEntry *entry = table.find("options");
    if (!entry)
        return;
    Problems &problems = table.problems();
    if (!entry->value.isTable())
        problems.error(entry->value.place,
                       fmt::format("`options` takes a table, not {}", describe(entry->value.type)));
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < options.size(); ++i)
        if ((dialect.options >> i & 1U) != 0 && isMeant(options[i]))
            names.push_back(options[i].name);
    for (const TomlEntry &given : entry->value.entries) {
        if (std::find(names.begin(), names.end(), given.key) == names.end()) {
            problems.error(given.place,
                           fmt::format("the dialect \"{}\" declares no option `{}`", dialect.name, given.key),
                           didYouMean(closestName(given.key, names)));
            continue;
        }
        read(*std::find_if(options.begin(), options.end(),
                           [&](const Option &one) { return one.name == given.key; }),
             given.value, problems);
    }
}

}

std::vector<std::string_view> dialectOptionNames()
{
    std::vector<std::string_view> names(options.size());
    std::transform(options.begin(), options.end(), names.begin(),
                   [](const Option &option) { return option.name; });
    return names;
}

void readSupervisorOptions(const TableReader &table, const Dialect &dialect, SupervisorDefinition &supervisor)
{
    readOptions(
        table, dialect, [](const Option &option) { return option.ofSupervisor != nullptr; },
        [&](const Option &option, const TomlValue &value, Problems &problems) {
            option.ofSupervisor(value, supervisor, problems);
        });
}

void readWorkerOptions(const TableReader &table, const Dialect &dialect, ChildSpec &spec)
{
    readOptions(
        table, dialect, [](const Option &option) { return option.ofChild != nullptr; },
        [&](const Option &option, const TomlValue &value, Problems &problems) {
            option.ofChild(value, spec, problems);
        });
}

}
