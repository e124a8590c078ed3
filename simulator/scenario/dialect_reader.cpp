#include "simulator/scenario/dialect_reader.h"

#include "simulator/kernel/invariant_checker.h"
#include "simulator/scenario/behaviour_reader.h"
#include "simulator/scenario/commands.h"
#include "simulator/scenario/dialect_log.h"
#include "simulator/scenario/dialect_options.h"
#include "simulator/scenario/dialect_rules.h"
#include "simulator/scenario/limit_reader.h"
#include "simulator/scenario/name_hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace daruma {

namespace {

using Names = std::vector<std::string>;

class DialectReader {
public:
    DialectReader(const TomlValue &document, const Names &correct, Dialect &dialect, Problems &problems)
        : m_table(document, {}, "the dialect", dialectTable, problems)
        , m_correct(correct)
        , m_dialect(dialect)
        , m_problems(problems)
    {}

    std::optional<std::string> base() const { return m_table.text("extends"); }

    void read()
    {
        m_dialect.name = m_table.text("name").value_or("");
        m_dialect.title = m_table.text("title").value_or("");
        m_table.text("about");
        m_table.text("system");
        if (const auto shape = m_table.choice<Shape>("shape"))
            readShape(*shape);
        else if (!m_table.has("extends"))
            m_problems.error(
                {}, "the dialect lacks the key `shape`",
                fmt::format("it is {}, or comes with `extends = \"otp\"`", quotedList(shapeNames())));
        readPromises();
        const std::string inherited = m_dialect.pastLimit;
        if (const auto accepts = tableNamed("accepts", dialectAcceptsTable))
            readAccepts(*accepts);
        if (const auto rules = tableNamed("rules", dialectRulesTable))
            readRules(*rules);
        if (const auto defaults = tableNamed("defaults", dialectDefaultsTable))
            readDefaults(*defaults);
        for (const TableReader &rule : tablesNamed("rule", dialectRuleTable))
            readRuleText(rule);
        if (m_dialect.pastLimit == inherited && choosesWhatIsPastTheLimit())
            m_dialect.pastLimit = pastLimitUnknown;
        for (const TableReader &difference : tablesNamed("difference", dialectDifferenceTable))
            for (const std::string_view key : {"there", "here"})
                difference.text(key);
        for (const TableReader &defect : tablesNamed("defect", dialectDefectTable))
            readDefect(defect);
        for (DialectDefect &defect : m_dialect.defects)
            if (!defect.corrections.empty())
                defect.isMended = isMended(defect);
        m_dialect.log =
            readLogBook(tablesNamed("log", dialectLogTable), tableNamed("log_words", dialectLogWordsTable),
                        m_dialect.rules.shape, m_dialect.log);
    }

private:
    void readShape(Shape shape)
    {
        m_dialect.rules.shape = shape;
        if (!abilitiesOf(shape).hasLimit) {
            m_dialect.hasLimit = false;
            m_dialect.limit = {.max = RestartLimitSpec::unlimited, .within = Duration::never()};
        }
        m_dialect.hasAutoShutdown = abilitiesOf(shape).hasAutoShutdown;
    }

    void readRuleText(const TableReader &rule) const
    {
        const std::string axis = rule.text("axis").value_or("");
        const std::string text = rule.text("rule").value_or("");
        rule.text("source");
        if (axis == "past the limit")
            m_dialect.pastLimit = text;
    }

    /// Whether the choices are those that mend it, for whatever reason.
    bool isMended(const DialectDefect &defect) const
    {
        return std::all_of(defect.corrections.begin(), defect.corrections.end(), [this](const auto &one) {
            return dialectAxes()[one.first].choice.get(m_dialect) == one.second;
        });
    }

    /// Whether what it extends may tell of another end than it has.
    bool choosesWhatIsPastTheLimit() const
    {
        const TomlEntry *rules = m_table.find("rules");
        constexpr std::string_view axes[] = {"after_give_up", "past_limit", "children_at_give_up",
                                             "escalation", "denied_restarts"};
        return rules && std::any_of(std::begin(axes), std::end(axes), [rules](std::string_view axis) {
                   return rules->value.find(axis) != nullptr;
               });
    }

    /// What `[accepts]` lists, and supervisors of the shape cannot do.
    void refuseBeyondShape(std::string_view key, const TomlValue &item, std::string_view what,
                           const std::vector<std::string_view> &known) const
    {
        m_problems.error(
            item.place,
            fmt::format("the shape \"{}\" has no {} \"{}\"", toText(m_dialect.rules.shape), what, item.text),
            known.empty() ? fmt::format("`{}` is empty for it", key) : "it has " + quotedList(known));
    }

    std::optional<TableReader> tableNamed(std::string_view key, const TableKind &kind) const
    {
        const TomlEntry *entry = m_table.find(key);
        if (!entry)
            return {};
        if (entry->value.isTable())
            return TableReader(entry->value, entry->place, std::string(kind.title), kind, m_problems);
        m_problems.error(entry->value.place,
                         fmt::format("`{}` is a table, not {}", key, describe(entry->value.type)),
                         fmt::format("write {}", kind.title));
        return {};
    }

