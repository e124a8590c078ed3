#include "app/cli/output.h"

#include "app/cli/command.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/ioctl.h>
#include <unistd.h>

namespace daruma {

namespace {

constexpr std::size_t bufferSize = 1 << 18;

bool isSet(const char *variable)
{
    const char *value = std::getenv(variable);
    return value && *value;
}

}

Output::Output()
{
    const char *terminal = std::getenv("TERM");
    m_isTerminal = isatty(STDOUT_FILENO) && !(terminal && std::strcmp(terminal, "dumb") == 0);
    m_hasColour = m_isTerminal && !isSet("NO_COLOR");
    winsize size{};
    if (m_isTerminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        m_columns = size.ws_col;
}

Output::~Output() = default;

void Output::write(std::string_view text)
{
    m_buffer += text;
    if (m_buffer.size() >= bufferSize)
        flush();
}

void Output::flush()
{
    std::string_view rest = m_buffer;
    while (!rest.empty() && !m_isClosed) {
        const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
        if (written >= 0) {
            rest.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EPIPE) {
            m_isClosed = true;
        } else if (errno != EINTR) {
            m_isClosed = true;
            m_buffer.clear();
            throw Failure(ExitCode::Internal,
                          fmt::format("daruma: cannot write to standard output: {}", std::strerror(errno)));
        }
    }
    m_buffer.clear();
}

std::string styled(const Output &out, Style style, std::string_view text)
{
    constexpr std::string_view codes[] = {"0", "1", "2", "31", "32", "33", "36"};
    if (!out.hasColour() || style == Style::Plain || text.empty())
        return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<std::size_t>(style)], text);
}

void writeError(std::string_view text)
{
    std::string line(text);
    if (line.empty() || line.back() != '\n')
        line += '\n';
    std::string_view rest = line;
    while (!rest.empty()) {
        const ssize_t written = ::write(STDERR_FILENO, rest.data(), rest.size());
        if (written < 0 && errno != EINTR)
            return;
        if (written > 0)
            rest.remove_prefix(static_cast<std::size_t>(written));
    }
}

}
