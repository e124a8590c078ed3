#include "simulator/scenario/commands.h"

#include "simulator/kernel/duration_text.h"
#include "simulator/scenario/behaviour_reader.h"
#include "simulator/scenario/name_hints.h"
#include "simulator/scenario/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace daruma {

namespace {

std::string_view textOf(const TomlValue &table, std::string_view key)
{
    const TomlEntry *entry = table.find(key);
    return entry && entry->value.isText() ? std::string_view(entry->value.text) : std::string_view();
}

constexpr std::array<std::pair<std::string_view, CommandKind>, 19> commandKinds{
    {{"start_child", CommandKind::StartChild},
     {"start_child_linked", CommandKind::StartChildLinked},
     {"terminate_child", CommandKind::TerminateChild},
     {"restart_child", CommandKind::RestartChild},
     {"delete_child", CommandKind::DeleteChild},
     {"which_children", CommandKind::WhichChildren},
     {"count_children", CommandKind::CountChildren},
     {"reload", CommandKind::Reload},
     {"control", CommandKind::Control},
     {"get_restart_strategy", CommandKind::GetRestartStrategy},
     {"get_uptime", CommandKind::GetUptime},
     {"is_alive", CommandKind::IsAlive},
     {"health", CommandKind::Health},
     {"final_report", CommandKind::FinalReport},
     {"join", CommandKind::Join},
     {"add_child", CommandKind::AddChild},
     {"pause_child", CommandKind::PauseChild},
     {"resume_child", CommandKind::ResumeChild},
     {"shutdown", CommandKind::Shutdown}}};

/// Those of the format's commands that the dialect has.
std::vector<std::string_view> commandsOf(const Dialect &dialect)
{
    std::vector<std::string_view> names;
    for (const auto &[text, kind] : commandKinds)
        if (dialect.has(kind))
            names.push_back(text);
    return names;
}

bool startsChild(CommandKind kind)
{
    return kind == CommandKind::StartChild || kind == CommandKind::StartChildLinked
           || kind == CommandKind::AddChild;
}

bool startsChild(const TomlValue &command)
{
    const auto kind = commandNamed(textOf(command, "do"));
    return kind && startsChild(*kind);
}

bool takesChild(CommandKind kind)
{
    return startsChild(kind) || kind == CommandKind::TerminateChild || kind == CommandKind::RestartChild
           || kind == CommandKind::DeleteChild || kind == CommandKind::PauseChild
           || kind == CommandKind::ResumeChild;
}

}

std::optional<CommandKind> commandNamed(std::string_view name)
{
    for (const auto &[text, kind] : commandKinds) {
        if (text == name)
            return kind;
    }
    return {};
}

std::set<std::string, std::less<>> startedNames(const std::vector<PlacedTable> &commands)
{
    std::set<std::string, std::less<>> names;
    for (const PlacedTable &command : commands) {
        if (startsChild(*command.table))
            names.emplace(textOf(*command.table, "child"));
    }
    return names;
}

CommandReader::CommandReader(const std::vector<PlacedTable> &tables, const Dialect &dialect, Drafts &drafts,
                             Model &model, Problems &problems)
    : m_tables(tables)
    , m_dialect(dialect)
    , m_drafts(drafts)
    , m_model(model)
    , m_problems(problems)
{
    for (std::size_t i = 0; i < tables.size(); ++i) {
        const TomlValue &table = *tables[i].table;
        if (startsChild(table))
            m_starts.push_back(
                {i, std::string(textOf(table, "to")), std::string(textOf(table, "child")), {}});
    }
}

bool CommandReader::isSimple(SupervisorDefinition::Listed supervisor) const
{
    return supervisor.isSupervisor
           && m_model.supervisors[supervisor.definition].flags.strategy == Strategy::SimpleOneForOne;
}

