#pragma once

#include "simulator/scenario/toml_tree.h"

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace daruma {

/// The first breach of TOML's own syntax.
struct TomlSyntaxProblem {
    Place place;
    std::string message;
    std::string hint;
};

/// Reads a whole document. The root is a table without a place of its own.
tl::expected<TomlValue, TomlSyntaxProblem> parseToml(std::string_view text);

/// Reads one value as it would stand behind a `=`; with the columns of `text`.
tl::expected<TomlValue, TomlSyntaxProblem> parseTomlValue(std::string_view text);

}
