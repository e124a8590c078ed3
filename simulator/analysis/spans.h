#pragma once

#include "simulator/kernel/model.h"
#include "simulator/kernel/simulation.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// A key and a value of a span.
struct SpanField {
    std::string_view name;
    std::string value;
};

/// What took some time, with what it was part of. The names and fields are those of spry 0.0.4 (system.rs),
/// for every dialect:
///   startup               one start attempt; of a supervisor with its children's inside
///   term                  the end of a child that nobody asked for, with what its supervisor did about it
///   try_restart           one decision: the stops and starts of a restart, or that it is not allowed
///   teardown              the stops of one sequence
///   wait_for_termination  one of them, until the child has ended
struct Span {
    std::string_view name;
    NodeId node;            ///< the supervisor that does it, or the child that it is about
    std::int64_t from = 0;  ///< ns of virtual time
    std::int64_t until = 0;
    std::uint32_t parent = none;  ///< index among the spans, less than its own
    std::vector<SpanField> fields;
    bool failed = false;
    std::string message;  ///< of a failure

    static constexpr std::uint32_t none = 0xffff'ffff;
};

/// The spans of a whole run, in the order of their beginnings. `ofEvents`, where given, gets for each event
/// the span that it belongs to, or `Span::none`.
std::vector<Span> spansOf(const Model &model, const Recording &run,
                          std::vector<std::uint32_t> *ofEvents = nullptr);

}
