#include "simulator/scenario/table_reader.h"

#include "engine/contract.h"
#include "simulator/kernel/distribution_text.h"
#include "simulator/scenario/dialect_rules.h"
#include "simulator/scenario/name_hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace daruma {

namespace {

/// Keys that have a meaning planned (CONTRACT section 1), so that nobody takes them for a typing mistake.
constexpr std::array<std::string_view, 4> reservedKeys{"bound_to", "name_held", "start_timeout", "kill_time"};

/// What other systems call a key.
struct ForeignKey {
    std::string_view word;
    std::string_view key;
    const TableKind &owner;
    std::string_view explanation;
};
const std::array<ForeignKey, 21> foreignKeys{{
    {"intensity", "max_restarts", supervisorTable, "OTP's intensity is `max_restarts` here"},
    {"max_r", "max_restarts", supervisorTable, "MaxR is `max_restarts` here"},
    {"MaxR", "max_restarts", supervisorTable, "MaxR is `max_restarts` here"},
    {"period", "within", supervisorTable, "OTP's period is `within` here, a duration such as \"5s\""},
    {"max_seconds", "within", supervisorTable,
     "Elixir's max_seconds is `within` here, a duration such as \"5s\""},
    {"max_t", "within", supervisorTable, "MaxT is `within` here, a duration such as \"5s\""},
    {"MaxT", "within", supervisorTable, "MaxT is `within` here, a duration such as \"5s\""},
    {"window", "within", supervisorTable, "the window is `within` here, a duration such as \"5s\""},
    {"restart_type", "restart", workerTable, "it is `restart` here"},
    {"shutdown_timeout", "shutdown", workerTable, "it is `shutdown` here"},
    {"replicas", "count", workerTable, "it is `count` here"},
    {"instances", "count", workerTable, "it is `count` here"},
    {"depends_on", "needs", workerTable, "it is `needs` here"},
    {"probability", "chance", faultTable, "it is `chance` here"},
    {"target", "into", faultTable, "it is `into` here"},
    {"kind", "inject", faultTable, "it is `inject` here"},
    {"type", "inject", faultTable, "it is `inject` here"},
    {"duration", "lasts", faultTable, "it is `lasts` here, of inject = \"outage\""},
    {"command", "do", commandTable, "it is `do` here"},
    {"target", "to", commandTable, "it is `to` here"},
    {"duration", "horizon", scenarioTable, "it is `horizon` here"},
}};

/// Nothing for a word that means nothing elsewhere either.
const ForeignKey *foreignKey(std::string_view word, const TableKind &kind)
{
    const ForeignKey *elsewhere = nullptr;
    for (const ForeignKey &known : foreignKeys) {
        if (known.word != word)
            continue;
        if (&known.owner == &kind || (kind.find(known.key) && known.owner.name == workerTable.name))
            return &known;
        // The limit is often written where the restarts are.
        if (known.owner.name == supervisorTable.name && kind.name == workerTable.name)
            elsewhere = &known;
    }
    return elsewhere;
}

bool contains(std::span<const std::string_view> names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string wrongType(std::string_view key, std::string_view wanted, const TomlValue &value)
{
    return fmt::format("`{}` takes {}, not {}", key, wanted, describe(value.type));
}

}

std::string tableTitle(std::string_view kind, std::string_view name)
{
    const bool isBare = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
               || c == '-';
    });
    return isBare ? fmt::format("[{}.{}]", kind, name) : fmt::format("[{}.\"{}\"]", kind, name);
}

TableReader::TableReader(const TomlValue &table, Place place, std::string title, const TableKind &kind,
                         Problems &problems)
    : m_table(table)
    , m_place(place)
    , m_title(std::move(title))
    , m_kind(kind)
    , m_problems(problems)
{
    for (const TomlEntry &entry : table.entries) {
        if (!kind.find(entry.key))
            reportUnknownKey(entry);
    }
    for (const Key &key : kind.keys) {
        if (key.isRequired && !table.find(key.name))
            problems.error(place, fmt::format("{} lacks the key `{}`", m_title, key.name));
    }
}

