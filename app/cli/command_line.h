#pragma once

#include "app/cli/command.h"

#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// Does what the words behind the program's name say. Throws a Failure where they make no sense or the
/// command fails.
ExitCode runCommandLine(std::vector<std::string> words, std::string_view version, Output &out);

}
