#pragma once

#include "engine/policy/backoff.h"
#include "simulator/kernel/model.h"
#include "simulator/scenario/dialect.h"
#include "simulator/scenario/table_reader.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// One [worker.NAME] or [supervisor.NAME] while the tree is put together.
struct Draft {
    TableReader table;
    std::string name;
    SupervisorDefinition::Listed definition;
    std::uint32_t count = 1;
    std::optional<BackoffSpec> backoff;
    const Dialect *dialect = nullptr;         ///< of a supervisor: its own, or else its parent's
    const Dialect *parentDialect = nullptr;   ///< whose rules it obeys as a child
    std::vector<const TomlValue *> children;  ///< the entries of `children`

    /// Its entry in the `children` of the draft `parent`, where it is listed.
    const TomlValue *listedAt = nullptr;
    std::size_t parent = 0;
    bool isStarted = false;   ///< a start_child names it
    bool isMistyped = false;  ///< a misspelled entry is probably meant to be it
};

/// All of them, workers first, each kind in the order of the file.
struct Drafts {
    std::vector<Draft> all;
    std::map<std::string, std::size_t, std::less<>> byName;
    std::optional<std::size_t> root;

    Draft *find(std::string_view name);
    /// Is there a `children` that cannot be read? What it would name, nobody knows.
    bool areListsBroken() const;
    /// Nothing for a worker.
    const Dialect *dialectOf(SupervisorDefinition::Listed definition) const;
    /// The names that look most like a mistyped one.
    std::string_view closest(std::string_view name) const;
};

/// Reads the tables into model.workers and model.supervisors; who lists whom is left to the tree.
Drafts readDefinitions(const TomlValue &document, const Dialect &dialect, Dialects &dialects, Model &model,
                       Problems &problems);

/// The dialect of that name, or nothing, with the reasons as problems at `place`.
const Dialect *findDialect(Dialects &dialects, const TomlValue &name, Problems &problems);

ChildSpec &specOf(Model &model, SupervisorDefinition::Listed definition);

}
