#pragma once

#include "simulator/kernel/event.h"
#include "simulator/kernel/model.h"
#include "simulator/kernel/sink.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// A run to compare: its events, what they are called, and the scenario that faults and expectations belong
/// to.
struct RunView {
    const Model &model;
    std::span<const Event> events;
    const Names &names;
};

/// The number of the first event that is not the same in both: neither its fields, nor the names behind its
/// numbers. Runs of different scenarios can be compared. Where one run goes on, it is the length of the
/// shorter; nothing where they are the same.
std::optional<std::uint64_t> firstDifference(const RunView &left, const RunView &right);

/// How often something happened to a place from the first difference on.
struct CountDifference {
    std::string path;
    EventKind kind = EventKind::Start;
    std::uint64_t left = 0;
    std::uint64_t right = 0;
};

/// `conn[2]` before `conn[10]`: digits that stand together compare as the number that they are.
bool naturallyLess(std::string_view left, std::string_view right);

/// Where the counts of two runs differ from event `from` on, by path in natural order and then kind.
std::vector<CountDifference> countDifferences(const RunView &left, const RunView &right, std::uint64_t from);

}
