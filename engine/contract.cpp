#include "engine/contract.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace daruma {

namespace {

// A fixed buffer, so that a broken contract can be reported when memory itself is what is broken.
thread_local std::array<char, maxContractContext> t_context;
thread_local std::size_t t_contextLength = 0;

}

void setContractContext(std::string_view reproLine) noexcept
{
    t_contextLength = std::min(reproLine.size(), t_context.size());
    std::copy_n(reproLine.begin(), t_contextLength, t_context.begin());
}

void contractBroken(const char *condition, const char *message, const char *file, int line) noexcept
{
    std::fprintf(stderr, "daruma: internal error: %s\n  at %s:%d\n", message, file, line);
    if (condition)
        std::fprintf(stderr, "  expected: %s\n", condition);
    if (t_contextLength > 0) {
        std::fprintf(stderr, "  reproduce with: %.*s\n", static_cast<int>(t_contextLength), t_context.data());
    }
    std::abort();
}

}
