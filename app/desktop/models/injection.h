#pragma once

#include "app/desktop/models/run.h"

#include <string>

namespace daruma {

/// A fault that is written into a scenario at a moment of its run.
struct Injection {
    FaultKind kind = FaultKind::Panic;
    NodeId into;
    std::int64_t at = 0;  ///< ns
    /// Of a delay: what takes longer from that moment on, and by how much.
    DelayedStep step = DelayedStep::Init;
    std::string by = "1s";
};

std::string_view toText(FaultKind kind);

/// A moment as a person writes it, exactly: `10.6s`, `2m`, `250ms`.
std::string momentKey(std::int64_t ns);

/// The text of the run's scenario with the fault at its end.
std::string withFault(const Run &run, const Injection &injection);

/// `panic app/db at 10.6s`.
std::string titleOf(const Run &run, const Injection &injection);

}
