#include "simulator/scenario/scenario.h"

#include "simulator/scenario/commands.h"
#include "simulator/scenario/definitions.h"
#include "simulator/scenario/dialect.h"
#include "simulator/scenario/expectations.h"
#include "simulator/scenario/faults.h"
#include "simulator/scenario/finding.h"
#include "simulator/scenario/name_hints.h"
#include "simulator/scenario/overrides.h"
#include "simulator/scenario/problems.h"
#include "simulator/scenario/table_reader.h"
#include "simulator/scenario/toml_source.h"
#include "simulator/scenario/tree.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace daruma {

namespace {

Fingerprint fingerprintOf(std::string_view text)
{
    const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
    return {hash.high64, hash.low64};
}

/// `db-outage` of `scenarios/db-outage.toml`.
std::string baseName(std::string_view file)
{
    const std::size_t slash = file.find_last_of('/');
    std::string_view name = slash == std::string_view::npos ? file : file.substr(slash + 1);
    constexpr std::string_view ending = ".toml";
    if (name.size() > ending.size() && name.substr(name.size() - ending.size()) == ending)
        name.remove_suffix(ending.size());
    return std::string(name);
}

std::string folderOf(std::string_view file)
{
    const std::size_t slash = file.find_last_of('/');
    return std::string(slash == std::string_view::npos ? std::string_view(".") : file.substr(0, slash));
}

TablePlace placesOf(const TomlValue &table, Place place)
{
    TablePlace places;
    places.line = place.line;
    for (const TomlEntry &entry : table.entries)
        places.keys.push_back({entry.key, entry.place.source == 0 ? entry.place.line : place.line});
    return places;
}

class ScenarioReader {
public:
    ScenarioReader(TomlValue &document, std::vector<std::string> faultNames,
                   std::vector<std::string> expectationNames, const std::vector<DialectText> &dialectFiles,
                   Scenario &scenario, Problems &problems)
        : m_document(document)
        , m_faultNames(std::move(faultNames))
        , m_expectationNames(std::move(expectationNames))
        , m_scenario(scenario)
        , m_model(scenario.model)
        , m_problems(problems)
        , m_dialects(folderOf(scenario.file), dialectFiles)
    {}

    void read()
    {
        checkTopLevel();
        const Dialect &dialect = readScenarioTable();
        orderFaultsAndCommands();
        Drafts drafts = readDefinitions(m_document, dialect, m_dialects, m_model, m_problems);
        const std::size_t before = m_problems.errorCount();
        m_started = startedNames(m_commands);
        buildTree(drafts, m_started, m_model, m_problems);
        const bool isTreeBroken = m_problems.errorCount() != before || drafts.areListsBroken();

        CommandReader commands(m_commands, dialect, drafts, m_model, m_problems);
        const std::vector<StartRequest> starts = commands.startRequests();
        const SelectorTable selectors(m_model, starts, isTreeBroken);
        commands.read(selectors);
        const bool areNodesKnown = m_problems.errorCount() == before && !isTreeBroken;
        readFaults(m_faults, m_faultNames, selectors, m_model, m_problems);
        readExpectations(m_expectations, m_expectationNames, selectors, m_model, m_problems);
        if (areNodesKnown && !m_scenario.finding.empty())
            checkFinding();
        readNeeds(drafts, selectors);
        readOwners(drafts, selectors);
        checkUnused(drafts);
        checkRoot(drafts);
        rememberPlaces(drafts);
        m_scenario.dialectFiles = m_dialects.files();
    }

private:
    void checkTopLevel()
    {
        static constexpr std::array<std::string_view, 6> known{"scenario", "supervisor", "worker",
                                                               "fault",    "command",    "expect"};
        for (const TomlEntry &entry : m_document.entries) {
            if (std::find(known.begin(), known.end(), entry.key) != known.end())
                checkShape(entry);
            else if (entry.key == "resource")
                m_problems.error(entry.place, "[resource.NAME] is reserved for a later version");
            else
                reportUnknown(entry, {known.begin(), known.end()});
        }
    }

    void reportUnknown(const TomlEntry &entry, const std::vector<std::string_view> &known)
    {
        const std::string_view close = closestName(entry.key, known);
        std::string hint =
            "a scenario has [scenario], [supervisor.NAME], [worker.NAME], [[fault]], [[command]] and "
            "[[expect]]";
        if (!close.empty())
            hint = fmt::format("did you mean `{}`?", close);
        for (const TableKind *kind : tableKinds()) {
            if (close.empty() && kind->find(entry.key) && !entry.value.isTable())
                hint =
                    fmt::format("`{}` is a key of {}, and stands below its header", entry.key, kind->title);
        }
        const bool isTable =
            entry.value.isTable() || (!entry.value.items.empty() && entry.value.items.front().isTable());
        m_problems.error(entry.place, fmt::format("unknown {} `{}`", isTable ? "table" : "key", entry.key),
                         std::move(hint));
    }

