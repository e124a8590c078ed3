#include "app/cli/commands.h"
#include "app/cli/words.h"
#include "resources/resources.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iterator>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace daruma {

namespace {

/// A database that got the number of a closed standard stream would be written over by the program's own text.
void occupyStandardStreams()
{
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        // Opened so that a use of the stream still fails as if it were closed.
        const int flags = stream == STDIN_FILENO ? O_WRONLY : O_RDONLY;
        if (fcntl(stream, F_GETFD) == -1 && open("/dev/null", flags) == -1)
            std::_Exit(static_cast<int>(ExitCode::Internal));
    }
}

void interrupted(int)
{
    // What is recorded is whole at any moment, so there is nothing to tidy up.
    _exit(static_cast<int>(ExitCode::Interrupted));
}

[[noreturn]] void refuse(std::string message, std::string_view hint)
{
    if (!hint.empty())
        message += fmt::format("\n{}", hint);
    throw Failure(ExitCode::Usage, message);
}

void printCommands(Output &out)
{
    out.write("Daruma: chaos for supervision trees.\n\n"
              "usage: daruma COMMAND [ARGUMENTS]\n\n");
    for (const Subcommand &command : commands())
        out.write(fmt::format("  {:<10}{}\n", command.name, command.summary));
    out.write("\n`daruma COMMAND --help` explains one, with an example.\n");
}

const Subcommand &commandNamed(std::string_view name)
{
    if (const Subcommand *command = findCommand(name))
        return *command;
    std::vector<std::string_view> names;
    for (const Subcommand &command : commands())
        names.push_back(command.name);
    const std::string_view near = nearest(name, names);
    const std::string_view what = name.substr(0, 1) == "-" ? "option (options stand behind the command)" : "command";
    refuse(fmt::format("daruma: there is no {} `{}`", what, name),
           near.empty() ? "`daruma help` lists the commands." : fmt::format("Did you mean `{}`?", near));
}

/// What CLI11 says, with the option that was meant where one was misspelt.
[[noreturn]] void refuseArguments(const CLI::App &app, const CLI::ParseError &error, std::string_view command)
{
    std::vector<std::string> known;
    for (const CLI::Option *option : app.get_options()) {
        for (const std::string &name : option->get_lnames())
            known.push_back("--" + name);
    }
    const std::vector<std::string_view> names(known.begin(), known.end());
    std::string message = fmt::format("daruma {}: {}", command, error.what());
    for (const std::string &word : app.remaining()) {
        const std::string name = word.substr(0, word.find('='));
        const std::string_view near = word.rfind("--", 0) == 0 ? nearest(name, names) : std::string_view();
        if (!near.empty())
            message += fmt::format("\nDid you mean `{}`?", near);
    }
    refuse(message, fmt::format("`daruma {} --help` explains the command.", command));
}

ExitCode runCommandLine(const Subcommand &command, std::vector<std::string> words, Output &out)
{
    CLI::App app(fmt::format("{}.", command.summary), fmt::format("daruma {}", command.name));
    app.footer(std::string(command.help));
    std::vector<std::string> formats;
    for (const Format format : command.formats)
        formats.emplace_back(toText(format));
    std::string format = formats.empty() ? std::string() : formats.front();
    bool quiet = false;
    const Subcommand::Action action = command.declare(app);
    if (!formats.empty())
        app.add_option("--format", format, "How the answer is written")
            ->check(CLI::IsMember(formats))
            ->type_name(fmt::format("{}", fmt::join(formats, "|")));
    app.add_flag("--quiet", quiet, "No progress and no notes");

    std::vector<std::string> reversed(words.rbegin(), words.rend());
    try {
        app.parse(std::move(reversed));
    } catch (const CLI::CallForHelp &) {
        out.write(app.help());
        return ExitCode::Met;
    } catch (const CLI::ParseError &error) {
        refuseArguments(app, error, command.name);
    }
    Context context{out};
    context.quiet = quiet;
    for (const Format one : command.formats) {
        if (toText(one) == format)
            context.format = one;
    }
    return action(context);
}

ExitCode runProgram(std::vector<std::string> words, Output &out)
{
    if (words.empty())
        words.emplace_back(findCommand("demo") ? "demo" : "--help");
    if (words[0] == "--help" || words[0] == "-h") {
        printCommands(out);
        return ExitCode::Met;
    }
    if (words[0] == "--version") {
        out.write("daruma " DARUMA_VERSION "\n");
        return ExitCode::Met;
    }
    const Subcommand &command = commandNamed(words[0]);
    words.erase(words.begin());
    return runCommandLine(command, joinReproLine(std::move(words)), out);
}

int guarded(std::vector<std::string> words)
{
    ExitCode code = ExitCode::Internal;
    try {
        Output out;
        try {
            code = runProgram(std::move(words), out);
        } catch (const Failure &failure) {
            // What was printed before stands above the message on a terminal too.
            out.flush();
            writeError(failure.what());
            code = failure.code();
        }
        out.flush();
    } catch (const Failure &failure) {
        writeError(failure.what());
        code = failure.code();
    } catch (const std::bad_alloc &) {
        writeError("daruma: out of memory");
        code = ExitCode::Internal;
    } catch (const std::exception &error) {
        writeError(fmt::format("daruma: internal error: {}\nThis is a defect of Daruma, not of your scenario; "
                               "please report it with the command line.",
                               error.what()));
        code = ExitCode::Internal;
    }
    return static_cast<int>(code);
}

}

}

int main(int count, char **arguments)
{
    daruma::occupyStandardStreams();
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGINT, daruma::interrupted);
    return daruma::guarded(std::vector<std::string>(arguments + 1, arguments + count));
}
