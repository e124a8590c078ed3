#include "simulator/scenario/expression_parser.h"

#include "simulator/kernel/duration_text.h"
#include "simulator/kernel/expression_evaluator.h"
#include "simulator/scenario/expression_parts.h"
#include "simulator/scenario/expression_text.h"
#include "simulator/scenario/selectors.h"

#include <algorithm>
#include <charconv>

namespace daruma {

namespace {

class Parser : private ExpressionText {
public:
    Parser(std::string_view text, const PlaceNames &places)
        : ExpressionText(text)
        , m_places(places)
    {
        m_expression.text = withoutBlanks();
    }

    tl::expected<Expression, ExpressionProblem> parse()
    {
        const Part whole = implication();
        skipBlanks();
        if (!m_problem && m_at < m_text.size())
            strayText();
        if (!m_problem && whole.type != PartType::Truth)
            fail(whole.offset, "this is " + std::string(inWords(whole.type)) + ", not true or false",
                 "compare it, such as `restarts(db) > 0`");
        if (m_problem)
            return tl::unexpected(*m_problem);
        return std::move(m_expression);
    }

private:
    Part fail(std::size_t offset, std::string message, std::string hint = {})
    {
        note(offset, std::move(message), std::move(hint));
        return {};
    }

    void strayText()
    {
        static constexpr std::pair<std::string_view, std::string_view> others[] = {
            {"&&", "and"}, {"||", "or"}, {"!", "not"}, {"=>", "implies"}, {"->", "implies"}, {"=", "=="}};
        for (const auto &[symbol, meant] : others)
            if (m_text.substr(m_at, symbol.size()) == symbol) {
                fail(m_at, "unexpected " + inBackticks(symbol), suggestion(meant));
                return;
            }
        if (m_text[m_at] == ')') {
            fail(m_at, "this `)` closes nothing");
            return;
        }
        const std::string_view word = peekWord();
        if (word.empty()) {
            fail(m_at, "unexpected " + inBackticks(m_text.substr(m_at, 1)));
            return;
        }
        fail(m_at, "unexpected " + inBackticks(word) + " after a whole expression",
             suggestion(closestWord(word)));
    }

    void push(ExpressionOp op, std::int64_t number = 0)
    {
        Expression::Step step;
        step.op = op;
        step.number = number;
        m_expression.steps.push_back(step);
    }

    // Operators, loosest first
    // --------------------------------------------------------------------------------

    void requireTruth(const Part &part, std::string_view word)
    {
        if (part.type != PartType::Truth)
            fail(part.offset, inBackticks(word) + " takes what is true or false; this is "
                                  + std::string(inWords(part.type)));
    }

    Part joined(const Part &left, const Part &right, std::string_view word, ExpressionOp op)
    {
        requireTruth(left, word);
        requireTruth(right, word);
        push(op);
        return {PartType::Truth, false, left.offset, {}, {}};
    }

    Part implication()
    {
        Part left = disjunction();
        if (!acceptWord("implies"))
            return left;
        const Nesting nesting(*this);
        const Part right = nesting.isTooDeep() ? Part{} : implication();
        return joined(left, right, "implies", ExpressionOp::Implies);
    }

    Part disjunction()
    {
        Part left = conjunction();
        while (acceptWord("or"))
            left = joined(left, conjunction(), "or", ExpressionOp::Or);
        return left;
    }

    Part conjunction()
    {
        Part left = negation();
        while (acceptWord("and"))
            left = joined(left, negation(), "and", ExpressionOp::And);
        return left;
    }

    Part negation()
    {
        skipBlanks();
        const std::size_t offset = m_at;
        if (!acceptWord("not"))
            return comparison();
        const Nesting nesting(*this);
        const Part part = nesting.isTooDeep() ? Part{} : negation();
        requireTruth(part, "not");
        push(ExpressionOp::Not);
        return {PartType::Truth, false, offset, {}, {}};
    }

