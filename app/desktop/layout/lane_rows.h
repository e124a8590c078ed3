#pragma once

#include "engine/ids.h"

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// A node as a line of the tree or of the timeline.
struct LaneRow {
    NodeId node;
    int depth = 0;
    bool hasChildren = false;
    bool isCollapsed = false;
};

/// What of the tree rows are made from.
struct TreeShape {
    std::function<const std::vector<NodeId> &(NodeId)> children;
    std::function<std::string(NodeId)> name;
};

/// The rows in the order of the tree, without what stands below a collapsed node. With a filter: those whose
/// names contain it, whatever the case of its letters, with all that stand above them.
std::vector<LaneRow> laneRows(const TreeShape &tree, const std::set<NodeId> &collapsed,
                              std::string_view filter);

}
