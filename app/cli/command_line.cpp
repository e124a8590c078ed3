#include "app/cli/command_line.h"

#include "app/cli/argument_errors.h"
#include "app/cli/commands.h"
#include "app/cli/words.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace daruma {

namespace {

/// A command with its options, ready to parse.
struct Parser {
    explicit Parser(const Subcommand &command)
        : app(fmt::format("{}.", command.summary), fmt::format("daruma {}", command.name))
    {
        app.footer(std::string(command.help));
        std::vector<std::string> formats;
        for (const Format one : command.formats)
            formats.emplace_back(toText(one));
        action = command.declare(app);
        holdNumbersToDigits(app);
        // A command without any has formats of its own.
        if (!formats.empty()) {
            format = formats.front();
            app.add_option("--format", format, "How the answer is written")
                ->check(CLI::IsMember(formats).description(""))
                ->type_name(fmt::format("{}", fmt::join(formats, "|")));
        }
        app.add_flag("--quiet", quiet, "No progress and no notes");
    }

    CLI::App app;
    std::string format;
    bool quiet = false;
    Subcommand::Action action;
};

[[noreturn]] void refuse(std::string message, std::string_view hint)
{
    if (!hint.empty())
        message += fmt::format("\n{}", hint);
    throw Failure(ExitCode::Usage, message);
}

const Subcommand &commandNamed(std::string_view name)
{
    if (const Subcommand *command = findCommand(name))
        return *command;
    std::vector<std::string_view> names;
    for (const Subcommand &command : commands())
        names.push_back(command.name);
    const std::string_view near = nearest(name, names);
    const std::string_view what =
        name.substr(0, 1) == "-" ? "option (options stand behind the command)" : "command";
    refuse(fmt::format("daruma: there is no {} `{}`", what, name),
           near.empty() ? "`daruma help` lists the commands." : fmt::format("Did you mean `{}`?", near));
}

ExitCode runCommand(const Subcommand &command, const std::vector<std::string> &words, Output &out)
{
    Parser parser(command);
    try {
        parser.app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    } catch (const CLI::CallForHelp &) {
        out.write(parser.app.help());
        return ExitCode::Met;
    } catch (const CLI::ParseError &error) {
        refuse(argumentProblem(parser.app, error, command.name),
               fmt::format("`daruma {} --help` explains the command.", command.name));
    }
    Context context{out};
    context.quiet = parser.quiet;
    for (const Format one : command.formats) {
        if (toText(one) == parser.format)
            context.format = one;
    }
    return parser.action(context);
}

}

std::string commandsText(const Output &out)
{
    std::string text = "Daruma: chaos for supervision trees.\n\nusage: daruma COMMAND [ARGUMENTS]\n\n";
    for (const Subcommand &command : commands())
        text += fmt::format("  {}{}{}\n", styled(out, Style::Bold, command.name),
                            std::string(10 - std::min<std::size_t>(command.name.size(), 9), ' '),
                            command.summary);
    return text + "\n`daruma COMMAND --help` explains one, with an example.\n";
}

std::string helpOf(const Subcommand &command)
{
    return Parser(command).app.help();
}

ExitCode runCommandLine(std::vector<std::string> words, std::string_view version, Output &out)
{
    if (words.empty())
        words.emplace_back(findCommand("demo") ? "demo" : "--help");
    if (words[0] == "--help" || words[0] == "-h") {
        out.write(commandsText(out));
        return ExitCode::Met;
    }
    if (words[0] == "--version") {
        out.write(fmt::format("daruma {}\n", version));
        return ExitCode::Met;
    }
    const Subcommand &command = commandNamed(words[0]);
    words.erase(words.begin());
    return runCommand(command, joinReproLine(std::move(words)), out);
}

}