void TableReader::reportUnknownKey(const TomlEntry &entry) const
{
    if (&m_kind == &workerTable && contains(reservedKeys, entry.key)) {
        m_problems.error(entry.place, fmt::format("the key `{}` is reserved for a later version", entry.key));
        return;
    }
    std::vector<std::string_view> names;
    for (const Key &key : m_kind.keys)
        names.push_back(key.name);
    std::string hint;
    if (const ForeignKey *foreign = foreignKey(entry.key, m_kind))
        hint = m_kind.find(foreign->key)
                   ? std::string(foreign->explanation)
                   : fmt::format("{}, and a key of {}", foreign->explanation, foreign->owner.title);
    else if (entry.key == "type" && (&m_kind == &workerTable || &m_kind == &supervisorTable))
        hint = "the header says what it is: [worker.NAME] or [supervisor.NAME]";
    else if (entry.key == "name" && (&m_kind == &workerTable || &m_kind == &supervisorTable))
        hint = "the header names it; where its place is to be called otherwise, give it an `id`";
    // A key of a dialect that stands in the wrong one of its tables: what is close to it here is not meant.
    const std::array dialectKinds{&dialectRulesTable, &dialectDefaultsTable, &dialectAcceptsTable};
    const bool isOfDialect =
        std::find(dialectKinds.begin(), dialectKinds.end(), &m_kind) != dialectKinds.end();
    for (const TableKind *kind : dialectKinds)
        if (isOfDialect && hint.empty() && kind->find(entry.key))
            hint = fmt::format("`{}` is a key of {}", entry.key, kind->title);
    if (const std::string_view name = closestName(entry.key, names); hint.empty() && !name.empty())
        hint = fmt::format("did you mean `{}`?", name);
    for (const TableKind *kind : tableKinds()) {
        if (hint.empty() && kind->find(entry.key))
            hint = fmt::format("`{}` is a key of {}", entry.key, kind->title);
    }
    if (hint.empty()) {
        hint = "its keys are ";
        for (std::size_t i = 0; i < names.size(); ++i)
            hint += (i == 0 ? "" : " ") + std::string(names[i]);
    }
    m_problems.error(entry.place, fmt::format("unknown key `{}` in {}", entry.key, m_title), std::move(hint));
}

const TomlEntry *TableReader::find(std::string_view key) const
{
    DARUMA_ASSERT(m_kind.find(key), "only keys that are listed can be read");
    return m_table.find(key);
}

const TomlEntry *TableReader::find(std::string_view key, ValueType type) const
{
    const Key *known = m_kind.find(key);
    DARUMA_ASSERT(known && known->type == type, "a key is read as the type that is listed for it");
    return m_table.find(key);
}

Place TableReader::placeOf(std::string_view key) const
{
    const TomlEntry *entry = find(key);
    return entry ? entry->place : m_place;
}

std::optional<std::string> TableReader::text(std::string_view key) const
{
    const TomlEntry *entry = find(key, ValueType::Text);
    if (!entry)
        return {};
    if (!entry->value.isText()) {
        m_problems.error(entry->value.place, wrongType(key, "a text in quotes", entry->value));
        return {};
    }
    return entry->value.text;
}

std::optional<std::uint64_t> TableReader::wholeNumber(std::string_view key) const
{
    const Key *known = m_kind.find(key);
    DARUMA_ASSERT(known && (known->type == ValueType::WholeNumber || known->type == ValueType::Count),
                  "a key is read as the type that is listed for it");
    const TomlEntry *entry = m_table.find(key);
    if (!entry)
        return {};
    const std::int64_t least = known->type == ValueType::Count ? 1 : 0;
    if (entry->value.isInteger() && entry->value.integer >= least)
        return static_cast<std::uint64_t>(entry->value.integer);
    if (entry->value.isInteger())
        m_problems.error(entry->value.place,
                         fmt::format("`{}` is at least {}, not {}", key, least, entry->value.integer));
    else
        m_problems.error(entry->value.place, wrongType(key, "a whole number", entry->value));
    return {};
}

