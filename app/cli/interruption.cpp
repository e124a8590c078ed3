#include "app/cli/interruption.h"

#include "app/cli/command.h"
#include "simulator/analysis/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <string_view>
#include <unistd.h>

namespace daruma {

namespace {

/// How long a run may take to notice.
constexpr unsigned patienceSeconds = 3;
constexpr std::int64_t sameRequestMs = 500;

volatile std::sig_atomic_t isDeferred = 0;
volatile std::sig_atomic_t askedToStop = 0;
std::int64_t askedMs = 0;  ///< of the handler alone, which no other signal of ours interrupts

std::int64_t nowMs()
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

void interrupted(int signal)
{
    if (isDeferred && signal != SIGALRM) {
        if (!askedToStop) {
            askedToStop = 1;
            askedMs = nowMs();
            alarm(patienceSeconds);
            return;
        }
        // timeout(1) sends its signal to the process and to its group, so one request comes twice.
        if (nowMs() - askedMs < sameRequestMs)
            return;
    }
    constexpr std::string_view said = "interrupted\n";
    static_cast<void>(!write(STDERR_FILENO, said.data(), said.size()));
    // What is recorded is whole at any moment, so nothing is lost by leaving like this.
    _exit(static_cast<int>(ExitCode::Interrupted));
}

}

void obeyInterruptions()
{
    struct sigaction action = {};
    action.sa_handler = interrupted;
    action.sa_flags = SA_RESTART;
    for (const int signal : {SIGINT, SIGTERM, SIGALRM})
        sigaddset(&action.sa_mask, signal);
    for (const int signal : {SIGINT, SIGTERM, SIGALRM})
        sigaction(signal, &action, nullptr);
}

Interruption::Interruption(Limits *limits)
    : m_limits(limits)
{
    askedToStop = 0;
    isDeferred = 1;
}

Interruption::~Interruption()
{
    alarm(0);
    isDeferred = 0;
}

bool Interruption::isAsked()
{
    if (!askedToStop)
        return false;
    // Closing the database may take longer than the patience.
    alarm(0);
    return true;
}

void Interruption::consume(std::span<const Event> block, const Names &)
{
    m_events += block.size();
    m_now = block.empty() ? m_now : block.back().t;
    if (m_hasCut || !isAsked())
        return;
    if (!m_limits)
        throw Failure(ExitCode::Interrupted, text());
    m_limits->eventsPerRun = std::min(m_limits->eventsPerRun, m_events);
    m_hasCut = true;
}

std::string Interruption::text() const
{
    return fmt::format("interrupted after {}, {} of virtual time", counted(m_events, "event"),
                       momentText(m_now));
}

}