    std::optional<ExpressionOp> comparisonSign()
    {
        static constexpr std::pair<std::string_view, ExpressionOp> signs[] = {
            {"<=", ExpressionOp::LessEqual}, {">=", ExpressionOp::GreaterEqual},
            {"==", ExpressionOp::Equal},     {"!=", ExpressionOp::NotEqual},
            {"<", ExpressionOp::Less},       {">", ExpressionOp::Greater}};
        for (const auto &[symbol, op] : signs)
            if (accept(symbol))
                return op;
        return std::nullopt;
    }

    Part comparison()
    {
        Part left = sum();
        skipBlanks();
        const std::size_t signOffset = m_at;
        const std::optional<ExpressionOp> op = comparisonSign();
        if (!op)
            return left;
        Part right = sum();
        if (m_problem)
            return {};
        const bool isEquality = *op == ExpressionOp::Equal || *op == ExpressionOp::NotEqual;
        if (left.type == PartType::Name && right.type == PartType::NameFunction) {
            std::swap(left, right);
            std::swap(m_expression.steps.back(), *(m_expression.steps.end() - 2));
        }
        if (left.type == PartType::NameFunction || left.type == PartType::Name
            || right.type == PartType::Name) {
            if (left.type != PartType::NameFunction || right.type != PartType::Name)
                return notComparable(left, right, signOffset);
            if (!isEquality)
                return fail(signOffset, "names are only equal or not", "use `==` or `!=`");
            nameCode(left.function, right);
        } else if (left.type != right.type) {
            return notComparable(left, right, signOffset);
        } else if (left.type == PartType::Truth && !isEquality) {
            return fail(signOffset, "what is true or false is neither smaller nor greater");
        }
        push(*op);
        skipBlanks();
        const std::size_t next = m_at;
        if (comparisonSign())
            return fail(next, "comparisons do not chain", "join two of them with `and`");
        return {PartType::Truth, false, std::min(left.offset, right.offset), {}, {}};
    }

    Part notComparable(const Part &left, const Part &right, std::size_t offset)
    {
        std::string hint;
        if ((left.type == PartType::Length && right.type == PartType::Count)
            || (left.type == PartType::Count && right.type == PartType::Length))
            hint = "durations have a unit, such as `5s`";
        if (left.type == PartType::Name && right.type != PartType::NameFunction)
            return unknownWord(left);
        if (right.type == PartType::Name && left.type != PartType::NameFunction)
            return unknownWord(right);
        return fail(offset,
                    std::string(inWords(left.type)) + " cannot be compared with "
                        + std::string(inWords(right.type)),
                    hint);
    }

    void nameCode(StateFunction function, const Part &name)
    {
        const auto code = codeOfName(function, name.name, m_expression.texts);
        if (code)
            m_expression.steps.back().number = *code;
        else
            fail(name.offset, code.error().message, code.error().hint);
    }

    bool requireNumber(const Part &part, std::string_view sign)
    {
        if (m_problem || part.type == PartType::Count || part.type == PartType::Length)
            return !m_problem;
        if (part.type == PartType::Name)
            unknownWord(part);
        else
            fail(part.offset,
                 inBackticks(sign) + " takes numbers; this is " + std::string(inWords(part.type)));
        return false;
    }

    Part sum()
    {
        Part left = product();
        while (!m_problem) {
            skipBlanks();
            const std::size_t offset = m_at;
            const bool isPlus = accept("+");
            // `->` is a mistyped `implies`.
            if (!isPlus && (m_text.substr(m_at, 2) == "->" || !accept("-")))
                break;
            const Part right = product();
            const std::string_view sign = isPlus ? "+" : "-";
            if (!requireNumber(left, sign) || !requireNumber(right, sign))
                return {};
            if (left.type != right.type)
                return fail(offset, "a count and a duration cannot be added",
                            "durations have a unit, such as `5s`");
            push(isPlus ? ExpressionOp::Add : ExpressionOp::Subtract);
            left.moves = left.moves || right.moves;
        }
        return left;
    }

    Part product()
    {
        Part left = signedPart();
        while (!m_problem) {
            skipBlanks();
            const std::size_t offset = m_at;
            const bool isTimes = accept("*");
            if (!isTimes && !accept("/"))
                break;
            const Part right = signedPart();
            const std::string_view sign = isTimes ? "*" : "/";
            if (!requireNumber(left, sign) || !requireNumber(right, sign))
                return {};
            left = isTimes ? times(left, right, offset) : dividedBy(left, right, offset);
        }
        return left;
    }

