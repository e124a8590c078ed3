#pragma once

#include "engine/ids.h"

#include <map>
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

    std::size_t size() const { return m_texts.size(); }
    void truncate(std::size_t size);

private:
    std::vector<std::string> m_texts;
    std::map<std::string, std::uint32_t, std::less<>> m_index;
};

}  // namespace daruma
