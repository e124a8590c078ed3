#pragma once

#include "simulator/scenario/expression_parser.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What the parser of expressions knows about their parts: types, functions and names.

namespace daruma {

enum class PartType : std::uint8_t { Nothing, Truth, Count, Length, NameFunction, Name };

std::string_view inWords(PartType type);

/// A part of an expression that has been read.
struct Part {
    PartType type = PartType::Nothing;
    bool moves = false;  ///< it changes as time passes, without any event
    std::size_t offset = 0;
    StateFunction function = StateFunction::Up;
    std::string name;
};

struct FunctionRow {
    StateFunction function;
    PartType type;
};

/// Nothing for an unknown name.
const FunctionRow *findFunction(std::string_view name);

/// `and`, `or`, `not`, `implies`.
bool isOperator(std::string_view word);
/// The function or operator that a mistyped word is closest to; empty where none is close.
std::string_view closestWord(std::string_view word);

/// The code of ExpressionOp::Text for a name that `function` is compared with; the text of a reason is
/// appended to `texts`. The offset of a problem is 0.
tl::expected<std::int64_t, ExpressionProblem> codeOfName(StateFunction function, std::string_view name,
                                                         std::vector<std::string> &texts);

std::string inBackticks(std::string_view text);
/// "did you mean `NAME`?", or nothing.
std::string suggestion(std::string_view name);

}
