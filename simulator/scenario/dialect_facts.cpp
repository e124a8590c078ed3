#include "simulator/scenario/dialect_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace daruma {

namespace {

// OTP 25 supervisor(3): intensity 1 and period 5; Elixir's Supervisor: max_restarts 3 in 5 seconds.
constexpr std::array<DialectFacts, 2> facts{{{"otp", 1}, {"elixir", 3}}};

}

const DialectFacts *findDialect(std::string_view name)
{
    const auto found = std::find_if(facts.begin(), facts.end(),
                                    [name](const DialectFacts &dialect) { return dialect.name == name; });
    return found == facts.end() ? nullptr : &*found;
}

std::string unknownDialect(std::string_view name)
{
    return fmt::format("the dialect \"{}\" is not known: this version has \"otp\" and \"elixir\" only", name);
}

}
