#pragma once

#include <cstddef>
#include <string_view>

/// Promises of our own code, checked in every build. Bad input and bad luck are not promises: they are
/// values and events. A broken promise ends the process, because whatever came after it could be wrong.

namespace daruma {

/// Remembers, for this thread, the line that reproduces what it is doing; a broken contract prints it.
/// The text is copied; past maxContractContext bytes it is cut. An empty text forgets.
void setContractContext(std::string_view reproLine) noexcept;

/// Long enough for a repro line with its overrides.
inline constexpr std::size_t maxContractContext = 2048;

/// Prints message, place and context to standard error, and aborts.
[[noreturn, gnu::cold]] void contractBroken(const char *condition, const char *message, const char *file,
                                            int line) noexcept;

}

/// Aborts unless the condition holds. The condition is evaluated in every build.
#define DARUMA_ASSERT(condition, message) \
    ((condition) ? static_cast<void>(0) : ::daruma::contractBroken(#condition, message, __FILE__, __LINE__))

/// Marks a place that no run reaches.
#define DARUMA_UNREACHABLE(message) ::daruma::contractBroken(nullptr, message, __FILE__, __LINE__)
