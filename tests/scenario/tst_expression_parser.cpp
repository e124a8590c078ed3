#include "simulator/scenario/expression_parser.h"

#include <QTest>

#include <algorithm>
#include <vector>

using namespace daruma;

namespace {

PlaceNames places()
{
    static const std::vector<std::string> known{"app", "db", "web", "app/web/*", "pool[*]", "a b", "time"};
    return {[](std::string_view name) {
                Selector selector;
                selector.text = name;
                return selector;
            },
            [](const Selector &selector) {
                return std::find(known.begin(), known.end(), selector.text) != known.end();
            },
            [](std::string_view name) -> std::optional<std::string> {
                if (name == "dv")
                    return "db";
                return std::nullopt;
            },
            [](std::string_view) { return std::string("`app` has `app/db`"); }};
}

/// The steps of an expression as text: `restarts(db) 3 <=`.
QString postfix(const Expression &expression)
{
    static const char *const operators[] = {
        "", "", "", "+", "-", "*", "/", "<", "<=", "==", "!=", ">", ">=", "and", "or", "not", "implies"};
    static const char *const functions[] = {"up",        "down",        "starting",    "stopping",
                                            "restarts",  "gave_up",     "incarnation", "uptime",
                                            "lifecycle", "exit_reason", "running",     "time"};
    QStringList words;
    for (const Expression::Step &step : expression.steps) {
        if (step.op == ExpressionOp::Number) {
            words << QString::number(step.number);
        } else if (step.op == ExpressionOp::Text) {
            const auto text = static_cast<std::size_t>(step.number >> 32);
            words << "#" + QString::number(step.number & 0xff)
                         + (text ? ":" + QString::fromStdString(expression.texts[text - 1]) : QString());
        } else if (step.op == ExpressionOp::Call) {
            QString call = functions[static_cast<int>(step.function)];
            if (step.function != StateFunction::Time) {
                call += "(" + QString::fromStdString(expression.selectors[step.selector].text);
                call += step.number ? "," + QString::number(step.number) + ")" : ")";
            }
            words << call;
        } else {
            words << operators[static_cast<int>(step.op)];
        }
    }
    return words.join(' ');
}

}

class TestExpressionParser : public QObject {
    Q_OBJECT

private slots:
    void operatorsBindAsTheirTableSays_data();
    void operatorsBindAsTheirTableSays();
    void aMistakeIsNamedWhereItStands_data();
    void aMistakeIsNamedWhereItStands();
    void theTextIsKeptForMessagesWithoutBlanksAround();
    void namesThatRepeatAreLookedUpOnce();
    void everyPrefixOfAnExpressionEndsInAProblemOrATruth();
    void deepNestingIsRefusedInsteadOfUsingUpTheStack();
};

