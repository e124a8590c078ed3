#pragma once

#include "simulator/scenario/dialect.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace daruma {

/// Random trees with random faults, of what the dialect has.
class RandomScenario {
public:
    RandomScenario(const Dialect &dialect, std::uint64_t seed);

    std::string text();
    /// The same with outages, faults that events set off, expectations, and at times random ties.
    std::string richText();

private:
    std::size_t below(std::size_t bound) { return m_random() % bound; }
    template <typename Values> std::string oneOf(const Values &values)
    {
        return std::string(*(std::begin(values) + static_cast<std::ptrdiff_t>(below(std::size(values)))));
    }
    bool has(const std::string &strategy) const;
    void supervisor(const std::string &name, int depth);
    void worker(const std::string &name);
    void command(const std::string &what, std::size_t ms);
    void fault();
    void outage();
    void triggeredFault();
    void expectation();

    const Dialect &m_dialect;
    std::mt19937_64 m_random;
    std::string m_text;
    std::vector<std::string> m_names;
    std::vector<std::string> m_supervisors;
};

}