std::optional<bool> TableReader::trueOrFalse(std::string_view key) const
{
    const TomlEntry *entry = find(key, ValueType::TrueOrFalse);
    if (!entry)
        return {};
    if (entry->value.type == TomlValue::Type::Boolean)
        return entry->value.boolean;
    m_problems.error(entry->value.place, wrongType(key, "true or false", entry->value),
                     entry->value.isText() ? "they stand without quotes" : "");
    return {};
}

std::optional<double> TableReader::number(std::string_view key) const
{
    const Key *known = m_kind.find(key);
    DARUMA_ASSERT(known && (known->type == ValueType::Factor || known->type == ValueType::Share),
                  "a key is read as the type that is listed for it");
    const TomlEntry *entry = m_table.find(key);
    if (!entry)
        return {};
    const TomlValue &value = entry->value;
    const bool isNumber = value.isInteger() || value.type == TomlValue::Type::Number;
    if (!isNumber) {
        m_problems.error(value.place, wrongType(key, "a number", value));
    } else if (known->type == ValueType::Share && !Chance::isValid(value.number)) {
        m_problems.error(value.place, fmt::format("`{}` lies between 0 and 1", key), "such as 0.5");
    } else if (!std::isfinite(value.number)) {
        m_problems.error(value.place, fmt::format("`{}` takes a finite number", key));
    } else {
        return value.number;
    }
    return {};
}

std::optional<Duration> readDuration(const TomlValue &value, std::string_view key, Problems &problems)
{
    if (!value.isText()) {
        const bool isNumber = value.isInteger() || value.type == TomlValue::Type::Number;
        problems.error(
            value.place, wrongType(key, "a duration in quotes", value),
            isNumber ? fmt::format("write it with its unit: \"{}s\" or \"{}ms\"", value.number, value.number)
                     : "such as \"30s\" or \"1m30s\"");
        return {};
    }
    const auto duration = parseDuration(value.text);
    if (duration)
        return *duration;
    problems.errorInside(
        value, duration.error().offset, fmt::format("`{}`: {}", key, duration.error().message),
        meansUnlimited(value.text) ? "it cannot be unlimited here; the longest duration is \"36500d\"" : "");
    return {};
}

std::optional<Distribution> readDistribution(const TomlValue &value, std::string_view key, Problems &problems)
{
    if (!value.isText()) {
        const bool isNumber = value.isInteger() || value.type == TomlValue::Type::Number;
        problems.error(
            value.place, wrongType(key, "a duration or a distribution in quotes", value),
            isNumber ? fmt::format("write it with its unit: \"{}s\" or \"{}ms\"", value.number, value.number)
                     : "such as \"30s\" or \"exp(30s)\"");
        return {};
    }
    const auto distribution = parseDistribution(value.text);
    if (distribution)
        return *distribution;
    problems.errorInside(value, distribution.error().offset,
                         fmt::format("`{}`: {}", key, distribution.error().message),
                         meansUnlimited(value.text) ? "without an end is \"never\" here" : "");
    return {};
}

std::optional<Duration> TableReader::duration(std::string_view key) const
{
    const TomlEntry *entry = find(key, ValueType::Duration);
    return entry ? readDuration(entry->value, key, m_problems) : std::nullopt;
}

std::optional<Distribution> TableReader::distribution(std::string_view key) const
{
    const TomlEntry *entry = find(key, ValueType::Distribution);
    return entry ? readDistribution(entry->value, key, m_problems) : std::nullopt;
}

std::optional<std::size_t> TableReader::oneOf(std::string_view key) const
{
    return oneOf(key, m_kind.find(key)->choices);
}

