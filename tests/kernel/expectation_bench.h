#pragma once

#include "simulator/kernel/expectation_checker.h"
#include "tests/kernel/event_bench.h"

#include <QString>

#include <memory>
#include <string>
#include <vector>

namespace daruma {

inline constexpr std::int64_t ms = 1'000'000;

/// Writes expressions in postfix order.
class Postfix {
public:
    Postfix(const EventBench &bench, std::string text)
        : m_bench(bench)
    {
        m_expression.text = std::move(text);
    }
    Postfix &call(StateFunction function, const std::vector<std::string> &names, std::int64_t window = 0)
    {
        add(ExpressionOp::Call, window);
        m_expression.steps.back().function = function;
        m_expression.steps.back().selector = static_cast<std::uint32_t>(m_expression.selectors.size());
        m_expression.selectors.push_back(m_bench.selector(names.empty() ? "later*" : names.front(), names));
        return *this;
    }
    Postfix &time()
    {
        add(ExpressionOp::Call, 0);
        m_expression.steps.back().function = StateFunction::Time;
        return *this;
    }
    Postfix &number(std::int64_t value) { return add(ExpressionOp::Number, value); }
    Postfix &name(std::int64_t code, const std::string &text = {})
    {
        if (!text.empty()) {
            m_expression.texts.push_back(text);
            code |= static_cast<std::int64_t>(m_expression.texts.size()) << 32;
        }
        return add(ExpressionOp::Text, code);
    }
    Postfix &operator()(ExpressionOp op) { return add(op, 0); }
    operator Expression() const { return m_expression; }

private:
    Postfix &add(ExpressionOp op, std::int64_t number)
    {
        Expression::Step step;
        step.op = op;
        step.number = number;
        m_expression.steps.push_back(step);
        return *this;
    }

    const EventBench &m_bench;
    Expression m_expression;
};

/// app supervises db and web. Time passes as the loop of a simulation lets it pass.
struct ExpectationBench : EventBench {
    ExpectationBench() { children("app", {"db", "web"}); }

    Expression up(const std::string &name) const
    {
        return Postfix(*this, "up(" + name + ")").call(StateFunction::Up, {name});
    }
    Expression compare(StateFunction function, const std::string &name, ExpressionOp op, std::int64_t value,
                       std::int64_t window = 0) const
    {
        return Postfix(*this, "E").call(function, {name}, window).number(value)(op);
    }
    Expectation &expect(ExpectationForm form, const Expression &expression)
    {
        Expectation &added = model.expectations.emplace_back();
        added.form = form;
        added.expression = expression;
        return added;
    }

    ExpectationBench &run()
    {
        begin();
        checker = std::make_unique<ExpectationChecker>(model);
        listener = [this](const Event &event, EventId id, const NodeTable &table) {
            passTime(event.t);
            checker->observe(event, id, table, model.texts, findings);
        };
        return *this;
    }
    ExpectationBench &boot()
    {
        run();
        start("app").up("db").up("web").started("app").lifecycle(LifecycleState::Alive);
        return *this;
    }
    void passTime(std::int64_t until)
    {
        while (checker->nextCheck().ns() < until) {
            checks.push_back(checker->nextCheck().ns());
            const std::size_t before = findings.size();
            checker->timePassed(Instant::fromNs(checks.back()), model.texts, findings);
            if (findings.size() > before)
                foundAt = checks.back();
        }
    }
    /// The message of the only expectation, or nothing where it passed.
    QString end(std::int64_t atMs)
    {
        passTime(atMs * ms + 1);
        checker->finish(Instant::fromNs(atMs * ms), last, model.texts, findings);
        const ExpectationResult &result = checker->results().front();
        if (result.passed != result.message.empty() || findings.size() != (result.passed ? 0U : 1U))
            return "the result and the findings disagree";
        return QString::fromStdString(result.message);
    }

    std::unique_ptr<ExpectationChecker> checker;
    std::vector<Finding> findings;
    std::vector<std::int64_t> checks;
    std::int64_t foundAt = -1;  ///< in ns, where the passing of time alone found it
};

}
