#pragma once

#include "engine/time.h"
#include "simulator/kernel/selector.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace daruma {

/// The functions of the expectation language (CONTRACT section 1).
enum class StateFunction : std::uint8_t {
    Up,
    Down,
    Starting,
    Stopping,
    Restarts,  ///< start attempts after the first; with a second argument: in the last so much time
    GaveUp,
    Incarnation,
    Uptime,
    Lifecycle,   ///< compared with a name: alive, shutting_down …
    ExitReason,  ///< compared with a name: normal, panic …
    Running,     ///< how many of a glob's places are up
    Time,
};

enum class ExpressionOp : std::uint8_t {
    Number,  ///< `number`: a count, or a duration in ns
    Text,    ///< a name that a function is compared with: `number` is its code, a LifecycleState or a
             ///< ReasonKind; a reason's text is `texts[(number >> 32) - 1]`, 0 meaning any
    Call,    ///< `function` of `selector`; `number` is the window in ns, or 0
    Add,
    Subtract,
    Multiply,
    Divide,
    Less,
    LessEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
    And,
    Or,
    Not,
    Implies,
};

/// An expression as a flat list in postfix order: operands stand before their operator, the root is last.
struct Expression {
    struct Step {
        ExpressionOp op = ExpressionOp::Number;
        StateFunction function = StateFunction::Up;
        std::uint32_t selector = 0;  ///< index into `selectors`
        std::int64_t number = 0;
    };
    std::vector<Step> steps;
    std::vector<Selector> selectors;
    std::vector<std::string> texts;
    std::string text;  ///< as written, for messages

    bool isEmpty() const { return steps.empty(); }
};

enum class ExpectationForm : std::uint8_t { Always, Never, Eventually, Finally, Sometimes };

constexpr std::string_view toText(ExpectationForm form)
{
    constexpr std::string_view names[] = {"always", "never", "eventually", "finally", "sometimes"};
    return names[static_cast<std::size_t>(form)];
}

struct Expectation {
    std::string name;
    ExpectationForm form = ExpectationForm::Always;
    Expression expression;
    Expression whenever;  ///< of `eventually`; may be empty
    Duration within = Duration::never();
    /// `always` and `never` hold from the end of the first start-up unless `from` says otherwise.
    std::optional<Instant> from;
};

}  // namespace daruma
