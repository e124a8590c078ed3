#pragma once

#include "simulator/kernel/simulation.h"

#include <functional>
#include <string>

namespace daruma {

/// Takes in the next part of a long text.
using TextSink = std::function<void(std::string_view)>;

/// One JSON object a line, as `run --format jsonl`.
void writeEventLines(const Model &model, const Recording &run, const TextSink &write);
/// One row an event below a header, the columns being the fields of the JSON form; RFC 4180, but lines end as
/// they do on Unix.
void writeEventTable(const Model &model, const Recording &run, const TextSink &write);

}  // namespace daruma