bool CommandReader::understand(Start &start, const SelectorTable &selectors) const
{
    start.targets = selectors.definitionsOf(selectors.resolve(start.to));
    std::erase_if(start.targets, [](SupervisorDefinition::Listed target) { return !target.isSupervisor; });
    if (start.targets.empty() || start.child.empty())
        return false;
    const auto known = m_drafts.byName.find(start.child);
    const bool isTable = known != m_drafts.byName.end() && !m_drafts.all[known->second].listedAt;
    // A path can be a supervisor of either kind at different times: then `child` says which one is meant.
    const auto simple =
        std::count_if(start.targets.begin(), start.targets.end(),
                      [this](SupervisorDefinition::Listed target) { return isSimple(target); });
    start.isInstance = simple > 0 && (simple == std::ssize(start.targets) || !isTable);
    std::erase_if(start.targets,
                  [&](SupervisorDefinition::Listed target) { return isSimple(target) != start.isInstance; });
    const auto target = start.targets.front();
    start.isUnderstood = start.isInstance ? !m_model.supervisors[target.definition].listed.empty() : isTable;
    return start.isUnderstood;
}

StartRequest CommandReader::requestOf(const Start &start) const
{
    if (start.isInstance)
        return {start.to, start.child, m_model.supervisors[start.targets.front().definition].listed.front()};
    const Draft &draft = m_drafts.all[m_drafts.byName.find(start.child)->second];
    const TextId id = specOf(m_model, draft.definition).id.text;
    return {start.to, std::string(m_model.texts[id]), draft.definition};
}

std::vector<StartRequest> CommandReader::startRequests()
{
    std::vector<StartRequest> requests;
    // A start may go to a supervisor that another one makes: each round understands one level more.
    bool isNew = true;
    for (std::size_t round = 0; isNew && round < maxTreeDepth; ++round) {
        isNew = false;
        const SelectorTable selectors(m_model, requests);
        for (Start &start : m_starts) {
            if (start.isUnderstood || !understand(start, selectors))
                continue;
            requests.push_back(requestOf(start));
            isNew = true;
        }
    }
    return requests;
}

void CommandReader::read(const SelectorTable &selectors)
{
    for (std::size_t i = 0; i < m_tables.size(); ++i)
        readCommand(i, selectors);
}

void CommandReader::readCommand(std::size_t index, const SelectorTable &selectors)
{
    const TableReader table(*m_tables[index].table, m_tables[index].place, "[[command]]", commandTable,
                            m_problems);
    Command command;
    command.place = m_tables[index].order;
    if (const auto at = table.duration("at"))
        command.at = Instant::start() + *at;
    if (command.at > m_model.horizon)
        m_problems.warning(table.placeOf("at"), fmt::format("this command is never given: the run ends at {}",
                                                            toText(m_model.horizon - Instant::start())));
    command.by = m_model.texts.intern(table.text("by").value_or(""));
    command.why = m_model.texts.intern(table.text("why").value_or(""));
    if (const auto to = table.text("to")) {
        const TomlValue &value = table.find("to")->value;
        command.to = readSelector(value, 0, *to, selectors, m_problems);
        const auto meant = selectors.definitionsOf(command.to);
        if (!meant.empty() && std::none_of(meant.begin(), meant.end(), [](auto m) { return m.isSupervisor; }))
            m_problems.error(value.place,
                             fmt::format("\"{}\" is a worker; commands go to a supervisor", *to));
    }
    const Dialect &dialect = dialectAsked(command.to, selectors);
    if (!table.oneOf("do", commandsOf(dialect)))
        return;
    const std::string_view name = textOf(*m_tables[index].table, "do");
    const auto kind = commandNamed(name);
    if (!kind || !dialect.has(*kind)) {
        m_problems.error(table.find("do")->value.place,
                         fmt::format("the dialect \"{}\" has no command \"{}\"", dialect.name, name),
                         "it has " + quotedList(commandsOf(dialect)));
        return;
    }
    command.kind = *kind;
    readKeys(table, command);
    const Draft *child = m_drafts.find(textOf(*m_tables[index].table, "child"));
    if (startsChild(command.kind) && !dialect.startsSupervisors && child && child->definition.isSupervisor)
        m_problems.error(table.find("child")->value.place,
                         fmt::format("{} is a supervisor: the \"{}\" of the dialect \"{}\" starts workers",
                                     child->table.title(), name, dialect.name));
    if (startsChild(command.kind)) {
        const auto start = std::find_if(m_starts.begin(), m_starts.end(),
                                        [index](const Start &known) { return known.table == index; });
        readStart(table, *start, command);
    } else if (takesChild(command.kind)) {
        warnOfUnknownChild(table, command);
    }
    m_model.commands.push_back(std::move(command));
}

