#include "simulator/scenario/definitions.h"

#include "simulator/scenario/behaviour_reader.h"
#include "simulator/scenario/name_hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace daruma {

namespace {

constexpr std::int64_t secondNs = 1'000'000'000;

class DefinitionReader {
public:
    DefinitionReader(const DialectFacts &dialect, Model &model, Problems &problems)
        : m_dialect(dialect)
        , m_model(model)
        , m_problems(problems)
    {}

    void readWorker(Draft &draft)
    {
        WorkerDefinition worker;
        worker.table = m_model.texts.intern(draft.name);
        worker.spec = readSpec(draft, ChildType::Worker);
        worker.behaviour = readBehaviour(draft.table, m_model.texts);
        if (const auto count = draft.table.wholeNumber("count"))
            draft.count = static_cast<std::uint32_t>(std::min<std::uint64_t>(*count, ChildId::noIndex - 1));
        m_model.workers.push_back(std::move(worker));
    }

    void readSupervisor(Draft &draft)
    {
        SupervisorDefinition supervisor;
        supervisor.table = m_model.texts.intern(draft.name);
        supervisor.spec = readSpec(draft, ChildType::Supervisor);
        supervisor.flags.strategy = draft.table.choice<Strategy>("strategy").value_or(Strategy::OneForOne);
        supervisor.flags.autoShutdown =
            draft.table.choice<AutoShutdown>("auto_shutdown").value_or(AutoShutdown::Never);
        supervisor.flags.limit = readLimit(draft.table);
        supervisor.initResult = readSupervisorInitResult(draft.table, m_model.texts);
        draft.children = draft.table.names("children");
        m_model.supervisors.push_back(std::move(supervisor));
    }

private:
    ChildSpec readSpec(Draft &draft, ChildType type)
    {
        ChildSpec spec;
        spec.type = type;
        const auto id = draft.table.text("id");
        if (id && id->empty())
            m_problems.error(draft.table.find("id")->value.place, "an `id` cannot be empty");
        spec.id = {m_model.texts.intern(id.value_or(draft.name)), ChildId::noIndex};
        spec.restart = draft.table.choice<RestartType>("restart").value_or(RestartType::Permanent);
        // OTP rule 10: 5 s for a worker, infinity for a supervisor.
        const auto byDefault = type == ChildType::Worker ? ShutdownPolicy::after(Duration::seconds(5))
                                                         : ShutdownPolicy::infinity();
        spec.shutdown = draft.table.shutdown("shutdown").value_or(byDefault);
        spec.significant = draft.table.trueOrFalse("significant").value_or(false);
        draft.backoff = readBackoff(draft.table);
        if (const TomlEntry *options = draft.table.find("options"))
            readOptions(*options);
        return spec;
    }

    void readOptions(const TomlEntry &options)
    {
        if (!options.value.isTable())
            m_problems.error(options.value.place,
                             fmt::format("`options` takes a table, not {}", describe(options.value.type)));
        for (const TomlEntry &option : options.value.entries)
            m_problems.error(option.place, fmt::format("the dialect \"{}\" declares no option `{}`",
                                                       m_dialect.name, option.key));
    }

    RestartLimitSpec readLimit(const TableReader &table)
    {
        const DialectFacts *dialect = &m_dialect;
        if (const auto own = table.text("dialect")) {
            if (const DialectFacts *known = findDialect(*own))
                dialect = known;
            else
                m_problems.error(table.find("dialect")->value.place, unknownDialect(*own));
        }
        RestartLimitSpec limit;
        limit.max = dialect->maxRestarts;
        if (const TomlEntry *max = table.find("max_restarts"))
            readMaxRestarts(max->value, *dialect, limit);
        if (const TomlEntry *within = table.find("within"))
            readWithin(within->value, *dialect, limit);
        return limit;
    }

    void readMaxRestarts(const TomlValue &value, const DialectFacts &dialect, RestartLimitSpec &limit)
    {
        constexpr std::int64_t largest = std::numeric_limits<std::uint32_t>::max() - 1;
        if (value.isInteger() && value.integer >= 0 && value.integer <= largest)
            limit.max = static_cast<std::uint32_t>(value.integer);
        else if (value.isInteger())
            m_problems.error(value.place, fmt::format("`max_restarts` lies between 0 and {}", largest),
                             "where it shall never give up, a large number, such as 1000000, comes close");
        else if (value.isText() && meansUnlimited(value.text))
            m_problems.error(value.place,
                             fmt::format("the dialect \"{}\" has no unlimited `max_restarts`", dialect.name),
                             "a large number, such as 1000000, comes close");
        else
            m_problems.error(value.place,
                             fmt::format("`max_restarts` takes a whole number, not {}", describe(value.type)),
                             value.isText() ? "it stands without quotes" : "");
    }

