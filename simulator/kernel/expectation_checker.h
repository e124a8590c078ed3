#pragma once

#include "simulator/kernel/observers.h"

#include <cstdint>
#include <vector>

namespace daruma {

/// Judges the expectations of a scenario from the stream of events alone (help topic `expectations`). The state
/// after every event counts: an instant of downtime is downtime.
class ExpectationChecker {
public:
    /// `model` must outlive it.
    explicit ExpectationChecker(const Model &model);

    /// Nothing to judge: the loop may skip it altogether.
    bool isIdle() const { return m_model->expectations.empty(); }

    /// Before each run; keeps its memory.
    void reset();
    /// Every event of the run, in order; `nodes` knows all places that have appeared so far.
    void observe(const Event &event, EventId seq, const NodeTable &nodes, const TextTable &texts,
                 std::vector<Finding> &findings);
    /// When a truth may change by itself next, or a deadline ends: `timePassed` is due then, after everything
    /// else that happens in that instant and before anything later. Checks up to the horizon are something
    /// that can happen still, also where nothing else can. There are finitely many of them after an event.
    Instant nextCheck() const { return m_next; }
    void timePassed(Instant now, std::vector<Finding> &findings);
    /// At the end of the run.
    void finish(Instant now, EventId last, std::vector<Finding> &findings);

    /// Tells which event the finding of an expectation became, for the results.
    void reported(std::uint32_t expectation, Instant at, EventId violation);
    /// In the order of the model's.
    const std::vector<ExpectationResult> &results() const { return m_results; }

private:
    const Model *m_model;
    Instant m_next = Instant::never();
    std::vector<ExpectationResult> m_results;
};

} // namespace daruma
