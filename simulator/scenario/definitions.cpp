#include "simulator/scenario/definitions.h"

#include "simulator/scenario/behaviour_reader.h"
#include "simulator/scenario/dialect_options.h"
#include "simulator/scenario/limit_reader.h"
#include "simulator/scenario/name_hints.h"

#include <fmt/format.h>

#include <algorithm>

namespace daruma {

namespace {

class DefinitionReader {
public:
    DefinitionReader(Model &model, Problems &problems)
        : m_model(model)
        , m_problems(problems)
    {}

    void readWorker(Draft &draft)
    {
        WorkerDefinition worker;
        worker.table = m_model.texts.intern(draft.name);
        worker.spec = readSpec(draft, ChildType::Worker);
        worker.behaviour = readBehaviour(draft.table, m_model.texts);
        readWorkerOptions(draft.table, *draft.parentDialect, worker.spec);
        if (const auto count = draft.table.wholeNumber("count"))
            draft.count = static_cast<std::uint32_t>(std::min<std::uint64_t>(*count, ChildId::noIndex - 1));
        m_model.workers.push_back(std::move(worker));
    }

    void readSupervisor(Draft &draft)
    {
        const Dialect &dialect = *draft.dialect;
        SupervisorDefinition supervisor;
        supervisor.table = m_model.texts.intern(draft.name);
        supervisor.spec = readSpec(draft, ChildType::Supervisor);
        supervisor.promises = dialect.promises;
        supervisor.flags.rules = dialect.rules;
        supervisor.flags.strategy = draft.table.choice<Strategy>("strategy").value_or(dialect.strategy);
        if (draft.table.has("strategy") && !dialect.has(supervisor.flags.strategy))
            reportLack(draft, "strategy", dialect, toText(supervisor.flags.strategy));
        supervisor.flags.autoShutdown =
            draft.table.choice<AutoShutdown>("auto_shutdown").value_or(dialect.autoShutdown);
        if (draft.table.has("auto_shutdown") && !dialect.hasAutoShutdown)
            m_problems.error(draft.table.placeOf("auto_shutdown"),
                             fmt::format("the dialect \"{}\" has no `auto_shutdown`", dialect.name),
                             "leave it out: there nothing but a command or a limit shuts a supervisor down");
        supervisor.flags.limit = dialect.limit;
        supervisor.flags.pause = dialect.pause;
        for (const std::string_view key : {"max_restarts", "within"})
            if (draft.table.has(key) && !dialect.hasLimit)
                m_problems.error(draft.table.placeOf(key),
                                 fmt::format("the dialect \"{}\" has no `{}`", dialect.name, key));
        readLimit(draft.table, dialect, supervisor.flags.limit);
        supervisor.initResult = readSupervisorInitResult(draft.table, m_model.texts);
        readSupervisorOptions(draft.table, dialect, supervisor);
        draft.children = draft.table.names("children");
        checkNumber(draft, dialect);
        m_model.supervisors.push_back(std::move(supervisor));
    }

private:
    ChildSpec readSpec(Draft &draft, ChildType type)
    {
        const Dialect &dialect = *draft.parentDialect;
        ChildSpec spec;
        spec.type = type;
        spec.role = type == ChildType::Supervisor ? Role::Supervisor : Role::Worker;
        const auto id = draft.table.text("id");
        if (id && id->empty())
            m_problems.error(draft.table.find("id")->value.place, "an `id` cannot be empty");
        spec.id = {m_model.texts.intern(id.value_or(draft.name)), ChildId::noIndex};
        spec.restart = draft.table.choice<RestartType>("restart").value_or(dialect.restart);
        if (draft.table.has("restart") && !dialect.has(spec.restart))
            reportLack(draft, "restart", dialect, draft.table.find("restart")->value.text);
        const auto byDefault = type == ChildType::Worker ? dialect.shutdown : dialect.shutdownOfSupervisors;
        spec.shutdown = draft.table.shutdown("shutdown").value_or(byDefault);
        if (draft.table.has("shutdown") && !dialect.hasShutdown)
            m_problems.error(draft.table.placeOf("shutdown"),
                             fmt::format("the dialect \"{}\" has no `shutdown` of a child", dialect.name));
        if (draft.table.has("shutdown") && spec.shutdown.brutal && !dialect.hasBrutalKill)
            reportLack(draft, "shutdown", dialect, "brutal_kill");
        spec.significant = draft.table.trueOrFalse("significant").value_or(false);
        draft.backoff = readBackoff(draft.table, "backoff", dialect.backoff);
        if (!draft.backoff)
            draft.backoff = dialect.backoff;
        return spec;
    }

