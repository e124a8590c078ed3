#include "simulator/scenario/behaviour_reader.h"

#include "engine/contract.h"
#include "simulator/scenario/name_hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace daruma {

namespace {

/// How one value among a set of names is read: `panic`, `panic:TEXT`.
struct NamedText {
    std::size_t index = 0;
    TextId text = {};
};

class NamedValues {
public:
    NamedValues(std::string_view key, std::span<const std::string_view> names, TextTable &texts,
                Problems &problems)
        : m_key(key)
        , m_names(names)
        , m_texts(texts)
        , m_problems(problems)
    {}

    std::optional<NamedText> read(std::string_view written, Place place) const
    {
        const std::size_t colon = written.find(':');
        const std::string_view name = written.substr(0, colon);
        const auto found = std::find(m_names.begin(), m_names.end(), name);
        if (found == m_names.end()) {
            m_problems.error(place,
                             fmt::format("`{}` is {}, not \"{}\"", m_key, quotedList(m_names), written),
                             didYouMean(meantValue(name, m_names)));
            return {};
        }
        NamedText value{static_cast<std::size_t>(found - m_names.begin()), {}};
        if (colon == std::string_view::npos)
            return value;
        const bool takesText = name == "panic" || name == "error" || name == "shutdown";
        if (!takesText || colon + 1 == written.size()) {
            m_problems.error(place, takesText
                                        ? fmt::format("`{}`: the text behind \"{}:\" is missing", m_key, name)
                                        : fmt::format("`{}`: \"{}\" takes no text", m_key, name));
            return {};
        }
        value.text = m_texts.intern(written.substr(colon + 1));
        return value;
    }

    std::string_view key() const { return m_key; }
    std::span<const std::string_view> names() const { return m_names; }
    Problems &problems() const { return m_problems; }

private:
    std::string_view m_key;
    std::span<const std::string_view> m_names;
    TextTable &m_texts;
    Problems &m_problems;
};

InitResult toInitResult(NamedText value)
{
    return {static_cast<InitResultKind>(value.index), value.text};
}

ExitReason toReason(NamedText value)
{
    static constexpr std::array kinds{ReasonKind::Normal, ReasonKind::Shutdown, ReasonKind::Error,
                                      ReasonKind::Panic, ReasonKind::Killed};
    return {kinds[value.index], value.text};
}

/// `{ normal = 0.9, panic = 0.1 }`.
template <typename Value>
std::optional<Choice<Value>> readChances(const TomlValue &table, const NamedValues &values, Value otherwise,
                                         Value (*convert)(NamedText))
{
    Choice<Value> choice(otherwise);
    std::vector<double> weights;
    bool isGood = true;
    for (const TomlEntry &entry : table.entries) {
        const auto value = values.read(entry.key, entry.place);
        const bool isNumber = entry.value.isInteger() || entry.value.type == TomlValue::Type::Number;
        if (!isNumber)
            values.problems().error(entry.value.place,
                                    fmt::format("`{}`: a chance is a number between 0 and 1", values.key()));
        isGood = isGood && value && isNumber;
        if (!isGood)
            continue;
        choice.values.push_back(convert(*value));
        weights.push_back(entry.value.number);
    }
    if (!isGood)
        return {};
    if (weights.empty()) {
        values.problems().error(table.place,
                                fmt::format("`{}`: a table of chances needs an entry", values.key()),
                                fmt::format("such as {} = {{ {} = 0.1 }}", values.key(), values.names()[1]));
        return {};
    }
    if (const auto problem = WeightedChoice::validate(weights)) {
        values.problems().error(table.entries[problem->firstBad].value.place,
                                fmt::format("`{}`: {}", values.key(), problem->message));
        return {};
    }
    choice.weights = WeightedChoice(weights, weights.size());
    return choice;
}

/// One value, or a list with one for each incarnation.
template <typename Value, typename ReadOne>
void readByIncarnation(const TomlEntry *entry, Problems &problems, ByIncarnation<Value> &result,
                       const ReadOne &readOne)
{
    if (!entry)
        return;
    if (!entry->value.isList()) {
        if (auto value = readOne(entry->value))
            result = ByIncarnation<Value>(std::move(*value));
        return;
    }
    if (entry->value.items.empty()) {
        problems.error(
            entry->value.place,
            fmt::format("`{}`: a list has an entry for the first incarnation at least", entry->key));
        return;
    }
    std::vector<Value> values;
    for (const TomlValue &item : entry->value.items) {
        if (auto value = readOne(item))
            values.push_back(std::move(*value));
    }
    if (values.size() == entry->value.items.size())
        result = ByIncarnation<Value>(std::move(values));
}

template <typename Value>
void readChoices(const TableReader &table, std::string_view key, std::span<const std::string_view> names,
                 TextTable &texts, Value otherwise, Value (*convert)(NamedText),
                 ByIncarnation<Choice<Value>> &result)
{
    const NamedValues values(key, names, texts, table.problems());
    readByIncarnation(table.find(key), table.problems(), result,
                      [&](const TomlValue &value) -> std::optional<Choice<Value>> {
                          if (value.isTable())
                              return readChances(value, values, otherwise, convert);
                          if (!value.isText()) {
                              table.problems().error(
                                  value.place, fmt::format("`{}` takes {}, or a table of chances, not {}",
                                                           key, quotedList(names), describe(value.type)));
                              return {};
                          }
                          const auto named = values.read(value.text, value.place);
                          return named ? std::optional(Choice<Value>(convert(*named))) : std::nullopt;
                      });
}

void readDistributions(const TableReader &table, std::string_view key, ByIncarnation<Distribution> &result)
{
    readByIncarnation(table.find(key), table.problems(), result,
                      [&](const TomlValue &value) { return readDistribution(value, key, table.problems()); });
}

constexpr std::uint32_t thousandths(double ratio)
{
    const double rounded = ratio * 1000 + 0.5;
    return static_cast<std::uint32_t>(rounded);
}

}

