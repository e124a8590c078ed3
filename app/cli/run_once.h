#pragma once

#include "app/cli/scenario_source.h"
#include "simulator/kernel/simulation.h"
#include "simulator/store/compressed_events.h"
#include "simulator/store/recorder.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace daruma {

/// Where a run is recorded.
struct RecordingPlan {
    std::string database;
    RecordPolicy policy = RecordPolicy::None;
    /// Of the model that runs: a run that is interrupted is cut by them, and kept. Nothing of it is without.
    Limits *limits = nullptr;
};

/// Keeps the events of a run in memory, those of a long run compressed.
class MemorySink final : public EventSink {
public:
    void consume(std::span<const Event> block, const Names &names) override { events.append(block, names); }

    EventLog events{std::make_unique<CompressedEvents>()};
};

/// Runs the scenario with its seed and gives the events to each of the sinks; records it where the plan says
/// so and gives the run's id then. Throws a Failure where the database refuses, and where the
/// run is interrupted.
std::optional<std::int64_t> runOnce(Simulation &simulation, const ScenarioSource &source,
                                    const LoadedScenario &loaded, const RecordingPlan &plan,
                                    const std::vector<EventSink *> &sinks, RunResult &result);

/// The whole run in memory, recorded nowhere.
Recording recordingOf(const LoadedScenario &loaded);
/// The same for who reads its events by number or in order: those of a long run are compressed.
Recording compactRecordingOf(const LoadedScenario &loaded);

/// How the program opens databases: SOURCE_DATE_EPOCH stands for the present where it is set, as in builds
/// that are to be the same again.
OpenOptions openOptions();

/// What the store says, as the Failure that ends the command.
[[noreturn]] void refuseStore(const StoreError &error);

}
