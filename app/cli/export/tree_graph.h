#pragma once

#include "simulator/kernel/simulation.h"

#include <string>

namespace daruma {

/// The tree of a run as a graph: supervisors with strategy and limit, children with their start attempts,
/// children made by one `count` as one node. For Graphviz.
std::string treeAsDot(const Model &model, const Recording &run);
/// The same for Mermaid (`flowchart TD`), as Markdown pages of GitHub and GitLab show it.
std::string treeAsMermaid(const Model &model, const Recording &run);

}  // namespace daruma
