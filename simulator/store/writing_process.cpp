#include "simulator/store/writing_process.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace daruma {

namespace {

/// Ticks between the machine's start and the process's; empty where there is no such process.
std::string beginOf(std::string_view pid)
{
    if (pid.empty() || pid.find_first_not_of("0123456789") != std::string_view::npos)
        return {};
    std::ifstream file(fmt::format("/proc/{}/stat", pid));
    std::string stat;
    std::getline(file, stat);
    // The second field is the program's name in brackets, which may hold anything.
    const std::size_t nameEnd = stat.rfind(')');
    if (nameEnd == std::string::npos)
        return {};
    std::istringstream fields(stat.substr(nameEnd + 1));
    constexpr int begin = 22;
    constexpr int firstBehindName = 3;
    std::string field;
    for (int i = firstBehindName; i <= begin && fields >> field; ++i) {
        // A zombie has ended; its parent has only not asked yet.
        if (i == firstBehindName && (field == "Z" || field == "X"))
            return {};
    }
    return field;
}

}

std::string writingProcess()
{
    const std::string pid = std::to_string(getpid());
    return fmt::format("{} {}", pid, beginOf(pid));
}

bool isAlive(std::string_view process)
{
    const std::size_t blank = process.find(' ');
    if (blank == std::string_view::npos)
        return false;
    const std::string begin = beginOf(process.substr(0, blank));
    return !begin.empty() && begin == process.substr(blank + 1);
}

std::string hostName()
{
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string("unknown");
}

}
