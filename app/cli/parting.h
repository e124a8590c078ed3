#pragma once

#include "simulator/kernel/simulation.h"

#include <cstdint>
#include <string>

namespace daruma {

/// When and where two runs part: what the first of the two events that differ tells.
struct Parting {
    std::int64_t t = 0;
    std::string place;
};

/// `seq`: their first difference, which at least one of them has an event at.
Parting partingAt(const Recording &left, const Recording &right, std::uint64_t seq);

/// The event in words, `at 10.2 s db_sup gave up (2 of 1)`; says so where the run was over before.
std::string eventText(const Model &model, const Recording &run, std::uint64_t seq);

}
