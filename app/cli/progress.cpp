#include "app/cli/progress.h"

#include "simulator/kernel/duration_text.h"

#include <fmt/format.h>

#include <cstdio>
#include <string>
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

Progress::Progress(Instant horizon, bool wanted)
    : m_horizon(horizon.ns())
    , m_wanted(wanted && isatty(STDERR_FILENO) == 1)
    , m_next(std::chrono::steady_clock::now() + std::chrono::seconds(1))
{}

Progress::~Progress()
{
    if (m_shown)
        show("");
}

void Progress::consume(std::span<const Event> block, const Names &)
{
    m_events += block.size();
    if (!m_wanted || block.empty())
        return;
    const auto now = std::chrono::steady_clock::now();
    if (now < m_next)
        return;
    m_next = now + interval;
    m_shown = true;
    show(fmt::format("{} of {}, {:.1f} million events", human(Duration::nanoseconds(block.back().t)),
                     human(Duration::nanoseconds(m_horizon)), static_cast<double>(m_events) / 1e6));
}

}