    void reportLack(const Draft &draft, std::string_view key, const Dialect &dialect, std::string_view value)
    {
        m_problems.error(draft.table.find(key)->value.place,
                         fmt::format("the dialect \"{}\" has no `{}` \"{}\"", dialect.name, key, value));
    }

    void checkNumber(const Draft &draft, const Dialect &dialect)
    {
        const std::size_t children = draft.children.size();
        if (children >= dialect.leastChildren && children <= dialect.mostChildren)
            return;
        const std::string wanted =
            dialect.leastChildren == dialect.mostChildren ? fmt::format("exactly {}", dialect.mostChildren)
            : children < dialect.leastChildren            ? fmt::format("at least {}", dialect.leastChildren)
                                                          : fmt::format("at most {}", dialect.mostChildren);
        m_problems.error(draft.table.placeOf("children"),
                         fmt::format("a supervisor of the dialect \"{}\" has {} child{}, not {}",
                                     dialect.name, wanted, dialect.mostChildren == 1 ? "" : "ren", children));
    }

    Model &m_model;
    Problems &m_problems;
};

bool isListOfTables(const TomlValue &value)
{
    return value.isList() && !value.items.empty() && value.items.front().isTable();
}

/// Every supervisor that names no dialect of its own has its parent's. Parents are looked up by name alone:
/// whether the tree is in order is told elsewhere.
class DialectAssigner {
public:
    DialectAssigner(const Dialect &dialect, Dialects &dialects, Drafts &drafts, Problems &problems)
        : m_dialect(dialect)
        , m_dialects(dialects)
        , m_drafts(drafts)
        , m_problems(problems)
    {}

    void assign()
    {
        for (Draft &draft : m_drafts.all) {
            if (!draft.definition.isSupervisor)
                continue;
            const TomlEntry *children = draft.table.find("children");
            if (!children)
                continue;
            for (const TomlValue &child : children->value.items)
                if (child.isText())
                    m_parents.emplace(child.text, &draft);
        }
        for (Draft &draft : m_drafts.all) {
            const auto parent = m_parents.find(draft.name);
            draft.parentDialect =
                parent == m_parents.end() ? &m_dialect : &dialectOf(*parent->second, m_drafts.all.size());
            if (draft.definition.isSupervisor)
                draft.dialect = &dialectOf(draft, m_drafts.all.size());
        }
    }

private:
    /// `steps`: a circle of parents has no beginning.
    const Dialect &dialectOf(Draft &draft, std::size_t steps)
    {
        if (draft.dialect)
            return *draft.dialect;
        if (const TomlEntry *own = draft.table.find("dialect")) {
            const Dialect *found = findDialect(m_dialects, own->value, m_problems);
            draft.dialect = found ? found : &m_dialect;
            return *draft.dialect;
        }
        const auto parent = m_parents.find(draft.name);
        if (parent == m_parents.end() || steps == 0)
            return m_dialect;
        draft.dialect = &dialectOf(*parent->second, steps - 1);
        return *draft.dialect;
    }

    const Dialect &m_dialect;
    Dialects &m_dialects;
    Drafts &m_drafts;
    Problems &m_problems;
    std::map<std::string, Draft *, std::less<>> m_parents;
};

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
                              nullptr,
                              nullptr,
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

const Dialect *findDialect(Dialects &dialects, const TomlValue &name, Problems &problems)
{
    if (!name.isText()) {
        problems.error(name.place,
                       fmt::format("`dialect` takes a text in quotes, not {}", describe(name.type)));
        return nullptr;
    }
    std::vector<Problem> reasons;
    const Dialect *dialect = dialects.find(name.text, reasons);
    std::vector<Problem> ofFiles;
    for (Problem &reason : reasons) {
        if (reason.file.empty())
            problems.error(name.place, std::move(reason.message), std::move(reason.hint));
        else
            ofFiles.push_back(std::move(reason));
    }
    problems.adopt(std::move(ofFiles));
    return dialect;
}

const Dialect *Drafts::dialectOf(SupervisorDefinition::Listed definition) const
{
    const auto found = std::find_if(all.begin(), all.end(), [&](const Draft &draft) {
        return draft.definition.isSupervisor == definition.isSupervisor
               && draft.definition.definition == definition.definition;
    });
    return found == all.end() ? nullptr : found->dialect;
}

Drafts readDefinitions(const TomlValue &document, const Dialect &dialect, Dialects &dialects, Model &model,
                       Problems &problems)
{
    Drafts drafts;
    addDrafts(document, workerTable, drafts, problems);
    addDrafts(document, supervisorTable, drafts, problems);
    DialectAssigner(dialect, dialects, drafts, problems).assign();
    DefinitionReader reader(model, problems);
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
