#include "simulator/scenario/document.h"

#include "simulator/kernel/duration_text.h"
#include "simulator/scenario/expectations.h"
#include "simulator/scenario/faults.h"
#include "simulator/scenario/keys.h"
#include "simulator/scenario/overrides.h"
#include "simulator/scenario/toml_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

namespace daruma {

namespace {

constexpr std::string_view bareCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

std::string jsonString(std::string_view text)
{
    std::string result = "\"";
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            result += {'\\', c};
        else if (c == '\n')
            result += "\\n";
        else if (c == '\t')
            result += "\\t";
        else if (code < 0x20 || code == 0x7f)
            result += fmt::format("\\u{:04x}", code);
        else
            result += c;
    }
    return result + '"';
}

std::string keyText(std::string_view key)
{
    const bool isBare = !key.empty() && key.find_first_not_of(bareCharacters) == std::string_view::npos;
    return isBare ? std::string(key) : jsonString(key);
}

}

std::string valueText(const TomlValue &value)
{
    switch (value.type) {
    case TomlValue::Type::Text:
        return jsonString(value.text);
    case TomlValue::Type::Integer:
        return fmt::format("{}", value.integer);
    case TomlValue::Type::Number:
        return fmt::format("{}", value.number);
    case TomlValue::Type::Boolean:
        return value.boolean ? "true" : "false";
    case TomlValue::Type::List: {
        std::string list;
        for (const TomlValue &item : value.items)
            list += (list.empty() ? "" : ", ") + valueText(item);
        return "[" + list + "]";
    }
    case TomlValue::Type::Table: {
        std::string table;
        for (const TomlEntry &entry : value.entries)
            table += fmt::format("{} {} = {}", table.empty() ? "" : ",", keyText(entry.key),
                                 valueText(entry.value));
        return "{" + table + " }";
    }
    case TomlValue::Type::Date:
        break;
    }
    return jsonString("");
}

namespace {

/// The keys in the order in which the format lists them.
void writeTable(std::string &text, const std::string &header, const TomlValue &table, const TableKind &kind)
{
    std::vector<const TomlEntry *> entries;
    for (const Key &key : kind.keys)
        if (const TomlEntry *entry = table.find(key.name))
            entries.push_back(entry);
    std::size_t widest = 0;
    for (const TomlEntry *entry : entries)
        widest = std::max(widest, entry->key.size());
    if (!text.empty())
        text += '\n';
    text += header + "\n";
    for (const TomlEntry *entry : entries)
        text += fmt::format("{:<{}} = {}\n", entry->key, widest, valueText(entry->value));
}

const TomlValue *tableOf(const TomlValue &document, std::string_view kind, std::string_view name)
{
    const TomlEntry *tables = document.find(kind);
    const TomlEntry *table = tables ? tables->value.find(name) : nullptr;
    return table ? &table->value : nullptr;
}

class TreeWriter {
public:
    TreeWriter(const TomlValue &document, std::string &text)
        : m_document(document)
        , m_text(text)
    {}

    void write()
    {
        std::set<std::string> listed;
        forEachSupervisor([&](const TomlEntry &supervisor) {
            for (const std::string &child : childrenOf(supervisor.value))
                listed.insert(child);
        });
        forEachSupervisor([&](const TomlEntry &supervisor) {
            if (listed.count(supervisor.key) == 0)
                writeNode(supervisor.key);
        });
        // What only commands start.
        if (const TomlEntry *workers = m_document.find(workerTable.name))
            for (const TomlEntry &worker : workers->value.entries)
                writeNode(worker.key);
    }

private:
    template <typename Function> void forEachSupervisor(const Function &function) const
    {
        if (const TomlEntry *supervisors = m_document.find(supervisorTable.name))
            for (const TomlEntry &supervisor : supervisors->value.entries)
                function(supervisor);
    }

    static std::vector<std::string> childrenOf(const TomlValue &supervisor)
    {
        std::vector<std::string> names;
        if (const TomlEntry *children = supervisor.find("children"))
            for (const TomlValue &child : children->value.items)
                names.push_back(child.text);
        return names;
    }

    void writeNode(const std::string &name)
    {
        if (!m_written.insert(name).second)
            return;
        if (const TomlValue *supervisor = tableOf(m_document, supervisorTable.name, name)) {
            writeTable(m_text, fmt::format("[supervisor.{}]", keyText(name)), *supervisor, supervisorTable);
            for (const std::string &child : childrenOf(*supervisor))
                writeNode(child);
        } else if (const TomlValue *worker = tableOf(m_document, workerTable.name, name)) {
            writeTable(m_text, fmt::format("[worker.{}]", keyText(name)), *worker, workerTable);
        }
    }