/// That of the first that is asked; of several, those that lack the command answer nothing.
const Dialect &CommandReader::dialectAsked(const Selector &to, const SelectorTable &selectors) const
{
    for (const SupervisorDefinition::Listed target : selectors.definitionsOf(to))
        if (const Dialect *dialect = m_drafts.dialectOf(target))
            return *dialect;
    return m_drafts.root ? *m_drafts.all[*m_drafts.root].dialect : m_dialect;
}

void CommandReader::readKeys(const TableReader &table, Command &command)
{
    const std::string_view name = table.find("do")->value.text;
    const auto reject = [&](std::string_view key, std::string_view owner) {
        if (table.has(key))
            m_problems.error(table.placeOf(key), fmt::format("do = \"{}\" takes no `{}`", name, key),
                             owner.empty() ? "" : fmt::format("`{}` belongs to do = \"{}\"", key, owner));
    };
    if (!takesChild(command.kind))
        reject("child", "");
    else if (!table.has("child"))
        m_problems.error(table.place(), fmt::format("do = \"{}\" needs the key `child`", name));
    if (!startsChild(command.kind))
        reject("behaviour", "start_child");
    if (command.kind != CommandKind::Shutdown)
        reject("grace", "shutdown");
    if (command.kind != CommandKind::Control)
        reject("message", "control");
    else if (const auto message = table.text("message"))
        command.message = m_model.texts.intern(*message);
    else if (!table.has("message"))
        m_problems.error(table.place(), "do = \"control\" needs the key `message`");
    if (command.kind != CommandKind::StartChildLinked)
        reject("timeout", "start_child_linked");
    else if (!table.has("timeout"))
        m_problems.error(table.place(), fmt::format("do = \"{}\" needs the key `timeout`", name));
    if (const auto grace = table.duration("grace"))
        command.grace = *grace;
    const auto child = table.text("child");
    if (child && child->empty())
        m_problems.error(table.find("child")->value.place, "`child` cannot be empty");
    else if (child)
        command.child = childId(*child);
}

ChildId CommandReader::childId(std::string_view text)
{
    const std::size_t bracket = text.rfind('[');
    if (bracket == std::string_view::npos || text.back() != ']')
        return {m_model.texts.intern(text), ChildId::noIndex};
    const std::string index(text.substr(bracket + 1, text.size() - bracket - 2));
    const bool isNumber =
        !index.empty() && index.size() < 8 && index.find_first_not_of("0123456789") == std::string::npos;
    if (isNumber && std::to_string(std::stoul(index)) == index) {
        const std::string_view id = text.substr(0, bracket);
        const bool isCounted = std::any_of(m_drafts.all.begin(), m_drafts.all.end(), [&](const Draft &draft) {
            return draft.count > 1 && m_model.texts[specOf(m_model, draft.definition).id.text] == id;
        });
        if (isCounted)
            return {m_model.texts.intern(id), static_cast<std::uint32_t>(std::stoul(index))};
    }
    return {m_model.texts.intern(text), ChildId::noIndex};
}

/// Only where it is plain: all supervisors that are meant stand in the file, and no start_child adds to them.
void CommandReader::warnOfUnknownChild(const TableReader &table, const Command &command)
{
    const bool takesAny = command.kind == CommandKind::PauseChild || command.kind == CommandKind::ResumeChild;
    if (takesAny || !m_starts.empty() || command.to.nodes.empty() || !command.child.text.isValid())
        return;
    for (const NodeId node : command.to.nodes) {
        if (!m_model.nodes[node].isSupervisor)
            continue;
        const auto &children = m_model.supervisor(m_model.nodes[node]).flags.children;
        if (std::any_of(children.begin(), children.end(),
                        [&](const ChildSpec &child) { return child.id == command.child; }))
            return;
    }
    m_problems.warning(table.placeOf("child"),
                       fmt::format("no child of \"{}\" has the id \"{}\": the reply will be "
                                   "not_found",
                                   command.to.text, idText(command.child, m_model.texts)));
}

