#pragma once

#include "simulator/scenario/expression_parser.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace daruma {

/// The text of an expression while it is read: where the reader stands, the words from there, and the first
/// problem. After a problem nothing is accepted any more.
class ExpressionText {
public:
    explicit ExpressionText(std::string_view text)
        : m_text(text)
    {}

protected:
    /// Keeps the first problem: what follows it is often only its consequence.
    void note(std::size_t offset, std::string message, std::string hint);

    void skipBlanks();
    bool isAtEnd() const { return m_at == m_text.size(); }
    bool accept(std::string_view symbol);
    std::string_view peekWord();
    bool acceptWord(std::string_view word);

    /// A name of places, bare or in quotes; empty where none stands here.
    std::string placeName();
    /// REQUIRES: at a quote.
    std::string quotedName();
    /// A number with what may be its unit.
    std::string_view numberText();
    std::string withoutBlanks() const;

    std::string_view m_text;
    std::size_t m_at = 0;
    std::optional<ExpressionProblem> m_problem;
};

bool isDigit(char c);
bool isLetter(char c);

}
