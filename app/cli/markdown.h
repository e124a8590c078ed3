#pragma once

#include "app/cli/output.h"

#include <string>
#include <string_view>

namespace daruma {

/// Markdown for a person at a terminal: headings and bold words stand out, code is coloured, fences are gone.
/// Where the output shows no colours it stays as it is, which reads well too.
std::string shownMarkdown(const Output &out, std::string_view markdown);

}