void CommandReader::readStart(const TableReader &table, const Start &start, Command &command)
{
    if (start.targets.empty() || start.child.empty())
        return;
    if (start.isInstance) {
        startInstance(table, start, command);
        return;
    }
    if (table.has("behaviour"))
        m_problems.error(table.placeOf("behaviour"),
                         "`behaviour` is for the instances of a simple_one_for_one supervisor",
                         fmt::format("write the behaviour into [worker.{}]", start.child));
    Draft *draft = m_drafts.find(start.child);
    if (!draft || draft->listedAt)
        reportUnlistable(table.find("child")->value, draft);
    else
        startTable(table, start, *draft, command);
}

void CommandReader::reportUnlistable(const TomlValue &child, const Draft *draft)
{
    if (draft) {
        m_problems.error(
            child.place,
            fmt::format("{} is in the `children` of {} already", draft->table.title(),
                        m_drafts.all[draft->parent].table.title()),
            "start_child starts a table that no `children` lists; restart_child starts a stopped one");
        return;
    }
    const std::string_view close =
        m_problems.wantsHints() ? m_drafts.closest(child.text) : std::string_view();
    if (Draft *meant = m_drafts.find(close))
        meant->isMistyped = true;
    m_problems.error(child.place,
                     fmt::format("no table [worker.{0}] or [supervisor.{0}] to start", child.text),
                     didYouMean(close));
}

void CommandReader::startTable(const TableReader &table, const Start &start, Draft &draft, Command &command)
{
    draft.isStarted = true;
    ChildSpec spec = specOf(m_model, draft.definition);
    if (draft.count > 1)
        m_problems.error(draft.table.placeOf("count"),
                         fmt::format("{} is started by a start_child (line {}), which starts a single one",
                                     draft.table.title(), table.place().line),
                         "leave out `count`, or list it in the `children` of a supervisor");
    for (const SupervisorDefinition::Listed target : start.targets) {
        SupervisorDefinition &supervisor = m_model.supervisors[target.definition];
        checkSignificant(draft, spec, supervisor.flags, m_drafts.dialectOf(target),
                         tableTitle(supervisorTable.name, m_model.texts[supervisor.table]), m_problems);
        if (draft.backoff && start.targets.size() == 1)
            spec.backoff =
                addBackoff(supervisor.flags, *draft.backoff, draft.table.placeOf("backoff"), m_problems);
    }
    if (draft.backoff && start.targets.size() > 1)
        m_problems.error(
            table.find("to")->value.place,
            fmt::format("{} has a `backoff`: its start_child goes to one supervisor", draft.table.title()));
    command.startable = static_cast<std::uint32_t>(m_model.startables.size());
    command.child = spec.id;
    spec.key = startableKey + command.startable;
    if (const auto timeout = table.duration("timeout"))
        for (const SupervisorDefinition::Listed target : start.targets)
            m_model.supervisors[target.definition].flags.startTimeouts.emplace_back(spec.key, *timeout);
    m_model.startables.push_back({spec, draft.definition, {}, false});
}

void CommandReader::startInstance(const TableReader &table, const Start &start, Command &command)
{
    const SupervisorDefinition &supervisor = m_model.supervisors[start.targets.front().definition];
    if (supervisor.listed.empty())
        return;
    Startable startable{supervisor.flags.children.front(), supervisor.listed.front(), {}, true};
    command.startable = static_cast<std::uint32_t>(m_model.startables.size());
    command.child = {m_model.texts.intern(start.child), ChildId::noIndex};
    startable.spec.id = command.child;
    startable.spec.key = startableKey + command.startable;
    if (table.has("behaviour") && startable.from.isSupervisor)
        m_problems.error(table.placeOf("behaviour"),
                         "the template is a supervisor, which has no `behaviour`");
    else if (const auto behaviour = behaviourTableOf(table))
        startable.behaviour = readBehaviour(*behaviour, m_model.texts);
    m_model.startables.push_back(std::move(startable));
}

}
