#pragma once

#include "simulator/kernel/event.h"
#include "simulator/kernel/sink.h"
#include "simulator/store/store_error.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Blocks of events as compressed bytes, and back, exactly. A chunk stands alone: it carries the texts that
/// its events use. Each field is a column of its own; what can be foretold from the events before (the
/// incarnation of a node, how long it ran) is stored as the difference from that, mostly zero.

namespace daruma {

/// Events in a full chunk (CONTRACT section 4).
inline constexpr std::size_t eventsPerChunk = 4096;

/// A chunk before or after its time in the database.
struct EncodedChunk {
    std::uint64_t firstSeq = 0;
    std::uint32_t events = 0;
    std::int64_t firstT = 0;
    std::int64_t lastT = 0;
    std::vector<std::byte> data;
};

class EventEncoder {
public:
    EventEncoder();
    ~EventEncoder();

    /// At most eventsPerChunk events, the first of which has the number `firstSeq`; at least one.
    EncodedChunk encode(std::span<const Event> events, std::uint64_t firstSeq, const Names &names);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

struct DecodedChunk {
    std::uint64_t firstSeq = 0;
    std::vector<Event> events;
    /// The texts that the events use.
    std::map<TextId, std::string> texts;

    std::string_view text(TextId id) const
    {
        const auto known = texts.find(id);
        return known == texts.end() ? std::string_view() : std::string_view(known->second);
    }
};

class EventDecoder {
public:
    EventDecoder();
    ~EventDecoder();

    /// Any bytes may be given: what is no chunk is an error that says what is wrong with it. What `chunk`
    /// held before is replaced.
    tl::expected<void, std::string> decode(std::span<const std::byte> data, DecodedChunk &chunk);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}
