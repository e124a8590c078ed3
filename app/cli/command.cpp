#include "app/cli/command.h"

namespace daruma {

std::string_view toText(Format format)
{
    constexpr std::string_view names[] = {"text", "json", "jsonl", "github"};
    return names[static_cast<std::size_t>(format)];
}

void Context::note(std::string_view text) const
{
    if (!quiet)
        writeError(text);
}

}