std::optional<std::size_t> TableReader::oneOf(std::string_view key,
                                              std::span<const std::string_view> offered) const
{
    const TomlEntry *entry = find(key, ValueType::OneOf);
    if (!entry)
        return {};
    const auto choices = m_kind.find(key)->choices;
    if (!entry->value.isText()) {
        m_problems.error(entry->value.place, wrongType(key, quotedList(offered), entry->value));
        return {};
    }
    const auto found = std::find(choices.begin(), choices.end(), entry->value.text);
    if (found != choices.end())
        return static_cast<std::size_t>(found - choices.begin());
    constexpr std::size_t mostToName = 6;
    std::string hint = didYouMean(meantValue(entry->value.text, offered));
    std::string message = fmt::format("`{}` is {}, not \"{}\"", key, quotedList(offered), entry->value.text);
    if (offered.size() > mostToName) {
        message = fmt::format("`{}` has no value \"{}\"", key, entry->value.text);
        if (hint.empty())
            hint = "it is " + quotedList(offered);
    }
    m_problems.error(entry->value.place, std::move(message), std::move(hint));
    return {};
}

std::vector<const TomlValue *> TableReader::names(std::string_view key) const
{
    std::vector<const TomlValue *> names;
    const TomlEntry *entry = find(key, ValueType::Names);
    if (!entry)
        return names;
    if (!entry->value.isList()) {
        const std::string hint =
            entry->value.isText() ? fmt::format("write {} = [\"{}\"]", key, entry->value.text) : "";
        m_problems.error(entry->value.place, wrongType(key, "a list of names", entry->value), hint);
        // What is meant is plain, and saves everything that would follow from an empty list.
        if (entry->value.isText())
            names.push_back(&entry->value);
        return names;
    }
    for (const TomlValue &item : entry->value.items) {
        if (item.isText())
            names.push_back(&item);
        else
            m_problems.error(item.place,
                             fmt::format("`{}` lists names in quotes, not {}", key, describe(item.type)));
    }
    return names;
}

std::optional<std::pair<Duration, Duration>> TableReader::moments(std::string_view key) const
{
    const TomlEntry *entry = find(key, ValueType::Moments);
    if (!entry)
        return {};
    if (!entry->value.isList() || entry->value.items.size() != 2) {
        m_problems.error(entry->value.place, fmt::format("`{}` takes a list of two durations", key),
                         fmt::format("such as {} = [\"1m\", \"5m\"]", key));
        return {};
    }
    const auto first = readDuration(entry->value.items[0], key, m_problems);
    const auto second = readDuration(entry->value.items[1], key, m_problems);
    if (!first || !second)
        return {};
    if (*first > *second) {
        m_problems.error(entry->value.items[1].place, fmt::format("`{}` ends before it begins", key));
        return {};
    }
    return std::pair(*first, *second);
}

std::optional<ShutdownPolicy> TableReader::shutdown(std::string_view key) const
{
    const TomlEntry *entry = find(key, ValueType::Shutdown);
    if (!entry)
        return {};
    const TomlValue &value = entry->value;
    if (value.isText() && value.text == "infinity")
        return ShutdownPolicy::infinity();
    if (value.isText() && value.text == "brutal_kill")
        return ShutdownPolicy::brutalKill();
    const bool isDuration =
        value.isText() && !value.text.empty() && value.text[0] >= '0' && value.text[0] <= '9';
    if (isDuration || !value.isText()) {
        const auto grace = readDuration(value, key, m_problems);
        return grace ? std::optional(ShutdownPolicy::after(*grace)) : std::nullopt;
    }
    m_problems.error(
        value.place,
        fmt::format("`{}` is a duration, \"infinity\" or \"brutal_kill\", not \"{}\"", key, value.text),
        didYouMean(meansUnlimited(value.text) ? "infinity"
                                              : closestName(value.text, {"infinity", "brutal_kill"})));
    return {};
}

}
