#include "app/cli/columns.h"

#include "engine/contract.h"

#include <algorithm>

namespace daruma {

std::size_t width(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

Columns::Columns(std::vector<std::string> head)
    : m_isLeft(head.size())
{
    m_isLeft.at(0) = true;
    m_rows.push_back(std::move(head));
}

void Columns::add(std::vector<std::string> row)
{
    DARUMA_ASSERT(row.size() == m_isLeft.size(), "a row has a text for each column");
    m_rows.push_back(std::move(row));
}

void Columns::alignLeft(std::size_t column)
{
    m_isLeft.at(column) = true;
}

std::vector<std::string> Columns::lines(std::size_t indent) const
{
    std::vector<std::size_t> widths(m_isLeft.size());
    for (std::size_t column = 0; column < widths.size(); ++column) {
        const bool isEmpty = std::all_of(m_rows.begin() + 1, m_rows.end(),
                                         [&](const auto &row) { return row[column].empty(); });
        for (const auto &row : m_rows) {
            if (!isEmpty)
                widths[column] = std::max(widths[column], width(row[column]));
        }
    }
    std::vector<std::string> lines;
    for (const auto &row : m_rows) {
        std::string line(indent, ' ');
        std::size_t owed = 0;
        for (std::size_t column = 0; column < widths.size(); ++column) {
            if (widths[column] == 0)
                continue;
            const std::size_t blanks = widths[column] - width(row[column]);
            line.append(owed + (m_isLeft[column] ? 0 : blanks), ' ');
            line += row[column];
            owed = (m_isLeft[column] ? blanks : 0) + 2;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        lines.push_back(line + '\n');
    }
    return lines;
}

std::string Columns::text(std::size_t indent) const
{
    std::string text;
    for (const std::string &line : lines(indent))
        text += line;
    return text;
}

}
