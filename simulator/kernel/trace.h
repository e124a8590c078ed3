#pragma once

#include "simulator/kernel/event.h"
#include "simulator/kernel/run_result.h"
#include "simulator/kernel/sink.h"

#include <array>
#include <cstdint>
#include <memory>

namespace daruma {

/// The events of a run in order: numbers them, hashes them, and hands them on in blocks of one reused buffer.
/// A copy goes on from here by itself, and hands on nothing until it is given a sink of its own.
class Trace {
public:
    Trace();
    Trace(const Trace &other);
    Trace &operator=(const Trace &other);
    ~Trace();

    void reset(EventSink *sink);
    /// From the next event on.
    void setSink(EventSink *sink)
    {
        m_sink = sink;
        m_handedOn = m_used;
    }

    /// A new event at `t` to be filled in where it will stay, until the next one is opened: copying a record
    /// that was just written field by field would stall the processor.
    Event &open(std::int64_t t, const Names &names)
    {
        if (m_used == blockSize)
            flush(names);
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
    Fingerprint finish(const Names &names);

private:
    static constexpr std::size_t blockSize = 1024;

    void flush(const Names &names);
    void handOn(const Names &names);

    struct Hash;
    std::unique_ptr<Hash> m_hash;
    EventSink *m_sink = nullptr;
    std::uint64_t m_flushed = 0;
    std::size_t m_used = 0;
    std::size_t m_handedOn = 0;  ///< of these, before there was a sink
    std::array<Event, blockSize> m_block;
};

}  // namespace daruma
