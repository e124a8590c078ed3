#include "simulator/kernel/node_table.h"

#include "simulator/kernel/random.h"

namespace daruma {

std::string idText(ChildId id, const TextTable &texts)
{
    std::string text(texts[id.text]);
    if (id.index != ChildId::noIndex)
        text += "[" + std::to_string(id.index) + "]";
    return text;
}

NodeId NodeTable::add(NodeId parent, ChildId id, const TextTable &texts)
{
    Node node;
    node.parent = parent;
    node.id = id;
    const std::uint64_t above = parent.isValid() ? (*this)[parent].pathHash : rootlessPathHash;
    node.pathHash = extendPathHash(above, idText(id, texts));
    const NodeId added{static_cast<std::uint32_t>(m_nodes.size())};
    m_nodes.push_back(node);
    return added;
}

void NodeTable::addSingly(NodeId node)
{
    m_added.emplace(std::pair{(*this)[node].parent, (*this)[node].id}, node);
}

void NodeTable::truncate(std::size_t size)
{
    if (m_nodes.size() == size)
        return;
    std::erase_if(m_added, [size](const auto &entry) { return entry.second.value >= size; });
    m_nodes.truncate(size);
}

NodeId NodeTable::findAdded(NodeId parent, ChildId id) const
{
    const auto known = m_added.find({parent, id});
    return known == m_added.end() ? NodeId{} : known->second;
}

std::string NodeTable::path(NodeId id, const TextTable &texts) const
{
    std::string path = name(id, texts);
    for (NodeId above = (*this)[id].parent; above.isValid(); above = (*this)[above].parent)
        path.insert(0, name(above, texts) + "/");
    return path;
}

std::string NodeTable::name(NodeId id, const TextTable &texts) const
{
    return idText((*this)[id].id, texts);
}

}  // namespace daruma
