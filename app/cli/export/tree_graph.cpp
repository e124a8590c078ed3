#include "app/cli/export/tree_graph.h"

#include "simulator/analysis/policy_arithmetic.h"
#include "simulator/analysis/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace daruma {

namespace {

/// A node of the picture: one of the tree, or all copies that one `count` made.
struct Box {
    NodeId node;
    NodeId parent;
    std::string label;
    std::vector<std::string> remarks;
    bool isSupervisor = false;
    bool hasGivenUp = false;
    bool isFirst = true;  ///< of its copies
    std::uint32_t copies = 1;
    std::uint64_t starts = 0;  ///< attempts, of all its copies
};

std::string_view toText(RestartType type)
{
    constexpr std::array<std::string_view, 3> names{"permanent", "transient", "temporary"};
    return names[static_cast<std::size_t>(type)];
}

const ChildSpec &specOf(const Model &model, const Node &node)
{
    return node.isSupervisor ? model.supervisor(node).spec : model.worker(node).spec;
}

std::vector<Box> boxesOf(const Model &model, const Recording &run)
{
    std::vector<Box> nodes(run.nodes.size());
    for (const Event &event : run.events) {
        if (!event.node.isValid())
            continue;
        Box &box = nodes[event.node.value];
        box.starts += event.kind == EventKind::Start ? 1 : 0;
        box.hasGivenUp = box.hasGivenUp || event.kind == EventKind::GaveUp;
    }
    std::vector<Box> boxes;
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
        const Node &node = run.nodes[NodeId{i}];
        Box &box = nodes[i];
        box.node = NodeId{i};
        box.parent = node.parent;
        box.isSupervisor = node.isSupervisor;
        Box *last = boxes.empty() ? nullptr : &boxes.back();
        const bool isCopy = last && !node.isSupervisor && node.id.index != ChildId::noIndex
                            && node.id.index > 0 && last->parent == node.parent
                            && run.nodes[last->node].id.text == node.id.text;
        if (isCopy) {
            ++last->copies;
            last->starts += box.starts;
            continue;
        }
        boxes.push_back(std::move(box));
    }
    for (Box &box : boxes) {
        const Node &node = run.nodes[box.node];
        box.label = box.copies > 1 ? fmt::format("{} × {}", run.texts[node.id.text], grouped(box.copies))
                                   : run.nodes.name(box.node, run.texts);
        if (box.isSupervisor) {
            const SupervisorSpec &flags = model.supervisor(node).flags;
            box.remarks.push_back(
                fmt::format("{}, {}", toText(flags.strategy), limitText(effectiveLimit(flags))));
        }
        if (const RestartType type = specOf(model, node).restart; type != RestartType::Permanent)
            box.remarks.emplace_back(toText(type));
        if (box.starts > box.copies)
            box.remarks.push_back(counted(box.starts, "start"));
        if (box.hasGivenUp)
            box.remarks.emplace_back("gave up");
    }
    return boxes;
}

std::string dotEscaped(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        if (c == '"' || c == '\\')
            result += '\\';
        result += c == '\n' ? ' ' : c;
    }
    return result;
}

/// Mermaid knows entities by number, with # in the place of &.
std::string mermaidEscaped(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                             || std::string_view(" _-.,:/()").find(c) != std::string_view::npos
                             || (c & 0x80) != 0;
        result += isPlain ? std::string(1, c) : fmt::format("#{};", static_cast<int>(c));
    }
    return result;
}

}  // namespace

std::string treeAsDot(const Model &model, const Recording &run)
{
    std::string text = fmt::format("digraph \"{}\" {{\n"
                                   "    graph [rankdir=TB, nodesep=0.35, ranksep=0.55]\n"
                                   "    node [shape=box, style=\"rounded,filled\", fillcolor=\"#f6f7fa\", "
                                   "color=\"#b4bac6\", fontname=\"Helvetica\", fontsize=11]\n"
                                   "    edge [color=\"#b4bac6\", arrowhead=none]\n",
                                   dotEscaped(model.name));
    for (const Box &box : boxesOf(model, run)) {
        std::string label = dotEscaped(box.label);
        for (const std::string &remark : box.remarks)
            label += "\\n" + dotEscaped(remark);
        std::string look;
        if (box.isSupervisor)
            look += ", fillcolor=\"#e3eefb\", color=\"#3d8fd1\", penwidth=1.5";
        if (box.hasGivenUp)
            look += ", color=\"#d1284f\", penwidth=2.5";
        text += fmt::format("    n{} [label=\"{}\"{}]\n", box.node.value, label, look);
        if (box.parent.isValid())
            text += fmt::format("    n{} -> n{}\n", box.parent.value, box.node.value);
    }
    return text + "}\n";
}

std::string treeAsMermaid(const Model &model, const Recording &run)
{
    std::string text = "flowchart TD\n";
    std::string classes;
    for (const Box &box : boxesOf(model, run)) {
        std::string label = mermaidEscaped(box.label);
        for (const std::string &remark : box.remarks)
            label += "<br/>" + mermaidEscaped(remark);
        text += box.isSupervisor ? fmt::format("    n{}[\"{}\"]\n", box.node.value, label)
                                 : fmt::format("    n{}([\"{}\"])\n", box.node.value, label);
        if (box.parent.isValid())
            text += fmt::format("    n{} --- n{}\n", box.parent.value, box.node.value);
        if (box.hasGivenUp)
            classes += fmt::format("    class n{} gaveUp\n", box.node.value);
        else if (box.isSupervisor)
            classes += fmt::format("    class n{} supervisor\n", box.node.value);
    }
    return text + classes
           + "    classDef supervisor stroke:#3d8fd1,stroke-width:2px\n"
             "    classDef gaveUp stroke:#d1284f,stroke-width:3px\n";
}

}  // namespace daruma
