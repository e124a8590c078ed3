#include "simulator/scenario/problem.h"

#include <fmt/format.h>

namespace daruma {

std::string toText(const Problem &problem, std::string_view file)
{
    if (!problem.file.empty())
        file = problem.file;
    std::string text;
    if (!problem.source.empty())
        text = fmt::format("{}: {}", problem.source, problem.message);
    else if (problem.line > 0)
        text = fmt::format("{}:{}:{}: {}", file, problem.line, problem.column, problem.message);
    else
        text = fmt::format("{}: {}", file, problem.message);
    if (!problem.lineText.empty())
        text += fmt::format("\n    {}\n    {:{}}^", problem.lineText, "", problem.caret);
    if (!problem.hint.empty())
        text += fmt::format("\n    {}", problem.hint);
    return text;
}

}
