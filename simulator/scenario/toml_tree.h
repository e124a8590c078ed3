#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// A place in the text of a scenario or of one of its overrides.
struct Place {
    int line = 1;    ///< from 1
    int column = 1;  ///< from 1, in characters; of an override, from its value on: its key lies left of that
    int source = 0;  ///< 0: the file; n: the n-th override

    /// The order in which problems are told: the file from its top, then the overrides.
    bool isBefore(const Place &other) const;
};

struct TomlEntry;

/// A value of a TOML document with its place. Keys stand in the order of the file.
struct TomlValue {
    enum class Type : std::uint8_t { Text, Integer, Number, Boolean, Date, List, Table };

    Type type = Type::Table;
    bool boolean = false;
    Place place;
    std::int64_t integer = 0;
    double number = 0;
    std::string text;
    std::vector<TomlValue> items;
    std::vector<TomlEntry> entries;

    bool isText() const { return type == Type::Text; }
    bool isList() const { return type == Type::List; }
    bool isTable() const { return type == Type::Table; }
    bool isInteger() const { return type == Type::Integer; }

    const TomlEntry *find(std::string_view key) const;
    TomlEntry *find(std::string_view key);
};

struct TomlEntry {
    std::string key;
    Place place;
    TomlValue value;
};

/// `a text`, `a whole number` …, for messages.
std::string_view describe(TomlValue::Type type);

}