    std::vector<TableReader> tablesNamed(std::string_view key, const TableKind &kind) const
    {
        std::vector<TableReader> tables;
        const TomlEntry *entry = m_table.find(key);
        if (!entry)
            return tables;
        if (!entry->value.isList())
            m_problems.error(entry->value.place, fmt::format("`{}` is a list of tables", key),
                             fmt::format("write {}", kind.title));
        for (const TomlValue &item : entry->value.items) {
            if (item.isTable())
                tables.emplace_back(item, item.place, std::string(kind.title), kind, m_problems);
            else
                m_problems.error(item.place,
                                 fmt::format("`{}` lists tables, not {}", key, describe(item.type)));
        }
        return tables;
    }

    /// The bits of the names in a list, where `names` tells the bit of each.
    std::uint32_t bitsOf(const TableReader &table, std::string_view key,
                         const std::vector<std::string_view> &names) const
    {
        std::uint32_t bits = 0;
        for (const TomlValue *item : table.names(key)) {
            const auto found = std::find(names.begin(), names.end(), item->text);
            if (found != names.end())
                bits |= 1U << static_cast<unsigned>(found - names.begin());
            else
                m_problems.error(item->place, fmt::format("`{}` has no value \"{}\"", key, item->text),
                                 didYouMean(closestName(item->text, names)));
        }
        return bits;
    }

    static std::vector<std::string_view> choicesOf(std::string_view key)
    {
        const auto choices = dialectDefaultsTable.find(key)->choices;
        return {choices.begin(), choices.end()};
    }

    void readPromises()
    {
        if (!m_table.has("promises"))
            return;
        std::vector<std::string_view> names;
        for (const InvariantRow &row : invariants())
            names.push_back(row.name);
        m_dialect.promises = bitsOf(m_table, "promises", names);
    }

