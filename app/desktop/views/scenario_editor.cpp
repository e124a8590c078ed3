#include "app/desktop/views/scenario_editor.h"

#include "app/desktop/models/completion.h"
#include "app/desktop/models/text.h"
#include "app/desktop/theme.h"
#include "app/desktop/views/toml_highlighter.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QPainter>
#include <QRegularExpression>
#include <QScrollBar>
#include <QStringListModel>
#include <QTextBlock>
#include <QToolTip>

#include <algorithm>

namespace daruma {

namespace {

constexpr int mostWords = 12;

/// The column beside the text.
class Numbers final : public QWidget {
public:
    explicit Numbers(ScenarioEditor *editor)
        : QWidget(editor)
        , m_editor(editor)
    {}

protected:
    void paintEvent(QPaintEvent *event) override { m_editor->paintNumbers(this, event); }

private:
    ScenarioEditor *m_editor;
};

}

ScenarioEditor::ScenarioEditor(QWidget *parent)
    : QPlainTextEdit(parent)
    , m_numbers(new Numbers(this))
    , m_completer(new QCompleter(this))
    , m_words(new QStringListModel(this))
{
    setFont(fixedFont());
    setLineWrapMode(NoWrap);
    setTabStopDistance(4 * fontMetrics().horizontalAdvance(u' '));
    setAccessibleName(tr("Text of the scenario"));
    setPlaceholderText(
        tr("The text of a scenario, such as\n\n[supervisor.app]\nchildren = [\"db\"]\n\n[worker.db]\n"
           "lifetime = \"10s\"\n\nCtrl+Return runs it."));
    new TomlHighlighter(document());
    m_completer->setModel(m_words);
    m_completer->setWidget(this);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    m_completer->popup()->setFont(fixedFont());
    connect(m_completer, qOverload<const QString &>(&QCompleter::activated), this,
            &ScenarioEditor::insertCompletion);
    connect(this, &QPlainTextEdit::blockCountChanged, this,
            [this] { setViewportMargins(numbersWidth(), 0, 0, 0); });
    connect(this, &QPlainTextEdit::updateRequest, this, [this](const QRect &rect, int scrolled) {
        if (scrolled != 0)
            m_numbers->scroll(0, scrolled);
        else
            m_numbers->update(0, rect.y(), m_numbers->width(), rect.height());
    });
    connect(this, &QPlainTextEdit::cursorPositionChanged, this, &ScenarioEditor::showSelections);
    setViewportMargins(numbersWidth(), 0, 0, 0);
}

int ScenarioEditor::numbersWidth() const
{
    const int digits = int(QString::number(std::max(99, blockCount())).size());
    return 14 + fontMetrics().horizontalAdvance(u'9') * digits;
}

void ScenarioEditor::resizeEvent(QResizeEvent *event)
{
    QPlainTextEdit::resizeEvent(event);
    const QRect room = contentsRect();
    m_numbers->setGeometry(room.left(), room.top(), numbersWidth(), room.height());
}

void ScenarioEditor::paintNumbers(QWidget *area, QPaintEvent *event)
{
    QPainter painter(area);
    painter.setFont(font());
    painter.fillRect(event->rect(), colors().band);
    QTextBlock block = firstVisibleBlock();
    int top = qRound(blockBoundingGeometry(block).translated(contentOffset()).top());
    while (block.isValid() && top <= event->rect().bottom()) {
        const int height = qRound(blockBoundingRect(block).height());
        const int line = block.blockNumber() + 1;
        const bool isBad = std::any_of(m_problems.begin(), m_problems.end(), [line](const Problem &problem) {
            return problem.line == line && problem.source.empty() && problem.file.empty();
        });
        painter.setPen(isBad ? (m_areErrors ? colors().bad : colors().warning)
                       : line == textCursor().blockNumber() + 1 ? colors().text
                                                                : colors().faint);
        painter.drawText(0, top, area->width() - 7, height, Qt::AlignRight | Qt::AlignVCenter,
                         QString::number(line));
        block = block.next();
        top += height;
    }
}

namespace {

/// Where what is wrong from that column on ends: a text in quotes, or a word, or else the line.
int wrongEnd(const QString &line, int column)
{
    static const QRegularExpression wrong(QStringLiteral(R"re("[^"]*"?|'[^']*'?|[\w.-]+)re"));
    const auto match = wrong.match(line, column, QRegularExpression::NormalMatch,
                                   QRegularExpression::AnchorAtOffsetMatchOption);
    return match.hasMatch() ? int(match.capturedEnd()) : int(line.size());
}

}

void ScenarioEditor::setProblems(const std::vector<Problem> &problems, bool areErrors)
{
    m_problems = problems;
    m_areErrors = areErrors;
    showSelections();
    m_numbers->update();
}

void ScenarioEditor::showSelections()
{
    QList<QTextEdit::ExtraSelection> selections;
    QTextEdit::ExtraSelection current;
    current.format.setBackground(colors().band);
    current.format.setProperty(QTextFormat::FullWidthSelection, true);
    current.cursor = textCursor();
    current.cursor.clearSelection();
    selections.append(current);
    for (const Problem &problem : m_problems) {
        const QTextBlock block = document()->findBlockByNumber(problem.line - 1);
        if (problem.line < 1 || !problem.source.empty() || !problem.file.empty() || !block.isValid())
            continue;
        QTextEdit::ExtraSelection wrong;
        wrong.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        wrong.format.setUnderlineColor(m_areErrors ? colors().bad : colors().warning);
        wrong.cursor = QTextCursor(block);
        const int column = std::clamp(problem.column - 1, 0, std::max(block.length() - 2, 0));
        wrong.cursor.setPosition(block.position() + column);
        wrong.cursor.setPosition(block.position() + wrongEnd(block.text(), column), QTextCursor::KeepAnchor);
        selections.append(wrong);
    }
    setExtraSelections(selections);
}

void ScenarioEditor::goTo(int line, int column)
{
    const QTextBlock block = document()->findBlockByNumber(line - 1);
    if (!block.isValid())
        return;
    QTextCursor cursor(block);
    cursor.setPosition(block.position() + std::clamp(column - 1, 0, std::max(block.length() - 1, 0)));
    setTextCursor(cursor);
    centerCursor();
    setFocus();
}

void ScenarioEditor::take(const QString &text)
{
    const int place = textCursor().position();
    const int scrolled = verticalScrollBar()->value();
    QTextCursor all(document());
    all.select(QTextCursor::Document);
    all.insertText(text);
    QTextCursor cursor(document());
    cursor.setPosition(std::min(place, int(text.size())));
    setTextCursor(cursor);
    verticalScrollBar()->setValue(scrolled);
}

void ScenarioEditor::recolor()
{
    if (auto *highlighter = document()->findChild<TomlHighlighter *>())
        highlighter->rehighlight();
    showSelections();
}

bool ScenarioEditor::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const int line = cursorForPosition(help->pos() - QPoint(numbersWidth(), 0)).blockNumber() + 1;
        QString tip;
        for (const Problem &problem : m_problems)
            if (problem.line == line)
                tip += (tip.isEmpty() ? "" : "\n") + qt(problem.message)
                       + (problem.hint.empty() ? QString() : u'\n' + qt(problem.hint));
        QToolTip::showText(help->globalPos(), tip, this);
        return true;
    }
    return QPlainTextEdit::event(event);
}

void ScenarioEditor::keyPressEvent(QKeyEvent *event)
{
    if (m_completer->popup()->isVisible())
        switch (event->key()) {
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_Tab:
        case Qt::Key_Escape:
        case Qt::Key_Backtab:
            // The list takes these.
            event->ignore();
            return;
        default:
            break;
        }
    if (event->key() == Qt::Key_Space && event->modifiers() == Qt::ControlModifier)
        return complete(true);
    QPlainTextEdit::keyPressEvent(event);
    const bool isTyped = !event->text().isEmpty() && event->text().front().isPrint();
    if (isTyped || m_completer->popup()->isVisible())
        complete(false);
}

/// Without being asked only once there is something to go on.
void ScenarioEditor::complete(bool isAsked)
{
    const Completion found = completionAt(toPlainText(), textCursor().position(), m_names);
    const qsizetype least = isAsked ? 0 : 1;
    if (found.words.isEmpty() || found.prefix.size() < least) {
        m_completer->popup()->hide();
        return;
    }
    m_prefixLength = found.prefix.size();
    m_words->setStringList(found.words);
    QRect place = cursorRect().translated(numbersWidth(), 0);
    place.setWidth(m_completer->popup()->sizeHintForColumn(0)
                   + m_completer->popup()->verticalScrollBar()->sizeHint().width() + 16);
    m_completer->setMaxVisibleItems(mostWords);
    m_completer->complete(place);
    m_completer->popup()->setCurrentIndex(m_completer->completionModel()->index(0, 0));
}

void ScenarioEditor::insertCompletion(const QString &word)
{
    QTextCursor cursor = textCursor();
    cursor.movePosition(QTextCursor::Left, QTextCursor::KeepAnchor, int(m_prefixLength));
    QString inserted = word;
    // The closing quote is there already.
    const QString line = cursor.block().text();
    const int behind = textCursor().positionInBlock();
    if (word.endsWith(u'"') && behind < line.size() && line[behind] == u'"')
        inserted.chop(1);
    cursor.insertText(inserted);
    setTextCursor(cursor);
}

}
