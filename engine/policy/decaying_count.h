#pragma once

#include "engine/time.h"

#include <cstdint>

namespace daruma {

/// The share that is left of a count which halves smoothly every `halfLife`, after `age`: 2^(-age/halfLife)
/// times 2^64, rounded down; at age 0 the largest number there is. From integers alone, so that every
/// platform has the same bits; it lies within one part in 10^9 of the real number.
/// REQUIRES: age >= 0. A half-life of `never` decays nothing, one of zero leaves nothing.
std::uint64_t shareLeft(Duration age, Duration halfLife);

/// A count of failures that decays exponentially: each adds one to what is left of the earlier ones (suture
/// v4.0.6, supervisor.go: handleFailedService, failures * 0.5^(since the last failure / FailureDecay) + 1).
class DecayingCount {
public:
    /// Adds one at `now`; more than 2^32 - 1 are not counted. REQUIRES: no earlier than the last one.
    void add(Instant now, Duration halfLife);
    /// What is left at `now`, rounded up: so it is beyond a whole number exactly where the count itself is.
    std::uint32_t roundedUp(Instant now, Duration halfLife) const;
    /// Begins anew, at whatever time: it may be that of another run.
    void clear() { *this = {}; }

private:
    std::uint64_t left(Instant now, Duration halfLife) const;

    std::uint64_t m_count = 0;  ///< times 2^32
    Instant m_last;
};

}  // namespace daruma
