#pragma once

#include "engine/contract.h"
#include "simulator/kernel/event.h"
#include "simulator/kernel/sink.h"

#include <array>
#include <cstddef>
#include <iterator>
#include <memory>
#include <span>
#include <vector>

namespace daruma {

/// Where a log puts events that it does not keep as they are: something that stores them in less space.
class EventArchive {
public:
    /// Events of a block.
    static constexpr std::size_t blockSize = 4096;

    virtual ~EventArchive() = default;
    /// The next whole block.
    virtual void add(std::span<const Event> block, const Names &names) = 0;
    /// Block number `block`, exactly as it was added.
    virtual std::vector<Event> read(std::size_t block) const = 0;
};

/// The events of a run by their numbers. With an archive, a long run keeps only its latest events as they
/// are; reading the others in order, or close together, costs little. Whoever changes events, or wants them
/// as one span, needs a log without an archive.
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
        return index >= m_archived ? m_events[index - m_archived] : archived(index);
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
        Event operator*() const { return (*m_log)[m_index]; }
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
        bool operator==(const Iterator &) const = default;

    private:
        const EventLog *m_log;
        std::size_t m_index;
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
    Event archived(std::size_t index) const;

    /// Where a block stands once it was read: a chain of causes jumps between few places.
    struct Page {
        std::size_t block = static_cast<std::size_t>(-1);
        std::vector<Event> events;
    };

    std::unique_ptr<EventArchive> m_archive;
    std::size_t m_mostPlain = 0;
    std::size_t m_archived = 0;
    std::vector<Event> m_events;  ///< behind the archived ones
    mutable std::array<Page, 8> m_pages;
};

}  // namespace daruma
