#include "simulator/scenario/dialect_log.h"

#include "simulator/scenario/commands.h"
#include "simulator/scenario/dialect_rules.h"
#include "simulator/scenario/name_hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace daruma {

namespace {

using Name = std::string_view;
using V = ValueType;

constexpr std::array<Name, 5> levels{"trace", "debug", "info", "warn", "error"};
constexpr std::array<Name, logOccasionCount> occasions{
    "start", "end", "restart", "removed", "gave_up", "unmatched", "reply", "linked_start", "shut_down"};
constexpr std::array<Name, 4> outcomes{"ok", "failed", "panicked", "timed_out"};
constexpr std::array<Name, 2> kindsOfChildren{"worker", "supervisor"};
constexpr std::array<Name, 2> answers{"ok", "error"};
constexpr std::array<ReasonKind, 7> reasonKinds{ReasonKind::Normal, ReasonKind::Shutdown, ReasonKind::Panic,
                                                ReasonKind::Killed, ReasonKind::Error,    ReasonKind::Timeout,
                                                ReasonKind::Noproc};

constexpr std::array logKeys{
    Key{"on", V::OneOf, true, occasions},
    Key{"level", V::OneOf, true, levels},
    Key{"message", V::Text, true},
    Key{"fields", V::Options},
    Key{"failure", V::Text},
    Key{"source", V::Text},
    Key{"strategy", V::OneOf, false, strategyNames},
    Key{"command", V::Text},
    Key{"outcome", V::OneOf, false, outcomes},
    Key{"of", V::OneOf, false, kindsOfChildren},
    Key{"answer", V::OneOf, false, answers},
    Key{"reasons", V::Names},
    Key{"text", V::TrueOrFalse},
};
constexpr std::array logWordsKeys{
    Key{"normal", V::Text},    Key{"shutdown", V::Text},   Key{"panic", V::Text},
    Key{"killed", V::Text},    Key{"error", V::Text},      Key{"timeout", V::Text},
    Key{"noproc", V::Text},    Key{"permanent", V::Text},  Key{"transient", V::Text},
    Key{"temporary", V::Text}, Key{"supervisor", V::Text},
};

constexpr std::uint32_t bit(LogOccasion one)
{
    return 1U << static_cast<unsigned>(one);
}
template <typename... More> constexpr std::uint32_t bit(LogOccasion first, More... more)
{
    return bit(first) | bit(more...);
}

using On = LogOccasion;
constexpr std::uint32_t ends = bit(On::End, On::Restart, On::Removed, On::GaveUp, On::Unmatched);
constexpr std::uint32_t ofRosters = bit(On::End, On::LinkedStart, On::ShutDown);
constexpr std::uint32_t everywhere = (1U << logOccasionCount) - 1;

/// A condition or a place to fill in, and the occasions that know it.
struct Known {
    Name name;
    std::uint32_t occasions = 0;
    LogValue value = LogValue::None;
};
constexpr std::array conditions{
    Known{"strategy", bit(On::Start, On::Restart)},
    Known{"command", bit(On::Start, On::Reply)},
    Known{"outcome", bit(On::LinkedStart)},
    Known{"of", everywhere & ~bit(On::Reply)},
    Known{"answer", bit(On::Reply)},
    Known{"reasons", ends},
    Known{"text", ends | bit(On::LinkedStart)},
};
constexpr std::array values{
    Known{"supervisor", everywhere, LogValue::Supervisor},
    Known{"child", everywhere, LogValue::Child},
    Known{"incarnation", bit(On::Start) | ends, LogValue::Incarnation},
    Known{"reason", ends, LogValue::Reason},
    Known{"policy", ends | bit(On::Start, On::ShutDown), LogValue::Policy},
    Known{"text", ends | bit(On::LinkedStart), LogValue::Text},
    Known{"position", bit(On::Restart), LogValue::Position},
    Known{"failures", bit(On::Restart, On::GaveUp), LogValue::Failures},
    Known{"backoff", bit(On::Restart), LogValue::Backoff},
    Known{"timeout", bit(On::LinkedStart), LogValue::Timeout},
    Known{"timeout_secs", bit(On::LinkedStart), LogValue::TimeoutSecs},
    Known{"failure", everywhere, LogValue::Failure},
};

class StatementReader {
public:
    StatementReader(const TableReader &table, Shape shape)
        : m_table(table)
        , m_shape(shape)
        , m_problems(table.problems())
    {}

