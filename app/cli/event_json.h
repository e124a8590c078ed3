#pragma once

#include "simulator/kernel/model.h"
#include "simulator/kernel/sink.h"

#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// Writes events as JSON, one object a line (CONTRACT section 3). For one run: it remembers the names that it
/// has written. `model` and `names` must outlive it.
class EventJson {
public:
    EventJson(const Model &model, const Names &names);

    /// Appends the object, without a line end.
    void append(std::string &out, const Event &event, std::uint64_t seq);

private:
    const std::string &path(NodeId node);
    std::string namedPlace(const Event &event) const;
    void appendDetails(std::string &out, const Event &event);

    const Model &m_model;
    const Names &m_names;
    std::vector<std::string> m_paths;  ///< as JSON literals, by node; empty: not yet asked for
    std::vector<std::string> m_faults;
};

/// The name of the expectation, or `invariant:NAME`, that a violation is about.
std::string violatedName(const Event &violation, const Model &model);

}
