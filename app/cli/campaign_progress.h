#pragma once

#include "simulator/campaign/sweep.h"

#include <chrono>

namespace daruma {

/// How far a campaign has come, on standard error: a bar with rate, failures and time left on a terminal, a
/// line every few seconds elsewhere. Nothing of what takes less than a second.
class CampaignProgress {
public:
    explicit CampaignProgress(bool wanted);
    ~CampaignProgress();
    CampaignProgress(const CampaignProgress &) = delete;
    CampaignProgress &operator=(const CampaignProgress &) = delete;

    void show(const SweepProgress &progress);

private:
    bool m_wanted;
    bool m_isTerminal;
    bool m_isShown = false;
    std::chrono::steady_clock::time_point m_next;
};

}
