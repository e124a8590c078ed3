#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace daruma {

/// A word as a POSIX shell has to be given it: in single quotes where it holds anything special.
std::string shellQuoted(std::string_view word);

/// Splits as a POSIX shell does, as far as `shellQuoted` and people's own quoting need it: blanks, single and
/// double quotes, backslashes.
std::vector<std::string> shellWords(std::string_view line);

/// A repro line may be pasted as it is behind another command, in many words: from `daruma run` on they
/// become the one word that a REF is.
std::vector<std::string> joinReproLine(std::vector<std::string> words);

}
