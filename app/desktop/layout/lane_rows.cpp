#include "app/desktop/layout/lane_rows.h"

#include <algorithm>
#include <cctype>

namespace daruma {

namespace {

bool contains(const std::string &name, std::string_view filter)
{
    const auto same = [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); };
    return std::search(name.begin(), name.end(), filter.begin(), filter.end(), same) != name.end();
}

class RowBuilder {
public:
    RowBuilder(const TreeShape &tree, const std::set<NodeId> &collapsed, std::string_view filter)
        : m_tree(tree)
        , m_collapsed(collapsed)
        , m_filter(filter)
    {}

    std::vector<LaneRow> build()
    {
        visit(NodeId{0}, 0);
        return std::move(m_rows);
    }

private:
    /// Whether a row was added.
    bool visit(NodeId node, int depth)
    {
        const std::vector<NodeId> &children = m_tree.children(node);
        const std::size_t place = m_rows.size();
        // Who looks for something looks into what is collapsed too.
        const bool isCollapsed = m_filter.empty() && !children.empty() && m_collapsed.contains(node);
        m_rows.push_back({node, depth, !children.empty(), isCollapsed});
        bool isWanted = m_filter.empty() || contains(m_tree.name(node), m_filter);
        if (!isCollapsed)
            for (const NodeId child : children)
                isWanted |= visit(child, depth + 1);
        if (!isWanted)
            m_rows.resize(place);
        return isWanted;
    }

    const TreeShape &m_tree;
    const std::set<NodeId> &m_collapsed;
    std::string_view m_filter;
    std::vector<LaneRow> m_rows;
};

}

std::vector<LaneRow> laneRows(const TreeShape &tree, const std::set<NodeId> &collapsed,
                              std::string_view filter)
{
    return RowBuilder(tree, collapsed, filter).build();
}

}
