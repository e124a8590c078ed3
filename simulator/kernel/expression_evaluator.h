#pragma once

#include "simulator/kernel/moving_number.h"
#include "simulator/kernel/tree_state.h"

#include <cstdint>
#include <string>
#include <vector>

namespace daruma {

/// An expression that is ready to be evaluated against a TreeState.
class ExpressionEvaluator {
public:
    ExpressionEvaluator() = default;
    /// `expression` must outlive it.
    ExpressionEvaluator(const Expression &expression, TreeState &state);

    /// Has `watcher` told of the events that may change it.
    void watch(TreeState &state, std::uint32_t watcher) const;

    bool isEmpty() const { return m_steps.empty(); }
    Truth evaluate(TreeState &state, const TextTable &texts, Instant now);
    /// The values that decide, such as `restarts(db) = 4, up(web) is false`; empty where the expression says
    /// it itself.
    std::string values(TreeState &state, const TextTable &texts, Instant now) const;

private:
    struct Step {
        ExpressionOp op = ExpressionOp::Number;
        StateFunction function = StateFunction::Up;
        std::uint32_t group = 0;
        std::uint32_t log = noLog;
        std::int64_t number = 0;
    };
    struct Operand {
        MovingNumber number;
        std::uint32_t group = 0;  ///< of a function whose value is a name
        StateFunction function = StateFunction::Up;
    };

    static constexpr std::uint32_t noLog = 0xffff'ffff;

    MovingNumber call(const Step &step, TreeState &state, Instant now, Instant &until) const;
    bool haveName(const Operand &function, std::int64_t code, const TreeState &state,
                  const TextTable &texts) const;
    std::string valueText(const Step &step, const std::string &name, TreeState &state, const TextTable &texts,
                          Instant now) const;
    void apply(const Step &step, TreeState &state, const TextTable &texts, Instant now, Instant &until);

    const Expression *m_expression = nullptr;
    std::vector<Step> m_steps;
    std::vector<Operand> m_stack;
};

/// `restarts(db, 10s)`.
std::string callText(const Expression &expression, const Expression::Step &step);

std::string_view toText(StateFunction function);

}  // namespace daruma
