#pragma once

#include "app/cli/export/event_rows.h"
#include "simulator/kernel/simulation.h"

namespace daruma {

/// The spans of a run as OpenTelemetry's JSON: one request of the trace service in a line, as the collector's
/// file receiver reads it. Virtual time 0 is the Unix epoch; the trace's id is the fingerprint.
void writeOtlp(const Model &model, const Recording &run, const TextSink &write);

/// The same for Perfetto and chrome://tracing (Trace Event Format): a track for each node with the lives of
/// its incarnations and the spans, faults and commands as instants.
void writePerfetto(const Model &model, const Recording &run, const TextSink &write);

}  // namespace daruma
