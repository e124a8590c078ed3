#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace daruma {

/// An index that cannot be mixed up with another kind of index.
template <typename Tag> struct StrongId {
    static constexpr std::uint32_t noValue = std::numeric_limits<std::uint32_t>::max();

    std::uint32_t value = noValue;

    constexpr bool isValid() const { return value != noValue; }
    constexpr auto operator<=>(const StrongId &) const = default;
};

/// A place in the tree: one path. Given by whoever runs the engine.
using NodeId = StrongId<struct NodeTag>;
/// An interned text: ids of children, details of reasons, results of commands.
using TextId = StrongId<struct TextTag>;
/// The number of an event in its run, from 0; `cause` of a root event is invalid.
using EventId = StrongId<struct EventTag>;

/// The id of a child among its siblings; children made by `count` share the text and differ in the index.
struct ChildId {
    static constexpr std::uint32_t noIndex = std::numeric_limits<std::uint32_t>::max();

    TextId text = {};
    std::uint32_t index = noIndex;

    constexpr auto operator<=>(const ChildId &) const = default;
};

/// One process: the n-th start attempt (from 1) of a node. Never reused within a run.
struct ProcessId {
    NodeId node;
    std::uint32_t incarnation = 0;

    constexpr bool isValid() const { return node.isValid(); }
    constexpr auto operator<=>(const ProcessId &) const = default;
};

}  // namespace daruma