    void readAccepts(const TableReader &accepts)
    {
        if (accepts.has("strategies"))
            readStrategies(accepts);
        if (accepts.has("restart_types"))
            m_dialect.restartTypes = bitsOf(accepts, "restart_types", choicesOf("restart"));
        if (accepts.has("commands"))
            readCommands(accepts);
        if (accepts.has("options"))
            m_dialect.options = bitsOf(accepts, "options", dialectOptionNames());
        const auto number = [&](std::string_view key, std::uint32_t &value) {
            if (const auto read = accepts.wholeNumber(key))
                value = static_cast<std::uint32_t>(std::min<std::uint64_t>(*read, 0xffff'ffff));
        };
        number("least_children", m_dialect.leastChildren);
        number("most_children", m_dialect.mostChildren);
        const auto flag = [&](std::string_view key, bool &value) {
            value = accepts.trueOrFalse(key).value_or(value);
        };
        flag("limit", m_dialect.hasLimit);
        const ShapeAbilities &abilities = abilitiesOf(m_dialect.rules.shape);
        const auto beyond = [&](std::string_view key, bool asked, bool able) {
            if (accepts.has(key) && asked && !able)
                m_problems.error(accepts.placeOf(key), fmt::format("the shape \"{}\" has no `{}`",
                                                                   toText(m_dialect.rules.shape), key));
        };
        beyond("limit", m_dialect.hasLimit, abilities.hasLimit);
        if (!m_dialect.hasLimit)
            m_dialect.limit = {.max = RestartLimitSpec::unlimited, .within = Duration::never()};
        flag("unlimited", m_dialect.hasUnlimited);
        flag("lifetime", m_dialect.hasLifetime);
        flag("zero", m_dialect.hasZero);
        flag("zero_is_unlimited", m_dialect.zeroIsUnlimited);
        flag("shutdown", m_dialect.hasShutdown);
        flag("brutal_kill", m_dialect.hasBrutalKill);
        flag("auto_shutdown", m_dialect.hasAutoShutdown);
        beyond("auto_shutdown", m_dialect.hasAutoShutdown, abilities.hasAutoShutdown);
        flag("ignore", m_dialect.hasIgnore);
        flag("duplicate_ids", m_dialect.hasDuplicateIds);
        flag("starts_supervisors", m_dialect.startsSupervisors);
    }

    void readStrategies(const TableReader &accepts)
    {
        const auto names = choicesOf("strategy");
        const std::uint32_t able = abilitiesOf(m_dialect.rules.shape).strategies;
        m_dialect.strategies = bitsOf(accepts, "strategies", names);
        for (const TomlValue *item : accepts.names("strategies")) {
            const auto found = std::find(names.begin(), names.end(), item->text);
            if (found != names.end() && (able >> (found - names.begin()) & 1U) == 0)
                refuseBeyondShape("strategies", *item, "strategy", namesOf(able, names));
        }
    }

    static std::vector<std::string_view> namesOf(std::uint32_t bits,
                                                 const std::vector<std::string_view> &names)
    {
        std::vector<std::string_view> list;
        for (std::size_t i = 0; i < names.size(); ++i)
            if ((bits >> i & 1U) != 0)
                list.push_back(names[i]);
        return list;
    }

    void readCommands(const TableReader &accepts)
    {
        const std::uint32_t able =
            abilitiesOf(m_dialect.rules.shape).commands | 1U << static_cast<unsigned>(CommandKind::Shutdown);
        std::vector<std::string_view> ableNames;
        for (const std::string_view name : commandTable.find("do")->choices)
            if (const auto kind = commandNamed(name);
                kind && (able >> static_cast<unsigned>(*kind) & 1U) != 0)
                ableNames.push_back(name);
        m_dialect.commands = 1U << static_cast<unsigned>(CommandKind::Shutdown);
        const auto known = commandTable.find("do")->choices;
        for (const TomlValue *item : accepts.names("commands")) {
            const auto kind = commandNamed(item->text);
            if (kind && (able >> static_cast<unsigned>(*kind) & 1U) == 0)
                refuseBeyondShape("commands", *item, "command", ableNames);
            else if (kind)
                m_dialect.commands |= 1U << static_cast<unsigned>(*kind);
            else
                m_problems.error(item->place, fmt::format("no command \"{}\" is known", item->text),
                                 didYouMean(closestName(item->text, {known.begin(), known.end()})));
        }
    }

    void readRules(const TableReader &rules)
    {
        for (const DialectAxis &axis : dialectAxes()) {
            const auto choice = rules.oneOf(axis.key.name);
            if (!choice)
                continue;
            if (!axis.matters(m_dialect.rules.shape))
                m_problems.error(rules.placeOf(axis.key.name),
                                 fmt::format("the shape \"{}\" does not look at `{}`",
                                             toText(m_dialect.rules.shape), axis.key.name),
                                 "it looks at " + axesOf(m_dialect.rules.shape));
            axis.choice.set(m_dialect, *choice);
        }
    }

    static std::string axesOf(Shape shape)
    {
        std::string list;
        for (const DialectAxis &axis : dialectAxes())
            if (axis.matters(shape))
                list += (list.empty() ? "`" : ", `") + std::string(axis.key.name) + "`";
        return list;
    }

    void readDefaults(const TableReader &defaults)
    {
        m_dialect.strategy = defaults.choice<Strategy>("strategy").value_or(m_dialect.strategy);
        m_dialect.autoShutdown =
            defaults.choice<AutoShutdown>("auto_shutdown").value_or(m_dialect.autoShutdown);
        m_dialect.restart = defaults.choice<RestartType>("restart").value_or(m_dialect.restart);
        m_dialect.shutdown = defaults.shutdown("shutdown").value_or(m_dialect.shutdown);
        m_dialect.shutdownOfSupervisors =
            defaults.shutdown("shutdown_of_supervisors").value_or(m_dialect.shutdownOfSupervisors);
        if (const auto backoff = readBackoff(defaults, "backoff", m_dialect.backoff))
            m_dialect.backoff = backoff;
        if (const auto pause = readBackoff(defaults, "pause"))
            m_dialect.pause = *pause;
        if (m_dialect.hasLimit)
            return readLimit(defaults, m_dialect, m_dialect.limit);
        for (const std::string_view key : {"max_restarts", "within"})
            if (defaults.has(key))
                m_problems.error(defaults.placeOf(key),
                                 fmt::format("the dialect has no limit, and no default `{}`", key));
    }

    void readDefect(const TableReader &table)
    {
        DialectDefect defect;
        defect.name = table.text("name").value_or("");
        defect.about = table.text("about").value_or("");
        defect.scenario = table.text("scenario").value_or("");
        table.text("source");
        const TomlEntry *corrected = table.find("corrected");
        if (corrected && !corrected->value.isTable()) {
            m_problems.error(corrected->value.place, fmt::format("`corrected` takes a table of rules, not {}",
                                                                 describe(corrected->value.type)));
        } else if (corrected) {
            const TableReader rules(corrected->value, corrected->place, "`corrected`", dialectRulesTable,
                                    m_problems);
            Dialect asItIs = m_dialect;
            readRules(rules);
            for (std::size_t i = 0; i < dialectAxes().size(); ++i)
                if (rules.has(dialectAxes()[i].key.name))
                    defect.corrections.emplace_back(i, dialectAxes()[i].choice.get(m_dialect));
            if (!isToBeCorrected(defect.name))
                m_dialect = std::move(asItIs);
        }
        defect.isMended = isToBeCorrected(defect.name);
        m_dialect.defects.push_back(std::move(defect));
    }

    bool isToBeCorrected(const std::string &name) const
    {
        return std::any_of(m_correct.begin(), m_correct.end(),
                           [&](const std::string &one) { return one == "*" || one == name; });
    }

    TableReader m_table;
    const Names &m_correct;
    Dialect &m_dialect;
    Problems &m_problems;
};

}

void readDialectTables(const TomlValue &document, const std::vector<std::string> &correct,
                       const std::function<void(const std::string &base)> &takeBase, Dialect &dialect,
                       Problems &problems)
{
    DialectReader reader(document, correct, dialect, problems);
    if (const auto base = reader.base())
        takeBase(*base);
    reader.read();
}

}
