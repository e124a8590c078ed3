#include "simulator/scenario/overrides.h"

#include "simulator/scenario/keys.h"
#include "simulator/scenario/name_hints.h"
#include "simulator/scenario/toml_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace daruma {

namespace {

/// One part of a key and where the text behind it begins; nothing where its quote is not closed.
struct KeyPart {
    std::string text;
    std::size_t end = 0;
};

std::optional<KeyPart> partAt(std::string_view key, std::size_t begin)
{
    const char quote = begin < key.size() ? key[begin] : '\0';
    if (quote != '"' && quote != '\'') {
        const std::size_t end = std::min(key.find_first_of(".=", begin), key.size());
        return KeyPart{std::string(key.substr(begin, end - begin)), end};
    }
    std::size_t end = begin + 1;
    while (end < key.size() && key[end] != quote)
        end += quote == '"' && key[end] == '\\' ? 2 : 1;
    if (end >= key.size())
        return {};
    const std::string_view quoted = key.substr(begin, end + 1 - begin);
    // A text without escapes may hold what TOML does not let stand in a quoted key, such as a line end.
    if (quote == '\'' || quoted.find('\\') == std::string_view::npos)
        return KeyPart{std::string(quoted.substr(1, quoted.size() - 2)), end + 1};
    const auto text = parseTomlValue(quoted);
    if (!text || !text->isText())
        return {};
    return KeyPart{text->text, end + 1};
}

/// `fault."db goes away".at` in its parts; nothing where a quote is not closed or a part is empty.
std::optional<std::vector<std::string>> partsOf(std::string_view key)
{
    std::vector<std::string> parts;
    for (std::size_t at = 0; at <= key.size(); ++at) {
        auto part = partAt(key, at);
        if (!part || part->text.empty() || (part->end < key.size() && key[part->end] != '.'))
            return {};
        parts.push_back(std::move(part->text));
        at = part->end;
    }
    return parts;
}

/// A part of a key as `--set` takes it.
std::string keyPart(std::string_view name)
{
    const bool isBare = !name.empty() && name.find_first_of(" .=\"'\\\t\n") == std::string_view::npos;
    if (isBare)
        return std::string(name);
    std::string quoted = "\"";
    for (const char c : name)
        quoted += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    return quoted + '"';
}

/// `conn[3]` and `app/db/conn` are places of the table `conn`.
std::string_view tablePart(std::string_view place)
{
    place.remove_prefix(place.rfind('/') + 1);
    return place.substr(0, place.find('['));
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
        if (!parts) {
            m_problems.error(m_place, fmt::format("\"{}\" is no key of a scenario", key),
                             "a part is empty, or its quotes are not closed; keys are such as "
                             "supervisor.app.max_restarts or fault.\"db goes away\".at");
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
        if (kind == commandTable.name) {
            m_problems.error(m_place, "commands have no names, so that they cannot be set");
            return nullptr;
        }
        if (kind == scenarioTable.name && parts.size() > 1) {
            used = 1;
            return &tableIn(m_document, kind);
        }
        if (kind == scenarioTable.name) {
            m_problems.error(m_place, "a key is missing behind \"scenario\"", "such as scenario.horizon");
            return nullptr;
        }
        const bool isNamed = kind == supervisorTable.name || kind == workerTable.name;
        if (!isNamed && kind != faultTable.name && kind != expectTable.name) {
            m_problems.error(m_place, fmt::format("a scenario has no `{}`", kind), hintForKind(parts));
            return nullptr;
        }
        if (parts.size() < 3) {
            const bool isNameMissing = parts.size() < 2;
            m_problems.error(m_place,
                             fmt::format("a {} is missing behind \"{}{}\"",
                                         isNameMissing ? "name and a key" : "key", kind,
                                         isNameMissing ? "" : "." + keyPart(parts[1])),
                             isNameMissing ? hintForNames(kind) : "");
            return nullptr;
        }
        used = 2;
        TomlEntry *tables = m_document.find(kind);
        return isNamed ? namedTable(tables, parts) : listedTable(tables, parts);
    }

    /// The whole key with another beginning: `worker.conn` and what follows behind `conn`.
    static std::string address(std::string_view kind, std::string_view name,
                               const std::vector<std::string> &parts, std::size_t first)
    {
        std::string key(kind);
        if (!name.empty())
            key += "." + keyPart(name);
        for (std::size_t i = first; i < parts.size(); ++i)
            key += "." + keyPart(parts[i]);
        return key;
    }

    /// `conn.lifetime`, `horizon` or `max_restarts`: what was meant by it.
    std::string hintForKind(const std::vector<std::string> &parts) const
    {
        constexpr std::string_view all =
            "keys are scenario.KEY, supervisor.NAME.KEY, worker.NAME.KEY, fault.\"NAME\".KEY and "
            "expect.\"NAME\".KEY";
        const std::string &word = parts[0];
        if (const std::string kind = kindWith(tablePart(word)); !kind.empty() && parts.size() > 1)
            return fmt::format("did you mean {}?", address(kind, tablePart(word), parts, 1));
        for (const std::string_view kind : {faultTable.name, expectTable.name}) {
            const auto &names = namesOf(kind);
            if (std::find(names.begin(), names.end(), word) != names.end() && parts.size() > 1)
                return fmt::format("did you mean {}?", address(kind, word, parts, 1));
        }
        if (parts.size() == 1) {
            for (const TableKind *kind : tableKinds()) {
                const bool isSingle = kind == &scenarioTable;
                if (kind->find(word) && isSingle)
                    return fmt::format("did you mean scenario.{}?", word);
                const std::string name = isSingle ? "" : firstNameOf(kind->name);
                if (kind->find(word) && !name.empty())
                    return fmt::format("did you mean {}.{}.{}?", kind->name, keyPart(name), word);
            }
            return std::string(all);
        }
        const std::string_view close =
            closestName(word, {"scenario", "supervisor", "worker", "fault", "expect"});
        if (!close.empty())
            return fmt::format("did you mean \"{}\"?", close);
        std::vector<std::string> known = namesOf(workerTable.name);
        for (const std::string &name : namesOf(supervisorTable.name))
            known.push_back(name);
        const std::string near(closestName(word, {known.begin(), known.end()}));
        if (!near.empty())
            return fmt::format("did you mean {}?", address(kindWith(near), near, parts, 1));
        return std::string(all);
    }

    /// The names of all tables of a kind.
    std::vector<std::string> namesOf(std::string_view kind) const
    {
        if (kind == faultTable.name)
            return m_faults;
        if (kind == expectTable.name)
            return m_expectations;
        std::vector<std::string> names;
        if (const TomlEntry *tables = std::as_const(m_document).find(kind)) {
            for (const TomlEntry &entry : tables->value.entries)
                names.push_back(entry.key);
        }
        return names;
    }

    std::string firstNameOf(std::string_view kind) const
    {
        const auto names = namesOf(kind);
        return names.empty() ? std::string() : names.front();
    }

    /// `worker` or `supervisor`, whichever has a table of that name.
    std::string kindWith(std::string_view name) const
    {
        for (const std::string_view kind : {workerTable.name, supervisorTable.name}) {
            const auto names = namesOf(kind);
            if (std::find(names.begin(), names.end(), name) != names.end())
                return std::string(kind);
        }
        return {};
    }

    /// The names that there are, as far as a line holds them.
    std::string hintForNames(std::string_view kind) const
    {
        constexpr std::size_t mostShown = 6;
        const auto names = namesOf(kind);
        if (names.empty())
            return fmt::format("this scenario has no {}", kind);
        std::string hint = "there is";
        for (std::size_t i = 0; i < std::min(names.size(), mostShown); ++i)
            hint += fmt::format("{} {}.{}", i == 0 ? "" : ",", kind, keyPart(names[i]));
        if (names.size() > mostShown)
            hint += fmt::format(" and {} more", names.size() - mostShown);
        return hint;
    }

    TomlValue *namedTable(TomlEntry *tables, const std::vector<std::string> &parts)
    {
        TomlEntry *entry = tables ? tables->value.find(parts[1]) : nullptr;
        if (entry && entry->value.isTable())
            return &entry->value;
        const std::string_view table = tablePart(parts[1]);
        const std::string kind = kindWith(table);
        const std::vector<std::string> names = namesOf(parts[0]);
        std::string hint;
        if (!kind.empty() && table != parts[1])
            hint =
                fmt::format("\"{}\" is a place made from [{}.{}], whose places have all keys in common: {}",
                            parts[1], kind, keyPart(table), address(kind, table, parts, 2));
        else if (!kind.empty())
            hint = fmt::format("did you mean {}?", address(kind, table, parts, 2));
        else
            hint = didYouMean(closestName(parts[1], {names.begin(), names.end()}));
        if (hint.empty())
            hint = hintForNames(parts[0]);
        m_problems.error(m_place, fmt::format("the scenario has no {} \"{}\"", parts[0], parts[1]),
                         std::move(hint));
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
        std::string hint = didYouMean(closestName(parts[1], {names.begin(), names.end()}));
        m_problems.error(m_place, fmt::format("the scenario has no {} named \"{}\"", parts[0], parts[1]),
                         hint.empty() ? hintForNames(parts[0]) : std::move(hint));
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

std::optional<Override> parseOverride(std::string_view setting)
{
    std::size_t equals = setting.find('=');
    // A name in quotes may hold one too.
    for (std::size_t at = 0; at < setting.size();) {
        const auto part = partAt(setting, at);
        if (!part || part->end >= setting.size())
            break;
        if (setting[part->end] == '=') {
            equals = part->end;
            break;
        }
        at = part->end + 1;
    }
    if (equals == std::string_view::npos || equals == 0)
        return {};
    return Override{std::string(setting.substr(0, equals)), std::string(setting.substr(equals + 1))};
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

KeyPlace placeOf(const TomlValue &document, std::string_view key)
{
    const auto parts = partsOf(key);
    KeyPlace place{nullptr, parts ? &document : nullptr};
    for (std::size_t i = 0; parts && i < parts->size(); ++i) {
        const std::string_view name = i == 1 ? tablePart((*parts)[i]) : std::string_view((*parts)[i]);
        place.table = place.value;
        place.value = nullptr;
        if (!place.table)
            return {};
        if (place.table->isList()) {
            for (const TomlValue &item : place.table->items)
                if (const TomlEntry *known = item.find("name"); known && known->value.text == name)
                    place.value = &item;
        } else if (const TomlEntry *entry = place.table->find(name)) {
            place.value = &entry->value;
        }
    }
    return place;
}

std::string overrideKey(std::string_view kind, std::string_view name, std::string_view key)
{
    return fmt::format("{}.{}.{}", kind, keyPart(name), key);
}

}
