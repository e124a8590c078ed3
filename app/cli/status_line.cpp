#include "app/cli/status_line.h"

#include <cstdio>
#include <unistd.h>

namespace daruma {

namespace {

constexpr auto interval = std::chrono::milliseconds(250);

void show(const std::string &line)
{
    // Back to the start, and what stood there before is wiped out.
    std::fputs(("\r\x1b[K" + line).c_str(), stderr);
    std::fflush(stderr);
}

}

StatusLine::StatusLine(bool wanted)
    : m_wanted(wanted && isatty(STDERR_FILENO) == 1)
    , m_next(std::chrono::steady_clock::now() + std::chrono::seconds(1))
{}

StatusLine::~StatusLine()
{
    if (m_isShown)
        show("");
}

void StatusLine::update(const std::function<std::string()> &text)
{
    if (!m_wanted)
        return;
    const auto now = std::chrono::steady_clock::now();
    if (now < m_next)
        return;
    m_next = now + interval;
    m_isShown = true;
    show(text());
}

}
