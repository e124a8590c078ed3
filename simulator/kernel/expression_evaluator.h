#pragma once

#include "simulator/kernel/expectation.h"
#include "simulator/kernel/tree_state.h"

#include <cstdint>
#include <string>
#include <vector>

namespace daruma {

/// A number of the expectation language at some moment, and how it goes on from there until the next event:
/// (value + slope * t) / divisor with t in ns. Exact; what does not fit into 128 bits and what was divided by
/// zero is undefined, and every comparison with it is false.
struct MovingNumber {
    __extension__ typedef __int128 Wide;

    Wide value = 0;
    Wide slope = 0;
    Wide divisor = 1; ///< > 0
    bool isDefined = true;
};

MovingNumber add(const MovingNumber &a, const MovingNumber &b);
MovingNumber subtract(const MovingNumber &a, const MovingNumber &b);
/// Products and quotients of two numbers that both move are not linear: undefined. The parser refuses them.
MovingNumber multiply(const MovingNumber &a, const MovingNumber &b);
MovingNumber divide(const MovingNumber &a, const MovingNumber &b);

/// A truth, and when it may become another by itself, without an event: never earlier than it does.
struct Truth {
    bool holds = false;
    Instant until = Instant::never();
};

/// `op` is a comparison; `until` is exact.
Truth compare(ExpressionOp op, const MovingNumber &a, const MovingNumber &b, Instant now);

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
    /// The values that decide, such as `restarts(db) = 4, up(web) is false`; empty where the expression says it
    /// itself.
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
    bool haveName(const Operand &function, std::int64_t code, const TreeState &state, const TextTable &texts) const;
    void apply(const Step &step, TreeState &state, const TextTable &texts, Instant now, Instant &until);

    const Expression *m_expression = nullptr;
    std::vector<Step> m_steps;
    std::vector<Operand> m_stack;
};

/// `restarts(db, 10s)`.
std::string callText(const Expression &expression, const Expression::Step &step);

std::string_view toText(StateFunction function);

} // namespace daruma
