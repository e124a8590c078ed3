#pragma once

#include "engine/policy/rules.h"
#include "engine/time.h"

#include <cstdint>
#include <vector>

namespace daruma {

/// At most `max` restarts `within` a window; the next one makes the supervisor give up.
struct RestartLimitSpec {
    std::uint32_t max = 1;
    Duration within = Duration::seconds(5);
};

/// The verdict on one restart that has been counted.
struct RestartCount {
    std::uint32_t inWindow = 0;
    bool allowed = true;
};

/// OTP's restart intensity (rules 16 to 19; OTP 25 supervisor:add_restart/1): stamps are whole seconds of a
/// clock with phase `clockPhase`, an entry exactly `within` old still counts, and the new restart is counted
/// before it is judged. Stamps of one second are folded into one entry, so the history never grows past
/// `within` in seconds plus one, however many restarts there are.
class WholeSecondWindow {
public:
    RestartCount count(Instant now, Duration clockPhase, const RestartLimitSpec &spec, TripTest tripTest);
    /// Restarts that still count at `now`, the budget that is used.
    std::uint32_t used(Instant now, Duration clockPhase, const RestartLimitSpec &spec) const;
    void clear();

private:
    struct Entry {
        std::int64_t second = 0;
        std::uint32_t restarts = 0;
    };

    std::vector<Entry> m_entries;
    std::size_t m_first = 0;
    std::uint32_t m_total = 0;
};

}  // namespace daruma
