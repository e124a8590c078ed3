#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace daruma {

/// A line on standard error that says how far long work has come; only on a terminal, only after a second,
/// and gone when the work is over.
class StatusLine {
public:
    explicit StatusLine(bool wanted);
    ~StatusLine();
    StatusLine(const StatusLine &) = delete;
    StatusLine &operator=(const StatusLine &) = delete;

    /// Shows the text, or keeps the last one where that is not old yet: `text` is made only when needed.
    void update(const std::function<std::string()> &text);

private:
    bool m_wanted;
    bool m_isShown = false;
    std::chrono::steady_clock::time_point m_next;
};

}
