#include "simulator/scenario/selectors.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace daruma {

namespace {

constexpr std::uint32_t noTable = 0xffff'ffff;
/// Places made by start_child can start others in their turn; past this many, every name is believed.
constexpr std::size_t maxLaterPlaces = 10'000;

bool isSame(SupervisorDefinition::Listed a, SupervisorDefinition::Listed b)
{
    return a.definition == b.definition && a.isSupervisor == b.isSupervisor;
}

std::vector<std::string> allPaths(const Model &model)
{
    std::vector<std::string> paths;
    paths.reserve(model.nodes.size());
    for (std::uint32_t i = 0; i < model.nodes.size(); ++i) {
        const Node &node = model.nodes[NodeId{i}];
        const std::string name = idText(node.id, model.texts);
        // A parent stands before its children.
        paths.push_back(node.parent.isValid() ? paths[node.parent.value] + "/" + name : name);
    }
    return paths;
}

}

SelectorTable::SelectorTable(const Model &model, const std::vector<StartRequest> &starts, bool isTreeBroken)
    : m_model(model)
    , m_isTreeBroken(isTreeBroken)
    , m_paths(allPaths(model))
{
    for (std::uint32_t i = 0; i < model.workers.size(); ++i)
        m_tables.push_back({std::string(model.texts[model.workers[i].table]), {i, false}, {}});
    for (std::uint32_t i = 0; i < model.supervisors.size(); ++i)
        m_tables.push_back({std::string(model.texts[model.supervisors[i].table]), {i, true}, {}});
    for (std::uint32_t i = 0; i < model.nodes.size(); ++i) {
        const Node &node = model.nodes[NodeId{i}];
        m_tables[node.definition + (node.isSupervisor ? model.workers.size() : 0)].nodes.push_back(NodeId{i});
    }
    std::stable_sort(m_tables.begin(), m_tables.end(),
                     [](const Table &a, const Table &b) { return a.name < b.name; });
    collectLaterPlaces(starts);
}

const SelectorTable::Table *SelectorTable::findTable(std::string_view name) const
{
    const auto found =
        std::lower_bound(m_tables.begin(), m_tables.end(), name,
                         [](const Table &table, std::string_view n) { return table.name < n; });
    return found != m_tables.end() && found->name == name ? &*found : nullptr;
}

Selector SelectorTable::resolve(std::string_view text) const
{
    Selector selector;
    selector.text = text;
    if (const Table *table = findTable(text)) {
        selector.nodes = table->nodes;
        selector.definition = table->from.definition;
        selector.isSupervisorTable = table->from.isSupervisor;
        return selector;
    }
    for (std::uint32_t i = 0; i < m_paths.size(); ++i) {
        if (globMatches(text, m_paths[i]))
            selector.nodes.push_back(NodeId{i});
    }
    return selector;
}

bool SelectorTable::canEverMatch(const Selector &selector) const
{
    if (!selector.nodes.empty() || m_laterPlaces.size() >= maxLaterPlaces)
        return true;
    if (m_isTreeBroken && (selector.definition != noTable || m_paths.empty()))
        return true;
    return std::any_of(m_laterPlaces.begin(), m_laterPlaces.end(), [&](const LaterPlace &place) {
        if (selector.definition == noTable)
            return globMatches(selector.text, place.path);
        return isSame(place.from, {selector.definition, selector.isSupervisorTable});
    });
}

std::vector<SupervisorDefinition::Listed> SelectorTable::definitionsOf(const Selector &selector) const
{
    if (selector.definition != noTable)
        return {{selector.definition, selector.isSupervisorTable}};
    std::vector<SupervisorDefinition::Listed> definitions;
    const auto add = [&definitions](SupervisorDefinition::Listed from) {
        if (std::none_of(definitions.begin(), definitions.end(),
                         [from](auto known) { return isSame(known, from); }))
            definitions.push_back(from);
    };
    for (const NodeId node : selector.nodes)
        add({m_model.nodes[node].definition, m_model.nodes[node].isSupervisor});
    for (const LaterPlace &place : m_laterPlaces) {
        if (globMatches(selector.text, place.path))
            add(place.from);
    }
    return definitions;
}

