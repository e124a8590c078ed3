#pragma once

#include <string>
#include <string_view>

namespace daruma {

/// As text or as an attribute's value in SVG and HTML. Bytes that XML does not allow become U+FFFD.
std::string xmlEscaped(std::string_view text);

}  // namespace daruma
