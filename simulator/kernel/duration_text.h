#pragma once

#include "engine/time.h"

#include <tl/expected.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace daruma {

/// What is wrong with a text, for people, and the byte at which to point.
struct TextProblem {
    std::string message;
    std::size_t offset = 0;
};

/// Reads `1m30s` or `1.5s`: numbers with the units ns us ms s m h d, added up. Exact: what is finer than a
/// nanosecond, longer than longestDuration, negative or without a unit is a problem. Blanks around are fine.
tl::expected<Duration, TextProblem> parseDuration(std::string_view text);

/// The exact spelling of the scenario format, largest unit first: `1m30s`, `1s500ms`, `0s`; `never` for
/// Duration::never(). parseDuration reads it back, but for never and negative differences (`-5s`).
std::string toText(Duration duration);

/// For people, rounded to what they care about: `10.6 s`, `200 ms`, `2 min 3 s`, `3 d 4 h`, `never`.
/// Three digits below a minute, two units above; the same in every locale.
std::string human(Duration duration);

/// In its largest unit up to seconds, with a fraction, as Rust writes one: `1.5s`, `200ms`, `0ns`.
std::string decimalText(Duration duration);

}  // namespace daruma
