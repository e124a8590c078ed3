#pragma once

#include "simulator/kernel/node_table.h"

#include <string>
#include <vector>

namespace daruma {

/// What `into`, `to`, `needs` and expressions name: a table, a path, or a glob of paths. Which places it
/// means is known when the tree is; a place made later by start_child may join.
struct Selector {
    std::string text;
    /// The scenario's own places that it names, in order.
    std::vector<NodeId> nodes;
    /// Where it is the name of a table: that table, so that a place made later from it joins too.
    std::uint32_t definition = 0xffff'ffff;
    bool isSupervisorTable = false;

    /// Does a place made later belong to it?
    bool matches(const Node &node, const std::string &path) const;
};

/// `*` stands for any run of characters but "/", `?` for one of them; everything else is itself. A pattern
/// without "/" is tried on the last segment too, so `pool[*]` finds `app/web/pool[3]`.
bool globMatches(std::string_view pattern, std::string_view path);

}  // namespace daruma
