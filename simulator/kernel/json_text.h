#pragma once

#include <string>
#include <string_view>

namespace daruma {

/// A JSON string literal. The kernel writes the results of commands as JSON and has no JSON library below it.
std::string jsonString(std::string_view text);

}  // namespace daruma