    Part times(const Part &left, const Part &right, std::size_t offset)
    {
        if (left.type == PartType::Length && right.type == PartType::Length)
            return fail(offset, "a product of two durations means nothing");
        if (left.moves && right.moves)
            return fail(offset, "a product of two values that both change with time");
        push(ExpressionOp::Multiply);
        const PartType type = left.type == PartType::Length ? left.type : right.type;
        return {type, left.moves || right.moves, left.offset, {}, {}};
    }

    Part dividedBy(const Part &left, const Part &right, std::size_t offset)
    {
        if (left.type == PartType::Count && right.type == PartType::Length)
            return fail(offset, "a count divided by a duration means nothing",
                        "divide a duration by a duration, or count in a window: `restarts(db, 1m)`");
        if (left.moves && right.moves)
            return fail(offset, "a quotient of two values that both change with time",
                        "multiply instead: `uptime(db) > 0.9 * time`");
        if (right.moves)
            return fail(offset, "a divisor that changes with time", "multiply both sides by it");
        const Expression::Step &divisor = m_expression.steps.back();
        if (divisor.op == ExpressionOp::Number && divisor.number == 0)
            return fail(offset, "a division by zero");
        push(ExpressionOp::Divide);
        return {
            right.type == PartType::Length ? PartType::Count : left.type, left.moves, left.offset, {}, {}};
    }

    Part signedPart()
    {
        skipBlanks();
        const std::size_t offset = m_at;
        if (!accept("-"))
            return primary();
        const Nesting nesting(*this);
        push(ExpressionOp::Number, 0);
        Part part = nesting.isTooDeep() ? Part{} : signedPart();
        if (!requireNumber(part, "-"))
            return {};
        push(ExpressionOp::Subtract);
        part.offset = offset;
        return part;
    }

    // Operands
    // ------------------------------------------------------------------------------------------------

    Part primary()
    {
        skipBlanks();
        const std::size_t offset = m_at;
        if (m_problem)
            return {};
        if (m_at == m_text.size())
            return fail(offset, offset == 0 ? "the expression is empty" : "the expression ends too early");
        if (accept("(")) {
            const Nesting nesting(*this);
            Part part = nesting.isTooDeep() ? Part{} : implication();
            if (!m_problem && !accept(")"))
                return fail(m_at < m_text.size() ? m_at : offset, "a `)` is missing");
            part.offset = offset;
            return part;
        }
        if (isDigit(m_text[m_at]))
            return number();
        if (m_text[m_at] == '"' || m_text[m_at] == '\'') {
            Part name{PartType::Name, false, offset, {}, quotedName()};
            push(ExpressionOp::Text);
            return name;
        }
        const std::string_view word = peekWord();
        if (word.empty()) {
            strayText();
            return {};
        }
        if (isOperator(word))
            return fail(offset, "something is missing before " + inBackticks(word));
        m_at += word.size();
        return functionOrName(word, offset);
    }

    Part functionOrName(std::string_view word, std::size_t offset)
    {
        const FunctionRow *row = findFunction(word);
        const bool isKnown = row != nullptr;
        if (isKnown && row->function == StateFunction::Time) {
            push(ExpressionOp::Call);
            m_expression.steps.back().function = StateFunction::Time;
            return {PartType::Length, true, offset, StateFunction::Time, {}};
        }
        const bool isCalled = accept("(");
        if (isKnown && isCalled)
            return call(*row, offset);
        if (isKnown)
            return fail(offset, inBackticks(word) + " takes the name of a place",
                        "such as " + inBackticks(std::string(word) + "(db)"));
        Part name{PartType::Name, false, offset, {}, std::string(word)};
        if (isCalled)
            return unknownWord(name);
        push(ExpressionOp::Text);
        return name;
    }

    Part unknownWord(const Part &word)
    {
        return fail(word.offset, "unknown function " + inBackticks(word.name),
                    suggestion(closestWord(word.name)));
    }

