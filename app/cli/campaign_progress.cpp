#include "app/cli/campaign_progress.h"

#include "app/cli/output.h"
#include "simulator/analysis/wording.h"
#include "simulator/kernel/duration_text.h"

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <unistd.h>

namespace daruma {

namespace {

constexpr auto onTerminal = std::chrono::milliseconds(200);
constexpr auto elsewhere = std::chrono::seconds(5);
constexpr std::size_t barColumns = 24;

std::string bar(double share)
{
    const auto full = static_cast<std::size_t>(share * barColumns);
    std::string text;
    for (std::size_t i = 0; i < barColumns; ++i)
        text += i < full ? "█" : "░";
    return text;
}

std::string tally(const SweepProgress &progress)
{
    const double seconds = std::chrono::duration<double>(progress.elapsed).count();
    const double rate = seconds > 0 ? static_cast<double>(progress.runs) / seconds : 0;
    std::string text = fmt::format("{} of {}, {} a second, {} failed", grouped(progress.runs),
                                   counted(progress.allRuns, "run"),
                                   grouped(static_cast<std::uint64_t>(rate)), grouped(progress.unsuccessful));
    if (rate > 0) {
        const double left = static_cast<double>(progress.allRuns - progress.runs) / rate;
        text += fmt::format(", {} left", human(Duration::seconds(static_cast<std::int64_t>(left) + 1)));
    }
    return text;
}

}

CampaignProgress::CampaignProgress(bool wanted)
    : m_wanted(wanted)
    , m_isTerminal(isatty(STDERR_FILENO) == 1)
    , m_next(std::chrono::steady_clock::now() + (m_isTerminal ? std::chrono::seconds(1) : elsewhere))
{}

CampaignProgress::~CampaignProgress()
{
    if (m_isShown)
        std::fputs("\r\x1b[K", stderr);
}

void CampaignProgress::show(const SweepProgress &progress)
{
    const auto now = std::chrono::steady_clock::now();
    if (!m_wanted || now < m_next || progress.allRuns == 0)
        return;
    if (!m_isTerminal) {
        m_next = now + elsewhere;
        writeError(tally(progress));
        return;
    }
    m_next = now + onTerminal;
    m_isShown = true;
    const double share = static_cast<double>(progress.runs) / static_cast<double>(progress.allRuns);
    std::fputs(fmt::format("\r\x1b[K{} {}", bar(share), tally(progress)).c_str(), stderr);
    std::fflush(stderr);
}

}
