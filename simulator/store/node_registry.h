#pragma once

#include "simulator/kernel/model.h"
#include "simulator/store/sqlite.h"

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace daruma {

/// The rows of `node` and `layout` of one scenario: which id in the database a place has, and which places
/// the numbers in a run's events mean. Works inside a transaction of its owner.
class NodeRegistry {
public:
    static StoreResult<NodeRegistry> create(sqlite::Connection &connection);

    void setScenario(std::int64_t scenario);
    /// What is remembered may be wrong after somebody else has written.
    void forget();

    /// Ids of the model's nodes, by number; missing rows are inserted. Valid until the next `forget`.
    StoreResult<std::span<const std::int64_t>> idsOf(const Model &model);
    /// Id of a place that is not the model's. `parent` is an id, 0 for none; `taken`: the ids that numbers of
    /// the same run already have.
    StoreResult<std::int64_t> idOf(const std::string &path, bool isSupervisor, std::int64_t parent,
                                   const std::set<std::int64_t> &taken);
    /// Id of the layout whose n-th number means nodes[n].
    StoreResult<std::int64_t> layoutOf(std::span<const std::int64_t> nodes);

private:
    StoreResult<void> load();

    sqlite::Connection *m_connection = nullptr;
    sqlite::Statement m_insertNode;
    sqlite::Statement m_insertLayout;
    std::int64_t m_scenario = 0;
    bool m_isLoaded = false;
    std::unordered_map<std::string, std::int64_t> m_paths;
    std::map<const Model *, std::vector<std::int64_t>> m_models;
    std::map<std::string, std::int64_t> m_layouts;
};

/// A layout as text: ids in the order of the numbers, runs of consecutive ones as ranges: "1-11 25 30-31".
std::string layoutText(std::span<const std::int64_t> nodes);
/// Nothing where the text is no layout.
std::optional<std::vector<std::int64_t>> layoutFromText(std::string_view text);

}
