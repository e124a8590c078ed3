#include "app/cli/run_once.h"

#include "app/cli/campaign_source.h"
#include "app/cli/command.h"
#include "app/cli/interruption.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <memory>

namespace daruma {

namespace {

class Tee final : public EventSink {
public:
    explicit Tee(std::vector<EventSink *> sinks)
        : m_sinks(std::move(sinks))
    {}

    void consume(std::span<const Event> block, const Names &names) override
    {
        for (EventSink *sink : m_sinks)
            sink->consume(block, names);
    }

private:
    std::vector<EventSink *> m_sinks;
};

template <typename Value> Value accepted(StoreResult<Value> result)
{
    if (!result)
        refuseStore(result.error());
    if constexpr (!std::is_void_v<Value>)
        return std::move(*result);
}

}

OpenOptions openOptions()
{
    OpenOptions options;
    if (const char *text = std::getenv("SOURCE_DATE_EPOCH")) {
        const std::string_view epoch(text);
        std::int64_t seconds = 0;
        const auto read = std::from_chars(epoch.data(), epoch.data() + epoch.size(), seconds);
        if (read.ec == std::errc() && read.ptr == epoch.data() + epoch.size())
            options.now = seconds;
    }
    return options;
}

void refuseStore(const StoreError &error)
{
    throw Failure(ExitCode::Invalid, error.text());
}

std::optional<std::int64_t> runOnce(Simulation &simulation, const ScenarioSource &source,
                                    const LoadedScenario &loaded, const RecordingPlan &plan,
                                    const std::vector<EventSink *> &sinks, RunResult &result)
{
    const Model &model = loaded.scenario.model;
    std::vector<EventSink *> all = sinks;
    std::unique_ptr<Recorder> recorder;
    if (plan.policy != RecordPolicy::None) {
        recorder = accepted(Recorder::open(plan.database, plan.policy, openOptions()));
        accepted(recorder->beginCampaign({model.name, loaded.scenario.text, loaded.seed, loaded.seed,
                                          otherOptions(source), rulesVersion, loaded.scenario.dialectFiles}));
        recorder->beginRun(model, {loaded.seed, model.dialect, linesOf(source.overrides)});
        all.push_back(recorder.get());
    }
    Interruption interruption(recorder ? plan.limits : nullptr);
    all.push_back(&interruption);
    Tee tee(all);
    const auto began = std::chrono::steady_clock::now();
    result = simulation.run(loaded.seed, &tee);
    const auto took = std::chrono::steady_clock::now() - began;
    if (!recorder)
        return std::nullopt;
    const std::int64_t wallNs = std::chrono::duration_cast<std::chrono::nanoseconds>(took).count();
    const std::int64_t id = accepted(recorder->endRun(result, simulation, wallNs));
    if (interruption.hasCut() && result.endCause == EndCause::EventLimit) {
        // All but the event `end`: that many make the same run again.
        ScenarioSource again = source;
        again.limits.eventsPerRun = result.events - 1;
        accepted(recorder->changeOptions(otherOptions(again)));
        accepted(recorder->commit());
        throw Failure(ExitCode::Interrupted, fmt::format("{}; what there is of it is kept as run {} in {}",
                                                         interruption.text(), id, plan.database));
    }
    accepted(recorder->finishCampaign());
    return id;
}

Recording compactRecordingOf(const LoadedScenario &loaded)
{
    return record(loaded.scenario.model, loaded.seed, EventLog(std::make_unique<CompressedEvents>()));
}

Recording recordingOf(const LoadedScenario &loaded)
{
    return record(loaded.scenario.model, loaded.seed);
}

}
