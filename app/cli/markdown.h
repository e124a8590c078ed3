#pragma once

#include "app/cli/output.h"

#include <string>
#include <string_view>

namespace daruma {

/// A page of the help for people: wrapped to the width of the output, tables with aligned columns, code
/// indented. On a terminal headings, code and emphasis are styled; elsewhere code in running text keeps its
/// backticks, which tell it from the words around it; quotes do that as well.
std::string shownMarkdown(const Output &out, std::string_view markdown);

/// The part of a page under the heading with that text (`[[fault]]`), with the heading; empty where there is
/// none.
std::string_view markdownSection(std::string_view markdown, std::string_view heading);

}
