#pragma once

#include <QRegularExpression>
#include <QSyntaxHighlighter>

namespace daruma {

/// Colours a scenario: tables, keys, texts, numbers and comments.
class TomlHighlighter : public QSyntaxHighlighter {
    Q_OBJECT

public:
    explicit TomlHighlighter(QTextDocument *document);

protected:
    void highlightBlock(const QString &text) override;

private:
    QRegularExpression m_key;
    QRegularExpression m_token;
};

}
