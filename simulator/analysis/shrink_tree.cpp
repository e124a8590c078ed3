#include "simulator/analysis/document_edits.h"
#include "simulator/analysis/shrink_steps.h"
#include "simulator/scenario/keys.h"

#include <algorithm>

namespace daruma {

namespace {

constexpr std::size_t fewFaults = 4;
constexpr std::size_t fewNodes = 8;

bool dropFrom(ShrinkTrials &trials, std::string_view kind)
{
    bool hasDropped = false;
    for (std::size_t size = tableCount(trials.document(), kind); size > 0; size /= 2) {
        for (std::size_t end = tableCount(trials.document(), kind); end > 0 && !trials.isSpent();) {
            const std::size_t begin = end > size ? end - size : 0;
            TomlValue candidate = trials.document();
            for (std::size_t i = end; i > begin; --i)
                removeTableAt(candidate, kind, i - 1);
            if (candidate.find(kind)->value.items.empty())
                removeKey(candidate, kind);
            hasDropped = trials.accepts(std::move(candidate)) || hasDropped;
            end = begin;
        }
    }
    return hasDropped;
}

/// The names of all nodes, parents before their children.
std::vector<std::string> nodeNames(const TomlValue &document)
{
    std::vector<std::string> names = tableNames(document, supervisorTable.name);
    for (std::string &worker : tableNames(document, workerTable.name))
        names.push_back(std::move(worker));
    return names;
}

template <typename Edit> bool tryEachNode(ShrinkTrials &trials, const Edit &edit)
{
    bool hasChanged = false;
    for (const std::string &name : nodeNames(trials.document())) {
        TomlValue candidate = trials.document();
        if (edit(candidate, name) && trials.accepts(std::move(candidate)))
            hasChanged = true;
    }
    return hasChanged;
}

bool exists(const TomlValue &document, const std::string &name)
{
    return namedTable(document, supervisorTable.name, name) || namedTable(document, workerTable.name, name);
}

/// Many siblings at once: half of them, a quarter, …
bool dropSiblings(ShrinkTrials &trials)
{
    bool hasDropped = false;
    for (const std::string &name : tableNames(trials.document(), supervisorTable.name)) {
        for (std::size_t size = childNames(trials.document(), name).size() / 2; size > 1; size /= 2) {
            for (std::size_t end = childNames(trials.document(), name).size(); end > 0;) {
                const std::size_t begin = end > size ? end - size : 0;
                const std::vector<std::string> children = childNames(trials.document(), name);
                TomlValue candidate = trials.document();
                for (std::size_t i = begin; i < std::min(end, children.size()); ++i)
                    removeSubtree(candidate, children[i]);
                hasDropped = trials.accepts(std::move(candidate)) || hasDropped;
                end = begin;
            }
        }
    }
    return hasDropped;
}

/// One of a `count`, and what named one of them names the table.
bool reduceCount(TomlValue &document, const std::string &name)
{
    TomlValue *worker = namedTable(document, workerTable.name, name);
    if (!worker || !worker->find("count"))
        return false;
    removeKey(*worker, "count");
    for (const std::string_view kind : {faultTable.name, commandTable.name})
        for (std::size_t i = 0; i < tableCount(document, kind); ++i)
            for (const std::string_view key : {"into", "to"}) {
                TomlEntry *entry = tableAt(document, kind, i).find(key);
                if (entry && entry->value.text.find('[') != std::string::npos) {
                    const std::string place = entry->value.text.substr(0, entry->value.text.find('['));
                    if (place == name || place.ends_with("/" + name))
                        entry->value = textValue(name);
                }
            }
    return true;
}

/// A smaller `count`, as far as the named places go.
bool lowerCount(TomlValue &document, const std::string &name, std::int64_t count)
{
    TomlValue *worker = namedTable(document, workerTable.name, name);
    TomlEntry *entry = worker ? worker->find("count") : nullptr;
    if (!entry || entry->value.integer <= count)
        return false;
    entry->value = integerValue(count);
    return true;
}

/// The next set of the same number of bits.
std::uint32_t nextOfSize(std::uint32_t bits)
{
    const std::uint32_t lowest = bits & (~bits + 1);
    const std::uint32_t ripple = bits + lowest;
    return ripple | (((bits ^ ripple) / lowest) >> 2);
}

/// All subsets of so many of `count` things in a fixed order; ends where `function` says true.
template <typename Function> bool forEachSubset(std::size_t count, std::size_t size, const Function &function)
{
    if (size == 0)
        return function(0U);
    const std::uint32_t end = 1U << count;
    for (std::uint32_t bits = (1U << size) - 1; bits < end; bits = nextOfSize(bits))
        if (function(bits))
            return true;
    return false;
}

TomlValue reduced(const TomlValue &document, std::uint32_t faults, const std::vector<std::string> &nodes,
                  std::uint32_t kept)
{
    TomlValue candidate = document;
    for (std::size_t i = tableCount(document, faultTable.name); i > 0; --i)
        if ((faults >> (i - 1) & 1U) == 0)
            removeTableAt(candidate, faultTable.name, i - 1);
    for (std::size_t i = 0; i < nodes.size(); ++i)
        if ((kept >> i & 1U) == 0)
            hoistChildren(candidate, nodes[i]);
    return candidate;
}

}

bool dropListed(ShrinkTrials &trials)
{
    bool hasDropped = dropFrom(trials, faultTable.name);
    hasDropped = dropFrom(trials, commandTable.name) || hasDropped;
    return dropFrom(trials, expectTable.name) || hasDropped;
}

bool dropNodes(ShrinkTrials &trials)
{
    bool hasChanged = dropSiblings(trials);
    const auto drop = [](TomlValue &document, const std::string &name) {
        if (!exists(document, name))
            return false;
        removeSubtree(document, name);
        return true;
    };
    const auto hoist = [](TomlValue &document, const std::string &name) {
        if (!isSupervisor(document, name))
            return false;
        hoistChildren(document, name);
        return true;
    };
    hasChanged = tryEachNode(trials, drop) || hasChanged;
    hasChanged = tryEachNode(trials, hoist) || hasChanged;
    hasChanged = tryEachNode(trials, reduceCount) || hasChanged;
    for (const std::int64_t count : {2, 3, 4, 5, 8, 10, 20, 50, 100})
        hasChanged = tryEachNode(trials,
                                 [count](TomlValue &document, const std::string &name) {
                                     return lowerCount(document, name, count);
                                 })
                     || hasChanged;
    return hasChanged;
}

bool takeFewest(ShrinkTrials &trials)
{
    const TomlValue document = trials.document();
    const std::size_t faults = tableCount(document, faultTable.name);
    const std::vector<std::string> nodes = nodeNames(document);
    if (faults > fewFaults || nodes.size() > fewNodes || trials.model().nodes.size() != nodes.size())
        return false;
    const std::uint32_t all = (1U << faults) - 1;
    const std::uint32_t allNodes = (1U << nodes.size()) - 1;
    for (std::size_t strikes = 0; strikes <= faults; ++strikes)
        for (std::size_t size = 0; size <= nodes.size(); ++size) {
            const bool isFound = forEachSubset(faults, strikes, [&](std::uint32_t struck) {
                return forEachSubset(nodes.size(), size, [&](std::uint32_t kept) {
                    return !(struck == all && kept == allNodes)
                           && trials.accepts(reduced(document, struck, nodes, kept));
                });
            });
            if (isFound)
                return true;
        }
    return false;
}

}
