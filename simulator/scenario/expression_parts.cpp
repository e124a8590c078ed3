#include "simulator/scenario/expression_parts.h"

#include "engine/exit_reason.h"
#include "engine/lifecycle.h"
#include "simulator/kernel/expression_evaluator.h"
#include "simulator/scenario/selectors.h"

#include <algorithm>

namespace daruma {

namespace {

constexpr FunctionRow functionRows[] = {
    {StateFunction::Up, PartType::Truth},
    {StateFunction::Down, PartType::Truth},
    {StateFunction::Starting, PartType::Truth},
    {StateFunction::Stopping, PartType::Truth},
    {StateFunction::Restarts, PartType::Count},
    {StateFunction::GaveUp, PartType::Truth},
    {StateFunction::Incarnation, PartType::Count},
    {StateFunction::Uptime, PartType::Length},
    {StateFunction::Lifecycle, PartType::NameFunction},
    {StateFunction::ExitReason, PartType::NameFunction},
    {StateFunction::Running, PartType::Count},
    {StateFunction::Time, PartType::Length},
};

constexpr std::string_view operators[] = {"and", "or", "not", "implies"};

/// The number of a name among those of its kind.
template <typename Kind>
tl::expected<std::int64_t, ExpressionProblem> codeOf(std::string_view name, Kind last, std::string_view what)
{
    std::vector<std::string_view> names;
    std::string all;
    for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(last); ++i) {
        names.push_back(toText(static_cast<Kind>(i)));
        if (names.back() == name)
            return i;
        all += (i == 0 ? "" : ", ") + std::string(names.back());
    }
    const std::string_view close = closestName(name, names);
    return tl::unexpected(ExpressionProblem{inBackticks(name) + " is no " + std::string(what), 0,
                                            close.empty() ? "known are " + all : suggestion(close)});
}

}

std::string_view inWords(PartType type)
{
    constexpr std::string_view words[] = {
        "nothing", "true or false", "a count", "a duration", "a name that is to be compared", "a name"};
    return words[static_cast<std::size_t>(type)];
}

const FunctionRow *findFunction(std::string_view name)
{
    const auto row = std::find_if(std::begin(functionRows), std::end(functionRows),
                                  [&](const FunctionRow &one) { return toText(one.function) == name; });
    return row == std::end(functionRows) ? nullptr : row;
}

bool isOperator(std::string_view word)
{
    return std::find(std::begin(operators), std::end(operators), word) != std::end(operators);
}

std::string_view closestWord(std::string_view word)
{
    std::vector<std::string_view> names{std::begin(operators), std::end(operators)};
    for (const FunctionRow &row : functionRows)
        names.push_back(toText(row.function));
    return closestName(word, names);
}

tl::expected<std::int64_t, ExpressionProblem> codeOfName(StateFunction function, std::string_view name,
                                                         std::vector<std::string> &texts)
{
    if (function == StateFunction::Lifecycle)
        return codeOf(name, LifecycleState::Failed, "lifecycle state");
    const std::size_t colon = name.find(':');
    auto code = codeOf(name.substr(0, colon), ReasonKind::Noproc, "exit reason");
    if (!code || colon == std::string_view::npos)
        return code;
    texts.emplace_back(name.substr(colon + 1));
    return *code | static_cast<std::int64_t>(texts.size()) << 32;
}

std::string inBackticks(std::string_view text)
{
    return "`" + std::string(text) + "`";
}

std::string suggestion(std::string_view name)
{
    return name.empty() ? "" : "did you mean " + inBackticks(name) + "?";
}

}
