#include "app/cli/defect_blame.h"

#include "app/cli/command.h"
#include "simulator/scenario/dialect.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace daruma {

namespace {

constexpr std::uint64_t mostEvents = 50'000;

/// Makes the run again without some of the defects.
class Corrections {
public:
    Corrections(const ScenarioSource &source, const LoadedScenario &loaded)
        : m_source(source)
        , m_loaded(loaded)
        , m_system(withoutCorrections(loaded.scenario.model.dialect))
    {
        m_source.expectedScenario.clear();
        m_source.expectedRun.clear();
        m_source.expectedRules.reset();
        m_source.seed = loaded.seed;
        m_source.dialectFiles = loaded.scenario.dialectFiles;
        Dialects dialects(std::filesystem::path(loaded.file).parent_path().string(), m_source.dialectFiles);
        std::vector<Problem> problems;
        if (const Dialect *dialect = dialects.find(loaded.scenario.model.dialect, problems))
            for (const DialectDefect &defect : dialect->defects) {
                if (defect.isMended)
                    m_mended += "+" + defect.name;
                else
                    m_defects.push_back(defect);
            }
    }

    const std::vector<DialectDefect> &defects() const { return m_defects; }
    /// `NAME:corrected:A+B`, with those that are mended already.
    std::string nameWithout(const std::string &defect) const
    {
        return fmt::format("{}:corrected:{}{}", m_system, defect, m_mended);
    }
    std::string nameWithoutAny() const { return m_system + ":corrected"; }

    /// Nothing where the scenario asks for what that dialect has not.
    std::vector<ExpectationResult> resultsUnder(const std::string &dialect)
    {
        ScenarioSource source = m_source;
        source.dialect = dialect;
        try {
            LoadedScenario loaded = loadScenario(source, m_loaded.scenario.text);
            loaded.scenario.model.limits.eventsPerRun = 4 * mostEvents;
            return Simulation(loaded.scenario.model).run(loaded.seed).expectations;
        } catch (const Failure &) {
            return {};
        }
    }

private:
    ScenarioSource m_source;
    const LoadedScenario &m_loaded;
    std::string m_system;
    std::string m_mended;
    std::vector<DialectDefect> m_defects;
};

}

std::vector<std::string> defectBlame(const ScenarioSource &source, const LoadedScenario &loaded,
                                     const Recording &run)
{
    const std::vector<ExpectationResult> &before = run.result.expectations;
    std::vector<std::string> sentences(before.size());
    const auto isOpen = [&](std::size_t i) { return before[i].event.isValid() && sentences[i].empty(); };
    const auto isAnyOpen = [&] {
        for (std::size_t i = 0; i < before.size(); ++i)
            if (isOpen(i))
                return true;
        return false;
    };
    if (!isAnyOpen() || run.result.events > mostEvents)
        return sentences;
    Corrections corrections(source, loaded);
    const auto blame = [&](const std::string &dialect, const std::string &sentence) {
        const std::vector<ExpectationResult> after = corrections.resultsUnder(dialect);
        for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i)
            if (isOpen(i) && after[i].passed)
                sentences[i] = sentence;
    };
    for (const DialectDefect &defect : corrections.defects()) {
        const std::string dialect = corrections.nameWithout(defect.name);
        blame(dialect,
              fmt::format("a defect of the dialect brings this about: `{}`. {} Under {} the same run "
                          "meets the expectation",
                          defect.name, defect.about, dialect));
    }
    if (isAnyOpen() && corrections.defects().size() > 1)
        blame(corrections.nameWithoutAny(),
              fmt::format("defects of the dialect bring this about together: under {} the same run meets the "
                          "expectation",
                          corrections.nameWithoutAny()));
    return sentences;
}

}