    LogStatement read()
    {
        LogStatement statement;
        statement.on = m_table.choice<LogOccasion>("on").value_or(LogOccasion::Start);
        m_isKnown = m_table.has("on");
        m_on = statement.on;
        if ((bit(m_on) & ofRosters) != 0 && m_shape != Shape::Roster)
            m_problems.error(m_table.find("on")->value.place,
                             fmt::format("the shape \"{}\" tells nothing of `on = \"{}\"`", toText(m_shape),
                                         occasions[static_cast<std::size_t>(m_on)]));
        statement.level = m_table.choice<LogLevel>("level").value_or(LogLevel::Debug);
        m_table.text("source");
        readConditions(statement);
        statement.failure = textOf("failure");
        statement.message = textOf("message");
        readFields(statement);
        return statement;
    }

private:
    void readConditions(LogStatement &statement)
    {
        for (const Known &condition : conditions)
            if (m_table.has(condition.name) && !isGiven(condition))
                m_problems.error(m_table.placeOf(condition.name),
                                 fmt::format("`on = \"{}\"` takes no `{}`", name(), condition.name));
        statement.strategy = m_table.choice<Strategy>("strategy");
        statement.outcome = m_table.choice<LinkOutcome>("outcome");
        if (const auto of = m_table.oneOf("of"))
            statement.ofSupervisor = *of == 1;
        if (const auto answer = m_table.oneOf("answer"))
            statement.answersOk = *answer == 0;
        statement.hasText = m_table.trueOrFalse("text");
        readCommand(statement);
        readReasons(statement);
    }

    void readCommand(LogStatement &statement)
    {
        const auto command = m_table.text("command");
        if (!command)
            return;
        statement.command = commandNamed(*command);
        const auto known = commandTable.find("do")->choices;
        if (!statement.command)
            m_problems.error(m_table.find("command")->value.place,
                             fmt::format("no command \"{}\" is known", *command),
                             didYouMean(closestName(*command, {known.begin(), known.end()})));
    }

    void readReasons(LogStatement &statement)
    {
        if (!m_table.has("reasons"))
            return;
        statement.reasons = 0;
        std::vector<Name> known;
        known.reserve(std::size(reasonKinds));
        for (const ReasonKind kind : reasonKinds)
            known.push_back(toText(kind));
        for (const TomlValue *item : m_table.names("reasons")) {
            const auto found = std::find(known.begin(), known.end(), item->text);
            if (found == known.end())
                m_problems.error(item->place, fmt::format("no reason is \"{}\"", item->text),
                                 didYouMean(closestName(item->text, known)));
            else
                statement.reasons |= 1U << static_cast<unsigned>(found - known.begin());
        }
    }

    void readFields(LogStatement &statement)
    {
        const TomlEntry *fields = m_table.find("fields");
        if (!fields)
            return;
        if (!fields->value.isTable())
            m_problems.error(fields->value.place,
                             fmt::format("`fields` takes a table, not {}", describe(fields->value.type)),
                             "such as fields = { child = \"{child}\" }");
        for (const TomlEntry &field : fields->value.entries) {
            if (field.value.isText())
                statement.fields.emplace_back(field.key, parse(field.value));
            else
                m_problems.error(field.value.place, fmt::format("the field `{}` takes a text, not {}",
                                                                field.key, describe(field.value.type)));
        }
    }

    LogText textOf(Name key)
    {
        const TomlEntry *entry = m_table.find(key);
        return entry && entry->value.isText() ? parse(entry->value) : LogText{};
    }

