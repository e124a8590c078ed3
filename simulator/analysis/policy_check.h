#pragma once

#include "simulator/scenario/scenario.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// What a scenario's policies will do, judged without running it (help topic `checks`).
struct PolicyFinding {
    enum class Severity : std::uint8_t {
        Note,     ///< worth knowing; the policy may be meant so
        Finding,  ///< what nobody wants on purpose
    };

    std::string_view check;  ///< the name of the row in policyChecks()
    Severity severity = Severity::Finding;
    int line = 0;         ///< of the scenario's text
    std::string message;  ///< a sentence without its full stop
};

struct PolicyCheck {
    std::string_view name;         ///< `limit-cannot-trip`
    std::string_view explanation;  ///< one sentence
};

/// All checks, in the order of the help.
std::span<const PolicyCheck> policyChecks();

/// Everything that the checks find, ordered by line.
std::vector<PolicyFinding> checkPolicies(const Scenario &scenario);

}  // namespace daruma
