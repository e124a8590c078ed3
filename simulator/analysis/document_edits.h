#pragma once

#include "simulator/scenario/document.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Changes to the document of a scenario. None of them checks whether the outcome can still be read.

namespace daruma {

/// The tables of a kind that has names (`supervisor`, `worker`), or of a list (`fault`, `command`, `expect`).
std::size_t tableCount(const TomlValue &document, std::string_view kind);
TomlValue &tableAt(TomlValue &document, std::string_view kind, std::size_t index);
void removeTableAt(TomlValue &document, std::string_view kind, std::size_t index);
/// Names of tables of a kind that has them.
std::vector<std::string> tableNames(const TomlValue &document, std::string_view kind);
/// Null where there is none.
const TomlValue *namedTable(const TomlValue &document, std::string_view kind, std::string_view name);
TomlValue *namedTable(TomlValue &document, std::string_view kind, std::string_view name);

bool isSupervisor(const TomlValue &document, std::string_view name);
std::vector<std::string> childNames(const TomlValue &document, std::string_view supervisor);

/// Takes a node out, with everything below it, out of `children` and `needs`.
void removeSubtree(TomlValue &document, const std::string &name);
/// Takes a node out; its children take its place under its parent.
void hoistChildren(TomlValue &document, const std::string &name);

/// Every duration or distribution that is a text, in order, but for those of expectations and of policies:
/// what may be simplified. With the kind of table and the key.
struct TimeKey {
    TomlValue *value;
    std::string_view kind;
    std::string_view key;
};
std::vector<TimeKey> timesOf(TomlValue &document);

}
