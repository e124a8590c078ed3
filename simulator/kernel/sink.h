#pragma once

#include "simulator/kernel/event.h"

#include <span>
#include <string>

namespace daruma {

/// Gives the names behind the numbers of events, while the run that made them lasts.
class Names {
public:
    virtual ~Names() = default;
    virtual std::string path(NodeId node) const = 0;
    virtual std::string_view text(TextId text) const = 0;
    /// Invalid for the root.
    virtual NodeId parent(NodeId node) const = 0;
    virtual bool isSupervisor(NodeId node) const = 0;
};

/// Where the events of a run go: in blocks, in order. Not called at all where nobody records.
class EventSink {
public:
    virtual ~EventSink() = default;
    virtual void consume(std::span<const Event> block, const Names &names) = 0;
};

}  // namespace daruma
