#pragma once

#include "engine/ids.h"
#include "simulator/kernel/shared_array.h"
#include "simulator/kernel/text_table.h"

#include <map>
#include <string>

namespace daruma {

/// A place in the tree. Its path is made of ids; children of one `count` share the id's text.
struct Node {
    NodeId parent = {};
    ChildId id = {};
    /// Which table of the scenario it was made from: index into Model::workers or Model::supervisors.
    std::uint32_t definition : 31 = 0;
    bool isSupervisor : 1 = false;
    /// The children that its definition lists stand at firstChild … firstChild + childCount - 1.
    NodeId firstChild = {};
    std::uint32_t childCount = 0;
    /// Key of its random streams; depends on the path alone.
    std::uint64_t pathHash = 0;
};

/// All places. The scenario's own come first, in depth-first order from the root (node 0); places made by
/// start_child are appended during the run and dropped when it is reset. Copies share what none of them has
/// changed: trees may be large, and runs of one scenario many.
class NodeTable {
public:
    NodeId add(NodeId parent, ChildId id, const TextTable &texts);
    /// Makes `findAdded` find it: for places that stand in no block of their parent.
    void addSingly(NodeId node);

    Node &change(NodeId id) { return m_nodes.change(id.value); }
    const Node &operator[](NodeId id) const { return m_nodes[id.value]; }
    std::size_t size() const { return m_nodes.size(); }
    void truncate(std::size_t size);

    /// The child of that id that was made known by `addSingly`, or an invalid id.
    NodeId findAdded(NodeId parent, ChildId id) const;

    /// `app/web/pool[3]`.
    std::string path(NodeId id, const TextTable &texts) const;
    /// The last segment of the path.
    std::string name(NodeId id, const TextTable &texts) const;

private:
    SharedArray<Node> m_nodes;
    std::map<std::pair<NodeId, ChildId>, NodeId> m_added;
};

/// The text of an id: `pool` or `pool[3]`.
std::string idText(ChildId id, const TextTable &texts);

}  // namespace daruma
