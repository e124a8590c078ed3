#pragma once

#include "engine/ids.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace daruma {

/// What a supervisor may tell a child that reads messages.
enum class ControlMessage : std::uint8_t { Reload, Shutdown };

/// The way of control messages to one child, as processmanager 0.6.0 has it (runtime_guard.rs): a channel of
/// one, a task that carries one on, and the child's own channel of one, which lives as long as the child
/// listens. What stands in the first two outlives the child and meets its next life. A full pipe makes the
/// sender wait.
class ControlPipe {
public:
    struct Entry {
        ControlMessage message = ControlMessage::Reload;
        EventId cause;
    };

    void reset()
    {
        m_entries.clear();
        m_listens = m_isBusy = false;
    }

    /// Whether another message has room.
    bool hasRoom() const { return m_entries.size() < (m_listens ? 3 : 2); }
    /// Whether a message would be read at once.
    bool isRead() const { return m_listens && !m_isBusy; }
    void push(Entry entry) { m_entries.push_back(entry); }

    /// The child has begun to listen, or has done what the message before asked for.
    void listen()
    {
        m_listens = true;
        m_isBusy = false;
    }

    /// The child is gone, and with it what stood in its own channel.
    void childEnded()
    {
        if (m_listens && m_isBusy && !m_entries.empty())
            m_entries.erase(m_entries.begin());
        m_listens = m_isBusy = false;
    }

    /// The message that the child reads now, if it listens and there is one; it is busy with it then.
    std::optional<Entry> take()
    {
        if (!isRead() || m_entries.empty())
            return {};
        const Entry entry = m_entries.front();
        m_entries.erase(m_entries.begin());
        m_isBusy = true;
        return entry;
    }

private:
    std::vector<Entry> m_entries;
    bool m_listens = false;
    bool m_isBusy = false;
};

}  // namespace daruma
