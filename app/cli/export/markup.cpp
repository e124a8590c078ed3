#include "app/cli/export/markup.h"

namespace daruma {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

/// How many bytes the UTF-8 sequence at `at` has; 0 where it is none.
std::size_t sequenceLength(std::string_view text, std::size_t at)
{
    const auto first = static_cast<unsigned char>(text[at]);
    const std::size_t length = first < 0x80                    ? 1
                               : first >= 0xf0 && first < 0xf5 ? 4
                               : first >= 0xe0 && first < 0xf0 ? 3
                               : first >= 0xc2 && first < 0xe0 ? 2
                                                               : 0;
    if (length == 0 || at + length > text.size())
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((static_cast<unsigned char>(text[at + i]) & 0xc0) != 0x80)
            return 0;
    // Longer than need be, half of a surrogate pair, beyond the last character, or no character for XML.
    const auto second = length > 1 ? static_cast<unsigned char>(text[at + 1]) : 0;
    const bool isNone =
        (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)
        || (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)
        || (first == 0xef && second == 0xbf && static_cast<unsigned char>(text[at + 2]) > 0xbd);
    return isNone ? 0 : length;
}

}  // namespace

std::string xmlEscaped(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = sequenceLength(text, i);
        const char c = text[i];
        if (c == '&')
            result += "&amp;";
        else if (c == '<')
            result += "&lt;";
        else if (c == '>')
            result += "&gt;";
        else if (c == '"')
            result += "&quot;";
        else if (c == '\'')
            result += "&#39;";
        else if (length == 0
                 || (length == 1 && static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'))
            result += replacement;
        else
            result += text.substr(i, length);
        i += length == 0 ? 1 : length;
    }
    return result;
}

std::string withPlainValues(std::string_view style)
{
    constexpr std::string_view use = ":var(--";
    std::string result;
    std::size_t at = 0;
    while (true) {
        const std::size_t found = style.find(use, at);
        const std::size_t end = style.find(')', std::min(found, style.size()));
        if (found == std::string_view::npos || end == std::string_view::npos)
            break;
        const std::size_t property = style.find_last_of(" {;\n", found) + 1;
        const std::string_view name = style.substr(found + 5, end - found - 5);
        const std::size_t value = style.find(std::string(name) + ":");
        if (value != std::string_view::npos) {
            const std::size_t begin = value + name.size() + 1;
            result += style.substr(at, property - at);
            result += style.substr(property, found + 1 - property);
            result += style.substr(begin, style.find_first_of(";}", begin) - begin);
            result += "; ";
            at = property;
        }
        result += style.substr(at, end + 1 - at);
        at = end + 1;
    }
    return result += style.substr(at);
}

}  // namespace daruma
