#include "simulator/kernel/expression_evaluator.h"

#include "simulator/kernel/duration_text.h"

#include <algorithm>

namespace daruma {

namespace {

constexpr bool isComparison(ExpressionOp op)
{
    return op >= ExpressionOp::Less && op <= ExpressionOp::GreaterEqual;
}

constexpr bool isNameFunction(StateFunction function)
{
    return function == StateFunction::Lifecycle || function == StateFunction::ExitReason;
}

MovingNumber still(std::int64_t value)
{
    MovingNumber number;
    number.value = value;
    return number;
}

MovingNumber since(Instant began, Instant now)
{
    MovingNumber number;
    number.value = (now - began).ns();
    number.slope = 1;
    return number;
}

bool isTrue(const MovingNumber &number)
{
    return number.value != 0;
}

std::string reasonText(const PlaceState &place, const TextTable &texts)
{
    if (!place.hasReason)
        return "none";
    std::string text(toText(place.reason));
    if (place.reasonText.isValid())
        text += ":" + std::string(texts[place.reasonText]);
    return text;
}

std::string lifecycleText(const PlaceState &place)
{
    return place.lifecycle == PlaceState::noLifecycle
               ? "none"
               : std::string(toText(static_cast<LifecycleState>(place.lifecycle)));
}

/// Bare where the language can read it so.
std::string placeText(const std::string &name)
{
    const auto isBare = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || std::string_view("_-./[]*?").find(c) != std::string_view::npos;
    };
    return !name.empty() && std::all_of(name.begin(), name.end(), isBare) ? name : "\"" + name + "\"";
}

}  // namespace

std::string_view toText(StateFunction function)
{
    constexpr std::string_view names[] = {"up",        "down",        "starting",    "stopping",
                                          "restarts",  "gave_up",     "incarnation", "uptime",
                                          "lifecycle", "exit_reason", "running",     "time"};
    return names[static_cast<std::size_t>(function)];
}

std::string callText(const Expression &expression, const Expression::Step &step)
{
    std::string text(toText(step.function));
    if (step.function == StateFunction::Time)
        return text;
    text += "(" + placeText(expression.selectors[step.selector].text);
    if (step.function == StateFunction::Restarts && step.number > 0)
        text += ", " + toText(Duration::nanoseconds(step.number));
    return text + ")";
}

ExpressionEvaluator::ExpressionEvaluator(const Expression &expression, TreeState &state)
    : m_expression(&expression)
{
    for (const Expression::Step &from : expression.steps) {
        Step &step = m_steps.emplace_back();
        step.op = from.op;
        step.function = from.function;
        step.number = from.number;
        if (from.op != ExpressionOp::Call || from.function == StateFunction::Time)
            continue;
        step.group = state.group(expression.selectors[from.selector]);
        if (from.function == StateFunction::Restarts && from.number > 0)
            step.log = state.restartLog(step.group, Duration::nanoseconds(from.number));
    }
}

void ExpressionEvaluator::watch(TreeState &state, std::uint32_t watcher) const
{
    for (const Step &step : m_steps)
        if (step.op == ExpressionOp::Call && step.function != StateFunction::Time)
            state.watch(step.group, kindsOf(step.function), watcher);
}

MovingNumber ExpressionEvaluator::call(const Step &step, TreeState &state, Instant now, Instant &until) const
{
    if (step.function == StateFunction::Time)
        return since(Instant::start(), now);
    const PlaceGroup &group = state[step.group];
    switch (step.function) {
    case StateFunction::Up:
        return still(group.allAre(Phase::Up));
    case StateFunction::Down:
        return still(group.count(Phase::Down) == group.members.size());
    case StateFunction::Starting:
        return still(group.allAre(Phase::Starting));
    case StateFunction::Stopping:
        return still(group.allAre(Phase::Stopping));
    case StateFunction::GaveUp:
        return still(group.gaveUp > 0);
    case StateFunction::Incarnation:
        return still(group.incarnations);
    case StateFunction::Running:
        return still(group.count(Phase::Up));
    case StateFunction::Uptime:
        return group.allAre(Phase::Up) ? since(group.lastStarted, now) : still(0);
    case StateFunction::Restarts: {
        if (step.log == noLog)
            return still(group.restarts);
        const std::int64_t count = state.log(step.log).count(now);
        until = std::min(until, state.log(step.log).nextFall());
        return still(count);
    }
    default:
        return {};
    }
}

