#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace daruma {

/// Rows of texts, set in columns: the first flush left, the others flush right; two blanks between them. A
/// column in which every row but the head is empty is left out.
class Columns {
public:
    /// `head` may be empty: no head is printed.
    explicit Columns(std::vector<std::string> head);

    /// As many texts as the head has.
    void add(std::vector<std::string> row);
    /// This column is flush left too.
    void alignLeft(std::size_t column);

    /// With a line end behind each row; every line begins with `indent` blanks. The head is in `text` too.
    std::vector<std::string> lines(std::size_t indent = 2) const;
    std::string text(std::size_t indent = 2) const;

private:
    std::vector<std::vector<std::string>> m_rows;
    std::vector<bool> m_isLeft;
};

/// Columns that a UTF-8 text takes, as far as ours need it: one for each character.
std::size_t width(std::string_view text);

}
