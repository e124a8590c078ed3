#include "app/desktop/views/toml_highlighter.h"

#include "app/desktop/theme.h"

namespace daruma {

TomlHighlighter::TomlHighlighter(QTextDocument *document)
    : QSyntaxHighlighter(document)
    , m_key(QStringLiteral("^\\s*([A-Za-z0-9_.\"'-]+)\\s*="))
    // A text, a comment, a number or a truth, whichever comes first.
    , m_token(QStringLiteral(
          "(\"(?:[^\"\\\\]|\\\\.)*\"?|'[^']*'?)|(#.*$)|(\\b(?:true|false)\\b|(?<![\\w.-])[+-]?\\d[\\d_.]*)"))
{}

void TomlHighlighter::highlightBlock(const QString &text)
{
    const Colors &c = colors();
    QTextCharFormat table;
    table.setForeground(c.accent);
    table.setFontWeight(QFont::DemiBold);
    QTextCharFormat string;
    string.setForeground(c.good);
    QTextCharFormat comment;
    comment.setForeground(c.faint);
    comment.setFontItalic(true);
    QTextCharFormat number;
    number.setForeground(c.marks[int(MarkKind::Crash)]);
    QTextCharFormat key;
    key.setForeground(c.text);
    key.setFontWeight(QFont::DemiBold);
    if (text.trimmed().startsWith(u'[') && !text.contains(u'='))
        setFormat(0, int(text.size()), table);
    if (const auto found = m_key.match(text); found.hasMatch())
        setFormat(int(found.capturedStart(1)), int(found.capturedLength(1)), key);
    auto tokens = m_token.globalMatch(text);
    while (tokens.hasNext()) {
        const auto token = tokens.next();
        for (const auto &[group, format] : {std::pair{1, &string}, {2, &comment}, {3, &number}})
            if (token.capturedLength(group) > 0)
                setFormat(int(token.capturedStart(group)), int(token.capturedLength(group)), *format);
    }
}

}