bool ExpressionEvaluator::haveName(const Operand &function, std::int64_t code, const TreeState &state,
                                   const TextTable &texts) const
{
    // A code is the number of a name; of a reason with a text, the text's place in the high half.
    const auto kind = static_cast<std::uint8_t>(code & 0xff);
    const auto text = static_cast<std::size_t>(code >> 32);
    const auto hasName = [&](NodeId node) {
        const PlaceState &place = state.place(node);
        if (function.function == StateFunction::Lifecycle)
            return place.lifecycle == kind;
        if (!place.hasReason || static_cast<std::uint8_t>(place.reason) != kind)
            return false;
        return text == 0 || texts[place.reasonText] == m_expression->texts[text - 1];
    };
    const std::vector<NodeId> &members = state[function.group].members;
    return !members.empty() && std::all_of(members.begin(), members.end(), hasName);
}

void ExpressionEvaluator::apply(const Step &step, TreeState &state, const TextTable &texts, Instant now,
                                Instant &until)
{
    if (step.op == ExpressionOp::Not) {
        m_stack.back().number = still(!isTrue(m_stack.back().number));
        return;
    }
    const Operand right = m_stack.back();
    m_stack.pop_back();
    Operand &left = m_stack.back();
    const MovingNumber a = left.number;
    const MovingNumber &b = right.number;
    switch (step.op) {
    case ExpressionOp::Add:
        left.number = add(a, b);
        break;
    case ExpressionOp::Subtract:
        left.number = subtract(a, b);
        break;
    case ExpressionOp::Multiply:
        left.number = multiply(a, b);
        break;
    case ExpressionOp::Divide:
        left.number = divide(a, b);
        break;
    case ExpressionOp::And:
        left.number = still(isTrue(a) && isTrue(b));
        break;
    case ExpressionOp::Or:
        left.number = still(isTrue(a) || isTrue(b));
        break;
    case ExpressionOp::Implies:
        left.number = still(!isTrue(a) || isTrue(b));
        break;
    default: {
        DARUMA_ASSERT(isComparison(step.op), "every operator of two operands is known");
        if (isNameFunction(left.function)) {
            const bool same = haveName(left, static_cast<std::int64_t>(b.value), state, texts);
            left.number = still(same == (step.op == ExpressionOp::Equal));
            left.function = StateFunction::Up;
            break;
        }
        const Truth truth = compare(step.op, a, b, now);
        until = std::min(until, truth.until);
        left.number = still(truth.holds);
    }
    }
}

Truth ExpressionEvaluator::evaluate(TreeState &state, const TextTable &texts, Instant now)
{
    Instant until = Instant::never();
    m_stack.clear();
    for (const Step &step : m_steps) {
        switch (step.op) {
        case ExpressionOp::Number:
        case ExpressionOp::Text:
            m_stack.push_back({still(step.number), 0, StateFunction::Up});
            break;
        case ExpressionOp::Call:
            m_stack.push_back({call(step, state, now, until), step.group, step.function});
            break;
        default:
            apply(step, state, texts, now, until);
        }
    }
    DARUMA_ASSERT(m_stack.size() == 1, "an expression in postfix order leaves one value");
    return {isTrue(m_stack.back().number), until};
}

std::string ExpressionEvaluator::valueText(const Step &step, const std::string &name, TreeState &state,
                                           const TextTable &texts, Instant now) const
{
    Instant until;
    const std::int64_t value = static_cast<std::int64_t>(call(step, state, now, until).value);
    switch (step.function) {
    case StateFunction::Up:
    case StateFunction::Down:
    case StateFunction::Starting:
    case StateFunction::Stopping:
    case StateFunction::GaveUp:
        return name + (value ? " is true" : " is false");
    case StateFunction::Uptime:
    case StateFunction::Time:
        return name + " = " + toText(Duration::nanoseconds(value));
    case StateFunction::Lifecycle:
    case StateFunction::ExitReason: {
        const std::vector<NodeId> &members = state[step.group].members;
        if (members.size() != 1)
            return {};
        const PlaceState &place = state.place(members.front());
        return name + " = "
               + (step.function == StateFunction::Lifecycle ? lifecycleText(place)
                                                            : reasonText(place, texts));
    }
    default:
        return name + " = " + std::to_string(value);
    }
}

std::string ExpressionEvaluator::values(TreeState &state, const TextTable &texts, Instant now) const
{
    constexpr std::size_t most = 6;
    std::string result;
    std::vector<std::string> named;
    // A lone function, negated or not, says it all itself.
    if (m_steps.size() <= 2)
        return result;
    for (std::size_t i = 0; i < m_steps.size() && named.size() < most; ++i) {
        if (m_steps[i].op != ExpressionOp::Call)
            continue;
        const std::string name = callText(*m_expression, m_expression->steps[i]);
        if (std::find(named.begin(), named.end(), name) != named.end())
            continue;
        const std::string text = valueText(m_steps[i], name, state, texts, now);
        if (text.empty())
            continue;
        named.push_back(name);
        result += (result.empty() ? "" : ", ") + text;
    }
    return result;
}

}  // namespace daruma
