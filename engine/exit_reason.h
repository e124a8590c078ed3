#pragma once

#include "engine/ids.h"

#include <string_view>

namespace daruma {

/// Why a process ended or failed to start (CONTRACT section 3).
enum class ReasonKind : std::uint8_t { Normal, Shutdown, Panic, Killed, Error, Timeout, Noproc };

constexpr std::string_view toText(ReasonKind kind)
{
    constexpr std::string_view names[] = {"normal", "shutdown", "panic", "killed",
                                          "error",  "timeout",  "noproc"};
    return names[static_cast<std::size_t>(kind)];
}

/// A reason with an optional text (`shutdown:TEXT`, `panic:TEXT`).
struct ExitReason {
    ReasonKind kind = ReasonKind::Normal;
    TextId text = {};

    constexpr bool operator==(const ExitReason &) const = default;
};

/// Exactly three reasons are normal for OTP: normal, shutdown and {shutdown, Term}
/// (OTP 25, supervisor:do_restart/3; otp-semantics rule 12).
constexpr bool isNormal(ExitReason reason)
{
    return reason.kind == ReasonKind::Normal || reason.kind == ReasonKind::Shutdown;
}

}  // namespace daruma
