#pragma once

#include <QAction>
#include <QList>
#include <QObject>
#include <QString>

#include <functional>
#include <vector>

class QMenu;
class QMenuBar;
class QWidget;

namespace daruma {

/// One thing that the user can do.
struct ActionSpec {
    QString id;         ///< `play`, `step-forward`; never shown
    QString menu = {};  ///< the title of the menu it stands in; empty: in none
    QString text;       ///< with a mnemonic
    QList<QKeySequence> keys = {};
    QString icon = {};  ///< of resources/icons; empty: none
    QString help = {};  ///< what it does, in a sentence
    bool isCheckable = false;
    bool startsGroup = false;  ///< a line stands above it in its menu
    bool isAboutRun = false;   ///< can only be done where a run is shown
};

/// All that the user can do, once: menus, shortcuts, tool bars, the command palette and the list of
/// shortcuts are made of it.
class Actions : public QObject {
    Q_OBJECT

public:
    explicit Actions(QWidget *window);

    QAction *add(const ActionSpec &spec, std::function<void()> run);
    QAction *operator[](const QString &id) const;
    /// In the order in which they were added.
    const std::vector<QAction *> &all() const { return m_actions; }
    static QString menuOf(const QAction &action);
    static QString helpOf(const QAction &action);
    static bool isAboutRun(const QAction &action);

    void fill(QMenuBar &bar) const;

private:
    QWidget *m_window;
    std::vector<QAction *> m_actions;
};

}
