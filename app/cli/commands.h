#pragma once

#include "app/cli/command.h"

#include <span>

namespace daruma {

/// All commands, in the order in which the help lists them.
std::span<const Subcommand> commands();
/// Nothing where there is no such command.
const Subcommand *findCommand(std::string_view name);

/// Of the names, the one that a misspelt `word` most likely means; empty where none is near.
std::string_view nearest(std::string_view word, std::span<const std::string_view> names);

Subcommand runCommand();
Subcommand demoCommand();
Subcommand checkCommand();

}