    void checkShape(const TomlEntry &entry)
    {
        const bool isList = entry.key == "fault" || entry.key == "command" || entry.key == "expect";
        if (!isList && !entry.value.isTable())
            m_problems.error(
                entry.place, fmt::format("`{}` is a table, not {}", entry.key, describe(entry.value.type)),
                entry.key == "scenario" ? "write [scenario]" : fmt::format("write [{}.NAME]", entry.key));
        if (!isList)
            return;
        if (!entry.value.isList()) {
            m_problems.error(
                entry.place,
                fmt::format("`{}` is a list of tables, not {}", entry.key, describe(entry.value.type)),
                fmt::format("write [[{}]], with two brackets{}", entry.key, nameInHeader(entry)));
            return;
        }
        for (const TomlValue &item : entry.value.items) {
            if (!item.isTable())
                m_problems.error(item.place,
                                 fmt::format("`{}` lists tables, not {}", entry.key, describe(item.type)),
                                 fmt::format("write [[{}]]", entry.key));
        }
    }

    /// What to add for `[fault.NAME]`, where the name is meant to be one.
    static std::string nameInHeader(const TomlEntry &entry)
    {
        const auto &inner = entry.value.entries;
        const bool isNamed = entry.key != "command" && !inner.empty()
                             && std::all_of(inner.begin(), inner.end(),
                                            [](const TomlEntry &table) { return table.value.isTable(); });
        return isNamed ? fmt::format(", and name = \"{}\" below it", inner.front().key) : "";
    }

    const Dialect &readScenarioTable()
    {
        static const TomlValue none;
        const TomlEntry *entry = m_document.find(scenarioTable.name);
        const bool isTable = entry && entry->value.isTable();
        const TableReader table(isTable ? entry->value : none, entry ? entry->place : Place{}, "[scenario]",
                                scenarioTable, m_problems);
        m_model.name = table.text("name").value_or(baseName(m_scenario.file));
        if (m_model.name.empty())
            m_problems.error(table.placeOf("name"), "a scenario needs a `name`");
        m_scenario.about = table.text("about").value_or("");
        m_scenario.finding = table.text("finding").value_or("");
        if (const auto horizon = table.duration("horizon")) {
            m_model.horizon = Instant::start() + *horizon;
            if (horizon->isZero())
                m_problems.error(table.find("horizon")->value.place, "the `horizon` must be longer than 0");
        }
        m_model.seed = table.wholeNumber("seed").value_or(1);
        m_model.ties = table.choice<Ties>("ties").value_or(Ties::Fifo);
        m_model.clockPhase = table.duration("clock_phase").value_or(Duration::zero());
        return readDialect(table);
    }

    const Dialect &readDialect(const TableReader &table)
    {
        m_model.dialect = table.text("dialect").value_or("otp");
        std::vector<Problem> none;
        const TomlEntry *named = table.find("dialect");
        const Dialect *known =
            named && named->value.isText() ? findDialect(m_dialects, named->value, m_problems) : nullptr;
        return known ? *known : *m_dialects.find("otp", none);
    }

    void orderFaultsAndCommands()
    {
        m_faults = tablesOf("fault");
        m_commands = tablesOf("command");
        m_expectations = tablesOf("expect");
        std::vector<PlacedTable *> ordered;
        for (PlacedTable &fault : m_faults)
            ordered.push_back(&fault);
        for (PlacedTable &command : m_commands)
            ordered.push_back(&command);
        std::stable_sort(ordered.begin(), ordered.end(), [](const PlacedTable *a, const PlacedTable *b) {
            return a->place.isBefore(b->place);
        });
        for (std::uint32_t i = 0; i < ordered.size(); ++i)
            ordered[i]->order = i;
    }

    std::vector<PlacedTable> tablesOf(std::string_view kind) const
    {
        static const TomlValue none;
        std::vector<PlacedTable> tables;
        const TomlEntry *entry = m_document.find(kind);
        if (!entry || !entry->value.isList())
            return tables;
        for (const TomlValue &item : entry->value.items)
            tables.push_back({item.isTable() ? &item : &none, item.place, 0});
        return tables;
    }

    /// It is computed from a run much later, when a mistake in it would be found too late.
    void checkFinding()
    {
        const auto sentence = FindingSentence::parse(m_scenario.finding, m_model);
        if (sentence)
            return;
        const TomlEntry *table = m_document.find(scenarioTable.name);
        m_problems.errorInside(table->value.find("finding")->value, sentence.error().offset,
                               fmt::format("`finding`: {}", sentence.error().message),
                               "`daruma help finding` tells what may stand in it");
    }

    void readNeeds(const Drafts &drafts, const SelectorTable &selectors)
    {
        for (const Draft &draft : drafts.all) {
            if (draft.definition.isSupervisor)
                continue;
            WorkerDefinition &worker = m_model.workers[draft.definition.definition];
            for (const TomlValue *need : draft.table.names("needs"))
                worker.needs.push_back(readSelector(*need, 0, need->text, selectors, m_problems));
        }
    }

