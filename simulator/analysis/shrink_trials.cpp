#include "simulator/analysis/shrink_trials.h"

#include "simulator/scenario/document.h"

#include <algorithm>

namespace daruma {

ShrinkTrials::ShrinkTrials(TomlValue document, const Scenario &scenario, std::uint64_t seed,
                           FailureSignature wanted, std::uint64_t mostRuns)
    : m_document(std::move(document))
    , m_model(scenario.model)
    , m_file(scenario.file)
    , m_seed(seed)
    , m_wanted(std::move(wanted))
    , m_mostRuns(mostRuns)
{
    m_options.limits = scenario.model.limits;
    m_options.dialectFiles = scenario.dialectFiles;
    constexpr std::uint64_t mostEventsOfFirst = 20'000'000;
    FailureTrials trial(m_model, m_seed, m_wanted, {1, mostEventsOfFirst});
    const bool fails = trial.fails(nullptr);
    ++m_runs;
    m_failedAt = fails ? trial.failedAt() : m_model.horizon;
    m_events = fails ? trial.eventsBefore() : 0;
    // A run that goes on for much longer than the one that is known does not fail in the same way.
    m_mostEvents = fails ? std::max<std::uint64_t>(4 * m_events, 10'000) : mostEventsOfFirst;
}

std::optional<Scenario> ShrinkTrials::read(const TomlValue &document) const
{
    auto read = readScenario(scenarioText(document), m_file, {}, {}, m_options);
    return read ? std::optional(std::move(*read)) : std::nullopt;
}

bool ShrinkTrials::tries(TomlValue candidate, bool mustBeUnchanged)
{
    if (isSpent())
        return false;
    std::string text = scenarioText(candidate);
    if (m_refused.count(text) != 0 && !mustBeUnchanged)
        return false;
    auto read = readScenario(text, m_file, {}, {}, m_options);
    if (!read) {
        m_refused.insert(std::move(text));
        return false;
    }
    ++m_runs;
    if (onRun)
        onRun();
    FailureTrials trial(read->model, read->model.seed, m_wanted, {1, m_mostEvents});
    if (!trial.fails(nullptr)) {
        m_refused.insert(std::move(text));
        return false;
    }
    if (mustBeUnchanged && (trial.eventsBefore() != m_events || trial.failedAt() != m_failedAt))
        return false;
    m_document = std::move(candidate);
    m_model = std::move(read->model);
    m_failedAt = trial.failedAt();
    m_events = trial.eventsBefore();
    return true;
}

}
