#pragma once

#include "app/cli/output.h"

#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

namespace daruma {

/// What the program returns (CONTRACT section 5).
enum class ExitCode : int {
    Met = 0,                ///< all expectations are met
    ExpectationFailed = 1,  ///< or, of `check`, there are findings
    Usage = 2,
    Invalid = 3,   ///< the scenario or the database
    Diverged = 4,  ///< a replay did not do the same
    Internal = 5,
    TimeBudgetOver = 6,
    Interrupted = 130,
};

/// Ends a command with a message on standard error. Only main catches it.
class Failure final : public std::exception {
public:
    Failure(ExitCode code, std::string message)
        : m_code(code)
        , m_message(std::move(message))
    {}

    ExitCode code() const { return m_code; }
    const char *what() const noexcept override { return m_message.c_str(); }

private:
    ExitCode m_code;
    std::string m_message;
};

enum class Format : std::uint8_t { Text, Json, Jsonl, Github };

std::string_view toText(Format format);

/// What every command is given when it runs.
struct Context {
    Output &out;
    Format format = Format::Text;
    bool quiet = false;

    /// A line on standard error that is no part of the answer; `--quiet` hushes it.
    void note(std::string_view text) const;
};

/// One command of the program. Adding one takes a file in app/cli/commands and a row in commands.cpp.
struct Subcommand {
    std::string_view name;
    std::string_view summary;  ///< for the list of commands, a sentence without its full stop
    std::string_view help;     ///< stands behind the options in `--help`; holds an example
    /// What `--format` takes; the first is the default. Empty: the command has formats of its own.
    std::vector<Format> formats;

    using Action = std::function<ExitCode(Context &)>;
    /// Adds the command's own arguments and options (`--format` and `--quiet` are there already) and returns
    /// what runs once they are parsed.
    Action (*declare)(CLI::App &app) = nullptr;
};

}
