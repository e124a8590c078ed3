#include "app/cli/words.h"

namespace daruma {

std::string shellQuoted(std::string_view word)
{
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,+@%";
    if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos)
        return std::string(word);
    std::string quoted = "'";
    for (const char c : word) {
        if (c == '\'')
            quoted += "'\\''";
        else
            quoted += c;
    }
    return quoted + '\'';
}

std::vector<std::string> shellWords(std::string_view line)
{
    std::vector<std::string> words;
    bool inWord = false;
    char quote = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!quote && blank) {
            inWord = false;
            continue;
        }
        if (!inWord)
            words.emplace_back();
        inWord = true;
        if (c == quote)
            quote = 0;
        else if (!quote && (c == '\'' || c == '"'))
            quote = c;
        else if (c == '\\' && quote != '\'' && i + 1 < line.size())
            words.back() += line[++i];
        else
            words.back() += c;
    }
    return words;
}

std::vector<std::string> joinReproLine(std::vector<std::string> words)
{
    std::vector<std::string> joined;
    bool inLine = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool begins = words[i] == "daruma" && i + 1 < words.size() && words[i + 1] == "run";
        if (begins)
            joined.push_back(words[i]);
        else if (inLine)
            joined.back() += " " + shellQuoted(words[i]);
        else
            joined.push_back(std::move(words[i]));
        inLine = inLine || begins;
    }
    return joined;
}

}