    /// `{name}`, `{name:?}`; a brace that is meant is written twice.
    LogText parse(const TomlValue &value)
    {
        LogText text;
        const Name whole = value.text;
        std::string literal;
        for (std::size_t at = 0; at < whole.size();) {
            const char c = whole[at];
            const bool isDoubled = at + 1 < whole.size() && whole[at + 1] == c;
            if ((c != '{' && c != '}') || isDoubled) {
                literal += c;
                at += c == '{' || c == '}' ? 2 : 1;
                continue;
            }
            const std::size_t end = c == '{' ? whole.find('}', at) : Name::npos;
            if (end == Name::npos) {
                m_problems.errorInside(value, at, "this brace has no other",
                                       "a brace that is meant is written twice: {{ or }}");
                return text;
            }
            if (!literal.empty())
                text.parts.push_back({std::move(literal), LogValue::None, false});
            literal.clear();
            text.parts.push_back(placeOf(value, at + 1, whole.substr(at + 1, end - at - 1)));
            at = end + 1;
        }
        if (!literal.empty())
            text.parts.push_back({std::move(literal), LogValue::None, false});
        return text;
    }

    LogText::Part placeOf(const TomlValue &value, std::size_t at, Name place)
    {
        constexpr Name quoted = ":?";
        LogText::Part part;
        part.isQuoted = place.ends_with(quoted);
        if (part.isQuoted)
            place.remove_suffix(quoted.size());
        std::vector<Name> offered;
        for (const Known &known : values)
            if (isGiven(known))
                offered.push_back(known.name);
        const auto known =
            std::find_if(values.begin(), values.end(), [&](const Known &one) { return one.name == place; });
        if (known == values.end())
            m_problems.errorInside(value, at, fmt::format("nothing is called `{}` here", place),
                                   hintFor(place, offered));
        else if (!isGiven(*known))
            m_problems.errorInside(value, at, fmt::format("`on = \"{}\"` knows no `{}`", name(), place),
                                   "it knows " + quotedList(offered));
        else if (known->value == LogValue::Failure && !m_table.has("failure"))
            m_problems.errorInside(value, at, "the table has no `failure`",
                                   "`failure` is a text of its own, which stands where {failure} does");
        else
            part.value = known->value;
        return part;
    }

    static std::string hintFor(Name place, const std::vector<Name> &offered)
    {
        const Name close = closestName(place, offered);
        return close.empty() ? "it knows " + quotedList(offered) : didYouMean(close);
    }

    /// Nothing is known of an occasion that is misspelled.
    bool isGiven(const Known &known) const { return !m_isKnown || (known.occasions & bit(m_on)) != 0; }
    Name name() const { return occasions[static_cast<std::size_t>(m_on)]; }

    const TableReader &m_table;
    Shape m_shape;
    Problems &m_problems;
    LogOccasion m_on = LogOccasion::Start;
    bool m_isKnown = true;
};

}

const TableKind dialectLogTable{"log", "[[log]]", logKeys};
const TableKind dialectLogWordsTable{"log_words", "[log_words]", logWordsKeys};

std::string_view LogBook::word(std::string_view plain) const
{
    const auto known = words.find(plain);
    return known == words.end() ? plain : std::string_view(known->second);
}

std::string_view toText(LogLevel level)
{
    return levels[static_cast<std::size_t>(level)];
}

std::shared_ptr<const LogBook> readLogBook(const std::vector<TableReader> &statements,
                                           const std::optional<TableReader> &words, Shape shape,
                                           const std::shared_ptr<const LogBook> &base)
{
    if (statements.empty() && !words)
        return base;
    auto book = std::make_shared<LogBook>(base ? *base : LogBook{});
    if (words)
        for (const Key &key : logWordsKeys)
            if (const auto word = words->text(key.name))
                book->words.insert_or_assign(std::string(key.name), *word);
    if (!statements.empty())
        book->statements.clear();
    for (const TableReader &statement : statements)
        book->statements.push_back(StatementReader(statement, shape).read());
    return book;
}

}
