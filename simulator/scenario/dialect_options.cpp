#include "simulator/scenario/dialect_options.h"

#include "simulator/scenario/name_hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

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

constexpr std::array options{
    Option{"owner", readOwner, nullptr},
    Option{"max_children", readMaxChildren, nullptr},
    Option{"host_uptime", readHostUptime, nullptr},
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
    std::vector<std::string_view> names;
    for (const Option &option : options)
        names.push_back(option.name);
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
