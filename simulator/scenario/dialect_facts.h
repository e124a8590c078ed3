#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace daruma {

/// What the reader has to know about a dialect: which defaults it has, and what it lacks.
struct DialectFacts {
    std::string_view name;
    std::uint32_t maxRestarts = 1;  ///< the default limit, within 5 s
};

/// Nothing for a dialect that this version does not know.
const DialectFacts *findDialect(std::string_view name);
/// What to say of such a one.
std::string unknownDialect(std::string_view name);

}
