#pragma once

#include "engine/time.h"
#include "simulator/kernel/sink.h"

#include <chrono>
#include <cstdint>

namespace daruma {

/// A line on standard error that says how far a long run has come; only on a terminal, only after a second,
/// and gone when the run is over.
class Progress final : public EventSink {
public:
    Progress(Instant horizon, bool wanted);
    ~Progress() override;

    void consume(std::span<const Event> block, const Names &names) override;

private:
    std::int64_t m_horizon;
    bool m_wanted;
    bool m_shown = false;
    std::uint64_t m_events = 0;
    std::chrono::steady_clock::time_point m_next;
};

}
