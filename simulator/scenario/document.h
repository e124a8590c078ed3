#pragma once

#include "simulator/scenario/problem.h"
#include "simulator/scenario/scenario.h"
#include "simulator/scenario/toml_tree.h"

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// The document behind a scenario that reads without errors, with its overrides written into it. Faults and
/// expectations have their names as a key, so that they keep them whatever becomes of the rest.
tl::expected<TomlValue, std::vector<Problem>> scenarioDocument(const std::string &text,
                                                               const std::vector<Override> &overrides = {},
                                                               std::string_view dialectOverride = {});

/// The document as a file, in the order that CONTRACT section 1 has: the tree from its root, each node behind
/// its parent; then faults and commands by their times, as far as these are moments; then expectations.
std::string scenarioText(const TomlValue &document);

/// What the file would call a fault or an expectation that has no name, by kind of table.
std::vector<std::string> defaultNames(const TomlValue &document, std::string_view kind);

/// As it stands behind a `=`, on one line: `"5s"`, `["a", "b"]`, `{ first = "1s" }`.
std::string valueText(const TomlValue &value);

TomlValue textValue(std::string_view text);
TomlValue integerValue(std::int64_t number);
/// Sets the key, at the end where it is new.
void setKey(TomlValue &table, std::string_view key, TomlValue value);
void removeKey(TomlValue &table, std::string_view key);

}
