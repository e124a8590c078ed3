#include "simulator/scenario/expression_text.h"

namespace daruma {

namespace {

bool isBareInName(char c)
{
    return isLetter(c) || isDigit(c) || std::string_view("-./[]*?").find(c) != std::string_view::npos;
}

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'
           || static_cast<unsigned char>(c) >= 0x80;
}

void ExpressionText::note(std::size_t offset, std::string message, std::string hint)
{
    if (!m_problem)
        m_problem = ExpressionProblem{std::move(message), offset, std::move(hint)};
}

void ExpressionText::skipBlanks()
{
    while (m_at < m_text.size() && isBlank(m_text[m_at]))
        ++m_at;
}

bool ExpressionText::accept(std::string_view symbol)
{
    skipBlanks();
    if (m_problem || m_text.substr(m_at, symbol.size()) != symbol)
        return false;
    m_at += symbol.size();
    return true;
}

std::string_view ExpressionText::peekWord()
{
    skipBlanks();
    std::size_t end = m_at;
    while (end < m_text.size() && (isLetter(m_text[end]) || (end > m_at && isDigit(m_text[end]))))
        ++end;
    return m_text.substr(m_at, end - m_at);
}

bool ExpressionText::acceptWord(std::string_view word)
{
    if (m_problem || peekWord() != word)
        return false;
    m_at += word.size();
    return true;
}

std::string ExpressionText::placeName()
{
    if (m_at < m_text.size() && (m_text[m_at] == '"' || m_text[m_at] == '\''))
        return quotedName();
    const std::size_t first = m_at;
    while (m_at < m_text.size() && isBareInName(m_text[m_at]))
        ++m_at;
    return std::string(m_text.substr(first, m_at - first));
}

std::string ExpressionText::quotedName()
{
    const std::size_t first = m_at + 1;
    const std::size_t last = m_text.find(m_text[m_at], first);
    if (last == std::string_view::npos) {
        note(m_at, "the quote is not closed", {});
        return {};
    }
    m_at = last + 1;
    return std::string(m_text.substr(first, last - first));
}

std::string_view ExpressionText::numberText()
{
    const std::size_t first = m_at;
    while (m_at < m_text.size() && (isDigit(m_text[m_at]) || isLetter(m_text[m_at]) || m_text[m_at] == '.'))
        ++m_at;
    return m_text.substr(first, m_at - first);
}

std::string ExpressionText::withoutBlanks() const
{
    std::string_view text = m_text;
    while (!text.empty() && isBlank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back()))
        text.remove_suffix(1);
    return std::string(text);
}

}
