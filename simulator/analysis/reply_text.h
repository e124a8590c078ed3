#pragma once

#include <string>
#include <string_view>

namespace daruma {

/// The answer to a command in words: `result` is the JSON of a `reply` (CONTRACT section 3), `who` was asked
/// to do `command`. What is not known is told as it is. `isUp`: a process that the answer names has come up,
/// and does not only begin to start.
std::string replySentence(std::string_view who, std::string_view command, std::string_view result,
                          bool isUp = true);

/// Whether that answer is a refusal.
bool isRefusal(std::string_view result);

}
