#include "simulator/analysis/document_edits.h"

#include "engine/contract.h"
#include "simulator/scenario/keys.h"

#include <algorithm>
#include <array>

namespace daruma {

namespace {

bool isNamedKind(std::string_view kind)
{
    return kind == supervisorTable.name || kind == workerTable.name;
}

/// Takes a name out of a list of names, and puts others in its place.
void replaceName(TomlValue &table, std::string_view key, std::string_view name,
                 const std::vector<std::string> &others)
{
    TomlEntry *entry = table.find(key);
    if (!entry || !entry->value.isList())
        return;
    std::vector<TomlValue> items;
    for (const TomlValue &item : entry->value.items) {
        if (item.text != name)
            items.push_back(item);
        else
            for (const std::string &other : others)
                items.push_back(textValue(other));
    }
    entry->value.items = std::move(items);
}

void removeNamed(TomlValue &document, std::string_view kind, const std::string &name)
{
    if (TomlEntry *tables = document.find(kind))
        removeKey(tables->value, name);
}

void replaceNode(TomlValue &document, const std::string &name, const std::vector<std::string> &others)
{
    for (std::size_t i = 0; i < tableCount(document, supervisorTable.name); ++i)
        replaceName(tableAt(document, supervisorTable.name, i), "children", name, others);
    for (std::size_t i = 0; i < tableCount(document, workerTable.name); ++i) {
        TomlValue &worker = tableAt(document, workerTable.name, i);
        replaceName(worker, "needs", name, {});
        if (const TomlEntry *needs = worker.find("needs"); needs && needs->value.items.empty())
            removeKey(worker, "needs");
    }
    removeNamed(document, supervisorTable.name, name);
    removeNamed(document, workerTable.name, name);
}

void collectTimes(TomlValue &table, std::string_view kind, std::vector<TimeKey> &times)
{
    static constexpr std::array<std::string_view, 12> keys{
        "at",        "every",    "after",     "by",          "lasts",    "grace",
        "init_time", "lifetime", "stop_time", "reload_time", "patience", "timeout"};
    for (TomlEntry &entry : table.entries) {
        if (entry.key == "behaviour" && entry.value.isTable())
            collectTimes(entry.value, kind, times);
        if (std::find(keys.begin(), keys.end(), entry.key) == keys.end())
            continue;
        if (entry.value.isText())
            times.push_back({&entry.value, kind, entry.key});
        for (TomlValue &item : entry.value.items)
            if (item.isText())
                times.push_back({&item, kind, entry.key});
    }
}

}

std::size_t tableCount(const TomlValue &document, std::string_view kind)
{
    const TomlEntry *tables = document.find(kind);
    if (!tables)
        return 0;
    return isNamedKind(kind) ? tables->value.entries.size() : tables->value.items.size();
}

TomlValue &tableAt(TomlValue &document, std::string_view kind, std::size_t index)
{
    DARUMA_ASSERT(index < tableCount(document, kind), "there is such a table");
    TomlValue &tables = document.find(kind)->value;
    return isNamedKind(kind) ? tables.entries[index].value : tables.items[index];
}

void removeTableAt(TomlValue &document, std::string_view kind, std::size_t index)
{
    DARUMA_ASSERT(!isNamedKind(kind) && index < tableCount(document, kind), "there is such a table");
    std::vector<TomlValue> &items = document.find(kind)->value.items;
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(index));
}

std::vector<std::string> tableNames(const TomlValue &document, std::string_view kind)
{
    std::vector<std::string> names;
    if (const TomlEntry *tables = document.find(kind))
        for (const TomlEntry &entry : tables->value.entries)
            names.push_back(entry.key);
    return names;
}

const TomlValue *namedTable(const TomlValue &document, std::string_view kind, std::string_view name)
{
    const TomlEntry *tables = document.find(kind);
    const TomlEntry *table = tables ? tables->value.find(name) : nullptr;
    return table ? &table->value : nullptr;
}

TomlValue *namedTable(TomlValue &document, std::string_view kind, std::string_view name)
{
    TomlEntry *tables = document.find(kind);
    TomlEntry *table = tables ? tables->value.find(name) : nullptr;
    return table ? &table->value : nullptr;
}

bool isSupervisor(const TomlValue &document, std::string_view name)
{
    return namedTable(document, supervisorTable.name, name) != nullptr;
}

std::vector<std::string> childNames(const TomlValue &document, std::string_view supervisor)
{
    std::vector<std::string> names;
    const TomlValue *table = namedTable(document, supervisorTable.name, supervisor);
    const TomlEntry *children = table ? table->find("children") : nullptr;
    if (children)
        for (const TomlValue &child : children->value.items)
            names.push_back(child.text);
    return names;
}

void removeSubtree(TomlValue &document, const std::string &name)
{
    for (const std::string &child : childNames(document, name))
        removeSubtree(document, child);
    replaceNode(document, name, {});
}

void hoistChildren(TomlValue &document, const std::string &name)
{
    replaceNode(document, name, childNames(document, name));
}

std::vector<TimeKey> timesOf(TomlValue &document)
{
    std::vector<TimeKey> times;
    for (const TableKind *kind : {&workerTable, &faultTable, &commandTable})
        for (std::size_t i = 0; i < tableCount(document, kind->name); ++i)
            collectTimes(tableAt(document, kind->name, i), kind->name, times);
    return times;
}

}
