#pragma once

#ifndef Q_MOC_RUN
#include "simulator/scenario/problem.h"
#endif

#include <QPlainTextEdit>

#include <vector>

class QCompleter;
class QStringListModel;

namespace daruma {

/// The text of a scenario with line numbers, colours, what is wrong underlined, and completion of keys and
/// values (Ctrl+Space, and while one types).
class ScenarioEditor : public QPlainTextEdit {
    Q_OBJECT

public:
    explicit ScenarioEditor(QWidget *parent = nullptr);

    /// `areErrors`: else they are warnings.
    void setProblems(const std::vector<Problem> &problems, bool areErrors);
    /// Of the nodes, for completion.
    void setNames(const QStringList &names) { m_names = names; }
    void goTo(int line, int column);
    /// Replaces all of it, the cursor staying where it was; can be undone there.
    void take(const QString &text);
    QCompleter *completion() const { return m_completer; }
    void recolor();

    int numbersWidth() const;
    void paintNumbers(QWidget *area, QPaintEvent *event);

protected:
    bool event(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void complete(bool isAsked);
    void insertCompletion(const QString &word);
    void showSelections();

    QWidget *m_numbers;
    QCompleter *m_completer;
    QStringListModel *m_words;
    QStringList m_names;
    std::vector<Problem> m_problems;
    bool m_areErrors = true;
    qsizetype m_prefixLength = 0;
};

}
