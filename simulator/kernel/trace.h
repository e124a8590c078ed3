#pragma once

#include "simulator/kernel/event.h"
#include "simulator/kernel/run_result.h"
#include "simulator/kernel/sink.h"

#include <array>
#include <cstdint>
#include <memory>

namespace daruma {

/// The events of a run in order: numbers them, hashes them, and hands them on in blocks of one reused buffer.
class Trace {
public:
    Trace();
    ~Trace();

    void reset(EventSink *sink, const Names &names);

    /// A new event at `t` to be filled in where it will stay, until the next one is opened: copying a record
    /// that was just written field by field would stall the processor.
    Event &open(std::int64_t t)
    {
        if (m_used == blockSize)
            flush();
        Event &event = m_block[m_used++];
        event = Event{};
        event.t = t;
        return event;
    }

    /// The event opened last, and its number.
    const Event &last() const { return m_block[m_used - 1]; }
    EventId lastId() const { return EventId{static_cast<std::uint32_t>(m_flushed + m_used - 1)}; }
    EventId next() const { return EventId{static_cast<std::uint32_t>(m_flushed + m_used)}; }
    std::uint64_t size() const { return m_flushed + m_used; }

    /// Hands on what is left; the fingerprint of all events.
    Fingerprint finish();

private:
    static constexpr std::size_t blockSize = 1024;

    void flush();

    struct Hash;
    std::unique_ptr<Hash> m_hash;
    EventSink *m_sink = nullptr;
    const Names *m_names = nullptr;
    std::uint64_t m_flushed = 0;
    std::size_t m_used = 0;
    std::array<Event, blockSize> m_block;
};

}  // namespace daruma
