#include "simulator/kernel/selector.h"

#include <cstddef>
#include <string_view>

namespace daruma {

namespace {

constexpr char separator = '/';

/// The bytes of the UTF-8 character at `at`: what follows its first byte has the bits 10 in front.
std::size_t characterLength(std::string_view text, std::size_t at)
{
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U)
        ++end;
    return end - at;
}

bool matchesWhole(std::string_view pattern, std::string_view text)
{
    constexpr std::size_t none = std::string_view::npos;
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t afterStar = none;
    std::size_t starEnd = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            afterStar = ++p;
            starEnd = t;
        } else if (p < pattern.size() && pattern[p] == '?' && text[t] != separator) {
            ++p;
            t += characterLength(text, t);
        } else if (p < pattern.size() && pattern[p] != '?' && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (afterStar != none && text[starEnd] != separator) {
            // Only the last star needs to grow: whatever an earlier one could take, it has been given back
            // at its shortest, and no star crosses a separator.
            starEnd += characterLength(text, starEnd);
            t = starEnd;
            p = afterStar;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

}

bool Selector::matches(const Node &node, const std::string &path) const
{
    constexpr std::uint32_t noTable = 0xffff'ffff;
    if (definition != noTable)
        return node.definition == definition && node.isSupervisor == isSupervisorTable;
    return globMatches(text, path);
}

bool globMatches(std::string_view pattern, std::string_view path)
{
    if (matchesWhole(pattern, path))
        return true;
    if (pattern.find(separator) != std::string_view::npos)
        return false;
    const std::size_t last = path.rfind(separator);
    return last != std::string_view::npos && matchesWhole(pattern, path.substr(last + 1));
}

}