    const TomlValue &m_document;
    std::string &m_text;
    std::set<std::string> m_written;
};

std::int64_t momentOf(const TomlValue &table)
{
    const TomlEntry *at = table.find("at");
    const auto moment =
        at && at->value.isText() ? std::optional(parseDuration(at->value.text)) : std::nullopt;
    return moment && *moment ? (*moment)->ns() : std::numeric_limits<std::int64_t>::max();
}

/// Faults and commands: those with a moment by it, and else as they stand.
void writeStrikes(std::string &text, const TomlValue &document)
{
    struct Strike {
        const TomlValue *table;
        const TableKind *kind;
        Place place;
    };
    std::vector<Strike> strikes;
    for (const TableKind *kind : {&faultTable, &commandTable})
        if (const TomlEntry *list = document.find(kind->name))
            for (const TomlValue &table : list->value.items)
                strikes.push_back({&table, kind, table.place});
    std::stable_sort(strikes.begin(), strikes.end(), [](const Strike &a, const Strike &b) {
        const std::int64_t atA = momentOf(*a.table);
        const std::int64_t atB = momentOf(*b.table);
        return atA != atB ? atA < atB : a.place.isBefore(b.place);
    });
    for (const Strike &strike : strikes)
        writeTable(text, fmt::format("[[{}]]", strike.kind->name), *strike.table, *strike.kind);
}

void writeNames(TomlValue &document, std::string_view kind, const std::vector<std::string> &names)
{
    TomlEntry *list = document.find(kind);
    for (std::size_t i = 0; list && i < names.size() && i < list->value.items.size(); ++i)
        if (!list->value.items[i].find("name"))
            setKey(list->value.items[i], "name", textValue(names[i]));
}

}

tl::expected<TomlValue, std::vector<Problem>> scenarioDocument(const std::string &text,
                                                               const std::vector<Override> &overrides,
                                                               std::string_view dialectOverride)
{
    const std::vector<Problems::Source> sources = overrideSources(overrides, dialectOverride);
    Problems problems(text, sources);
    auto document = parseToml(text);
    if (!document) {
        problems.error(document.error().place, document.error().message, document.error().hint);
        return tl::unexpected(problems.takeErrors());
    }
    const std::vector<std::string> faults = faultNames(*document);
    const std::vector<std::string> expectations = expectationNames(*document);
    writeNames(*document, faultTable.name, faults);
    writeNames(*document, expectTable.name, expectations);
    applyOverrides(overrides, dialectOverride, faults, expectations, *document, problems);
    if (problems.hasErrors())
        return tl::unexpected(problems.takeErrors());
    return std::move(*document);
}

std::string scenarioText(const TomlValue &document)
{
    std::string text;
    if (const TomlEntry *scenario = document.find(scenarioTable.name))
        if (!scenario->value.entries.empty())
            writeTable(text, "[scenario]", scenario->value, scenarioTable);
    TreeWriter(document, text).write();
    writeStrikes(text, document);
    if (const TomlEntry *expectations = document.find(expectTable.name))
        for (const TomlValue &expectation : expectations->value.items)
            writeTable(text, "[[expect]]", expectation, expectTable);
    return text;
}

std::vector<std::string> defaultNames(const TomlValue &document, std::string_view kind)
{
    TomlValue unnamed = document;
    if (TomlEntry *list = unnamed.find(kind))
        for (TomlValue &table : list->value.items)
            removeKey(table, "name");
    return kind == faultTable.name ? faultNames(unnamed) : expectationNames(unnamed);
}

TomlValue textValue(std::string_view text)
{
    TomlValue value;
    value.type = TomlValue::Type::Text;
    value.text = text;
    return value;
}

TomlValue integerValue(std::int64_t number)
{
    TomlValue value;
    value.type = TomlValue::Type::Integer;
    value.integer = number;
    value.number = static_cast<double>(number);
    return value;
}

void setKey(TomlValue &table, std::string_view key, TomlValue value)
{
    if (TomlEntry *entry = table.find(key))
        entry->value = std::move(value);
    else
        table.entries.push_back({std::string(key), {}, std::move(value)});
}

void removeKey(TomlValue &table, std::string_view key)
{
    std::erase_if(table.entries, [key](const TomlEntry &entry) { return entry.key == key; });
}

}
