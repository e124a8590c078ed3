#pragma once

#include "engine/policy/decaying_count.h"
#include "engine/policy/rules.h"
#include "engine/time.h"

#include <cstdint>
#include <vector>

namespace daruma {

/// What is kept of the moment of a restart: the whole second of the clock, as in OTP, or the clock itself.
enum class WindowStamps : std::uint8_t { WholeSeconds, Exact };

/// Whether a restart exactly as old as the window still counts.
enum class WindowEnd : std::uint8_t { Inclusive, Exclusive };

/// Which restarts count together (axis A5).
enum class WindowKind : std::uint8_t {
    Sliding,  ///< those of the last `within`, whenever that is
    /// A window of `within` opens at the first one, and the first one behind its end opens the next. One that
    /// is too many is not counted (systemd 255, src/basic/ratelimit.c: ratelimit_below).
    Fixed,
    Decaying,  ///< all, but what each one counts for halves every `within` (`DecayingCount`), rounded up
};

/// At most `max` restarts `within` a window; the next one makes the supervisor give up.
struct RestartLimitSpec {
    static constexpr std::uint32_t unlimited = 0xffff'ffff;

    std::uint32_t max = 1;
    Duration within = Duration::seconds(5);  ///< never: the supervisor's whole lifetime
    WindowStamps stamps = WindowStamps::WholeSeconds;
    WindowEnd end = WindowEnd::Inclusive;
    /// How long the clock has run at virtual time 0. A window longer than the clock has run cannot be
    /// subtracted from it: then every earlier stamp is forgotten (ash-flare 2.3.2, RestartTracker).
    /// Never: the subtraction is exact.
    Duration clockAge = Duration::never();
    WindowKind kind = WindowKind::Sliding;

    constexpr bool isUnlimited() const { return max == unlimited; }
};

/// The verdict on one restart that has been counted.
struct RestartCount {
    std::uint32_t inWindow = 0;
    bool allowed = true;
};

/// The log of a supervisor's restarts. With the defaults it is OTP's restart intensity (rules 16 to 19; OTP
/// 25 supervisor:add_restart/1): stamps are whole seconds of a clock with phase `clockPhase`, an entry
/// exactly `within` old still counts, and the new restart is counted before it is judged. Equal stamps are
/// folded into one entry, so that the history of whole seconds never grows past `within` in seconds plus one,
/// however many restarts there are. A fixed window is one entry, and of a decaying count no history is kept.
class RestartWindow {
public:
    RestartCount count(Instant now, Duration clockPhase, const RestartLimitSpec &spec, TripTest tripTest);
    /// Restarts that still count at `now`, the budget that is used.
    std::uint32_t used(Instant now, Duration clockPhase, const RestartLimitSpec &spec) const;
    void clear();

private:
    void forget(std::int64_t oldest);

    struct Entry {
        std::int64_t stamp = 0;
        std::uint32_t restarts = 0;
    };

    std::vector<Entry> m_entries;
    std::size_t m_first = 0;
    std::uint32_t m_total = 0;
    DecayingCount m_decaying;
};

}  // namespace daruma
