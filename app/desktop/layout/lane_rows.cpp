#include "app/desktop/layout/lane_rows.h"

namespace daruma {

namespace {

void addRows(std::vector<LaneRow> &rows, const ChildrenOf &children, const std::set<NodeId> &folded,
             NodeId node, int depth)
{
    const std::vector<NodeId> &below = children(node);
    const bool isFolded = !below.empty() && folded.contains(node);
    rows.push_back({node, depth, !below.empty(), isFolded});
    if (isFolded)
        return;
    for (const NodeId child : below)
        addRows(rows, children, folded, child, depth + 1);
}

}

std::vector<LaneRow> laneRows(const ChildrenOf &children, const std::set<NodeId> &folded)
{
    std::vector<LaneRow> rows;
    addRows(rows, children, folded, NodeId{0}, 0);
    return rows;
}

}
