#include "simulator/scenario/toml_tree.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace daruma {

bool Place::isBefore(const Place &other) const
{
    return std::tie(source, line, column) < std::tie(other.source, other.line, other.column);
}

const TomlEntry *TomlValue::find(std::string_view key) const
{
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [key](const TomlEntry &entry) { return entry.key == key; });
    return found == entries.end() ? nullptr : &*found;
}

TomlEntry *TomlValue::find(std::string_view key)
{
    return const_cast<TomlEntry *>(std::as_const(*this).find(key));
}

std::string_view describe(TomlValue::Type type)
{
    static constexpr std::string_view names[] = {"a text", "a whole number", "a number", "true or false",
                                                 "a date", "a list",         "a table"};
    return names[static_cast<std::size_t>(type)];
}

}
