#include "app/cli/commands.h"
#include "app/cli/event_json.h"
#include "app/cli/scenario_source.h"

#include "simulator/kernel/simulation.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace daruma {

namespace {

struct Options {
    ScenarioSource source;
    std::string database = "daruma.db";
    std::string record = "all";
    std::string plant;
};

/// Prints each event as it happens.
class JsonLines final : public EventSink {
public:
    JsonLines(const Model &model, const Names &names, Output &out)
        : m_json(model, names)
        , m_out(out)
    {
    }

    void consume(std::span<const Event> block, const Names &) override
    {
        m_text.clear();
        for (const Event &event : block) {
            m_json.append(m_text, event, m_seq++);
            m_text += '\n';
        }
        m_out.write(m_text);
    }

private:
    EventJson m_json;
    Output &m_out;
    std::string m_text;
    std::uint64_t m_seq = 0;
};

/// Breaks a rule of every supervisor on purpose, so that a test sees the invariants notice.
void plant(Model &model, const std::string &name)
{
    for (SupervisorDefinition &supervisor : model.supervisors) {
        Rules &rules = supervisor.flags.rules;
        if (name == "restart-forgotten")
            rules.seenExits = SeenExits::AllButPanics;
        else if (name == "limit-off-by-one")
            rules.tripTest = TripTest::At;
        else if (name == "stop-order")
            rules.stopOrder = StopOrder::StartOrder;
        else if (name == "orphan-left")
            rules.childrenAtGiveUp = ChildrenAtGiveUp::LeftAlone;
    }
}

ExitCode exitCodeOf(const RunResult &result)
{
    return result.hasFailed() ? ExitCode::ExpectationFailed : ExitCode::Met;
}

ExitCode run(const Options &options, Context &context)
{
    LoadedScenario loaded = loadScenario(options.source);
    plant(loaded.scenario.model, options.plant);
    Simulation simulation(loaded.scenario.model);
    JsonLines lines(loaded.scenario.model, simulation, context.out);
    const bool wantsLines = context.format == Format::Jsonl;
    const RunResult result = simulation.run(loaded.seed, wantsLines ? &lines : nullptr);
    if (context.format == Format::Text) {
        context.out.write(fmt::format("{} after {} events\n", toText(result.outcome), result.events));
        context.out.write(reproLine(options.source, loaded) + "\n");
    }
    return exitCodeOf(result);
}

Subcommand::Action declare(CLI::App &app)
{
    const auto options = std::make_shared<Options>();
    addScenarioOptions(app, options->source);
    app.add_option("--db", options->database, "The database to record into")
        ->type_name("FILE")
        ->capture_default_str();
    app.add_option("--record", options->record, "What of the run is recorded")
        ->check(CLI::IsMember({"all", "restarts", "failures", "none"}))
        ->type_name("all|restarts|failures|none")
        ->capture_default_str();
    app.add_option("--plant", options->plant)
        ->check(CLI::IsMember({"restart-forgotten", "limit-off-by-one", "stop-order", "orphan-left"}))
        ->group("");
    return [options](Context &context) { return run(*options, context); };
}

}

Subcommand runCommand()
{
    return {"run", "Runs a scenario once and says what happened, and why",
            "Example:\n"
            "  daruma run db-outage-30s --seed 7 --set supervisor.app.max_restarts=3\n",
            {Format::Text, Format::Json, Format::Jsonl, Format::Github}, declare};
}

}
