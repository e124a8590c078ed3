#include "app/cli/command_line.h"
#include "app/cli/interruption.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <new>
#include <string>
#include <unistd.h>
#include <vector>

namespace daruma {

namespace {

/// A database that got the number of a closed standard stream would be written over by the program's own
/// text.
void occupyStandardStreams()
{
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        // Opened so that a use of the stream still fails as if it were closed.
        const int flags = stream == STDIN_FILENO ? O_WRONLY : O_RDONLY;
        if (fcntl(stream, F_GETFD) == -1 && open("/dev/null", flags) == -1)
            std::_Exit(static_cast<int>(ExitCode::Internal));
    }
}

int guarded(std::vector<std::string> words)
{
    ExitCode code = ExitCode::Internal;
    try {
        Output out;
        try {
            code = runCommandLine(std::move(words), DARUMA_VERSION, out);
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
        writeError(
            fmt::format("daruma: internal error: {}\nThis is a defect of Daruma, not of your scenario; "
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
    daruma::obeyInterruptions();
    return daruma::guarded(std::vector<std::string>(arguments + 1, arguments + count));
}