    void readWithin(const TomlValue &value, const DialectFacts &dialect, RestartLimitSpec &limit)
    {
        if (value.isText() && (value.text == "lifetime" || meansUnlimited(value.text))) {
            m_problems.error(
                value.place,
                fmt::format("the dialect \"{}\" has no `within` of a whole lifetime", dialect.name),
                "a long duration, such as \"3650d\", comes close");
            return;
        }
        const auto within = readDuration(value, "within", m_problems);
        if (!within)
            return;
        if (within->isZero() || within->ns() % secondNs != 0)
            m_problems.error(value.place,
                             fmt::format("the dialect \"{}\" counts in whole seconds: `within` is "
                                         "at least \"1s\", without a fraction",
                                         dialect.name));
        else
            limit.within = *within;
    }

    const DialectFacts &m_dialect;
    Model &m_model;
    Problems &m_problems;
};

bool isListOfTables(const TomlValue &value)
{
    return value.isList() && !value.items.empty() && value.items.front().isTable();
}

/// The tables of one kind, `[worker.NAME]`.
void addDrafts(const TomlValue &document, const TableKind &kind, Drafts &drafts, Problems &problems)
{
    const TomlEntry *tables = document.find(kind.name);
    if (!tables || !tables->value.isTable())
        return;
    std::uint32_t index = 0;
    for (const TomlEntry &entry : tables->value.entries) {
        const TomlValue *table = &entry.value;
        if (isListOfTables(entry.value)) {
            problems.error(
                entry.place,
                fmt::format("[[{0}.{1}]] makes a list, and a {0} is one table", kind.name, entry.key),
                fmt::format("write {}, with one bracket{}", tableTitle(kind.name, entry.key),
                            &kind == &workerTable ? "; `count` makes several children of it" : ""));
            // What is meant is plain, and saves everything that would follow from a table that is missing.
            table = &entry.value.items.front();
        } else if (!entry.value.isTable()) {
            problems.error(entry.place,
                           fmt::format("`{}` stands outside of a {} table", entry.key, kind.title),
                           fmt::format("a {} begins with {}", kind.name, kind.title));
            continue;
        }
        if (entry.key.empty()) {
            problems.error(entry.place, fmt::format("a {} needs a name", kind.name));
            continue;
        }
        const std::string title = tableTitle(kind.name, entry.key);
        const Draft *known = drafts.find(entry.key);
        if (known)
            problems.error(entry.place,
                           fmt::format("{} and {} (line {}) have the same name", title, known->table.title(),
                                       known->table.place().line),
                           "names of tables are unique in a file; nodes may share an `id`");
        else
            drafts.byName.emplace(entry.key, drafts.all.size());
        drafts.all.push_back({TableReader(*table, entry.place, title, kind, problems),
                              entry.key,
                              {index++, &kind == &supervisorTable},
                              1,
                              {},
                              {}});
        drafts.all.back().isMistyped = known != nullptr;
    }
}

}

Draft *Drafts::find(std::string_view name)
{
    const auto known = byName.find(name);
    return known == byName.end() ? nullptr : &all[known->second];
}

bool Drafts::areListsBroken() const
{
    return std::any_of(all.begin(), all.end(), [](const Draft &draft) {
        const TomlEntry *children = draft.definition.isSupervisor ? draft.table.find("children") : nullptr;
        if (!children || children->value.isText())
            return false;
        const auto &items = children->value.items;
        return !children->value.isList()
               || std::any_of(items.begin(), items.end(),
                              [](const TomlValue &item) { return !item.isText(); });
    });
}

std::string_view Drafts::closest(std::string_view name) const
{
    std::vector<std::string_view> names;
    for (const Draft &draft : all)
        names.push_back(draft.name);
    return closestName(name, names);
}

Drafts readDefinitions(const TomlValue &document, const DialectFacts &dialect, Model &model,
                       Problems &problems)
{
    Drafts drafts;
    addDrafts(document, workerTable, drafts, problems);
    addDrafts(document, supervisorTable, drafts, problems);
    DefinitionReader reader(dialect, model, problems);
    for (Draft &draft : drafts.all) {
        if (draft.definition.isSupervisor)
            reader.readSupervisor(draft);
        else
            reader.readWorker(draft);
    }
    return drafts;
}

ChildSpec &specOf(Model &model, SupervisorDefinition::Listed definition)
{
    return definition.isSupervisor ? model.supervisors[definition.definition].spec
                                   : model.workers[definition.definition].spec;
}

}
