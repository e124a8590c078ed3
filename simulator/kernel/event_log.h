#pragma once

#include "engine/contract.h"
#include "simulator/kernel/event.h"
#include "simulator/kernel/sink.h"

#include <cstddef>
#include <iterator>
#include <memory>
#include <span>
#include <vector>

namespace daruma {

/// A block that was read. It stays as long as somebody reads it.
struct EventPage {
    std::size_t block = 0;
    std::vector<Event> events;
};
using EventPagePtr = std::shared_ptr<const EventPage>;

/// Where a log puts events that it does not keep as they are: something that stores them in less space.
class EventArchive {
public:
    /// Events of a block.
    static constexpr std::size_t blockSize = 4096;

    virtual ~EventArchive() = default;
    /// The next whole block.
    virtual void add(std::span<const Event> block, const Names &names) = 0;
    /// Block number `block`, exactly as it was added. Blocks that were read last cost little: a chain of
    /// causes jumps between few places. Several readers may ask at once.
    virtual EventPagePtr read(std::size_t block) const = 0;
};

/// The events of a run by their numbers. With an archive, a long run keeps only its latest events as they
/// are; reading the others in order, or close together, costs little. Whoever changes events, or wants them
/// as one span, needs a log without an archive. A log that does not change may be read by several at once.
class EventLog {
public:
    using value_type = Event;

    EventLog() = default;
    /// `mostPlain`: up to so many events are kept as they are, 48 bytes each: they are read at no cost.
    explicit EventLog(std::unique_ptr<EventArchive> archive,
                      std::size_t mostPlain = 64 * EventArchive::blockSize)
        : m_archive(std::move(archive))
        , m_mostPlain(mostPlain)
    {}

    void append(std::span<const Event> block, const Names &names);

    std::size_t size() const { return m_archived + m_events.size(); }
    bool empty() const { return size() == 0; }
    Event operator[](std::size_t index) const
    {
        return index >= m_archived ? m_events[index - m_archived]
                                   : pageOf(index)->events[index % EventArchive::blockSize];
    }
    Event back() const { return (*this)[size() - 1]; }

    class Iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Event;
        using difference_type = std::ptrdiff_t;
        using pointer = const Event *;
        using reference = Event;

        Iterator(const EventLog &log, std::size_t index)
            : m_log(&log)
            , m_index(index)
        {}
        Event operator*() const
        {
            if (m_index >= m_log->m_archived)
                return m_log->m_events[m_index - m_log->m_archived];
            if (!m_page || m_page->block != m_index / EventArchive::blockSize)
                m_page = m_log->pageOf(m_index);
            return m_page->events[m_index % EventArchive::blockSize];
        }
        Iterator &operator++()
        {
            ++m_index;
            return *this;
        }
        Iterator operator++(int)
        {
            Iterator before = *this;
            ++m_index;
            return before;
        }
        bool operator==(const Iterator &other) const { return m_index == other.m_index; }

    private:
        const EventLog *m_log;
        std::size_t m_index;
        mutable EventPagePtr m_page;  ///< which it reads
    };
    Iterator begin() const { return {*this, 0}; }
    Iterator end() const { return {*this, size()}; }

    Event &operator[](std::size_t index) { return whole()[index]; }
    std::vector<Event>::iterator begin() { return whole().begin(); }
    std::vector<Event>::iterator end() { return whole().end(); }
    void push_back(const Event &event) { whole().push_back(event); }
    void pop_back() { whole().pop_back(); }
    operator std::span<const Event>() const
    {
        DARUMA_ASSERT(m_archived == 0, "a log with an archive is no span");
        return m_events;
    }

private:
    std::vector<Event> &whole()
    {
        DARUMA_ASSERT(m_archived == 0, "a log with an archive does not change");
        return m_events;
    }
    EventPagePtr pageOf(std::size_t index) const { return m_archive->read(index / EventArchive::blockSize); }

    std::unique_ptr<EventArchive> m_archive;
    std::size_t m_mostPlain = 0;
    std::size_t m_archived = 0;
    std::vector<Event> m_events;  ///< behind the archived ones
};

}  // namespace daruma
