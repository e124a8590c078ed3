#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// Of the names, the one that a mistyped one is closest to; empty where none is close.
std::string_view closestName(std::string_view text, const std::vector<std::string_view> &names);

/// The same among the values of a key, where some words of other systems are understood too: "crash" is
/// "panic".
std::string_view meantValue(std::string_view text, std::span<const std::string_view> values);

/// Do people write this where they mean that there is no limit?
bool meansUnlimited(std::string_view text);

/// `did you mean "NAME"?`, or nothing for an empty name.
std::string didYouMean(std::string_view name);

}
