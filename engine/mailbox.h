#pragma once

#include "engine/signal.h"

#include <vector>

namespace daruma {

/// Messages that arrived while a supervisor waited for something else, in order of arrival (rule 73).
class Mailbox {
public:
    bool isEmpty() const { return m_head == m_signals.size(); }

    void push(const Signal &signal)
    {
        // A mailbox that never runs empty would keep all that was ever read.
        if (m_head > 64 && m_head * 2 > m_signals.size()) {
            m_signals.erase(m_signals.begin(), m_signals.begin() + static_cast<std::ptrdiff_t>(m_head));
            m_head = 0;
        }
        m_signals.push_back(signal);
    }

    Signal pop()
    {
        const Signal signal = m_signals[m_head++];
        if (isEmpty())
            clear();
        return signal;
    }

    void clear()
    {
        m_signals.clear();
        m_head = 0;
    }

    bool hasExitOf(ProcessId process) const
    {
        for (std::size_t i = m_head; i < m_signals.size(); ++i)
            if (isExitOf(m_signals[i], process))
                return true;
        return false;
    }

    /// Takes out the unread exit message of a process, as OTP's unlink_flush does. False where there is none.
    bool removeExitOf(ProcessId process)
    {
        for (std::size_t i = m_head; i < m_signals.size(); ++i)
            if (isExitOf(m_signals[i], process)) {
                m_signals.erase(m_signals.begin() + static_cast<std::ptrdiff_t>(i));
                if (isEmpty())
                    clear();
                return true;
            }
        return false;
    }

private:
    static bool isExitOf(const Signal &signal, ProcessId process)
    {
        return signal.kind == SignalKind::ChildExited && signal.child == process;
    }

    std::vector<Signal> m_signals;
    std::size_t m_head = 0;
};

}  // namespace daruma
