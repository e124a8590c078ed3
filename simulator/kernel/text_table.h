#pragma once

#include "engine/ids.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// Texts by number. The first ones belong to the scenario and never change; a run appends its own (composed
/// reasons, results of commands) and drops them when it is reset. Numbers follow the order of first use, so
/// equal runs give equal numbers.
class TextTable {
public:
    TextId intern(std::string_view text);
    /// The text; empty for an invalid id.
    std::string_view operator[](TextId id) const;
    /// Known text or an invalid id.
    TextId find(std::string_view text) const;

    std::size_t size() const { return m_size; }
    void truncate(std::size_t size);

private:
    std::size_t placeOf(std::string_view text, std::uint32_t hash) const;
    void rebuildIndex(std::size_t places);

    /// Texts past `m_size` are of earlier runs: their memory is used again.
    std::vector<std::string> m_texts;
    std::size_t m_size = 0;
    /// A hash table with open addresses: number + 1 of a text, or 0. A power of two, at most half full.
    struct Entry {
        std::uint32_t hash = 0;
        std::uint32_t number = 0;
    };
    std::vector<Entry> m_index;
};

}  // namespace daruma
