#pragma once

// moc 6.4 cannot read what <compare> brings.
#ifndef Q_MOC_RUN
#include "simulator/kernel/simulation.h"
#include "simulator/scenario/scenario.h"
#endif

#include <QTest>

#include <cstdint>
#include <string>
#include <string_view>

namespace daruma {

/// What of a run is written down. Names stand apart by blanks; empty means all.
struct Show {
    std::string_view kinds = {};
    std::string_view nodes = {};  ///< without the root's name in front; globs too
    bool causes = false;          ///< behind each event ` <- ` and what brought it about
    std::uint64_t seed = 1;
};

/// The model of a scenario, whose text has to be right.
Model modelOf(std::string_view scenario, const Limits &limits = {});
Recording runOf(std::string_view scenario, std::uint64_t seed = 1, const Limits &limits = {});

/// One event: `exit b#1 panic`, `restart b#1 1/3 after 2s`, `fault b dropped`.
std::string eventText(const Recording &recording, const Event &event);

/// The run as one line for each instant: `10s: fault b, exit b#1 panic, restart b#1 1/1, start b#2`.
std::string told(const Recording &recording, const Show &show = {});
std::string play(std::string_view scenario, const Show &show = {});

/// The lines of a raw string without the indentation and the empty ones; one that does not begin with a time
/// goes on where the one before ends.
std::string lines(std::string_view text);

}  // namespace daruma

// moc 6.4 loses its way in raw strings that are arguments of a macro.
#ifndef Q_MOC_RUN
#define TOLD(actual, expected) \
    do { \
        const std::string &now = (actual); \
        QVERIFY2(now == daruma::lines(expected), ("it went\n" + now).c_str()); \
    } while (false)
#endif
