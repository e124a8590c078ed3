#pragma once

#include <string>
#include <string_view>

namespace daruma {

/// As text or as an attribute's value in SVG and HTML. Bytes that XML does not allow become U+FFFD.
std::string xmlEscaped(std::string_view text);

/// CSS in which each declaration with a variable follows one with the first value of that variable: programs
/// that know no variables would paint everything black.
std::string withPlainValues(std::string_view style);

}  // namespace daruma
