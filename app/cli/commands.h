#pragma once

#include "app/cli/command.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// All commands, in the order in which the help lists them.
std::span<const Subcommand> commands();
/// Nothing where there is no such command.
const Subcommand *findCommand(std::string_view name);

/// Of the names, the one that a misspelt `word` most likely means; empty where none is near.
std::string_view nearest(std::string_view word, std::span<const std::string_view> names);

/// Those of the names that a misspelt `word` may mean, the likeliest first; three at most.
std::vector<std::string_view> nearestFew(std::string_view word, std::span<const std::string_view> names);

/// The list of commands, as `daruma --help` prints it.
std::string commandsText(const Output &out);
/// What `--help` of the command prints.
std::string helpOf(const Subcommand &command);

Subcommand runCommand();
Subcommand sweepCommand();
Subcommand replayCommand();
Subcommand explainCommand();
Subcommand shrinkCommand();
Subcommand diffCommand();
Subcommand showCommand();
Subcommand queryCommand();
Subcommand schemaCommand();
Subcommand dialectsCommand();
Subcommand scheduleCommand();
Subcommand helpCommand();
Subcommand demoCommand();
Subcommand checkCommand();
Subcommand exportCommand();
Subcommand mergeCommand();

}
