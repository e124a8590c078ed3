#include "app/cli/markdown.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace daruma {

namespace {

constexpr std::size_t columnGap = 2;

/// What stands between two blanks, in pieces of one style each.
struct Word {
    struct Piece {
        std::string text;
        Style style = Style::Plain;
    };
    std::vector<Piece> pieces;
};
using Words = std::vector<Word>;

/// In characters; the help has none that are wider than one column.
std::size_t widthOf(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::size_t widthOf(const Word &word)
{
    std::size_t width = 0;
    for (const Word::Piece &piece : word.pieces)
        width += widthOf(piece.text);
    return width;
}

std::size_t widthOf(const Words &words)
{
    std::size_t width = words.empty() ? 0 : words.size() - 1;
    for (const Word &word : words)
        width += widthOf(word);
    return width;
}

/// Takes running text apart into words, and its marks away.
class InlineReader {
public:
    /// `keepsBackticks`: code is marked by them, and not by its style alone.
    InlineReader(std::string_view text, Style base, bool keepsBackticks)
        : m_text(text)
        , m_base(base)
        , m_keepsBackticks(keepsBackticks)
    {}

    Words read()
    {
        while (m_at < m_text.size()) {
            if (!readSpan("`", Style::Cyan) && !readSpan("**", Style::Bold) && !readSpan("*", Style::Bold))
                add(m_text.substr(m_at++, 1), m_base);
        }
        endWord();
        return std::move(m_words);
    }

private:
    bool readSpan(std::string_view mark, Style style)
    {
        const std::size_t begin = m_at + mark.size();
        const bool opens = m_text.substr(m_at, mark.size()) == mark && begin < m_text.size();
        if (!opens || (mark != "`" && m_text[begin] == ' '))
            return false;
        const std::size_t end = m_text.find(mark, begin);
        if (end == std::string_view::npos || end == begin || (mark != "`" && m_text[end - 1] == ' '))
            return false;
        const std::string_view inner = m_text.substr(begin, end - begin);
        const bool isQuoted = inner.size() > 1 && inner.front() == '"' && inner.back() == '"';
        const bool isMarked = mark == "`" && m_keepsBackticks && !isQuoted;
        add(isMarked ? "`" : "", style);
        for (std::size_t i = 0; i < inner.size(); ++i)
            add(inner.substr(i, 1), style);
        add(isMarked ? "`" : "", style);
        m_at = end + mark.size();
        return true;
    }

    void add(std::string_view text, Style style)
    {
        if (text == " ")
            return endWord();
        auto &pieces = m_word.pieces;
        if (pieces.empty() || pieces.back().style != style)
            pieces.push_back({{}, style});
        pieces.back().text += text;
    }

    void endWord()
    {
        if (widthOf(m_word) > 0)
            m_words.push_back(std::move(m_word));
        m_word = {};
    }

    std::string_view m_text;
    Style m_base;
    bool m_keepsBackticks;
    std::size_t m_at = 0;
    Word m_word;
    Words m_words;
};

std::vector<Words> wrapped(const Words &words, std::size_t width)
{
    std::vector<Words> lines(1);
    std::size_t used = 0;
    for (const Word &word : words) {
        const std::size_t needed = widthOf(word) + (used > 0 ? 1 : 0);
        if (used > 0 && used + needed > width) {
            lines.emplace_back();
            used = widthOf(word);
        } else {
            used += needed;
        }
        lines.back().push_back(word);
    }
    return lines;
}

std::string lineText(const Output &out, const Words &words)
{
    std::string text;
    for (const Word &word : words) {
        text += text.empty() ? "" : " ";
        for (const Word::Piece &piece : word.pieces)
            text += styled(out, piece.style, piece.text);
    }
    return text;
}

std::vector<std::string> cellsOf(std::string_view row)
{
    std::vector<std::string> cells;
    std::string cell;
    for (std::size_t i = 1; i < row.size(); ++i) {
        if (row[i] == '\\' && i + 1 < row.size() && row[i + 1] == '|')
            cell += row[++i];
        else if (row[i] == '|')
            cells.push_back(std::exchange(cell, {}));
        else
            cell += row[i];
    }
    return cells;
}

class Page {
public:
    explicit Page(const Output &out)
        : m_out(out)
        , m_width(static_cast<std::size_t>(std::clamp(out.columns(), 40, 100)))
    {}

    std::string shown(std::string_view markdown)
    {
        for (std::size_t at = 0; at < markdown.size();) {
            const std::size_t end = std::min(markdown.find('\n', at), markdown.size());
            addLine(markdown.substr(at, end - at));
            at = end + 1;
        }
        endBlock();
        return std::move(m_text);
    }

private:
    void addLine(std::string_view line)
    {
        const bool isFence = line.substr(0, 3) == "```";
        const std::size_t marks = std::min(line.find_first_not_of('#'), line.size());
        if (isFence || m_isCode) {
            endBlock();
            m_isCode = m_isCode != isFence;
            if (!isFence)
                m_text += line.empty() ? "\n" : "    " + styled(m_out, Style::Cyan, line) + "\n";
        } else if (line.substr(0, 1) == "|") {
            endParagraph();
            m_rows.push_back(cellsOf(line));
        } else if (marks > 0 && marks < line.size() && line[marks] == ' ') {
            endBlock();
            addHeading(line.substr(marks + 1), marks);
        } else if (line.substr(0, 4) == "    ") {
            endBlock();
            m_text += "    " + styled(m_out, Style::Cyan, line.substr(4)) + "\n";
        } else if (line.empty()) {
            endBlock();
            m_text += '\n';
        } else {
            if (!m_rows.empty() || line.substr(0, 2) == "- ")
                endBlock();
            m_paragraph += (m_paragraph.empty() ? "" : " ") + std::string(line);
        }
    }

    void addHeading(std::string_view heading, std::size_t level)
    {
        const Words words = InlineReader(heading, Style::Bold, false).read();
        m_text += lineText(m_out, words) + "\n";
        // Without styles it would look like any other line.
        if (!m_out.hasColour())
            m_text += std::string(widthOf(words), level == 1 ? '=' : '-') + "\n";
    }

    void endBlock()
    {
        endParagraph();
        endTable();
    }

    void endParagraph()
    {
        if (m_paragraph.empty())
            return;
        const std::string_view text = m_paragraph;
        const bool isItem = text.substr(0, 2) == "- ";
        const std::string indent(isItem ? 2 : 0, ' ');
        const Words words = InlineReader(text.substr(indent.size()), Style::Plain, !m_out.hasColour()).read();
        bool isFirst = true;
        for (const Words &line : wrapped(words, m_width - indent.size())) {
            m_text += (isItem && isFirst ? "- " : indent) + lineText(m_out, line) + "\n";
            isFirst = false;
        }
        m_paragraph.clear();
    }

    void endTable()
    {
        if (m_rows.empty())
            return;
        std::vector<std::vector<Words>> rows;
        std::vector<std::size_t> widths;
        for (std::size_t i = 0; i < m_rows.size(); ++i) {
            if (i == 1)
                continue;
            rows.emplace_back();
            for (std::size_t column = 0; column < m_rows[i].size(); ++column) {
                // The first column is what is looked up: it needs no marks to stand out.
                rows.back().push_back(InlineReader(m_rows[i][column], i == 0 ? Style::Bold : Style::Plain,
                                                   column > 0 && !m_out.hasColour())
                                          .read());
                widths.resize(std::max(widths.size(), column + 1));
                widths[column] = std::max(widths[column], widthOf(rows.back()[column]));
            }
        }
        m_rows.clear();
        shrink(widths);
        const bool hasHeader =
            std::any_of(rows[0].begin(), rows[0].end(), [](const Words &cell) { return !cell.empty(); });
        for (std::size_t i = hasHeader ? 0 : 1; i < rows.size(); ++i) {
            addRow(rows[i], widths);
            if (i == 0)
                addRule(widths);
        }
    }

    /// Makes the widest columns narrower until all fit.
    void shrink(std::vector<std::size_t> &widths) const
    {
        const std::size_t room = m_width - columnGap * (widths.size() - 1);
        const auto needed = [&widths](std::size_t most) {
            std::size_t sum = 0;
            for (const std::size_t width : widths)
                sum += std::min(width, most);
            return sum;
        };
        std::size_t most = room;
        while (most > 8 && needed(most) > room)
            --most;
        for (std::size_t &width : widths)
            width = std::min(width, most);
    }

    void addRow(const std::vector<Words> &cells, const std::vector<std::size_t> &widths)
    {
        std::vector<std::vector<Words>> columns;
        std::size_t height = 0;
        for (std::size_t column = 0; column < cells.size(); ++column) {
            columns.push_back(wrapped(cells[column], widths[column]));
            height = std::max(height, columns.back().size());
        }
        for (std::size_t line = 0; line < height; ++line) {
            std::string text;
            std::size_t pending = 0;
            for (std::size_t column = 0; column < columns.size(); ++column) {
                const Words words = line < columns[column].size() ? columns[column][line] : Words();
                // Blanks are written only before something, so that no line ends with them.
                if (!words.empty())
                    text += std::string(std::exchange(pending, 0), ' ') + lineText(m_out, words);
                const std::size_t used = widthOf(words);
                pending += (used < widths[column] ? widths[column] - used : 0) + columnGap;
            }
            m_text += text + "\n";
        }
    }

    void addRule(const std::vector<std::size_t> &widths)
    {
        std::string text;
        for (const std::size_t width : widths)
            text += std::string(text.empty() ? 0 : columnGap, ' ') + std::string(width, '-');
        m_text += styled(m_out, Style::Dim, text) + "\n";
    }

    const Output &m_out;
    std::size_t m_width;
    std::string m_text;
    std::string m_paragraph;
    std::vector<std::vector<std::string>> m_rows;
    bool m_isCode = false;
};

}

std::string shownMarkdown(const Output &out, std::string_view markdown)
{
    return Page(out).shown(markdown);
}

std::string_view markdownSection(std::string_view markdown, std::string_view heading)
{
    const auto headingAt = [&](std::size_t from) {
        const std::size_t at = markdown.find("\n## ", from);
        return at == std::string_view::npos ? markdown.size() : at + 1;
    };
    for (std::size_t at = headingAt(0); at < markdown.size();) {
        const std::size_t next = headingAt(at);
        const std::string_view line = markdown.substr(at + 3, markdown.find('\n', at) - at - 3);
        if (line == heading)
            return markdown.substr(at, next - at);
        at = next;
    }
    return {};
}

}