void SelectorTable::addLaterPlace(const std::string &path, SupervisorDefinition::Listed from)
{
    if (m_laterPlaces.size() >= maxLaterPlaces)
        return;
    m_laterPlaces.push_back({path, from});
    if (!from.isSupervisor)
        return;
    const SupervisorDefinition &supervisor = m_model.supervisors[from.definition];
    if (supervisor.flags.strategy == Strategy::SimpleOneForOne)
        return;
    for (std::size_t i = 0; i < supervisor.listed.size(); ++i)
        addLaterPlace(path + "/" + idText(supervisor.flags.children[i].id, m_model.texts),
                      supervisor.listed[i]);
}

void SelectorTable::collectLaterPlaces(const std::vector<StartRequest> &starts)
{
    // The same place may be started from different tables, one after the other.
    std::set<std::tuple<std::string, std::uint32_t, bool>> known;
    const auto ask = [&](const std::string &parent, const StartRequest &start) {
        const std::string path = parent + "/" + start.id;
        if (known.insert({path, start.from.definition, start.from.isSupervisor}).second)
            addLaterPlace(path, start.from);
    };
    for (const StartRequest &start : starts) {
        for (const NodeId node : resolve(start.to).nodes) {
            if (m_model.nodes[node].isSupervisor)
                ask(m_paths[node.value], start);
        }
    }
    // A place made so can be asked to start others; each round reaches one start deeper.
    std::size_t seen = 0;
    for (std::size_t round = 0; round < starts.size() && seen < m_laterPlaces.size(); ++round) {
        const std::size_t end = m_laterPlaces.size();
        for (; seen < end; ++seen) {
            const LaterPlace parent = m_laterPlaces[seen];
            for (const StartRequest &start : starts) {
                const Table *table = findTable(start.to);
                const bool isAsked =
                    table ? isSame(table->from, parent.from) : globMatches(start.to, parent.path);
                if (parent.from.isSupervisor && isAsked)
                    ask(parent.path, start);
            }
        }
    }
}

std::optional<std::string> SelectorTable::closest(std::string_view text) const
{
    constexpr std::size_t maxCandidates = 2'000;
    std::vector<std::string_view> names;
    for (const Table &table : m_tables)
        names.push_back(table.name);
    for (std::size_t i = 0; i < m_paths.size() && names.size() < maxCandidates; ++i)
        names.push_back(m_paths[i]);
    for (std::size_t i = 0; i < m_laterPlaces.size() && names.size() < maxCandidates; ++i)
        names.push_back(m_laterPlaces[i].path);
    const std::string_view name = closestName(text, names);
    return name.empty() ? std::nullopt : std::optional(std::string(name));
}

std::string SelectorTable::placesNear(std::string_view path) const
{
    constexpr std::size_t most = 8;
    if (m_paths.empty())
        return {};
    std::string_view above = path;
    const auto isKnown = [&] { return std::find(m_paths.begin(), m_paths.end(), above) != m_paths.end(); };
    while (!above.empty() && !isKnown()) {
        const std::size_t slash = above.rfind('/');
        above = above.substr(0, slash == std::string_view::npos ? 0 : slash);
    }
    if (above.empty())
        above = m_paths.front();
    const std::string prefix = std::string(above) + "/";
    std::string text;
    std::size_t found = 0;
    for (const std::string &one : m_paths) {
        const bool isBelow = one.starts_with(prefix) && one.find('/', prefix.size()) == std::string::npos;
        if (isBelow && found++ < most)
            text += (text.empty() ? "" : ", ") + ("`" + one + "`");
    }
    if (found == 0)
        return "nothing stands below `" + std::string(above) + "`";
    if (found > most)
        text += " and " + std::to_string(found - most) + " more";
    return "`" + std::string(above) + "` has " + text;
}

}