Behaviour readBehaviour(const TableReader &table, TextTable &texts, bool isWhole)
{
    constexpr ExitReason panic{ReasonKind::Panic, {}};
    constexpr ExitReason shutdown{ReasonKind::Shutdown, {}};
    Behaviour behaviour = defaultBehaviour();
    readDistributions(table, "init_time", behaviour.initTime);
    readChoices(table, "init_result", initResultNames(), texts, InitResult{}, toInitResult,
                behaviour.initResult);
    readDistributions(table, "lifetime", behaviour.lifetime);
    readChoices(table, "exit_reason", reasonNames(), texts, panic, toReason, behaviour.exitReason);
    readDistributions(table, "stop_time", behaviour.stopTime);
    readChoices(table, "stop_reason", reasonNames(), texts, shutdown, toReason, behaviour.stopReason);
    readDistributions(table, "reload_time", behaviour.reloadTime);
    readDistributions(table, "patience", behaviour.patience);
    behaviour.trapsExits = table.has("stop_time");
    if (isWhole && table.has("stop_reason") && !behaviour.trapsExits)
        table.problems().error(
            table.placeOf("stop_reason"), "`stop_reason` needs `stop_time`",
            "without `stop_time` it does not trap exits, and ends with the signal's reason");
    return behaviour;
}

Fault::Replaces replacedBehaviours(const TableReader &table)
{
    Fault::Replaces replaces;
    replaces.initTime = table.has("init_time");
    replaces.initResult = table.has("init_result");
    replaces.lifetime = table.has("lifetime");
    replaces.exitReason = table.has("exit_reason");
    replaces.stopTime = table.has("stop_time");
    replaces.stopReason = table.has("stop_reason");
    replaces.patience = table.has("patience");
    return replaces;
}

ByIncarnation<Choice<InitResult>> readSupervisorInitResult(const TableReader &table, TextTable &texts)
{
    ByIncarnation<Choice<InitResult>> result;
    readChoices(table, "init_result", supervisorInitResultNames(), texts, InitResult{}, toInitResult, result);
    return result;
}

std::optional<ExitReason> readFaultReason(const TableReader &table, TextTable &texts)
{
    const TomlEntry *entry = table.find("reason");
    if (!entry)
        return {};
    const auto names = exitFaultReasonNames();
    if (!entry->value.isText()) {
        table.problems().error(entry->value.place, fmt::format("`reason` takes {}, not {}", quotedList(names),
                                                               describe(entry->value.type)));
        return {};
    }
    if (entry->value.text == "kill" || entry->value.text == "killed") {
        table.problems().error(entry->value.place, "an injected exit has no reason \"kill\"",
                               "write inject = \"kill\", without a reason");
        return {};
    }
    const auto named =
        NamedValues("reason", names, texts, table.problems()).read(entry->value.text, entry->value.place);
    return named ? std::optional(toReason(*named)) : std::nullopt;
}

std::optional<BackoffSpec> readBackoff(const TableReader &table, std::string_view key,
                                       const std::optional<BackoffSpec> &base)
{
    // Past this, thousandths no longer fit their field; no delay grows a million times at each step.
    constexpr double maxFactor = 1e6;
    const TomlEntry *entry = table.find(key);
    if (!entry)
        return {};
    if (!entry->value.isTable()) {
        BackoffSpec spec;
        const auto fixed = readDuration(entry->value, key, table.problems());
        if (!fixed)
            return {};
        spec.first = *fixed;
        return spec;
    }
    BackoffSpec spec = base.value_or(BackoffSpec{});
    const TableReader keys(entry->value, entry->place, "`" + std::string(key) + "`", backoffTable,
                           table.problems());
    const auto first = keys.duration("first");
    if (const auto factor = keys.number("factor")) {
        if (*factor >= 1 && *factor <= maxFactor)
            spec.factorThousandths = thousandths(*factor);
        else
            table.problems().error(keys.find("factor")->value.place,
                                   "`factor` lies between 1 and 1000000: each delay is that much longer");
    }
    if (const auto cap = keys.duration("cap"))
        spec.cap = *cap;
    if (const auto jitter = keys.number("jitter"))
        spec.jitterThousandths = thousandths(*jitter);
    if (const auto resetAfter = keys.duration("reset_after"))
        spec.resetAfter = *resetAfter;
    if (!first)
        return {};
    spec.first = *first;
    return spec;
}

std::optional<TableReader> behaviourTableOf(const TableReader &table)
{
    const TomlEntry *entry = table.find("behaviour");
    if (!entry)
        return {};
    if (!entry->value.isTable()) {
        table.problems().error(entry->value.place,
                               fmt::format("`behaviour` takes a table, not {}", describe(entry->value.type)),
                               "such as behaviour = { lifetime = \"200ms\" }");
        return {};
    }
    return TableReader(entry->value, entry->place, "`behaviour`", behaviourTable, table.problems());
}

}
