#pragma once

#include <QDialog>

class QLineEdit;
class QListWidget;

namespace daruma {

class Actions;

/// All actions in a list that shrinks as one types; Return does the one that is marked.
class CommandPalette : public QDialog {
    Q_OBJECT

public:
    explicit CommandPalette(const Actions &actions, QWidget *parent = nullptr);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void fill(const QString &wanted);
    void run();

    const Actions &m_actions;
    QLineEdit *m_wanted;
    QListWidget *m_list;
};

/// Whether the letters of `wanted` stand in `text` in this order, whatever their case: `nxr` finds "Next
/// restart".
bool isSubsequence(const QString &wanted, const QString &text);

}