    void readOwners(const Drafts &drafts, const SelectorTable &selectors)
    {
        for (const Draft &draft : drafts.all) {
            const TomlEntry *options = draft.definition.isSupervisor ? draft.table.find("options") : nullptr;
            const TomlEntry *owner = options ? options->value.find("owner") : nullptr;
            if (owner && owner->value.isText())
                m_model.supervisors[draft.definition.definition].owner =
                    readSelector(owner->value, 0, owner->value.text, selectors, m_problems);
        }
    }

    void checkUnused(const Drafts &drafts)
    {
        if (drafts.areListsBroken() || !drafts.root)
            return;
        for (std::size_t i = 0; i < drafts.all.size(); ++i) {
            const Draft &draft = drafts.all[i];
            const bool isRootLike =
                draft.definition.isSupervisor && (drafts.root == i || m_started.count(draft.name) == 0);
            // A start_child that went wrong has its own problem, as has a second root.
            const bool isExcused = draft.isMistyped || (m_problems.hasErrors() && isNamedByStart(draft.name));
            if (draft.listedAt || draft.isStarted || isRootLike || isExcused)
                continue;
            m_problems.error(draft.table.place(),
                             fmt::format("nobody starts {}: no `children` lists it, and no "
                                         "start_child names it",
                                         draft.table.title()),
                             fmt::format("add \"{}\" to the `children` of a supervisor", draft.name));
        }
    }

    bool isNamedByStart(const std::string &name) const { return m_started.count(name) != 0; }

    void checkRoot(const Drafts &drafts)
    {
        if (!drafts.root)
            return;
        const Draft &root = drafts.all[*drafts.root];
        for (const std::string_view key : {"restart", "significant", "backoff"}) {
            if (root.table.has(key))
                m_problems.warning(
                    root.table.placeOf(key),
                    fmt::format("`{}` has no effect on the root, which no supervisor restarts", key));
        }
    }

    void rememberPlaces(const Drafts &drafts)
    {
        for (const Draft &draft : drafts.all) {
            auto &places =
                draft.definition.isSupervisor ? m_scenario.supervisorPlaces : m_scenario.workerPlaces;
            places.push_back(placesOf(draft.table.table(), draft.table.place()));
            if (draft.definition.isSupervisor)
                m_scenario.supervisorLogs.push_back(draft.dialect->log);
        }
        const auto remember = [](const std::vector<PlacedTable> &tables, std::vector<TablePlace> &places) {
            for (const PlacedTable &table : tables)
                places.push_back(placesOf(*table.table, table.place));
        };
        remember(m_faults, m_scenario.faultPlaces);
        remember(m_commands, m_scenario.commandPlaces);
        remember(m_expectations, m_scenario.expectationPlaces);
    }

    const TomlValue &m_document;
    std::vector<std::string> m_faultNames;
    std::vector<std::string> m_expectationNames;
    Scenario &m_scenario;
    Model &m_model;
    Problems &m_problems;
    Dialects m_dialects;
    std::vector<PlacedTable> m_faults;
    std::vector<PlacedTable> m_commands;
    std::vector<PlacedTable> m_expectations;
    std::set<std::string, std::less<>> m_started;
};

}

int TablePlace::lineOf(std::string_view key) const
{
    const auto known =
        std::find_if(keys.begin(), keys.end(), [key](const KeyPlace &place) { return place.key == key; });
    return known == keys.end() ? line : known->line;
}

tl::expected<Scenario, std::vector<Problem>> readScenario(std::string text, std::string fileName,
                                                          const std::vector<Override> &overrides,
                                                          std::string_view dialectOverride,
                                                          const ReadOptions &options)
{
    if (text.size() > options.maxTextBytes) {
        Problem problem;
        problem.message =
            fmt::format("{} bytes of text, more than the limit of {}", text.size(), options.maxTextBytes);
        return tl::unexpected(std::vector{problem});
    }
    Scenario scenario;
    scenario.file = std::move(fileName);
    scenario.fingerprint = fingerprintOf(text);
    scenario.model.limits = options.limits;
    const std::vector<Problems::Source> sources = overrideSources(overrides, dialectOverride);
    Problems problems(text, sources);
    auto document = parseToml(text);
    if (!document) {
        problems.error(document.error().place, document.error().message, document.error().hint);
        return tl::unexpected(problems.takeErrors());
    }
    // Names are made before overrides are applied: a fault keeps its streams when its time is overridden.
    std::vector<std::string> faults = faultNames(*document);
    std::vector<std::string> expectations = expectationNames(*document);
    applyOverrides(overrides, dialectOverride, faults, expectations, *document, problems);
    ScenarioReader(*document, std::move(faults), std::move(expectations), options.dialectFiles, scenario,
                   problems)
        .read();
    if (problems.hasErrors())
        return tl::unexpected(problems.takeErrors());
    scenario.warnings = problems.takeWarnings();
    scenario.text = std::move(text);
    return scenario;
}

}