void TestExpressionParser::operatorsBindAsTheirTableSays_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("steps");
    const auto row = [](const char *name, const char *text, const char *steps) {
        QTest::newRow(name) << QString(text) << QString(steps);
    };
    row("a lone function", "up(app)", "up(app)");
    row("and before or", "up(app) or up(db) and up(web)", "up(app) up(db) up(web) and or");
    row("or before implies", "up(app) or up(db) implies up(web)", "up(app) up(db) or up(web) implies");
    row("implies groups to the right", "up(app) implies up(db) implies up(web)",
        "up(app) up(db) up(web) implies implies");
    row("not before and", "not up(app) and up(db)", "up(app) not up(db) and");
    row("not after a comparison", "not restarts(db) > 0", "restarts(db) 0 > not");
    row("parentheses", "(up(app) or up(db)) and up(web)", "up(app) up(db) or up(web) and");
    row("times before plus", "restarts(db) + 2 * 3 < 9", "restarts(db) 2 3 * + 9 <");
    row("minus groups to the left", "9 - 3 - 2 > running(pool[*])", "9 3 - 2 - running(pool[*]) >");
    row("a sign", "restarts(db) > -1", "restarts(db) 0 1 - >");
    row("a window", "restarts(db, 10s) <= 3", "restarts(db,10000000000) 3 <=");
    row("durations", "uptime(db) >= 1m30s", "uptime(db) 90000000000 >=");
    row("a decimal stays exact", "uptime(db) > 0.25 * time", "uptime(db) 25 100 / time * >");
    row("a ratio of durations is a count", "uptime(db) / 1s > 5", "uptime(db) 1000000000 / 5 >");
    row("a lifecycle state", "lifecycle(app) == alive", "lifecycle(app) #1 ==");
    row("a name before its function", "alive != lifecycle(app)", "lifecycle(app) #1 !=");
    row("a reason", "exit_reason(db) == panic", "exit_reason(db) #2 ==");
    row("a reason with a text", "exit_reason(db) == \"shutdown:why: so\"", "exit_reason(db) #1:why: so ==");
    row("truths compared", "up(db) == up(web)", "up(db) up(web) ==");
    row("names in quotes", "up(\"a b\") and up('db')", "up(a b) up(db) and");
    row("a glob of paths", "running(app/web/*) >= 1", "running(app/web/*) 1 >=");
    row("a place named like a function", "up(time) and time > 1s", "up(time) time 1000000000 > and");
    row("blanks anywhere", "  up ( app )\tand\nup(db) ", "up(app) up(db) and");
}

void TestExpressionParser::operatorsBindAsTheirTableSays()
{
    QFETCH(const QString, text);
    QFETCH(const QString, steps);
    const auto expression = parseExpression(text.toStdString(), places());
    QVERIFY2(expression, expression ? "" : expression.error().message.c_str());
    QCOMPARE(postfix(*expression), steps);
}

void TestExpressionParser::aMistakeIsNamedWhereItStands_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("offset");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("hint");
    const auto row = [](const char *name, const char *text, int offset, const char *message,
                        const char *hint) {
        QTest::newRow(name) << QString(text) << offset << QString(message) << QString(hint);
    };
    row("nothing", "", 0, "the expression is empty", "");
    row("an unknown function", "up(app) and restart(db) > 3", 12, "unknown function `restart`",
        "did you mean `restarts`?");
    row("a place that none is close to", "up(queue)", 3, "`queue` names no place", "`app` has `app/db`");
    row("an unknown place", "up(dv)", 3, "`dv` names no place", "did you mean `db`?");
    row("no place", "up()", 3, "`up` takes the name of a place", "");
    row("no parentheses", "up and up(db)", 0, "`up` takes the name of a place", "such as `up(db)`");
    row("a missing parenthesis", "(up(app) and up(db)", 0, "a `)` is missing", "");
    row("a parenthesis too many", "up(app))", 7, "this `)` closes nothing", "");
    row("an open quote", "up(\"app)", 3, "the quote is not closed", "");
    row("an early end", "up(app) and ", 12, "the expression ends too early", "");
    row("a count at the top", "restarts(db)", 0, "this is a count, not true or false",
        "compare it, such as `restarts(db) > 0`");
    row("a duration against a count", "uptime(db) > 5", 11, "a duration cannot be compared with a count",
        "durations have a unit, such as `5s`");
    row("a sum of unlike things", "uptime(db) + 5 > 5s", 11, "a count and a duration cannot be added",
        "durations have a unit, such as `5s`");
    row("a truth in a sum", "up(db) + 1 > 0", 0, "`+` takes numbers; this is true or false", "");
    row("a count under and", "up(db) and restarts(db)", 11,
        "`and` takes what is true or false; this is a count", "");
    row("a C operator", "up(db) && up(web)", 7, "unexpected `&&`", "did you mean `and`?");
    row("an assignment", "lifecycle(app) = alive", 15, "unexpected `=`", "did you mean `==`?");
    row("an arrow", "up(db) -> up(web)", 7, "unexpected `->`", "did you mean `implies`?");
    row("a mistyped operator", "up(db) adn up(web)", 7, "unexpected `adn` after a whole expression",
        "did you mean `and`?");
    row("a chain", "1 < restarts(db) < 5", 17, "comparisons do not chain", "join two of them with `and`");
    row("a wrong state", "lifecycle(app) == alife", 18, "`alife` is no lifecycle state",
        "did you mean `alive`?");
    row("a wrong reason", "exit_reason(db) == panick", 19, "`panick` is no exit reason",
        "did you mean `panic`?");
    row("an order of names", "exit_reason(db) < panic", 16, "names are only equal or not",
        "use `==` or `!=`");
    row("a name against a count", "restarts(db) == alive", 16, "unknown function `alive`", "");
    row("a window without a unit", "restarts(db, 10) > 1", 15,
        "the window of `restarts`: the unit of 10 is missing: the units are ns us ms s m h d, written behind "
        "it",
        "");
    row("an empty window", "restarts(db, 0s) > 1", 13, "the window of `restarts` has no length", "");
    row("a window elsewhere", "up(db, 10s)", 7, "`up` takes one name", "");
    row("a product of moving values", "uptime(db) / 1s * time > 5s", 16,
        "a product of two values that both change with time", "");
    row("a product of durations", "1s * 1s > 1s", 3, "a product of two durations means nothing", "");
    row("a quotient of moving values", "uptime(db) / time > 0.9", 11,
        "a quotient of two values that both change with time", "multiply instead: `uptime(db) > 0.9 * time`");
    row("a moving divisor", "1s / uptime(db) > 0.9", 3, "a divisor that changes with time",
        "multiply both sides by it");
    row("a division by zero", "restarts(db) / 0 > 1", 13, "a division by zero", "");
    row("a number too large", "restarts(db) > 99999999999999999999", 15,
        "`99999999999999999999` is too large", "");
}

