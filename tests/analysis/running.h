#pragma once

// moc 6.4 cannot read what <compare> brings.
#ifndef Q_MOC_RUN
#include "simulator/kernel/simulation.h"
#include "simulator/scenario/scenario.h"
#endif

#include <QTest>

namespace daruma {

/// A scenario given as text, and its run with its own seed. The text has to be right.
struct Ran {
    explicit Ran(const char *text)
        : scenario(std::move(*readScenario(text, "test.toml")))
        , run(record(scenario.model, scenario.model.seed))
    {}

    const Model &model() const { return scenario.model; }

    Scenario scenario;
    Recording run;
};

}
