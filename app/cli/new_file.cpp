#include "app/cli/new_file.h"

#include "app/cli/command.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace daruma {

namespace {

[[noreturn]] void refuseFile(std::string_view what, const std::string &path, int why)
{
    throw Failure(ExitCode::Usage, fmt::format("{}: {}: {}", what, path, std::strerror(why)));
}

}

NewFile::NewFile(std::string path, std::string_view what)
    : m_what(what)
    , m_path(std::move(path))
    , m_unfinished(m_path + ".unfinished")
    , m_file(std::fopen(m_unfinished.c_str(), "wb"))
{
    if (!m_file)
        refuse(errno);
}

NewFile::~NewFile()
{
    if (m_file)
        std::fclose(m_file);
    std::error_code ignored;
    std::filesystem::remove(m_unfinished, ignored);
}

void NewFile::refuse(int why) const
{
    refuseFile(m_what, m_path, why);
}

void NewFile::write(std::string_view text)
{
    if (std::fwrite(text.data(), 1, text.size(), m_file) != text.size())
        refuse(errno);
}

void NewFile::finish()
{
    // The name must not reach the disk before what it stands for.
    const bool isOut = std::fflush(m_file) == 0 && (::fsync(fileno(m_file)) == 0 || errno == EINVAL);
    const int failed = std::fclose(std::exchange(m_file, nullptr));
    if (!isOut || failed != 0 || std::rename(m_unfinished.c_str(), m_path.c_str()) != 0)
        refuse(errno);
}

void writeNewFile(const std::string &path, std::string_view text, std::string_view what)
{
    // Nothing can be renamed to a device or a pipe, such as /dev/stdout.
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored)) {
        appendToFile(path, text, what);
        return;
    }
    NewFile file(path, what);
    file.write(text);
    file.finish();
}

void appendToFile(const std::string &path, std::string_view text, std::string_view what)
{
    std::FILE *file = std::fopen(path.c_str(), "ab");
    if (!file)
        refuseFile(what, path, errno);
    const bool isWritten = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    const int why = errno;
    if (std::fclose(file) != 0 || !isWritten)
        refuseFile(what, path, isWritten ? errno : why);
}

}