void TestExpressionParser::aMistakeIsNamedWhereItStands()
{
    QFETCH(const QString, text);
    QFETCH(const int, offset);
    QFETCH(const QString, message);
    QFETCH(const QString, hint);
    const auto expression = parseExpression(text.toStdString(), places());
    QVERIFY(!expression);
    QCOMPARE(QString::fromStdString(expression.error().message), message);
    QCOMPARE(static_cast<int>(expression.error().offset), offset);
    QCOMPARE(QString::fromStdString(expression.error().hint), hint);
}

void TestExpressionParser::theTextIsKeptForMessagesWithoutBlanksAround()
{
    QCOMPARE(parseExpression("  up(app)  and up(db)\n", places())->text, std::string("up(app)  and up(db)"));
}

void TestExpressionParser::namesThatRepeatAreLookedUpOnce()
{
    const auto expression = parseExpression("up(db) and restarts(db) < 3 and not down(web)", places());
    QCOMPARE(expression->selectors.size(), std::size_t(2));
}

void TestExpressionParser::everyPrefixOfAnExpressionEndsInAProblemOrATruth()
{
    const std::string whole =
        "not (up(\"a b\") and restarts(db, 1m30s) * 2 <= -3.5) implies exit_reason(web) == \"panic:x\"";
    QVERIFY(parseExpression(whole, places()));
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto expression = parseExpression(std::string_view(whole).substr(0, length), places());
        if (!expression)
            QVERIFY2(expression.error().offset <= length, whole.substr(0, length).c_str());
    }
}

void TestExpressionParser::deepNestingIsRefusedInsteadOfUsingUpTheStack()
{
    for (const std::string part : {"(", "not ", "-", "up(db) implies "}) {
        std::string text;
        for (int i = 0; i < 100'000; ++i)
            text += part;
        const auto expression = parseExpression(text, places());
        QVERIFY(!expression);
        QCOMPARE(expression.error().message, std::string("nested more than 100 deep"));
    }
}

QTEST_APPLESS_MAIN(TestExpressionParser)
#include "tst_expression_parser.moc"
