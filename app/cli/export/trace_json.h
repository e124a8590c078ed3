#pragma once

#include "app/cli/export/event_rows.h"
#include "simulator/kernel/simulation.h"
#include "simulator/scenario/scenario.h"

namespace daruma {

/// The spans of a run as OpenTelemetry's JSON: one request of the trace service in a line, as the collector's
/// file receiver reads it. Virtual time 0 is the Unix epoch; the trace's id is the fingerprint. Where the
/// dialect writes a log, a second line holds it, a request of the logs service.
void writeOtlp(const Scenario &scenario, const Recording &run, const TextSink &write);

/// The same for Perfetto and chrome://tracing (Trace Event Format): a track for each node with the lives of
/// its incarnations and the spans; faults, commands and lines of the log as instants.
void writePerfetto(const Scenario &scenario, const Recording &run, const TextSink &write);

}  // namespace daruma
