#include "simulator/scenario/overrides.h"

#include "simulator/scenario/keys.h"
#include "simulator/scenario/name_hints.h"
#include "simulator/scenario/toml_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace daruma {

namespace {

/// `fault."db goes away".at` in its parts; nothing where a quote is not closed or a part is empty.
std::optional<std::vector<std::string>> partsOf(std::string_view key)
{
    std::vector<std::string> parts;
    std::size_t at = 0;
    while (at <= key.size()) {
        std::string part;
        const bool isQuoted = at < key.size() && (key[at] == '"' || key[at] == '\'');
        const std::size_t end =
            isQuoted ? key.find(key[at], at + 1) : std::min(key.find('.', at), key.size());
        if (end == std::string_view::npos)
            return {};
        part = key.substr(at + (isQuoted ? 1 : 0), end - at - (isQuoted ? 1 : 0));
        at = end + (isQuoted ? 1 : 0);
        if (part.empty() || (at < key.size() && key[at] != '.'))
            return {};
        parts.push_back(std::move(part));
        ++at;
    }
    return parts;
}

void setPlaces(TomlValue &value, int source)
{
    value.place.source = source;
    for (TomlValue &item : value.items)
        setPlaces(item, source);
    for (TomlEntry &entry : value.entries) {
        entry.place.source = source;
        setPlaces(entry.value, source);
    }
}

/// A TOML value where it is one, otherwise a text.
TomlValue valueOf(const std::string &text, int source)
{
    TomlValue value;
    if (auto parsed = parseTomlValue(text); parsed && parsed->type != TomlValue::Type::Date) {
        value = std::move(*parsed);
    } else {
        value.type = TomlValue::Type::Text;
        value.text = text;
        value.place = {};
    }
    setPlaces(value, source);
    return value;
}

class OverrideWriter {
public:
    OverrideWriter(const std::vector<std::string> &faults, const std::vector<std::string> &expectations,
                   TomlValue &document, Problems &problems)
        : m_faults(faults)
        , m_expectations(expectations)
        , m_document(document)
        , m_problems(problems)
    {}

    void write(const std::string &key, const std::string &value, int source)
    {
        m_place = {1, -static_cast<int>(key.size()), source};
        const auto parts = partsOf(key);
        if (!parts || parts->size() < 2) {
            m_problems.error(m_place, fmt::format("\"{}\" is no key of a scenario", key),
                             "such as supervisor.app.max_restarts, scenario.horizon or fault.\"NAME\".at");
            return;
        }
        std::size_t used = 0;
        TomlValue *table = findTable(*parts, used);
        if (!table)
            return;
        for (; used + 1 < parts->size(); ++used)
            table = &tableIn(*table, (*parts)[used]);
        // Left of the value, which begins at column 1, stand a "=" and the last part.
        m_place.column = -static_cast<int>(parts->back().size());
        setKey(*table, parts->back(), valueOf(value, source));
    }

private:
    /// The table that the first parts name, and how many these are.
    TomlValue *findTable(const std::vector<std::string> &parts, std::size_t &used)
    {
        const std::string &kind = parts[0];
        if (kind == scenarioTable.name) {
            used = 1;
            return &tableIn(m_document, kind);
        }
        if (kind == commandTable.name) {
            m_problems.error(m_place, "commands have no names, so that they cannot be set");
            return nullptr;
        }
        const bool isNamed = kind == supervisorTable.name || kind == workerTable.name;
        if (!isNamed && kind != faultTable.name && kind != expectTable.name) {
            m_problems.error(
                m_place, fmt::format("a scenario has no `{}`", kind),
                didYouMean(closestName(kind, {"scenario", "supervisor", "worker", "fault", "expect"})));
            return nullptr;
        }
        if (parts.size() < 3) {
            m_problems.error(m_place, fmt::format("a key is missing behind \"{}.{}\"", kind, parts[1]));
            return nullptr;
        }
        used = 2;
        TomlEntry *tables = m_document.find(kind);
        return isNamed ? namedTable(tables, parts) : listedTable(tables, parts);
    }

    TomlValue *namedTable(TomlEntry *tables, const std::vector<std::string> &parts)
    {
        TomlEntry *entry = tables ? tables->value.find(parts[1]) : nullptr;
        if (entry && entry->value.isTable())
            return &entry->value;
        std::vector<std::string_view> names;
        if (tables) {
            for (const TomlEntry &known : tables->value.entries)
                names.push_back(known.key);
        }
        m_problems.error(m_place, fmt::format("the scenario has no {} \"{}\"", parts[0], parts[1]),
                         didYouMean(closestName(parts[1], names)));
        return nullptr;
    }

    TomlValue *listedTable(TomlEntry *tables, const std::vector<std::string> &parts)
    {
        const std::vector<std::string> &names = parts[0] == faultTable.name ? m_faults : m_expectations;
        const auto found = std::find(names.begin(), names.end(), parts[1]);
        const auto index = static_cast<std::size_t>(found - names.begin());
        if (found != names.end() && tables && index < tables->value.items.size()
            && tables->value.items[index].isTable())
            return &tables->value.items[index];
        m_problems.error(m_place, fmt::format("the scenario has no {} named \"{}\"", parts[0], parts[1]),
                         didYouMean(closestName(parts[1], {names.begin(), names.end()})));
        return nullptr;
    }

    TomlValue &tableIn(TomlValue &parent, const std::string &key)
    {
        TomlEntry *entry = parent.find(key);
        if (!entry) {
            parent.entries.push_back({key, m_place, {}});
            entry = &parent.entries.back();
            entry->value.place = m_place;
        }
        if (!entry->value.isTable()) {
            // A single value makes way for the table that is written key by key.
            entry->value = {};
            entry->value.place = m_place;
        }
        return entry->value;
    }

    void setKey(TomlValue &table, const std::string &key, TomlValue value)
    {
        TomlEntry *entry = table.find(key);
        if (!entry) {
            table.entries.push_back({key, m_place, {}});
            entry = &table.entries.back();
        }
        entry->place = m_place;
        entry->value = std::move(value);
    }

    const std::vector<std::string> &m_faults;
    const std::vector<std::string> &m_expectations;
    TomlValue &m_document;
    Problems &m_problems;
    Place m_place;
};

}

std::vector<Problems::Source> overrideSources(const std::vector<Override> &overrides,
                                              std::string_view dialectOverride)
{
    std::vector<Problems::Source> sources;
    sources.reserve(overrides.size() + 1);
    for (const Override &override : overrides)
        sources.push_back({"--set " + override.key, override.key + "=", override.value});
    if (!dialectOverride.empty())
        sources.push_back({"--dialect", "--dialect ", std::string(dialectOverride)});
    return sources;
}

void applyOverrides(const std::vector<Override> &overrides, std::string_view dialectOverride,
                    const std::vector<std::string> &faults, const std::vector<std::string> &expectations,
                    TomlValue &document, Problems &problems)
{
    OverrideWriter writer(faults, expectations, document, problems);
    int source = 0;
    for (const Override &override : overrides)
        writer.write(override.key, override.value, ++source);
    if (!dialectOverride.empty())
        writer.write("scenario.dialect", fmt::format("\"{}\"", dialectOverride), ++source);
}

}
