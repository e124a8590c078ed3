#pragma once

#include "simulator/scenario/finding.h"

namespace daruma {

/// Reads what stands between the braces of a slot. Offsets of problems count from its beginning.
tl::expected<std::vector<FindingSentence::Term>, TextProblem> parseSlot(std::string_view text,
                                                                        const Model &model);

}  // namespace daruma
