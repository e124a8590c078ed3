#pragma once

#include <string>
#include <string_view>

namespace CLI {
class App;
class ParseError;
}

namespace daruma {

/// Lets the options that take a number (N in the help) take nothing else: the parser would read -1 as the
/// largest one, and an empty text as 0.
void holdNumbersToDigits(CLI::App &app);

/// What is wrong with the arguments of a command: what was given, what is expected, and an example or what
/// was probably meant. `command` is for messages: `run`. `app` is as the parser left it.
std::string argumentProblem(const CLI::App &app, const CLI::ParseError &error, std::string_view command);

}
