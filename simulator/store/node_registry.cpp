#include "simulator/store/node_registry.h"

#include <fmt/format.h>

#include <charconv>

namespace daruma {

namespace {

/// More nodes than any run may have.
constexpr std::size_t maxLayoutNodes = 1U << 27;

std::optional<std::int64_t> readNumber(std::string_view &text)
{
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || number < 0)
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

}

std::string layoutText(std::span<const std::int64_t> nodes)
{
    std::string text;
    for (std::size_t i = 0; i < nodes.size();) {
        std::size_t last = i;
        while (last + 1 < nodes.size() && nodes[last + 1] == nodes[last] + 1)
            ++last;
        text += fmt::format("{}{}", text.empty() ? "" : " ", nodes[i]);
        if (last > i)
            text += fmt::format("-{}", nodes[last]);
        i = last + 1;
    }
    return text;
}

std::optional<std::vector<std::int64_t>> layoutFromText(std::string_view text)
{
    std::vector<std::int64_t> nodes;
    while (!text.empty()) {
        const auto first = readNumber(text);
        auto last = first;
        if (first && text.starts_with('-')) {
            text.remove_prefix(1);
            last = readNumber(text);
        }
        if (!first || !last || *last < *first || *last - *first >= static_cast<std::int64_t>(maxLayoutNodes)
            || nodes.size() > maxLayoutNodes)
            return std::nullopt;
        for (std::int64_t id = *first; id <= *last; ++id)
            nodes.push_back(id);
        if (!text.empty() && !text.starts_with(' '))
            return std::nullopt;
        text.remove_prefix(text.empty() ? 0 : 1);
    }
    return nodes;
}

StoreResult<NodeRegistry> NodeRegistry::create(sqlite::Connection &connection)
{
    NodeRegistry registry;
    registry.m_connection = &connection;
    auto node = connection.prepare("INSERT INTO node(scenario_id, path, kind, parent_id) VALUES(?, ?, ?, ?)");
    auto layout = connection.prepare("INSERT INTO layout(scenario_id, nodes) VALUES(?, ?)");
    if (!node || !layout)
        return tl::unexpected(node ? layout.error() : node.error());
    registry.m_insertNode = std::move(*node);
    registry.m_insertLayout = std::move(*layout);
    return registry;
}

void NodeRegistry::setScenario(std::int64_t scenario)
{
    m_scenario = scenario;
    forget();
}

void NodeRegistry::forget()
{
    m_isLoaded = false;
    m_paths.clear();
    m_models.clear();
    m_layouts.clear();
}

StoreResult<void> NodeRegistry::load()
{
    if (m_isLoaded)
        return {};
    const auto read = [this](std::string_view sql, auto &target) -> StoreResult<void> {
        auto statement = m_connection->prepare(sql);
        if (!statement)
            return tl::unexpected(statement.error());
        statement->bind(1, m_scenario);
        auto row = statement->step();
        for (; row && *row; row = statement->step())
            target.emplace(statement->text(1), statement->integer(0));
        return row ? StoreResult<void>() : tl::unexpected(row.error());
    };
    return read("SELECT id, path FROM node WHERE scenario_id = ?", m_paths)
        .and_then([&] { return read("SELECT id, nodes FROM layout WHERE scenario_id = ?", m_layouts); })
        .map([&] { m_isLoaded = true; });
}

StoreResult<std::span<const std::int64_t>> NodeRegistry::idsOf(const Model &model)
{
    if (const auto known = m_models.find(&model); known != m_models.end())
        return known->second;
    std::vector<std::int64_t> ids;
    std::vector<std::string> paths;
    std::set<std::int64_t> taken;
    for (std::uint32_t i = 0; i < model.nodes.size(); ++i) {
        const Node &node = model.nodes[NodeId{i}];
        const bool hasParent = node.parent.isValid();
        const std::string name = model.nodes.name(NodeId{i}, model.texts);
        paths.push_back(hasParent ? paths[node.parent.value] + "/" + name : name);
        const auto id = idOf(paths.back(), node.isSupervisor, hasParent ? ids[node.parent.value] : 0, taken);
        if (!id)
            return tl::unexpected(id.error());
        ids.push_back(*id);
        taken.insert(*id);
    }
    return m_models.emplace(&model, std::move(ids)).first->second;
}

StoreResult<std::int64_t> NodeRegistry::idOf(const std::string &path, bool isSupervisor, std::int64_t parent,
                                             const std::set<std::int64_t> &taken)
{
    if (const auto loaded = load(); !loaded)
        return tl::unexpected(loaded.error());
    // Ids may hold slashes, so two places of one tree can have the same path; then the later one is numbered.
    std::string unique = path;
    auto known = m_paths.find(unique);
    for (int copy = 2; known != m_paths.end() && taken.contains(known->second); ++copy) {
        unique = fmt::format("{} #{}", path, copy);
        known = m_paths.find(unique);
    }
    if (known != m_paths.end())
        return known->second;
    m_insertNode.bind(1, m_scenario);
    m_insertNode.bind(2, std::string_view(unique));
    m_insertNode.bind(3, std::string_view(isSupervisor ? "supervisor" : "worker"));
    m_insertNode.bind(4, parent ? std::optional(parent) : std::nullopt);
    if (const auto inserted = m_insertNode.run(); !inserted)
        return tl::unexpected(inserted.error());
    const std::int64_t id = m_connection->lastRowId();
    m_paths.emplace(std::move(unique), id);
    return id;
}

StoreResult<std::int64_t> NodeRegistry::layoutOf(std::span<const std::int64_t> nodes)
{
    if (const auto loaded = load(); !loaded)
        return tl::unexpected(loaded.error());
    std::string text = layoutText(nodes);
    if (const auto known = m_layouts.find(text); known != m_layouts.end())
        return known->second;
    m_insertLayout.bind(1, m_scenario);
    m_insertLayout.bind(2, std::string_view(text));
    if (const auto inserted = m_insertLayout.run(); !inserted)
        return tl::unexpected(inserted.error());
    return m_layouts.emplace(std::move(text), m_connection->lastRowId()).first->second;
}

}
