#pragma once

#include "simulator/kernel/expression_evaluator.h"
#include "simulator/kernel/observers.h"
#include "simulator/kernel/tree_state.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace daruma {

/// Judges the expectations of a scenario from the stream of events alone (help topic `expectations`). The
/// state after every event counts: an instant of downtime is downtime.
class ExpectationChecker {
public:
    /// `model` must outlive it.
    explicit ExpectationChecker(const Model &model);

    /// Nothing to judge: the loop may skip it altogether.
    bool isIdle() const { return m_watches.empty(); }

    /// Before each run; keeps its memory.
    void reset();
    /// Every event of the run, in order; `nodes` knows all places that have appeared so far.
    void observe(const Event &event, EventId seq, const NodeTable &nodes, const TextTable &texts,
                 std::vector<Finding> &findings)
    {
        m_last = seq;
        m_texts = &texts;
        if (m_state.concerns(event))
            touched(event, nodes, findings);
    }
    /// When a truth may change by itself next, or a deadline ends: `timePassed` is due then, after everything
    /// else that happens in that instant and before anything later. Checks up to the horizon are something
    /// that can happen still, also where nothing else can. There are finitely many of them after an event.
    Instant nextCheck() const { return m_next; }
    void timePassed(Instant now, const TextTable &texts, std::vector<Finding> &findings);
    /// At the end of the run.
    void finish(Instant now, EventId last, const TextTable &texts, std::vector<Finding> &findings);
    /// Instead of `finish`, where a limit cut the run: what the rest of it could still have changed is
    /// undecided.
    void cut();

    /// Tells which event the finding of an expectation became.
    void reported(std::uint32_t expectation, Instant at, EventId violation);
    /// In the order of the model's.
    const std::vector<ExpectationResult> &results() const { return m_results; }

    /// Another table than before is started at that place.
    void redefine(NodeId node, const NodeTable &nodes) { m_state.redefine(node, nodes); }

private:
    /// One expectation during a run.
    struct Watch {
        const Expectation *expectation = nullptr;
        ExpressionEvaluator expression;
        ExpressionEvaluator whenever;

        bool awaitsStartUp = false;  ///< it begins at the end of the first start-up
        Instant from;                ///< else it begins here

        bool begun = false;
        bool settled = false;  ///< nothing can change its result any more
        bool wheneverHeld = false;
        bool isDue = false;  ///< the expression is owed, until the deadline
        Instant deadline = Instant::never();
        Instant next = Instant::never();
    };

    void touched(const Event &event, const NodeTable &nodes, std::vector<Finding> &findings);
    void evaluate(std::uint32_t index, Instant now, bool instantOver, std::vector<Finding> &findings);
    void judgeState(std::uint32_t index, Instant now, bool isFirst, std::vector<Finding> &findings);
    void judgeObligation(std::uint32_t index, Instant now, bool instantOver, std::vector<Finding> &findings);
    bool hasBegun(const Watch &watch, Instant now) const;
    void fail(std::uint32_t index, std::string message, std::vector<Finding> &findings);
    std::string withValues(const Watch &watch, std::string sentence, Instant now);
    std::string unmetSentence(const Watch &watch) const;
    void findNext();

    const Model *m_model;
    std::shared_ptr<const Selector> m_root;  ///< m_state refers to it, and so do those of copies
    TreeState m_state;
    std::vector<Watch> m_watches;
    std::vector<std::uint32_t> m_touched;
    std::vector<ExpectationResult> m_results;
    const TextTable *m_texts;  ///< of the call that is under way
    bool m_startUpOver = false;
    EventId m_last;
    Instant m_next = Instant::never();
};

}  // namespace daruma
