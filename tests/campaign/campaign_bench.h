#pragma once

#include "simulator/campaign/statistics.h"
#include "simulator/campaign/sweep.h"
#include "simulator/kernel/simulation.h"
#include "simulator/scenario/scenario.h"

#include <QtGlobal>

#include <memory>
#include <string>
#include <vector>

namespace daruma::bench {

/// Reads a scenario that is right, or ends the test.
inline std::shared_ptr<const Scenario> scenarioOf(const std::string &text,
                                                  const std::vector<Override> &overrides = {})
{
    auto read = readScenario(text, "test", overrides);
    if (!read)
        qFatal("%s", toText(read.error().front(), "test").c_str());
    return std::make_shared<const Scenario>(std::move(*read));
}

/// Adds up runs one after another, on this thread alone.
class Runs {
public:
    explicit Runs(std::shared_ptr<const Scenario> scenario)
        : m_scenario(std::move(scenario))
        , m_simulation(m_scenario->model)
    {}

    CampaignStatistics operator()(SeedRange seeds)
    {
        CampaignStatistics statistics(m_scenario->model);
        for (std::uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
            m_capture.begin(m_scenario->model, {seed, m_scenario->model.dialect, {}});
            const RunResult result = m_simulation.run(seed, &m_capture);
            statistics.add(m_capture.end(result, m_simulation, 0));
        }
        return statistics;
    }

private:
    std::shared_ptr<const Scenario> m_scenario;
    Simulation m_simulation;
    RunCapture m_capture{RecordPolicy::None};
};

}
