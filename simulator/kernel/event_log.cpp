#include "simulator/kernel/event_log.h"

namespace daruma {

void EventLog::append(std::span<const Event> block, const Names &names)
{
    m_events.insert(m_events.end(), block.begin(), block.end());
    if (!m_archive || m_events.size() < m_mostPlain)
        return;
    std::span<const Event> rest(m_events);
    for (; rest.size() >= EventArchive::blockSize; rest = rest.subspan(EventArchive::blockSize)) {
        m_archive->add(rest.first(EventArchive::blockSize), names);
        m_archived += EventArchive::blockSize;
    }
    m_events.erase(m_events.begin(), m_events.end() - static_cast<std::ptrdiff_t>(rest.size()));
}

}  // namespace daruma
