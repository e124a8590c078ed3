#include "simulator/scenario/scenario.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

/// Reads any bytes as a scenario: fuzz_scenario CORPUS tests/scenario/bad tests/scenario/good scenarios.
/// The lines behind a line "#set" are overrides, KEY=VALUE each.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    std::string text(reinterpret_cast<const char *>(data), size);
    std::vector<daruma::Override> overrides;
    if (std::size_t at = text.find("\n#set\n"); at != std::string::npos) {
        const std::string lines = text.substr(at + 6);
        text.resize(at + 1);
        for (std::size_t begin = 0; begin < lines.size();) {
            const std::size_t end = std::min(lines.find('\n', begin), lines.size());
            const std::string line = lines.substr(begin, end - begin);
            if (const std::size_t equals = line.find('='); equals != std::string::npos)
                overrides.push_back({line.substr(0, equals), line.substr(equals + 1)});
            begin = end + 1;
        }
    }
    daruma::ReadOptions options;
    // A count of a million is legal, and only slow.
    options.limits.nodes = 1'000;
    const auto scenario = daruma::readScenario(std::move(text), "fuzz.toml", overrides, {}, options);
    if (!scenario) {
        for (const daruma::Problem &problem : scenario.error())
            (void)toText(problem, "fuzz.toml").size();
    }
    return 0;
}
