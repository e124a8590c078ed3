#pragma once

#include "simulator/kernel/model.h"
#include "simulator/kernel/selector.h"
#include "simulator/scenario/name_hints.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// What a scenario's start_child commands ask for. Under simple_one_for_one `definition` is the template's.
struct StartRequest {
    std::string to;  ///< the selector of the supervisors that are asked
    std::string id;  ///< of the place that is made: `pool`, `conn7`
    SupervisorDefinition::Listed from;
};

/// What the names in `into`, `to`, `needs` and expressions mean in one scenario (CONTRACT section 1): a
/// table's name first, then a path or a glob of paths. `model` must hold its tables and nodes, and must
/// outlive this.
class SelectorTable {
public:
    /// `isTreeBroken`: the tree has problems of its own, so a table without a place may still get one.
    explicit SelectorTable(const Model &model, const std::vector<StartRequest> &starts = {},
                           bool isTreeBroken = false);

    /// Never fails: a name that means nothing has no nodes and no table.
    Selector resolve(std::string_view text) const;
    /// Is there a place, or can a start_child make one, that the selector means?
    bool canEverMatch(const Selector &selector) const;
    /// What stands at the places that it means, those that a start_child can make included; each once.
    std::vector<SupervisorDefinition::Listed> definitionsOf(const Selector &selector) const;
    /// The known name that a mistyped one is closest to, where one is close.
    std::optional<std::string> closest(std::string_view text) const;
    /// The places below the deepest known place that a path begins with, below the root where it begins with
    /// none: "`app` has `app/db`, `app/web`". Empty where there are none.
    std::string placesNear(std::string_view path) const;

private:
    struct Table {
        std::string name;
        SupervisorDefinition::Listed from;
        std::vector<NodeId> nodes;
    };
    /// A place that only a start_child can make.
    struct LaterPlace {
        std::string path;
        SupervisorDefinition::Listed from;
    };

    const Table *findTable(std::string_view name) const;
    void collectLaterPlaces(const std::vector<StartRequest> &starts);
    void addLaterPlace(const std::string &path, SupervisorDefinition::Listed from);

    const Model &m_model;
    bool m_isTreeBroken;
    std::vector<Table> m_tables;       ///< ordered by name
    std::vector<std::string> m_paths;  ///< of all nodes, by number
    std::vector<LaterPlace> m_laterPlaces;
};

}
