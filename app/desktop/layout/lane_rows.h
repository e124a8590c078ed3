#pragma once

#include "engine/ids.h"

#include <functional>
#include <set>
#include <vector>

namespace daruma {

/// A node as a line of the tree or of the timeline.
struct LaneRow {
    NodeId node;
    int depth = 0;
    bool hasChildren = false;
    bool isFolded = false;
};

/// Of a place of the tree.
using ChildrenOf = std::function<const std::vector<NodeId> &(NodeId)>;

/// The rows in the order of the tree, without what stands below a folded node.
std::vector<LaneRow> laneRows(const ChildrenOf &children, const std::set<NodeId> &folded);

}
