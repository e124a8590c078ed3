#include "simulator/kernel/json_text.h"

namespace daruma {

std::string jsonString(std::string_view text)
{
    constexpr char digits[] = "0123456789abcdef";
    std::string literal = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            literal += '\\';
            literal += c;
        } else if (byte < 0x20) {
            literal += "\\u00";
            literal += digits[byte >> 4];
            literal += digits[byte & 0xf];
        } else {
            literal += c;
        }
    }
    return literal + '"';
}

}  // namespace daruma