    Part call(const FunctionRow &row, std::size_t offset)
    {
        skipBlanks();
        const std::size_t nameOffset = m_at;
        const std::string name = placeName();
        if (m_problem)
            return {};
        if (name.empty())
            return fail(nameOffset, inBackticks(toText(row.function)) + " takes the name of a place");
        Expression::Step step;
        step.op = ExpressionOp::Call;
        step.function = row.function;
        step.selector = selector(name, nameOffset);
        if (accept(","))
            step.number = window(row);
        if (!m_problem && !accept(")"))
            return fail(m_at, "a `)` is missing after " + inBackticks(name),
                        m_at < m_text.size() ? "names with other characters stand in quotes" : "");
        m_expression.steps.push_back(step);
        const bool moves = row.function == StateFunction::Uptime;
        return {row.type, moves, offset, row.function, {}};
    }

    std::uint32_t selector(const std::string &name, std::size_t offset)
    {
        std::vector<Selector> &known = m_expression.selectors;
        for (std::size_t i = 0; i < known.size(); ++i)
            if (known[i].text == name)
                return static_cast<std::uint32_t>(i);
        known.push_back(m_places.resolve(name));
        if (!m_places.canEverMatch(known.back())) {
            const std::optional<std::string> close = m_places.closest(name);
            fail(offset, inBackticks(name) + " names no place",
                 close                 ? suggestion(*close)
                 : m_places.placesNear ? m_places.placesNear(name)
                                       : "");
        }
        return static_cast<std::uint32_t>(known.size() - 1);
    }

    std::int64_t window(const FunctionRow &row)
    {
        skipBlanks();
        const std::size_t offset = m_at;
        if (row.function != StateFunction::Restarts) {
            fail(offset, inBackticks(toText(row.function)) + " takes one name");
            return 0;
        }
        const std::string_view text = numberText();
        const auto length = parseDuration(text);
        if (!length)
            fail(offset + (text.empty() ? 0 : length.error().offset),
                 "the window of `restarts`: " + length.error().message);
        else if (length->isZero())
            fail(offset, "the window of `restarts` has no length");
        else
            return length->ns();
        return 0;
    }

    Part number()
    {
        const std::size_t offset = m_at;
        const std::string_view text = numberText();
        if (std::any_of(text.begin(), text.end(), isLetter)) {
            const auto length = parseDuration(text);
            if (!length)
                return fail(offset + length.error().offset, length.error().message);
            push(ExpressionOp::Number, length->ns());
            return {PartType::Length, false, offset, {}, {}};
        }
        // A decimal is the quotient of two whole numbers, so that it stays exact.
        const std::size_t point = text.find('.');
        std::string digits(text.substr(0, point));
        std::int64_t divisor = 1;
        if (point != std::string_view::npos) {
            const std::string_view fraction = text.substr(point + 1);
            if (fraction.empty() || fraction.find('.') != std::string_view::npos || fraction.size() > 9)
                return fail(offset, inBackticks(text) + " is no number of at most nine decimals");
            digits += fraction;
            for (std::size_t i = 0; i < fraction.size(); ++i)
                divisor *= 10;
        }
        std::int64_t value = 0;
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (read.ec != std::errc{})
            return fail(offset, inBackticks(text) + " is too large");
        push(ExpressionOp::Number, value);
        if (divisor > 1) {
            push(ExpressionOp::Number, divisor);
            push(ExpressionOp::Divide);
        }
        return {PartType::Count, false, offset, {}, {}};
    }

    /// Keeps hostile texts from using up the stack.
    class Nesting {
    public:
        explicit Nesting(Parser &parser)
            : m_parser(parser)
        {
            if (++m_parser.m_depth > deepest)
                m_parser.fail(m_parser.m_at, "nested more than " + std::to_string(deepest) + " deep");
        }
        ~Nesting() { --m_parser.m_depth; }
        bool isTooDeep() const { return m_parser.m_depth > deepest; }

    private:
        static constexpr int deepest = 100;
        Parser &m_parser;
    };

    const PlaceNames &m_places;
    int m_depth = 0;
    Expression m_expression;
};

}  // namespace

tl::expected<Expression, ExpressionProblem> parseExpression(std::string_view text, const PlaceNames &places)
{
    return Parser(text, places).parse();
}

}  // namespace daruma
