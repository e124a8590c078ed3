#pragma once

#include "engine/policy/shutdown_policy.h"
#include "engine/time.h"
#include "simulator/kernel/distribution.h"
#include "simulator/kernel/random.h"
#include "simulator/scenario/keys.h"
#include "simulator/scenario/problems.h"
#include "simulator/scenario/toml_tree.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace daruma {

/// Reads the keys of one table. Whatever is wrong becomes a problem; a getter then returns nothing, as it
/// does for a key that is not there.
class TableReader {
public:
    /// Reports unknown keys, and required ones that are missing. `title` is for messages: `[worker.db]`.
    TableReader(const TomlValue &table, Place place, std::string title, const TableKind &kind,
                Problems &problems);

    /// The key, whatever it holds. REQUIRES, as all getters do: the kind of table has it.
    const TomlEntry *find(std::string_view key) const;
    bool has(std::string_view key) const { return find(key) != nullptr; }
    /// Where the key stands, or the table where it has none.
    Place placeOf(std::string_view key) const;
    Place place() const { return m_place; }
    const std::string &title() const { return m_title; }
    const TomlValue &table() const { return m_table; }
    Problems &problems() const { return m_problems; }

    std::optional<std::string> text(std::string_view key) const;
    std::optional<std::uint64_t> wholeNumber(std::string_view key) const;
    std::optional<bool> trueOrFalse(std::string_view key) const;
    std::optional<double> number(std::string_view key) const;
    std::optional<Duration> duration(std::string_view key) const;
    std::optional<Distribution> distribution(std::string_view key) const;
    /// Which of the choices.
    std::optional<std::size_t> oneOf(std::string_view key) const;
    /// The same, where messages offer only some of the choices.
    std::optional<std::size_t> oneOf(std::string_view key, std::span<const std::string_view> offered) const;
    template <typename Enum> std::optional<Enum> choice(std::string_view key) const
    {
        const auto index = oneOf(key);
        return index ? std::optional(static_cast<Enum>(*index)) : std::nullopt;
    }
    /// The texts of a list, with their places.
    std::vector<const TomlValue *> names(std::string_view key) const;
    std::optional<std::pair<Duration, Duration>> moments(std::string_view key) const;
    std::optional<ShutdownPolicy> shutdown(std::string_view key) const;

private:
    void reportUnknownKey(const TomlEntry &entry) const;
    const TomlEntry *find(std::string_view key, ValueType type) const;

    const TomlValue &m_table;
    Place m_place;
    std::string m_title;
    const TableKind &m_kind;
    Problems &m_problems;
};

/// One value that has to be a duration or a distribution; nothing, with a problem, where it is not.
/// `key` is for messages.
std::optional<Duration> readDuration(const TomlValue &value, std::string_view key, Problems &problems);
std::optional<Distribution> readDistribution(const TomlValue &value, std::string_view key,
                                             Problems &problems);

/// `[worker.NAME]`, with quotes around a name that TOML wants quoted.
std::string tableTitle(std::string_view kind, std::string_view name);

}
