#pragma once

#include "simulator/kernel/expectation.h"

#include <tl/expected.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace daruma {

/// What is wrong with an expression, for people, and the byte at which to point.
struct ExpressionProblem {
    std::string message;
    std::size_t offset = 0;
    std::string hint;  ///< such as "did you mean `restarts`?"; may be empty
};

/// What the parser asks about the names of places.
struct PlaceNames {
    std::function<Selector(std::string_view)> resolve;
    std::function<bool(const Selector &)> canEverMatch;
    std::function<std::optional<std::string>(std::string_view)> closest;
    /// For a name that is close to none: a sentence about the places there are. May be left out.
    std::function<std::string(std::string_view)> placesNear;
};

/// Reads an expression of the expectation language (help topic `expectations`), which must be true or false.
/// The first problem from the left ends it.
tl::expected<Expression, ExpressionProblem> parseExpression(std::string_view text, const PlaceNames &places);

/// With the places of a SelectorTable, or of anything that answers the same questions.
template <typename Table>
tl::expected<Expression, ExpressionProblem> parseExpression(std::string_view text, const Table &selectors)
{
    return parseExpression(
        text, PlaceNames{[&](std::string_view name) { return selectors.resolve(name); },
                         [&](const Selector &selector) { return selectors.canEverMatch(selector); },
                         [&](std::string_view name) { return selectors.closest(name); },
                         [&](std::string_view name) { return selectors.placesNear(name); }});
}

}  // namespace daruma
