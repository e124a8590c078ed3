#include "app/cli/markdown.h"

#include <algorithm>

namespace daruma {

namespace {

/// Styles what stands between two marks; a mark without its partner stays.
std::string styledSpans(const Output &out, std::string_view line, std::string_view mark, Style style)
{
    std::string text;
    std::size_t at = 0;
    while (at < line.size()) {
        const std::size_t begin = line.find(mark, at);
        const std::size_t end =
            begin == std::string_view::npos ? begin : line.find(mark, begin + mark.size());
        if (end == std::string_view::npos)
            break;
        text += line.substr(at, begin - at);
        text += styled(out, style, line.substr(begin + mark.size(), end - begin - mark.size()));
        at = end + mark.size();
    }
    return text + std::string(line.substr(std::min(at, line.size())));
}

}

std::string shownMarkdown(const Output &out, std::string_view markdown)
{
    if (!out.hasColour())
        return std::string(markdown);
    std::string text;
    bool isCode = false;
    std::size_t at = 0;
    while (at < markdown.size()) {
        const std::size_t end = std::min(markdown.find('\n', at), markdown.size());
        const std::string_view line = markdown.substr(at, end - at);
        at = end + 1;
        if (line.substr(0, 3) == "```") {
            isCode = !isCode;
            continue;
        }
        const std::size_t marks = std::min(line.find_first_not_of('#'), line.size());
        if (isCode)
            text += "    " + styled(out, Style::Cyan, line);
        else if (marks > 0 && marks < line.size() && line[marks] == ' ')
            text += styled(out, Style::Bold, line.substr(marks + 1));
        else
            text += styledSpans(out, styledSpans(out, line, "**", Style::Bold), "`", Style::Cyan);
        text += '\n';
    }
    return text;
}

}
