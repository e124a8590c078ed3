#pragma once

#include "simulator/kernel/distribution.h"
#include "simulator/kernel/duration_text.h"

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace daruma {

/// Reads a duration, `never`, `uniform(a, b)`, `exp(mean)`, `normal(mean, sd)`, `lognormal(median, sigma)` or
/// `weibull(scale, shape)`. Arguments out of the range that Distribution requires are problems.
tl::expected<Distribution, TextProblem> parseDistribution(std::string_view text);

/// The spelling of the scenario format, which parseDistribution reads back to an equal value.
std::string toText(const Distribution &distribution);

}  // namespace daruma
